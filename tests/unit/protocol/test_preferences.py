"""Prefer, Isolation and Preference-Applied."""

import pytest

from odata.errors import PreconditionFailedError
from odata.protocol.preferences import (
    OmitValues,
    Preference,
    Preferences,
    ReturnPreference,
    parse_isolation,
    parse_preferences,
    preference_applied,
)


@pytest.mark.parametrize(
    ("prefer", "field", "value"),
    [
        ("return=minimal", "return_", ReturnPreference.MINIMAL),
        ("return=representation", "return_", ReturnPreference.REPRESENTATION),
        ('Return="minimal"', "return_", ReturnPreference.MINIMAL),
        ("return=everything", "return_", None),
        ("return", "return_", None),
        ("maxpagesize=2", "maxpagesize", 2),
        ("odata.maxpagesize=10", "maxpagesize", 10),
        ("foo=bar, odata.maxpagesize=2", "maxpagesize", 2),
        ("maxpagesize=2; foo=bar", "maxpagesize", 2),
        ("odata.maxpagesize=5, maxpagesize=3", "maxpagesize", 3),
        ("maxpagesize=3, odata.maxpagesize=5", "maxpagesize", 3),
        ("maxpagesize=3, maxpagesize=5", "maxpagesize", 3),
        ("maxpagesize=0", "maxpagesize", None),
        ("maxpagesize=-1", "maxpagesize", None),
        ("maxpagesize=abc", "maxpagesize", None),
        ("maxpagesize=+1", "maxpagesize", None),
        ("maxpagesize=1.0", "maxpagesize", None),
        ("maxpagesize=٣", "maxpagesize", None),
        ("maxpagesize=99999999999999999999", "maxpagesize", None),
        ("maxpagesize=", "maxpagesize", None),
        ("odata.continue-on-error", "continue_on_error", True),
        ("continue-on-error=true", "continue_on_error", True),
        ("odata.continue-on-error=false", "continue_on_error", False),
        ("continue-on-error=maybe", "continue_on_error", False),
        ("odata.track-changes", "track_changes", True),
        ("respond-async, wait=10", "respond_async", True),
        ("respond-async, wait=10", "wait", 10),
        ('odata.include-annotations="*,-Ns.Term#a"', "include_annotations", "*,-Ns.Term#a"),
        ("omit-values=nulls", "omit_values", OmitValues.NULLS),
        ("odata.omit-values=defaults", "omit_values", OmitValues.DEFAULTS),
        ("omit-values=all", "omit_values", None),
        ("odata.allow-entityreferences", "allow_entityreferences", True),
        ("", "return_", None),
        (None, "return_", None),
        (',,;;=="', "return_", None),
    ],
)
def test_preferences_are_read_and_rubbish_is_ignored(prefer, field, value):
    assert getattr(parse_preferences(prefer), field) == value


def test_a_quoted_comma_does_not_end_a_preference():
    found = parse_preferences('foo="a,return=minimal", maxpagesize=4')
    assert found == Preferences(maxpagesize=4, spellings=((Preference.MAXPAGESIZE, "maxpagesize"),))


@pytest.mark.parametrize(
    ("prefer", "applied", "expected"),
    [
        ("odata.maxpagesize=9", {Preference.MAXPAGESIZE: "3"}, "odata.maxpagesize=3"),
        ("maxpagesize=9", {Preference.MAXPAGESIZE: "3"}, "maxpagesize=3"),
        ("odata.maxpagesize=9", {Preference.MAXPAGESIZE: ""}, "odata.maxpagesize"),
        (
            "return=minimal, odata.track-changes",
            {Preference.RETURN: "minimal", Preference.TRACK_CHANGES: ""},
            "return=minimal, odata.track-changes",
        ),
        (None, {}, ""),
    ],
)
def test_the_answer_repeats_the_spelling_of_the_client(prefer, applied, expected):
    assert preference_applied(parse_preferences(prefer), applied) == expected


@pytest.mark.parametrize(
    ("isolation", "odata_isolation", "expected"),
    [
        (None, None, False),
        ("snapshot", None, True),
        (None, "Snapshot", True),
        ("snapshot", "serializable", True),
    ],
)
def test_snapshot_isolation_by_either_header(isolation, odata_isolation, expected):
    assert parse_isolation(isolation, odata_isolation) is expected


def test_an_isolation_level_that_is_not_offered_fails_with_412():
    with pytest.raises(PreconditionFailedError):
        parse_isolation("serializable", None)
