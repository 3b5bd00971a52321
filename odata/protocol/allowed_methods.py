"""Which methods a resource answers.

Cites: OData Protocol 11.4 (data modification), Business Central reference §8, §9.2.
"""

from __future__ import annotations

from odata.edm.model import Capabilities
from odata.edm.types import ComplexType, EnumType
from odata.errors import MethodNotAllowedError
from odata.query.resource import ResourceKind, Suffix, Target

_READING = ("GET", "HEAD")
_NOTHING = Capabilities(insertable=False, updatable=False, deletable=False)
_SINGLETON = Capabilities(insertable=False, updatable=True, deletable=False)


def allowed_methods(target: Target) -> tuple[str, ...]:
    """The methods that a resource answers."""
    if target.suffix is Suffix.COUNT or target.tests or target.is_written_whole:
        return _READING  # what is below is changed at its own URL, where it may be made, too
    if target.suffix is Suffix.REF:
        return (*_READING, *_of_references(target))
    if target.suffix is Suffix.EACH:
        return _of_members(_capabilities(target))
    match target.kind:
        case ResourceKind.STREAM:
            return (*_READING, "PATCH", "PUT", "DELETE")
        case ResourceKind.PROPERTY:
            return (*_READING, *_of_property(target))
        case ResourceKind.COLLECTION:
            return (*_READING, "POST") if _capabilities(target).insertable else _READING
        case ResourceKind.ENTITY | ResourceKind.RELATED_ENTITY:
            return (*_READING, *_of_entity(_capabilities(target)))
        case _:
            return _READING


def _capabilities(target: Target) -> Capabilities:
    if target.entity_set is not None:
        return target.entity_set.capabilities
    return _SINGLETON if len(target.steps) == 1 else _NOTHING


def _of_entity(capabilities: Capabilities) -> tuple[str, ...]:
    updating = ("PATCH", "PUT") if capabilities.updatable else ()
    return (*updating, "DELETE") if capabilities.deletable else updating


def _of_members(capabilities: Capabilities) -> tuple[str, ...]:
    updating = ("PATCH",) if capabilities.updatable else ()
    return (*updating, "DELETE") if capabilities.deletable else updating


def _of_property(target: Target) -> tuple[str, ...]:
    first, last = target.property_path[0], target.property_path[-1]
    key = target.entity_type.all_key_names()
    is_fixed = any(item.is_computed or item.is_immutable for item in target.property_path)
    if is_fixed or first.name in key or not _capabilities(target).updatable:
        return ()
    if target.is_item and isinstance(last.edm_type, ComplexType):
        return ("PATCH", "PUT", "DELETE")
    if target.is_item:
        return ("PUT",) if target.suffix is Suffix.VALUE else ("PUT", "DELETE")
    if target.suffix is Suffix.VALUE:
        return ("PUT", "DELETE")
    if last.is_collection:
        return ("PUT", "POST", "DELETE")
    return ("PATCH", "PUT", "DELETE")


def _of_references(target: Target) -> tuple[str, ...]:
    navigation = target.steps[-1].navigation
    if navigation is None:
        return ()
    if target.kind is ResourceKind.RELATED_ENTITY:
        key = target.steps[-2].entity_type.all_key_names()
        own = [item.property_name for item in navigation.constraints]
        return ("PUT", "DELETE") if own and not set(own) <= set(key) else ()
    if navigation.contains_target or not navigation.constraints:
        return ()
    return ("DELETE",) if target.kind is ResourceKind.ENTITY else ("POST", "PUT", "DELETE")


def method_not_allowed(
    method: str, target: Target, allowed: tuple[str, ...]
) -> MethodNotAllowedError:
    """The refusal of a method, in Business Central's words (reference §9.2)."""
    return _refusal(method, _described(target), allowed)


def document_not_changed(method: str, path: str) -> MethodNotAllowedError:
    """The refusal of a method that a document about the service does not answer."""
    return _refusal(method, f"'{path}'" if path else "the service document", _READING)


def _refusal(method: str, what: str, allowed: tuple[str, ...]) -> MethodNotAllowedError:
    return MethodNotAllowedError(
        f"'{method}' requests for {what} are not allowed within "
        "Dynamics 365 Business Central OData web services.",
        allowed=allowed,
    )


_VIEWS = frozenset({Suffix.REF, Suffix.QUERY, Suffix.EACH})
_KINDS = {
    ResourceKind.COLLECTION: "Collection",
    ResourceKind.STREAM: "Primitive",
    ResourceKind.ALL: "Collection",
    ResourceKind.CROSS_JOIN: "Collection",
}


def _described(target: Target) -> str:
    """What a path ends with, as a message names it."""
    if target.kind is ResourceKind.OPERATION:
        return f"the operation '{target.operation}'"
    name, kind = _name(target), _KINDS.get(target.kind, "Entity")
    if target.suffix in _VIEWS:
        return f"'{name}/{target.suffix.value}'"
    if target.kind is ResourceKind.PROPERTY:
        kind = _kind_of_property(target)
    return f"'{name}' of EdmType '{kind}'"


def _name(target: Target) -> str:
    if target.property_path:
        return target.addressed.name
    if target.kind is ResourceKind.CROSS_JOIN:
        return "$crossjoin"
    return target.steps[-1].name if target.steps else "$all"


def _kind_of_property(target: Target) -> str:
    if target.is_value_list:
        return "Collection"
    edm_type = target.addressed.edm_type
    if isinstance(edm_type, ComplexType):
        return "Complex"
    return "Enum" if isinstance(edm_type, EnumType) else "Primitive"
