"""The command ``kontor``, on both databases."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from app.cli import main
from models.access import DatabaseTokens
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind
from models.demo.identifiers import CRONUS
from odata.errors import UnauthorizedError
from odata.protocol.messages import Principal


@pytest.fixture
def kontor_anew(kontor_on, databases):
    """Runs the command on an empty database."""
    return kontor_on(databases.empty())


@pytest.fixture
def kontor_of_demo(kontor_on, demo_url):
    """Runs the command on the demo data."""
    return kontor_on(demo_url)


def test_init_may_be_repeated(kontor_anew):
    first, second = kontor_anew("init"), kontor_anew("init")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.endswith("is up to date\n")


def test_demo_may_be_repeated(kontor_anew):
    first, second = kontor_anew("demo", "--customers", "10"), kontor_anew("demo")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output


CUSTOMERS = "companies(name='CRONUS USA, Inc.')/customers"


def test_a_collection_is_exported_with_all_that_its_query_asks(kontor_of_demo):
    query = "?$select=number,displayName&$filter=city eq 'Atlanta'&$top=2"

    comma, lines = (
        kontor_of_demo("export", CUSTOMERS + query, "--format", form) for form in ("csv", "ndjson")
    )

    assert comma.exit_code == 0, comma.stderr + repr(comma.exception)
    assert comma.stdout.splitlines() == [
        "number,displayName",
        "10000,Adatum Corporation",
        *comma.stdout.splitlines()[2:],
    ]
    assert len(comma.stdout.splitlines()) == 3
    assert len(lines.stdout.splitlines()) == 2


def test_an_export_goes_to_a_file(kontor_of_demo, tmp_path):
    path = tmp_path / "customers.csv"

    done = kontor_of_demo("export", f"{CUSTOMERS}?$select=number", "--output", str(path))

    assert (done.exit_code, done.output) == (0, "")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 56


def test_an_export_of_what_is_not_there_says_so(kontor):
    refused = kontor("export", "companies/nothing")

    assert refused.exit_code == 1
    assert "nothing" in refused.output
    assert "Traceback" not in refused.output


def test_a_token_that_was_made_is_good(kontor, principal_of):
    token = kontor("token", "create", "anna").output.strip()

    assert principal_of(token) == Principal("anna", frozenset({"reader"}), None)


def test_a_token_may_be_bound_to_roles_and_companies(kontor, principal_of):
    words = ("--role", "writer", "--role", "reader", "--company", CRONUS.upper())

    token = kontor("token", "create", "anna", *words).output.strip()

    assert principal_of(token) == Principal(
        "anna", frozenset({"reader", "writer"}), frozenset({CRONUS})
    )


def test_a_revoked_token_is_good_no_longer(kontor, principal_of):
    token = kontor("token", "create", "anna").output.strip()
    kontor("token", "revoke", "anna")

    with pytest.raises(UnauthorizedError):
        principal_of(token)


def test_the_list_tells_everything_but_the_secret(kontor):
    token = kontor("token", "create", "anna").output.strip()

    listed = kontor("token", "list").output

    assert listed == "anna: reader, all companies, never expires\n"
    assert token.split("_", 2)[2] not in listed


def test_the_secret_is_not_stored(kontor, database_url):
    secret = kontor("token", "create", "anna").output.strip().split("_", 2)[2]
    bind(open_database(database_url))

    try:
        assert secret not in repr(DatabaseTokens().all())
    finally:
        discard_connection()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("token", "create", "anna"), "there is a token named anna already"),
        (("token", "revoke", "bert"), "there is no token named bert"),
    ],
)
def test_a_name_stands_for_one_token(kontor, words, message):
    kontor("token", "create", "anna")

    refused = kontor(*words)

    assert refused.exit_code == 1
    assert message in refused.output


def test_a_wrong_setting_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setenv("KONTOR_PORT", "x")

    refused = CliRunner().invoke(main, ["init"])

    assert refused.output == (
        "Error: KONTOR_PORT must be a whole number from 0 to 65535, not 'x'\n"
    )


def test_a_database_that_is_away_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("KONTOR_DATABASE_URL", "postgresql://kontor:secret@127.0.0.1:1/kontor")

    refused = CliRunner().invoke(main, ["init"])

    assert refused.exit_code == 1
    assert "postgresql://kontor@127.0.0.1:1/kontor cannot be used" in refused.output
    assert "secret" not in refused.output


def test_production_does_not_start_without_anybody_to_serve(kontor, monkeypatch):
    monkeypatch.setenv("KONTOR_MODE", "production")
    monkeypatch.setenv("KONTOR_SECRET_KEY", "0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("KONTOR_PUBLIC_URL", "https://erp.example")

    refused = kontor("serve")

    assert refused.exit_code == 1
    assert "kontor token create" in refused.output


def test_a_field_without_a_place_ends_the_command_with_a_sentence(kontor, monkeypatch, tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text('[[field]]\nset = "nowhere"\nname = "a"\ntype = "String"\n')
    monkeypatch.setenv("KONTOR_EXTRA_FIELDS", str(path))

    outcome = kontor("init")

    assert outcome.exit_code == 1
    assert outcome.output == ("Error: the extra field nowhere.a: there is no entity set nowhere\n")


def test_a_template_that_fits_nothing_ends_the_command_with_a_sentence(
    kontor, monkeypatch, tmp_path
):
    path = tmp_path / "templates.json"
    path.write_text('{"nowhere": [{"values": {"a": 1}}]}')
    monkeypatch.setenv("KONTOR_TEMPLATES", str(path))

    outcome = kontor("init")

    assert outcome.exit_code == 1
    assert outcome.output == ("Error: template 1 of nowhere: there is no entity set nowhere\n")


def test_fields_of_a_file_are_made_by_init(kontor_anew, monkeypatch, tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text('[[field]]\nset = "customers"\nname = "a"\ntype = "String"\n')
    monkeypatch.setenv("KONTOR_EXTRA_FIELDS", str(path))

    assert (kontor_anew("init").exit_code, kontor_anew("demo").exit_code) == (0, 0)
