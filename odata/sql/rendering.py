"""Row templates as columns of a statement and as JSON text.

``DatabaseRenderer`` lets SQLite write the text of a row with one ``printf``;
``PythonRenderer`` fetches values and joins them. Both give the same bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import peewee

from odata.query.row_template import (
    DynamicPart,
    RequestPart,
    RowGroup,
    RowObject,
    RowPart,
    RowTemplate,
    StoredPart,
    TextPart,
    ValuePart,
    ValueStyle,
)
from odata.sql.compiler import Compiler, Term
from odata.sql.dynamic_text import dynamic_writer, writer_options
from odata.sql.json_encoders import JsonEncoder, python_encoder
from odata.sql.json_pieces import json_piece
from odata.sql.nodes import (
    ConstantParameter,
    NamedParameter,
    ParameterNode,
    SqlExpression,
    all_of,
    sql,
)
from odata.sql.row_writer import RowEncoder, RowWriter, first_column, formatted, writer_of

PartWriter = Callable[[Sequence[Any], Mapping[str, Any]], str]

_MAX_ARGUMENTS = 90  # SQLite's functions take at most 127


class Renderer(Protocol):
    """Renders one row template inside one statement."""

    def columns(self) -> list[SqlExpression]:
        """What the statement selects."""

    def writer(self) -> RowWriter:
        """Writes rows from their leading columns and the named values."""


class DatabaseRenderer:
    """The database writes the text."""

    def __init__(self, template: RowTemplate, compiler: Compiler) -> None:
        parts, bare = template.parts, _without_comma(template.parts)
        self._writer = writer_of(_first_column) if bare is None else first_column()
        parts = parts if bare is None else bare
        # Texts alone are put one behind the other, which printf takes longer for.
        if all(map(_is_text, parts)):
            self._text: SqlExpression = peewee.NodeList(list(self._texts(parts, compiler)), " || ")
        else:
            self._text = _written([self._piece(part, compiler) for part in parts])

    def _texts(self, parts: Sequence[RowPart], compiler: Compiler) -> Iterator[SqlExpression]:
        """Each of the texts; those around dynamic members with them, so that where there are none
        all is one literal."""
        rest, text = deque(parts), ""
        while rest:
            part = rest.popleft()
            if isinstance(part, TextPart):
                text += part.text
                continue
            if isinstance(part, DynamicPart):
                following = rest[0] if rest else None
                after = following.text if isinstance(following, TextPart) else ""
                if after:
                    rest.popleft()
                yield _dynamic(part, compiler, text, after)
            else:
                yield from [peewee.SQL(_quoted(text))] if text else []
                yield from self._piece(part, compiler)[1]
            text = ""
        if text:
            yield peewee.SQL(_quoted(text))

    def _piece(self, part: RowPart, compiler: Compiler) -> tuple[str, list[SqlExpression]]:
        if isinstance(part, TextPart):
            return part.text.replace("%", "%%"), []
        if isinstance(part, StoredPart):
            return "%s", [compiler.sources.row_text(part.source)]
        if isinstance(part, RowGroup):
            text = _written([self._piece(item, compiler) for item in part.parts])
            presence = compiler.condition(part.presence)
            return "%s", [sql("CASE WHEN {0} THEN {1} ELSE '' END", presence, text)]
        if isinstance(part, RowObject):
            text = _written([self._piece(item, compiler) for item in part.parts])
            return "{%s}", [sql("substr({0}, 2)", text)]
        if isinstance(part, RequestPart):
            return "%s", [ParameterNode(NamedParameter(part.name))]
        if isinstance(part, DynamicPart):
            return "%s", [_dynamic(part, compiler)]
        term = compiler.term(part.expression)
        layout, operands = json_piece(part, term)
        layout = part.prefix.replace("%", "%%") + layout + part.suffix.replace("%", "%%")
        conditions = [sql("{0} IS NOT NULL", term.node)] if part.omit_null else []
        if part.presence is not None:
            conditions.append(compiler.condition(part.presence))
        if not conditions:
            return layout, operands
        text = sql("printf({0})", _arguments(layout, operands))
        return "%s", [sql("CASE WHEN {0} THEN {1} ELSE '' END", all_of(conditions), text)]

    def columns(self) -> list[SqlExpression]:
        """One column: the row's text as bytes."""
        return [sql("CAST({0} AS BLOB)", self._text)]

    def writer(self) -> RowWriter:
        """The first column as it is."""
        return self._writer


def _without_comma(parts: tuple[RowPart, ...]) -> tuple[RowPart, ...] | None:
    """The members of a row without the comma before the first one, where that one is known."""
    first = parts[0] if parts else None
    if not isinstance(first, TextPart) or not first.text.startswith(","):
        return None
    return (TextPart(first.text[1:]), *parts[1:])


def _is_text(part: RowPart) -> bool:
    """Whether a part is a text that is never null, as it is."""
    if isinstance(part, ValuePart):
        return part.style is ValueStyle.RAW and not part.omit_null and part.presence is None
    return isinstance(part, TextPart | StoredPart | DynamicPart)


