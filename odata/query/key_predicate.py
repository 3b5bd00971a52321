"""Key predicates bound to an entity type: the names that identify, with their values.

Cites: OData URL Conventions 4.3.1 (canonical URL), 4.3.3 (alternate keys).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.edm.types import INTEGER_TYPES, EnumType, Primitive, Property, PropertyType
from odata.errors import ErrorDetail, MalformedKeyError, UriSemanticError
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
            raise _malformed(entity_type)
        return tuple(self._part(entity_type, item.name or "", item.value) for item in items)

    def _part(self, entity_type: EntityType, name: str, value: ast.Expression) -> KeyPart:
        definition = entity_type.find_property(name)
        if definition is None:
            raise _malformed(entity_type)
        piece = self.piece
        if isinstance(value, ast.AliasReference):
            piece = f"@{value.name}"
            value = self.aliases.get(value.name, _NULL)
        found = self._value(definition, value, piece) if isinstance(value, ast.Literal) else None
        if found is None:
            raise _malformed(entity_type)
        return KeyPart(name, found)

    def _value(self, definition: Property, literal: ast.Literal, piece: str) -> Expression | None:
        """The value of a property in a key; None where the literal is none of its type."""
        edm_type = definition.edm_type
        fitting = fitting_type(literal.kind, edm_type)
        is_apart = edm_type is Primitive.STRING and fitting != Primitive.STRING
        if fitting is None or is_apart or not _is_as_whole(literal, edm_type):
            return None
        parameter = Parameter(-1, literal.kind, fitting, definition, literal.type_name)
        try:
            value = read_parameter(parameter, literal)
        except UriSemanticError:
            return None
        slot = self.slots.claim(piece, literal.position)
        if slot is None or isinstance(fitting, EnumType):
            return Constant(value, fitting)
        return replace(parameter, slot=slot)


def _is_as_whole(literal: ast.Literal, edm_type: PropertyType) -> bool:
    """Whole numbers are written as such: each entity has one canonical URL."""
    return edm_type not in INTEGER_TYPES or literal.kind is LiteralKind.INTEGER


def _malformed(entity_type: EntityType) -> MalformedKeyError:
    """The refusal in Business Central's words, and which keys there are."""
    names = (
        entity_type.all_key_names(),
        *(item.property_names for item in entity_type.alternate_keys),
    )
    keys = " or ".join(_written(entity_type, key, is_first=key is names[0]) for key in names)
    detail = ErrorDetail(MalformedKeyError.code, f"the key of {entity_type.name} is {keys}")
    return MalformedKeyError("Bad Request - Error in query syntax.", details=(detail,))


def _written(entity_type: EntityType, names: Sequence[str], *, is_first: bool) -> str:
    types = {name: entity_type.property_named(name).edm_type.qualified_name for name in names}
    if is_first and len(names) == 1:
        return f"({types[names[0]]})"
    return f"({','.join(f'{name}={edm_type}' for name, edm_type in types.items())})"
