"""Ids and entity tags of the demo data: the same on every machine."""

from __future__ import annotations

import base64
import uuid

CRONUS = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
MY_COMPANY = "b2c3d4e5-f6a7-8901-bcde-f12345678901"
COMPANIES = (CRONUS, MY_COMPANY)

PAYMENT_TERMS = "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5"
SHIPMENT_METHOD = "f6f6f6f6-a7a7-b8b8-c9c9-d0d0d0d0d0d0"
PAYMENT_METHOD = "e5e5e5e5-d4d4-c3c3-b2b2-a1a1a1a1a1a1"
TAX_AREA = "c6d7e8f9-a0b1-2345-6789-0abcdef12345"
ADATUM = "d1e2f3a4-b5c6-7890-1234-567890abcdef"
TREY_RESEARCH = "e2f3a4b5-c6d7-8901-2345-67890abcdef1"

_FIXED = {
    (CRONUS, "payment_term", "1M(8D)"): PAYMENT_TERMS,
    (CRONUS, "shipment_method", "EXW"): SHIPMENT_METHOD,
    (CRONUS, "payment_method", "CHECK"): PAYMENT_METHOD,
    (CRONUS, "tax_area", "ATLANTA, GA"): TAX_AREA,
    (CRONUS, "customer", "10000"): ADATUM,
    (CRONUS, "customer", "20000"): TREY_RESEARCH,
}
_NAMESPACE = uuid.UUID("7d0c5a3e-52a1-4c0b-9a43-0d6f5c1e8b27")
_DIGITS = 19


def id_of(company: str, table: str, code: str) -> str:
    """The id of a row by its table and code."""
    fixed = _FIXED.get((company, table, code))
    return fixed or str(uuid.uuid5(_NAMESPACE, f"{company}/{table}/{code}"))


def tag_of(key: str) -> str:
    """The first entity tag of a row, in Business Central's envelope (reference §3.3)."""
    digits = f"{uuid.UUID(key).int % 10**_DIGITS:0{_DIGITS}d}"
    return base64.b64encode(f"'{_DIGITS};{digits}1;00;'".encode()).decode()
