"""What assets, work orders and service contracts have in common."""

from __future__ import annotations

from models.base import choice, key_of, last_modified, reference, text
from models.customer_parts import CUSTOMER_LINK, OWN_PARTS, CustomerPart, CustomerPartRules
from models.grants import BUSINESS
from models.numbers import Numbering, number_of
from models.party import check_new_number, give_number
from odata.edm.model import Capabilities
from odata.query.change import Change
from odata.sql.expose import Exposure, NavigationDeclaration, column
from odata.sql.fields import EnumField, TextField
from odata.sql.mapping import PropertyMapping


class CustomerRecord(CustomerPart):
    """Something with a number, a description and a status that belongs to a customer."""

    number = TextField(20)
    description = TextField(250, default="")


class CustomerRecordRules(CustomerPartRules):
    """A record has a number of its own in its company."""

    def __init__(self, kind: str, numbering: Numbering, caption: str) -> None:
        super().__init__(kind)
        self._numbering = numbering
        self._caption = caption

    def before_create(self, change: Change) -> None:
        """Give the number."""
        super().before_create(change)
        give_number(change, self._numbering, self._caption)

    def before_update(self, change: Change) -> None:
        """Check another number."""
        super().before_update(change)
        check_new_number(change, self._numbering, self._caption)


def record_exposure(
    model: type[CustomerRecord],
    names: tuple[str, str],
    rules: CustomerRecordRules,
    properties: tuple[PropertyMapping, ...],
    navigation: tuple[NavigationDeclaration, ...] = (),
) -> Exposure:
    """An entity set of records; ``names`` are those of the entity type and the set. Customers
    see their own."""
    entity_name, set_name = names
    return Exposure(
        model,
        entity_name,
        set_name,
        properties=(
            key_of(model),
            column(model.integer_id, computed=True),
            reference(model.customer_id, immutable=True),
            number_of(model.number),
            text(model.description, searchable=True),
            *properties,
            column(model.created_date_time, computed=True),
            last_modified(model),
        ),
        navigation=(
            CUSTOMER_LINK,
            *navigation,
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("number",),
        alternate_keys=(("number",), ("integerId",)),
        capabilities=Capabilities(searchable=True),
        rules=rules,
        grants=(*BUSINESS, *OWN_PARTS),
    )


def status_of(field: EnumField) -> PropertyMapping:
    """The property ``status``."""
    return choice(field, "status")