def _dynamic(
    part: DynamicPart, compiler: Compiler, before: str = "", after: str = ""
) -> SqlExpression:
    """Dynamic members between two texts; most rows have none, which needs no function."""
    options = ParameterNode(ConstantParameter(writer_options(part)))
    document = compiler.term(part.document).node
    empty = peewee.SQL(_quoted(f"{before}{'null' if part.alone else ''}{after}"))
    written = [sql("odata_dynamic({0}, {1})", document, options)]
    if before:
        written.insert(0, peewee.SQL(_quoted(before)))
    if after:
        written.append(peewee.SQL(_quoted(after)))
    joined = peewee.NodeList(written, glue=" || ")
    return sql("CASE {0} WHEN '{}' THEN {1} ELSE {2} END", document, empty, joined)


def _written(pieces: Sequence[tuple[str, list[SqlExpression]]]) -> SqlExpression:
    """The text of pieces one after the other, by as few calls as there may be."""
    calls: list[SqlExpression] = []
    layout, operands = "", list[SqlExpression]()
    for text, values in pieces:
        if len(operands) + len(values) > _MAX_ARGUMENTS:
            calls.append(sql("printf({0})", _arguments(layout, operands)))
            layout, operands = "", []
        layout += text
        operands += values
    calls.append(sql("printf({0})", _arguments(layout, operands)))
    return peewee.NodeList(calls, glue=" || ")


def _first_column(row: Sequence[Any], _named: Mapping[str, Any]) -> bytes:
    return row[0]  # type: ignore[no-any-return]  # the driver's rows are untyped


def _arguments(layout: str, operands: Sequence[SqlExpression]) -> SqlExpression:
    return peewee.NodeList([peewee.SQL(_quoted(layout)), *operands], glue=", ")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class PythonRenderer:
    """Python joins what the database selects."""

    def __init__(self, template: RowTemplate, compiler: Compiler) -> None:
        self._columns: list[SqlExpression] = []
        self._writers: list[PartWriter] = []
        # The same once more: one layout, and an encoder for each place that is no more than that.
        self._layout = ""
        self._encoders: list[JsonEncoder | None] = []
        for part in template.parts:
            self._writers.append(self._writer(part, compiler))

    def _writer(self, part: RowPart, compiler: Compiler) -> PartWriter:
        if isinstance(part, RowGroup):
            return self._group_writer(part, compiler)
        if isinstance(part, RowObject):
            return self._object_writer(part, compiler)
        if isinstance(part, TextPart):
            text = part.text
            self._layout += text.replace("%", "%%")
            return lambda _row, _named: text
        if isinstance(part, StoredPart):
            return self._stored(compiler.sources.row_text(part.source))
        if isinstance(part, RequestPart):
            name = part.name
            self._encoders.append(None)
            return lambda _row, named: str(named[name])
        if isinstance(part, DynamicPart):
            return self._dynamic_writer(part, compiler)
        term = compiler.term(part.expression)
        index = len(self._columns)
        self._columns.append(term.node)
        self._note(part, term)
        write = _value_writer(part, term, index)
        if part.presence is None:
            return write
        self._columns.append(compiler.condition(part.presence))
        return lambda row, named: write(row, named) if row[index + 1] else ""

    def _stored(self, node: SqlExpression) -> PartWriter:
        index = len(self._columns)
        self._columns.append(node)
        self._encoders.append(str)
        self._layout += "%s"
        return lambda row, _named: str(row[index])

    def _dynamic_writer(self, part: DynamicPart, compiler: Compiler) -> PartWriter:
        write, index = dynamic_writer(writer_options(part)), len(self._columns)
        self._columns.append(compiler.term(part.document).node)
        self._encoders.append(write)
        self._layout += "%s"
        return lambda row, _named: write(row[index])

    def _group_writer(self, group: RowGroup, compiler: Compiler) -> PartWriter:
        self._encoders.append(None)
        index = len(self._columns)
        self._columns.append(compiler.condition(group.presence))
        writers = [self._writer(item, compiler) for item in group.parts]
        return lambda row, named: (
            "".join([write(row, named) for write in writers]) if row[index] else ""
        )

    def _object_writer(self, whole: RowObject, compiler: Compiler) -> PartWriter:
        self._encoders.append(None)
        writers = [self._writer(item, compiler) for item in whole.parts]
        return lambda row, named: f"{{{''.join([write(row, named) for write in writers])[1:]}}}"

    def _note(self, part: ValuePart, term: Term) -> None:
        is_always_there = part.presence is None and not part.omit_null
        self._encoders.append(python_encoder(part, term.storage) if is_always_there else None)
        self._layout += f"{part.prefix}\0{part.suffix}".replace("%", "%%").replace("\0", "%s")

    def columns(self) -> list[SqlExpression]:
        """One column per value."""
        return self._columns

    def writer(self) -> RowWriter:
        """One format for the whole row where every part is always there, else part by part."""
        encoders = [encode for encode in self._encoders if encode is not None]
        if len(encoders) == len(self._encoders):
            return formatted(self._layout, encoders)
        return writer_of(_joined(tuple(self._writers)))


def _joined(writers: Sequence[PartWriter]) -> RowEncoder:
    def encode(row: Sequence[Any], named: Mapping[str, Any]) -> bytes:
        return "".join([write(row, named) for write in writers]).encode()

    return encode


def _value_writer(
    part: ValuePart, term: Term, index: int
) -> Callable[[Sequence[Any], Mapping[str, Any]], str]:
    encode, prefix, suffix = python_encoder(part, term.storage), part.prefix, part.suffix
    if part.omit_null:
        return lambda row, _named: (
            "" if row[index] is None else prefix + encode(row[index]) + suffix
        )
    if not prefix:
        return lambda row, _named: encode(row[index])
    return lambda row, _named: prefix + encode(row[index]) + suffix
