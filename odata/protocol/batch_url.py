"""The URLs inside a batch: relative, absolute, and references to what was made before.

Cites: OData Protocol 11.7.2 (request URLs), 11.7.3.1 (references to new entities).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from urllib.parse import quote, urlsplit

from odata.errors import BadRequestError, NotFoundError, ODataError
from odata.payload.json_document import DEEPEST, JsonValue, read_json
from odata.protocol.messages import Request, Response
from odata.uri.query_options import split_query

_REFERENCE = re.compile(r"/?\$([A-Za-z0-9_.~-]+)(?=/|\?|\Z)")
_SYSTEM = frozenset({"metadata", "entity", "all", "crossjoin", "root", "id", "batch"})
_SAFE = "/()=,'$!*:;@&+?~.-_%"
_IS_SAFE = re.compile(r"[/()=,'$!*:;@&+?~.\-_%A-Za-z0-9]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NAME = re.compile(r"[^(/?]*")
# A relative URL with nothing that is looked for in others: references, schemes, encodings, dots.
_IS_PLAIN = re.compile(r"[A-Za-z][/(),='A-Za-z0-9_-]*")
_BATCH = "$batch"


class BatchUrls:
    """Resolves the URLs of one batch against its own address.

    ``below`` holds the names that follow the segment under which the batch was posted: a
    relative URL that starts with one of them continues there, others start at the root. So does
    a path that starts with a slash and not with the service: SAP's clients write such ones.
    """

    def __init__(
        self, envelope: Request, *, below: frozenset[str] = frozenset(), scope_option: str
    ) -> None:
        root = urlsplit(envelope.service_root)
        self._root = envelope.service_root
        self._origin = f"{root.scheme}://{root.netloc}".lower()
        self._mount = root.path
        self._base = envelope.path.strip("/").removesuffix(_BATCH)
        self._below = below
        self._scope = _scope_pair(envelope.query, scope_option)
        self._scope_option = scope_option
        self._finished: dict[str, tuple[Request, Response]] = {}

    def resolve(self, url: str) -> tuple[str, str]:
        """The path relative to the service root and the query of a part's URL."""
        if not self._below and _IS_PLAIN.fullmatch(url):
            return url, self._scope
        text, _, query = self._absolute(url).partition("?")
        path = _quoted(text.partition("#")[0])
        if "batch" in path and _BATCH in path.rstrip("/").rpartition("/")[2].replace("%24", "$"):
            raise BadRequestError("A batch cannot stand inside a batch.")
        if ".." in path and ".." in path.split("/"):
            raise NotFoundError("Resource not found for the segment '..'.")
        return path, self._with_scope(_quoted(query))

    def remember(self, part_id: str, response: Response, request: Request) -> None:
        """Note that a part has succeeded, whose entity and tag later ones may refer to."""
        self._finished[part_id] = (request, response)

    def knows(self, part_id: str) -> bool:
        """Whether a part of this id has succeeded."""
        return part_id in self._finished

    def entity_tag(self, text: str) -> str:
        """The value of If-Match; ``$1`` is the tag of that part's entity."""
        reference = reference_in(text)
        if reference is None:
            return text
        finished = self._finished.get(reference)
        found = None if finished is None else _last(finished[1], "etag")
        if found is None:
            raise BadRequestError(f"'{text}' names no earlier entity tag", target="If-Match")
        return found

    def replace_references(self, body: bytes) -> bytes:
        """The body with the URLs of entities in place of references to them."""
        if b'"$' not in body or not self._finished:
            return body
        try:
            document = read_json(body, DEEPEST)
        except ODataError:
            return body
        return write_json(self._replaced(document, is_url=False)).encode()

    def _replaced(self, value: JsonValue, *, is_url: bool) -> JsonValue:
        if isinstance(value, dict):
            return {
                name: self._replaced(item, is_url=name.endswith(("bind", "@odata.id", "@id")))
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._replaced(item, is_url=is_url) for item in value]
        if is_url and isinstance(value, str) and reference_in(value) in self._finished:
            return self._absolute(value)
        return value

    # --- forms of URLs --------------------------------------------------------------------

    def _absolute(self, url: str) -> str:
        """The URL relative to the service root."""
        reference = reference_in(url)
        if reference is not None:
            return self._referred(url, reference)
        if ":" in url and _SCHEME.match(url) and "(" not in url.partition(":")[0]:
            return self._of_own_origin(url)
        if url.startswith("//"):
            raise _foreign(url)
        if url.startswith("/"):
            return self._from_mount(url)
        return self._from_base(url)

    def _from_base(self, url: str) -> str:
        if not self._below:
            return url
        name = _NAME.match(url)
        return self._base + url if name is not None and name[0] in self._below else url

    def _referred(self, url: str, reference: str) -> str:
        finished = self._finished.get(reference)
        if finished is None:
            raise BadRequestError(f"'${reference}' names no earlier request of the batch")
        request, response = finished
        location = _last(response, "location")
        path = request.path if location is None else location.removeprefix(self._root)
        return path + url.removeprefix("/")[len(reference) + 1 :]

    def _of_own_origin(self, url: str) -> str:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}".lower() != self._origin:
            raise _foreign(url)
        if not parts.path.startswith(self._mount):
            raise NotFoundError("Resource not found for the segment of another service.")
        query = f"?{parts.query}" if parts.query else ""
        return parts.path.removeprefix(self._mount) + query

    def _from_mount(self, url: str) -> str:
        if url.startswith(self._mount):
            return url.removeprefix(self._mount)
        return self._from_base(url.removeprefix("/"))

    def _with_scope(self, query: str) -> str:
        if not self._scope or any(
            name.lower() == self._scope_option for name, _ in split_query(query)
        ):
            return query
        return f"{query}&{self._scope}" if query else self._scope


def reference_in(url: str) -> str | None:
    """The id in a URL (or an entity tag) that starts with ``$`` and an id."""
    if "$" not in url[:2]:
        return None
    found = _REFERENCE.match(url)
    return None if found is None or found[1] in _SYSTEM else found[1]


def _last(response: Response, wanted: str) -> str | None:
    """The last value of a header by its lower-case name."""
    found = [value for name, value in response.headers if name.lower() == wanted]
    return found[-1] if found else None


def write_json(value: JsonValue) -> str:
    """The JSON text of a decoded value; numbers keep their digits."""
    if isinstance(value, dict):
        members = (f"{json.dumps(name)}:{write_json(item)}" for name, item in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write_json(item) for item in value) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _quoted(text: str) -> str:
    return text if _IS_SAFE.fullmatch(text) else quote(text, safe=_SAFE)


def _scope_pair(query: str, option: str) -> str:
    for item in query.split("&"):
        if item.partition("=")[0].lower() == option:
            return item
    return ""


def _foreign(url: str) -> BadRequestError:
    return BadRequestError(f"The URL '{url[:100]}' does not belong to this service.")
