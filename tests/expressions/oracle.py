"""A small evaluator of expressions, independent of the engine, and random expressions for it.

A ``Node`` is the text of an expression together with what it is worth for a row; null is
None. What would fail (division by zero, overflow) is never generated: when a database
evaluates what is its own choice.
"""

from __future__ import annotations

import datetime
import math
import operator
import random
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from hypothesis import strategies as st

Row = Mapping[str, object]
Value = object
Evaluate = Callable[[Row], Value]

_EXACT = Context(prec=200)
_WORDS = ("", "a", "A", "ab", "Öl", "ß", "αΣ", "%", "_", "a'b", "12", "-7", "true", " a ", "z")
_DAY = datetime.timedelta(days=1)


class Node:
    """The text of an expression and its value for a row."""

    def __init__(self, text: str, evaluate: Evaluate) -> None:
        self.text = text
        self.evaluate = evaluate

    def __repr__(self) -> str:
        return self.text


# --- rows -----------------------------------------------------------------------------------


def random_rows(seed: int, count: int) -> list[dict[str, object]]:
    """Rows of things with a null in every fourth place that may hold one."""
    draw = random.Random(seed)  # noqa: S311  (rows, no secrets)

    def maybe(value: object) -> object:
        return None if draw.random() < 0.25 else value

    return [
        {
            "id": number,
            "parent_id": maybe(draw.randint(1, count)),
            "text": maybe(draw.choice(_WORDS)),
            "title": draw.choice(_WORDS),
            "flag": maybe(draw.random() < 0.5),
            "small": maybe(draw.randint(-9, 9)),
            "whole": maybe(draw.choice((-100, -1, 0, 1, 2, 7, 100))),
            "count": draw.randint(-3, 3),
            "amount": maybe(Decimal(draw.randint(-500, 500)).scaleb(-2)),
            "exact": Decimal(draw.choice((-25000, 0, 1, 25000, 10000))).scaleb(-4),
            "ratio": maybe(draw.choice((-2.5, -0.5, 0.0, 0.1, 0.5, 1.5, 1e10))),
            "day": maybe(datetime.date(2024, 2, 27) + draw.randint(0, 3) * _DAY),
            "moment": maybe(
                datetime.datetime(2024, 2, 28, 23, 59, 58, tzinfo=datetime.UTC)
                + datetime.timedelta(seconds=draw.randint(0, 3))
            ),
            "span": maybe(datetime.timedelta(seconds=draw.choice((-90000, -1, 0, 1, 1.5, 86400)))),
            "words": maybe([draw.choice(_WORDS) for _ in range(draw.randint(0, 3))]),
            "numbers": [draw.randint(-2, 2) for _ in range(draw.randint(0, 4))],
        }
        for number in range(1, count + 1)
    ]


# --- the rules ------------------------------------------------------------------------------

_ORDERINGS = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}


def compare(word: str, left: Value, right: Value) -> bool:
    """A comparison never gives null (OData URL Conventions 5.1.1.1)."""
    if word == "eq":
        return left is right if left is None or right is None else left == right
    if word == "ne":
        return not compare("eq", left, right)
    if left is None or right is None:
        return left is right and word in ("ge", "le")
    return bool(_ORDERINGS[word](left, right))


def conjunction(left: Value, right: Value) -> Value:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def disjunction(left: Value, right: Value) -> Value:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def negation(value: Value) -> Value:
    return None if value is None else not value


def strict(function: Callable[..., Value]) -> Callable[..., Value]:
    """Null as soon as one operand is."""

    def apply(*operands: Value) -> Value:
        return None if any(item is None for item in operands) else function(*operands)

    return apply


def _truncated(left: int, right: int) -> int:
    return math.trunc(Decimal(left) / Decimal(right))


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    return _EXACT.divide(left, right).quantize(Decimal("1e-12"), ROUND_HALF_UP, _EXACT)


