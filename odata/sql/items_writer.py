"""Stored collections as they travel: complex items with their types, names, long numbers.

The layout comes to SQLite's function as text; Python uses the same function.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from odata.query.written_items import (
    ItemLayout,
    LongNumber,
    MemberNames,
    WrittenMember,
    WrittenObject,
    WrittenType,
)
from odata.sql.dynamic_text import json_text, read_items
from odata.sql.item_text import TYPE
from odata.sql.value_text import flags_text

JsonAny = Any  # any JSON value, with decimals for numbers that have a fraction


def layout_text(layout: ItemLayout) -> str:
    """A layout as text."""
    return json.dumps(_told(layout))


def _told(layout: ItemLayout | None) -> JsonAny:
    match layout:
        case None:
            return None
        case LongNumber():
            return ["long"]
        case MemberNames():
            return ["names", layout.texts, layout.is_flags]
        case WrittenObject():
            types = [
                [item.name, [_told_member(one) for one in item.members]] for item in layout.types
            ]
            return ["object", layout.prefix, layout.tells_all, types, layout.is_open]


def _told_member(member: WrittenMember) -> JsonAny:
    return [member.name, member.annotation, _told(member.layout), member.is_collection]


def _read(told: JsonAny) -> ItemLayout | None:
    if told is None:
        return None
    kind, *rest = told
    if kind == "long":
        return LongNumber()
    if kind == "names":
        return MemberNames(tuple((number, name, text) for number, name, text in rest[0]), rest[1])
    types = tuple(
        WrittenType(
            name, tuple(WrittenMember(one[0], one[1], _read(one[2]), one[3]) for one in members)
        )
        for name, members in rest[2]
    )
    return WrittenObject(rest[0], rest[1], types, rest[3])


def written_items(text: str | None, layout: str) -> str | None:
    """A stored collection as it travels; a function of SQLite."""
    return None if text is None else items_writer(layout)(text)


@lru_cache(maxsize=512)
def items_writer(layout: str) -> Callable[[str], str]:
    """What writes a stored collection as a layout says."""
    write = _writer(_read(json.loads(layout)))
    return lambda text: f"[{','.join([write(item) for item in read_items(text)])}]"


def _writer(layout: ItemLayout | None) -> Callable[[JsonAny], str]:
    match layout:
        case None:
            return json_text
        case LongNumber():
            return lambda item: "null" if item is None else f'"{json_text(item)}"'
        case MemberNames():
            return _names_writer(layout)
        case WrittenObject():
            return _object_writer(layout)


def _names_writer(layout: MemberNames) -> Callable[[JsonAny], str]:
    numbers = {number: text for number, _, text in layout.texts}
    names = {name: text for _, name, text in layout.texts}

    def write(item: JsonAny) -> str:
        if item is None:
            return "null"
        if isinstance(item, str):
            return json_text(",".join(names.get(name, name) for name in item.split(",")))
        if layout.is_flags:
            return json_text(flags_text(item, numbers))
        return json_text(numbers.get(item, str(item)))

    return write


def _object_writer(layout: WrittenObject) -> Callable[[JsonAny], str]:
    declared = layout.types[0].name
    members = {item.name: [*map(_member_writer, item.members)] for item in layout.types}

    known = {item.name: {one.name for one in item.members} for item in layout.types}

    def write(item: JsonAny) -> str:
        if item is None:
            return "null"
        found = item.get(TYPE, "").removeprefix("#")
        name = found if found in members else declared
        parts = [*_type_of(layout, name), *(one(item) for one in members[name])]
        if layout.is_open:
            parts += _dynamic(item, known[name], layout.prefix)
        return "{" + ",".join(parts) + "}"

    return write


def _dynamic(item: Mapping[str, JsonAny], known: set[str], prefix: str) -> Iterator[str]:
    """What no type declares, with the types that stand beside it."""
    for name, value in item.items():
        member, _, annotation = name.partition(TYPE)
        if member in known or not member:
            continue
        if name == member:
            yield f"{json_text(name)}:{json_text(value)}"
        elif prefix and not annotation:
            yield f"{json_text(f'{member}{prefix}type')}:{json_text(value)}"


def _type_of(layout: WrittenObject, name: str) -> Iterator[str]:
    if layout.prefix and (layout.tells_all or name != layout.types[0].name):
        yield f'"{layout.prefix}type":"#{name}"'


def _member_writer(member: WrittenMember) -> Callable[[Mapping[str, JsonAny]], str]:
    write = _writer(member.layout)
    head = f"{member.annotation}{json_text(member.name)}:"
    if member.is_collection:
        return lambda item: (
            f"{head}[{','.join([write(one) for one in item.get(member.name) or ()])}]"
        )
    return lambda item: head + write(item.get(member.name))
