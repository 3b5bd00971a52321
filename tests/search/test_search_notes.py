"""``$search`` while rows wait for their index: the same rows at every moment as when all are in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.connection import open_database
from odata.protocol.engine import Engine
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from odata.query.search_terms import Together, Tokens, search_term, tokens_of
from odata.sql import search_entries
from odata.sql.dialects import dialect_of
from odata.sql.expose import Exposure, column, publish
from odata.sql.search import enter_all, install_all
from odata.uri.parser import parse_search

WORDS = (
    "Adatum",
    "adatum",
    "ada",
    "Zürich",
    "STRASSE",
    "straße",
    "o'neill",
    "\ue000",
    "a-b",
    "東京",
)
TEXTS = st.one_of(st.none(), st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join))
SEARCHES = (
    "ada",
    '"adatum"',
    '"adatum ada"',
    "adatum zurich",
    "adatum OR strasse",
    "NOT adatum",
    "strasse NOT (ada OR zurich)",
    "(adatum OR a-b) AND NOT neill",
    "o'nei",
    '"strasse 東京"',
    "&",
)
NUMBERS = st.integers(0, 7)
CHANGES = st.one_of(
    st.tuples(st.just("POST"), NUMBERS, TEXTS, TEXTS),
    st.tuples(st.just("PATCH"), NUMBERS, TEXTS, TEXTS),
    st.tuples(st.just("DELETE"), NUMBERS, st.none(), st.none()),
)
# Several changes as one atomic group, which fails as a whole if the flag is set.
STEPS = st.lists(
    st.tuples(st.lists(CHANGES, min_size=1, max_size=3), st.booleans()), min_size=1, max_size=6
)
REPEATED = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Note(peewee.Model):
    """What is searched, on several boards."""

    id = peewee.IntegerField(primary_key=True)
    board = peewee.IntegerField(default=0)
    title = peewee.TextField(null=True)
    remark = peewee.TextField(null=True)
    color = peewee.TextField(default="")

    class Meta:
        table_name = "note"


def _source(database):
    exposure = Exposure(
        Note,
        "note",
        "notes",
        properties=(
            column(Note.id),
            column(Note.board),
            column(Note.title, searchable=True),
            column(Note.remark, searchable=True),
            column(Note.color),
        ),
    )
    return publish("Notes", (exposure,), database=database)


def _fill(url: str) -> None:
    database = open_database(url)
    with database.bind_ctx((Note,)), database.atomic():
        database.create_tables((Note,))
        install_all(_source(database), dialect_of(database))
    database.close()


class Board:
    """Asks and changes the notes."""

    def __init__(self, database: peewee.Database) -> None:
        self.database = database
        self.source = _source(database)
        self.engine = Engine(self.source, EngineSettings(secret=b"notes"))

    def ask(self, method: str, path: str, query: str = "", body: object = None):
        """The status and the body of an answer."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        writer = Principal("tester", frozenset({"writer"}))
        asked = Request(method, "http://localhost/", path, query, headers, content, writer)
        answer = self.engine.handle(asked)
        found = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
        return answer.status, found.decode()

    def group(self, changes, *, fails: bool) -> None:
        """Changes as one atomic group of a batch."""
        requests = [_request(str(index), change) for index, change in enumerate(changes)]
        if fails:
            requests.append({**_request("last", ("PATCH", 0, None, None)), "body": {"no": 1}})
        self.ask("POST", "$batch", body={"requests": requests})

    def rows(self) -> Mapping[int, tuple[int, tuple[str | None, str | None]]]:
        """What is there, of which the texts are searched."""
        return {row.id: (row.board, (row.title, row.remark)) for row in Note.select()}

    def found(self, search: str, condition: str = "") -> list[int]:
        """What a search finds; the count that comes with it and that of $apply say the same."""
        asked = "$search=" + quote(search)
        status, text = self.ask("GET", "notes", f"{asked}{condition}&$count=true&$select=id")
        assert status == 200, text
        answer = json.loads(text)
        ids = [row["id"] for row in answer["value"]]
        assert answer["@odata.count"] == len(ids)
        return ids

    def counted(self, search: str) -> int:
        """How many a search within $apply finds."""
        steps = f"search({search})/aggregate($count as number)"
        status, text = self.ask("GET", "notes", "$apply=" + quote(steps))
        assert status == 200, text
        return json.loads(text)["value"][0]["number"]

    def waiting(self) -> int:
        """How many rows are noted."""
        if dialect_of(self.database).name != "sqlite":
            return 0
        return self.database.execute_sql("SELECT COUNT(*) FROM note_search_waiting").fetchone()[0]


def _request(name: str, change) -> dict[str, object]:
    method, number, title, remark = change
    body = {"title": title, "remark": remark}
    made = {"id": name, "method": method, "url": f"notes({number})", "atomicityGroup": "all"}
    if method == "POST":
        return {**made, "url": "notes", "body": {"id": number, "board": number % 2, **body}}
    return made if method == "DELETE" else {**made, "body": body}


def _is_found(term, texts: tuple[str | None, ...]) -> bool:
    """What the documentation says of a search, word by word."""
    match term:
        case None:
            return True
        case Tokens(sought, open_ended):
            return any(_follow(sought, tokens_of(text or ""), open_ended) for text in texts)
        case Together(terms, any_will_do):
            return (any if any_will_do else all)(_is_found(item, texts) for item in terms)
    return not _is_found(term.term, texts)


