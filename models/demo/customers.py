"""The demo customers with their default dimensions and ledger entries."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from models.base import NO_ID
from models.company import Company
from models.customer import Customer
from models.default_dimension import DefaultDimension
from models.demo.catalogue import CRONUS_CUSTOMERS, MY_COMPANY_CUSTOMERS, Entry
from models.demo.documented import DOCUMENTED
from models.demo.identifiers import (
    CRONUS,
    MY_COMPANY,
    id_of,
    tag_of,
)
from models.demo.rows import Columns, insert
from models.demo.tables import OPENED
from models.ledger import CustomerLedgerEntry
from models.parts import DIMENSION_PARENTS

_TERMS = ("1M(8D)", "10 DAYS", "30 DAYS", "CM", "COD")
_PAYMENTS = ("CHECK", "BANK", "CASH", "")
_SHIPMENTS = ("EXW", "CIF", "DDP", "")
_SUITES = ("", "Suite 300", "", "Building C", "2nd Floor")
# The first entries were last modified before 2024, so that polling for changes finds not all.
_FIRST_CHANGE = datetime.datetime(2023, 9, 4, 7, 15, 20, 250_000, tzinfo=datetime.UTC)
_BETWEEN_CHANGES = datetime.timedelta(days=11, hours=5, minutes=7, milliseconds=130)
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def add_customers() -> None:
    """The customers of both companies."""
    insert(Customer, DOCUMENTED)
    insert(Customer, _customers(CRONUS, CRONUS_CUSTOMERS))
    insert(Customer, _customers(MY_COMPANY, MY_COMPANY_CUSTOMERS))
    insert(DefaultDimension, _default_dimensions())
    insert(CustomerLedgerEntry, _ledger_entries())


def _customers(company: str, entries: tuple[Entry, ...]) -> Iterator[Columns]:
    local = Company.get_by_id(company).local_currency_code
    for position, entry in enumerate(entries):
        key = id_of(company, "customer", entry.number)
        yield {
            "id": key,
            "company_id": company,
            "etag": tag_of(key),
            "last_modified": _FIRST_CHANGE + position * _BETWEEN_CHANGES,
            "number": entry.number,
            "display_name": entry.name,
            "type": int(entry.is_person),
            "blocked": entry.blocked,
            **_address(position, entry),
            **_amounts(position, entry),
            **_terms(company, position),
            "currency_id": _lookup(company, "currency", entry.currency),
            "currency_code": entry.currency or local,
        }


def _address(position: int, entry: Entry) -> Columns:
    place = entry.place
    name = _domain_name(entry)
    return {
        "address_line1": f"{3 * position + 1} {place.street}",
        "address_line2": _SUITES[position % len(_SUITES)],
        "city": place.city,
        "state": place.state,
        "country": place.country,
        "postal_code": place.postal_code,
        "phone_number": f"{place.dial}{position:02d}",
        "email": "" if entry.is_person else f"accounts@{name}.example",
        "website": "" if entry.is_person else f"https://www.{name}.example",
    }


def _amounts(position: int, entry: Entry) -> Columns:
    return {
        "balance": entry.balance,
        "overdue_amount": entry.overdue,
        "balance_due": entry.overdue,
        "total_sales_excluding_tax": abs(entry.balance) * 7 + Decimal(position) * 250,
        "credit_limit": Decimal(10_000 * (position % 4)),
    }


def _terms(company: str, position: int) -> Columns:
    is_liable = position % 3 == 0
    tax_area = "ATLANTA, GA" if is_liable and company == CRONUS else ""
    return {
        "payment_terms_id": _lookup(company, "payment_term", _TERMS[position % len(_TERMS)]),
        "payment_method_id": _lookup(company, "payment_method", _PAYMENTS[position % 4]),
        "shipment_method_id": _lookup(company, "shipment_method", _SHIPMENTS[position // 4 % 4]),
        "tax_liable": is_liable,
        "tax_area_id": _lookup(company, "tax_area", tax_area),
        "tax_area_display_name": "Atlanta, GA" if tax_area else "",
        "salesperson_code": ("INSIDE", "EXPORT", "")[position % 3],
    }


def _lookup(company: str, table: str, code: str) -> str:
    return id_of(company, table, code) if code else NO_ID


def _domain_name(entry: Entry) -> str:
    plain = unicodedata.normalize("NFKD", entry.name).encode("ascii", "ignore").decode().lower()
    return _NOT_A_LETTER.sub("", plain) or f"customer{entry.number.lower()}"


def _default_dimensions() -> Iterator[Columns]:
    for number, dimension, value in (
        ("10000", "AREA", "40"),
        ("10000", "CUSTOMERGROUP", "MEDIUM"),
        ("20000", "AREA", "40"),
        ("20000", "DEPARTMENT", "SALES"),
        ("40000", "AREA", "40"),
        ("C00050", "AREA", "20"),
        ("C00050", "CUSTOMERGROUP", "SMALL"),
        ("C00380", "AREA", "10"),
    ):
        key = id_of(CRONUS, "default_dimension", f"{number}/{dimension}")
        yield {
            "id": key,
            "company_id": CRONUS,
            "etag": tag_of(key),
            "last_modified": OPENED,
            "parent_type": DIMENSION_PARENTS["customer"],
            "parent_id": id_of(CRONUS, "customer", number),
            "dimension_id": id_of(CRONUS, "dimension", dimension),
            "dimension_code": dimension,
            "dimension_value_id": id_of(CRONUS, "dimension_value", f"{dimension}/{value}"),
            "dimension_value_code": value,
        }


def _ledger_entries() -> Iterator[Columns]:
    """40000 has an open entry, 50000 one of a closed year, 60000 one of an open year."""
    for entry_number, number, posted, is_open in (
        (1, "40000", datetime.date(2025, 1, 20), True),
        (2, "50000", datetime.date(2023, 6, 30), False),
        (3, "60000", datetime.date(2025, 1, 31), False),
    ):
        yield {
            "id": id_of(CRONUS, "customer_ledger_entry", str(entry_number)),
            "company_id": CRONUS,
            "entry_number": entry_number,
            "customer_id": id_of(CRONUS, "customer", number),
            "posting_date": posted,
            "due_date": posted,
            "open": is_open,
        }
