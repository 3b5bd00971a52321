"""The databases that the other tests stand on."""

from __future__ import annotations

import sqlite3

import psycopg


def _query(url: str, statement: str) -> list[tuple[object, ...]]:
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(url)
    rows = connection.execute(statement)
    found = rows.fetchall() if rows.description else []
    connection.commit()
    connection.close()
    return found


def _fill(url: str) -> None:
    _query(url, "CREATE TABLE fact (number INTEGER)")
    _query(url, "INSERT INTO fact VALUES (42)")


def test_a_database_is_empty(database_url):
    _query(database_url, "CREATE TABLE fact (number INTEGER)")

    assert _query(database_url, "SELECT * FROM fact") == []


def test_every_copy_has_what_was_prepared(database_from):
    first, second = database_from("house", _fill), database_from("house", _fill)

    _query(first, "DELETE FROM fact")

    assert _query(second, "SELECT number FROM fact") == [(42,)]


def test_the_server_is_postgresql_of_our_own(postgres_server):
    assert _query(postgres_server.url("postgres"), "SHOW fsync") == [("off",)]
