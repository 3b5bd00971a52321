"""Companies, customers and what customers refer to.

The definitions are frozen: they say what this step makes, whatever the models say later.
"""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.fields import DayField, GuidField, InstantField, ScaledDecimalField, TextField

FINANCIAL_DETAIL_VIEW = """
CREATE VIEW customer_financial_detail AS
SELECT id, company_id, etag, last_modified, number,
       balance, total_sales_excluding_tax, overdue_amount
FROM customer
"""

PICTURE_VIEW = """
CREATE VIEW picture AS
SELECT customer.id AS id, customer.company_id AS company_id,
       COALESCE(picture_content.etag, 'JzE5OzAwMDAwMDAwMDAwMDAwMDAwMDAxOzAwOyc=') AS etag,
       customer.last_modified AS last_modified,
       CAST(1 AS SMALLINT) AS parent_type,
       COALESCE(picture_content.width, 0) AS width,
       COALESCE(picture_content.height, 0) AS height,
       COALESCE(picture_content.content_type, '') AS content_type
FROM customer
LEFT JOIN picture_content
       ON picture_content.id = customer.id
      AND picture_content.company_id = customer.company_id
"""


class _Company(peewee.Model):
    id = GuidField(primary_key=True)
    system_version = TextField()
    timestamp = peewee.BigIntegerField()
    name = TextField(unique=True)
    display_name = TextField()
    business_profile_id = TextField()
    system_created_at = InstantField()
    system_created_by = GuidField()
    system_modified_at = InstantField()
    system_modified_by = GuidField()
    local_currency_code = TextField()
    country_code = TextField()
    closed_until = DayField()

    class Meta:
        table_name = "company"


class _Entity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()


class _CodeEntity(_Entity):
    code = TextField()
    display_name = TextField()


class _Currency(_CodeEntity):
    symbol = TextField()
    amount_decimal_places = TextField()
    amount_rounding_precision = ScaledDecimalField(18, 5)

    class Meta:
        table_name = "currency"
        indexes = ((("company_id", "code"), True),)


class _PaymentTerm(_CodeEntity):
    due_date_calculation = TextField()
    discount_date_calculation = TextField()
    discount_percent = ScaledDecimalField(18, 5)
    calculate_discount_on_credit_memos = peewee.BooleanField()

    class Meta:
        table_name = "payment_term"
        indexes = ((("company_id", "code"), True),)


class _PaymentMethod(_CodeEntity):
    class Meta:
        table_name = "payment_method"
        indexes = ((("company_id", "code"), True),)


class _ShipmentMethod(_CodeEntity):
    class Meta:
        table_name = "shipment_method"
        indexes = ((("company_id", "code"), True),)


class _TaxArea(_CodeEntity):
    tax_type = peewee.SmallIntegerField()

    class Meta:
        table_name = "tax_area"
        indexes = ((("company_id", "code"), True),)


class _CountryRegion(_CodeEntity):
    address_format = peewee.SmallIntegerField()

    class Meta:
        table_name = "country_region"
        indexes = ((("company_id", "code"), True),)


class _Salesperson(_CodeEntity):
    email = TextField()
    blocked = peewee.BooleanField()

    class Meta:
        table_name = "salesperson"
        indexes = ((("company_id", "code"), True),)


class _Dimension(_CodeEntity):
    consolidation_code = TextField()
    blocked = peewee.BooleanField()

    class Meta:
        table_name = "dimension"
        indexes = ((("company_id", "code"), True),)


class _DimensionValue(_CodeEntity):
    dimension_id = GuidField()
    consolidation_code = TextField()
    blocked = peewee.BooleanField()

    class Meta:
        table_name = "dimension_value"
        indexes = ((("company_id", "dimension_id", "code"), True),)


class _Customer(_Entity):
    number = TextField()
    display_name = TextField()
    type = peewee.SmallIntegerField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()
    phone_number = TextField()
    email = TextField()
    website = TextField()
    tax_liable = peewee.BooleanField()
    tax_area_id = GuidField()
    tax_area_display_name = TextField()
    tax_registration_number = TextField()
    currency_id = GuidField()
    currency_code = TextField()
    payment_terms_id = GuidField()
    shipment_method_id = GuidField()
    payment_method_id = GuidField()
    blocked = peewee.SmallIntegerField()
    balance = ScaledDecimalField()
    overdue_amount = ScaledDecimalField()
    total_sales_excluding_tax = ScaledDecimalField()
    salesperson_code = TextField()
    balance_due = ScaledDecimalField()
    credit_limit = ScaledDecimalField()
    privacy_blocked = peewee.BooleanField()

    class Meta:
        table_name = "customer"
        indexes = (
            (("company_id", "number"), True),
            (("company_id", "display_name"), False),
            (("company_id", "last_modified"), False),
            (("company_id", "blocked", "balance"), False),
        )


class _PictureContent(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    content_type = TextField()
    width = peewee.IntegerField()
    height = peewee.IntegerField()
    content = peewee.BlobField()

    class Meta:
        table_name = "picture_content"


class _DefaultDimension(_Entity):
    parent_type = peewee.SmallIntegerField()
    parent_id = GuidField()
    dimension_id = GuidField()
    dimension_code = TextField()
    dimension_value_id = GuidField()
    dimension_value_code = TextField()
    posting_validation = peewee.SmallIntegerField()

    class Meta:
        table_name = "default_dimension"
        indexes = ((("company_id", "parent_id", "parent_type", "dimension_id"), True),)


class _CustomerLedgerEntry(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    entry_number = peewee.IntegerField()
    customer_id = GuidField()
    posting_date = DayField()
    open = peewee.BooleanField()

    class Meta:
        table_name = "customer_ledger_entry"
        indexes = (
            (("company_id", "entry_number"), True),
            (("company_id", "customer_id"), False),
        )


class _NumberSeries(peewee.Model):
    company_id = GuidField()
    code = TextField()
    prefix = TextField()
    width = peewee.SmallIntegerField()
    last_number = peewee.BigIntegerField()
    increment_by = peewee.IntegerField()
    manual_numbers = peewee.BooleanField()

    class Meta:
        table_name = "number_series"
        primary_key = peewee.CompositeKey("company_id", "code")


class _RowVersion(peewee.Model):
    id = peewee.IntegerField(primary_key=True)
    value = peewee.BigIntegerField()

    class Meta:
        table_name = "row_version"


TABLES = (
    _Company,
    _Currency,
    _PaymentTerm,
    _PaymentMethod,
    _ShipmentMethod,
    _TaxArea,
    _CountryRegion,
    _Salesperson,
    _Dimension,
    _DimensionValue,
    _Customer,
    _PictureContent,
    _DefaultDimension,
    _CustomerLedgerEntry,
    _NumberSeries,
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables, the views and the counter of row versions."""
    with database.bind_ctx((*TABLES, _RowVersion), bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
        migrator.migrate(migrator.sql(FINANCIAL_DETAIL_VIEW), migrator.sql(PICTURE_VIEW))
        if database.sequences:
            # A table with one row would make all writers of PostgreSQL queue.
            migrator.migrate(migrator.sql("CREATE SEQUENCE row_version"))
            return
        database.create_tables((_RowVersion,), safe=False)
        _RowVersion.insert(id=1, value=0).execute()
