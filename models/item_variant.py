"""Item variants: the colours and sizes of an item (reference §17)."""

from __future__ import annotations

from models.base import (
    NO_ID,
    Entity,
    EntityRules,
    key_of,
    last_modified,
    reference,
    text,
)
from models.code_table import Use, already_exists, code_property
from models.grants import BUSINESS
from models.item import CAPTION as ITEM_CAPTION
from models.item import Item
from models.parts import parent_of
from models.reference_check import find, mismatch
from models.surroundings import Surroundings
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change
from odata.sql.expose import Exposure
from odata.sql.fields import GuidField, TextField

CAPTION = "Item Variant"
ITEM_VALUES_DIFFER = "The item values do not match to a specific Item."


class ItemVariant(Entity):
    """A variant of one item; the number repeats that of the item."""

    item_id = GuidField(default=NO_ID)
    item_number = TextField(20, default="")
    code = TextField(10)
    description = TextField(100, default="")

    class Meta:
        table_name = "item_variant"


class ItemVariantRules(EntityRules):
    """An item that exists, and a code that is unique for it; ``uses`` keep a variant."""

    def __init__(self, uses: tuple[Use, ...]) -> None:
        self._uses = uses

    def before_create(self, change: Change) -> None:
        """Find the item and check the code."""
        super().before_create(change)
        if change.parent is not None:
            change.values["itemId"] = change.parent.key["id"]
            change.given |= {"itemId"}
        _set_item(change)
        if not change.faults:
            _check_code(change)

    def before_update(self, change: Change) -> None:
        """Check what changes."""
        super().before_update(change)
        if change.is_given("itemId") or change.is_given("itemNumber"):
            _set_item(change)
        if not change.faults:
            _check_code(change)

    def before_delete(self, change: Change) -> None:
        """Refuse while a line has this variant."""
        for use in self._uses:
            if use.model.select().where(*use.rows_of(change)).exists():
                raise RuleError(
                    f"You cannot delete {CAPTION} {change.value('code')} because there is "
                    "at least one outstanding document line for this item variant."
                )


def remove_variants(change: Change) -> None:
    """Remove the variants of an item that is removed."""
    model = ItemVariant
    change.rows.delete(model, model.item_id == change.key["id"])


def _set_item(change: Change) -> None:
    key = change.values.get("itemId") if change.is_given("itemId") else None
    number = change.values.get("itemNumber") if change.is_given("itemNumber") else None
    by_id = key not in (None, NO_ID)
    name = "itemId" if by_id or not number else "itemNumber"
    item = find(Item, change.scope, Item.id == key if by_id else Item.number == (number or ""))
    if item is None:
        change.fault(mismatch(name, ITEM_CAPTION), target=name)
    elif number not in (None, "", item.number):
        change.fault(ITEM_VALUES_DIFFER, target="itemNumber")
    else:
        change.values |= {"itemId": item.id, "itemNumber": item.number}


def _check_code(change: Change) -> None:
    code, item = change.value("code"), change.value("itemId")
    if not code:
        return
    model = ItemVariant
    same = model.select().where(
        model.company_id == change.scope,
        model.item_id == item,
        model.code == code,
        model.id != change.key.get("id", NO_ID),
    )
    if same.exists():
        names = f"Item No.='{change.value('itemNumber')}',Code='{code}'"
        raise DuplicateKeyError(already_exists(CAPTION, names), target="code")


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``itemVariants``."""
    model = ItemVariant
    return Exposure(
        model,
        "itemVariant",
        "itemVariants",
        properties=(
            key_of(model),
            reference(model.item_id, computed_default=True),
            text(model.item_number, upper_case=True, computed_default=True),
            code_property(model.code, CAPTION),
            text(model.description),
            last_modified(model),
        ),
        navigation=(parent_of("item", "itemId", "itemVariants"),),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("itemNumber", "code"),
        rules=ItemVariantRules(around.uses_of("itemVariant")),
        grants=BUSINESS,
    )
