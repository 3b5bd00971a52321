"""Stream properties in ``$expand``: their bytes come inline.

Cites: OData URL Conventions 5.1.3 (stream properties), OData JSON 4.5.12 (media), 9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odata.edm.model import EntityType
from odata.edm.types import Property
from odata.errors import UriSemanticError
from odata.query.names import find_property
from odata.query.plan import PropertyRef, ScopeRef
from odata.query.read_plan import ReadPlan, StreamPlan
from odata.query.resource import ScopeRule
from odata.uri import ast
from odata.uri.ast import ExpandSuffix

_TARGET = "$expand"


def stream_of(entity_type: EntityType, item: ast.ExpandItem) -> Property | None:
    """The stream property that an item names; None where it names something else."""
    if len(item.path) != 1 or item.path[0] == "*":
        return None
    found = find_property(entity_type, item.path[0])
    return found if found is not None and found.is_stream else None


def bind_streams(
    plan: ReadPlan, items: Iterable[ast.ExpandItem], rule: ScopeRule | None
) -> tuple[ast.ExpandItem, ...]:
    """Fix the streams that a level shows; gives the items that name no stream."""
    streams: dict[str, StreamPlan] = {}
    others: list[ast.ExpandItem] = []
    for item in items:
        definition = stream_of(plan.entity_type, item)
        if definition is None:
            others.append(item)
            continue
        _check(item, definition)
        if definition.name in streams:
            raise UriSemanticError(f"'{definition.name}' is expanded twice", target=_TARGET)
        streams[definition.name] = _stream_plan(plan, definition, rule)
    plan.streams = tuple(streams.values())
    return tuple(others)


def _check(item: ast.ExpandItem, definition: Property) -> None:
    has_options = item.options is not None and bool(item.options.present)
    if has_options or item.suffix is not ExpandSuffix.NONE:
        raise UriSemanticError(
            f"'{definition.name}' is a stream, which takes no options", target=_TARGET
        )


def _stream_plan(plan: ReadPlan, definition: Property, rule: ScopeRule | None) -> StreamPlan:
    root = plan.block.root
    is_scoped = rule is not None and rule.is_scoped(plan.entity_type)
    key = tuple(PropertyRef(root, part, (part.name,)) for part in _key(plan.entity_type))
    return StreamPlan(definition.name, key, ScopeRef(root) if is_scoped else None)


def _key(entity_type: EntityType) -> Iterator[Property]:
    yield from entity_type.key_properties()
