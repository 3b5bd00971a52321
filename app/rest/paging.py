"""Pages by number: read, counted, linked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from odata.errors import BadRequestError

_DIGITS = re.compile(r"[0-9]{1,9}")
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class PageStyle:
    """The names of a page's options, its usual size, and whether links are headers."""

    size_option: str = "per_page"
    usual_size: int = 25
    has_links: bool = False
    page_option: str = "page"

    def read(self, options: Sequence[tuple[str, str]]) -> WantedPage:
        """The page that a request wants."""
        given = dict(options)
        number = _whole(self.page_option, given.get(self.page_option, "1"), None)
        size_text = given.get(self.size_option, str(self.usual_size))
        size = _whole(self.size_option, size_text, MOST_ROWS)
        return WantedPage(number, size)

    def headers(
        self, address: str, options: Sequence[tuple[str, str]], page: ShownPage
    ) -> list[tuple[str, str]]:
        """The headers that tell of other pages."""
        if not self.has_links:
            return []
        kept = [pair for pair in options if pair[0] not in (self.page_option, self.size_option)]
        links = (
            f'<{address}?{self._query(kept, number, page.size)}>; rel="{relation}"'
            for relation, number in page.relations()
        )
        return [("Link", ", ".join(links)), ("X-Total-Count", str(page.total))]

    def _query(self, kept: Iterable[tuple[str, str]], number: int, size: int) -> str:
        pairs = [*kept, (self.page_option, str(number)), (self.size_option, str(size))]
        return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page by number, from one on, and size."""

    number: int
    size: int

    @property
    def skip(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page and how many rows there are in all."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of pages."""
        return -(-self.total // self.size)

    def relations(self) -> Iterable[tuple[str, int]]:
        """The pages to link to."""
        last = max(self.last, 1)
        yield "self", self.number
        yield "first", 1
        if self.number > 1:
            yield "previous", min(self.number - 1, last)
        if self.number < last:
            yield "next", self.number + 1
        yield "last", last


def _whole(name: str, text: str, most: int | None) -> int:
    number = int(text) if _DIGITS.fullmatch(text) else 0
    if number < 1 or (most is not None and number > most):
        limit = f" from 1 to {most}" if most is not None else " from 1 on"
        raise BadRequestError(f"{name} is a whole number{limit}", target=name)
    return number
