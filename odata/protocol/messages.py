"""A request and a response, free of any web framework.

``Request`` is written by the host (and by ``$batch`` for its parts); ``Response`` is written
by the engine. Header names are lower-case in a request.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from odata.uri.ast import QueryOptions

# Exchanges by the shapes of their requests; an exchange knows its request, not the other way.
SettledReads = dict[tuple[str, ...], Any]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking.

    ``roles`` are names; what they allow, the grants of the data source say. ``scopes`` are the
    keys of the company-like parents that the caller may see; None means all. ``roles_in`` adds
    roles in single scopes: a reader of one company may be a writer in another. ``attributes``
    are what the row conditions of grants speak of, such as the customers whom a portal user
    belongs to.
    """

    name: str
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    roles_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ANONYMOUS = Principal("anonymous", scopes=frozenset())


@dataclass(slots=True)
class Request:
    """One request to the service.

    ``service_root`` is the absolute root that was asked, with its trailing slash;
    ``path`` is what follows it, still percent-encoded, without the query;
    ``query`` is the raw query string without its question mark. ``options`` stand in the place
    of the query where the caller is a part of the program that has syntax instead of text;
    ``at`` is when, where several requests are one to whoever sent them, ``address`` from where.
    ``settled`` are the earlier reads of the same batch with the same header fields, ``opened`` is
    what was made of this one when it was looked ahead at.
    """

    method: str
    service_root: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    principal: Principal = ANONYMOUS
    request_id: str = ""
    options: QueryOptions | None = None
    at: datetime.datetime | None = None
    address: str = ""
    settled: SettledReads | None = None
    opened: Any = None

    def header(self, name: str) -> str | None:
        """The value of a header by its lower-case name."""
        return self.headers.get(name)


@dataclass(slots=True)
class Response:
    """One answer. ``body`` is whole bytes or an iterable of chunks to stream."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterable[bytes] = b""

    def set_header(self, name: str, value: str) -> None:
        """Replace every header of this name by one."""
        self.headers = [item for item in self.headers if item[0].lower() != name.lower()]
        self.headers.append((name, value))

    def with_header(self, name: str, value: str) -> Response:
        """The same response with one more header."""
        self.headers.append((name, value))
        return self

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever its case."""
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None


def whole_body(response: Response) -> bytes:
    """The body in one piece; reading a streamed one may fail."""
    return response.body if isinstance(response.body, bytes) else b"".join(response.body)
