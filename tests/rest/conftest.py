"""The plain REST dialects over a company without customers, and over the demo data.

``documents`` begins where the documents of the dialects begin: nothing has an id yet, and the
clock stands where the test puts it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

import peewee
import pytest
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from app.services import Services, build_services
from models.availability import discard_connection
from models.company import Company
from models.connection import open_database
from models.countries import COUNTRIES
from models.country_region import CountryRegion
from models.customer import Customer
from models.customer_address import CustomerAddress
from models.database import bind, connected
from models.demo import fill
from models.demo.tables import CLOSED_UNTIL, OPENED, add_coded
from models.numbers import CUSTOMERS, NumberSeries
from models.payment_term import PaymentTerm
from models.schema import bring_up
from tests.conftest import Databases, Prepare
from tests.rest.client import Rest
from tests.restoring import Kept, keep

COMPANY = "0d0c0000-0000-4000-8000-000000000001"
TERMS = {
    "30 DAYS": {"display_name": "Net 30 days", "due_date_calculation": "30D"},
    "COD": {"display_name": "Cash on delivery", "due_date_calculation": "0D"},
    "1M(8D)": {
        "display_name": "1 Month/2% 8 days",
        "due_date_calculation": "1M",
        "discount_date_calculation": "8D",
    },
}
_SHIFT = 1_000_000
_Found = tuple[Services, FlaskClient, Kept]


@dataclass
class Clock:
    """The clock of the service under test."""

    now: datetime.datetime = field(default=datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))

    def __call__(self) -> datetime.datetime:
        return self.now

    def set(self, text: str | int) -> None:
        """Put it to a point in time, in ISO 8601 or in seconds since 1970."""
        if isinstance(text, int):
            self.now = datetime.datetime.fromtimestamp(text, datetime.UTC)
        else:
            self.now = datetime.datetime.fromisoformat(text)


@dataclass
class Documents:
    """A service as the documents find it."""

    rest: Rest
    clock: Clock
    database: peewee.Database

    def next_id(self, kind: str, number: int) -> None:
        """Have the next record of a kind get this integer id."""
        with connected(self.database):
            NumberSeries.insert(
                company_id="00000000-0000-0000-0000-000000000000",
                code=f"ID:{kind}",
                last_number=number - 1,
            ).on_conflict(
                conflict_target=[NumberSeries.company_id, NumberSeries.code],
                update={NumberSeries.last_number: number - 1},
            ).execute()

    def execute(self, statement: str) -> None:
        """Change what no client can."""
        with connected(self.database):
            self.database.execute_sql(statement)


def _prepare(url: str) -> None:
    database = open_database(url)
    bring_up(database)
    fill(database)
    with connected(database):
        for model in (Customer, CustomerAddress):
            model.update(integer_id=model.integer_id + _SHIFT).execute()
        NumberSeries.delete().where(NumberSeries.code.startswith("ID:")).execute()
        Company.create(
            force_insert=True,
            id=COMPANY,
            name="Documents",
            system_created_at=OPENED,
            system_modified_at=OPENED,
            local_currency_code="USD",
            country_code="US",
            closed_until=CLOSED_UNTIL,
        )
        for series in (CUSTOMERS, "S-ORD"):
            NumberSeries.insert(company_id=COMPANY, code=series, last_number=0).execute()
        add_coded(PaymentTerm, COMPANY, TERMS)
        names = {code: {"display_name": name} for code, name in COUNTRIES.items()}
        add_coded(CountryRegion, COMPANY, names)
    database.close()


@dataclass
class _Lasting:
    """A service that outlives a test, by the kind of its database."""

    services: dict[str, tuple[Services, FlaskClient, Kept]] = field(default_factory=dict)

    def find(self, databases: Databases, name: str, prepare: Prepare) -> _Found:
        label = f"rest_{name}_{type(databases.host).__name__.lower()}"
        if label not in self.services:
            url = databases.host.create(label)
            prepare(url)
            kept = keep(url)
            settings = Settings(database_url=url)
            services = build_services(settings)
            flask = create_app(settings, services).test_client()
            self.services[label] = (services, flask, kept)
        services, flask, kept = self.services[label]
        bind(services.entities._engine.source.database)
        return services, flask, kept


@pytest.fixture(scope="session")
def lasting() -> _Lasting:
    return _Lasting()


@pytest.fixture
def documents(databases: Databases, lasting: _Lasting) -> Iterator[Documents]:
    services, flask, kept = lasting.find(databases, "documents", _prepare)
    kept.restore()
    engine = services.entities._engine
    engine.clock = clock = Clock()
    yield Documents(Rest(flask, "Documents"), clock, engine.source.database)
    discard_connection()


@pytest.fixture
def rest(databases: Databases, lasting: _Lasting, fill_demo: Prepare) -> Iterator[Rest]:
    """The dialects over the demo company, which a test may change."""
    _, flask, kept = lasting.find(databases, "own", fill_demo)
    kept.restore()
    yield Rest(flask, "CRONUS USA, Inc.")
    discard_connection()


@pytest.fixture
def reading(rest: Rest) -> Rest:
    """The same for tests that change nothing."""
    return rest
