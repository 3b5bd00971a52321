"""The entities of a collection that changed since a position in the log of changes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.query.change import Operation
from odata.query.plan import Among, PropertyRef
from odata.query.read_plan import ReadPlan
from odata.query.resource import ResourceKind, Suffix
from odata.service.expanded_changes import Asking, ExpandedChanges, Way
from odata.service.own_values import shows_own_values
from odata.service.preparation import Prepared
from odata.service.reading import Reader
from odata.service.writing import Writer
from odata.sql.change_log import ChangeLog, KeyChange, Span
from odata.sql.change_text import key_text
from odata.sql.reader import TypedRead
from odata.sql.statement import RequestValues

_KEYS = "changed_keys"
_MOST_VARIANTS = 500
_COUNTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The place of a changed entity in a delta: the number of its last change, and its key,
    since a change of one expanded entity touches several."""

    number: int = 0
    key: str = ""

    @classmethod
    def of(cls, change: KeyChange) -> Mark:
        """Where a change stands."""
        return cls(change.sequence, key_text(change.key))


@dataclass(frozen=True, slots=True)
class DeltaPage:
    """Which changes to tell: those in a span that come behind ``after``, of at most ``size``
    entities."""

    span: Span
    size: int
    after: Mark


@dataclass(frozen=True, slots=True)
class RemovedEntity:
    """An entity that is gone, or that no longer belongs to the collection."""

    key: tuple[object, ...]
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """A page of what changed: entities as JSON objects, and those that were removed;
    ``last`` is the place of its last change where more follow."""

    changed: list[bytes]
    removed: list[RemovedEntity]
    last: Mark | None = None


@dataclass(frozen=True, slots=True)
class _Variant:
    """A preparation narrowed to changed keys; ``original`` keeps its identity taken; ``ways``
    lead up from what is expanded."""

    original: Prepared
    narrowed: Prepared
    keys: TypedRead
    ways: tuple[Way, ...]


