"""Types derived from one another in the database.

All entities of a hierarchy are rows of one table, whose discriminator column tells the type
of each. What a derived type adds stands in further columns of that table, or in a table of
its own whose primary key is that of the first one.

Cites: OData CSDL 6.2 (derived entity type), 9.2 (derived complex type).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import peewee

from odata.edm.types import ComplexType

TypeValue = str | int  # what a discriminator column keeps

# Values become a part of statements, so that indexes on one type can serve them.
_PLAIN = re.compile(r"[\w .\-]{1,100}\Z")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Which value of ``column`` stands for which type, by name; abstract types have none.

    ``parts`` are the tables of derived types that have one of their own; ``searchable`` are
    the columns with text to search of all types.
    """

    column: peewee.Field
    values: dict[str, TypeValue] = field(default_factory=dict)
    parts: dict[str, type[peewee.Model]] = field(default_factory=dict)
    searchable: dict[str, peewee.Field] = field(default_factory=dict)

    def add(self, name: str, value: TypeValue) -> None:
        """Let a value stand for a type."""
        if isinstance(value, str) and not _PLAIN.match(value):
            raise ValueError(f"the type {name} cannot be told by the value {value!r}")
        if value in self.values.values():
            raise ValueError(f"the value {value!r} tells two types, {name} among them")
        self.values[name] = value

    def literals(self, structured: ComplexType) -> list[str]:
        """The values of a type and of those derived from it, as SQL."""
        types = (structured, *structured.descendants())
        return [_literal(self.values[item.name]) for item in types if item.name in self.values]

    def is_whole(self, structured: ComplexType) -> bool:
        """Whether every row is of this type."""
        return len(self.literals(structured)) == len(self.values)

    def parts_of(self, structured: ComplexType) -> list[type[peewee.Model]]:
        """The tables that may have a part of an entity of this type."""
        return [self.parts[name] for name in _line(structured) if name in self.parts]

    def own_parts(self, structured: ComplexType) -> list[type[peewee.Model]]:
        """The tables that have a part of every entity of this type, the base types' first."""
        return [self.parts[name] for name in _bases(structured) if name in self.parts]


def _bases(structured: ComplexType) -> list[str]:
    above = _bases(structured.base) if structured.base is not None else []
    return [*above, structured.name]


def _line(structured: ComplexType) -> Iterable[str]:
    return (*_bases(structured), *(item.name for item in structured.descendants()))


def _literal(value: TypeValue) -> str:
    return f"'{value}'" if isinstance(value, str) else str(int(value))


def part_key(model: type[peewee.Model]) -> tuple[peewee.Field, ...]:
    """The primary key of the table of a part: that of the first table, in its order."""
    keys = model._meta.get_primary_keys()  # type: ignore[no-untyped-call]  # noqa: SLF001 - Peewee's published name
    return tuple(keys)


def complex_hierarchy(column: peewee.Field, values: Mapping[ComplexType, TypeValue]) -> Hierarchy:
    """The hierarchy of the complex types that one property may have; abstract ones have no
    value."""
    hierarchy = Hierarchy(column)
    for complex_type, value in values.items():
        if complex_type.base is not None:
            complex_type.base.add_derived(complex_type)
        hierarchy.add(complex_type.name, value)
    return hierarchy
