"""The demo companies and the tables that their customers refer to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from models.code_table import CodeEntity
from models.company import Company
from models.countries import COUNTRIES
from models.country_region import CountryRegion
from models.currency import Currency
from models.demo.identifiers import COMPANIES, CRONUS, MY_COMPANY, id_of, tag_of
from models.demo.rows import Columns, insert
from models.dimension import Dimension
from models.dimension_value import DimensionValue
from models.numbers import CUSTOMERS, NumberSeries
from models.payment_method import PaymentMethod
from models.payment_term import PaymentTerm
from models.salesperson import Salesperson
from models.shipment_method import ShipmentMethod
from models.tax_area import TaxArea

OPENED = datetime.datetime(2024, 1, 2, 8, 0, tzinfo=datetime.UTC)
CLOSED_UNTIL = datetime.date(2023, 12, 31)

_CURRENCIES: Mapping[str, Columns] = {
    "CAD": {"display_name": "Canadian Dollar", "symbol": "$"},
    "EUR": {"display_name": "Euro", "symbol": "€"},
    "GBP": {"display_name": "Pound Sterling", "symbol": "£"},
    "JPY": {
        "display_name": "Yen",
        "symbol": "¥",
        "amount_decimal_places": "0:0",
        "amount_rounding_precision": 1,
    },
    "USD": {"display_name": "US Dollar", "symbol": "$"},
}
_PAYMENT_TERMS: Mapping[str, Columns] = {
    "10 DAYS": {"display_name": "Net 10 days", "due_date_calculation": "10D"},
    "1M(8D)": {
        "display_name": "1 Month/2% 8 days",
        "due_date_calculation": "1M",
        "discount_date_calculation": "8D",
        "discount_percent": 2,
    },
    "30 DAYS": {"display_name": "Net 30 days", "due_date_calculation": "30D"},
    "CM": {"display_name": "Current Month", "due_date_calculation": "CM"},
    "COD": {"display_name": "Cash on delivery", "due_date_calculation": "0D"},
}
_PAYMENT_METHODS: Mapping[str, Columns] = {
    "BANK": {"display_name": "Bank Transfer"},
    "CASH": {"display_name": "Cash payment"},
    "CHECK": {"display_name": "Check payment"},
}
_SHIPMENT_METHODS: Mapping[str, Columns] = {
    "CIF": {"display_name": "Cost Insurance and Freight"},
    "DDP": {"display_name": "Delivered Duty Paid"},
    "EXW": {"display_name": "Ex Warehouse"},
}
_TAX_AREAS: Mapping[str, Columns] = {
    "ATLANTA, GA": {"display_name": "Atlanta, GA"},
    "CHICAGO, IL": {"display_name": "Chicago, IL"},
    "MIAMI, FL": {"display_name": "Miami, FL"},
}
_SALESPEOPLE: Mapping[str, Columns] = {
    "EXPORT": {"display_name": "Export Desk", "email": "export@cronus.example"},
    "INSIDE": {"display_name": "Inside Sales Desk", "email": "inside@cronus.example"},
}
_DIMENSIONS: Mapping[str, Columns] = {
    "AREA": {"display_name": "Area"},
    "CUSTOMERGROUP": {"display_name": "Customer Group", "shortcut": 2},
    "DEPARTMENT": {"display_name": "Department", "consolidation_code": "DEPT", "shortcut": 1},
    "SEASON": {"display_name": "Season", "blocked": True},
}
_DIMENSION_VALUES: Mapping[str, Mapping[str, Columns]] = {
    "AREA": {
        "10": {"display_name": "Asia"},
        "20": {"display_name": "Europe"},
        "30": {"display_name": "Europe, former districts", "blocked": True},
        "40": {"display_name": "North America"},
    },
    "CUSTOMERGROUP": {
        "INSTITUTION": {"display_name": "Institution"},
        "LARGE": {"display_name": "Large Business"},
        "MEDIUM": {"display_name": "Medium Business"},
        "SMALL": {"display_name": "Small Business"},
    },
    "DEPARTMENT": {
        "ADM": {"display_name": "Administration"},
        "SALES": {"display_name": "Sales"},
    },
    "SEASON": {"WINTER": {"display_name": "Winter"}},
}


def add_companies() -> None:
    """The two companies, each with its number series for customers."""
    _add_company(CRONUS, "CRONUS USA, Inc.", "USD", "US")
    _add_company(MY_COMPANY, "My Company", "EUR", "DE")


def add_tables() -> None:
    """What the customers of both companies refer to."""
    for company in COMPANIES:
        local = Company.get_by_id(company).local_currency_code
        foreign = {code: row for code, row in _CURRENCIES.items() if code != local}
        add_coded(Currency, company, foreign)
        add_coded(PaymentTerm, company, _PAYMENT_TERMS)
        add_coded(PaymentMethod, company, _PAYMENT_METHODS)
        add_coded(ShipmentMethod, company, _SHIPMENT_METHODS)
        add_coded(TaxArea, company, _TAX_AREAS)
        add_coded(Salesperson, company, _SALESPEOPLE)
        add_coded(
            CountryRegion, company, {c: {"display_name": name} for c, name in COUNTRIES.items()}
        )
        add_coded(Dimension, company, _DIMENSIONS)
        _add_dimension_values(company)


def _add_company(key: str, name: str, currency: str, country: str) -> None:
    Company.create(
        force_insert=True,
        id=key,
        system_version="26.0.30643.32100",
        timestamp=1,
        name=name,
        display_name=name,
        system_created_at=OPENED,
        system_modified_at=OPENED,
        local_currency_code=currency,
        country_code=country,
        closed_until=CLOSED_UNTIL,
    )
    NumberSeries.insert(
        company_id=key, code=CUSTOMERS, last_number=20_000, increment_by=10_000
    ).execute()


def add_coded(model: type[CodeEntity], company: str, rows: Mapping[str, Columns]) -> None:
    """Rows of a table that is known by a code."""
    insert(model, (_row(model, company, code, code, row) for code, row in rows.items()))


def _add_dimension_values(company: str) -> None:
    for dimension, values in _DIMENSION_VALUES.items():
        parent = {
            "dimension_id": id_of(company, "dimension", dimension),
            "shortcut": _DIMENSIONS[dimension].get("shortcut", 0),
        }
        insert(
            DimensionValue,
            (
                _row(DimensionValue, company, f"{dimension}/{code}", code, {**row, **parent})
                for code, row in values.items()
            ),
        )


def _row(model: type[CodeEntity], company: str, name: str, code: str, columns: Columns) -> Columns:
    table_name = model._meta.table_name  # noqa: SLF001 - Peewee's published name for it
    key = id_of(company, table_name, name)
    return {
        "id": key,
        "company_id": company,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "code": code,
        **columns,
    }
