"""Expressions become plans: kinds, types, nullability, parameters."""

from __future__ import annotations

import pytest

from odata.errors import NotImplementedYetError, ODataError, UriSemanticError
from odata.query import plan
from odata.query.collection_value import ComparedCollections
from odata.query.limits import QueryLimits
from odata.query.plan import ParameterRule
from tests.unit.query.desk import Desk

VALUES = (
    ("text", plan.PropertyRef, "Edm.String", True),
    ("title", plan.PropertyRef, "Edm.String", False),
    ("parent/title", plan.PropertyRef, "Edm.String", True),
    ("place/floor", plan.PropertyRef, "Edm.Int32", True),
    ("5", plan.Parameter, "Edm.Int64", False),
    ("5.0", plan.Parameter, "Edm.Decimal", False),
    ("5e0", plan.Parameter, "Edm.Double", False),
    ("99999999999999999999", plan.Constant, "Edm.Decimal", False),
    ("INF", plan.Constant, "Edm.Double", False),
    ("true", plan.Constant, "Edm.Boolean", False),
    ("'a'", plan.Parameter, "Edm.String", False),
    ("duration'P1D'", plan.Parameter, "Edm.Duration", False),
    ("Sample.color'Red'", plan.Parameter, "Sample.color", False),
    ("count add count", plan.Arithmetic, "Edm.Int64", False),
    ("count add whole", plan.Arithmetic, "Edm.Int64", True),
    ("count add exact", plan.Arithmetic, "Edm.Decimal", False),
    ("exact add ratio", plan.Arithmetic, "Edm.Double", True),
    ("count divby 2", plan.Arithmetic, "Edm.Decimal", False),
    ("count div 2", plan.Arithmetic, "Edm.Int64", False),
    ("day add duration'P1D'", plan.Arithmetic, "Edm.Date", True),
    ("day sub day", plan.Arithmetic, "Edm.Duration", True),
    ("moment sub moment", plan.Arithmetic, "Edm.Duration", True),
    ("span mul 2", plan.Arithmetic, "Edm.Duration", True),
    ("-count", plan.Negate, "Edm.Int64", False),
    ("-span", plan.Negate, "Edm.Duration", True),
    ("length(title)", plan.Call, "Edm.Int32", False),
    ("length(text)", plan.Call, "Edm.Int32", True),
    ("round(ratio)", plan.Call, "Edm.Double", True),
    ("round(count)", plan.Call, "Edm.Decimal", False),
    ("date(moment)", plan.Call, "Edm.Date", True),
    ("now()", plan.Call, "Edm.DateTimeOffset", False),
    ("cast(title,Edm.Int32)", plan.Cast, "Edm.Int32", True),
    ("cast(5,Edm.Decimal)", plan.Parameter, "Edm.Decimal", False),
    ("isof(title,Edm.String)", plan.IsOf, "Edm.Boolean", False),
    ("case(flag:1,true:2.5)", plan.Case, "Edm.Decimal", True),
    ("text gt null", plan.Comparison, "Edm.Boolean", False),
    ("text gt 'a'", plan.Comparison, "Edm.Boolean", False),
    ("contains(text,'a')", plan.Call, "Edm.Boolean", True),
    ("flag and true", plan.Logical, "Edm.Boolean", True),
    ("text eq 'a' and count gt 1", plan.Logical, "Edm.Boolean", False),
    ("not flag", plan.Not, "Edm.Boolean", True),
    ("rights has 'Read'", plan.Has, "Edm.Boolean", False),
    ("count in (1,2)", plan.In, "Edm.Boolean", False),
    ("1 in numbers", plan.ItemExists, "Edm.Boolean", False),
    ("parts/any()", plan.Exists, "Edm.Boolean", False),
    ("parts/$count", plan.CountOf, "Edm.Int64", False),
    ("words/$count", plan.ItemCount, "Edm.Int64", False),
    ("hassubset(numbers,[1])", ComparedCollections, "Edm.Boolean", True),
    ("parent eq null", plan.Comparison, "Edm.Boolean", False),
    ("parent ne $it", plan.Not, "Edm.Boolean", False),
    ("place eq place", plan.Logical, "Edm.Boolean", False),
)


@pytest.mark.parametrize(("text", "kind", "type_name", "nullable"), VALUES)
def test_a_value_has_its_kind_and_type(text, kind, type_name, nullable):
    bound = Desk().value(text)
    assert type(bound) is kind
    assert bound.edm_type is not None
    assert (bound.edm_type.qualified_name, bound.nullable) == (type_name, nullable)


LITERALS = (
    ("count eq 5", "Edm.Int64"),
    ("count eq 5.5", "Edm.Decimal"),
    ("count eq 5e0", "Edm.Double"),
    ("exact eq 5", "Edm.Decimal"),
    ("exact eq 5e0", "Edm.Decimal"),
    ("ratio eq 5", "Edm.Double"),
    ("unique eq '01234567-89ab-cdef-0123-456789abcdef'", "Edm.Guid"),
    ("day eq '2024-01-01'", "Edm.Date"),
    ("span eq 'P1D'", "Edm.Duration"),
    ("color eq 'Red'", "Sample.color"),
    ("day eq 2024-01-01T00:00:00Z", "Edm.DateTimeOffset"),
    ("moment eq 2024-01-01", "Edm.DateTimeOffset"),
)


