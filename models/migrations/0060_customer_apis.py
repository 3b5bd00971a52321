"""What the plain REST dialects name: parts of customers, integer ids, branches, the trash."""

from __future__ import annotations

from collections.abc import Mapping

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.execution import run
from odata.sql.fields import DayField, GuidField, InstantField, TextField
from odata.sql.search import install

_NO_ID = "00000000-0000-0000-0000-000000000000"
_BLANK: list[peewee.Node] = [peewee.SQL("DEFAULT ''")]
_ZERO: list[peewee.Node] = [peewee.SQL("DEFAULT 0")]
_COLUMNS: Mapping[str, peewee.Field] = {
    "integer_id": peewee.BigIntegerField(constraints=_ZERO),
    "code": TextField(constraints=_BLANK),
    "legal_name": TextField(constraints=_BLANK),
    "status": peewee.SmallIntegerField(constraints=_ZERO),
    "customer_type": TextField(constraints=_BLANK),
    "other_phone_number": TextField(constraints=_BLANK),
    "fax_number": TextField(constraints=_BLANK),
    "notes": TextField(constraints=_BLANK),
    "branch_id": GuidField(constraints=[peewee.SQL(f"DEFAULT '{_NO_ID}'")]),
    "created_date_time": InstantField(null=True),
}


class _Entity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()


class _Branch(_Entity):
    code = TextField()
    display_name = TextField()
    integer_id = peewee.BigIntegerField(unique=True)

    class Meta:
        table_name = "branch"
        indexes = ((("company_id", "code"), True),)


class _Part(_Entity):
    customer_id = GuidField(index=True)
    integer_id = peewee.BigIntegerField(unique=True)
    created_date_time = InstantField()


class _Contact(_Part):
    is_primary = peewee.BooleanField()
    display_name = TextField()
    job_title = TextField()
    email = TextField()
    email_key = TextField()
    phone_number = TextField()

    class Meta:
        table_name = "customer_contact"
        indexes = ((("company_id", "email_key"), False),)


class _Address(_Part):
    is_primary = peewee.BooleanField()
    address_type = peewee.SmallIntegerField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()

    class Meta:
        table_name = "customer_address"


class _ExternalId(_Part):
    system = TextField()
    value = TextField()

    class Meta:
        table_name = "external_id"
        indexes = (
            (("company_id", "system", "value"), True),
            (("customer_id", "system"), True),
        )


class _Asset(_Part):
    number = TextField()
    description = TextField()
    serial_number = TextField()
    status = peewee.SmallIntegerField()

    class Meta:
        table_name = "asset"
        indexes = ((("company_id", "number"), True),)


class _WorkOrder(_Part):
    number = TextField()
    description = TextField()
    asset_id = GuidField()
    status = peewee.SmallIntegerField()
    scheduled_date = DayField(null=True)

    class Meta:
        table_name = "work_order"
        indexes = ((("company_id", "number"), True),)


class _ServiceContract(_Part):
    number = TextField()
    description = TextField()
    status = peewee.SmallIntegerField()
    start_date = DayField(null=True)
    end_date = DayField(null=True)

    class Meta:
        table_name = "service_contract"
        indexes = ((("company_id", "number"), True),)


class _PortalUser(_Entity):
    email = TextField()
    email_key = TextField()
    display_name = TextField()
    contact_id = GuidField(index=True)
    customer_id = GuidField(index=True)
    created_date_time = InstantField()

    class Meta:
        table_name = "portal_user"
        indexes = ((("company_id", "email_key"), True),)


class _DeletedCustomer(_Entity):
    integer_id = peewee.BigIntegerField(unique=True)
    number = TextField()
    display_name = TextField()
    deleted_date_time = InstantField()
    deleted_by = TextField()
    content = TextField()

    class Meta:
        table_name = "deleted_customer"
        indexes = ((("company_id", "number"), False),)


class _NumberSeries(peewee.Model):
    company_id = GuidField(default=_NO_ID)
    code = TextField()
    prefix = TextField(default="")
    width = peewee.SmallIntegerField(default=0)
    last_number = peewee.BigIntegerField()
    increment_by = peewee.IntegerField(default=1)
    manual_numbers = peewee.BooleanField(default=True)

    class Meta:
        table_name = "number_series"
        primary_key = peewee.CompositeKey("company_id", "code")


TABLES = (
    _Branch,
    _Contact,
    _Address,
    _ExternalId,
    _Asset,
    _WorkOrder,
    _ServiceContract,
    _PortalUser,
    _DeletedCustomer,
)
_SEARCHED = (
    ("branch", ("code", "display_name")),
    ("customer_contact", ("display_name", "email")),
    ("asset", ("number", "description")),
    ("work_order", ("number", "description")),
    ("service_contract", ("number", "description")),
    ("deleted_customer", ("number", "display_name")),
)
_NUMBERED = (
    """
    UPDATE customer SET integer_id = ranked.place, created_date_time = last_modified
    FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY company_id, number) AS place FROM customer)
    AS ranked WHERE customer.id = ranked.id
    """,
    """
    INSERT INTO customer_address (
        id, company_id, etag, last_modified, customer_id, integer_id, created_date_time,
        is_primary, address_type, address_line1, address_line2, city, state, country, postal_code
    )
    SELECT id, company_id, etag, last_modified, id, integer_id, created_date_time,
           TRUE, 2, address_line1, address_line2, city, state, country, postal_code
    FROM customer
    WHERE (address_line1 || address_line2 || city || state || country || postal_code) <> ''
    """,
)
_LAST = {
    "customer": "SELECT COALESCE(MAX(integer_id), 0) FROM customer",
    "address": "SELECT COALESCE(MAX(integer_id), 0) FROM customer_address",
}
_INDEXES = (
    "CREATE UNIQUE INDEX customer_integer_id ON customer (integer_id) WHERE integer_id > 0",
    "CREATE UNIQUE INDEX customer_code ON customer (company_id, code) WHERE code <> ''",
)


def _add_column(migrator: SchemaMigrator, name: str, field: peewee.Field) -> None:
    """One column with its default: Peewee would copy the table, which views stand on."""
    field.bind(_Entity, name, set_attribute=False)
    context = migrator.make_context()
    context.literal("ALTER TABLE ").sql(peewee.Entity("customer")).literal(" ADD COLUMN ")
    run(migrator.database, *context.sql(field.ddl(context)).query())


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables and columns, and number what is there."""
    for name, field in _COLUMNS.items():
        _add_column(migrator, name, field)
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
    migrator.migrate(*map(migrator.sql, (*_NUMBERED, *_INDEXES)))
    with database.bind_ctx((_NumberSeries,), bind_refs=False, bind_backrefs=False):
        for kind in ("customer", "address"):
            last_number = run(database, _LAST[kind], []).fetchone()[0]
            _NumberSeries.insert(code=f"ID:{kind}", last_number=last_number).execute()
    dialect = dialect_of(database)
    for table, columns in _SEARCHED:
        install(database, dialect, SearchTable(table, ("id",), columns))
