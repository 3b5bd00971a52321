"""The items of a JSON array as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator

_decoder = json.JSONDecoder()


def split_items(array: bytes) -> Iterator[bytes]:
    """The texts of the items of an array without blanks between them."""
    text = array.decode()
    place = 1
    while place < len(text) - 1:
        _, end = _decoder.raw_decode(text, place)
        yield text[place:end].encode()
        place = end + 1


def find_item(array: bytes, index: int) -> bytes | None:
    """The text of the item at a place, counted from the end where it is negative."""
    items = list(split_items(array))
    return items[index] if -len(items) <= index < len(items) else None


def find_member(value: bytes, name: str) -> bytes | None:
    """The text of a member of an object without blanks between its members: null where it is
    not told; None where there is no object."""
    text = value.decode()
    if text[:1] != "{":
        return None
    place = 1
    while place < len(text) - 1:
        found, colon = _decoder.raw_decode(text, place)
        _, end = _decoder.raw_decode(text, colon + 1)
        if found == name:
            return text[colon + 1 : end].encode()
        place = end + 1
    return b"null"
