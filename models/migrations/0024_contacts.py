"""Contacts, what a company says of itself, and the routes of the service."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.dialects import dialect_of
from odata.sql.dialects.base import SearchTable
from odata.sql.fields import DayField, GuidField, InstantField, TextField
from odata.sql.search import install

_INFORMATION = """
CREATE VIEW contact_information AS
SELECT contact.id AS id, contact.company_id AS company_id, contact.etag AS etag,
       contact.last_modified AS last_modified, contact.id AS contact_id,
       contact.number AS contact_number, contact.display_name AS contact_name,
       contact.type AS contact_type, contact_relation.related_id AS related_id,
       contact_relation.related_type AS related_type
FROM contact_relation
JOIN contact ON contact.id = contact_relation.contact_id
            AND contact.company_id = contact_relation.company_id
"""


class _Entity(peewee.Model):
    id = GuidField(primary_key=True)
    company_id = GuidField()
    etag = TextField()
    last_modified = InstantField()


class _Contact(_Entity):
    number = TextField()
    type = peewee.SmallIntegerField()
    display_name = TextField()
    job_title = TextField()
    company_number = TextField()
    company_name = TextField()
    contact_business_relation = peewee.SmallIntegerField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()
    phone_number = TextField()
    mobile_phone_number = TextField()
    email = TextField()
    website = TextField()
    search_name = TextField()
    privacy_blocked = peewee.BooleanField()
    tax_registration_number = TextField()
    last_interaction_date = DayField()

    class Meta:
        table_name = "contact"
        indexes = ((("company_id", "number"), True), (("company_id", "last_modified"), False))


class _ContactRelation(peewee.Model):
    company_id = GuidField()
    contact_id = GuidField()
    related_type = peewee.SmallIntegerField()
    related_id = GuidField()

    class Meta:
        table_name = "contact_relation"
        primary_key = peewee.CompositeKey("company_id", "contact_id", "related_id")
        indexes = ((("company_id", "related_id"), False),)


class _CompanyInformation(_Entity):
    display_name = TextField()
    address_line1 = TextField()
    address_line2 = TextField()
    city = TextField()
    state = TextField()
    country = TextField()
    postal_code = TextField()
    phone_number = TextField()
    fax_number = TextField()
    email = TextField()
    website = TextField()
    tax_registration_number = TextField()
    currency_code = TextField()
    current_fiscal_year_start_date = DayField()
    industry = TextField()
    experience = TextField()

    class Meta:
        table_name = "company_information"
        indexes = ((("company_id",), True),)


class _ApiCategoryRoute(peewee.Model):
    route = TextField(primary_key=True)
    publisher = TextField()
    group = TextField()
    version = TextField()

    class Meta:
        table_name = "api_category_route"


TABLES = (_Contact, _ContactRelation, _CompanyInformation, _ApiCategoryRoute)


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Make the tables and the view, and enter the one route that there is."""
    with database.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        database.create_tables(TABLES, safe=False)
        _ApiCategoryRoute.insert(route="v2.0", publisher="", group="", version="v2.0").execute()
    migrator.migrate(migrator.sql(_INFORMATION))
    table = SearchTable("contact", ("id",), ("number", "display_name", "email"))
    install(database, dialect_of(database), table)
