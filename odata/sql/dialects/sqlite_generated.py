"""Generated columns in SQLite, which takes them only when a table is made."""

from __future__ import annotations

import peewee

from odata.edm.types import EnumType
from odata.query.row_template import ValuePart
from odata.sql.execution import run
from odata.sql.json_pieces import json_piece
from odata.sql.nodes import SqlExpression, sql
from odata.sql.storage import Form, Storage
from odata.sql.terms import Term

# Those that SQLite writes without a function of ours, which its own shell would not have.
_PLAIN = frozenset(
    {Form.TEXT, Form.GUID, Form.SCALED, Form.INSTANT, Form.DAY, Form.BOOLEAN, Form.INTEGER}
)


def stored_json(part: ValuePart, node: SqlExpression, storage: Storage) -> SqlExpression | None:
    """The JSON text of a value, as rows are written while they are read."""
    if storage.form not in _PLAIN and not isinstance(part.edm_type, EnumType):
        return None
    layout, operands = json_piece(part, Term(node, storage))
    if layout == "%s":
        return operands[0]
    places = "".join(f", {{{index}}}" for index in range(len(operands)))
    return sql("printf('" + layout.replace("'", "''") + "'" + places + ")", *operands)


def add_generated(database: peewee.Database, table: str, column: str, expression: str) -> None:
    """Make the table anew with one column more (https://www.sqlite.org/lang_altertable.html 7).

    Rows keep their numbers; indexes and triggers are made again. Views need not be touched as
    long as the old rules of renaming hold.
    """
    definition, others = _definition(database, table), _others(database, table)
    columns = ", ".join(f'"{item.name}"' for item in database.get_columns(table))
    fresh = f"{table}_with_{column}"
    start = definition.index("(") + 1
    generated = f'"{column}" TEXT GENERATED ALWAYS AS ({expression}) STORED, '
    legacy = run(database, "PRAGMA legacy_alter_table", []).fetchone()[0]
    run(database, "PRAGMA legacy_alter_table = ON", [])
    run(database, f'CREATE TABLE "{fresh}" ({generated}{definition[start:]}', [])
    moved = f'INSERT INTO "{fresh}" (rowid, {columns}) SELECT rowid, {columns} FROM "{table}"'  # noqa: S608 - names of the schema
    run(database, moved, [])
    run(database, f'DROP TABLE "{table}"', [])
    run(database, f'ALTER TABLE "{fresh}" RENAME TO "{table}"', [])
    for statement in others:
        run(database, statement, [])
    run(database, f"PRAGMA legacy_alter_table = {legacy}", [])


def _definition(database: peewee.Database, table: str) -> str:
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    return str(run(database, query, [table]).fetchone()[0])


def _others(database: peewee.Database, table: str) -> list[str]:
    """What made the indexes and triggers of a table."""
    query = (
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger')"
        " AND sql IS NOT NULL ORDER BY rowid"
    )
    return [str(row[0]) for row in run(database, query, [table]).fetchall()]
