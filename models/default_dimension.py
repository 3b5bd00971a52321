"""Default dimensions: the dimension values that an entity's entries get (reference §6.2)."""

from __future__ import annotations

from collections.abc import Mapping

from models.base import (
    NO_ID,
    Entity,
    EntityRules,
    Option,
    choice,
    key_of,
    last_modified,
    reference,
    required_text,
    text,
)
from models.code_table import already_exists
from models.dimension import Dimension
from models.dimension_value import DimensionValue
from models.enumerations import DEFAULT_DIMENSION_PARENT_TYPE, DEFAULT_DIMENSION_POSTING_TYPE
from models.grants import BUSINESS
from models.parts import DIMENSION_PARENTS, parents
from models.reference_check import find, mismatch
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change
from odata.sql.expose import Exposure, to_one
from odata.sql.fields import EnumField, GuidField, TextField

PARENT_NEEDED = "You must get to the parent first to get to the default dimensions."
PARENT_UNKNOWN = 'The "parenteId" does not match to any entity.'
DIFFERENT_DIMENSIONS = (
    'The "dimensionId" and "dimensionValueId" match to different Dimension records.'
)
Parents = Mapping[str, type[Entity]]
"""The tables of the kinds of parents, by the names of their entity types."""
_FIXED = ("parentType", "parentId", "dimensionId")


class DefaultDimension(Entity):
    """A dimension, and mostly one of its values, for one parent entity."""

    parent_type = EnumField(DEFAULT_DIMENSION_PARENT_TYPE, default=0)
    parent_id = GuidField()
    dimension_id = GuidField()
    dimension_code = TextField(20)
    dimension_value_id = GuidField(default=NO_ID)
    dimension_value_code = TextField(20, default="")
    posting_validation = EnumField(DEFAULT_DIMENSION_POSTING_TYPE, default=0)

    class Meta:
        table_name = "default_dimension"


class DefaultDimensionRules(EntityRules):
    """A known parent, a dimension once, a value of that very dimension, nothing blocked."""

    def __init__(self, tables: Parents) -> None:
        self._tables = tables

    def before_create(self, change: Change) -> None:
        """Find the parent, the dimension and its value."""
        super().before_create(change)
        self._set_parent(change)
        self._set_dimension(change)
        if not change.faults:
            _check_unique(change)

    def before_update(self, change: Change) -> None:
        """Only the value and its validation may change."""
        super().before_update(change)
        for name in _FIXED:
            if change.is_given(name) and _differs(change, name):
                change.fault(f"You cannot change the value of the key field {name}.", target=name)
        if change.is_given("dimensionValueId"):
            value = _find_value(change)
            _set_value(change, value)

    def _set_parent(self, change: Change) -> None:
        if change.parent is not None:
            change.values["parentType"] = DIMENSION_PARENTS[change.parent.entity_type.name]
            change.values["parentId"] = change.parent.key["id"]
        key = change.value("parentId")
        if key in (None, "", NO_ID):
            raise RuleError(PARENT_NEEDED, target="parentId")
        parent_type = self._parent_type(change, key)
        if parent_type is None:
            change.fault(PARENT_UNKNOWN, target="parentId")
            return
        change.values["parentType"] = parent_type

    def _parent_type(self, change: Change, key: object) -> int | None:
        """The kind of entity that the id names; a given kind narrows the search."""
        wanted = change.value("parentType")
        for name, kind in DIMENSION_PARENTS.items():
            table = self._tables[name]
            if wanted in (None, 0, kind) and find(table, change.scope, table.id == key):
                return kind
        return None

    def _set_dimension(self, change: Change) -> None:
        _find_by_codes(change)
        value = _find_value(change)
        key = _chosen(change, "dimensionId")
        if key is None and value is not None:
            key = value.dimension_id
        if key is None:
            if not change.faults:
                change.fault('A "dimensionId" must be provided.', target="dimensionId")
            return
        dimension = find(Dimension, change.scope, Dimension.id == key)
        if dimension is None:
            change.fault(mismatch("dimensionId", "Dimension"), target="dimensionId")
            return
        if dimension.blocked:
            change.fault(f"Dimension {dimension.code} is blocked.", target="dimensionId")
        change.values["dimensionId"] = dimension.id
        change.values["dimensionCode"] = dimension.code
        _set_value(change, value)


