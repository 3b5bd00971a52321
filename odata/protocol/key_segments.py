"""Keys as path segments of their own, put between parentheses.

``employees/1/reports/2`` addresses what ``employees(1)/reports(2)`` does; the parts of a key
that has several follow one another. A segment that begins with ``$``, casts to a type or calls
an operation is no key.

Cites: OData URL Conventions 4.3.6 (key-as-segment convention).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote

from odata.edm.model import EntityType, Model, OperationKind
from odata.edm.types import Primitive, Property

_QUOTED = frozenset({Primitive.STRING})


def with_key_predicates(path: str, model: Model) -> str:
    """A percent-encoded path with its keys in parentheses."""
    return "/".join(_rewritten(path.split("/"), model))


def _rewritten(segments: list[str], model: Model) -> Iterator[str]:
    """The segments; what stands behind a collection is a key unless it is something else."""
    owner: EntityType | None = None
    is_collection = False
    index = 0
    while index < len(segments):
        segment = segments[index]
        index += 1
        name, parenthesis, _ = unquote(segment).partition("(")
        owner, is_collection = _reached(name, owner, model, is_collection=is_collection)
        is_collection = is_collection and not parenthesis
        values = [] if owner is None else segments[index : index + len(owner.all_key_names())]
        if owner is not None and is_collection and _is_key(values, owner, model):
            segment = f"{segment}({_predicate(owner, values)})"
            index += len(values)
            is_collection = False
        yield segment


def _reached(
    name: str, owner: EntityType | None, model: Model, *, is_collection: bool
) -> tuple[EntityType | None, bool]:
    """The entity type that a segment leads to, and whether to many entities."""
    if owner is None:
        entity_set, singleton = model.entity_sets.get(name), model.singletons.get(name)
        if entity_set is not None:
            return entity_set.entity_type, True
        return (None if singleton is None else singleton.entity_type), False
    if "." in name:
        cast = model.find_type(name)
        return (cast, is_collection) if isinstance(cast, EntityType) else (None, False)
    navigation = None if is_collection else owner.find_navigation(name)
    if navigation is None:
        return None, False
    return navigation.target, navigation.is_collection


def _is_key(values: list[str], owner: EntityType, model: Model) -> bool:
    is_whole = len(values) == len(owner.all_key_names())
    return is_whole and not any(_is_something_else(unquote(value), model) for value in values)


def _is_something_else(text: str, model: Model) -> bool:
    if not text or text.startswith("$") or model.find_type(text) is not None:
        return True
    name = text.partition("(")[0]
    return any(model.bound_operations(name, kind) for kind in OperationKind)


def _predicate(owner: EntityType, values: list[str]) -> str:
    pairs = list(zip(owner.key_properties(), values, strict=True))
    if len(pairs) == 1:
        return _literal(*pairs[0])
    return ",".join(f"{definition.name}={_literal(definition, text)}" for definition, text in pairs)


def _literal(definition: Property, text: str) -> str:
    if definition.edm_type not in _QUOTED:
        return text
    doubled = unquote(text).replace("'", "''")
    return f"'{quote(doubled, safe='')}'"
