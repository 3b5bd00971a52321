"""A new entity set is one file, ``shipping_agent.py``, and one line in the container."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import peewee
import pytest

from app.config import Settings
from app.factory import create_app
from models import container
from models.availability import discard_connection
from models.connection import open_database
from models.demo import fill
from models.demo.identifiers import CRONUS
from models.schema import bring_up
from tests.company import shipping_agent
from tests.company.conftest import Clerk, message
from tests.company.metadata import EDM
from tests.integration.callers import as_customer, with_roles
from tests.integration.service import Service

_LINE = "tests.company.shipping_agent:exposure"
_SETS = (*container.SETS, _LINE)
DHL = {"code": "dhl", "displayName": "DHL Express"}


def _prepare(url: str) -> None:
    """A database that was made before there was the set, and is brought up again."""
    database = open_database(url)
    bring_up(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "SETS", _SETS)
        bring_up(database)
        fill(database)
    database.close()


def _start(url: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(container, "SETS", _SETS)
        return create_app(Settings(database_url=url))


@pytest.fixture
def extended(find_lasting):
    """A client of the service with the set."""
    yield find_lasting("new_set", _prepare, _start).fresh_client()
    discard_connection()


@pytest.fixture
def clerk(extended):
    return Clerk(extended)


@pytest.fixture
def service(extended):
    """The service, to be asked by callers of different roles."""
    return Service(extended)


# --- reading and changing ---------------------------------------------------------------------


def test_entities_are_created_read_changed_and_deleted(clerk):
    made = clerk.create("shippingAgents", DHL)
    path = f"shippingAgents({made['id']})"

    assert made["code"] == "DHL"
    assert made["isActive"] is True
    assert clerk.get(path)["@odata.etag"] == made["@odata.etag"]
    assert clerk.patch(path, {"displayName": "X"}, 'W/"Jz"').status_code == 409
    assert clerk.change(path, {"displayName": "DHL"})["displayName"] == "DHL"
    assert clerk.rows("shippingAgents", _filter="startswith(displayName,'D')", _select="code")
    assert clerk.delete(path).status_code == 204
    assert clerk.rows("shippingAgents") == []


def test_it_is_searched(clerk):
    clerk.create("shippingAgents", DHL)

    assert [row["code"] for row in clerk.rows("shippingAgents", _search="express")] == ["DHL"]


def test_its_rules_speak(clerk):
    clerk.create("shippingAgents", DHL)

    wrong = clerk.post("shippingAgents", {"code": "UPS", "internetAddress": "ups"})
    same = clerk.post("shippingAgents", DHL)

    assert message(wrong) == 'The address "ups" is not valid.'
    assert same.json["error"]["code"] == "Internal_EntityWithSameKeyExists"


def test_what_it_refers_to_is_kept(clerk):
    euro = clerk.one("currencies", "code eq 'EUR'")["id"]
    spare = clerk.create("currencies", {"code": "XTS"})["id"]
    clerk.create("shippingAgents", {**DHL, "currencyId": spare})

    shown = clerk.rows("shippingAgents", _expand="currency", _filter="currency/code eq 'XTS'")
    refused = clerk.delete(f"currencies({spare})")

    assert shown[0]["currency"]["id"] == spare != euro
    assert message(refused) == (
        "You cannot delete Currency XTS because there are one or more shippingagents that use it."
    )


def test_its_action_runs(clerk):
    made = clerk.create("shippingAgents", DHL)

    assert clerk.call(f"shippingAgents({made['id']})", "deactivate").status_code == 204

    now = clerk.get(f"shippingAgents({made['id']})")
    assert now["isActive"] is False
    assert now["@odata.etag"] != made["@odata.etag"]


def test_its_table_has_the_indexes_of_the_model(clerk):
    clerk.create("shippingAgents", DHL)
    database = shipping_agent.ShippingAgent._meta.database

    found = database.get_indexes("shipping_agent")

    assert [item.columns for item in found if item.unique and len(item.columns) == 2] == [
        ["company_id", "code"]
    ]


# --- descriptions -----------------------------------------------------------------------------


def test_metadata_describe_it(clerk):
    schema = ET.fromstring(clerk.client.get("/api/v2.0/$metadata").data)  # noqa: S314 - ours

    assert schema.find(f".//{EDM}EntitySet[@Name='shippingAgents']") is not None
    assert schema.find(f".//{EDM}Action[@Name='deactivate']") is not None
    way = f".//{EDM}EntityType[@Name='company']/{EDM}NavigationProperty[@Name='shippingAgents']"
    assert schema.find(way) is not None


def test_openapi_and_the_lists_of_sets_name_it(clerk):
    openapi = clerk.client.get("/openapi.json").json
    document = clerk.client.get("/api/v2.0").json
    followed = clerk.rows("webhookSupportedResources", _filter="resource eq 'v2.0*'")
    definition = clerk.client.get("/api/v2.0/entityDefinitions('shippingAgent')")

    assert any(path.endswith("/shippingAgents") for path in openapi["paths"])
    assert "shippingAgents" in [item["name"] for item in document["value"]]
    assert any(row["resource"].endswith("/shippingAgents") for row in followed)
    assert definition.json["entitySetName"] == "shippingAgents"


def test_its_changes_are_logged(clerk):
    clerk.create("shippingAgents", DHL)

    entries = clerk.rows("auditEntries", _filter="entitySet eq 'shippingAgents'")

    assert [item["operation"] for item in entries] == ["created"]


# --- who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "reading", "writing"),
    [
        ("reader", 200, 403),
        ("writer", 200, 201),
        ("administrator", 200, 201),
        ("automation", 200, 201),
        ("nobody", 404, 404),
    ],
)
def test_roles_may_do_what_its_file_grants(service, role, reading, writing):
    caller = with_roles(service, role, companies=frozenset({CRONUS}))
    target = f"companies({CRONUS})/shippingAgents"

    assert caller.send("GET", target).status_code == reading
    assert caller.send("POST", target, json=DHL).status_code == writing


def test_the_portal_sees_what_its_file_shows(service, clerk):
    clerk.create("shippingAgents", DHL)
    customer = as_customer(service)
    target = f"companies({CRONUS})/shippingAgents"

    (row,) = customer.send("GET", target).json["value"]

    assert "code" in row
    assert "currencyId" not in row
    assert customer.send("GET", f"{target}?$expand=currency").status_code == 400
    assert customer.send("POST", target, json=DHL).status_code == 403


def _without_grants(around):
    return replace(shipping_agent.exposure(around), grants=())


def test_a_set_that_grants_nothing_is_seen_by_nobody(monkeypatch):
    monkeypatch.setattr(shipping_agent, "hidden", _without_grants, raising=False)
    line = "tests.company.shipping_agent:hidden"
    monkeypatch.setattr(container, "SETS", (*container.SETS, line))

    source = container.build_source(peewee.SqliteDatabase(":memory:"))

    assert "shippingAgents" in source.model.entity_sets
    granted = {grant.target for grants in source.roles.values() for grant in grants}
    assert "shippingAgents" not in granted
