"""From the raw query part of a URL to its options.

Splitting comes first, decoding second, each piece once; only then is a value read. A plus
sign stands for a blank, as clients send it.

Cites: OData URL Conventions 2 and 5.1; Protocol 11.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from odata.errors import (
    NotAcceptableError,
    NotImplementedYetError,
    UriSemanticError,
    UriSyntaxError,
)
from odata.uri import ast
from odata.uri.limits import DEFAULT_LIMITS, ParserLimits, check_length
from odata.uri.option_rules import MAX_COUNT, make_options, read_count
from odata.uri.parser import (
    parse_apply,
    parse_compute,
    parse_expand,
    parse_expression,
    parse_orderby,
    parse_search,
    parse_select,
)
from odata.uri.percent_encoding import decode
from odata.uri.syntax_fault import suggest

_BLANKS = " \t"
_TEMPORAL = frozenset({"$at", "$from", "$to", "$toinclusive"})
_PLAIN_OPTIONS = frozenset({"$format", "$schemaversion"})
_ENTITY_OPTIONS = _PLAIN_OPTIONS | {"$id"}
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_VERSION = re.compile(r"\*|[\w.~-]+", re.ASCII)
_MEDIA_TYPE = re.compile(r"json|xml|atom|csv|ndjson|[^\s/]+/[^\s/]+.*", re.IGNORECASE)
_ALIAS_NAME = re.compile(r"@[^\W\d]\w*")


def split_query(raw_query: str) -> tuple[tuple[str, str], ...]:
    """Names and values of a raw query, in order, decoded; empty pieces are skipped."""
    if "#" in raw_query:
        raise UriSyntaxError("the query holds a raw '#'", position=raw_query.index("#"))
    return tuple(_split_piece(piece) for piece in raw_query.split("&") if piece)


def read_query_options(
    raw_query: str, *, limits: ParserLimits = DEFAULT_LIMITS
) -> ast.QueryOptions:
    """The options of a raw query."""
    return read_options(split_query(raw_query), limits=limits)


def read_options(
    pairs: Iterable[tuple[str, str]], *, limits: ParserLimits = DEFAULT_LIMITS
) -> ast.QueryOptions:
    """The options of decoded names and values, each option at most once."""
    values: dict[str, object] = {}
    aliases: dict[str, ast.Expression] = {}
    custom: list[tuple[str, str]] = []
    for name, value in pairs:
        option = find_option(name)
        if option is not None:
            _check_first(option, values)
            values[option] = _read_value(option, value, limits)
        elif name.startswith("@"):
            _check_first(name, [f"@{alias}" for alias in aliases])
            aliases[_alias_name(name)] = parse_expression(value, target=name, limits=limits)
        else:
            custom.append((name, value))
    return make_options(values, aliases, tuple(custom))


def find_option(name: str) -> str | None:
    """The canonical name of a system query option, with ``$``; None for any other option.

    Raises where a name with ``$`` is unknown or belongs to an extension that is not served.
    """
    lowered = name.lower()
    canonical = lowered if lowered.startswith("$") else f"${lowered}"
    if canonical in _OPTIONS:
        return canonical
    if not lowered.startswith("$"):
        return None
    if lowered in _TEMPORAL:
        raise NotImplementedYetError(f"{name} is not supported", target=name)
    if canonical == "$levels":
        raise UriSemanticError(f"{name} stands inside an item of $expand", target=name)
    hint = suggest(canonical, sorted(_OPTIONS))
    raise UriSemanticError(f"unknown system query option {name}{hint}", target=name)


def check_root_options(path: ast.ResourcePath, options: ast.QueryOptions) -> None:
    """Whether the options fit ``$metadata``, ``$batch`` and ``$entity`` (Q13).

    ``$entity`` demands ``$id``, and a type before ``$select`` and ``$expand``.
    """
    match path.segments:
        case [ast.SystemSegment("$metadata" | "$batch")]:
            allowed = _PLAIN_OPTIONS
        case [ast.SystemSegment("$entity")]:
            allowed = _ENTITY_OPTIONS
        case [ast.SystemSegment("$entity"), *_]:
            allowed = _ENTITY_OPTIONS | {"$select", "$expand"}
        case _:
            return
    unfit = sorted(options.present - allowed)
    if unfit:
        raise UriSyntaxError(f"{unfit[0]} does not fit this path", target=unfit[0])
    if allowed > _PLAIN_OPTIONS and "$id" not in options.present:
        raise UriSyntaxError("$entity needs $id", target="$id")


def _split_piece(piece: str) -> tuple[str, str]:
    raw_name, _, raw_value = piece.partition("=")
    name = decode(raw_name.replace("+", " "))
    value = decode(raw_value.replace("+", " "), target=name.strip(_BLANKS))
    if name[-1:] in _BLANKS and value[:1] not in _BLANKS:
        raise UriSyntaxError(
            f"a blank stands before the equals sign of '{name.strip(_BLANKS)}'",
            target=name.strip(_BLANKS),
        )
    # People type blanks on both sides of the equals sign (Real clients 7).
    return name.strip(_BLANKS), value


def _check_first(name: str, given: Iterable[str]) -> None:
    if name in given:
        raise UriSemanticError(f"{name} is given twice", target=name)


def _alias_name(name: str) -> str:
    if not _ALIAS_NAME.fullmatch(name):
        raise UriSyntaxError(f"'{name}' is no parameter alias", target=name)
    return name[1:]


def _read_value(option: str, value: str, limits: ParserLimits) -> object:
    text = value.strip(_BLANKS)
    if not text:
        raise UriSyntaxError(f"{option} has no value", target=option, position=0)
    parse = _PARSERS.get(option)
    if parse is not None:
        return parse(value, limits=limits)
    check_length(value, limits, option)
    return _READERS[option](option, text)


def _read_number(option: str, text: str) -> int:
    number = read_count(text)
    if number is None:
        raise UriSemanticError(
            f"{option} takes a number from 0 to {MAX_COUNT}, not '{text[:40]}'", target=option
        )
    return number


def _read_count(option: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise UriSemanticError(f"{option} takes true or false, not '{text[:40]}'", target=option)
    return text.lower() == "true"


def _read_index(option: str, text: str) -> int:
    if not _INTEGER.fullmatch(text) or abs(int(text)) > MAX_COUNT:
        raise UriSemanticError(f"{option} takes a number, not '{text[:40]}'", target=option)
    return int(text)


def _read_format(option: str, text: str) -> str:
    if not _MEDIA_TYPE.fullmatch(text):
        raise NotAcceptableError(f"{option}={text[:40]} is not supported", target=option)
    return text


def _read_version(option: str, text: str) -> str:
    if not _VERSION.fullmatch(text):
        raise UriSemanticError(f"{option} takes a version or *", target=option)
    return text


def _read_plain(_option: str, text: str) -> str:
    return text


_PARSERS: Mapping[str, Callable[..., object]] = {
    "$filter": parse_expression,
    "$orderby": parse_orderby,
    "$select": parse_select,
    "$expand": parse_expand,
    "$compute": parse_compute,
    "$search": parse_search,
    "$apply": parse_apply,
}
_READERS: Mapping[str, Callable[[str, str], object]] = {
    "$top": _read_number,
    "$skip": _read_number,
    "$count": _read_count,
    "$index": _read_index,
    "$format": _read_format,
    "$schemaversion": _read_version,
    "$id": _read_plain,
    "$skiptoken": _read_plain,
    "$deltatoken": _read_plain,
}
_OPTIONS = frozenset(_PARSERS) | frozenset(_READERS)
