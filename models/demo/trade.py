"""What the demo companies trade with: items, vendors, units and groups."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from models.code_table import CodeEntity
from models.company import Company
from models.demo.identifiers import COMPANIES, id_of, tag_of
from models.demo.rows import Columns, insert
from models.demo.tables import OPENED, add_coded
from models.general_product_posting_group import GeneralProductPostingGroup
from models.inventory_posting_group import InventoryPostingGroup
from models.item import Item
from models.item_category import ItemCategory
from models.numbers import ITEMS, VENDORS, NumberSeries
from models.tax_group import TaxGroup
from models.unit_of_measure import UnitOfMeasure
from models.vendor import Vendor

_TABLES: Mapping[type[CodeEntity], Mapping[str, Columns]] = {
    UnitOfMeasure: {
        "BOX": {"display_name": "Box", "international_standard_code": "BX"},
        "HOUR": {"display_name": "Hour", "international_standard_code": "HUR"},
        "PCS": {"display_name": "Piece", "international_standard_code": "EA"},
    },
    ItemCategory: {
        "CHAIR": {"display_name": "Office chair"},
        "DESK": {"display_name": "Office desk"},
        "SERVICE": {"display_name": "Service"},
    },
    TaxGroup: {
        "NONTAXABLE": {"display_name": "Not taxable"},
        "TAXABLE": {"display_name": "Taxable", "tax_percent": Decimal(6)},
    },
    GeneralProductPostingGroup: {
        "RETAIL": {"display_name": "Retail"},
        "SERVICES": {"display_name": "Services"},
    },
    InventoryPostingGroup: {"RESALE": {"display_name": "Goods for resale"}},
}
_SERIES = ((ITEMS, 1900, 1), (VENDORS, 50_000, 10_000))
_ITEMS = (
    ("1000", "Oak desk", 0, "DESK", "PCS", "420.00", "260.00", "12"),
    ("1001", "Height-adjustable desk", 0, "DESK", "PCS", "899.90", "540.50", "5"),
    ("1100", "Visitor chair", 0, "CHAIR", "PCS", "59.95", "31.20", "140"),
    ("1101", "Swivel chair", 0, "CHAIR", "PCS", "189.00", "97.75", "36"),
    ("1200", "Assembly", 1, "SERVICE", "HOUR", "75.00", "45.00", "0"),
    ("1300", "Cable duct", 2, "DESK", "BOX", "12.49", "4.10", "0"),
)
_VENDORS = (
    ("10000", "Fabrikam, Inc.", "Atlanta", "GA", "US", "31772"),
    ("20000", "First Up Consultants", "Miami", "FL", "US", "33108"),
    ("30000", "Graphic Design Institute", "Chicago", "IL", "US", "61236"),
    ("40000", "Wide World Importers", "Atlanta", "GA", "US", "31772"),
    ("50000", "Nod Publishers", "Hamburg", "", "DE", "20095"),
)


def add_trade() -> None:
    """Fill the tables of both companies."""
    for company in COMPANIES:
        for model, rows in _TABLES.items():
            add_coded(model, company, rows)
        for code, last, step in _SERIES:
            NumberSeries.insert(
                company_id=company, code=code, last_number=last, increment_by=step
            ).execute()
        insert(Item, [_item(company, entry) for entry in _ITEMS])
        local = Company.get_by_id(company).local_currency_code
        insert(Vendor, [_vendor(company, entry, local) for entry in _VENDORS])


def _head(company: str, table: str, number: str) -> Columns:
    key = id_of(company, table, number)
    return {
        "id": key,
        "company_id": company,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "number": number,
    }


def _item(company: str, entry: tuple[str, str, int, str, str, str, str, str]) -> Columns:
    number, name, kind, category, unit, price, cost, inventory = entry
    group = "SERVICES" if category == "SERVICE" else "RETAIL"
    tax = "NONTAXABLE" if category == "SERVICE" else "TAXABLE"
    stock: Columns = (
        {}
        if kind
        else {
            "inventory_posting_group_id": id_of(company, "inventory_posting_group", "RESALE"),
            "inventory_posting_group_code": "RESALE",
        }
    )
    return {
        **_head(company, "item", number),
        "display_name": name,
        "type": kind,
        "item_category_id": id_of(company, "item_category", category),
        "item_category_code": category,
        "inventory": Decimal(inventory),
        "unit_price": Decimal(price),
        "unit_cost": Decimal(cost),
        "tax_group_id": id_of(company, "tax_group", tax),
        "tax_group_code": tax,
        "base_unit_of_measure_id": id_of(company, "unit_of_measure", unit),
        "base_unit_of_measure_code": unit,
        "general_product_posting_group_id": id_of(company, "general_product_posting_group", group),
        "general_product_posting_group_code": group,
        "inventory_posting_group_id": "00000000-0000-0000-0000-000000000000",
        "inventory_posting_group_code": "",
        **stock,
    }


def _vendor(company: str, entry: tuple[str, str, str, str, str, str], local: str) -> Columns:
    number, name, city, state, country, post_code = entry
    return {
        **_head(company, "vendor", number),
        "display_name": name,
        "city": city,
        "state": state,
        "country": country,
        "postal_code": post_code,
        "currency_code": local,
        "payment_terms_id": id_of(company, "payment_term", "30 DAYS"),
    }
