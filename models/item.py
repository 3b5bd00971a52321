"""Items: what the company sells (reference §6.4)."""

from __future__ import annotations

from decimal import Decimal

import peewee

from models.base import NO_ID, Entity, choice, key_of, last_modified, number, reference, text
from models.enumerations import ITEM_TYPE
from models.forms import NOT_NEGATIVE
from models.grants import BUSINESS, portal_reads
from models.numbers import number_of
from models.parts import default_dimensions_of, document_attachments_of, picture_of
from odata.edm.constraints import Pattern
from odata.edm.model import Capabilities
from odata.query.change import Rules
from odata.sql.expose import Exposure, NavigationDeclaration, to_many, to_one
from odata.sql.fields import EnumField, GuidField, ScaledDecimalField, TextField
from odata.sql.mapping import PropertyMapping

CAPTION = "Item"


class Item(Entity):
    """An item of one company; the codes repeat what the ids refer to."""

    number = TextField(20)
    display_name = TextField(100, default="")
    display_name2 = TextField(50, default="")
    type = EnumField(ITEM_TYPE, default=0)
    item_category_id = GuidField(default=NO_ID)
    item_category_code = TextField(20, default="")
    blocked = peewee.BooleanField(default=False)
    gtin = TextField(14, default="")
    inventory = ScaledDecimalField(18, 5, default=Decimal(0))
    unit_price = ScaledDecimalField(18, 5, default=Decimal(0))
    price_includes_tax = peewee.BooleanField(default=False)
    unit_cost = ScaledDecimalField(18, 5, default=Decimal(0))
    tax_group_id = GuidField(default=NO_ID)
    tax_group_code = TextField(20, default="")
    base_unit_of_measure_id = GuidField(default=NO_ID)
    base_unit_of_measure_code = TextField(10, default="")
    general_product_posting_group_id = GuidField(default=NO_ID)
    general_product_posting_group_code = TextField(20, default="")
    inventory_posting_group_id = GuidField(default=NO_ID)
    inventory_posting_group_code = TextField(20, default="")

    class Meta:
        table_name = "item"


_GTIN = Pattern(
    "[0-9]{0,14}",
    lambda value, _known: f'The value "{value}" is no GTIN: it must have at most 14 digits.',
)
_PROPERTIES: tuple[PropertyMapping, ...] = (
    key_of(Item),
    number_of(Item.number),
    text(Item.display_name, searchable=True),
    text(Item.display_name2),
    choice(Item.type),
    reference(Item.item_category_id),
    text(Item.item_category_code, upper_case=True),
    choice(Item.blocked, unset=False),
    text(Item.gtin, constraint=_GTIN),
    number(Item.inventory),
    number(Item.unit_price, constraint=NOT_NEGATIVE),
    choice(Item.price_includes_tax, unset=False),
    number(Item.unit_cost, constraint=NOT_NEGATIVE),
    reference(Item.tax_group_id),
    text(Item.tax_group_code, upper_case=True),
    reference(Item.base_unit_of_measure_id),
    text(Item.base_unit_of_measure_code, upper_case=True),
    reference(Item.general_product_posting_group_id),
    text(Item.general_product_posting_group_code, upper_case=True),
    reference(Item.inventory_posting_group_id),
    text(Item.inventory_posting_group_code, upper_case=True),
    last_modified(Item),
)

_NAVIGATION: tuple[NavigationDeclaration, ...] = (
    to_one("itemCategory", "itemCategory", on=(("itemCategoryId", "id"),)),
    to_one("unitOfMeasure", "unitOfMeasure", on=(("baseUnitOfMeasureId", "id"),)),
    to_one(
        "generalProductPostingGroup",
        "generalProductPostingGroup",
        on=(("generalProductPostingGroupId", "id"),),
    ),
    to_one(
        "inventoryPostingGroup",
        "inventoryPostingGroup",
        on=(("inventoryPostingGroupId", "id"),),
    ),
    picture_of("item"),
    default_dimensions_of("item"),
    to_many("itemVariants", "itemVariant", on=(("id", "itemId"),), partner="item"),
    document_attachments_of("item"),
)


_NOT_FOR_CUSTOMERS = frozenset(
    {
        "unitCost",
        "inventory",
        "generalProductPostingGroupId",
        "generalProductPostingGroupCode",
        "inventoryPostingGroupId",
        "inventoryPostingGroupCode",
    }
)


def items(rules: Rules) -> Exposure:
    """The entity set ``items``."""
    return Exposure(
        Item,
        "item",
        "items",
        properties=_PROPERTIES,
        navigation=_NAVIGATION,
        scope=Item.company_id,
        scope_type="company",
        entity_tag=Item.etag,
        default_order=("number",),
        capabilities=Capabilities(searchable=True),
        rules=rules,
        grants=(*BUSINESS, *portal_reads(hidden=_NOT_FOR_CUSTOMERS)),
    )