@pytest.mark.parametrize(("text", "type_name"), LITERALS)
def test_a_literal_takes_the_type_of_the_other_side(text, type_name):
    bound = Desk().condition(text)
    assert isinstance(bound, plan.Comparison)
    assert isinstance(bound.right, plan.Parameter)
    assert bound.right.edm_type.qualified_name == type_name


RULES = (
    ("year(2024-01-01T00:00:00Z)", 0, ParameterRule.UTC),
    ("substring(text,1,2)", 2, ParameterRule.NOT_NEGATIVE),
    ("substring(text,1,2)", 1, ParameterRule.NONE),
    ("matchesPattern(text,'a')", 1, ParameterRule.PATTERN),
    ("contains(text,'a')", 1, ParameterRule.NONE),
)


@pytest.mark.parametrize(("text", "index", "rule"), RULES)
def test_a_literal_argument_has_the_rule_of_its_place(text, index, rule):
    bound = Desk().value(text)
    assert isinstance(bound, plan.Call)
    argument = bound.arguments[index]
    assert isinstance(argument, plan.Parameter)
    assert argument.rule is rule


def test_every_literal_has_its_slot():
    bound = Desk().condition("count in (7,8) and text eq 'x'")
    assert isinstance(bound, plan.Logical)
    first, second = bound.operands
    assert isinstance(first, plan.In)
    assert [item.slot for item in first.items] == [0, 1]
    assert isinstance(second, plan.Comparison)
    assert second.right.slot == 2


REFUSED = (
    ("txt eq 'a'", "Could not find a property named 'txt' on type 'Sample.thing'."),
    ("txt eq 'a'", "Did you mean 'text'?"),
    ("contain(text,'a')", "contains"),
    ("text", "a condition was expected, not a value of type Edm.String"),
    ("count eq 'a'", "Found operand types 'Edm.Int32' and 'Edm.String'."),
    ("parent eq 1", "Found operand types"),
    ("place eq 1", "Found operand types"),
    ("place gt place", "complex values are compared by eq and ne only"),
    ("parent gt parent", "entities are compared by eq and ne only"),
    ("not text", "a condition was expected"),
    ("text add 1 eq 1", "add does not take Edm.String and Edm.Int64"),
    ("-text eq 'a'", "Edm.String cannot be negated"),
    ("length(count) eq 1", "length does not take a value of type Edm.Int32"),
    ("cast(text,Edm.Text) eq 1", "'Edm.Text' is not a type that values can be cast to"),
    ("case(flag:1,true:'a') eq 1", "Found operand types"),
    ("text in ('a',1)", "Found operand types"),
    ("parent in ('a')", "a list of values cannot stand here"),
    ("parent in numbers", "a collection of entities was expected"),
    ("text has 'Read'", "has needs an enumeration on its left"),
    ("color has Sample.rights'Read'", "Found operand types"),
    ("color eq Sample.colour'Red'", "'Sample.colour' is not an enumeration of this service"),
    ("parts", "'parts' is a collection: use any, all or $count"),
    ("parts/line eq 'a'", "'line' cannot follow a collection: use any, all or $count"),
    ("text/x eq 'a'", "'text' has no member 'x'"),
    ("place/x eq 'a'", "Could not find a property named 'x' on type 'Sample.place'."),
    ("contains(place,'a')", "a value of the complex type Sample.place cannot be used here"),
    ("[1] eq 1", "a collection was expected"),
    ("[1] add 1 eq 1", "a JSON array cannot stand here"),
    ("@a eq 1", "@a refers to itself"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_makes_no_sense_is_refused_with_a_sentence(text, message):
    with pytest.raises(ODataError) as caught:
        Desk(aliases={"a": "@a"}).condition(text)
    assert message in caught.value.message
    assert caught.value.status == 400


UNSERVED = (
    "cast(text,Edm.Binary) eq null",
    "matchesPattern(text,title)",
)


@pytest.mark.parametrize("text", UNSERVED)
def test_what_is_not_built_says_so(text):
    with pytest.raises(NotImplementedYetError) as caught:
        Desk().condition(text)
    assert caught.value.status == 501


def test_an_alias_without_a_value_is_null():
    bound = Desk().value("@nothing")
    assert isinstance(bound, plan.Constant)
    assert bound.value is None


LIMITS = (
    (QueryLimits(max_expression_depth=3), "not not not not flag", "at most 3 levels deep"),
    (QueryLimits(max_expression_nodes=3), "flag or flag or flag", "at most 3 terms"),
    (QueryLimits(max_in_items=2), "count in (1,2,3)", "at most 2 values"),
    (QueryLimits(max_lambda_depth=1), "parts/any(p:p/notes/any(n:n/code eq 'a'))",
     "at most 1 collections"),
    (QueryLimits(max_path_steps=2), "parent/parent/parent/text eq 'a'", "at most 2 steps"),
)  # fmt: skip


@pytest.mark.parametrize(("limits", "text", "message"), LIMITS)
def test_a_limit_is_kept(limits, text, message):
    with pytest.raises(UriSemanticError) as caught:
        Desk(limits=limits).condition(text)
    assert message in caught.value.message
