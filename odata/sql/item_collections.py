"""Collections of primitive values, kept as JSON: lambda operators, counts, lists.

Cites: OData URL Conventions 5.1.1.6, 5.1.1.13, 5.1.1.14.
"""

from __future__ import annotations

import peewee

from odata.edm.types import Primitive
from odata.errors import NotImplementedYetError
from odata.query import plan
from odata.sql.conditions import ConditionCompiler
from odata.sql.dynamic_values import DynamicCompiler
from odata.sql.nodes import SqlExpression, all_of, listed, sql
from odata.sql.storage import Form, Storage, canonical_storage
from odata.sql.terms import Term

_AS_JSON = frozenset({Form.TEXT, Form.GUID, Form.DAY, Form.INTEGER, Form.BOOLEAN})
_ALL = 2**62


class ItemCompiler(ConditionCompiler, DynamicCompiler):
    """Expressions over the items of one collection-valued property."""

    def items_term(self, expression: plan.ItemExists | plan.ItemCount) -> Term:
        """Whether items exist, or how many."""
        conditions = [self.condition(item) for item in expression.filters]
        if isinstance(expression, plan.ItemCount):
            node = self.over(expression.items, peewee.SQL("COUNT(*)"), conditions)
            return Term(node, Storage(Form.INTEGER))
        conditions += self.lambda_conditions(expression.predicate, is_all=expression.is_all)
        query = self.over(expression.items, peewee.SQL("1"), conditions)
        test = "(NOT EXISTS {0})" if expression.is_all else "EXISTS {0}"
        return Term(sql(test, query), Storage(Form.BOOLEAN))

    def over(
        self, items: plan.Items, shown: SqlExpression, conditions: list[SqlExpression]
    ) -> SqlExpression:
        """A SELECT of one value over the items that meet conditions."""
        source = self.dialect.items(self.array(items), self.sources.name_of(items))
        query = sql("(SELECT {0} FROM {1}", shown, source)
        if not conditions:
            return sql("{0})", query)
        return sql("{0} WHERE {1})", query, all_of(conditions))

    def array(self, items: plan.Items) -> SqlExpression:
        """The collection as a JSON array; a dynamic value may be none, and then has no items."""
        if isinstance(items.reference, plan.DynamicRef):
            return self.dynamic_array(items.reference)
        return self.term(items.reference).node

    def list_term(self, expression: plan.ItemList) -> Term:
        """The matching items in order as a JSON array."""
        name = self.sources.name_of(expression.items)
        order = [
            self.dialect.order(
                term.node, term.storage.form, descending=item.descending, nullable=True
            )
            for item in expression.order
            for term in (self.canonical(item.expression),)
        ]
        conditions = [self.condition(item) for item in expression.filters]
        chosen = sql(
            "(SELECT {0} AS item FROM {1}{2} ORDER BY {3} LIMIT {4} OFFSET {5})",
            self.dialect.item_json(name),
            self.dialect.items(self.array(expression.items), name),
            sql(" WHERE {0}", all_of(conditions)) if conditions else peewee.SQL(""),
            listed([*order, self.dialect.item_position(name)], ", "),
            peewee.SQL(str(_ALL if expression.top is None else expression.top)),
            peewee.SQL(str(expression.skip)),
        )
        joined = self.call("join_items", peewee.SQL("listed.item"))
        return Term(
            sql("(SELECT '[' || COALESCE({0}, '') || ']' FROM {1} AS listed)", joined, chosen),
            Storage(Form.JSON),
        )

    def item_term(self, reference: plan.ItemRef) -> Term:
        """The value of the item that a variable or ``$this`` stands for."""
        name = self.sources.name_of(reference.items)
        if isinstance(reference.items.reference, plan.DynamicRef):
            return self.dynamic_item_term(reference, reference.items.reference, name)
        edm_type = reference.edm_type
        storage = canonical_storage(edm_type)
        if storage.form in _AS_JSON:
            return Term(self.dialect.item_value(name, storage.form), storage)
        if not isinstance(edm_type, Primitive):
            raise NotImplementedYetError("this collection cannot be searched item by item")
        text = Term(self.dialect.item_text(name), Storage(Form.TEXT))
        return Term(self.to_primitive(text, edm_type), storage)
