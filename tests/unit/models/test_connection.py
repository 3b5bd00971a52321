"""The address of a database says how durable its changes are."""

from __future__ import annotations

import pytest

from models.connection import file_of, open_database


@pytest.mark.parametrize(("option", "level"), [("", 2), ("?synchronous=normal", 1)])
def test_changes_are_on_the_disk_unless_the_address_says_otherwise(tmp_path, option, level):
    path = tmp_path / "kontor.db"
    url = f"sqlite:///{path}{option}"

    database = open_database(url)
    with database.connection_context():
        found = database.execute_sql("PRAGMA synchronous").fetchone()

    assert (file_of(url), found) == (str(path), (level,))
