"""The text of rows as the database keeps it: written once a change instead of once a read.

A generated column holds the JSON of consecutive properties of a row, as most requests show
them. A template that has the same run of parts reads the column instead; any other one is
rendered as ever, and so is every template where the database lacks the column or keeps it for
other properties. A table of its own says what each column was made for.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import peewee

from odata.query.plan import PropertyRef, Source
from odata.query.row_template import RowPart, RowTemplate, StoredPart, TextPart, ValuePart
from odata.sql.compiler import Compiler
from odata.sql.dialects.base import Dialect
from odata.sql.execution import run, translated_failures
from odata.sql.mapping import ColumnMapping, DataSource, EntityMapping
from odata.sql.nodes import SqlExpression, listed
from odata.sql.sources import ROW_TEXT, SourceTable
from odata.sql.storage import storage_of

_REGISTRY = "row_text"
_LEAST_PARTS = 4  # less is rendered as fast
_MOST_PARTS = 200  # a text and a value each: a function of PostgreSQL has 100 arguments
_CREATE_REGISTRY = (
    f"CREATE TABLE IF NOT EXISTS {_REGISTRY}"
    " (table_name VARCHAR(63) NOT NULL PRIMARY KEY, signature VARCHAR(32) NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class RowText:
    """A run of members of the rows of one table: text, value, text, value and so on."""

    table: str
    parts: tuple[TextPart | ValuePart, ...]
    expression: str

    @property
    def signature(self) -> str:
        """What tells it from the text of other members."""
        return hashlib.sha256(self.expression.encode()).hexdigest()[:32]


class RowTexts:
    """The texts that a database may keep, by entity type, and those that it has."""

    def __init__(self, database: peewee.Database, texts: Mapping[str, RowText]) -> None:
        self._database = database
        self._texts = texts
        self._kept: Mapping[str, RowText] | None = None
        self._lock = threading.Lock()

    def fold(self, template: RowTemplate, root: Source) -> RowTemplate:
        """The template with the text of the database in place of the run that it keeps."""
        if root.entity_type.name not in self._texts or type(root) is not Source:
            return template
        text = self._known().get(root.entity_type.name)
        return template if text is None else _folded(template, text, root)

    def _known(self) -> Mapping[str, RowText]:
        with self._lock:
            if self._kept is None:
                kept = kept_texts(self._database)
                self._kept = {
                    name: text
                    for name, text in self._texts.items()
                    if kept.get(text.table) == text.signature
                }
            return self._kept


def row_texts(
    source: DataSource, dialect: Dialect, templates: Mapping[str, RowTemplate]
) -> Mapping[str, RowText]:
    """The longest run of members that each template's table can keep, by entity type."""
    found: dict[str, RowText] = {}
    for name, template in templates.items():
        mapping = source.by_type[name]
        run_of_parts = max(_runs(template.parts, mapping, dialect), key=len, default=())
        if len(run_of_parts) >= _LEAST_PARTS:
            expression = _expression(run_of_parts, source, dialect)
            table = str(mapping.model._meta.table_name)  # noqa: SLF001 - Peewee's public name
            found[name] = RowText(table, run_of_parts, expression)
    return found


def _runs(
    parts: Sequence[RowPart], mapping: EntityMapping, dialect: Dialect
) -> Iterator[tuple[TextPart | ValuePart, ...]]:
    """Every run of text and value by turns whose values are columns of the table."""
    current: list[TextPart | ValuePart] = []
    place = 0
    while place < len(parts) - 1:
        text, value = parts[place], parts[place + 1]
        if (
            len(current) < _MOST_PARTS
            and isinstance(text, TextPart)
            and isinstance(value, ValuePart)
            and _is_storable(value, mapping, dialect)
        ):
            # Only its own name belongs to the first member, not what stands before it.
            current += [text if current else _own_name(text), value]
            place += 2
        else:
            yield tuple(current)
            current = []
            place += 1
    yield tuple(current)


def _own_name(text: TextPart) -> TextPart:
    return TextPart(text.text[text.text.rindex(',"') :])


def _is_storable(part: ValuePart, mapping: EntityMapping, dialect: Dialect) -> bool:
    reference = part.expression
    if not isinstance(reference, PropertyRef) or len(reference.path) > 1:
        return False
    found = mapping.properties[reference.path[0]]
    if not isinstance(found, ColumnMapping) or part.presence is not None or part.omit_null:
        return False
    return dialect.stored_json(part, peewee.SQL(""), storage_of(found.column)) is not None


