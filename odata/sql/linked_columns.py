"""What a row tells beside its text: each value in one column, whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from odata.query.plan import Expression, PropertyRef, ScopeRef
from odata.query.row_template import RequestPart, RowPart, RowTemplate, TextPart, ValuePart
from odata.sql.compiler import Compiler
from odata.sql.json_encoders import python_encoder
from odata.sql.nodes import SqlExpression
from odata.sql.row_writer import RowEncoder
from odata.sql.storage import Form, Storage

_TRUTH = Storage(Form.BOOLEAN)


@dataclass(slots=True)
class LinkedColumns:
    """The columns of a statement; their storages are None for JSON texts."""

    compiler: Compiler
    nodes: list[SqlExpression]
    storages: list[Storage | None] = field(init=False)
    _known: dict[object, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Texts come first."""
        self.storages = [None for _ in self.nodes]

    def place(self, expression: Expression) -> int:
        """Where the value stands."""
        index = self._known.setdefault(_identity(expression), len(self.nodes))
        if index == len(self.nodes):
            term = self.compiler.term(expression)
            self.nodes.append(term.node)
            self.storages.append(term.storage)
        return index

    def truth(self, condition: Expression) -> int:
        """Where it stands whether the condition holds."""
        self.nodes.append(self.compiler.condition(condition))
        self.storages.append(_TRUTH)
        return len(self.nodes) - 1

    def address(self, template: RowTemplate) -> RowEncoder:
        """Writes the URL of the entity, which few rows need."""
        writers = [self._writer(part) for part in template.parts]
        return lambda row, named: "".join([write(row, named) for write in writers]).encode()

    def _writer(self, part: RowPart) -> Callable[[Sequence[Any], Mapping[str, Any]], str]:
        if isinstance(part, TextPart):
            return lambda _row, _named: part.text
        if isinstance(part, RequestPart):
            return lambda _row, named: str(named[part.name])
        if not isinstance(part, ValuePart):
            raise TypeError(f"an address has no {type(part).__name__}")
        index = self.place(part.expression)
        storage = self.storages[index]
        if storage is None:
            raise TypeError("a text is no part of an address")
        encode = python_encoder(part, storage)
        return lambda row, _named: encode(row[index])


def _identity(expression: Expression) -> object:
    """What is the same for references to the same value of a row."""
    match expression:
        case PropertyRef(source, _, path):
            return id(source), path
        case ScopeRef(source):
            return id(source)
        case _:
            return expression
