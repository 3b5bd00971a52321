"""Changes of expanded entities, as changes of the entities that they are expanded below.

A delta tells of an entity again, with all that is expanded below it, when something below it has
changed: was changed itself, came, left or was removed. Whom a changed entity belongs to is read
from its row, whom it belonged to from the log, which keeps the old values of what links them.

Cites: OData Protocol 11.3 (requesting changes), OData JSON 15.3 (expanded entities in a delta).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import INTEGER_TYPES, Property
from odata.query.plan import Among, Expression, PropertyRef, Source, new_block
from odata.query.read_plan import ExpandPlan, ReadPlan
from odata.query.target import scope_anchor
from odata.service.own_values import shows_own_values
from odata.service.writing import Writer
from odata.sql.change_log import ChangeLog, Span
from odata.sql.reader import StatementBuilder, TypedRead
from odata.sql.statement import RequestValues

Key = tuple[object, ...]
Values = tuple[str | None, ...]  # of the properties that link two entities, as the log writes them
Numbers = dict[Key, int]  # of the last changes, by the keys of entities

_AMONG = "changed_values"
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """How changes of one expanded level lead to the level above.

    ``parents`` reads keys and linking values of the level above by the first of those values,
    ``children`` those of changed entities by their keys, where the keys alone do not link.
    """

    entity_type: EntityType
    names: tuple[str, ...]
    first: Property
    parents: TypedRead
    children: TypedRead | None
    below: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a delta is asked for: the values of the request, its scope, the span."""

    values: RequestValues
    scope: str | None
    span: Span


