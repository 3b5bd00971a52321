"""Who works for the demo companies and where, variants of items, and exchange rates."""

from __future__ import annotations

import datetime
from decimal import Decimal

from models.currency import Currency
from models.currency_exchange_rate import CurrencyExchangeRate
from models.demo.identifiers import COMPANIES, id_of, tag_of
from models.demo.rows import Columns, insert
from models.demo.tables import OPENED, add_coded
from models.employee import Employee
from models.item_variant import ItemVariant
from models.location import Location
from models.numbers import EMPLOYEES, ITEM_ENTRIES, NumberSeries

_LOCATIONS: dict[str, Columns] = {
    "EAST": {"display_name": "East warehouse", "city": "Atlanta", "country": "US"},
    "MAIN": {"display_name": "Main warehouse", "city": "Chicago", "country": "US"},
    "WEST": {"display_name": "West warehouse", "city": "Denver", "country": "US"},
}
_EMPLOYEES = (
    ("E0001", "Night", "Shift", "Warehouse clerk"),
    ("E0002", "Order", "Desk", "Order processor"),
)
_VARIANTS = (("1000", "NATURAL", "Natural oak"), ("1000", "SMOKED", "Smoked oak"))
_RATES = {"CAD": "0.74", "EUR": "1.08", "GBP": "1.27", "JPY": "0.0067", "USD": "0.92"}


def add_staff() -> None:
    """Fill the tables of both companies."""
    for company in COMPANIES:
        NumberSeries.insert(
            company_id=company, code=EMPLOYEES, prefix="E", width=4, last_number=len(_EMPLOYEES)
        ).on_conflict_ignore().execute()
        NumberSeries.insert(company_id=company, code=ITEM_ENTRIES).on_conflict_ignore().execute()
        add_coded(Location, company, _LOCATIONS)
        insert(Employee, [_employee(company, entry) for entry in _EMPLOYEES])
        insert(ItemVariant, [_variant(company, entry) for entry in _VARIANTS])
        insert(
            CurrencyExchangeRate,
            [
                _rate(company, row.code)
                for row in Currency.select().where(Currency.company_id == company)
            ],
        )


def _head(company: str, table: str, name: str) -> Columns:
    key = id_of(company, table, name)
    return {"id": key, "company_id": company, "etag": tag_of(key), "last_modified": OPENED}


def _employee(company: str, entry: tuple[str, str, str, str]) -> Columns:
    number, given_name, surname, title = entry
    return {
        **_head(company, "employee", number),
        "number": number,
        "display_name": f"{given_name} {surname}",
        "given_name": given_name,
        "surname": surname,
        "job_title": title,
    }


def _variant(company: str, entry: tuple[str, str, str]) -> Columns:
    item, code, description = entry
    return {
        **_head(company, "item_variant", f"{item}/{code}"),
        "item_id": id_of(company, "item", item),
        "item_number": item,
        "code": code,
        "description": description,
    }


def _rate(company: str, currency: str) -> Columns:
    return {
        **_head(company, "currency_exchange_rate", currency),
        "currency_code": currency,
        "starting_date": datetime.date(2025, 1, 1),
        "exchange_rate_amount": Decimal(1),
        "relational_exchange_rate_amount": Decimal(_RATES.get(currency, "1")),
    }
