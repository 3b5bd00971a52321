"""The lexical forms of OData, each as one regular expression.

The grammar file repeats these patterns as terminals; a test compares the two.

Cites: OData ABNF, primitiveLiteral and odataIdentifier.
"""

from __future__ import annotations

import json
import re

from odata.uri.ast import Literal, LiteralKind

IDENTIFIER = r"[^\W\d][\w\u0300-\u036F]{0,127}"
NAME = rf"{IDENTIFIER}(?:\.{IDENTIFIER})*"

_DAY = r"-?(?:0[0-9]{3}|[1-9][0-9]{3,})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_HOUR_MINUTE = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = rf"{_HOUR_MINUTE}(?::(?:[0-5][0-9]|60)(?:\.[0-9]{{1,12}})?)?"
_QUOTED = r"'(?:[^']|'')*'"

GUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?!\w)"
# A blank stands where an unencoded plus sign was before decoding.
DATE_TIME_OFFSET = rf"{_DAY}[Tt]{_CLOCK}(?:[Zz]|[+\- ]{_HOUR_MINUTE})(?!\w)"
DATE = rf"{_DAY}(?!\w)"
TIME_OF_DAY = rf"{_CLOCK}(?!\w)"
DOUBLE = r"[+-]?[0-9]+(?:\.[0-9]+)?[Ee][+-]?[0-9]+(?![\w.-])"
DECIMAL = r"[+-]?[0-9]+\.[0-9]+(?![\w.-])"
INTEGER = r"[+-]?[0-9]+(?![\w.-])"
STRING = _QUOTED
JSON_STRING = r'"(?:[^"\\\x00-\x1F]|\\(?:["\\\/bfnrt]|u[0-9A-Fa-f]{4}))*"'
DURATION_VALUE = (
    r"-?[Pp](?=[0-9Tt])(?:[0-9]+[Dd])?"
    r"(?:[Tt](?=[0-9])(?:[0-9]+[Hh])?(?:[0-9]+[Mm])?(?:[0-9]+(?:\.[0-9]+)?[Ss])?)?"
)
BINARY_VALUE = (
    r"(?:[A-Za-z0-9_-]{4})*"
    r"(?:[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=?|[A-Za-z0-9_-][AQgw](?:==)?)?"
)
DURATION = rf"(?i:duration)'{DURATION_VALUE}'"
BINARY = rf"(?i:binary)'{BINARY_VALUE}'"
GEO_VALUE = (
    r"SRID=[0-9]{1,5};"
    r"(?:(?:Multi)?(?:Point|LineString|Polygon)|(?:Geometry)?Collection)\([^']*\)"
)
GEO = rf"(?i:geo(?:graphy|metry))'{GEO_VALUE}'"
ENUM = rf"(?!(?i:duration|binary|geography|geometry)'){NAME}{_QUOTED}"
NOT_A_NUMBER = r"(?:-?INF|NaN)(?![\w.'(/])"
NULL = r"null(?![\w.'(/])"
BOOLEAN = r"(?i:true|false)(?![\w.'(/])"

PATTERNS: dict[str, tuple[str, LiteralKind]] = {
    "GUID": (GUID, LiteralKind.GUID),
    "DATE_TIME_OFFSET": (DATE_TIME_OFFSET, LiteralKind.DATE_TIME_OFFSET),
    "DATE": (DATE, LiteralKind.DATE),
    "TIME_OF_DAY": (TIME_OF_DAY, LiteralKind.TIME_OF_DAY),
    "DOUBLE": (DOUBLE, LiteralKind.DOUBLE),
    "DECIMAL": (DECIMAL, LiteralKind.DECIMAL),
    "INTEGER": (INTEGER, LiteralKind.INTEGER),
    "STRING": (STRING, LiteralKind.STRING),
    "DURATION": (DURATION, LiteralKind.DURATION),
    "BINARY": (BINARY, LiteralKind.BINARY),
    "GEO": (GEO, LiteralKind.GEO),
    "ENUM": (ENUM, LiteralKind.ENUM),
    "NOT_A_NUMBER": (NOT_A_NUMBER, LiteralKind.DOUBLE),
    "NULL": (NULL, LiteralKind.NULL),
    "BOOLEAN": (BOOLEAN, LiteralKind.BOOLEAN),
}
_LITERAL = re.compile("|".join(f"(?P<{name}>{form})" for name, (form, _) in PATTERNS.items()))
_PREFIXED = frozenset({LiteralKind.ENUM, LiteralKind.GEO})
_QUOTED_KINDS = _PREFIXED | {LiteralKind.DURATION, LiteralKind.BINARY}


def find_literal(text: str, start: int, end: int) -> Literal | None:
    """The literal that the text between the two positions is, or None."""
    match = _LITERAL.fullmatch(text, start, end)
    if match is None or match.lastgroup is None:
        return None
    return read_token(PATTERNS[match.lastgroup][1], match.group(), start)


def read_token(kind: LiteralKind, raw: str, position: int) -> Literal:
    """The literal that a token of this kind stands for."""
    length = len(raw)
    if kind is LiteralKind.STRING:
        return Literal(kind, unquote(raw), None, position, length)
    if kind in _QUOTED_KINDS:
        prefix, _, _ = raw.partition("'")
        content = unquote(raw[len(prefix) :])
        type_name = prefix if kind in _PREFIXED else None
        return Literal(kind, content, type_name, position, length)
    text = raw.lower() if kind is LiteralKind.BOOLEAN else raw
    return Literal(kind, text, None, position, length)


def unquote(raw: str) -> str:
    """The text between the quotes, with doubled quotes made single."""
    return raw[1:-1].replace("''", "'")


def quote(text: str) -> str:
    """The text as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def read_json_string(raw: str) -> str:
    """The text of a JSON string; raises ValueError where an escape makes no character."""
    text: str = json.loads(raw)
    text.encode("utf-8")
    return text
