"""A database as this version wants it: its schema, and the texts of rows that it keeps."""

from __future__ import annotations

from collections.abc import Sequence

import peewee

from models.container import build_source, exposures
from models.database import connected, exclusive
from models.extra_columns import keep_extra_fields
from models.extra_fields import ExtraField
from models.migrate import migrate
from models.new_tables import make_new_tables
from models.picture_limits import PictureLimits
from models.templates import Template
from odata.service.row_texts import default_row_texts
from odata.sql.dialects import dialect_of
from odata.sql.row_texts import keep_row_texts
from odata.sql.search import install_all
from odata.sql.text_indexes import keep_text_indexes


def bring_up(
    database: peewee.Database,
    extra_fields: Sequence[ExtraField] = (),
    templates: Sequence[Template] = (),
) -> None:
    """Migrate, make the tables of new sets and room for the installation's own fields, then let
    the database keep what it may; several processes may call it at once."""
    source = build_source(database, extra_fields=extra_fields, templates=templates)
    dialect = dialect_of(database)
    migrate(database)
    dialect.prepare(database)
    with connected(database), exclusive(database):
        declared = exposures(PictureLimits())
        make_new_tables(database, declared)
        install_all(source, dialect)
        keep_extra_fields(database, declared, extra_fields)
        keep_row_texts(database, dialect, default_row_texts(source, dialect).values())
        keep_text_indexes(source, dialect)
