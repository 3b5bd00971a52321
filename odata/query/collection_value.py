"""Collections of values that expressions make, and what is told of two collections.

Cites: OData URL Conventions 5.1.1.5-5.1.1.6 (string and collection functions).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from odata.query.plan import Expression, ItemRef, Items, SetValue


@dataclass(frozen=True, slots=True, eq=False)
class CollectionValue(SetValue):
    """A collection; ``edm_type`` is the type of its items."""


@dataclass(frozen=True, slots=True, eq=False)
class ListedValues(CollectionValue):
    """The values of a JSON array."""

    values: tuple[Expression, ...] = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class JoinedValues(CollectionValue):
    """The items of one collection, then those of another."""

    first: Items = field(kw_only=True)
    second: Items = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class PartOfValues(CollectionValue):
    """The items from a place on, counted from the end where it is negative, and not more than
    ``length``."""

    items: Items = field(kw_only=True)
    start: Expression = field(kw_only=True)
    length: Expression | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SameValues(CollectionValue):
    """The items as they are."""

    items: Items = field(kw_only=True)


class CollectionTest(Enum):
    """What two collections are asked."""

    EQUAL = auto()
    CONTAINS = auto()
    STARTS_WITH = auto()
    ENDS_WITH = auto()
    HAS_SUBSET = auto()
    HAS_SUBSEQUENCE = auto()
    PLACE = auto()  # where the second begins in the first, counted from zero; -1: nowhere


@dataclass(frozen=True, slots=True, eq=False)
class ComparedCollections(SetValue):
    """What a test of two collections comes to; the items tell as what they are seen, and
    ``difference`` what makes complex ones differ."""

    test: CollectionTest = field(kw_only=True)
    left: ItemRef = field(kw_only=True)
    right: ItemRef = field(kw_only=True)
    difference: Expression | None = None
