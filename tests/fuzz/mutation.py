"""Valid requests, damaged: in their targets, header fields, bodies and as octets."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tests.fuzz.request import Request, printable

_METHODS = (
    *("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"),
    *("TRACE", "BREW", "PROPFIND", "get"),
)
_TOKENS = (
    *("(", ")", "((((", "))", "'", "''", ",", ";", "/", "//", "/..", "&", "&&", "=", "?", "*", "-"),
    *("%", "%00", "%zz", "%27", "%2527", "%ff", "%c0%ae", "%0d%0a", "%20", "+", "#", "~", "@", "$"),
    *("null", "true", "NaN", "INF", "-1", "9" * 40, "1e999", "0x10", "-0", "1.0", "%D9%A1", "é"),
    *(" and ", " or ", " eq ", " in ", " not ", "not(", " add ", " div 0", " mod 0", " has "),
    *("$it", "$root", "$this", "$count", "$value", "$ref", "$each", "$batch", "$all", "$entity"),
    *("$filter=", "$expand=", "$select=", "$orderby=", "$top=", "$skip=", "$apply=", "$search="),
    *("$compute=", "$levels=max", "$format=xml", "$skiptoken=", "$deltatoken=", "$id=", "$index="),
    *("any(x:", "all(", "cast(", "isof(", "concat(", "substring(", "matchesPattern(", "year("),
    *("customers", "companies", "currency", "defaultDimensions", "picture", "number", "balance"),
    *("customFields/", "Microsoft.NAV.", "Edm.String", "@odata.bind", "@p", "@p=@p", "a/b/c/d"),
    *("00000000-0000-0000-0000-000000000000", "2024-02-30", "9999-12-31T23:59:59Z", "P1D"),
    *("duration'P99999999999D'", "binary'!'", "guid'x'", "geometry'x'", "(a+)+$", "{1,999999}"),
)
_VALUES: tuple[object, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, -(2**63), "", "x" * 300, "\0", "\ud800", "\u202e", "🦊" * 60),
    *(
        [],
        {},
        [None],
        [[]],
        {"a": {"b": {}}},
        {"@odata.id": "x"},
        "../../x",
        "<b>",
        "=1+1",
        "9" * 99,
    ),
)
_NAMES = (
    *("id", "number", "balance", "displayName", "companyId", "lastModifiedDateTime", "__proto__"),
    *("@odata.etag", "@odata.type", "currency@odata.bind", "a.b", "", "@removed", "customFields"),
)
_HEADERS: Mapping[str, Sequence[str]] = {
    "Accept": (
        "",
        "*/*",
        "text/html",
        "application/json;odata.metadata=full",
        "a/b;q=x",
        "text/csv",
    ),
    "Accept-Charset": ("utf-8", "utf-16", "x"),
    "Accept-Encoding": ("gzip", "br;q=1", "identity;q=0", "x"),
    "Accept-Language": ("de", ";;;", "x" * 200),
    "Authorization": ("", "Bearer", "Basic eDp5", "Bearer x", "Negotiate x"),
    "Content-Encoding": ("gzip", "identity", "x"),
    "Content-Type": ("", "text/plain", "application/json;charset=utf-16", "multipart/mixed", "x"),
    "Data-Access-Intent": ("ReadOnly", "ReadWrite", "x"),
    "Host": ("evil.example", "[::1", "a b", ""),
    "Idempotency-Key": ("1", "x" * 300, ""),
    "If-Match": ("*", 'W/"x"', "W/", '"' * 9, 'W/"JzE5OzE7MDA7Jw=="', "x" * 5000),
    "If-None-Match": ("*", 'W/"x"', "x"),
    "Isolation": ("snapshot", "x"),
    "OData-MaxVersion": ("4.0", "4.01", "3.0", "x"),
    "OData-Version": ("4.0", "4.01", "9", "x"),
    "Origin": ("null", "https://evil.example"),
    "Prefer": ("odata.maxpagesize=1", "return=minimal", "odata.track-changes", "a=b=c", "x" * 500),
    "Range": ("bytes=0-1", "bytes=9-", "x"),
    "X-HTTP-Method-Override": ("DELETE",),
    "company": ("x", "00000000-0000-0000-0000-000000000000"),
}
_NUMBER = re.compile(r"\d+")
_ENCODED = 0.3
_QUERIES = 0.85
_LONGEST = 9_000


class Mutation:
    """Damages requests, the same way for the same seed."""

    def __init__(self, requests: Sequence[Request], seed: int) -> None:
        self._requests = requests
        self._draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._ways: tuple[Callable[[Request], Request], ...] = (
            *(self._with_target,) * 6,
            *(self._with_header,) * 2,
            *(self._with_body,) * 3,
            self._with_method,
        )

    def request(self) -> Request:
        """Another damaged request, which HTTP still takes for one."""
        request = self._draw.choice(self._requests)
        for _ in range(self._draw.randint(1, 3)):
            request = self._draw.choice(self._ways)(request)
        return request

    def octets(self) -> bytes:
        """A request whose octets are damaged, too: perhaps no HTTP at all."""
        data = bytearray(self.request().octets())
        for _ in range(self._draw.randint(1, 6)):
            place = self._draw.randrange(len(data) or 1)
            match self._draw.randrange(5):
                case 0:
                    data[place : place + 1] = self._draw.randbytes(self._draw.randint(1, 4))
                case 1:
                    del data[place : place + self._draw.randint(1, 20)]
                case 2:
                    data[place:place] = self._draw.choice((b"\r\n", b"\0", b" ", b":", b"\xff"))
                case 3:
                    data[place:place] = bytes(data[place : place + 30])
                case _:
                    del data[place:]
        return bytes(data)

    # --- parts of a request ---------------------------------------------------------------

    def _with_target(self, request: Request) -> Request:
        target = request.target
        for _ in range(self._draw.randint(1, 3)):
            target = self._text(target)
        return replace(request, target=printable(target[:_LONGEST]))

    def _with_method(self, request: Request) -> Request:
        return replace(request, method=self._draw.choice(_METHODS))

    def _with_header(self, request: Request) -> Request:
        name = self._draw.choice(tuple(_HEADERS))
        value = self._draw.choice(_HEADERS[name])
        return replace(request, headers={**request.headers, name: value})

    def _with_body(self, request: Request) -> Request:
        if not request.body:
            return self._with_target(request)
        try:
            document = json.loads(request.body)
        except ValueError:
            return replace(request, body=self._octets(request.body))
        if self._draw.random() < _ENCODED:
            return replace(request, body=self._octets(request.body))
        return replace(request, body=json.dumps(self._value(document)).encode())

    def _text(self, text: str) -> str:
        # Most paths that are damaged lead nowhere; queries are worth more.
        least = text.find("?") + 1 if self._draw.random() < _QUERIES else 0
        place = self._draw.randint(least, len(text))
        end = place + self._draw.randint(1, 12)
        match self._draw.randrange(8):
            case 0:
                return text[:place] + text[end:]
            case 1:
                return text[:place] + self._draw.choice(_TOKENS) + text[place:]
            case 2:
                return text[:place] + self._draw.choice(_TOKENS) + text[end:]
            case 3:
                return text[:end] + text[place:]
            case 4:
                return text[:place] + self._draw.choice(self._requests).target[place:]
            case 5:
                return _NUMBER.sub(lambda _: self._draw.choice(("-1", "0", "9" * 19)), text, 1)
            case 6:
                return text[:place] + text[place:end] * self._draw.randint(2, 200) + text[end:]
            case _:
                return text[:place] + text[place : place + 1].swapcase() + text[place + 1 :]

    def _octets(self, body: bytes) -> bytes:
        place = self._draw.randrange(len(body) + 1)
        return body[:place] + self._draw.randbytes(self._draw.randint(0, 3)) + body[place + 1 :]

    def _value(self, value: object) -> object:
        """The document with one value or name that is another."""
        if isinstance(value, dict) and value and self._draw.random() < 0.85:
            name = self._draw.choice(tuple(value))
            changed = {**value, name: self._value(value[name])}
            if self._draw.random() < _ENCODED:
                changed[self._draw.choice(_NAMES)] = changed.pop(name)
            return changed
        if isinstance(value, list) and value and self._draw.random() < 0.85:
            place = self._draw.randrange(len(value))
            return [*value[:place], self._value(value[place]), *value[place:]]
        return self._draw.choice(_VALUES)
