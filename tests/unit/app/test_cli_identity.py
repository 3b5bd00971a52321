"""The commands for users, keys and clients and the log of access, on both databases."""

from __future__ import annotations

import datetime
import json
from base64 import b64encode

import pytest
from click.testing import CliRunner

from app.cli import main
from models.access_event import DatabaseEvents, Event, EventKind
from models.availability import discard_connection
from models.connection import open_database
from models.database import bind
from models.demo.identifiers import ADATUM, CRONUS
from odata.errors import UnauthorizedError
from odata.protocol.messages import Principal


def basic(name, password):
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


def test_a_user_that_was_made_is_known_by_the_password(kontor, principal_of):
    made = kontor("user", "create", "Anna", "--role", "writer", "--email", "Anna@Example.com")

    assert made.exit_code == 0, made.output
    password = made.output.strip()
    assert len(password) == 44
    assert principal_of(basic("anna", password)) == Principal("anna", frozenset({"writer"}))
    assert kontor("user", "list").output == "anna: writer, all companies, anna@example.com\n"


def test_a_password_may_be_brought_along(kontor, principal_of):
    words = ("user", "create", "anna", "--password-stdin")

    made = CliRunner().invoke(main, words, input="correct horse battery\n")

    assert made.output == "anna is made\n"
    assert principal_of(basic("anna", "correct horse battery")).name == "anna"


def test_a_short_password_is_refused(kontor):
    refused = CliRunner().invoke(
        main, ("user", "create", "anna", "--password-stdin"), input="short\n"
    )

    assert "a password has 12 to 1024 characters" in refused.output
    assert kontor("user", "list").output == ""


def test_a_role_may_be_given_in_one_company(kontor, principal_of):
    words = ("--role", "reader", "--role", f"writer@{CRONUS.upper()}")

    password = kontor("user", "create", "anna", *words).output.strip()

    assert principal_of(basic("anna", password)) == Principal(
        "anna", frozenset({"reader"}), None, {CRONUS: frozenset({"writer"})}
    )


def test_roles_in_one_company_show_no_other(kontor, principal_of):
    password = kontor("user", "create", "anna", "--role", f"writer@{CRONUS}").output.strip()

    assert principal_of(basic("anna", password)) == Principal(
        "anna", frozenset(), frozenset({CRONUS}), {CRONUS: frozenset({"writer"})}
    )


def test_a_user_may_belong_to_a_customer(kontor, principal_of):
    kontor("demo")

    made = kontor("user", "create", "adatum", "--customer", ADATUM)

    assert principal_of(basic("adatum", made.output.strip())) == Principal(
        "adatum", frozenset({"portal"}), frozenset({CRONUS}), {}, {"customer": (ADATUM,)}
    )


def test_a_key_is_good_for_its_user(kontor, principal_of):
    kontor("user", "create", "anna", "--role", "writer")

    key = kontor("key", "create", "anna").output.strip()

    assert principal_of(key) == Principal("anna", frozenset({"writer"}))
    assert principal_of(basic("anna", key)) == Principal("anna", frozenset({"writer"}))
    assert key.split("_")[1] in kontor("key", "list").output
    assert key.split("_", 2)[2] not in kontor("key", "list", "anna").output


def test_a_rotated_key_ends_the_former(kontor, principal_of):
    kontor("user", "create", "anna")
    former = kontor("key", "create", "anna").output.strip()

    key = kontor("key", "rotate", former.split("_")[1]).output.strip()

    assert principal_of(key).name == "anna"
    with pytest.raises(UnauthorizedError):
        principal_of(former)


def test_a_rotated_key_may_stay_for_hours(kontor, principal_of):
    kontor("user", "create", "anna")
    former = kontor("key", "create", "anna").output.strip()

    kontor("key", "rotate", former.split("_")[1], "--keep-hours", "2")

    assert principal_of(former).name == "anna"


def test_a_revoked_key_is_refused_and_its_user_is_not(kontor, principal_of):
    password = kontor("user", "create", "anna").output.strip()
    key = kontor("key", "create", "anna").output.strip()

    kontor("key", "revoke", key.split("_")[1])

    assert principal_of(basic("anna", password)).name == "anna"
    with pytest.raises(UnauthorizedError):
        principal_of(key)


def test_a_revoked_user_is_refused_with_every_key(kontor, principal_of):
    password = kontor("user", "create", "anna").output.strip()
    key = kontor("key", "create", "anna").output.strip()

    kontor("user", "revoke", "anna")

    for credentials in (key, basic("anna", password)):
        with pytest.raises(UnauthorizedError):
            principal_of(credentials)


def test_a_rotated_password_ends_the_former(kontor, principal_of):
    former = kontor("user", "create", "anna").output.strip()

    password = kontor("user", "rotate", "anna").output.strip()

    assert principal_of(basic("anna", password)).name == "anna"
    with pytest.raises(UnauthorizedError):
        principal_of(basic("anna", former))


def test_what_a_user_may_do_can_change(kontor, principal_of):
    password = kontor("user", "create", "anna").output.strip()

    kontor("user", "change", "anna", "--role", "writer", "--email", "a@b.example")

    assert principal_of(basic("anna", password)).roles == {"writer"}
    assert kontor("user", "list").output == "anna: writer, all companies, a@b.example\n"


