"""Texts found by their parts where PostgreSQL has pg_trgm, which its Python package lacks.

Runs where a PostgreSQL with its contributed modules is installed, as the packages of
distributions bring it; elsewhere it says that there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.availability import discard_connection
from tests.conftest import PostgresServer, Prepare
from tests.integration.service import CUSTOMERS, Service

# A server refuses to be run by root.
_USER = "nobody" if os.getuid() == 0 else None


def _programs() -> Path | None:
    """Where the programs of a server with pg_trgm are."""
    tell = shutil.which("pg_config")
    if tell is None:
        return None
    told = [
        subprocess.run([tell, f"--{name}"], capture_output=True, text=True, check=True).stdout
        for name in ("bindir", "sharedir")
    ]
    programs, shared = (Path(text.strip()) for text in told)
    has_both = (programs / "initdb").exists() and (shared / "extension/pg_trgm.control").exists()
    return programs if has_both else None


def _run(*command: object) -> None:
    subprocess.run(
        list(map(str, command)), user=_USER, check=True, stdout=subprocess.DEVNULL, cwd="/"
    )


@pytest.fixture(scope="module")
def with_trigrams(fill_demo: Prepare) -> Iterator[str]:
    """The address of the demo data on a server that has pg_trgm."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL with contributed modules is installed")
    directory = Path(tempfile.mkdtemp(prefix="kontor-"))
    if _USER is not None:
        shutil.chown(directory, _USER)
    data = directory / "pg"
    _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "utf8", "-N")
    options = f"-c listen_addresses='' -c fsync=off -k {directory}"
    _run(programs / "pg_ctl", "-D", data, "-o", options, "-l", directory / "log", "-w", "start")
    try:
        url = PostgresServer(str(directory)).create("demo")
        fill_demo(url)
        yield url
    finally:
        discard_connection()
        _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(directory)


@pytest.mark.postgresql
def test_names_have_an_index_of_trigrams_that_finds_their_parts(with_trigrams: str):
    with psycopg.connect(with_trigrams) as connection:
        connection.execute("SET enable_seqscan = off")
        rows = connection.execute(
            "EXPLAIN SELECT id FROM customer WHERE display_name COLLATE \"C\" LIKE '%datum Corp%'"
        ).fetchall()

    assert "Index Cond: (display_name ~~ '%datum Corp%'::text)" in rows[-1][0]


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("contains(displayName,'datum Corp')", ["10000"]),
        ("contains(displayName,'DATUM')", []),
        ("contains(displayName,'%')", ["C00400"]),
        ("endswith(displayName,'datum Corporation')", ["10000"]),
        ("contains(email,'ts@adatum.c')", ["10000"]),
    ],
)
def test_parts_of_texts_are_found_as_without_an_index(
    with_trigrams: str, start_service, condition: str, numbers: list[str]
):
    service = Service(start_service(with_trigrams))

    found = service.get(f"{CUSTOMERS}?$select=number&$filter={condition.replace('%', '%25')}")

    assert [customer["number"] for customer in found["value"]] == numbers
    discard_connection()
