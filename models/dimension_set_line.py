"""Dimension set lines: the dimension values of a document, a line or an entry (reference §17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.base import NO_ID, Entity, EntityRules, choice, key_of, reference, required_text, text
from models.code_table import already_exists
from models.dimension import Dimension
from models.dimension_set_table import DimensionSetLine
from models.dimension_sets import follow_shortcut, is_changeable
from models.dimension_value import DimensionValue
from models.grants import BUSINESS
from models.parts import DIMENSION_SET_PARENTS, parents
from models.reference_check import find, find_to_change, mismatch
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change
from odata.sql.expose import Exposure

PARENT_NEEDED = "You must get to the parent first to get to the dimension set line."
PARENT_NEEDED_TO_CREATE = "You must get to the parent first to create a dimension set line."
CODE_NEEDED = 'The "id" or "code" field must be filled in.'
VALUE_NEEDED = 'The "valueId" or "valueCode" field must be filled in.'
VALUES_DIFFER = (
    'The values of the "valueCode" field and the "valueId" field do not refer to the same '
    "Dimension Value."
)
CODE_FIXED = 'The "id" and "code" fields cannot be modified.'
_FIXED = ("code", "parentId", "parentType")
Parents = Mapping[str, type[Any]]
"""The tables of the kinds of parents, by the names of their entity types."""


class DimensionSetRules(EntityRules):
    """A parent that may be changed, a dimension once, a value of that very dimension."""

    def __init__(self, tables: Parents) -> None:
        self._tables = tables

    def before_create(self, change: Change) -> None:
        """Find the parent, the dimension and its value."""
        super().before_create(change)
        parent = self._set_parent(change)
        _check_changeable(change, parent)
        _set_dimension(change)
        _set_value(change)
        if not change.faults:
            _check_unique(change)

    def before_update(self, change: Change) -> None:
        """Only the value may change."""
        super().before_update(change)
        current = change.current or {}
        for name in _FIXED:
            if change.is_given(name) and change.values[name] != current.get(name):
                raise RuleError(CODE_FIXED, target=name)
        _check_changeable(change, self._kind(change.value("parentType"), change))
        if change.is_given("valueId") or change.is_given("valueCode"):
            _set_value(change)

    def before_delete(self, change: Change) -> None:
        """Refuse where the parent is posted."""
        _check_changeable(change, self._kind(change.value("parentType"), change))

    def after_create(self, change: Change) -> None:
        """Let the document follow."""
        follow_shortcut(change, str(change.value("code")), str(change.value("valueCode")))

    def after_update(self, change: Change) -> None:
        """Let the document follow."""
        follow_shortcut(change, str(change.value("code")), str(change.value("valueCode")))

    def after_delete(self, change: Change) -> None:
        """Let the document follow."""
        follow_shortcut(change, str(change.value("code")), "")

    def _set_parent(self, change: Change) -> str:
        if change.parent is not None:
            name = change.parent.entity_type.name
            change.values["parentId"] = change.parent.key["id"]
        else:
            key = change.values.get("parentId")
            if key in (None, "", NO_ID):
                raise RuleError(PARENT_NEEDED_TO_CREATE, target="parentId")
            name = self._kind(change.values.get("parentType"), change)
        change.values["parentType"] = DIMENSION_SET_PARENTS[name]
        return name

    def _kind(self, wanted: object, change: Change) -> str:
        """The kind of entity that the id of the parent names."""
        key = change.value("parentId")
        for name, kind in DIMENSION_SET_PARENTS.items():
            table = self._tables.get(name)
            if table is None or wanted not in (None, 0, kind):
                continue
            if find_to_change(table, change.scope, table.id == key) is not None:
                return name
        raise RuleError(f"Parent with ID {key} does not exist.", target="parentId")


def _check_changeable(change: Change, parent: str) -> None:
    if not is_changeable(parent, str(change.value("parentId"))):
        raise RuleError("The dimensions of a posted document or entry cannot be changed.")


def _set_dimension(change: Change) -> None:
    code = change.values.get("code")
    if not code:
        raise RuleError(CODE_NEEDED, target="code")
    found = find(Dimension, change.scope, Dimension.code == code)
    if found is None:
        raise RuleError(mismatch("code", "Dimension"), target="code")
    if found.blocked:
        change.fault(f"Dimension {found.code} is blocked.", target="code")
    change.values |= {
        "code": found.code,
        "displayName": found.display_name,
        "consolidationCode": found.consolidation_code,
    }


def _set_value(change: Change) -> None:
    key = change.values.get("valueId") if change.is_given("valueId") else None
    code = change.values.get("valueCode") if change.is_given("valueCode") else None
    by_id = key not in (None, "", NO_ID)
    if not by_id and not code:
        raise RuleError(VALUE_NEEDED, target="valueCode")
    dimension = find(Dimension, change.scope, Dimension.code == change.value("code"))
    model = DimensionValue
    condition = model.id == key if by_id else model.code == code
    of_dimension = model.dimension_id == (NO_ID if dimension is None else dimension.id)
    found = find(model, change.scope, condition, of_dimension)
    if found is None:
        name = "valueId" if by_id else "valueCode"
        raise RuleError(mismatch(name, "Dimension Value"), target=name)
    if code not in (None, "", found.code):
        raise RuleError(VALUES_DIFFER, target="valueCode")
    if found.blocked:
        change.fault(
            f"Dimension Value {change.value('code')} - {found.code} is blocked.", target="valueCode"
        )
    change.values |= {
        "valueId": found.id,
        "valueCode": found.code,
        "valueDisplayName": found.display_name,
        "valueConsolidationCode": found.consolidation_code,
    }


def _check_unique(change: Change) -> None:
    model, code = DimensionSetLine, change.value("code")
    same = model.select().where(
        model.company_id == change.scope,
        model.parent_id == change.value("parentId"),
        model.code == code,
    )
    if same.exists():
        raise DuplicateKeyError(
            already_exists("Dimension Set Entry", f"Dimension Code='{code}'"), target="code"
        )


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``dimensionSetLines``."""
    model: type[Entity] = DimensionSetLine
    line = DimensionSetLine
    return Exposure(
        model,
        "dimensionSetLine",
        "dimensionSetLines",
        properties=(
            key_of(model),
            required_text(line.code, upper_case=True, default=""),
            text(line.consolidation_code, computed=True),
            reference(line.parent_id),
            choice(line.parent_type),
            text(line.display_name, computed=True),
            reference(line.value_id, computed_default=True),
            text(line.value_code, upper_case=True, computed_default=True),
            text(line.value_consolidation_code, computed=True),
            text(line.value_display_name, computed=True),
        ),
        navigation=parents(DIMENSION_SET_PARENTS, "parentId", "dimensionSetLines"),
        scope=line.company_id,
        scope_type="company",
        entity_tag=line.etag,
        default_order=("parentId", "code"),
        capabilities=Capabilities(requires_parent=PARENT_NEEDED),
        rules=DimensionSetRules(around.tables),
        grants=BUSINESS,
    )
