"""Which system query option may stand on which kind of resource.

Cites: OData Protocol 11.2.5, URL Conventions 5.1; reference ``odata.md`` Q14.
"""

from __future__ import annotations

from dataclasses import replace

from odata.edm.types import ComplexType, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.resource import ResourceKind, Suffix, Target
from odata.uri import ast
from odata.uri.ast import ExpandSuffix

_EVERYWHERE = frozenset({"$format", "$schemaversion"})
CHANGE_OPTIONS = frozenset({"$select", "$expand", "$compute"})
"""What a change may say of the entity that it answers with."""
_SHAPE = CHANGE_OPTIONS
_SET = frozenset(
    {"$filter", "$search", "$orderby", "$count", "$skip", "$top", "$skiptoken", "$apply"}
)
_ITEMS = frozenset({"$filter", "$search", "$orderby", "$count", "$skip", "$top"})
_DELTA = frozenset({"$deltatoken"})
_PLACE = frozenset({"$index"})
_COUNTED = frozenset({"$filter", "$search", "$apply"})
_TOLERATED_ON_COUNT = frozenset({"$top", "$skip", "$orderby", "$select", "$expand", "$count"})

_GET: dict[ResourceKind, frozenset[str]] = {
    ResourceKind.SERVICE_DOCUMENT: frozenset(),
    ResourceKind.METADATA: frozenset(),
    ResourceKind.BATCH: frozenset(),
    ResourceKind.CROSS_JOIN: _SHAPE | _SET,
    ResourceKind.ALL: _SHAPE | _SET,
    ResourceKind.COLLECTION: _SHAPE | _SET | _DELTA,
    ResourceKind.ENTITY: _SHAPE,
    ResourceKind.RELATED_ENTITY: _SHAPE,
    ResourceKind.STREAM: frozenset(),
    ResourceKind.OPERATION: _SHAPE | _SET,
}


def check_options(target: Target, options: ast.QueryOptions, method: str) -> None:
    """Refuse an option that has no meaning for this resource and method."""
    allowed = _allowed(target, method) | _EVERYWHERE
    for name in sorted(options.present - allowed):
        if name in _of_items(target):
            raise NotImplementedYetError(
                f"{name} is not supported behind the place of an item", target=name
            )
        raise UriSemanticError(
            f"The query option '{name}' cannot be applied to this resource.", target=name
        )


def _allowed(target: Target, method: str) -> frozenset[str]:
    if target.kind is ResourceKind.PROPERTY and target.suffix is Suffix.NONE and method == "GET":
        return _of_item(target) if target.is_item else _of_property(target.addressed)
    if target.suffix is Suffix.COUNT:
        return _COUNTED | _TOLERATED_ON_COUNT | _DELTA
    if target.suffix is Suffix.VALUE:
        return frozenset()
    if target.suffix is Suffix.REF:
        single = target.kind is not ResourceKind.COLLECTION
        return frozenset({"$id"}) if single else _SET | {"$id"}
    if method == "DELETE":
        return CHANGE_OPTIONS
    if target.kind is ResourceKind.PROPERTY and method != "DELETE":
        return _of_changed_property(target, method)
    if method in ("POST", "PATCH", "PUT"):
        return CHANGE_OPTIONS
    # Whatever else is asked of it: that the method is none of its own is said later.
    return _GET.get(target.kind, _SHAPE)


def _of_item(target: Target) -> frozenset[str]:
    """The options of an item, or of a value inside one."""
    if target.is_value_list:
        has_places = any(isinstance(step, int) for step in target.inside)
        return frozenset() if has_places else _of_property(target.addressed)
    options = _of_property(replace(target.addressed, is_collection=False))
    return options - {"$compute"} if target.inside else options


def _of_items(target: Target) -> frozenset[str]:
    """The options that an item, or what is inside one, could have."""
    if not target.is_item or target.suffix is not Suffix.NONE:
        return frozenset()
    last = target.addressed
    return _of_property(last if target.is_value_list else replace(last, is_collection=False))


def _of_property(definition: Property) -> frozenset[str]:
    """A collection takes the options of one, a complex value those of its shape."""
    shape = _SHAPE if isinstance(definition.edm_type, ComplexType) else frozenset()
    return shape | _ITEMS if definition.is_collection else shape


def _of_changed_property(target: Target, method: str) -> frozenset[str]:
    """A new item may have a place, the answer to another value the shape of the value."""
    definition = target.property_path[-1]
    if method == "POST":
        return _PLACE if definition.is_collection and not target.is_item else frozenset()
    return frozenset() if definition.is_collection else _of_property(definition)


_NESTED_SINGLE = frozenset({"$select", "$expand", "$compute", "$levels"})
_NESTED_SET = frozenset({"$filter", "$search", "$orderby", "$skip", "$top", "$count"})
_TRANSFORMED = frozenset({"$apply"})


def check_nested_options(
    options: ast.QueryOptions, suffix: ExpandSuffix, *, is_collection: bool
) -> None:
    """Refuse an option that has no meaning inside this ``$expand`` item."""
    allowed: frozenset[str]
    if suffix is ExpandSuffix.COUNT:
        if not is_collection:
            raise UriSemanticError("$count counts collections only", target="$expand")
        allowed = frozenset({"$filter", "$search"})
    elif suffix is ExpandSuffix.REF:
        allowed = _NESTED_SET if is_collection else frozenset()
    else:
        allowed = _NESTED_SINGLE | (_NESTED_SET | _TRANSFORMED if is_collection else frozenset())
    for name in sorted(options.present - allowed):
        raise UriSemanticError(f"'{name}' cannot stand inside this $expand", target="$expand")
