"""Items, vendors and the small tables around them; what salespeople have beside a name."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.fields import GuidField, InstantField, ScaledDecimalField, TextField
from odata.sql.search import install


class _CodeEntity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()
    code = TextField()
    display_name = TextField()


class _UnitOfMeasure(_CodeEntity):
    international_standard_code = TextField()
    symbol = TextField()

    class Meta:
        table_name = "unit_of_measure"
        indexes = ((("company_id", "code"), True),)


class _ItemCategory(_CodeEntity):
    class Meta:
        table_name = "item_category"
        indexes = ((("company_id", "code"), True),)


class _TaxGroup(_CodeEntity):
    tax_type = peewee.SmallIntegerField()
    tax_percent = ScaledDecimalField(18, 5)

    class Meta:
        table_name = "tax_group"
        indexes = ((("company_id", "code"), True),)


class _GeneralProductPostingGroup(_CodeEntity):
    class Meta:
        table_name = "general_product_posting_group"
        indexes = ((("company_id", "code"), True),)


class _InventoryPostingGroup(_CodeEntity):
    class Meta:
        table_name = "inventory_posting_group"
        indexes = ((("company_id", "code"), True),)


class _Item(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()
    number = TextField()
    display_name = TextField()
    display_name2 = TextField()
    type = peewee.SmallIntegerField()
    item_category_id = GuidField()
    item_category_code = TextField()
    blocked = peewee.BooleanField()
    gtin = TextField()
    inventory = ScaledDecimalField(18, 5)
    unit_price = ScaledDecimalField(18, 5)
    price_includes_tax = peewee.BooleanField()
    unit_cost = ScaledDecimalField(18, 5)
    tax_group_id = GuidField()
    tax_group_code = TextField()
    base_unit_of_measure_id = GuidField()
    base_unit_of_measure_code = TextField()
    general_product_posting_group_id = GuidField()
    general_product_posting_group_code = TextField()
    inventory_posting_group_id = GuidField()
    inventory_posting_group_code = TextField()

    class Meta:
        table_name = "item"
        indexes = ((("company_id", "number"), True), (("company_id", "last_modified"), False))


class _Vendor(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()
    number = TextField()
    display_name = TextField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()
    phone_number = TextField()
    email = TextField()
    website = TextField()
    tax_registration_number = TextField()
    currency_id = GuidField()
    currency_code = TextField()
    irs1099_code = TextField()
    payment_terms_id = GuidField()
    payment_method_id = GuidField()
    tax_liable = peewee.BooleanField()
    blocked = peewee.SmallIntegerField()
    balance = ScaledDecimalField()

    class Meta:
        table_name = "vendor"
        indexes = ((("company_id", "number"), True), (("company_id", "last_modified"), False))


TABLES = (
    _UnitOfMeasure,
    _ItemCategory,
    _TaxGroup,
    _GeneralProductPostingGroup,
    _InventoryPostingGroup,
    _Item,
    _Vendor,
)
_CODED = (
    "unit_of_measure",
    "item_category",
    "tax_group",
    "general_product_posting_group",
    "inventory_posting_group",
    "country_region",
    "salesperson",
)
_SEARCHED = (
    *(SearchTable(name, ("id",), ("code", "display_name")) for name in _CODED),
    SearchTable("item", ("id",), ("number", "display_name")),
    SearchTable("vendor", ("id",), ("number", "display_name", "city")),
)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables and the columns, and enter what can be searched."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    for name in ("email2", "phone_no", "job_title"):
        migrator.migrate(migrator.add_column("salesperson", name, TextField(default="")))
    percent = ScaledDecimalField(18, 5, default=0)
    migrator.migrate(migrator.add_column("salesperson", "commission_percent", percent))
    flag = peewee.BooleanField(default=False)
    migrator.migrate(migrator.add_column("salesperson", "privacy_blocked", flag))
    dialect = dialect_of(database)
    for table in _SEARCHED:
        install(database, dialect, table)