def _follow(sought: tuple[str, ...], tokens: tuple[str, ...], open_ended: bool) -> bool:
    *whole, last = sought
    for start in range(len(tokens) - len(sought) + 1):
        *before, end = tokens[start : start + len(sought)]
        if before == whole and (end.startswith(last) if open_ended else end == last):
            return True
    return False


def _expected(board: Board, search: str) -> list[int]:
    term = search_term(parse_search(search))
    return sorted(number for number, (_, texts) in board.rows().items() if _is_found(term, texts))


@pytest.fixture
def board(database_from, monkeypatch) -> Iterator[Board]:
    """Notes of which three wait at most, so that some of every kind are taken and some wait."""
    monkeypatch.setattr(search_entries, "_MOST_NOTED", 3)
    monkeypatch.setattr(search_entries, "_MOST_TAKEN", 4)
    monkeypatch.setattr(search_entries, "_UNSEEN", 2)
    database = open_database(database_from("noted_rows", _fill))
    with database.bind_ctx((Note,)):
        yield Board(database)
    database.close()


@given(steps=STEPS)
@REPEATED
def test_a_search_finds_the_same_rows_whether_they_wait_or_not(board, steps):
    Note.delete().execute()
    for changes, fails in steps:
        board.group(changes, fails=fails)
        for search in SEARCHES:
            expected = _expected(board, search)
            assert board.found(search) == expected, search
    noted = {search: board.found(search) for search in SEARCHES}
    assert [board.counted(search) for search in SEARCHES[:2]] == [
        len(noted[search]) for search in SEARCHES[:2]
    ]
    first = [number for number in noted["NOT adatum"] if board.rows()[number][0] == 0]
    assert board.found("NOT adatum", "&$filter=board%20eq%200") == first
    with board.database.atomic():
        enter_all(board.source, dialect_of(board.database))
    assert board.waiting() == 0
    assert {search: board.found(search) for search in SEARCHES} == noted


def test_rows_wait_for_each_other_and_are_entered_together(board):
    seen = []
    for number in range(1, 13):
        board.ask("POST", "notes", body={"id": number, "title": "Adatum", "color": ""})
        seen.append(board.waiting())
        assert board.found("adatum") == list(range(1, number + 1))

    if dialect_of(board.database).name == "sqlite":
        assert 3 <= max(seen) <= 6
        assert 0 in seen


def test_rows_that_are_deleted_are_not_left_waiting(board):
    for number in range(1, 13):
        board.ask("POST", "notes", body={"id": number, "title": "Adatum", "color": ""})
    for number in range(1, 13):
        board.ask("DELETE", f"notes({number})")
        assert board.found("adatum") == list(range(number + 1, 13))

    assert board.waiting() <= 6


def test_a_row_that_another_program_has_changed_is_found_by_no_text_that_it_had(board):
    board.ask("POST", "notes", body={"id": 1, "title": "Adatum", "color": ""})
    with board.database.atomic():
        enter_all(board.source, dialect_of(board.database))

    Note.update(title="Zürich").where(Note.id == 1).execute()
    assert board.found("adatum") == []
    Note.update(id=2).where(Note.id == 1).execute()
    assert board.found("adatum") == []

    with board.database.atomic():
        enter_all(board.source, dialect_of(board.database))
    assert board.found("zurich") == [2]


_EARLIER = (
    'DROP TABLE "note_search_waiting"',
    'DROP TRIGGER "note_search_rewritten"',
    *(f'DROP TRIGGER "note_search_of_{event}"' for event in ("inserted", "changed", "moved")),
    'DROP TRIGGER "note_search_of_deleted"',
    (
        'CREATE TRIGGER "note_search_of_deleted" AFTER DELETE ON "note" BEGIN '
        'DELETE FROM "note_search" WHERE "id" = old."id"; END'
    ),
    (
        'CREATE TRIGGER "note_search_of_changed" AFTER UPDATE OF "id", "title", "remark" '
        'ON "note" WHEN old."id" IS NOT new."id" OR old."title" IS NOT new."title" '
        'OR old."remark" IS NOT new."remark" '
        'BEGIN DELETE FROM "note_search" WHERE "id" = old."id"; END'
    ),
)


def test_a_table_of_an_earlier_version_goes_on_with_its_entries(board):
    if dialect_of(board.database).name != "sqlite":
        return
    board.ask("POST", "notes", body={"id": 1, "title": "Adatum", "color": ""})
    enter_all(board.source, dialect_of(board.database))
    for statement in _EARLIER:
        board.database.execute_sql(statement)
    entries = board.database.execute_sql("SELECT * FROM note_search").fetchall()
    Note.insert(id=2, title="Adatum").execute()

    install_all(board.source, dialect_of(board.database))
    install_all(board.source, dialect_of(board.database))

    assert board.database.execute_sql("SELECT * FROM note_search").fetchall()[:1] == entries
    assert board.found("adatum") == [1, 2]
    board.ask("PATCH", "notes(1)", body={"title": "Zürich"})
    assert (board.found("adatum"), board.found("zurich")) == ([2], [1])
