"""The grammar cases of the standard against the parser.

The data stays outside the repository; ``KONTOR_CONFORMANCE_DIR`` says where.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from odata.errors import NotImplementedYetError, ODataError
from odata.uri import (
    check_root_options,
    has_form,
    parse_expression,
    parse_literal,
    parse_resource_path,
    parse_search,
    read_query_options,
    split_query,
)
from odata.uri.ast import LiteralKind
from odata.uri.percent_encoding import decode

_DIRECTORY = Path(
    os.environ.get("KONTOR_CONFORMANCE_DIR") or Path(__file__).parents[3] / "shared" / "conformance"
)
_FILE = _DIRECTORY / "abnf-cases.json"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not _FILE.exists(), reason=f"no grammar cases in {_DIRECTORY}"),
]

# Wrong because of the model alone, although the data does not say so.
_NEEDS_MODEL = {
    "666a0d415afc": "groupby((Sales/Product/Name)): only a model knows that Sales is a collection",
}
_ACCEPTED_BELOW: Mapping[str, str] = {}
_LEFT_OUT = {"geo", "temporal", "annotation"}

NUMBERS = {LiteralKind.INTEGER, LiteralKind.DECIMAL, LiteralKind.DOUBLE}


class Refused(Exception):  # noqa: N818
    """The text parses, but not as what the rule asks for."""


# --- how each rule is fed ------------------------------------------------------------------


def _feed_url(text: str) -> None:
    """A path with its query; a fragment never reaches the service."""
    relative = text.partition("#")[0]
    path, _, query = relative.partition("?")
    check_root_options(parse_resource_path(path), read_query_options(query))


def _feed_absolute_url(text: str) -> None:
    """A URL; in the data, the root of the service is all that begins no path of the model."""
    relative = re.sub(r"^https?://[^/?#]*/", "", text)
    while re.match(r"[\w.]+/(?!$)", relative):
        relative = relative.partition("/")[2]
    _feed_url("" if re.fullmatch(r"\w+/", relative) else relative)


def _feed_options(text: str) -> None:
    read_query_options(text)


def _feed_option(text: str) -> None:
    if len(split_query(text)) != 1:
        raise Refused("an option's value holds no raw ampersand")
    read_query_options(text)


def _feed_expression(text: str) -> None:
    parse_expression(decode(text))


def _feed_lambda(text: str) -> None:
    parse_expression(f"Items/{decode(text)}")


def _feed_parameter(text: str) -> None:
    parse_expression(f"Model.Function({decode(text)})")


def _feed_search(text: str) -> None:
    parse_search(decode(text))


def _feed_json_string(text: str) -> None:
    parse_expression(f"[{decode(text)}]")


def _feed_identifier(text: str) -> None:
    (segment,) = parse_resource_path(text).segments
    if segment.name != text:
        raise Refused("not a name")


def _literal(*kinds: LiteralKind) -> Callable[[str], None]:
    def feed(text: str) -> None:
        literal = parse_literal(decode(text))
        if kinds and literal.kind not in kinds:
            raise Refused(f"a {literal.kind.value}")

    return feed


def _value(*kinds: LiteralKind) -> Callable[[str], None]:
    def feed(text: str) -> None:
        if not any(has_form(text, kind) for kind in kinds):
            raise Refused("not of this form")

    return feed


_ANY_VALUE = set(LiteralKind) - {LiteralKind.STRING}

_RULES: Mapping[str, Callable[[str], None]] = {
    "queryOptions": _feed_options,
    "odataRelativeUri": _feed_url,
    "odataUri": _feed_absolute_url,
    "resourcePath": _feed_url,
    "searchExpr": _feed_search,
    "anyExpr": _feed_lambda,
    "functionParameter": _feed_parameter,
    "stringInUrl": _feed_json_string,
    "primitiveLiteral": _literal(),
    "stringLiteral": _literal(LiteralKind.STRING),
    "enumLiteral": _literal(LiteralKind.ENUM, LiteralKind.STRING),
    "binaryLiteral": _literal(LiteralKind.BINARY),
    "durationLiteral": _literal(LiteralKind.DURATION),
    "dateTimeOffsetLiteral": _literal(LiteralKind.DATE_TIME_OFFSET),
    "dateTimeOffsetValueInUrl": _literal(LiteralKind.DATE_TIME_OFFSET),
    "timeOfDayLiteral": _literal(LiteralKind.TIME_OF_DAY),
    "decimalLiteral": _literal(*NUMBERS),
    "int16Literal": _literal(LiteralKind.INTEGER),
    "boolean": _literal(LiteralKind.BOOLEAN),
    "date": _literal(LiteralKind.DATE),
    "guid": _literal(LiteralKind.GUID),
    "null": _literal(LiteralKind.NULL),
    "primitiveValue": _value(*_ANY_VALUE),
    "booleanValue": _value(LiteralKind.BOOLEAN),
    "byteValue": _value(LiteralKind.INTEGER),
    "dateTimeOffsetValue": _value(LiteralKind.DATE_TIME_OFFSET),
    "dateValue": _value(LiteralKind.DATE),
    "decimalValue": _value(LiteralKind.DECIMAL),
    "doubleValue": _value(LiteralKind.DOUBLE),
    "singleValue": _value(LiteralKind.DOUBLE),
    "durationValue": _value(LiteralKind.DURATION),
    "enumValue": _value(LiteralKind.ENUM),
    "timeOfDayValue": _value(LiteralKind.TIME_OF_DAY),
}
_FAMILIES: Mapping[str, Callable[[str], None]] = {
    "path": _feed_url,
    "option": _feed_option,
    "expression": _feed_expression,
    "identifier": _feed_identifier,
    "geo": _literal(LiteralKind.GEO),
    "aggregation": _feed_expression,
    "temporal": _feed_url,
}


# --- outcomes --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    case: Mapping[str, object]
    verdict: str  # parsed | rejected | not implemented
    error: str = ""

    @property
    def family(self) -> str:
        return str(self.case["family"])

    @property
    def features(self) -> set[str]:
        return set(self.case["features"])

    @property
    def must_parse(self) -> bool:
        return self.case["fail_at"] is None

    @property
    def is_right(self) -> bool:
        return (self.verdict == "rejected") is not self.must_parse

    @property
    def needs_model(self) -> bool:
        return bool(self.case["needs_model"]) or self.case["id"] in _NEEDS_MODEL

    def __str__(self) -> str:
        return f"{self.case['id']} {self.case['input']!r} {self.verdict} {self.error}"


def _run(case: Mapping[str, object]) -> Outcome:
    feed = _RULES.get(str(case["rule"])) or _FAMILIES[str(case["family"])]
    try:
        feed(str(case["input"]))
    except NotImplementedYetError as fault:
        return Outcome(case, "not implemented", fault.message)
    except ODataError as fault:
        return Outcome(case, "rejected", fault.message)
    except Refused as fault:
        return Outcome(case, "rejected", str(fault))
    return Outcome(case, "parsed")


@cache
def _outcomes() -> tuple[Outcome, ...]:
    """The outcome of every case; an exception of another kind fails the test that asks."""
    cases = json.loads(_FILE.read_text(encoding="utf-8"))["cases"]
    return tuple(_run(case) for case in cases if not case["decode_conflict"])


def _wrong(families: set[str], *, left_out: set[str] = frozenset()) -> tuple[list[str], int]:
    """The cases that must parse and do not, and how many there are in all."""
    chosen = [
        outcome
        for outcome in _outcomes()
        if outcome.must_parse and outcome.family in families and not outcome.features & left_out
    ]
    return [str(outcome) for outcome in chosen if not outcome.is_right], len(chosen)


def test_every_literal_and_identifier_parses():
    wrong, _ = _wrong({"literal-url", "literal-payload", "identifier"})
    assert wrong == []


def test_paths_options_and_expressions_parse():
    wrong, total = _wrong({"path", "option", "expression"}, left_out=_LEFT_OUT)
    assert [text for text in wrong if text.split()[0] not in _ACCEPTED_BELOW] == []
    assert len(wrong) <= 0.01 * total


def test_transformations_parse():
    wrong, total = _wrong({"aggregation"})
    assert wrong == []
    assert total >= 100


def test_geography_and_annotations_parse():
    chosen = [outcome for outcome in _outcomes() if outcome.must_parse]
    chosen = [item for item in chosen if item.features & {"geo", "annotation"}]
    assert [str(outcome) for outcome in chosen if not outcome.is_right] == []


def test_temporal_options_are_known_and_not_served():
    chosen = [outcome for outcome in _outcomes() if outcome.family == "temporal"]
    assert [str(item) for item in chosen if item.verdict != "not implemented"] == []


def test_only_temporal_options_are_known_and_not_served():
    chosen = [outcome for outcome in _outcomes() if outcome.verdict == "not implemented"]
    assert {outcome.family for outcome in chosen} <= {"temporal"}


def test_what_must_be_rejected_is_rejected():
    chosen = [item for item in _outcomes() if not item.must_parse and not item.needs_model]
    assert [str(outcome) for outcome in chosen if not outcome.is_right] == []


def test_pass_rates_are_reported(record_property, capsys):
    families: Counter[str] = Counter()
    features: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for outcome in _outcomes():
        names = [outcome.family, *(f"+ {feature}" for feature in outcome.features)]
        families[outcome.family] += 1
        features.update(names[1:])
        if outcome.is_right:
            passed.update(names)
    lines = [
        f"{name:26} {passed[name]:4}/{total:<4} {100 * passed[name] / total:6.1f}%"
        for counter in (families, features)
        for name, total in sorted(counter.items())
    ]
    record_property("grammar", lines)
    with capsys.disabled():
        print("\n\nGrammar cases of the standard, right/all:")  # noqa: T201  (a report)
        print("\n".join(lines))  # noqa: T201  (a report)
    assert sum(families.values()) == len(_outcomes())
