"""Employees, locations, variants, attachments, stock entries, and pictures of all that have one."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.search import install

_NO_ID = "00000000-0000-0000-0000-000000000000"
_FIRST_TAG = "JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc="
_PICTURED = (("customer", 1), ("item", 2), ("vendor", 3), ("employee", 4), ("contact", 5))
_PICTURE_OF = """
SELECT {table}.id AS id, {table}.company_id AS company_id,
       COALESCE(picture_content.etag, '{tag}') AS etag, {table}.last_modified AS last_modified,
       CAST({kind} AS SMALLINT) AS parent_type,
       COALESCE(picture_content.width, 0) AS width,
       COALESCE(picture_content.height, 0) AS height,
       COALESCE(picture_content.content_type, '') AS content_type
FROM {table}
LEFT JOIN picture_content
       ON picture_content.id = {table}.id AND picture_content.company_id = {table}.company_id
"""
_PICTURE = "CREATE VIEW picture AS " + " UNION ALL ".join(
    _PICTURE_OF.format(table=table, kind=kind, tag=_FIRST_TAG) for table, kind in _PICTURED
)
_COLUMNS = (
    "balance AS balance_due, balance AS current_amount, CAST(0 AS BIGINT) AS period1_amount, "
    "CAST(0 AS BIGINT) AS period2_amount, CAST(0 AS BIGINT) AS period3_amount"
)
_PAYABLE = f"""
CREATE VIEW aged_accounts_payable AS
SELECT vendor.id AS vendor_id, vendor.company_id AS company_id, vendor.etag AS etag,
       vendor.last_modified AS last_modified, vendor.number AS vendor_number,
       vendor.display_name AS name, vendor.currency_code AS currency_code, {_COLUMNS},
       ledger_day.as_of AS aged_as_of_date, '30D' AS period_length_filter
FROM vendor JOIN ledger_day ON ledger_day.company_id = vendor.company_id
UNION ALL
SELECT '{_NO_ID}' AS vendor_id, company_id, '{_FIRST_TAG}' AS etag, last_modified,
       '' AS vendor_number, 'Total' AS name, '' AS currency_code, {_COLUMNS},
       aged_as_of_date, 'TOTAL' AS period_length_filter
FROM (
    SELECT vendor.company_id AS company_id, MAX(vendor.last_modified) AS last_modified,
           CAST(SUM(vendor.balance) AS BIGINT) AS balance, MAX(ledger_day.as_of) AS aged_as_of_date
    FROM vendor JOIN ledger_day ON ledger_day.company_id = vendor.company_id
    GROUP BY vendor.company_id
) AS totals
"""  # noqa: S608 - no value in it
_SETUP = f"""
CREATE VIEW general_ledger_setup AS
SELECT id, id AS company_id, '{_FIRST_TAG}' AS etag, system_modified_at AS last_modified,
       '0001-01-01' AS allow_posting_from, '0001-01-01' AS allow_posting_to,
       '' AS additional_reporting_currency, local_currency_code,
       CASE local_currency_code WHEN 'USD' THEN '$' WHEN 'EUR' THEN '€' WHEN 'GBP' THEN '£'
            ELSE '' END AS local_currency_symbol,
       FALSE AS allow_query_from_consolidation
