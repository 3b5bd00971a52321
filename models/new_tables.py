"""The tables of sets that no migration makes: those of a set that has just been written.

A set's file is enough to begin with. Its table is made from the model with the indexes of
``Meta``; what has been released changes by migrations.
"""

from __future__ import annotations

from collections.abc import Iterable

import peewee

from models.extra_fields import table_of
from odata.sql.expose import Exposure


def make_new_tables(database: peewee.Database, exposures: Iterable[Exposure]) -> None:
    """Make the tables that are not there; in a transaction."""
    there = {*database.get_tables(), *(view.name for view in database.get_views())}
    for exposure in exposures:
        for model in (exposure.model, exposure.write_model):
            if model is not None and table_of(model) not in there:
                database.create_tables([model])
                there.add(table_of(model))
