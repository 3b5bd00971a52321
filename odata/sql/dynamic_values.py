"""Dynamic values as SQL: seen as one type, null where they are none of it.

Cites: OData Protocol 3.5 (open types).
"""

from __future__ import annotations

from odata.edm.types import EnumType, Primitive
from odata.errors import NotImplementedYetError
from odata.query import plan
from odata.query.dynamic_ref import AS_STORED, View, ViewForm
from odata.sql.casts import CastCompiler
from odata.sql.dialects.base import JsonValueNodes
from odata.sql.nodes import SqlExpression, sql
from odata.sql.storage import Form, Storage, canonical_storage
from odata.sql.terms import Term

_TEXT, _JSON = Storage(Form.TEXT), Storage(Form.JSON)
_WRITTEN_PLAIN = frozenset({Primitive.STRING, Primitive.BOOLEAN, Primitive.DOUBLE})
# A day meets instants as its beginning.
_INSTANT = "CASE {0} WHEN 'DateTimeOffset' THEN {1} WHEN 'Date' THEN {1} || 'T00:00:00Z' END"


class DynamicCompiler(CastCompiler):
    """Values in documents of dynamic properties."""

    def dynamic_term(self, reference: plan.DynamicRef) -> Term:
        """The value of a dynamic property; without names, its whole document."""
        document = self.sources.document(reference)
        if not reference.names:
            return Term(document, _JSON)
        return self._seen(self.dialect.dynamic_value(document, reference.names), reference.view)

    def dynamic_item_term(self, item: plan.ItemRef, collection: plan.DynamicRef, name: str) -> Term:
        """The value of an item of a dynamic collection."""
        whole = self.dialect.dynamic_value(self.sources.document(collection), collection.names)
        declared = sql("substr({0}, 12, length({0}) - 12)", whole.declared)
        return self._seen(self.dialect.dynamic_item(name, declared), item.view or AS_STORED)

    def dynamic_array(self, reference: plan.DynamicRef) -> SqlExpression:
        """The JSON text of a value that is a collection; null where it is none."""
        nodes = self.dialect.dynamic_value(self.sources.document(reference), reference.names)
        return _where(self.call("is_json_array", nodes.kind), nodes.json)

    def _seen(self, value: JsonValueNodes, view: View) -> Term:
        is_text = self.call("is_json_text", value.kind)
        match view.form:
            case ViewForm.JSON:
                return Term(value.json, _JSON)
            case ViewForm.STRINGS:
                return Term(_where(is_text, value.text), _TEXT)
            case ViewForm.TEXT:
                return Term(self._text(value, is_text), _TEXT)
            case ViewForm.DECLARED:
                return Term(self._declared(value, view), _TEXT)
            case ViewForm.TYPED:
                return self._typed(value, view, is_text)

    def _text(self, value: JsonValueNodes, is_text: SqlExpression) -> SqlExpression:
        is_single = self.call("is_json_single", value.kind)
        return sql(
            "CASE WHEN {0} THEN {1} WHEN {2} THEN {3} END",
            is_text,
            value.text,
            is_single,
            value.json,
        )

    def _typed(self, value: JsonValueNodes, view: View, is_text: SqlExpression) -> Term:
        edm_type = view.edm_type
        storage = canonical_storage(edm_type)
        if isinstance(edm_type, EnumType) or not isinstance(edm_type, Primitive):
            raise NotImplementedYetError(f"a dynamic property is no {edm_type.qualified_name}")
        if edm_type is Primitive.BOOLEAN:
            return Term(self.call("json_boolean", value.json), storage)
        if edm_type is Primitive.DECIMAL:
            is_number = self.call("is_json_number", value.kind)
            node = self.dialect.call("json_number", Form.NUMBER, _where(is_number, value.json))
            return Term(node, storage)
        if edm_type is Primitive.STRING:
            is_plain = self.call("is_null", value.declared)
            return Term(_where(sql("{0} AND {1}", is_text, is_plain), value.text), storage)
        text = _where(self._is_declared(value, edm_type), value.text)
        if edm_type is Primitive.DATE_TIME_OFFSET:
            text = sql(_INSTANT, value.declared, value.text)
        return Term(self.to_primitive(Term(text, _TEXT), edm_type), storage)

    def _declared(self, value: JsonValueNodes, view: View) -> SqlExpression:
        edm_type = view.edm_type
        if edm_type not in _WRITTEN_PLAIN or not isinstance(edm_type, Primitive):
            return _where(self._is_declared(value, edm_type), value.json)
        test = {
            Primitive.STRING: "is_json_text",
            Primitive.DOUBLE: "is_json_number",
        }.get(edm_type)
        is_plain = self.call("is_null", value.declared)
        if test is None:
            return self.call("json_boolean", value.json)
        is_kind = sql("{0} AND {1}", self.call(test, value.kind), is_plain)
        return _where(is_kind, value.json)

    def _is_declared(self, value: JsonValueNodes, edm_type: object) -> SqlExpression:
        name = getattr(edm_type, "qualified_name", "").removeprefix("Edm.")
        return sql("{0} = '" + name + "'", value.declared)


def _where(condition: SqlExpression, value: SqlExpression) -> SqlExpression:
    return sql("CASE WHEN {0} THEN {1} END", condition, value)
