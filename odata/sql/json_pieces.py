"""JSON values as SQLite's ``printf`` writes them: a layout and its operands by storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from odata.edm.types import EnumType, Primitive
from odata.query.row_template import ValuePart, ValueStyle
from odata.sql.items_writer import layout_text
from odata.sql.nodes import ConstantParameter, ParameterNode, SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.terms import Term

Piece = tuple[str, list[SqlExpression]]


def json_piece(part: ValuePart, term: Term) -> Piece:
    """The ``printf`` layout of a value and the operands it takes."""
    if part.style is ValueStyle.RAW:
        return "%s", [term.node]
    if part.style is ValueStyle.KEY:
        return _key(part, term)
    if part.layout is not None:
        written = ParameterNode(ConstantParameter(layout_text(part.layout)))
        return "%s", [sql("COALESCE(odata_items({0}, {1}), 'null')", term.node, written)]
    if isinstance(part.edm_type, EnumType) and term.storage.form is not Form.JSON:
        return _enumeration(part, part.edm_type, term.node)
    layout, operands = _PIECES[term.storage.form](term.node, term.storage)
    is_single = term.storage.form is not Form.JSON
    if is_single and part.style is ValueStyle.STRING_NUMBER and part.edm_type in _LONG_NUMBERS:
        layout = f'"{layout}"'
    if not part.expression.nullable or part.omit_null:
        return layout, operands
    if layout == "%s" and term.storage.form in _KNOWS_NULL:
        return layout, operands
    inner = sql("printf({0})", _argument_list(layout, operands))
    return "%s", [sql("CASE WHEN {0} IS NULL THEN 'null' ELSE {1} END", term.node, inner)]


_LONG_NUMBERS = frozenset({Primitive.INT64, Primitive.DECIMAL})
_KNOWS_NULL = frozenset({Form.TEXT})


def _argument_list(layout: str, operands: list[SqlExpression]) -> SqlExpression:
    text = "'" + layout.replace("'", "''") + "'"
    places = "".join(", {" + str(index) + "}" for index in range(len(operands)))
    return sql(text + places, *operands)


def _key(part: ValuePart, term: Term) -> Piece:
    if part.edm_type is Primitive.STRING:
        return "%s", [sql("odata_key({0})", term.node)]
    if term.storage.form is Form.INSTANT:
        return "%s", [sql("replace({0}, ':', '%3A')", _instant_node(term))]
    return "%s", [term.node]


def _enumeration(part: ValuePart, enum_type: EnumType, node: SqlExpression) -> Piece:
    texts = {
        member.number: member.text if part.plain_enums else member.name
        for member in enum_type.members
    }
    if enum_type.is_flags:
        return _flags(texts, node)
    branches = "".join(
        f" WHEN {number} THEN '\"" + text.replace("'", "''") + "\"'"
        for number, text in texts.items()
    )
    fallback = """ WHEN NULL THEN 'null' ELSE ifnull('"' || {0} || '"', 'null') END"""
    return "%s", [sql("CASE {0}" + branches + fallback, node)]


def _flags(texts: Mapping[int, str], node: SqlExpression) -> Piece:
    exact = "".join(f" WHEN {number} THEN '\"{text}\"'" for number, text in texts.items())
    bits = " || ".join(
        "CASE WHEN {0} & " + f"{number} = {number} THEN '{text},' ELSE '' END"
        for number, text in texts.items()
        if number
    )
    return "%s", [
        sql(
            "CASE {0}"
            + exact
            + " ELSE CASE WHEN {0} IS NULL THEN 'null' ELSE '\"' || rtrim("
            + bits
            + ", ',') || '\"' END END",
            node,
        )
    ]


def _scaled(node: SqlExpression, storage: Storage) -> Piece:
    if storage.digits == 0:
        return "%d", [node]
    unit = str(10**storage.digits)
    return f"%s%d.%0{storage.digits}d", [
        sql("substr('-', 1, {0} < 0)", node),
        sql("abs({0}) / " + unit, node),
        sql("abs({0}) % " + unit, node),
    ]


def _instant_node(term: Term) -> SqlExpression:
    return _trimmed_instant(term.node, term.storage)


def _trimmed_instant(node: SqlExpression, storage: Storage) -> SqlExpression:
    if storage.digits == 0:
        return sql("{0} || 'Z'", node)
    return sql("rtrim(rtrim({0}, '0'), '.') || 'Z'", node)


def _quoted_text(node: SqlExpression, _storage: Storage) -> Piece:
    return '"%s"', [node]


_PIECES: Mapping[Form, Callable[[SqlExpression, Storage], Piece]] = {
    Form.TEXT: lambda node, _s: ("%s", [sql("json_quote({0})", node)]),
    Form.GUID: _quoted_text,
    Form.SCALED: _scaled,
    Form.INSTANT: lambda node, storage: ('"%s"', [_trimmed_instant(node, storage)]),
    Form.DAY: _quoted_text,
    Form.CLOCK: lambda node, _s: ('"%s"', [sql("rtrim(rtrim({0}, '0'), '.')", node)]),
    Form.SPAN: lambda node, _s: ('"%s"', [sql("odata_duration({0})", node)]),
    Form.BOOLEAN: lambda node, _s: ("%s", [sql("iif({0}, 'true', 'false')", node)]),
    Form.INTEGER: lambda node, _s: ("%d", [node]),
    Form.REAL: lambda node, _s: ("%s", [sql("odata_double({0})", node)]),
    Form.BINARY: lambda node, _s: ('"%s"', [sql("odata_base64({0})", node)]),
    Form.JSON: lambda node, _s: ("%s", [node]),
    Form.NUMBER: lambda node, _s: ("%s", [node]),
    Form.NATIVE_GUID: lambda node, _s: (
        '"%s"',
        [
            sql(
                "(substr({0},1,8)||'-'||substr({0},9,4)||'-'||substr({0},13,4)||'-'"
                "||substr({0},17,4)||'-'||substr({0},21))",
                node,
            )
        ],
    ),
    Form.NATIVE_DECIMAL: lambda node, _s: ("%s", [sql("odata_number({0})", node)]),
    Form.NATIVE_INSTANT: lambda node, _s: (
        '"%s"',
        [
            sql(
                "replace(CASE WHEN instr({0}, '.') > 0 THEN rtrim(rtrim({0}, '0'), '.')"
                " ELSE {0} END, ' ', 'T') || 'Z'",
                node,
            )
        ],
    ),
    Form.NATIVE_DAY: _quoted_text,
    Form.NATIVE_CLOCK: lambda node, _s: (
        '"%s"',
        [sql("CASE WHEN instr({0}, '.') > 0 THEN rtrim(rtrim({0}, '0'), '.') ELSE {0} END", node)],
    ),
}
