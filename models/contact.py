"""Contacts, and to whom they belong (reference §6.3)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import peewee

from models.address import Addressed, address
from models.address_check import check_country, check_tax_number
from models.base import Entity, EntityRules, choice, key_of, last_modified, required_text, text
from models.database import database
from models.enumerations import (
    CONTACT_BUSINESS_RELATION,
    CONTACT_RELATED_TYPE,
    CONTACT_TYPE,
    NAMESPACE,
)
from models.forms import EMAIL, not_blank, phone_of
from models.grants import BUSINESS, portal_reads
from models.numbers import CONTACTS, Numbering, number_of
from models.parts import parent_of, picture_of
from models.party import (
    check_new_number,
    give_number,
    require_display_name,
)
from models.picture import remove_picture
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.query.change import Change, Operation
from odata.sql.expose import Exposure, column, to_one
from odata.sql.fields import DayField, EnumField, GuidField, TextField
from odata.sql.mapping import Derivation

CAPTION = "Contact"
_CUSTOMER = f"{NAMESPACE}.contactBusinessRelationLinkToTable'Customer'"
_OWN_RELATIONS = f"relatedType eq {_CUSTOMER} and relatedId in @customer"
_OF_OWN_CONTACTS = (
    f"contactInformation/relatedType eq {_CUSTOMER} and contactInformation/relatedId in @customer"
)
TYPE_NEEDED = "id type not specified."
CUSTOMER_RELATION, VENDOR_RELATION, NO_RELATION = 1, 2, 100
_NO_DAY = datetime.date(1, 1, 1)


class Contact(Addressed):
    """A person or company that the company knows."""

    number = TextField(20)
    type = EnumField(CONTACT_TYPE, default=0)
    display_name = TextField(100)
    job_title = TextField(30, default="")
    company_number = TextField(20, default="")
    company_name = TextField(100, default="")
    contact_business_relation = EnumField(CONTACT_BUSINESS_RELATION, default=NO_RELATION)
    phone_number = TextField(30, default="")
    mobile_phone_number = TextField(30, default="")
    email = TextField(80, default="")
    website = TextField(255, default="")
    search_name = TextField(100, default="")
    privacy_blocked = peewee.BooleanField(default=False)
    tax_registration_number = TextField(50, default="")
    last_interaction_date = DayField(default=_NO_DAY)

    class Meta:
        table_name = "contact"


class ContactRelation(peewee.Model):
    """That a contact belongs to a customer or a vendor."""

    company_id = GuidField()
    contact_id = GuidField()
    related_type = EnumField(CONTACT_RELATED_TYPE)
    related_id = GuidField()

    class Meta:
        database = database
        table_name = "contact_relation"
        primary_key = peewee.CompositeKey("company_id", "contact_id", "related_id")


class ContactInformation(Entity):
    """A row of the view: a contact with one of those to whom it belongs."""

    contact_id = GuidField()
    contact_number = TextField(20)
    contact_name = TextField(100)
    contact_type = EnumField(CONTACT_TYPE)
    related_id = GuidField()
    related_type = EnumField(CONTACT_RELATED_TYPE)

    class Meta:
        table_name = "contact_information"


_PHONE = phone_of(CAPTION)
_NUMBERING = Numbering(CONTACTS, Contact.number)


class ContactRules(EntityRules):
    """A name, a number, and an address that can be true."""

    def before_create(self, change: Change) -> None:
        """Check the whole contact and give it a number and a search name."""
        super().before_create(change)
        require_display_name(change)
        _check_values(change)
        if not change.values.get("searchName"):
            change.values["searchName"] = str(change.values.get("displayName") or "").upper()
        give_number(change, _NUMBERING, CAPTION)

    def before_update(self, change: Change) -> None:
        """Check what changes; another number renames the contact."""
        super().before_update(change)
        _check_values(change)
        check_new_number(change, _NUMBERING, CAPTION)

    def after_delete(self, change: Change) -> None:
        """Remove its relations and its picture with it."""
        model = ContactRelation
        change.rows.delete(model, model.contact_id == change.key["id"])
        remove_picture(change)


def remove_relations(change: Change) -> None:
    """Remove the relations to a customer or vendor that is removed."""
    model = ContactRelation
    change.rows.delete(model, model.related_id == change.key["id"])


def _check_values(change: Change) -> None:
    check_country(change, CAPTION)
    check_tax_number(change, "taxRegistrationNumber")


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``contacts``."""
    return Exposure(
        Contact,
        "contact",
        "contacts",
        properties=(
            key_of(Contact),
            number_of(Contact.number),
            choice(Contact.type),
            required_text(
                Contact.display_name,
                required=True,
                searchable=True,
                constraint=not_blank("displayName"),
            ),
            required_text(Contact.job_title),
            text(Contact.company_number, upper_case=True),
            text(Contact.company_name),
            choice(Contact.contact_business_relation, computed=True),
            *address(Contact),
            text(Contact.phone_number, constraint=_PHONE),
            text(Contact.mobile_phone_number, constraint=_PHONE),
            text(Contact.email, searchable=True, constraint=EMAIL),
            text(Contact.website),
            text(Contact.search_name, upper_case=True, computed_default=True),
            choice(Contact.privacy_blocked, unset=False),
            text(Contact.tax_registration_number),
            column(Contact.last_interaction_date, computed=True, unset=_NO_DAY),
            last_modified(Contact),
        ),
        navigation=(
            to_one(
                "contactInformation",
                "contactInformation",
                on=(("id", "contactId"),),
                partner="contact",
            ),
            picture_of("contact"),
        ),
        scope=Contact.company_id,
        scope_type="company",
        entity_tag=Contact.etag,
        default_order=("number",),
        rules=ContactRules(),
        grants=(*BUSINESS, *portal_reads(_OF_OWN_CONTACTS)),
    )


_RELATION_SHOWN = {
    "contactId": ContactRelation.contact_id,
    "relatedId": ContactRelation.related_id,
    "relatedType": ContactRelation.related_type,
}
_CONTACT_SHOWN = {
    "contactId": Contact.id,
    "contactNumber": Contact.number,
    "contactName": Contact.display_name,
    "contactType": Contact.type,
}


def _has_relation(contact: Mapping[str, object]) -> bool:
    model = ContactRelation
    return bool(model.select().where(model.contact_id == contact["id"]).exists())


def information_exposure(_: Surroundings) -> Exposure:
    """The entity set ``contactsInformation``."""
    model = ContactInformation
    return Exposure(
        model,
        "contactInformation",
        "contactsInformation",
        properties=(
            column(model.contact_id, computed=True),
            required_text(model.contact_number, computed=True, upper_case=True),
            text(model.contact_name, computed=True),
            choice(model.contact_type, computed=True),
            column(model.related_id, computed=True),
            column(model.related_type, computed=True),
        ),
        navigation=(
            parent_of("customer", "relatedId", "contactsInformation"),
            parent_of("vendor", "relatedId", "contactsInformation"),
            parent_of("contact", "contactId", "contactInformation"),
        ),
        key=("contactId",),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("contactNumber",),
        capabilities=Capabilities(
            insertable=False, updatable=False, deletable=False, requires_parent=TYPE_NEEDED
        ),
        derivations=(
            Derivation(ContactRelation, _RELATION_SHOWN),
            Derivation(
                Contact,
                _CONTACT_SHOWN,
                operations=frozenset({Operation.UPDATE}),
                is_shown=_has_relation,
            ),
        ),
        grants=(*BUSINESS, *portal_reads(_OWN_RELATIONS)),
    )
