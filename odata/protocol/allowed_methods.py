"""Which methods a resource answers.

Cites: OData Protocol 11.4 (data modification), Business Central reference §8, §9.2.
"""

from __future__ import annotations

from odata.edm.model import Capabilities
from odata.edm.types import ComplexType
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
    kinds = {ResourceKind.COLLECTION: "Collection", ResourceKind.STREAM: "Primitive"}
    name = target.steps[-1].name if target.steps else "the service"
    if target.property_path:
        name = target.property_path[-1].name
    kind = kinds.get(target.kind, "Primitive" if target.property_path else "Entity")
    return MethodNotAllowedError(
        f"'{method}' requests for '{name}' of EdmType '{kind}' are not allowed within "
        "Dynamics 365 Business Central OData web services.",
        allowed=allowed,
    )
