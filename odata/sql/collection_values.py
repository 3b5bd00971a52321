"""Collections that expressions make, as JSON arrays, and what two collections have in common.

Cites: OData URL Conventions 5.1.1.1.1, 5.1.1.5, 5.1.1.6.
"""

from __future__ import annotations

from dataclasses import replace

import peewee

from odata.edm.types import Primitive
from odata.errors import NotImplementedYetError
from odata.query import plan
from odata.query.collection_value import (
    CollectionTest,
    CollectionValue,
    ComparedCollections,
    JoinedValues,
    ListedValues,
    PartOfValues,
    SameValues,
)
from odata.sql.item_collections import ItemCompiler
from odata.sql.item_text import array_text
from odata.sql.nodes import (
    ComputedParameter,
    ParameterNode,
    SqlExpression,
    all_of,
    listed,
    sql,
)
from odata.sql.storage import Form, Storage
from odata.sql.terms import Term
from odata.uri.ast import ComparisonOperator

_MOST_COMPUTED = 50
_JSON, _INTEGER = Storage(Form.JSON), Storage(Form.INTEGER)

# Where each item of one collection is found in another one, behind the item before it.
_RANKED = (
    "(WITH RECURSIVE {0}(n, place) AS (SELECT CAST(0 AS BIGINT), CAST(-1 AS BIGINT) UNION ALL"
    " SELECT {0}.n + 1, (SELECT MIN({1}) FROM {2} WHERE {1} > {0}.place AND {3})"
    " FROM {0} JOIN {4} ON {5} = {0}.n WHERE {0}.place IS NOT NULL)"
    " SELECT 1 FROM {0} WHERE {0}.place IS NULL)"
)


