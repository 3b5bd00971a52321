"""One request, and how it is written to a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

# Whatever a client may write into a request line without ending it.
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; its target holds printable ASCII alone."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def octets(self) -> bytes:
        """The request as HTTP/1.1 writes it."""
        length = {"Content-Length": str(len(self.body))} if self.body else {}
        fields = {"Host": "localhost", **length, **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"{self.method} {self.target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + self.body

    def __str__(self) -> str:
        shown = {name: text for name, text in self.headers.items() if name != "Authorization"}
        return f"{self.method} {self.target} {shown} {self.body[:2000]!r}"


def printable(target: str) -> str:
    """A target that fits into a request line; all else is left as damaged as it is."""
    written = quote(target, safe=_PRINTABLE, encoding="utf-8", errors="surrogatepass")
    return written if written.startswith("/") else f"/{written}"
