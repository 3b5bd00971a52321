"""The JSON of a new row, written from what was just stored: nothing is read for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from odata.query.plan import DynamicRef, Expression, PropertyRef, Source, TagRef
from odata.query.read_plan import ReadPlan
from odata.query.row_template import DynamicPart, RequestPart, RowTemplate, TextPart, ValuePart
from odata.sql.compiler import Compiler
from odata.sql.mapping import ColumnMapping, EntityMapping
from odata.sql.rendering import PythonRenderer
from odata.sql.row_slots import StoredValues
from odata.sql.row_writer import RowWriter

Pick = Callable[[Sequence[Any]], Sequence[Any]]

_MOST_ORDERS = 64


@dataclass(slots=True)
class NewRowText:
    """Writes new rows whose columns have these names; the last of them is the entity tag, where
    they have one."""

    writer: RowWriter
    columns: tuple[str, ...]
    has_tag: bool
    _picks: dict[tuple[str, ...], Pick] = field(default_factory=dict)

    def write(self, stored: StoredValues, named: Mapping[str, Any]) -> tuple[bytes, str | None]:
        """The JSON object of a row, and its tag."""
        pick = self._picks.get(stored.names)
        if pick is None:
            if len(self._picks) >= _MOST_ORDERS:
                self._picks.clear()
            pick = itemgetter(*map(stored.names.index, self.columns))
            self._picks[stored.names] = pick
        row = pick(stored.values)
        return b"{%b}" % self.writer.text(row, named)[1:], row[-1] if self.has_tag else None


def new_row_text(
    plan: ReadPlan, template: RowTemplate, mapping: EntityMapping, compiler: Compiler
) -> NewRowText | None:
    """What writes a row as a plan shows it; None where it shows more than columns of the row."""
    root = plan.block.root
    is_plain = type(root) is Source and mapping.hierarchy is None and mapping.write_model is None
    if not is_plain or plan.expands or plan.streams:
        return None
    columns: list[str] = []
    for part in template.parts:
        if isinstance(part, TextPart | RequestPart):
            continue
        shown = None
        if isinstance(part, DynamicPart):
            shown = part.document
        elif isinstance(part, ValuePart) and part.presence is None:
            shown = part.expression
        column = None if shown is None else _column(shown, root, mapping)
        if column is None:
            return None
        columns.append(column)
    tag = mapping.entity_tag
    columns += [] if tag is None else [tag.name]
    if len(columns) <= 1:
        return None
    return NewRowText(PythonRenderer(template, compiler).writer(), tuple(columns), tag is not None)


def _column(expression: Expression, root: Source, mapping: EntityMapping) -> str | None:
    """The column that an expression is; None where it is none of this row."""
    if isinstance(expression, TagRef) and expression.source is root and mapping.entity_tag:
        return str(mapping.entity_tag.name)
    if isinstance(expression, DynamicRef) and expression.source is root and not expression.names:
        return str(mapping.document(expression.holder).name)
    if not isinstance(expression, PropertyRef) or expression.source is not root:
        return None
    found = mapping.properties[expression.path[0]]
    if len(expression.path) > 1 or not isinstance(found, ColumnMapping):
        return None
    return str(found.column.name)
