"""What audits need of the log: keys as people write them, changed properties as a list."""

from __future__ import annotations

import json

import peewee
from playhouse.migrate import SchemaMigrator

from odata.sql.execution import run

_CHUNK = 1000
_SELECT = "SELECT sequence, key, properties FROM change_log WHERE sequence > {0} ORDER BY sequence"
_UPDATE = "UPDATE change_log SET entity_key = {0}, properties = {0} WHERE sequence = {0}"


def up(migrator: SchemaMigrator, database: peewee.Database) -> None:
    """Add the column, bring what is logged into the new form, and index it."""
    field = peewee.TextField(default="")
    migrator.migrate(migrator.add_column("change_log", "entity_key", field))
    _convert(database)
    migrator.migrate(
        migrator.sql("DROP INDEX change_log_of_key"),
        migrator.sql(
            "CREATE INDEX change_log_of_key ON change_log (entity_set, entity_key, sequence)"
        ),
    )


def _convert(database: peewee.Database) -> None:
    place = database.param
    last = 0
    while True:
        select = f"{_SELECT.format(place)} LIMIT {_CHUNK}"
        rows = run(database, select, [last]).fetchall()
        if not rows:
            return
        for sequence, key, properties in rows:
            told = [
                {"name": name, "oldValue": _text(old), "newValue": _text(new)}
                for name, (old, new) in json.loads(properties).items()
            ]
            entity_key = ",".join(map(str, json.loads(key)))
            values = [entity_key, json.dumps(told, ensure_ascii=False), sequence]
            run(database, _UPDATE.format(place), values)
            last = sequence


def _text(value: object) -> str | None:
    """The text of a value that was kept as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
