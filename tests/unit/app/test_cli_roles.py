"""The commands for roles of an installation's own, on both databases."""

from __future__ import annotations

import json

import pytest


def test_a_role_is_granted_shown_and_revoked(kontor):
    words = ("--may", "update", "--hide", "notes", "--rows", "city eq 'Atlanta'")

    made = kontor("role", "grant", "clerk", "customers", *words)

    line = "customers: read update, without notes, where city eq 'Atlanta'\n"
    assert (made.exit_code, made.output) == (0, line)
    assert kontor("role", "list", "clerk").output == line
    assert "clerk\n" in kontor("role", "list").output
    assert kontor("role", "revoke", "clerk", "customers").exit_code == 0
    assert "clerk" not in kontor("role", "list").output


def test_granting_again_replaces(kontor):
    kontor("role", "grant", "clerk", "customers", "--may", "update")

    kontor("role", "grant", "clerk", "customers")

    assert kontor("role", "list", "clerk").output == "customers: read\n"


def test_operations_may_be_named(kontor):
    words = ("--operation", "makeOrder", "--operation", "send")

    made = kontor("role", "grant", "seller", "salesQuotes", *words)

    assert made.output == "salesQuotes: read call, operations makeOrder send\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("clerk", "custmers"), "a grant names custmers, which is no set"),
        (("clerk", "customers", "--hide", "id"), "hides id, which is part of the key"),
        (("clerk", "customers", "--hide", "nots"), "hides nots, which is not there"),
        (("clerk", "customers", "--rows", "nots eq 1"), "no property"),
        (("clerk", "customers", "--rows", "number eq @customer"), "stands behind 'in' alone"),
        (("writer", "customers"), "writer is a role of the service"),
        (("A role", "customers"), "the name of a role is"),
    ],
)
def test_what_would_grant_nothing_is_refused(kontor, words, sentence):
    refused = kontor("role", "grant", *words)

    assert refused.exit_code == 1
    assert sentence.replace("no property", "Could not find a property") in refused.output


def test_a_token_may_have_a_role_of_ones_own(kontor):
    unknown = kontor("token", "create", "anna", "--role", "clerk")
    kontor("role", "grant", "clerk", "customers")
    known = kontor("token", "create", "anna", "--role", "clerk")

    assert "'clerk' is none of" in unknown.output
    assert known.exit_code == 0


def test_the_log_of_access_tells_who_has_changed_a_role(kontor):
    kontor("role", "grant", "clerk", "customers")
    kontor("role", "revoke", "clerk")

    events = [json.loads(line) for line in kontor("audit", "--json").output.splitlines()]

    assert [item["subject"] for item in events if item["kind"] == "roleChanged"] == ["clerk"] * 2
