"""Credit memos with their lines, and sales documents in print."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField

_PRINTED = """
SELECT id, company_id, etag, last_modified, id AS parent_id,
       CAST({kind} AS SMALLINT) AS parent_type
FROM {table}
"""
_VIEW = "CREATE VIEW pdf_document AS " + " UNION ALL ".join(
    _PRINTED.format(table=table, kind=kind)
    for table, kind in (("sales_invoice", 5), ("sales_quote", 3), ("sales_credit_memo", 4))
)
_SERIES = (
    "INSERT INTO number_series "
    "(company_id, code, prefix, width, last_number, increment_by, manual_numbers) "
    "SELECT id, 'S-CR', '', 0, 1000, 1, TRUE FROM company"
)


class _Entity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()


_HEAD_TEXTS = """
number external_document_number customer_number customer_name bill_to_name
bill_to_customer_number ship_to_name ship_to_contact sell_to_address_line1
sell_to_address_line2 sell_to_city sell_to_country sell_to_state sell_to_post_code
bill_to_address_line1 bill_to_address_line2 bill_to_city bill_to_country bill_to_state
bill_to_post_code ship_to_address_line1 ship_to_address_line2 ship_to_city ship_to_country
ship_to_state ship_to_post_code currency_code shortcut_dimension1_code
shortcut_dimension2_code salesperson phone_number email
"""
_HEAD_IDS = "customer_id bill_to_customer_id currency_id payment_terms_id shipment_method_id"
_HEAD_AMOUNTS = """
discount_amount total_amount_excluding_tax total_tax_amount total_amount_including_tax
"""
_HEAD_FLAGS = "prices_include_tax discount_applied_before_tax tax_liable"
_LINE_TEXTS = "line_object_number description description2 unit_of_measure_code tax_code"
_LINE_IDS = "document_id item_id account_id unit_of_measure_id item_variant_id location_id"
_LINE_AMOUNTS = """
discount_amount amount_excluding_tax total_tax_amount amount_including_tax
invoice_discount_allocation net_amount net_tax_amount net_amount_including_tax
"""
_LINE_NUMBERS = "quantity unit_price discount_percent tax_percent"


def _columns(*groups: tuple[str, type[peewee.Field]]) -> dict[str, peewee.Field]:
    return {name: field() for names, field in groups for name in names.split()}


def _exact() -> ScaledDecimalField:
    return ScaledDecimalField(18, 5)


def _table(
    name: str, indexes: tuple[tuple[str, ...], ...], columns: dict[str, peewee.Field]
) -> type[peewee.Model]:
    options = {
        "table_name": name,
        "indexes": tuple((("company_id", *rest), False) for rest in indexes),
    }
    meta = type("Meta", (), options)
    return type(f"_{name}", (_Entity,), {**columns, "Meta": meta})


def _head(name: str, **more: peewee.Field) -> type[peewee.Model]:
    columns = _columns(
        (_HEAD_TEXTS, TextField),
        (_HEAD_IDS, GuidField),
        (_HEAD_AMOUNTS, ScaledDecimalField),
        (_HEAD_FLAGS, peewee.BooleanField),
        ("posting_date due_date", DayField),
        ("sent_at", InstantField),
        ("status", peewee.SmallIntegerField),
    )
    indexes = (("number",), ("customer_id",), ("last_modified",), ("external_document_number",))
    return _table(name, indexes, {**columns, **more})


def _lines(name: str, **more: peewee.Field) -> type[peewee.Model]:
    columns = _columns(
        (_LINE_TEXTS, TextField),
        (_LINE_IDS, GuidField),
        (_LINE_AMOUNTS, ScaledDecimalField),
        ("discount_applied_before_tax", peewee.BooleanField),
        ("shipment_date", DayField),
        ("sequence", peewee.IntegerField),
        ("line_type", peewee.SmallIntegerField),
    )
    numbers = {name: _exact() for name in _LINE_NUMBERS.split()}
    indexes = (("document_id", "sequence"), ("item_id",))
    return _table(name, indexes, {**columns, **numbers, **more})


TABLES = (
    _head(
        "sales_credit_memo",
        credit_memo_date=DayField(),
        invoice_id=GuidField(),
        invoice_number=TextField(),
        customer_return_reason_id=GuidField(),
    ),
    _lines("sales_credit_memo_line"),
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables, the view and the series."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    migrator.migrate(migrator.sql(_VIEW), migrator.sql(_SERIES))
