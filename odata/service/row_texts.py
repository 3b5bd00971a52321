"""Which texts of rows a database may keep: those of what most requests show."""

from __future__ import annotations

from collections.abc import Mapping

from odata.payload.row_style import RowStyle
from odata.payload.row_writer import members_template
from odata.query.plan import Source
from odata.sql.dialects.base import Dialect
from odata.sql.mapping import DataSource
from odata.sql.row_texts import RowText, row_texts


def default_row_texts(source: DataSource, dialect: Dialect) -> Mapping[str, RowText]:
    """The texts of the entity types that ask for it: all properties, 4.0's minimal metadata."""
    templates = {
        name: members_template(Source(mapping.entity_type), RowStyle())
        for name, mapping in source.by_type.items()
        if mapping.keeps_text
    }
    return row_texts(source, dialect, templates)
