"""The columns of an installation's own fields: made when the service is brought up.

A table tells which there are and how each keeps its values. A field that is no longer declared
keeps its column, so nothing is lost when it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import peewee
from playhouse.migrate import SchemaMigrator

from models.extra_fields import ExtraField, ExtraFieldsError, table_of
from odata.sql.execution import run
from odata.sql.expose import Exposure

_REGISTRY = "extra_field"


def keep_extra_fields(
    database: peewee.Database, exposures: Iterable[Exposure], extra: Iterable[ExtraField]
) -> None:
    """Give each field its column, and its index where it asks for one; in a transaction."""
    places = {item.entity_set: item for item in exposures}
    wanted = [(places[item.entity_set], item) for item in extra]
    kept = _kept(database)
    faults = list(_find_faults(wanted, kept, frozenset(_views(database))))
    if faults:
        raise ExtraFieldsError(faults)
    for exposure, item in wanted:
        if (table_of(exposure.model), item.column_name) not in kept:
            _add(database, table_of(exposure.model), item)
        _index(database, exposure, item)


def _kept(database: peewee.Database) -> Mapping[tuple[str, str], str]:
    rows = run(database, f"SELECT table_name, column_name, kind FROM {_REGISTRY}", [])  # noqa: S608 - our name
    return {(table, name): kind for table, name, kind in rows.fetchall()}


def _views(database: peewee.Database) -> Iterator[str]:
    return (view.name for view in database.get_views())


def _find_faults(
    wanted: Iterable[tuple[Exposure, ExtraField]],
    kept: Mapping[tuple[str, str], str],
    views: frozenset[str],
) -> Iterator[str]:
    for exposure, item in wanted:
        table = table_of(exposure.model)
        where = f"the extra field {item.entity_set}.{item.name}"
        kind = kept.get((table, item.column_name), item.kind)
        if table in views:
            yield f"{where}: the rows of {item.entity_set} are computed, nobody writes them"
        elif kind != item.kind:
            yield (
                f"{where} is kept as {kind} and cannot become {item.kind}: "
                "choose another name, or give it its type back"
            )


def _add(database: peewee.Database, table: str, item: ExtraField) -> None:
    field = item.field()
    field.bind(_Row, item.column_name, set_attribute=False)
    context = SchemaMigrator.from_database(database).make_context()
    context.literal("ALTER TABLE ").sql(peewee.Entity(table)).literal(" ADD COLUMN ")
    run(database, *context.sql(field.ddl(context)).query())
    places = ", ".join([database.param] * 3)
    insert = f"INSERT INTO {_REGISTRY} (table_name, column_name, kind) VALUES ({places})"  # noqa: S608 - our names
    run(database, insert, [table, item.column_name, item.kind])


def _index(database: peewee.Database, exposure: Exposure, item: ExtraField) -> None:
    table = table_of(exposure.model)
    name = f'"{table}_{item.column_name}"'
    if not item.is_indexed:
        run(database, f"DROP INDEX IF EXISTS {name}", [])
        return
    scope = exposure.scope.column_name if exposure.scope is not None else None
    columns = ", ".join(f'"{part}"' for part in (scope, item.column_name) if part)
    run(database, f'CREATE INDEX IF NOT EXISTS {name} ON "{table}" ({columns})', [])


class _Row(peewee.Model):
    """What a new column is bound to, to be written as SQL."""
