"""What a batch is made of: its requests, and their answers.

Cites: OData Protocol 11.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter

from odata.errors import BadRequestError
from odata.protocol.batch_url import reference_in
from odata.protocol.messages import Response

_BAD_REQUEST = int(HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a batch. ``requires`` are the ids and groups that must have succeeded;
    None where the format has no such list and every earlier request may be referred to.
    Where ``condition`` does not hold the request is left out."""

    id: str | None
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    group: str | None = None
    requires: tuple[str, ...] | None = None
    condition: str | None = None


@dataclass(slots=True)
class Outcome:
    """A part with its answer; one that its condition has left out is no failure."""

    part: Part
    response: Response
    is_left_out: bool = False

    @property
    def is_failure(self) -> bool:
        """Whether the part has failed."""
        return self.response.status >= _BAD_REQUEST and not self.is_left_out


def check_size(parts: tuple[Part, ...], limit: int) -> None:
    """Refuse a batch of too many requests and change sets."""
    if len(parts) > limit:
        raise BadRequestError(
            "The current batch message contains too many parts. "
            f"A maximum number of '{limit}' query operations and change sets are allowed "
            "in a batch message."
        )


def units(parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    """Single requests and groups of adjacent ones."""
    for group, members in groupby(parts, key=attrgetter("group")):
        if group is not None:
            yield tuple(members)
            continue
        for part in members:
            yield (part,)


def is_plain_read(part: Part) -> bool:
    """Whether a part reads, whatever becomes of the ones before it, and no levels below, which
    may be fetched together themselves."""
    is_alone = part.group is None and part.condition is None and not part.requires
    is_read = part.method.upper() == "GET" and "expand" not in part.url.lower()
    return is_alone and is_read and reference_in(part.url) is None
