"""What is kept of requests, by their shapes: preparations, and where paths lead."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from odata.edm.model import Model
from odata.query.parameters import SlotTable
from odata.query.resource import ResourceResolver, ScopeRule, Target
from odata.service.preparation import Asked, Prepared
from odata.service.shapes import RequestShape
from odata.uri import ast
from odata.uri.ast import Literal
from odata.uri.limits import ParserLimits
from odata.uri.query_options import read_options
from odata.uri.resource_path import parse_resource_path

# Requests of one shape that differ in what cannot be a parameter.
_MOST_VARIANTS = 64


@dataclass(slots=True)
class _Variants:
    pinned: tuple[int, ...]
    by_text: dict[tuple[str, ...], Prepared] = field(default_factory=dict)


@dataclass(slots=True)
class CacheCounters:
    """How often a shape was known, and how often it was prepared."""

    hits: int = 0
    misses: int = 0


class PlanCache:
    """Preparations by shape; of more than ``capacity`` in all, those of the shapes that were
    prepared longest ago are dropped."""

    def __init__(self, capacity: int = 1000) -> None:
        self.counters = CacheCounters()
        self._capacity = capacity
        self._entries: OrderedDict[object, _Variants] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many preparations are kept."""
        return self._size

    def find(self, path: str, shape: RequestShape, asked: Asked) -> Prepared:
        """The preparation of a request, made now if its shape is new."""
        key = (shape.key, asked)
        variants = self._entries.get(key)
        if variants is not None:
            pinned = variants.pinned
            found = variants.by_text.get(_texts(shape.literals, pinned) if pinned else ())
            if found is not None:
                self.counters.hits += 1
                return found
        self.counters.misses += 1
        prepared, claimed = asked.preparer.prepare(path, shape, asked)
        self._keep(key, shape, claimed, prepared)
        return prepared

    def _keep(
        self, key: object, shape: RequestShape, claimed: set[int], prepared: Prepared
    ) -> None:
        pinned = tuple(index for index in range(len(shape.literals)) if index not in claimed)
        prepared.pinned = pinned
        with self._lock:
            variants = self._entries.pop(key, None)
            self._size -= len(variants.by_text) if variants is not None else 0
            if variants is None or variants.pinned != pinned:
                variants = _Variants(pinned)
            elif len(variants.by_text) >= _MOST_VARIANTS:
                variants.by_text.clear()
            variants.by_text[_texts(shape.literals, pinned)] = prepared
            self._entries[key] = variants
            self._size += len(variants.by_text)
            while self._size > self._capacity:
                self._size -= len(self._entries.popitem(last=False)[1].by_text)


class PathTargets:
    """What paths lead to in the whole model, by the shape of the path."""

    def __init__(
        self,
        model: Model,
        scope_rule: ScopeRule | None,
        limits: ParserLimits,
        capacity: int = 1000,
    ) -> None:
        self._model = model
        self._limits = limits
        self._scope_rule = scope_rule
        self._capacity = capacity
        self._targets: dict[object, Target] = {}

    def find(self, path: str, shape: RequestShape) -> Target:
        """The target of a path; what depends on its options is left open."""
        found = self._targets.get(shape.key)
        if found is None:
            slots = SlotTable(shape.positions)
            aliases = self._aliases(shape) if "@" in path else {}
            resolver = ResourceResolver(self._model, self._scope_rule, slots, aliases)
            found = resolver.resolve(parse_resource_path(path, limits=self._limits))
            if not _of_path(shape) - slots.claimed:
                self._keep(shape, found)
        return found

    def _aliases(self, shape: RequestShape) -> dict[str, ast.Expression]:
        return dict(read_options(shape.options, limits=self._limits).aliases)

    def _keep(self, shape: RequestShape, target: Target) -> None:
        if len(self._targets) >= self._capacity:
            self._targets.clear()
        self._targets[shape.key] = target


def _of_path(shape: RequestShape) -> set[int]:
    """The slots of literals that may decide where a path leads."""
    return {slot for (piece, _), slot in shape.positions.items() if piece[0] in "/@"}


def _texts(literals: Sequence[Literal], pinned: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(literals[index].text for index in pinned) if pinned else ()