class DeltaReader:
    """Reads deltas of one data source that has a log."""

    def __init__(self, reader: Reader, writer: Writer, log: ChangeLog) -> None:
        self._reader = reader
        self._writer = writer
        self._log = log
        self._expanded = ExpandedChanges(writer, log)
        self._variants: dict[int, _Variant] = {}

    def snapshot(self) -> AbstractContextManager[object]:
        """A transaction in which rows and positions belong together."""
        return self._writer.dialect.snapshot(self._writer.source.database)

    def position(self) -> str:
        """What a reader sees now, inside a snapshot."""
        return self._log.position()

    def is_trackable(self, prepared: Prepared, scope: str | None) -> bool:
        """Whether changes to what a request reads can be told: whole entities of a set that
        has one key property, below nothing but its scope, chosen by their own values."""
        target, plan = prepared.target, prepared.plan
        if target.kind is not ResourceKind.COLLECTION or target.suffix is not Suffix.NONE:
            return False
        depth = 2 if scope is not None and target.scope_key else 1
        if not self._writer.source.of(target.entity_type).is_logged:
            return False
        if plan is None or plan.identity is not None or len(target.steps) != depth:
            return False
        if self._is_limited(target.entity_type, scope) or not self._expanded.can_follow(plan):
            return False
        if not shows_own_values(plan):
            return False
        return len(target.entity_type.all_key_names()) == 1

    def _is_limited(self, entity_type: EntityType, scope: str | None) -> bool:
        """Whether the log knows of entities that the caller may not: it would tell their keys."""
        limits = self._writer.source.row_limits.get(entity_type)
        return limits is not None and (bool(limits.sets) or scope is None)

    def read(
        self,
        prepared: Prepared,
        values: RequestValues,
        scope: str | None,
        page: DeltaPage,
    ) -> Delta:
        """A page of what changed in a span, inside a snapshot."""
        asking = Asking(values, scope, page.span)
        changes = self._changes(prepared, asking, page.after, page.size + 1)
        told = changes[: page.size]
        asked = _existing(told)
        shown: set[tuple[object, ...]] = set()
        changed: list[bytes] = []
        if asked:
            shown = self._shown(prepared, values, asked)
            changed = self._changed(prepared, values, asked)
        removed = [_removed(item) for item in told if _is_removed(item, shown)]
        last = Mark.of(told[-1]) if len(changes) > page.size else None
        return Delta(changed, removed, last)

    def count(
        self, prepared: Prepared, values: RequestValues, scope: str | None, span: Span
    ) -> int:
        """How many entities all pages of a span tell of."""
        asking, after, found = Asking(values, scope, span), Mark(), 0
        while changes := self._changes(prepared, asking, after, _COUNTED_AT_ONCE):
            asked = _existing(changes)
            shown = self._shown(prepared, values, asked) if asked else set()
            found += sum(item.key in shown or _is_removed(item, shown) for item in changes)
            after = Mark.of(changes[-1])
        return found

    def _changes(
        self, prepared: Prepared, asking: Asking, after: Mark, limit: int
    ) -> list[KeyChange]:
        """The next changes of entities of the collection, and of what is expanded below them:
        who has changed himself is told as that."""
        place = self._place(prepared, asking.scope)
        changes = self._log.keys_in(place, asking.span, after.number, limit)
        ways = self._variant(prepared).ways
        if not ways:
            return changes
        above = self._expanded.above(ways, asking)
        if above:
            for change in self._log.all_keys_in(place, asking.span):
                above.pop(change.key, None)
        touched = (
            KeyChange(key, Operation.UPDATE, Operation.UPDATE, number)
            for key, number in above.items()
        )
        behind = (change for change in touched if Mark.of(change) > after)
        return sorted([*changes, *behind], key=Mark.of)[:limit]

    def _place(self, prepared: Prepared, scope: str | None) -> tuple[str, str]:
        recorder, entity_type = self._writer.store.recorder, prepared.target.entity_type
        return recorder.name(entity_type), recorder.scope(entity_type, scope)

    def _shown(
        self, prepared: Prepared, values: RequestValues, asked: list[object]
    ) -> set[tuple[object, ...]]:
        """The keys among those asked for that still belong to the collection."""
        variant, values = self._variant(prepared), self._among(values, asked)
        return {tuple(row) for row in variant.keys.read(self._writer.source.database, values)}

    def _changed(
        self, prepared: Prepared, values: RequestValues, asked: list[object]
    ) -> list[bytes]:
        """The entities of these keys that belong to the collection."""
        variant, values = self._variant(prepared), self._among(values, asked)
        page = self._reader.page(variant.narrowed, values, len(asked))
        return [row for chunk in page.chunks for row in chunk]

    def _among(self, values: RequestValues, asked: list[object]) -> RequestValues:
        return values.with_named(**{_KEYS: self._writer.dialect.array(asked)}, offset=0)

    def _variant(self, prepared: Prepared) -> _Variant:
        found = self._variants.get(id(prepared))
        if found is None or found.original is not prepared:
            if len(self._variants) >= _MOST_VARIANTS:
                self._variants.clear()
            found = self._variants[id(prepared)] = self._narrowed(prepared)
        return found

    def _narrowed(self, prepared: Prepared) -> _Variant:
        preparer = prepared.preparer
        plan, root = prepared.read_plan, prepared.target.root
        definition = plan.entity_type.key_properties()[0]
        key = PropertyRef(root, definition, (definition.name,))
        filters = (*plan.filters, Among(key, _KEYS))
        narrowed = Prepared(
            prepared.target,
            prepared.options,
            prepared.style,
            preparer,
            replace(plan, filters=filters, top=None, skip=None),
        )
        narrowed.level = preparer.first_level(narrowed)
        keys = ReadPlan(plan.block, anchors=plan.anchors, filters=filters)
        read = preparer.builder.values(keys, [key])
        ways = self._expanded.ways(prepared.read_plan, preparer.builder)
        return _Variant(prepared, narrowed, read, ways)


def _existing(changes: list[KeyChange]) -> list[object]:
    """The keys of entities that were not deleted."""
    return [item.key[0] for item in changes if item.last is not Operation.DELETE]


def _is_removed(change: KeyChange, shown: set[tuple[object, ...]]) -> bool:
    """Whether a client may still have an entity that no longer belongs to the collection."""
    return change.first is not Operation.CREATE and change.key not in shown


def _removed(change: KeyChange) -> RemovedEntity:
    return RemovedEntity(change.key, is_deleted=change.last is Operation.DELETE)
