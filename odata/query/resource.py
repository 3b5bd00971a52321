"""Resource paths bound to the model: what a URL addresses, and by which keys.

Cites: OData URL Conventions 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from odata.edm.model import EntitySet, Model, NavigationProperty, Operation
from odata.edm.types import ComplexType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.all_path import ALL, cast_all, resolve_all
from odata.query.cross_path import resolve_cross_join
from odata.query.dynamic_path import dynamic_path
from odata.query.item_segments import check_members, filter_items, step_in_items
from odata.query.key_predicate import KeyReader
from odata.query.names import find_property
from odata.query.operation_call import bound_operations, imported_operations
from odata.query.parameters import SlotTable
from odata.query.path_cast import Structured, cast_entities, cast_value
from odata.query.plan import (
    Comparison,
    Expression,
    PropertyRef,
    Source,
    child_block,
    new_block,
)
from odata.query.scope import PATH_FILTER, segment_piece
from odata.query.target import (
    SCOPE,
    PathFilter,
    PathTest,
    ResourceKind,
    ScopeRule,
    Step,
    Suffix,
    Target,
    scope_anchor,
)
from odata.query.type_cast import derived_type
from odata.query.unknown_segment import not_found, segment_text, unknown_root
from odata.uri import ast
from odata.uri.ast import ComparisonOperator

__all__ = [
    "SCOPE",
    "ResourceKind",
    "ResourceResolver",
    "ScopeRule",
    "Step",
    "Suffix",
    "Target",
    "segment_piece",
]


@dataclass(slots=True)
class ResourceResolver:
    """Walks a resource path through the model; ``piece`` is the part of the request that it
    stands in, where that is not the path."""

    model: Model
    scope_rule: ScopeRule | None
    slots: SlotTable
    aliases: dict[str, ast.Expression] = field(default_factory=dict)
    piece: str | None = None

    def resolve(self, path: ast.ResourcePath) -> Target:
        """The target of a whole path."""
        segments = path.segments
        if not segments:
            return Target(ResourceKind.SERVICE_DOCUMENT)
        target = self._first(segments[0])
        for index, segment in enumerate(segments[1:], start=1):
            target = self._next(target, segment, index)
        return target

    def resolve_entities(
        self, segments: Sequence[ast.ResourceSegment | ast.ExpressionSegment]
    ) -> tuple[Target, int]:
        """What the first segments of a path lead to as long as they are entities, and how many
        segments that are."""
        first, *rest = segments
        if not isinstance(first, ast.NameSegment):
            raise not_found("$root")
        target = self._first(first)
        for index, segment in enumerate(rest, start=1):
            if not isinstance(segment, ast.NameSegment) or not _is_entity(target, segment):
                return target, index
            target = self._name(target, segment, index)
        return target, len(segments)

    # --- segments ---------------------------------------------------------------------

    def _first(self, segment: ast.ResourceSegment) -> Target:
        if isinstance(segment, ast.SystemSegment):
            if segment.name == ALL and segment.arguments is None:
                return resolve_all(self.model, self.scope_rule)
            if segment.name == "$crossjoin":
                return resolve_cross_join(segment, self.model, self.scope_rule)
            return _system_root(segment)
        if not isinstance(segment, ast.NameSegment):
            raise not_found("$count" if isinstance(segment, ast.CountSegment) else "$filter")
        entity_set = self.model.entity_sets.get(segment.name)
        if entity_set is not None:
            return self._entity_set(entity_set, segment)
        singleton = self.model.singletons.get(segment.name)
        if singleton is not None and segment.arguments is None:
            step = Step(segment.name, singleton.entity_type)
            return Target(ResourceKind.ENTITY, (step,), new_block(singleton.entity_type))
        operations = imported_operations(self.model, segment.name)
        if not operations:
            raise unknown_root(segment.name, self.model)
        return _call(Target(ResourceKind.OPERATION), operations, segment)

    def _entity_set(self, entity_set: EntitySet, segment: ast.NameSegment) -> Target:
        entity_type = entity_set.entity_type
        block = new_block(entity_type)
        step = Step(segment.name, entity_type, is_collection=True)
        is_scoped = self.scope_rule is not None and self.scope_rule.is_scoped(entity_type)
        anchors = (scope_anchor(block.root),) if is_scoped else ()
        target = Target(
            ResourceKind.COLLECTION,
            (step,),
            block,
            anchors,
            entity_set=entity_set,
            is_scoped=is_scoped,
        )
        return self._with_key(target, segment, 0)

    def _next(self, target: Target, segment: ast.ResourceSegment, index: int) -> Target:
        if target.suffix is not Suffix.NONE or target.kind in _LEAVES:
            raise not_found(segment_text(segment))
        match segment:
            case ast.CountSegment():
                return self._suffix(target, Suffix.COUNT)
            case ast.SystemSegment():
                return self._system(target, segment)
            case ast.FilterSegment():
                if target.kind is ResourceKind.PROPERTY:
                    return filter_items(target, replace(segment, position=index))
                if target.kind not in _LISTS:
                    raise not_found("$filter")
                return self._filtered(target, segment, index)
            case ast.NameSegment():
                return self._name(target, segment, index)

    def _system(self, target: Target, segment: ast.SystemSegment) -> Target:
        for suffix in (Suffix.VALUE, Suffix.REF, Suffix.QUERY, Suffix.EACH):
            if segment.name == suffix.value and segment.arguments is None:
                return self._suffix(target, suffix)
        raise not_found(segment.name)

    def _suffix(self, target: Target, suffix: Suffix) -> Target:
        if suffix is Suffix.EACH:
            check_members(target)
        if target.kind not in _SUFFIXES[suffix]:
            raise not_found(suffix.value)
        is_list = target.is_value_list
        if suffix is Suffix.VALUE and target.kind is ResourceKind.PROPERTY:
            last = target.addressed
            if isinstance(last.edm_type, ComplexType) or is_list:
                raise UriSemanticError(f"'{last.name}' has no raw value")
        is_value = any(not item.is_dynamic for item in target.property_path[-1:])
        if suffix is Suffix.COUNT and is_value and not is_list:
            raise not_found(suffix.value)
        return replace(target, suffix=suffix)

    def _name(self, target: Target, segment: ast.NameSegment, index: int) -> Target:
        if target.kind is ResourceKind.PROPERTY:
            return self._member(target, segment)
        if target.kind is ResourceKind.ALL and segment.arguments is None:
            return cast_all(target, segment.name, self.model, self.scope_rule)
        if target.kind in (ResourceKind.CROSS_JOIN, ResourceKind.ALL):
            raise not_found(segment.name)
        if target.kind is ResourceKind.COLLECTION:
            return self._operation_or_cast(target, segment, index)
        entity_type = target.entity_type
        navigation = entity_type.find_navigation(segment.name)
        if navigation is not None:
            return self._navigate(target, navigation, segment, index)
        definition = entity_type.find_property(segment.name)
        if definition is not None and segment.arguments is None:
            kind = ResourceKind.STREAM if definition.is_stream else ResourceKind.PROPERTY
            return replace(target, kind=kind, property_path=(definition,))
        path = dynamic_path(self.model, (), entity_type, segment)
        if path is not None:
            return replace(target, kind=ResourceKind.PROPERTY, property_path=path)
        return self._operation_or_cast(target, segment, index)

    def _member(self, target: Target, segment: ast.NameSegment) -> Target:
        before = target.property_path
        owner = before[-1].edm_type
        if before[-1].is_collection:
            return step_in_items(target, segment, self.model)
        if isinstance(owner, ComplexType) and "." in segment.name:
            return self._cast_value(target, owner, segment)
        member = find_property(owner, segment.name) if isinstance(owner, ComplexType) else None
        if member is None:
            path = dynamic_path(self.model, before, owner, segment)
        else:
            path = (*before, member) if segment.arguments is None else None
        if path is None:
            raise not_found(segment.name, owner)
        return replace(target, property_path=path)

    def _cast_value(
        self, target: Target, declared: ComplexType, segment: ast.NameSegment
    ) -> Target:
        found = self._derived_type(segment, declared)
        if found is None or segment.arguments is not None or target.property_path[-1].is_collection:
            raise not_found(segment.name)
        return cast_value(target, found)

    def _operation_or_cast(self, target: Target, segment: ast.NameSegment, index: int) -> Target:
        found = self._derived_type(segment, target.entity_type)
        if found is not None:
            return self._with_key(cast_entities(target, found), segment, index)
        is_collection = target.kind is ResourceKind.COLLECTION
        operations = bound_operations(
            self.model, segment.name, target.entity_type, is_collection=is_collection
        )
        if not operations:
            raise not_found(segment.name, None if is_collection else target.entity_type)
        return _call(target, operations, segment)

    def _derived_type(self, segment: ast.NameSegment, declared: Structured) -> Structured | None:
        """The type that a segment casts to; a type that is not derived leads nowhere."""
        try:
            return derived_type(self.model, segment.name, declared, segment.name)
        except UriSemanticError as error:
            raise not_found(segment.name) from error

    def _navigate(
        self, target: Target, navigation: NavigationProperty, segment: ast.NameSegment, index: int
    ) -> Target:
        step = Step(
            segment.name,
            navigation.target,
            navigation=navigation,
            is_collection=navigation.is_collection,
        )
        steps = (*target.steps, step)
        rule = self.scope_rule
        enters = bool(
            rule and target.entity_type is rule.parent and rule.is_scoped(navigation.target)
        )
        scope_key = target.steps[-1].key if enters else target.scope_key
        if enters and not target.tests:
            block = new_block(navigation.target)
            anchors: tuple[Expression, ...] = (scope_anchor(block.root),)
        else:  # what the parent must meet is asked of its own row
            block = child_block(target.root, navigation)
            anchors = target.anchors
        is_scoped = bool(rule and rule.is_scoped(navigation.target))
        kind = ResourceKind.COLLECTION if navigation.is_collection else ResourceKind.RELATED_ENTITY
        moved = replace(
            target,
            kind=kind,
            steps=steps,
            block=block,
            anchors=anchors,
            entity_set=self.model.set_of(navigation.target),
            scope_key=scope_key,
            is_scoped=is_scoped,
        )
        return self._with_key(moved, segment, index)

    def _filtered(self, target: Target, segment: ast.FilterSegment, index: int) -> Target:
        condition = PathFilter(segment.condition, index)
        filtered = replace(target, filters=(*target.filters, condition))
        if segment.key is None:
            return filtered
        # The conditions hold for this entity, wherever the path goes from it.
        tests = tuple(PathTest(target.root, item) for item in filtered.filters)
        moved = replace(target, filters=(), tests=(*target.tests, *tests))
        return self._keyed(moved, segment.key, PATH_FILTER)

    # --- keys -------------------------------------------------------------------------

    def _with_key(self, target: Target, segment: ast.NameSegment, index: int) -> Target:
        if segment.arguments is None:
            return target
        # Business Central writes picture({id}) too, where the standard has picture alone.
        if target.kind not in (ResourceKind.COLLECTION, ResourceKind.RELATED_ENTITY):
            raise not_found(segment.name)
        piece = segment_piece(index) if self.piece is None else self.piece
        return self._keyed(target, segment.arguments, piece)

    def _keyed(self, target: Target, arguments: ast.Arguments, piece: str) -> Target:
        reader = KeyReader(self.slots, self.aliases, piece)
        key = reader.read(target.entity_type, arguments)
        root = target.root
        conditions = tuple(
            Comparison(ComparisonOperator.EQ, _property_ref(root, part.name), part.value)
            for part in key
        )
        step = replace(target.steps[-1], key=key, is_collection=False)
        return replace(
            target,
            kind=ResourceKind.ENTITY,
            steps=(*target.steps[:-1], step),
            anchors=(*target.anchors, *conditions),
        )


_LEAVES = frozenset(
    {
        ResourceKind.SERVICE_DOCUMENT,
        ResourceKind.METADATA,
        ResourceKind.BATCH,
        ResourceKind.STREAM,
        ResourceKind.OPERATION,
    }
)
_LISTS = frozenset({ResourceKind.COLLECTION, ResourceKind.CROSS_JOIN})
_ENTITIES = frozenset({ResourceKind.ENTITY, ResourceKind.RELATED_ENTITY})
_SUFFIXES = {
    Suffix.COUNT: _LISTS | {ResourceKind.PROPERTY, ResourceKind.ALL},
    Suffix.VALUE: frozenset({ResourceKind.PROPERTY}),
    Suffix.REF: frozenset({ResourceKind.COLLECTION}) | _ENTITIES,
    Suffix.QUERY: _LISTS | {ResourceKind.PROPERTY} | _ENTITIES,
    Suffix.EACH: frozenset({ResourceKind.COLLECTION}),
}


def _is_entity(target: Target, segment: ast.NameSegment) -> bool:
    """Whether a segment behind entities leads to entities again."""
    if target.kind in _LEAVES or "." in segment.name:
        return target.kind not in _LEAVES
    is_collection = target.kind is ResourceKind.COLLECTION
    return not is_collection and target.entity_type.find_navigation(segment.name) is not None


def _system_root(segment: ast.SystemSegment) -> Target:
    if segment.name == "$metadata" and segment.arguments is None:
        return Target(ResourceKind.METADATA)
    if segment.name == "$batch" and segment.arguments is None:
        return Target(ResourceKind.BATCH)
    if segment.name == "$entity":
        raise NotImplementedYetError(f"{segment.name} is not supported")
    raise not_found(segment.name)


def _call(target: Target, operations: tuple[Operation, ...], segment: ast.NameSegment) -> Target:
    return replace(
        target,
        kind=ResourceKind.OPERATION,
        operation=segment.name,
        operations=operations,
        arguments=segment.arguments,
    )


def _property_ref(source: Source, name: str) -> PropertyRef:
    definition = source.entity_type.find_property(name)
    if definition is None:
        raise LookupError(f"{source.entity_type.name}.{name}")
    return PropertyRef(source, definition, (name,))
