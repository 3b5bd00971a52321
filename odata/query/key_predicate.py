"""Key predicates bound to an entity type: the names that identify, with their values.

Cites: OData URL Conventions 4.3.1 (canonical URL), 4.3.3 (alternate keys).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.edm.types import EnumType, Primitive, Property
from odata.errors import MalformedKeyError, UriSemanticError
from odata.query.parameters import SlotTable, fitting_type, read_parameter
from odata.query.plan import Constant, Expression, Parameter
from odata.uri import ast
from odata.uri.ast import LiteralKind

_NULL = ast.Literal(LiteralKind.NULL, "null")


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One property of a key predicate with its value."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class KeyReader:
    """Reads the key predicates of one piece of a request."""

    slots: SlotTable
    aliases: Mapping[str, ast.Expression]
    piece: str

    def read(self, entity_type: EntityType, arguments: ast.Arguments) -> tuple[KeyPart, ...]:
        """The key, or an alternate key, that the parentheses hold."""
        names = entity_type.all_key_names()
        items = arguments.items
        if len(items) == 1 and items[0].name is None and len(names) == 1:
            return (self._part(entity_type, names[0], items[0].value),)
        given = tuple(item.name or "" for item in items)
        allowed = (names, *(item.property_names for item in entity_type.alternate_keys))
        if not any(sorted(given) == sorted(candidate) for candidate in allowed):
            raise _malformed()
        return tuple(self._part(entity_type, item.name or "", item.value) for item in items)

    def _part(self, entity_type: EntityType, name: str, value: ast.Expression) -> KeyPart:
        definition = entity_type.find_property(name)
        if definition is None:
            raise _malformed()
        piece = self.piece
        if isinstance(value, ast.AliasReference):
            piece = f"@{value.name}"
            value = self.aliases.get(value.name, _NULL)
        if not isinstance(value, ast.Literal):
            raise _malformed()
        return KeyPart(name, self._value(definition, value, piece))

    def _value(self, definition: Property, literal: ast.Literal, piece: str) -> Expression:
        fitting = fitting_type(literal.kind, definition.edm_type)
        if fitting is None or (
            definition.edm_type is Primitive.STRING and fitting != Primitive.STRING
        ):
            raise _malformed()
        parameter = Parameter(-1, literal.kind, fitting, definition, literal.type_name)
        try:
            value = read_parameter(parameter, literal)
        except UriSemanticError as error:
            raise _malformed() from error
        slot = self.slots.claim(piece, literal.position)
        if slot is None or isinstance(fitting, EnumType):
            return Constant(value, fitting)
        return replace(parameter, slot=slot)


def _malformed() -> MalformedKeyError:
    return MalformedKeyError("Bad Request - Error in query syntax.")
