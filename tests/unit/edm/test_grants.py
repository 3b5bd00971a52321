"""What several grants allow together, and what is allowed in every one of several places."""

from __future__ import annotations

import pytest

from odata.edm.grants import READ, WRITE, Grant, Permission, Right, common, granted

UPDATE = Right.UPDATE | READ


def test_nothing_is_granted_by_no_grant():
    assert granted(()) == {}


def test_rights_add_up():
    both = granted((Grant("books", UPDATE), Grant("books", READ | Right.DELETE)))

    assert both["books"].rights == READ | Right.UPDATE | Right.DELETE


def test_rights_without_reading_show_nothing():
    assert granted((Grant("books", Right.INSERT),)) == {}


@pytest.mark.parametrize(
    ("grants", "hidden"),
    [
        ((Grant("b", hidden=frozenset("xy")),), frozenset("xy")),
        ((Grant("b", hidden=frozenset("xy")), Grant("b", hidden=frozenset("yz"))), frozenset("y")),
        ((Grant("b", hidden=frozenset("x")), Grant("b")), frozenset()),
        # A grant of some rows shows nothing of the others.
        ((Grant("b", hidden=frozenset("x")), Grant("b", rows="n eq 1")), frozenset("x")),
        (
            (Grant("b", hidden=frozenset("x"), rows="n eq 2"), Grant("b", rows="n eq 1")),
            frozenset("x"),
        ),
    ],
)
def test_what_is_hidden_is_what_no_grant_of_all_rows_shows(grants, hidden):
    assert granted(grants)["b"].hidden == hidden


def test_rows_hold_for_the_rights_that_they_stand_with():
    found = granted((Grant("b"), Grant("b", UPDATE, rows="n eq 1")))["b"]

    assert found.rows == {Right.UPDATE: (frozenset({"n eq 1"}),)}


def test_rows_of_several_grants_are_a_choice():
    found = granted((Grant("b", rows="n eq 1"), Grant("b", rows="n eq 2")))["b"]

    assert found.rows == {READ: (frozenset({"n eq 1", "n eq 2"}),)}


def test_operations_are_named_or_all():
    named = granted((Grant("b", WRITE, operations=frozenset({"send"})),))["b"]
    every = granted((Grant("b", WRITE, operations=frozenset({"send"})), Grant("b", WRITE)))["b"]

    assert (named.may_call("send"), named.may_call("post")) == (True, False)
    assert every.may_call("post")
    assert not Permission(READ).may_call("send")


def test_common_is_what_every_place_allows():
    one = granted((Grant("a"), Grant("b", WRITE, hidden=frozenset("x"))))
    other = granted((Grant("b", UPDATE, hidden=frozenset("y"), rows="n eq 1"),))

    found = common((one, other))

    assert found == {
        "b": Permission(
            UPDATE,
            frozenset("xy"),
            {READ: (frozenset({"n eq 1"}),), Right.UPDATE: (frozenset({"n eq 1"}),)},
            frozenset(),
        )
    }
    assert common(()) == {}