def _expression(
    parts: tuple[TextPart | ValuePart, ...], source: DataSource, dialect: Dialect
) -> str:
    """The SQL of the column: the columns of the same row stand in it without a table."""
    compiler = Compiler(SourceTable(source), dialect)
    pieces: list[SqlExpression] = []
    for part in parts:
        if isinstance(part, TextPart):
            pieces.append(peewee.SQL("'" + part.text.replace("'", "''") + "'"))
            continue
        term = compiler.term(part.expression)
        pieces.append(dialect.stored_json(part, term.node, term.storage))
    query = peewee.Select(columns=(listed(pieces, " || "),))
    text, parameters = source.database.get_sql_context().sql(query).query()  # type: ignore[no-untyped-call]  # Peewee's gap
    if parameters:
        raise ValueError("the text of a row takes no parameters")
    return str(text).removeprefix("SELECT ").replace('"s1".', "")


def _folded(template: RowTemplate, text: RowText, root: Source) -> RowTemplate:
    parts, wanted = template.parts, text.parts
    for start in range(len(parts) - len(wanted) + 1):
        stretch = parts[start : start + len(wanted)]
        first, name = stretch[0], wanted[0]
        if not (isinstance(first, TextPart) and isinstance(name, TextPart)):
            continue
        pairs = zip(stretch[1:], wanted[1:], strict=True)
        if first.text.endswith(name.text) and all(_is_same(one, two, root) for one, two in pairs):
            before = first.text.removesuffix(name.text)
            lead = (TextPart(before),) if before else ()
            rest = parts[start + len(wanted) :]
            return RowTemplate((*parts[:start], *lead, StoredPart(root), *rest))
    return template


def _is_same(part: RowPart, wanted: TextPart | ValuePart, root: Source) -> bool:
    if isinstance(part, TextPart):
        return isinstance(wanted, TextPart) and part.text == wanted.text
    if not isinstance(part, ValuePart) or not isinstance(wanted, ValuePart):
        return False
    return _value_key(part) == _value_key(wanted) and _root_of(part) is root


def _value_key(part: ValuePart) -> tuple[object, ...]:
    reference = part.expression
    path = reference.path if isinstance(reference, PropertyRef) else None
    looks = (part.style, part.prefix, part.suffix, part.omit_null, part.plain_enums)
    return (path, part.edm_type, part.presence, *looks)


def _root_of(part: ValuePart) -> Source | None:
    return part.expression.source if isinstance(part.expression, PropertyRef) else None


# --- the columns in the database -------------------------------------------------------------


def kept_texts(database: peewee.Database) -> Mapping[str, str]:
    """The signature of the text that each table keeps."""
    with translated_failures():
        if not database.table_exists(_REGISTRY):
            return {}
    rows = run(database, f"SELECT table_name, signature FROM {_REGISTRY}", [])  # noqa: S608 - our name
    return dict(rows.fetchall())


def keep_row_texts(
    database: peewee.Database, dialect: Dialect, texts: Iterable[RowText]
) -> tuple[str, ...]:
    """Give each table the column for its text where it has none, or one for other members;
    gives the names of the tables that were changed."""
    kept = kept_texts(database)
    changed = [text for text in texts if kept.get(text.table) != text.signature]
    if changed:
        run(database, _CREATE_REGISTRY, [])
    for text in changed:
        if text.table in kept:
            _drop(database, text.table)
        dialect.add_generated(database, text.table, ROW_TEXT, text.expression)
        values = [database.param, database.param]
        insert = f"INSERT INTO {_REGISTRY} (table_name, signature) VALUES ({', '.join(values)})"  # noqa: S608 - our names
        run(database, insert, [text.table, text.signature])
    return tuple(text.table for text in changed)


def drop_row_texts(database: peewee.Database) -> None:
    """Remove all such columns, so that their tables can be altered."""
    for table in kept_texts(database):
        _drop(database, table)


def _drop(database: peewee.Database, table: str) -> None:
    run(database, f'ALTER TABLE "{table}" DROP COLUMN {ROW_TEXT}', [])
    run(database, f"DELETE FROM {_REGISTRY} WHERE table_name = {database.param}", [table])  # noqa: S608 - our name
