"""Structural comparison: complex values against objects.

Cites: OData URL Conventions 5.1.1.1.1 (equality of complex values and collections).
"""

from __future__ import annotations

from collections.abc import Callable

from odata.errors import UriSemanticError
from odata.query import comparing
from odata.query.collection_calls import Array, collections_equal
from odata.query.comparing import compare, is_complex
from odata.query.member_step import is_structured
from odata.query.names import find_property, unknown_property
from odata.query.parameter_alias import NULL_LITERAL
from odata.query.plan import Expression, Items
from odata.query.scope import NameScope
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

BindExpression = Callable[[ast.Expression, NameScope], Expression]


def structure_equals(
    operator: ComparisonOperator,
    value: Expression,
    given: ast.JsonObject,
    scope: NameScope,
    bind: BindExpression,
) -> Expression:
    """A complex value against a JSON object: every member equal, the absent ones null."""
    if not isinstance(value, comparing.StructuredRef) or not is_complex(value):
        raise UriSemanticError("a JSON object is compared with a complex value", target=scope.piece)
    owner = value.edm_type
    by_name: dict[str, ast.Expression] = {}
    for member in given.members:
        if "@" in member.name:
            continue
        if not is_structured(owner):
            break
        definition = find_property(owner, member.name)
        if definition is None:
            raise unknown_property(owner, member.name, scope.piece)
        by_name[definition.name] = member.value
    same = tuple(
        _member_equals(ref, by_name.get(ref.path[-1], NULL_LITERAL), scope, bind)
        for ref in comparing.members(value)
    )
    return comparing.all_equal(operator, same, scope.piece)


def _member_equals(
    member: comparing.StructuredRef, given: ast.Expression, scope: NameScope, bind: BindExpression
) -> Expression:
    if member.definition is not None and member.definition.is_collection:
        array = given if isinstance(given, ast.JsonArray) else ast.JsonArray(())
        pair = (Items(member), Array(array, scope))
        return collections_equal(ComparisonOperator.EQ, pair, scope, bind)
    if isinstance(given, ast.JsonObject):
        return structure_equals(ComparisonOperator.EQ, member, given, scope, bind)
    return compare(ComparisonOperator.EQ, member, bind(given, scope), scope.piece)