class CollectionCompiler(ItemCompiler):
    """Collections as values."""

    def collection_term(self, value: CollectionValue) -> Term:
        """The JSON array of a collection."""
        match value:
            case ListedValues():
                return Term(self._listed(value), _JSON)
            case JoinedValues():
                arrays = (self.array(value.first), self.array(value.second))
                return Term(self.call("array_join", *arrays), _JSON)
            case PartOfValues():
                return Term(self._part(value), _JSON)
            case SameValues():
                return Term(self.array(value.items), _JSON)
            case _:
                raise LookupError(type(value).__name__)

    # --- arrays ---------------------------------------------------------------------------

    def _listed(self, value: ListedValues) -> SqlExpression:
        given = [item for item in value.values if isinstance(item, plan.Parameter | plan.Constant)]
        if len(given) == len(value.values):
            types = tuple(item.edm_type for item in given)
            compute = ComputedParameter(tuple(given), lambda _now, *read: array_text(read, types))
            return self.dialect.parameter(ParameterNode(compute), _JSON)
        if len(value.values) > _MOST_COMPUTED:
            raise NotImplementedYetError(
                f"an array of more than {_MOST_COMPUTED} computed values is not supported"
            )
        written = listed([self.json_of(item) for item in value.values], " || ',' || ")
        return sql("('[' || {0} || ']')", written)

    def _part(self, value: PartOfValues) -> SqlExpression:
        array = self.array(value.items)
        start = self.canonical(value.start, Primitive.INT64).node
        if value.length is None:
            return self.call("array_rest", array, start)
        length = self.canonical(value.length, Primitive.INT64).node
        return self.call("array_part", array, start, length)

    def _unless_null(self, items: tuple[plan.Items, ...], node: SqlExpression) -> SqlExpression:
        tests = [
            self.call("is_not_null", self.array(item)) for item in items if item.reference.nullable
        ]
        return sql("(CASE WHEN {0} THEN {1} END)", all_of(tests), node) if tests else node

    # --- tests ----------------------------------------------------------------------------

    def compared_term(self, value: ComparedCollections) -> Term:
        """What a test of two collections comes to."""
        is_place = value.test is CollectionTest.PLACE
        node = self._place(value) if is_place else self._tested(value)
        left, right = value.left.items, value.right.items
        if value.test is CollectionTest.EQUAL:
            node = self._equal_or_null(value, node)
        elif value.nullable:
            node = self._unless_null((left, right), node)
        return Term(node, _INTEGER if is_place else Storage(Form.BOOLEAN))

    def _equal_or_null(self, value: ComparedCollections, node: SqlExpression) -> SqlExpression:
        items = [item for item in (value.left.items, value.right.items) if item.reference.nullable]
        if not items:
            return node
        absent = [self.call("is_null", self.array(item)) for item in items]
        none = all_of(absent) if len(absent) > 1 else peewee.SQL("FALSE")
        one_of = listed(absent, " OR ")
        return sql("(CASE WHEN {0} THEN {1} ELSE {2} END)", one_of, none, node)

    def _tested(self, value: ComparedCollections) -> SqlExpression:
        zero = peewee.SQL("0")
        match value.test:
            case CollectionTest.EQUAL:
                sizes = sql("{0} = {1}", self._size(value.left), self._size(value.right))
                return sql("({0} AND {1})", sizes, self._begins(value, zero))
            case CollectionTest.STARTS_WITH:
                return self._begins(value, zero)
            case CollectionTest.ENDS_WITH:
                apart = sql("({0} - {1})", self._size(value.left), self._size(value.right))
                return sql("({0} >= 0 AND {1})", apart, self._begins(value, apart))
            case CollectionTest.CONTAINS:
                return sql("({0} >= 0)", self._place(value))
            case CollectionTest.HAS_SUBSET:
                return self._is_subset(value)
            case _:
                return self._is_subsequence(value)

    def _size(self, item: plan.ItemRef) -> SqlExpression:
        return self.call("array_size", self.array(item.items))

    def _place(self, value: ComparedCollections) -> SqlExpression:
        """Where the second begins in the first: nothing is found at the beginning."""
        start = plan.Items(value.left.items.reference)
        index = self.item_index(start)
        found = self.over(start, sql("MIN({0})", index), [self._begins(value, index)])
        return sql(
            "(CASE WHEN {0} = 0 THEN 0 ELSE COALESCE({1}, -1) END)", self._size(value.right), found
        )

    def _begins(self, value: ComparedCollections, start: SqlExpression) -> SqlExpression:
        """No item of the second is another one than that at its place behind ``start``."""
        left, right = _again(value.left), _again(value.right)
        different: plan.Expression = plan.Comparison(ComparisonOperator.NE, left, right)
        if value.difference is not None:
            left, right, different = value.left, value.right, value.difference
        rows = sql(
            "{0} LEFT JOIN {1} ON {2} = {3} + {4}",
            self._rows(right),
            self._rows(left),
            self.item_index(left.items),
            self.item_index(right.items),
            start,
        )
        absent = self.call("is_null", self.item_index(left.items))
        other = self.condition(different, exact=True)
        return sql("(NOT EXISTS (SELECT 1 FROM {0} WHERE {1} OR {2}))", rows, absent, other)

    def _is_subset(self, value: ComparedCollections) -> SqlExpression:
        """No item of the second occurs in it more often than in the first."""
        item = _again(value.right)
        needed, there = _again(value.right), _again(value.left)
        more = sql("{0} > {1}", self._same(needed, item), self._same(there, item))
        return sql("(NOT EXISTS (SELECT 1 FROM {0} WHERE {1}))", self._rows(item), more)

    def _same(self, item: plan.ItemRef, other: plan.ItemRef) -> SqlExpression:
        """How many items of a collection are the same as another one."""
        condition = self.condition(plan.Comparison(ComparisonOperator.EQ, item, other))
        return self.over(item.items, peewee.SQL("COUNT(*)"), [condition])

    def _is_subsequence(self, value: ComparedCollections) -> SqlExpression:
        """Each item of the second is found behind the place of the one before it."""
        left, right = _again(value.left), _again(value.right)
        name = peewee.SQL(f"{self.sources.name_of(plan.Items(left.items.reference))}s")
        missed = sql(
            _RANKED,
            name,
            self.item_index(left.items),
            self._rows(left),
            self.condition(plan.Comparison(ComparisonOperator.EQ, left, right)),
            self._rows(right),
            self.item_index(right.items),
        )
        return sql("(NOT EXISTS {0})", missed)

    def _rows(self, item: plan.ItemRef) -> SqlExpression:
        return self.dialect.items(self.array(item.items), self.sources.name_of(item.items))

    def item_index(self, items: plan.Items) -> SqlExpression:
        """The place of an item, counted from zero."""
        return self.dialect.item_index(self.sources.name_of(items))


def _again(item: plan.ItemRef) -> plan.ItemRef:
    """Another use of the same collection."""
    return replace(item, items=plan.Items(item.items.reference))
