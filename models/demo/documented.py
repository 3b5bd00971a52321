"""The two customers of the document that the service is named after, value for value."""

from __future__ import annotations

import datetime
from decimal import Decimal

from models.demo.identifiers import (
    ADATUM,
    CRONUS,
    PAYMENT_METHOD,
    PAYMENT_TERMS,
    SHIPMENT_METHOD,
    TAX_AREA,
    TREY_RESEARCH,
)
from models.demo.rows import Columns

_SHARED: Columns = {
    "company_id": CRONUS,
    "country": "US",
    "tax_liable": True,
    "tax_area_id": TAX_AREA,
    "currency_code": "USD",
    "payment_terms_id": PAYMENT_TERMS,
    "shipment_method_id": SHIPMENT_METHOD,
    "payment_method_id": PAYMENT_METHOD,
}

_ADATUM: Columns = {
    **_SHARED,
    "id": ADATUM,
    "etag": "JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw==",
    "last_modified": datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC),
    "number": "10000",
    "display_name": "Adatum Corporation",
    "address_line1": "192 Market Square",
    "address_line2": "Suite 300",
    "city": "Atlanta",
    "state": "GA",
    "postal_code": "31772",
    "phone_number": "+1-404-555-0100",
    "email": "accounts@adatum.com",
    "website": "https://www.adatum.com",
    "tax_area_display_name": "Atlanta, GA",
    "tax_registration_number": "98-7654321",
    "balance": Decimal("15750.00"),
    "overdue_amount": Decimal("3200.00"),
    "total_sales_excluding_tax": Decimal("245000.00"),
    "balance_due": Decimal("3200.00"),
    "credit_limit": Decimal("50000.00"),
}

_TREY_RESEARCH: Columns = {
    **_SHARED,
    "id": TREY_RESEARCH,
    "etag": "JzE5OzU2Nzg5MDEyMzQ7QkVOOw==",
    "last_modified": datetime.datetime(2025, 2, 14, 16, 15, tzinfo=datetime.UTC),
    "number": "20000",
    "display_name": "Trey Research",
    "address_line1": "1 Main Street",
    "city": "Dallas",
    "state": "TX",
    "postal_code": "74532",
    "phone_number": "+1-214-555-0200",
    "email": "info@treyresearch.net",
    "website": "https://www.treyresearch.net",
    "tax_area_display_name": "Dallas, TX",
    "tax_registration_number": "87-6543210",
    "balance": Decimal("8450.50"),
    "total_sales_excluding_tax": Decimal("125000.00"),
}

DOCUMENTED = (_ADATUM, _TREY_RESEARCH)
