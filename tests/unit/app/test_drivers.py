"""The driver of PostgreSQL is loaded where it is used."""

from __future__ import annotations

import sys

import pytest

from app.drivers import leave_out_unused


@pytest.fixture(params=["sqlite:///var/kontor.db", "", "postgresql://me@there/db", " postgres://x"])
def url(request, monkeypatch) -> str:
    """The address of a database."""
    monkeypatch.setenv("KONTOR_DATABASE_URL", request.param)
    return request.param


def test_the_driver_is_left_out_for_sqlite_alone(url, monkeypatch):
    monkeypatch.delitem(sys.modules, "peewee")
    monkeypatch.setitem(sys.modules, "psycopg", sys)

    leave_out_unused()

    assert (sys.modules["psycopg"] is None) == ("postgres" not in url)


def test_a_driver_that_is_loaded_stays(url, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", sys)

    leave_out_unused()

    assert sys.modules["psycopg"] is sys
