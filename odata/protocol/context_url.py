"""The context URL of every shape of response.

Each function gives the fragment; ``context_url`` puts it behind the metadata URL. Paths are
written as in the response's canonical URL, keys in parentheses, nothing percent-encoded:
``companies(7a1e0000-0000-4000-8000-000000000001)/customers``.

Cites: OData Protocol 10 (context URL), 10.1-10.22 for the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from odata.protocol.versions import V4_0

ANY_ENTITIES = "Collection(Edm.EntityType)"
ANY_INSTANCES = "Collection(Edm.ComplexType)"
DELTA_PAYLOAD = "$delta"


@dataclass(frozen=True, slots=True)
class ExpandedNavigation:
    """An expanded navigation property with what is selected and expanded inside.

    ``path`` is its name, or a path that ends with it. Expanded references (``$ref``) have
    no place in a context URL and are left out by the caller.
    """

    path: str
    projection: Projection
    is_recursive: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """What ``$select`` and ``$expand`` leave of an entity.

    ``select`` holds names as in the metadata, ``*``, and paths into complex properties
    (``address/city``, however the request nested them); empty where all is given.
    """

    select: tuple[str, ...] = ()
    expand: tuple[ExpandedNavigation, ...] = ()


EVERYTHING = Projection()


def context_url(service_root: str, fragment: str = "") -> str:
    """The context URL; the service document has no fragment (OData Protocol 10.1)."""
    return f"{service_root}$metadata#{fragment}" if fragment else f"{service_root}$metadata"


def collection_fragment(path: str, projection: Projection = EVERYTHING, version: str = V4_0) -> str:
    """A collection of entities, and results of ``$apply`` (OData Protocol 10.2, 10.7)."""
    return path + property_list(projection, version)


def entity_fragment(path: str, projection: Projection = EVERYTHING, version: str = V4_0) -> str:
    """One entity of a collection (OData Protocol 10.3, 10.8)."""
    return f"{collection_fragment(path, projection, version)}/$entity"


def single_valued_fragment(
    path: str, projection: Projection = EVERYTHING, version: str = V4_0
) -> str:
    """A singleton or the target of a contained single-valued navigation property (10.4)."""
    return path + property_list(projection, version)


def type_fragment(
    type_name: str,
    projection: Projection = EVERYTHING,
    version: str = V4_0,
    *,
    is_collection: bool = False,
) -> str:
    """Instances that no entity set holds, results of operations among them (10.15, 10.16)."""
    name = f"Collection({type_name})" if is_collection else type_name
    return name + property_list(projection, version)


def property_fragment(
    entity_path: str,
    property_path: str,
    projection: Projection = EVERYTHING,
    version: str = V4_0,
) -> str:
    """The value of a property (OData Protocol 10.15)."""
    return f"{entity_path}/{property_path}{property_list(projection, version)}"


def reference_fragment(*, is_collection: bool) -> str:
    """Entity references (OData Protocol 10.12, 10.13)."""
    return "Collection($ref)" if is_collection else "$ref"


def delta_fragment(path: str, projection: Projection = EVERYTHING, version: str = V4_0) -> str:
    """A delta response (OData Protocol 10.17)."""
    return f"{collection_fragment(path, projection, version)}/$delta"


def deleted_entity_fragment(path: str) -> str:
    """A deleted entity in a delta of version 4.0 (OData Protocol 10.18)."""
    return f"{path}/$deletedEntity"


def link_fragment(path: str) -> str:
    """An added link in a delta (OData Protocol 10.18)."""
    return f"{path}/$link"


def deleted_link_fragment(path: str) -> str:
    """A deleted link in a delta (OData Protocol 10.18)."""
    return f"{path}/$deletedLink"


def property_list(projection: Projection, version: str) -> str:
    """The parenthesised list of selected and expanded properties, empty where all is given.

    Version 4.0 lists an expanded navigation property only with a list of its own; 4.01
    lists all of them (OData Protocol 10.9 to 10.11).
    """
    items = [*projection.select, *_expanded(projection.expand, version)]
    return f"({','.join(items)})" if items else ""


def _expanded(expand: tuple[ExpandedNavigation, ...], version: str) -> Iterator[str]:
    for item in expand:
        inner = property_list(item.projection, version)
        if inner or version != V4_0:
            yield f"{item.path}{'+' if item.is_recursive else ''}{inner or '()'}"
