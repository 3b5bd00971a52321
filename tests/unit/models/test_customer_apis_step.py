"""The step of the schema that gives customers what the plain REST dialects name."""

from __future__ import annotations

import shutil
from pathlib import Path

from models.connection import open_database
from models.database import bind, connected
from models.integer_id import draw_integer_id
from models.migrate import DIRECTORY, migrate
from tests.integration.service import words

COMPANY = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
NO_ID = "00000000-0000-0000-0000-000000000000"
TEXTS = words(
    "address_line1 address_line2 city state country postal_code phone_number email website "
    "tax_area_display_name tax_registration_number currency_code salesperson_code"
)
IDS = words("tax_area_id currency_id payment_terms_id shipment_method_id payment_method_id")
NUMBERS = words(
    "type blocked balance overdue_amount total_sales_excluding_tax balance_due credit_limit"
)


def row(number: str, city: str) -> dict[str, object]:
    """A customer as it was stored before the step."""
    return {
        "id": f"00000000-0000-4000-8000-{number:0>12}",
        "company_id": COMPANY,
        "etag": f"tag {number}",
        "last_modified": "2025-02-15T09:30:00.000",
        "number": number,
        "display_name": f"Customer {number}",
        "tax_liable": False,
        "privacy_blocked": False,
        **dict.fromkeys(TEXTS, ""),
        **dict.fromkeys(IDS, NO_ID),
        **dict.fromkeys(NUMBERS, 0),
        "city": city,
    }


def test_customers_that_are_there_get_ids_and_a_primary_address(database_url: str, tmp_path: Path):
    for step in DIRECTORY.glob("*.py"):
        if step.name < "0060":
            shutil.copy(step, tmp_path)
    database = open_database(database_url)
    migrate(database, tmp_path)
    with connected(database):
        for stored in (row("20", ""), row("10", "Chicago")):
            names = ", ".join(f'"{name}"' for name in stored)
            places = ", ".join([database.param] * len(stored))
            statement = f"INSERT INTO customer ({names}) VALUES ({places})"  # noqa: S608
            database.execute_sql(statement, list(stored.values()))

    migrate(database)

    bind(database)
    with connected(database):
        customers = database.execute_sql(
            "SELECT number, integer_id, status, created_date_time FROM customer ORDER BY number"
        ).fetchall()
        addresses = database.execute_sql(
            "SELECT city, is_primary, address_type FROM customer_address"
        ).fetchall()
        drawn = draw_integer_id("customer")
    database.close()
    assert customers == [
        ("10", 1, 0, "2025-02-15T09:30:00.000"),
        ("20", 2, 0, "2025-02-15T09:30:00.000"),
    ]
    assert addresses == [("Chicago", True, 2)]
    assert drawn == 3
