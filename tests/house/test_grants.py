"""Every entity set of the service declares its grants; what declares none, nobody sees."""

from __future__ import annotations

import peewee

from models.container import build_source, declared_grants
from models.grants import ROLE_NAMES

WHERE = "give its exposure grants of models/grants.py, else nobody sees it"


def _sets() -> set[str]:
    return set(build_source(peewee.SqliteDatabase(":memory:")).model.entity_sets)


def test_administrators_may_read_every_set():
    granted = {grant.target for grant in declared_grants()["administrator"]}

    assert sorted(_sets() - granted) == [], WHERE


def test_no_role_names_a_set_that_is_not_there():
    named = {grant.target for grants in declared_grants().values() for grant in grants}

    assert sorted(named - _sets()) == [], WHERE


def test_the_roles_of_the_service_are_those_that_sets_name():
    assert set(declared_grants()) == ROLE_NAMES
