"""How dimension values travel: from customers and items to documents, from them to entries.

Two dimensions of a company are its shortcuts: a document shows their values itself, in
``shortcutDimension1Code`` and ``shortcutDimension2Code``, and both views are kept in step.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping

from models.address_check import INVALID_RELATION
from models.base import NO_ID, milliseconds
from models.books import Books
from models.default_dimension import DefaultDimension
from models.dimension import Dimension
from models.dimension_set_table import DimensionSetLine
from models.dimension_value import DimensionValue
from models.parts import DIMENSION_SET_PARENTS
from models.reference_check import missing_in_table
from models.sales_kind import CREDIT_MEMO, INVOICE, ORDER, QUOTE, SalesKind
from models.sales_tables import SalesHeader
from models.tags import new_tag
from odata.query.change import Change, Rows

SHORTCUTS = {1: "shortcutDimension1Code", 2: "shortcutDimension2Code"}
_COLUMNS = {1: "shortcut_dimension1_code", 2: "shortcut_dimension2_code"}
_KINDS: Mapping[str, SalesKind] = {
    kind.head_type: kind for kind in (INVOICE, ORDER, QUOTE, CREDIT_MEMO)
}
_LINES: Mapping[str, SalesKind] = {kind.line_type: kind for kind in _KINDS.values()}
_COPIED = (
    "code",
    "consolidation_code",
    "display_name",
    "value_id",
    "value_code",
    "value_consolidation_code",
    "value_display_name",
)


def is_changeable(parent: str, key: str) -> bool:
    """Whether the dimensions of an entity may be changed: not once it is posted."""
    if parent == "generalLedgerEntry":
        return False
    kind = _KINDS.get(parent)
    if kind is not None:
        return kind.is_open(kind.head.get_by_id(key))
    kind = _LINES.get(parent)
    if kind is None:
        return True
    return kind.is_open(kind.head.get_by_id(kind.line.get_by_id(key).document_id))


def check_shortcuts(change: Change) -> None:
    """Note a fault where a shortcut names no value of its dimension."""
    for number, name in SHORTCUTS.items():
        code = change.values.get(name)
        if change.is_given(name) and code and _value_of(change.scope, number, code) is None:
            change.fault(
                missing_in_table(
                    f"Shortcut Dimension {number} Code", "Sales Header", code, "Dimension Value"
                ),
                target=name,
                code=INVALID_RELATION,
            )


def begin_set(change: Change, parent: str, entities: Iterable[object]) -> None:
    """Give a new document or line the default dimensions of some entities, and the shortcuts
    that the client has chosen."""
    for entity in entities:
        _add_defaults(change, parent, entity)
    take_shortcuts(change, parent)
    _show_shortcuts(change, parent)


def take_shortcuts(change: Change, parent: str) -> None:
    """Let the set of a document follow the shortcuts that the client has given."""
    for number, name in SHORTCUTS.items():
        if change.is_given(name):
            _set_shortcut(change, parent, number, str(change.values.get(name) or ""))


def follow_shortcut(change: Change, code: str, value_code: str) -> None:
    """Let a document follow a line of its set."""
    dimension = Dimension.get_or_none(Dimension.company_id == change.scope, Dimension.code == code)
    kind = _kind_of(change.value("parentType"))
    if dimension is None or kind is None or not dimension.shortcut:
        return
    columns = {
        _COLUMNS[dimension.shortcut]: value_code,
        "etag": new_tag(),
        "last_modified": milliseconds(change.now),
    }
    change.rows.update(kind.head, columns, kind.head.id == change.value("parentId"))


def copy_set(books: Books, source: str, target: str, parent: str) -> None:
    """Give an entity the dimension values of another one."""
    add_set(books.rows, source, (books.company, target, parent), books.now)


def add_set(
    rows: Rows, source: object, target: tuple[str | None, str, str], now: datetime.datetime
) -> None:
    """Add the dimension values of one entity to those of another; ``target`` is its company,
    its id and the name of its type."""
    company, key, parent = target
    model = DimensionSetLine
    own = {row.code for row in model.select(model.code).where(model.parent_id == key)}
    for line in model.select().where(model.parent_id == source):
        if line.code not in own:
            columns = {name: getattr(line, name) for name in _COPIED}
            _insert(rows, company, (key, parent), columns, now)


def remove_sets(rows: Rows, parents: Iterable[object]) -> None:
    """Remove the dimension values of entities that are removed."""
    keys = list(parents)
    if keys:
        rows.delete(DimensionSetLine, DimensionSetLine.parent_id.in_(keys))


def _kind_of(parent_type: object) -> SalesKind | None:
    for name, kind in _KINDS.items():
        if DIMENSION_SET_PARENTS[name] == parent_type:
            return kind
    return None


def _add_defaults(change: Change, parent: str, entity: object) -> None:
    if entity in (None, "", NO_ID):
        return
    defaults = DefaultDimension.select().where(
        DefaultDimension.company_id == change.scope,
        DefaultDimension.parent_id == entity,
        DefaultDimension.dimension_value_id != NO_ID,
    )
    model, key = DimensionSetLine, str(change.key["id"])
    own = {row.code for row in model.select(model.code).where(model.parent_id == key)}
    for default in defaults:
        if default.dimension_code not in own:
            columns = _columns_of(DimensionValue.get_by_id(default.dimension_value_id))
            _insert(change.rows, change.scope, (key, parent), columns, change.now)


def _columns_of(value: DimensionValue) -> dict[str, object]:
    dimension = Dimension.get_by_id(value.dimension_id)
    return {
        "code": dimension.code,
        "consolidation_code": dimension.consolidation_code,
        "display_name": dimension.display_name,
        "value_id": value.id,
        "value_code": value.code,
        "value_consolidation_code": value.consolidation_code,
        "value_display_name": value.display_name,
    }


def _insert(
    rows: Rows,
    company: str | None,
    place: tuple[str, str],
    columns: Mapping[str, object],
    now: datetime.datetime,
) -> None:
    key, parent = place
    rows.insert(
        DimensionSetLine,
        {
            **columns,
            "id": str(uuid.uuid4()),
            "company_id": company,
            "etag": new_tag(),
            "last_modified": milliseconds(now),
            "parent_id": key,
            "parent_type": DIMENSION_SET_PARENTS[parent],
        },
    )


def _value_of(company: str | None, number: int, code: object) -> DimensionValue | None:
    model = DimensionValue
    found: DimensionValue | None = model.get_or_none(
        model.company_id == company, model.shortcut == number, model.code == code
    )
    return found


def _set_shortcut(change: Change, parent: str, number: int, code: str) -> None:
    model, key = DimensionSetLine, str(change.key["id"])
    dimension = Dimension.get_or_none(
        Dimension.company_id == change.scope, Dimension.shortcut == number
    )
    if dimension is None:
        return
    change.rows.delete(model, model.parent_id == key, model.code == dimension.code)
    value = _value_of(change.scope, number, code) if code else None
    if value is not None:
        _insert(change.rows, change.scope, (key, parent), _columns_of(value), change.now)


def _show_shortcuts(change: Change, parent: str) -> None:
    """Write into a new document what its set says of the shortcuts."""
    kind = _KINDS.get(parent)
    if kind is None:
        return
    model, head, key = DimensionSetLine, kind.head, change.key["id"]
    numbers = {
        row.code: row.shortcut
        for row in Dimension.select().where(Dimension.company_id == change.scope)
        if row.shortcut
    }
    columns = {
        _COLUMNS[numbers[line.code]]: line.value_code
        for line in model.select().where(model.parent_id == key)
        if line.code in numbers
    }
    stored: SalesHeader = head.get_by_id(key)
    if any(getattr(stored, name) != value for name, value in columns.items()):
        change.rows.update(head, columns, head.id == key)