def test_secrets_of_a_client_are_rotated_and_revoked(kontor):
    made = kontor("client", "create", "shop", "--role", "writer", "--id", CRONUS)
    assert made.output.startswith(f"client_id: {CRONUS}\nclient_secret: kontor_s")

    rotated = kontor("client", "rotate", "shop", "--keep-hours", "1")
    listed = kontor("client", "list").output

    assert rotated.output.startswith("client_secret: kontor_s")
    assert listed.startswith(f"shop: {CRONUS}, writer, all companies\n")
    assert listed.count("\n") == 3
    assert kontor("client", "revoke", "shop").output == "shop is revoked\n"
    assert kontor("client", "list").output == ""


REFUSALS = (
    (("user", "create", "anna"), "there is a user named anna already"),
    (("user", "create", "a b"), "a name has up to 100 letters"),
    (("user", "create", "b", "--email", "x"), "x is no e-mail address"),
    (("user", "create", "b", "--email", "A@b.example"), "a user has the address A@b.example"),
    (("user", "create", "b", "--customer", CRONUS), f"there is no customer {CRONUS}"),
    (("user", "create", "b", "--role", "king"), "'king' is none of administrator, "),
    (("user", "create", "b", "--role", "writer@x"), "'x' is not the id of a company"),
    (("user", "revoke", "bert"), "there is no user named bert"),
    (("key", "create", "bert"), "there is no user named bert"),
    (("key", "revoke", "u1"), "there is no key u1"),
    (("client", "create", "Shop"), "there is a client named Shop already"),
    (("client", "create", "anna"), "there is a user named anna already"),
    (("token", "create", "SHOP"), "there is a client named SHOP already"),
    (("client", "rotate", "bert"), "there is no client named bert"),
)


def test_what_cannot_be_done_is_told_in_a_sentence(kontor):
    kontor("user", "create", "anna", "--email", "a@b.example")
    kontor("client", "create", "shop")

    for words, message in REFUSALS:
        refused = kontor(*words)

        assert refused.exit_code != 0, words
        assert message in refused.output


def test_every_change_of_rights_is_in_the_log(kontor):
    kontor("user", "create", "anna", "--role", "writer")
    key = kontor("key", "create", "anna").output.strip().split("_")[1]
    kontor("key", "revoke", key)
    kontor("client", "create", "shop")
    kontor("token", "create", "reports")

    lines = [json.loads(line) for line in kontor("audit", "--json").output.splitlines()]

    assert [(line["kind"], line["subject"], line["detail"]) for line in lines] == [
        ("tokenCreated", "reports", "reader, all companies"),
        ("clientCreated", "shop", "reader, all companies"),
        ("keyRevoked", "anna", key),
        ("keyCreated", "anna", key),
        ("userCreated", "anna", "writer, all companies"),
    ]
    assert {line["address"] for line in lines} == {"local"}
    assert all(line["actor"].startswith("command line of ") for line in lines)


def test_the_log_is_read_by_kind_and_line_by_line(kontor):
    kontor("user", "create", "anna")
    kontor("client", "create", "shop")

    shown = kontor("audit", "--kind", "userCreated").output

    assert shown.count("\n") == 1
    assert " userCreated command line of " in shown
    assert shown.endswith(" from local: anna reader, all companies\n")


def test_what_is_old_leaves_the_log(kontor):
    kontor("user", "create", "anna")

    purged = kontor("audit", "purge")

    assert purged.output == "0 events are removed\n"
    assert kontor("audit", "--kind", "logPurged").output.count("\n") == 1


def test_a_line_of_the_log_is_one_line_whatever_a_stranger_has_sent(kontor, database_url):
    kontor("init")
    bind(open_database(database_url))
    moment = datetime.datetime.now(datetime.UTC)
    DatabaseEvents().record(Event(moment, EventKind.REFUSED, "a\nb\x1b[31m", address="192.0.2.7"))
    discard_connection()

    shown = kontor("audit").output

    assert shown.endswith(" refused a\\nb\\x1b[31m from 192.0.2.7: -\n")
    assert shown.count("\n") == 1


@pytest.fixture
def production(monkeypatch):
    """The environment of production; gives what was started, if anything."""
    started = []
    monkeypatch.setenv("KONTOR_MODE", "production")
    monkeypatch.setenv("KONTOR_SECRET_KEY", "0123456789abcdef0123456789abcdef")
    monkeypatch.setenv("KONTOR_PUBLIC_URL", "https://erp.example")
    monkeypatch.setenv("KONTOR_WEBHOOK_WORKER", "false")
    monkeypatch.setattr("app.process.serve", lambda: started.append("served"))
    return started


def test_production_starts_for_whoever_can_sign_in(kontor, production, monkeypatch):
    kontor("client", "create", "shop")
    kontor("client", "revoke", "shop")
    assert "production needs to know who may ask" in kontor("serve").output
    assert production == []

    kontor("user", "create", "anna")
    monkeypatch.setenv("KONTOR_BASIC_AUTH", "false")
    assert kontor("serve").exit_code == 1
    assert production == []
    monkeypatch.setenv("KONTOR_BASIC_AUTH", "true")
    assert kontor("serve").exit_code == 0

    kontor("user", "revoke", "anna")
    kontor("client", "create", "shop")
    assert kontor("serve").exit_code == 0
    assert len(production) == 2


def test_production_starts_for_an_outside_issuer(kontor, production, monkeypatch):
    monkeypatch.setenv("KONTOR_OIDC_ISSUER", "https://login.example")
    monkeypatch.setenv("KONTOR_OIDC_AUDIENCE", "api://kontor")
    monkeypatch.setenv("KONTOR_OIDC_JWKS", "https://login.example/keys")

    assert kontor("serve").exit_code == 0
    assert len(production) == 1
