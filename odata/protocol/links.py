"""URLs of entities and of following pages, in the form that Business Central gives them.

Cites: OData Protocol 11.2.6.7 (next link), URL Conventions 4.3 (canonical URL),
Business Central reference §10.1 (``aid`` and ``$skiptoken``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from odata.edm.types import Primitive
from odata.protocol.long_links import shortened
from odata.uri.literals import write_literal

_REPLACED = frozenset({"skip", "skiptoken", "aid"})
_KEY_CHARACTERS = "!$'()*,:;=@"


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One value of a key with its name and type."""

    name: str
    edm_type: Primitive
    value: object


@dataclass(frozen=True, slots=True)
class PathSegment:
    """A segment of a canonical path; ``key`` is a key predicate without parentheses."""

    name: str
    key: str = ""

    @property
    def text(self) -> str:
        """The segment as in a context URL."""
        return f"{self.name}({self.key})" if self.key else self.name


@dataclass(frozen=True, slots=True)
class Page:
    """Where the next page starts; ``remaining_top`` is what ``$top`` still allows."""

    token: str
    remaining_top: int | None = None


def next_link(service_root: str, path: str, options: Iterable[tuple[str, str]], page: Page) -> str:
    """The absolute link to the next page.

    ``path`` is percent-encoded, ``options`` are the decoded pairs of the query: they come
    back encoded, without what told where this page started.
    """
    kept = [_encode(*pair) for pair in _carried(options, page.remaining_top)]
    query = "&".join([*kept, "aid=FIN", f"$skiptoken={page.token}"])
    return shortened(f"{service_root}{path}?{query}")


def context_path(segments: Iterable[PathSegment]) -> str:
    """The path as in a context URL: keys in parentheses, nothing percent-encoded."""
    return "/".join(segment.text for segment in segments)


def entity_path(segments: Iterable[PathSegment]) -> str:
    """The path of an entity relative to the service root, percent-encoded."""
    return "/".join(quote(segment.text, safe=_KEY_CHARACTERS) for segment in segments)


def entity_location(service_root: str, segments: Iterable[PathSegment]) -> str:
    """The absolute URL of an entity."""
    return service_root + entity_path(segments)


def key_predicate(values: Iterable[KeyValue]) -> str:
    """The content of the parentheses: one value bare, several with their names."""
    listed = tuple(values)
    if len(listed) == 1:
        return _literal(listed[0])
    return ",".join(f"{item.name}={_literal(item)}" for item in listed)


def _carried(
    options: Iterable[tuple[str, str]], remaining_top: int | None
) -> Iterable[tuple[str, str]]:
    for name, value in options:
        plain = name.removeprefix("$").lower()
        if plain in _REPLACED:
            continue
        if plain == "top" and remaining_top is not None:
            yield "$top", str(remaining_top)
        else:
            yield name, value


def _encode(name: str, value: str) -> str:
    return f"{quote(name, safe='$@')}={quote(value, safe='')}"


def _literal(item: KeyValue) -> str:
    return write_literal(item.value, item.edm_type)
