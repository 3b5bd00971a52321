"""Contacts of the demo customers and vendors, and what the companies say of themselves."""

from __future__ import annotations

import datetime

from models.company import Company
from models.company_information import CompanyInformation
from models.contact import (
    CUSTOMER_RELATION,
    NO_RELATION,
    VENDOR_RELATION,
    Contact,
    ContactRelation,
)
from models.demo.identifiers import COMPANIES, CRONUS, id_of, tag_of
from models.demo.rows import Columns, insert
from models.demo.tables import OPENED
from models.numbers import CONTACTS, NumberSeries

_CONTACTS = (
    ("CT000001", 0, "Adatum Corporation", "", "customer", "10000"),
    ("CT000002", 1, "Accounts desk of Adatum", "Bookkeeper", "customer", "10000"),
    ("CT000003", 0, "Trey Research", "", "customer", "20000"),
    ("CT000004", 0, "Fabrikam, Inc.", "", "vendor", "10000"),
    ("CT000005", 1, "Night shift doctor", "Doctor", "", ""),
)
_RELATIONS = {"customer": CUSTOMER_RELATION, "vendor": VENDOR_RELATION}


def add_contacts() -> None:
    """The contacts of the first company and the information of both."""
    for company in COMPANIES:
        NumberSeries.insert(
            company_id=company, code=CONTACTS, prefix="CT", width=6, last_number=5
        ).execute()
        insert(CompanyInformation, [_information(company)])
    insert(Contact, [_contact(*entry[:5]) for entry in _CONTACTS])
    insert(
        ContactRelation,
        [
            {
                "company_id": CRONUS,
                "contact_id": id_of(CRONUS, "contact", entry[0]),
                "related_type": _RELATIONS[entry[4]],
                "related_id": id_of(CRONUS, entry[4], entry[5]),
            }
            for entry in _CONTACTS
            if entry[4]
        ],
    )


def _contact(number: str, kind: int, name: str, title: str, related: str) -> Columns:
    key = id_of(CRONUS, "contact", number)
    return {
        "id": key,
        "company_id": CRONUS,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "number": number,
        "type": kind,
        "display_name": name,
        "job_title": title,
        "contact_business_relation": _RELATIONS.get(related, NO_RELATION),
        "search_name": name.upper(),
    }


def _information(company: str) -> Columns:
    row = Company.get_by_id(company)
    return {
        "id": company,
        "company_id": company,
        "etag": tag_of(company),
        "last_modified": OPENED,
        "display_name": row.display_name,
        "country": row.country_code,
        "currency_code": row.local_currency_code,
        "current_fiscal_year_start_date": datetime.date(2025, 1, 1),
    }
