"""Where in the text of a request a fault stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from odata.errors import ODataError
from odata.uri.limits import walk


@contextmanager
def placed(piece: str, position: int) -> Iterator[None]:
    """Have a fault of what stands in ``piece`` name it, and this place where it names none.

    What is nested in an item of ``$expand`` or ``$select`` is a part of that option's text, in
    which its positions count.
    """
    try:
        yield
    except ODataError as error:
        if error.target is None or error.target.startswith("$"):
            error.target = piece
            if error.position is None and position >= 0:
                error.position = position
        raise


def start_of(tree: object) -> int:
    """Where the first part of a tree stands that knows its position; -1 where none does."""
    places = (getattr(node, "position", -1) for node, _ in walk(tree))
    return min((place for place in places if place >= 0), default=-1)
