"""The context URL of an exchange, from the steps of its path and its projection."""

from __future__ import annotations

from odata.edm.types import Primitive, Property
from odata.protocol import context_url
from odata.protocol.context_url import ExpandedNavigation, Projection
from odata.protocol.exchange import Exchange
from odata.protocol.links import KeyValue, key_predicate
from odata.query.key_predicate import KeyPart
from odata.query.plan import Parameter
from odata.query.read_plan import ExpandKind, ReadPlan
from odata.query.resource import ResourceKind, Step, Suffix, Target
from odata.uri import ast


def context_of(exchange: Exchange, *, is_single: bool = False) -> str:
    """The context URL of the answer; ``is_single`` for an entity made in a collection."""
    root, known = exchange.request.service_root, exchange.prepared.fragments
    mark = _mark(exchange, is_single=is_single)
    fragment = known.get(mark)
    if fragment is None:
        if len(known) >= _MOST_FRAGMENTS:
            known.clear()
        fragment = known[mark] = _fragment(exchange, is_single=is_single)
    return context_url.context_url(root, fragment)


_MOST_FRAGMENTS = 64


def head_mark(exchange: Exchange) -> tuple[str, ...]:
    """What the beginning of an answer depends on beside the shape."""
    root, tag = exchange.request.service_root, exchange.metadata_tag
    return (root, tag, *_mark(exchange, is_single=False))


def _mark(exchange: Exchange, *, is_single: bool) -> tuple[str, ...]:
    """What the fragment depends on beside the shape: the scope and the keys it shows."""
    target, literals = exchange.prepared.target, exchange.shape.literals
    steps = target.steps[:-1] if target.kind is ResourceKind.ENTITY else target.steps
    texts = [
        literals[part.value.slot].text
        for step in steps
        for part in step.key
        if isinstance(part.value, Parameter)
    ]
    return (exchange.implied_scope, "1" if is_single else "", *texts)


def _fragment(exchange: Exchange, *, is_single: bool) -> str:
    target, version = exchange.prepared.target, exchange.representation.version
    plan = exchange.prepared.read_plan
    if target.suffix is Suffix.REF:
        return context_url.reference_fragment(is_collection=target.kind is ResourceKind.COLLECTION)
    if target.kind is ResourceKind.CROSS_JOIN:
        return context_url.ANY_INSTANCES
    projection = projection_of(plan)
    path = exchange.implied_scope + steps_text(exchange, target.steps)
    if target.kind is ResourceKind.PROPERTY:
        return _value_fragment(target, path, projection, version)
    if _is_elsewhere(target):
        return _elsewhere(target, projection, version)
    if target.kind is ResourceKind.RELATED_ENTITY or _is_singleton(target):
        return context_url.single_valued_fragment(path, projection, version)
    if target.kind is ResourceKind.ENTITY or is_single:
        base = _without_last_key(exchange, target.steps)
        return context_url.entity_fragment(base, projection, version)
    return context_url.collection_fragment(path, projection, version)


def _value_fragment(target: Target, path: str, projection: Projection, version: str) -> str:
    is_filtered = any(isinstance(step, ast.FilterSegment) for step in target.item_steps)
    if is_filtered and target.is_item:
        # Its place among those that match is not its place in the collection.
        name = target.addressed.edm_type.qualified_name
        is_collection = target.is_value_list
        return context_url.type_fragment(name, projection, version, is_collection=is_collection)
    return context_url.property_fragment(path, _value_path(target), projection, version)


def _value_path(target: Target) -> str:
    """The path of a value inside its entity; what filters its items is none of it."""
    names = [item.name for item in target.property_path]
    names += [step.name for step in target.item_steps if isinstance(step, ast.NameSegment)]
    if target.item is not None and not target.is_cast_item:
        names.append(str(target.item))
    names += [step.name if isinstance(step, Property) else str(step) for step in target.inside]
    return "/".join(names)


def _is_elsewhere(target: Target) -> bool:
    """Whether a navigation property leads to entities that live in a set of their own."""
    navigation = target.steps[-1].navigation
    return navigation is not None and not navigation.contains_target


def _elsewhere(target: Target, projection: Projection, version: str) -> str:
    if target.entity_set is None or target.is_scoped:
        name = target.entity_type.qualified_name
        is_collection = not target.is_single
        return context_url.type_fragment(name, projection, version, is_collection=is_collection)
    write = context_url.entity_fragment if target.is_single else context_url.collection_fragment
    name = target.entity_set.name
    if target.entity_type is not target.entity_set.entity_type:
        name = f"{name}/{target.entity_type.qualified_name}"
    return write(name, projection, version)


def _is_singleton(target: Target) -> bool:
    return len(target.steps) == 1 and target.kind is ResourceKind.ENTITY and not target.steps[0].key


def projection_of(plan: ReadPlan) -> Projection:
    """What the selection and expansion of a level leave, as the context URL tells it."""
    expanded = tuple(
        ExpandedNavigation(item.path or item.name, projection_of(item.read), item.is_recursive)
        for item in plan.expands
        if item.kind is ExpandKind.ENTITIES and not item.is_repeated
    )
    return Projection(plan.selected.names or (), expanded)


def steps_text(exchange: Exchange, steps: tuple[Step, ...]) -> str:
    """The path of steps as a context URL writes it."""
    return "/".join(_step_text(exchange, step) for step in steps)


def _without_last_key(exchange: Exchange, steps: tuple[Step, ...]) -> str:
    *before, last = steps
    path = "/".join([*(_step_text(exchange, step) for step in before), last.name + _cast(last)])
    return exchange.implied_scope + path


def _step_text(exchange: Exchange, step: Step) -> str:
    key = f"({_key_text(exchange, step)})" if step.key else ""
    return f"{step.name}{key}{_cast(step)}"


def _cast(step: Step) -> str:
    return "" if step.cast is None else f"/{step.cast.qualified_name}"


def _key_text(exchange: Exchange, step: Step) -> str:
    values = [_key_value(exchange, part) for part in step.key]
    if len(values) == 1 and values[0].name not in step.entity_type.all_key_names():
        return f"{values[0].name}={key_predicate(values)}"
    return key_predicate(values)


def _key_value(exchange: Exchange, part: KeyPart) -> KeyValue:
    edm_type = part.value.edm_type
    primitive = edm_type if isinstance(edm_type, Primitive) else Primitive.STRING
    value = exchange.read_value(part.value)
    return KeyValue(part.name, primitive, value)
