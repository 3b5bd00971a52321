"""Links to the rest of an expanded collection.

Cites: OData Protocol 11.2.6.7 (server-driven paging), OData JSON 4.5.5 (nextLink).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from odata.protocol.messages import Request
from odata.query.expand import find_nested_options, find_nested_suffix
from odata.uri import ast
from odata.uri.parser import parse_expand
from odata.uri.printer import print_options

Pairs = Iterable[tuple[str, str]]


def nested_link(
    request: Request, pairs: Pairs, path: tuple[str, ...], page: tuple[bytes, int]
) -> bytes:
    """The link, as a JSON string, to what follows the first page of an expanded collection.

    ``path`` are the navigation properties that lead there; ``page`` is the URL of the parent
    and the number of entities that were shown.
    """
    address, shown = page
    listed = tuple(pairs)
    text = next(value for name, value in listed if name == "$expand")
    items = parse_expand(text)
    options = _behind(find_nested_options(items, path), shown)
    steps = [path[-1], *filter(None, [find_nested_suffix(items, path).value])]
    aliases = [f"{name}={quote(value, safe='')}" for name, value in listed if name[:1] == "@"]
    query = "&".join(filter(None, [print_options(options), *aliases]))
    link = f"{request.service_root}{address.decode()}/{'/'.join(steps)}?{query}"
    return json.dumps(link, ensure_ascii=False).encode()


def _behind(options: ast.QueryOptions, shown: int) -> ast.QueryOptions:
    """The options of an item as those of a request that goes on behind ``shown`` entities."""
    present = (options.present | {"$skip"}) - {"$levels"}
    skip = (options.skip or 0) + shown
    top = None if options.top is None else options.top - shown
    return replace(options, skip=skip, top=top, levels=None, present=present)