FROM company
"""  # noqa: S608 - no value in it
_RELATIONS = (
    "UPDATE contact SET contact_business_relation = CASE contact_business_relation "
    "WHEN 0 THEN 100 WHEN 5 THEN 102 ELSE contact_business_relation END"
)
_SERIES = (
    "INSERT INTO number_series "
    "(company_id, code, prefix, width, last_number, increment_by, manual_numbers) "
    "SELECT id, '{code}', '{prefix}', {width}, 0, 1, TRUE FROM company"
)


class _Entity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()


class _Location(_Entity):
    code = TextField()
    display_name = TextField()
    contact = TextField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()
    phone_number = TextField()
    email = TextField()
    website = TextField()

    class Meta:
        table_name = "location"
        indexes = ((("company_id", "code"), True),)


class _ItemVariant(_Entity):
    item_id = GuidField()
    item_number = TextField()
    code = TextField()
    description = TextField()

    class Meta:
        table_name = "item_variant"
        indexes = ((("company_id", "item_id", "code"), True),)


class _Employee(_Entity):
    number = TextField()
    display_name = TextField()
    given_name = TextField()
    middle_name = TextField()
    surname = TextField()
    job_title = TextField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()
    phone_number = TextField()
    mobile_phone = TextField()
    email = TextField()
    personal_email = TextField()
    employment_date = DayField()
    termination_date = DayField()
    status = peewee.SmallIntegerField()
    birth_date = DayField()
    statistics_group_code = TextField()

    class Meta:
        table_name = "employee"
        indexes = ((("company_id", "number"), True), (("company_id", "last_modified"), False))


class _Attachment(_Entity):
    file_name = TextField()
    byte_size = peewee.IntegerField()
    parent_type = peewee.SmallIntegerField()
    parent_id = GuidField()

    class Meta:
        table_name = "attachment"
        indexes = ((("company_id", "parent_id"), False), (("parent_id",), False))


class _DocumentAttachment(_Entity):
    file_name = TextField()
    byte_size = peewee.IntegerField()
    parent_type = peewee.SmallIntegerField()
    parent_id = GuidField()
    line_number = peewee.IntegerField()
    document_flow_sales = peewee.BooleanField()
    document_flow_purchase = peewee.BooleanField()

    class Meta:
        table_name = "document_attachment"
        indexes = ((("company_id", "parent_id"), False), (("parent_id",), False))


class _AttachmentContent(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    content = peewee.BlobField()
    content_type = TextField()

    class Meta:
        table_name = "attachment_content"


class _CurrencyExchangeRate(_Entity):
    currency_code = TextField()
    starting_date = DayField()
    exchange_rate_amount = ScaledDecimalField(18, 5)
    relational_currency_code = TextField()
    relational_exchange_rate_amount = ScaledDecimalField(18, 5)

    class Meta:
        table_name = "currency_exchange_rate"
        indexes = ((("company_id", "currency_code", "starting_date"), True),)


class _ItemLedgerEntry(_Entity):
    entry_number = peewee.IntegerField()
    item_number = TextField()
    posting_date = DayField()
    entry_type = peewee.SmallIntegerField()
    source_number = TextField()
    source_type = peewee.SmallIntegerField()
    document_number = TextField()
    document_type = peewee.SmallIntegerField()
    description = TextField()
    quantity = ScaledDecimalField(18, 5)
    sales_amount_actual = ScaledDecimalField()
    cost_amount_actual = ScaledDecimalField()

    class Meta:
        table_name = "item_ledger_entry"
        indexes = (
            (("company_id", "entry_number"), True),
            (("company_id", "item_number"), False),
        )


TABLES = (
    _Location,
    _ItemVariant,
    _Employee,
    _Attachment,
    _DocumentAttachment,
    _AttachmentContent,
    _CurrencyExchangeRate,
    _ItemLedgerEntry,
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables, the views and the series; number relations as Business Central does."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    migrator.migrate(
        migrator.sql("DROP VIEW picture"),
        migrator.sql(_PICTURE),
        migrator.sql(_PAYABLE),
        migrator.sql(_SETUP),
        migrator.sql(_RELATIONS),
        migrator.sql(_SERIES.format(code="EMP", prefix="E", width=4)),
        migrator.sql(_SERIES.format(code="ITEMENTRY", prefix="", width=0)),
    )
    group = "general_product_posting_group"
    blank, flag = TextField(default=""), peewee.BooleanField(default=True)
    migrator.migrate(
        migrator.add_column(group, "default_vat_product_posting_group", blank),
        migrator.add_column(group, "auto_insert_default", flag),
    )
    dialect = dialect_of(database)
    install(database, dialect, SearchTable("location", ("id",), ("code", "display_name")))
    install(database, dialect, SearchTable("employee", ("id",), ("number", "display_name")))
