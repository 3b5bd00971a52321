"""Which members of the complex items of a collection are shown.

Cites: OData URL Conventions 5.1.3 ($select), 5.1.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from odata.edm.types import ComplexType, Property, PropertyType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.names import find_property, unknown_property
from odata.uri import ast

_TARGET = "$select"
_STAR = "*"
_NO_TYPES: Mapping[str, PropertyType] = {}


@dataclass(frozen=True, slots=True)
class ShownMembers:
    """The members that are shown, each with those below it; None: all of them. ``computed`` are
    shown beside those that the type declares, with their types."""

    names: Mapping[str, ShownMembers] | None = None
    computed: Mapping[str, PropertyType] = field(default_factory=lambda: _NO_TYPES)

    def shows(self, name: str) -> bool:
        """Whether a member is shown."""
        return self.names is None or name in self.names

    def below(self, name: str) -> ShownMembers:
        """What is shown of a member."""
        return ALL if self.names is None else self.names[name]


ALL = ShownMembers()


def bind_members(
    owner: ComplexType,
    items: Iterable[ast.SelectItem],
    computed: Mapping[str, PropertyType] = _NO_TYPES,
) -> ShownMembers:
    """What ``$select`` on a collection of complex values shows of each."""
    names: dict[str, ShownMembers] = {}
    shown: dict[str, PropertyType] = {}
    chosen = [item for found in items for item in _uncast(owner, found)]
    for owner_of, item in chosen:
        if item.path == (_STAR,):
            return _all_with(computed)
        if item.path[0] in computed and len(item.path) == 1:
            shown[item.path[0]] = computed[item.path[0]]
            continue
        definition = find_property(owner_of, item.path[0])
        if definition is None:
            raise unknown_property(owner_of, item.path[0], _TARGET, item.position)
        below = _below(definition, item)
        names[definition.name] = _union(names.get(definition.name), below)
    return ShownMembers(names, shown) if chosen else _all_with(computed)


def _all_with(computed: Mapping[str, PropertyType]) -> ShownMembers:
    return ShownMembers(None, computed) if computed else ALL


def _uncast(
    owner: ComplexType, item: ast.SelectItem
) -> Iterable[tuple[ComplexType, ast.SelectItem]]:
    """An item behind the cast that it begins with."""
    types = (owner, *owner.descendants())
    found = next((known for known in types if known.qualified_name == item.path[0]), None)
    if found is None or len(item.path) == 1:
        return [(owner, item)]
    return [(found, replace(item, path=item.path[1:]))]


def _below(definition: Property, item: ast.SelectItem) -> ShownMembers:
    rest = item.path[1:]
    options = item.options
    for name in sorted(options.present - {"$select"} if options is not None else ()):
        if definition.is_collection or name == "$compute":
            raise NotImplementedYetError(
                f"{name} inside the selection of '{definition.name}' of an item is not supported",
                target=_TARGET,
                position=item.position,
            )
        raise UriSemanticError(
            f"'{name}' cannot stand inside the selection of '{definition.name}'",
            target=_TARGET,
            position=item.position,
        )
    nested = options.select if options is not None else ()
    if not rest and not nested:
        return ALL
    if not isinstance(definition.edm_type, ComplexType):
        raise UriSemanticError(
            f"'{definition.name}' has no members", target=_TARGET, position=item.position
        )
    deeper = (replace(item, path=rest),) if rest else nested
    return bind_members(definition.edm_type, deeper)


def _union(one: ShownMembers | None, other: ShownMembers) -> ShownMembers:
    if one is None:
        return other
    if one.names is None or other.names is None:
        return ALL
    joined = {name: _union(one.names.get(name), below) for name, below in other.names.items()}
    return ShownMembers({**one.names, **joined})