def _integer_of(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() else None


# --- building -------------------------------------------------------------------------------


def _built(form: str, function: Callable[..., Value]) -> Callable[..., Node]:
    def build(*parts: Node) -> Node:
        text = form.format(*(part.text for part in parts))
        return Node(text, lambda row: function(*(part.evaluate(row) for part in parts)))

    return build


def _property(name: str, column: str = "") -> Node:
    return Node(name, lambda row: row[column or name])


def _literal(text: str, value: Value) -> Node:
    return Node(text, lambda _row: value)


def _quoted(text: str) -> Node:
    return _literal("'" + text.replace("'", "''") + "'", text)


_NULL = _literal("null", None)
_WORD = st.sampled_from(_WORDS).map(_quoted)
_SMALL = st.integers(-9, 9).map(lambda number: _literal(str(number), number))
_CENTS = st.integers(-500, 500).map(
    lambda cents: _literal(format(Decimal(cents).scaleb(-2), "f"), Decimal(cents).scaleb(-2))
)
_DAYS = st.integers(0, 4).map(
    lambda days: _literal(
        (datetime.date(2024, 2, 27) + days * _DAY).isoformat(),
        datetime.date(2024, 2, 27) + days * _DAY,
    )
)
_SPANS = st.sampled_from(
    (
        _literal("duration'P1D'", _DAY),
        _literal("duration'-PT1S'", datetime.timedelta(seconds=-1)),
        _literal("duration'PT1.5S'", datetime.timedelta(seconds=1.5)),
        _literal("duration'PT0S'", datetime.timedelta(0)),
    )
)


def _moved(day: datetime.date, span: datetime.timedelta) -> datetime.date:
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return (midnight + span).date()


def _half_away(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP, _EXACT)


def _substring(text: str, start: int, length: int) -> str:
    return text[start:][: max(length, 0)]


def expressions(depth: int) -> Mapping[str, st.SearchStrategy[Node]]:
    """Expressions of each kind, nested at most ``depth`` deep."""
    if depth == 0:
        return _LEAVES
    inner = expressions(depth - 1)
    boolean, integer, decimal = inner["boolean"], inner["integer"], inner["decimal"]
    text, day, span = inner["text"], inner["day"], inner["span"]
    texts = (text, text)

    def made(form: str, function: Callable[..., Value], *parts: st.SearchStrategy[Node]):
        return st.builds(_built(form, function), *parts)

    comparisons = [
        made(f"({{0}} {word} {{1}})", _comparing(word), kind, kind)
        for word in ("eq", "ne", "gt", "ge", "lt", "le")
        for kind in (integer, decimal, text, day, span, boolean)
    ]
    return {
        "boolean": st.one_of(
            _LEAVES["boolean"],
            *comparisons,
            made("({0} and {1})", conjunction, boolean, boolean),
            made("({0} or {1})", disjunction, boolean, boolean),
            made("not ({0})", negation, boolean),
            made("contains({0},{1})", strict(lambda one, two: two in one), *texts),
            made("startswith({0},{1})", strict(str.startswith), *texts),
            made("endswith({0},{1})", strict(str.endswith), *texts),
            made("({0} in ({1},{2}))", _among, integer, _SMALL, _SMALL),
            made("({0} in ({1},null))", _among_or_null, text, _WORD),
            made("numbers/any(n:n gt {0})", _any_above, integer).map(_with_numbers),
            made("numbers/all(n:n le {0})", _all_below, integer).map(_with_numbers),
        ),
        "integer": st.one_of(
            _LEAVES["integer"],
            made("({0} add {1})", strict(operator.add), integer, integer),
            made("({0} sub {1})", strict(operator.sub), integer, integer),
            made("({0} mul {1})", strict(operator.mul), _LEAVES["integer"], integer),
            made("({0} div 3)", strict(lambda one: _truncated(one, 3)), integer),
            made("({0} mod -3)", strict(lambda one: one - -3 * _truncated(one, -3)), integer),
            made("(-({0}))", strict(operator.neg), integer),
            made("length({0})", strict(len), text),
            made("indexof({0},{1})", strict(str.find), *texts),
            made("year({0})", strict(lambda one: one.year), day),
            made("day({0})", strict(lambda one: one.day), day),
            made("cast({0},Edm.Int32)", strict(_integer_of), _LEAVES["text"]),
            made("case({0}:{1},true:{2})", _chosen, boolean, integer, integer),
        ),
        "decimal": st.one_of(
            _LEAVES["decimal"],
            made("({0} add {1})", strict(operator.add), decimal, decimal),
            made("({0} sub {1})", strict(operator.sub), decimal, decimal),
            made("({0} mul {1})", strict(_EXACT.multiply), decimal, _LEAVES["decimal"]),
            made("({0} div 0.7)", strict(lambda one: _quotient(one, Decimal("0.7"))), decimal),
            made("({0} divby 8)", strict(lambda one: _quotient(Decimal(one), Decimal(8))), integer),
            made("round({0})", strict(_half_away), decimal),
            made("floor({0})", strict(lambda one: Decimal(math.floor(one))), decimal),
            made("ceiling({0})", strict(lambda one: Decimal(math.ceil(one))), decimal),
            made("cast({0},Edm.Decimal)", strict(Decimal), integer),
        ),
        "text": st.one_of(
            _LEAVES["text"],
            made("concat({0},{1})", strict(operator.add), *texts),
            made("tolower({0})", strict(str.lower), text),
            made("toupper({0})", strict(str.upper), text),
            made("trim({0})", strict(str.strip), text),
            made("substring({0},{1})", strict(lambda one, n: one[n:]), text, integer),
            made("substring({0},{1},({2} add 0))", strict(_substring), text, _SMALL, integer),
            made("cast({0},Edm.String)", strict(str), integer),
            made("case({0}:{1},{2}:{3})", _chosen_twice, boolean, text, boolean, text),
        ),
        "day": st.one_of(
            _LEAVES["day"],
            made("({0} add {1})", strict(_moved), day, _SPANS),
            made("({0} sub {1})", strict(lambda one, two: _moved(one, -two)), day, _SPANS),
            made("date({0})", strict(datetime.datetime.date), _MOMENT),
        ),
        "span": st.one_of(
            _LEAVES["span"],
            made("({0} add {1})", strict(operator.add), span, _SPANS),
            made("({0} mul 3)", strict(lambda one: one * 3), span),
            made("({0} sub {1})", strict(operator.sub), day, day),
            made("(-({0}))", strict(operator.neg), span),
        ),
    }


def _comparing(word: str) -> Callable[[Value, Value], bool]:
    return lambda left, right: compare(word, left, right)


def _among(value: Value, *items: Value) -> bool:
    return value is not None and value in items


def _among_or_null(value: Value, item: Value) -> bool:
    return value is None or value == item


def _chosen(condition: Value, one: Value, other: Value) -> Value:
    return one if condition is True else other


def _chosen_twice(first: Value, one: Value, second: Value, other: Value) -> Value:
    if first is True:
        return one
    return other if second is True else None


# The predicates of lambdas see their row through ``_with_numbers``.
def _any_above(bound: Value) -> Callable[[list[int]], bool]:
    return lambda numbers: any(compare("gt", number, bound) for number in numbers)


def _all_below(bound: Value) -> Callable[[list[int]], bool]:
    return lambda numbers: all(compare("le", number, bound) for number in numbers)


def _with_numbers(node: Node) -> Node:
    def evaluate(row: Row) -> Value:
        decide = node.evaluate(row)
        assert callable(decide)
        return decide(row["numbers"])

    return Node(node.text, evaluate)


_MOMENT = st.just(_property("moment"))
_PARENT_NAMES = {"parent/text": "text", "parent/whole": "whole"}


def _of_parent(path: str) -> Node:
    def evaluate(row: Row) -> Value:
        parent = row["parent"]
        return parent[_PARENT_NAMES[path]] if isinstance(parent, Mapping) else None

    return Node(path, evaluate)


def _holds(row: Row) -> bool:
    words = row["words"]
    return isinstance(words, list) and any(compare("eq", word, row["text"]) for word in words)


_LEAVES: Mapping[str, st.SearchStrategy[Node]] = {
    "boolean": st.sampled_from(
        (
            _property("flag"),
            _literal("true", value=True),
            _literal("false", value=False),
            Node("(parent eq null)", lambda row: row["parent"] is None),
            Node("words/any()", lambda row: bool(row["words"])),
            Node("children/any()", lambda row: bool(row["children"])),
            Node("words/any(w:w eq text)", _holds),
        )
    ),
    "integer": st.one_of(
        st.sampled_from(
            (
                _property("small"),
                _property("whole"),
                _property("count"),
                _of_parent("parent/whole"),
                Node("numbers/$count", lambda row: len(row["numbers"])),
                Node("children/$count", lambda row: row["children"]),
            )
        ),
        _SMALL,
    ),
    "decimal": st.one_of(st.sampled_from((_property("amount"), _property("exact"))), _CENTS),
    "text": st.one_of(
        st.sampled_from((_property("text"), _property("title"), _of_parent("parent/text"))), _WORD
    ),
    "day": st.one_of(st.just(_property("day")), _DAYS),
    "span": st.one_of(st.just(_property("span")), _SPANS),
}


conditions = expressions(3)["boolean"]
sortable = st.one_of(*(expressions(2)[kind] for kind in ("integer", "decimal", "text", "day")))
