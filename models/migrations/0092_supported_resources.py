"""Which sets can be followed, as the route of the runtime tells it."""

from __future__ import annotations

import peewee
from playhouse.migrate import SchemaMigrator

_VIEW = """
CREATE VIEW webhook_supported_resource AS
SELECT company.id AS company_id, 'v2.0/' || entity_definition.entity_set_name AS resource
FROM company CROSS JOIN entity_definition WHERE entity_definition.is_followed
"""
_ROUTE = (
    'INSERT INTO api_category_route (route, publisher, "group", version) '
    "VALUES ('microsoft/runtime/beta', 'microsoft', 'runtime', 'beta')"
)


def up(migrator: SchemaMigrator, _database: peewee.Database) -> None:
    """Make the column and the view, and name the route."""
    migrator.migrate(
        migrator.add_column("entity_definition", "is_followed", peewee.BooleanField(default=False)),
        migrator.sql(_VIEW),
        migrator.sql(_ROUTE),
    )
