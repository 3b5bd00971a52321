"""How the items of a collection travel, where that is not as they are stored.

A layout is a value by itself, so that databases and Python can write by the same one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LongNumber:
    """A number that travels as text."""


@dataclass(frozen=True, slots=True)
class MemberNames:
    """A member of an enumeration, stored by its number or its name, by the text that travels;
    several where the type has flags."""

    texts: tuple[tuple[int, str, str], ...]  # number, name, text
    is_flags: bool


@dataclass(frozen=True, slots=True)
class WrittenMember:
    """A member of a complex value; ``annotation`` comes before its name."""

    name: str
    annotation: str
    layout: ItemLayout | None
    is_collection: bool


@dataclass(frozen=True, slots=True)
class WrittenType:
    """The members of values of one type."""

    name: str
    members: tuple[WrittenMember, ...]


@dataclass(frozen=True, slots=True)
class WrittenObject:
    """A complex value, first of the declared type, then of those derived from it. ``prefix`` is
    that of control information (blank: none); with ``tells_all`` the declared type is told,
    too; an open one shows what no type declares."""

    prefix: str
    tells_all: bool
    types: tuple[WrittenType, ...]
    is_open: bool = False


ItemLayout = LongNumber | MemberNames | WrittenObject
