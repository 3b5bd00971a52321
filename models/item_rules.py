"""What Business Central checks when an item is written (reference §6.4)."""

from __future__ import annotations

from models.attachment import remove_attachments
from models.base import EntityRules
from models.code_table import Use
from models.default_dimension import remove_dimensions
from models.general_product_posting_group import CAPTION as PRODUCT_GROUP_CAPTION
from models.general_product_posting_group import GeneralProductPostingGroup
from models.inventory_posting_group import CAPTION as INVENTORY_GROUP_CAPTION
from models.inventory_posting_group import InventoryPostingGroup
from models.item import CAPTION, Item, items
from models.item_category import CAPTION as CATEGORY_CAPTION
from models.item_category import ItemCategory
from models.item_variant import remove_variants
from models.numbers import ITEMS, Numbering
from models.party import check_new_number, give_number
from models.picture import remove_picture
from models.reference_check import Pair, set_pair
from models.surroundings import Surroundings
from models.tax_group import CAPTION as TAX_GROUP_CAPTION
from models.tax_group import TaxGroup
from models.unit_of_measure import CAPTION as UNIT_CAPTION
from models.unit_of_measure import UnitOfMeasure
from odata.errors import RuleError
from odata.query.change import Change
from odata.sql.expose import Exposure

INVENTORY_ON_INSERT = "Inventory cannot be changed during on insert."
_NUMBERING = Numbering(ITEMS, Item.number)
_PAIRS = (
    Pair("itemCategoryId", "itemCategoryCode", ItemCategory, CATEGORY_CAPTION, "item category"),
    Pair("taxGroupId", "taxGroupCode", TaxGroup, TAX_GROUP_CAPTION, "tax group"),
    Pair(
        "baseUnitOfMeasureId",
        "baseUnitOfMeasureCode",
        UnitOfMeasure,
        UNIT_CAPTION,
        "unit of measure",
    ),
    Pair(
        "generalProductPostingGroupId",
        "generalProductPostingGroupCode",
        GeneralProductPostingGroup,
        PRODUCT_GROUP_CAPTION,
        "general product posting group",
    ),
    Pair(
        "inventoryPostingGroupId",
        "inventoryPostingGroupCode",
        InventoryPostingGroup,
        INVENTORY_GROUP_CAPTION,
        "inventory posting group",
    ),
)


class ItemRules(EntityRules):
    """The rules of the entity set ``items``; ``uses`` are tables that keep an item."""

    def __init__(self, uses: tuple[Use, ...] = ()) -> None:
        self._uses = uses

    def before_create(self, change: Change) -> None:
        """Check the whole item and give it a number."""
        super().before_create(change)
        if change.values.get("inventory"):
            change.fault(INVENTORY_ON_INSERT, target="inventory")
        _check_values(change)
        give_number(change, _NUMBERING, CAPTION)

    def before_update(self, change: Change) -> None:
        """Check what changes; another number renames the item."""
        super().before_update(change)
        _check_values(change)
        check_new_number(change, _NUMBERING, CAPTION)

    def before_delete(self, change: Change) -> None:
        """Refuse while a document has a line of this item."""
        for use in self._uses:
            if use.model.select().where(*use.rows_of(change)).exists():
                raise RuleError(
                    f"You cannot delete {CAPTION} {change.value('number')} because there is "
                    "at least one outstanding document line for this item."
                )

    def after_delete(self, change: Change) -> None:
        """Remove its variants and what hangs below with it."""
        remove_variants(change)
        remove_dimensions(change, "item")
        remove_attachments(change)
        remove_picture(change)


def _check_values(change: Change) -> None:
    for pair in _PAIRS:
        set_pair(change, pair)


_USES = (
    Use("unitOfMeasure", Item.base_unit_of_measure_id, {"code": Item.base_unit_of_measure_code}),
    Use("itemCategory", Item.item_category_id, {"code": Item.item_category_code}),
    Use("taxGroup", Item.tax_group_id, {"code": Item.tax_group_code}),
)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``items`` with its rules."""
    around.note_uses("item", _USES)
    return items(ItemRules(around.uses_of("item")))
