"""The part of the self-check that concerns types derived from one another.

Cites: OData CSDL 6.2 (derived entity types), 9.2 (derived complex types).
"""

from __future__ import annotations

from collections.abc import Iterator

from odata.edm.model import EntityType, Model
from odata.edm.types import ComplexType


def find_circles(model: Model) -> Iterator[str]:
    """Types that are derived from themselves: nothing else can be said of them."""
    for structured in model.structured_types():
        seen: list[ComplexType] = []
        above: ComplexType | None = structured
        while above is not None and above not in seen:
            seen.append(above)
            above = above.base
        if above is structured:
            yield f"{structured.name} is derived from itself"


def find_base_faults(model: Model, structured: ComplexType) -> Iterator[str]:
    """What is wrong between a type and its base type."""
    base = structured.base
    if base is None:
        return
    where = f"{structured.name} is derived from {base.name}"
    if base not in model.structured_types():
        yield f"{where}, which the model lacks"
    if isinstance(structured, EntityType) is not isinstance(base, EntityType):
        yield f"{where}, but one of them is an entity type and the other is not"
    elif _has_tag(structured) is not _has_tag(base):
        yield f"{where}, but only one of them has an entity tag"


def _has_tag(structured: ComplexType) -> bool:
    return isinstance(structured, EntityType) and structured.has_entity_tag
