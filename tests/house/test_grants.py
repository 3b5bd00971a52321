"""Every entity set of the service is granted by name; what no role names, nobody sees."""

from __future__ import annotations

import peewee

from models.container import build_source
from models.grants import ROLES

WHERE = "name each set in a group of models/grants.py, else nobody sees it"


def _sets() -> set[str]:
    return set(build_source(peewee.SqliteDatabase(":memory:")).model.entity_sets)


def test_administrators_may_read_every_set():
    granted = {grant.target for grant in ROLES["administrator"]}

    assert sorted(_sets() - granted) == [], WHERE


def test_no_role_names_a_set_that_is_not_there():
    named = {grant.target for grants in ROLES.values() for grant in grants}

    assert sorted(named - _sets()) == [], WHERE