class ExpandedChanges:
    """Follows changes of expanded entities to those above them."""

    def __init__(self, writer: Writer, log: ChangeLog) -> None:
        self._writer = writer
        self._log = log

    def can_follow(self, plan: ReadPlan) -> bool:
        """Whether changes of all that a plan expands are known."""
        return all(self._is_followed(item, plan.entity_type) for item in plan.expands)

    def _is_followed(self, expand: ExpandPlan, above: EntityType) -> bool:
        target, links = expand.navigation.target, expand.navigation.constraints
        keys = target.all_key_names()
        is_linked_by_key = all(item.referenced_name in keys for item in links)
        return (
            bool(links)
            and self._writer.source.of(target).is_logged
            and not self._is_limited(target)
            and shows_own_values(expand.read)
            and len(above.all_key_names()) == 1
            and (is_linked_by_key or len(keys) == 1)
            and self.can_follow(expand.read)
        )

    def _is_limited(self, entity_type: EntityType) -> bool:
        """Whether the caller sees some of the entities alone, which may change unlogged."""
        limits = self._writer.source.row_limits.get(entity_type)
        return limits is not None and bool(limits.sets)

    # --- statements -----------------------------------------------------------------------

    def ways(self, plan: ReadPlan, builder: StatementBuilder) -> tuple[Way, ...]:
        """The ways up to the entities of a plan."""
        return tuple(self._way(item, plan, builder) for item in plan.expands)

    def _way(self, expand: ExpandPlan, above: ReadPlan, builder: StatementBuilder) -> Way:
        navigation = expand.navigation
        child = navigation.target
        names = tuple(item.referenced_name for item in navigation.constraints)
        root = above.block.root
        owner = expand.owner or root.entity_type
        own = [owner.property_named(item.property_name) for item in navigation.constraints]
        links = [PropertyRef(root, item, (item.name,)) for item in own]
        return Way(
            child,
            names,
            own[0],
            builder.values(
                ReadPlan(above.block, anchors=above.anchors, filters=(Among(links[0], _AMONG),)),
                [*_key_of(root), *links],
            ),
            self._children(navigation, names, builder),
            self.ways(self._whole(child, expand.read), builder),
        )

    def _children(
        self, navigation: NavigationProperty, names: tuple[str, ...], builder: StatementBuilder
    ) -> TypedRead | None:
        child = navigation.target
        if set(names) <= set(child.all_key_names()):
            return None
        plan = self._whole(child)
        root = plan.block.root
        (key,) = _key_of(root)
        plan.filters = (Among(key, _AMONG),)
        linking = (child.property_named(name) for name in names)
        return builder.values(plan, [key, *(PropertyRef(root, x, (x.name,)) for x in linking)])

    def _whole(self, entity_type: EntityType, like: ReadPlan | None = None) -> ReadPlan:
        """All entities of a type in the scope, with the expansions of another plan."""
        block = new_block(entity_type)
        is_scoped = self._writer.source.of(entity_type).scope is not None
        anchors: tuple[Expression, ...] = (scope_anchor(block.root),) if is_scoped else ()
        return ReadPlan(block, anchors=anchors, expands=like.expands if like else ())

    # --- changes --------------------------------------------------------------------------

    def above(self, ways: tuple[Way, ...], asking: Asking) -> Numbers:
        """The keys above what has changed in a span, with the numbers of the last changes."""
        found: Numbers = {}
        for way in ways:
            for key, number in self._parents(way, asking):
                found[key] = max(number, found.get(key, 0))
        return found

    def _parents(self, way: Way, asking: Asking) -> Iterator[tuple[Key, int]]:
        linked = self._linked(way, asking)
        firsts = list(dict.fromkeys(values[0] for values in linked if values[0] is not None))
        for start in range(0, len(firsts), _AT_ONCE):
            part = [_typed(way.first, text) for text in firsts[start : start + _AT_ONCE]]
            for key, *values in self._read(way.parents, part, asking):
                number = linked.get(_texts(values))
                if number is not None:
                    yield (key,), number

    def _linked(self, way: Way, asking: Asking) -> Mapping[Values, int]:
        """The linking values that changed entities have or had."""
        numbers = self.above(way.below, asking)
        place = self._place(way, asking)
        for change in self._log.all_keys_in(place, asking.span):
            numbers[change.key] = max(change.sequence, numbers.get(change.key, 0))
        found: dict[Values, int] = {}
        current: dict[Key, Mapping[str, str | None]] = {}
        for key, values in self._current(way, list(numbers), asking):
            current[key] = dict(zip(way.names, values, strict=True))
            found[values] = max(numbers[key], found.get(values, 0))
        for key, number, old in self._log.old_values(place, asking.span, way.names):
            held = {**current.get(key, {}), **old}
            if all(name in held for name in way.names):
                values = tuple(held[name] for name in way.names)
                found[values] = max(number, found.get(values, 0))
        return found

    def _current(self, way: Way, keys: list[Key], asking: Asking) -> Iterator[tuple[Key, Values]]:
        if way.children is None:
            names = way.entity_type.all_key_names()
            places = [names.index(name) for name in way.names]
            yield from ((key, _texts([key[place] for place in places])) for key in keys)
            return
        for start in range(0, len(keys), _AT_ONCE):
            part = [key[0] for key in keys[start : start + _AT_ONCE]]
            for key, *values in self._read(way.children, part, asking):
                yield (key,), _texts(values)

    def _read(self, read: TypedRead, among: list[object], asking: Asking) -> Iterator[list[object]]:
        values = asking.values.with_named(**{_AMONG: self._writer.dialect.array(among)})
        return read.read(self._writer.source.database, values)

    def _place(self, way: Way, asking: Asking) -> tuple[str, str]:
        recorder = self._writer.store.recorder
        return recorder.name(way.entity_type), recorder.scope(way.entity_type, asking.scope)


def _key_of(root: Source) -> list[PropertyRef]:
    return [PropertyRef(root, item, (item.name,)) for item in root.entity_type.key_properties()]


def _texts(values: list[object]) -> Values:
    return tuple(None if value is None else str(value) for value in values)


def _typed(definition: Property, text: str) -> object:
    """A linking value as the driver takes it."""
    return int(text) if definition.edm_type in INTEGER_TYPES else text
