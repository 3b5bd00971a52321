"""The header fields with which the parts of a batch are sent: their own, and those of the batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from odata.protocol.messages import Request, SettledReads

_INHERITED = (
    "odata-version",
    "odata-maxversion",
    "accept-language",
    "content-language",
    "data-access-intent",
    "company",
)
# Credentials and routing belong to the batch as a whole.
_IGNORED = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "host",
        "content-length",
        "content-transfer-encoding",
        "content-id",
        "transfer-encoding",
        "connection",
        "forwarded",
    }
)
_ENVELOPE_PREFERENCES = frozenset(
    {"maxpagesize", "track-changes", "return", "continue-on-error", "respond-async", "wait"}
)


@dataclass(frozen=True, slots=True)
class Sent:
    """Header fields of a part, and the reads that were sent with the same ones."""

    headers: Mapping[str, str]
    settled: SettledReads = field(default_factory=dict)


class PartHeaders:
    """Gives the header fields of each part of a batch; those of like parts are made once.
    ``entity_tag`` gives the tag that a reference to another part stands for."""

    def __init__(self, envelope: Request, entity_tag: Callable[[str], str]) -> None:
        self._entity_tag = entity_tag
        self._inherited = _inherited_headers(envelope)
        self._preferences = _inherited_preferences(envelope)
        preferred = {"prefer": self._preferences} if self._preferences else {}
        # What a part without header fields of its own is sent with.
        self._of_none = Sent(self._inherited | preferred)
        self._known: dict[tuple[tuple[str, str], ...], Sent] = {}

    def of(self, own: Mapping[str, str]) -> Sent:
        """What a part with these header fields of its own is sent with."""
        if not own:
            return self._of_none
        if "if-match" in own:
            return Sent(self._joined(own))
        key = tuple(own.items())
        sent = self._known.get(key)
        if sent is None:
            sent = self._known[key] = Sent(self._joined(own))
        return sent

    def forget_reads(self) -> None:
        """Forget what reads share: a change may change what the next one may see."""
        self._of_none.settled.clear()
        for sent in self._known.values():
            sent.settled.clear()

    def _joined(self, given: Mapping[str, str]) -> dict[str, str]:
        own = {
            name: value
            for name, value in given.items()
            if name not in _IGNORED and not name.startswith("x-forwarded")
        }
        headers = {**self._inherited, **own}
        prefer = ", ".join(filter(None, (own.get("prefer"), self._preferences)))
        if prefer:
            headers["prefer"] = prefer
        if "if-match" in headers:
            headers["if-match"] = self._entity_tag(headers["if-match"])
        return headers


def _inherited_headers(envelope: Request) -> dict[str, str]:
    headers = envelope.headers
    inherited = {name: headers[name] for name in _INHERITED if name in headers}
    accept = headers.get("accept", "")
    if "json" in accept and "multipart" not in accept:
        inherited["accept"] = accept
    return inherited


def _inherited_preferences(envelope: Request) -> str:
    kept = []
    for item in (envelope.header("prefer") or "").split(","):
        name = item.partition("=")[0].partition(";")[0].strip().lower()
        if name and name.removeprefix("odata.") not in _ENVELOPE_PREFERENCES:
            kept.append(item.strip())
    return ", ".join(kept)
