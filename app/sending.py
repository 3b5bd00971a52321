"""The body of an answer, until its last piece has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from models.operation import pause_operation, resume_operation


class Sending(Iterator[bytes]):
    """Pieces that are made while others are sent; ``release`` is called, once, after the last
    of them or when nobody wants more. How long the client takes to read them does not count for
    the time of the operation."""

    def __init__(self, pieces: Iterable[bytes], release: Callable[[], None]) -> None:
        self._body = pieces
        self._pieces = iter(pieces)
        self._release: Callable[[], None] | None = release
        pause_operation()

    def __next__(self) -> bytes:
        """The next piece."""
        resume_operation()
        try:
            return next(self._pieces)
        except StopIteration:
            self._end()
            raise
        finally:
            pause_operation()

    def close(self) -> None:
        """Make no more of them."""
        close: Callable[[], None] | None = getattr(self._body, "close", None)
        if close is not None:
            close()
        self._end()

    def _end(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()
