"""The items of a JSON array, and the members of an object, as they are written.

They may stand with blanks between them: what is stored was not written by this version alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

_decoder = json.JSONDecoder()
_BLANKS = " \t\n\r"


def split_items(array: bytes) -> Iterator[bytes]:
    """The texts of the items of an array."""
    text = array.decode()
    place = _behind_blanks(text, _behind_blanks(text, 0) + 1)
    while text[place] != "]":
        _, end = _decoder.raw_decode(text, place)
        yield text[place:end].encode()
        place = _next(text, end)


def find_item(array: bytes, index: int) -> bytes | None:
    """The text of the item at a place, counted from the end where it is negative."""
    items = list(split_items(array))
    return items[index] if -len(items) <= index < len(items) else None


def find_member(value: bytes, name: str) -> bytes | None:
    """The text of a member of an object: null where it is not told; None where there is no
    object."""
    text = value.decode()
    if text[:1] != "{":
        return None
    place = _behind_blanks(text, 1)
    while text[place] != "}":
        found, end = _decoder.raw_decode(text, place)
        start = _next(text, end)
        _, end = _decoder.raw_decode(text, start)
        if found == name:
            return text[start:end].encode()
        place = _next(text, end)
    return b"null"


def _next(text: str, end: int) -> int:
    """Where what follows a text begins: behind a comma or a colon, or the end of the whole."""
    place = _behind_blanks(text, end)
    return _behind_blanks(text, place + 1) if text[place] in ",:" else place


def _behind_blanks(text: str, place: int) -> int:
    while text[place] in _BLANKS:
        place += 1
    return place
