"""Collections of primitive values, kept as JSON: lambda operators, counts, lists.

Cites: OData URL Conventions 5.1.1.6, 5.1.1.13, 5.1.1.14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import peewee

from odata.edm.types import NUMERIC_TYPES, ComplexType, EnumType, Primitive, PropertyType
from odata.errors import NotImplementedYetError
from odata.query import plan
from odata.sql.conditions import ConditionCompiler
from odata.sql.dynamic_values import DynamicCompiler
from odata.sql.item_text import TYPE
from odata.sql.nodes import SqlExpression, all_of, listed, sql
from odata.sql.storage import Form, Storage, canonical_storage
from odata.sql.terms import Term

_AS_JSON = frozenset({Form.TEXT, Form.GUID, Form.DAY, Form.INTEGER, Form.BOOLEAN})
_ALL = 2**62
_WRITTEN_PLAIN = NUMERIC_TYPES | {Primitive.BOOLEAN}


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
        position = self.dialect.item_position(name)
        last = sql("{0} DESC", position) if expression.is_from_end else position
        chosen = sql(
            "(SELECT {0} AS item FROM {1}{2} ORDER BY {3} LIMIT {4} OFFSET {5})",
            self._with_computed(self.dialect.item_json(name), expression.computed),
            self.dialect.items(self.array(expression.items), name),
            sql(" WHERE {0}", all_of(conditions)) if conditions else peewee.SQL(""),
            listed([*order, last], ", "),
            peewee.SQL(str(_ALL if expression.top is None else expression.top)),
            peewee.SQL(str(expression.skip)),
        )
        joined = self.call("join_items", peewee.SQL("listed.item"))
        return Term(
            sql("(SELECT '[' || COALESCE({0}, '') || ']' FROM {1} AS listed)", joined, chosen),
            Storage(Form.JSON),
        )

    def _with_computed(
        self, item: SqlExpression, members: Sequence[plan.ItemMember]
    ) -> SqlExpression:
        """The JSON of an item with further members; nothing is computed of null."""
        if not members:
            return item
        written = [
            sql("{0} || {1}", self._literal(f'"{member.name}":'), self.json_of(member.expression))
            for member in members
        ]
        return sql(
            "(CASE {0} WHEN 'null' THEN {0} ELSE '{' || {1} || CASE {0} WHEN '{}' THEN '}'"
            " ELSE ',' || substr({0}, 2) END END)",
            item,
            listed(written, " || ',' || "),
        )

    def _literal(self, text: str) -> SqlExpression:
        return self.canonical(plan.Constant(text, Primitive.STRING)).node

    def json_of(self, value: plan.Expression) -> SqlExpression:
        """A single value as JSON."""
        edm_type = value.edm_type
        text = value
        if isinstance(edm_type, EnumType):
            node = self.dialect.call("to_text", Form.INTEGER, self.canonical(value).node)
            return sql("COALESCE({0}, 'null')", node)
        if edm_type is not Primitive.STRING and edm_type is not None:
            text = plan.Cast(value, Primitive.STRING)
        node = self.canonical(text, Primitive.STRING).node
        if edm_type not in _WRITTEN_PLAIN:
            node = self.call("json_text", node)
        return sql("COALESCE({0}, 'null')", node)

    def item_term(self, reference: plan.ItemRef) -> Term:
        """The value of the item that a variable or ``$this`` stands for."""
        name = self.sources.name_of(reference.items)
        if isinstance(reference.items.reference, plan.DynamicRef):
            return self.dynamic_item_term(reference, reference.items.reference, name)
        node, storage = self._item_value(name, reference)
        tests = self._cast_tests(reference)
        if tests:
            node = sql("(CASE WHEN {0} THEN {1} END)", all_of(tests), node)
        return Term(node, storage)

    def _item_value(self, name: str, reference: plan.ItemRef) -> tuple[SqlExpression, Storage]:
        edm_type = reference.edm_type
        path = _without_casts(reference.path)
        if reference.definition is not None and reference.definition.is_collection:
            return self.dialect.item_json(name, path), Storage(Form.JSON)
        storage = canonical_storage(edm_type)
        if path and isinstance(edm_type, EnumType):
            return _number_of(edm_type, self.dialect.item_text(name, path)), storage
        if storage.form in _AS_JSON:
            return self.dialect.item_value(name, storage.form, path), storage
        if not isinstance(edm_type, Primitive):
            raise NotImplementedYetError("this collection cannot be searched item by item")
        text = Term(self.dialect.item_text(name, path), Storage(Form.TEXT))
        return self.to_primitive(text, edm_type), storage

    # --- types of complex items -------------------------------------------------------------

    def is_of(self, test: plan.IsOf) -> SqlExpression:
        """Whether a value is of a type; items tell theirs where it is not the declared one."""
        operand, wanted = test.operand, test.wanted
        if not isinstance(operand, plan.ItemRef) or not isinstance(wanted, ComplexType):
            return super().is_of(test)
        declared = operand.edm_type
        is_there = self.call("is_not_null", self.term(operand).node)
        if isinstance(declared, ComplexType) and declared.is_a(wanted):
            return is_there
        condition = self._item_type_test(operand, operand.path, wanted)
        return all_of([is_there, self.false_if_null(condition)])

    def _cast_tests(self, reference: plan.ItemRef) -> list[SqlExpression]:
        """What holds where the casts on the way to a member succeed."""
        declared = reference.items.reference.edm_type
        known = [declared, *_types_below(declared)]
        tests: list[SqlExpression] = []
        for index, step in enumerate(reference.path):
            found = next((item for item in known if item.qualified_name == step), None)
            if isinstance(found, ComplexType):
                tests.append(self._item_type_test(reference, reference.path[:index], found))
        return tests

    def _item_type_test(
        self, reference: plan.ItemRef, path: tuple[str, ...], wanted: ComplexType
    ) -> SqlExpression:
        name = self.sources.name_of(reference.items)
        told = self.dialect.item_text(name, (*_without_casts(path), TYPE))
        names = (item.qualified_name for item in (wanted, *wanted.descendants()))
        return sql("({0} IN (" + ", ".join(f"'#{item}'" for item in names) + "))", told)


def _number_of(enum_type: EnumType, text: SqlExpression) -> SqlExpression:
    """The number of a member of an enumeration that is stored by its name."""
    if not enum_type.is_flags:
        named = "".join(f" WHEN '{item.name}' THEN {item.number}" for item in enum_type.members)
        return sql("(CASE {0}" + named + " END)", text)
    bits = " + ".join(
        "CASE WHEN replace(',' || {0} || ',', '," + item.name + ",', '') <> ',' || {0} || ','"
        f" THEN {item.number} ELSE 0 END"
        for item in enum_type.members
    )
    return sql("(CASE WHEN {0} IS NOT NULL THEN " + bits + " END)", text)


def _without_casts(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in path if "." not in name)


def _types_below(edm_type: PropertyType) -> Iterator[ComplexType]:
    """The complex types that values of a type may be of or hold."""
    if isinstance(edm_type, ComplexType):
        yield from edm_type.descendants()
        for item in (edm_type, *edm_type.descendants()):
            for member in item.properties:
                if isinstance(member.edm_type, ComplexType):
                    yield member.edm_type
                    yield from _types_below(member.edm_type)