def remove_dimensions(change: Change, parent: str) -> None:
    """Remove the default dimensions of an entity that is removed."""
    model = DefaultDimension
    change.rows.delete(
        model,
        model.company_id == change.scope,
        model.parent_id == change.key["id"],
        model.parent_type == DIMENSION_PARENTS[parent],
    )


def _find_by_codes(change: Change) -> None:
    """Put ids for codes: that of a value is unique in its dimension. A code beside an id fits."""
    code = _chosen(change, "dimensionCode")
    if code is not None:
        _put_id(change, "dimension", find(Dimension, change.scope, Dimension.code == code))
    code, key = _chosen(change, "dimensionValueCode"), _chosen(change, "dimensionId")
    if code is not None and key is not None and not change.faults:
        table = DimensionValue
        value = find(table, change.scope, table.code == code, table.dimension_id == key)
        _put_id(change, "dimensionValue", value)


def _put_id(change: Change, name: str, found: Entity | None) -> None:
    key = _chosen(change, f"{name}Id")
    if found is None or key not in (None, found.id):
        kind = "Dimension" if name == "dimension" else "Dimension Value"
        change.fault(mismatch(f"{name}Code", kind), target=f"{name}Code")
        return
    change.values[f"{name}Id"] = found.id


def _find_value(change: Change) -> DimensionValue | None:
    key = _chosen(change, "dimensionValueId")
    if key is None:
        return None
    value = find(DimensionValue, change.scope, DimensionValue.id == key)
    if value is None:
        change.fault(mismatch("dimensionValueId", "Dimension Value"), target="dimensionValueId")
    return value


def _set_value(change: Change, value: DimensionValue | None) -> None:
    """Take over the value, which belongs to the dimension and is not blocked."""
    if value is None:
        change.values["dimensionValueCode"] = ""
        return
    if value.dimension_id != change.value("dimensionId"):
        change.fault(DIFFERENT_DIMENSIONS, target="dimensionValueId")
        return
    if value.blocked:
        change.fault(
            f"Dimension Value {change.value('dimensionCode')} - {value.code} is blocked.",
            target="dimensionValueId",
        )
    change.values["dimensionValueCode"] = value.code


def _check_unique(change: Change) -> None:
    same = DefaultDimension.select().where(
        DefaultDimension.company_id == change.scope,
        DefaultDimension.parent_id == change.value("parentId"),
        DefaultDimension.parent_type == change.value("parentType"),
        DefaultDimension.dimension_id == change.value("dimensionId"),
    )
    if same.exists():
        raise DuplicateKeyError(
            already_exists(
                "Default Dimension", f"Dimension Code='{change.value('dimensionCode')}'"
            ),
            target="dimensionId",
        )


def _chosen(change: Change, name: str) -> object | None:
    value = change.values.get(name)
    return None if value in (None, "", NO_ID) else value


def _differs(change: Change, name: str) -> bool:
    current = change.current or {}
    return change.values.get(name) != current.get(name)


# The codes are those of the ids, or the other way round.
_FOLLOWS: dict[str, Option] = {"immutable": True, "upper_case": True, "computed_default": True}


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``defaultDimensions``."""
    model = DefaultDimension
    return Exposure(
        model,
        "defaultDimension",
        "defaultDimensions",
        properties=(
            key_of(model),
            choice(model.parent_type),
            reference(model.parent_id),
            reference(model.dimension_id, computed_default=True),
            required_text(model.dimension_code, **_FOLLOWS),
            reference(model.dimension_value_id, computed_default=True),
            text(model.dimension_value_code, **_FOLLOWS),
            choice(model.posting_validation),
            last_modified(model),
        ),
        navigation=(
            to_one("dimension", "dimension", on=(("dimensionId", "id"),)),
            to_one("dimensionValue", "dimensionValue", on=(("dimensionValueId", "id"),)),
            to_one("account", "account", on=(("parentId", "id"),)),
            *parents(DIMENSION_PARENTS, "parentId", "defaultDimensions"),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("parentType", "parentId", "dimensionCode"),
        capabilities=Capabilities(searchable=False),
        rules=DefaultDimensionRules(around.tables),
        keeps_text=True,
        grants=BUSINESS,
    )
