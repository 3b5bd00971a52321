"""Requests that name their resource or their options in another way than by the URL itself.

``$entity?$id=...`` addresses an entity by its id, ``POST .../$query`` carries the query part in
the body; both become the plain GET that they stand for. Keys may be segments of their own
where the host wants it. ``$schemaversion`` is held against
the versions that are served.

Cites: OData URL Conventions 4.4, Protocol 11.2.4.1 ($id), 11.2.11 ($query), 11.2.13
($schemaversion).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote

from odata.edm.model import Model
from odata.errors import (
    BadRequestError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
    UriSemanticError,
)
from odata.protocol.header_syntax import parse_element
from odata.protocol.key_segments import with_key_predicates
from odata.protocol.long_links import unpacked
from odata.protocol.messages import Principal, Request
from odata.protocol.settings import EngineSettings
from odata.protocol.versions import check_version
from odata.query.parameters import SlotTable
from odata.query.resource import ResourceKind, ResourceResolver, Suffix
from odata.uri.query_options import (
    check_root_options,
    find_option,
    read_query_options,
    split_query,
)
from odata.uri.resource_path import parse_resource_path

_ENTITY = "$entity"
_QUERY = "/$query"
_ID = "$id"
_ANY_VERSION = "*"
_PAGED = 4  # by how much a query is longer in a link to its next page
_URL_CHARACTERS = "%/?:@!$&'()*+,;=-._~"
_ENTITIES = frozenset({ResourceKind.ENTITY, ResourceKind.RELATED_ENTITY})
_DOCUMENT_OPTIONS = frozenset({"$format", "$schemaversion"})


def readdressed(
    request: Request,
    settings: EngineSettings,
    model: Model,
    model_of: Callable[[Principal | None], Model],
) -> Request:
    """The request as it would be without ``$entity`` and ``$query``, its keys in parentheses,
    in a version that is served; ``model_of`` gives the model as its caller sees it."""
    version = request.headers.get("odata-version")
    if version is not None:
        check_version(version)
    path = request.path.rstrip("/")
    if path.endswith(_QUERY):
        request = _with_query_of_body(request, path.removesuffix(_QUERY), settings.query_octets)
    if request.query:
        query = unpacked(request.query, settings.query_octets * _PAGED)
        if query is not request.query:
            request = replace(request, query=query)
    is_by_id = path.startswith(_ENTITY)
    if is_by_id:
        request = _of_entity(request)
    if request.query and "schemaversion" in request.query.lower():
        _check_schema_version(request, settings.schema_versions)
    if settings.key_as_segment:
        request = replace(request, path=with_key_predicates(request.path, model))
    if is_by_id:
        _check_entity(request.path, model_of(request.principal))
    return request


def check_document_options(query: str) -> None:
    """Refuse system query options that mean nothing for a document about the service."""
    for name, _ in split_query(query):
        option = find_option(name)
        if option is not None and option not in _DOCUMENT_OPTIONS:
            raise UriSemanticError(
                f"The query option '{name}' cannot be applied to this resource.", target=option
            )


def _with_query_of_body(request: Request, path: str, longest: int) -> Request:
    if request.method != "POST":
        raise MethodNotAllowedError(
            f"'{request.method}' requests for '$query' are not allowed", allowed=("POST",)
        )
    if parse_element(request.header("content-type") or "").name != "text/plain":
        raise UnsupportedMediaTypeError("a query in the body needs Content-Type: text/plain")
    if len(request.body) > longest:
        raise PayloadTooLargeError(f"a query in the body has at most {longest} characters")
    try:
        text = request.body.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise BadRequestError(
            "a query in the body is percent-encoded, as in a URL", target="$query"
        ) from error
    headers = {
        name: value
        for name, value in request.headers.items()
        if name not in ("content-type", "content-length", "if-match")
    }
    query = "&".join(filter(None, (request.query, text)))
    return replace(request, method="GET", path=path, query=query, headers=headers, body=b"")


def _of_entity(request: Request) -> Request:
    check_root_options(parse_resource_path(request.path), read_query_options(request.query))
    options = tuple(
        (find_option(name) or name, value) for name, value in split_query(request.query)
    )
    path, _, rest = dict(options)[_ID].partition("?")
    if rest:
        raise UriSemanticError("the value of $id has no query options", target=_ID)
    path = _relative(path, request.service_root)
    cast = request.path.rstrip("/").partition("/")[2]
    if cast:
        path = f"{path}/{cast}"
    return replace(request, path=path, query=_joined(options))


def _check_entity(path: str, model: Model) -> None:
    """An id leads to one entity, not to many or to a value."""
    resolver = ResourceResolver(model, None, SlotTable({}), piece=_ID)
    target = resolver.resolve(parse_resource_path(path))
    if target.kind not in _ENTITIES or target.suffix is not Suffix.NONE:
        raise _no_entity()


def _no_entity() -> UriSemanticError:
    return UriSemanticError("the value of $id is no entity of this service", target=_ID)


def _relative(text: str, service_root: str) -> str:
    """The path below the service root that an id names, absolute or relative."""
    encoded = quote(text, safe=_URL_CHARACTERS)
    if encoded.startswith(service_root):
        return encoded.removeprefix(service_root)
    own_path = "/" + service_root.partition("://")[2].partition("/")[2]
    if encoded.startswith(own_path):
        return encoded.removeprefix(own_path)
    if "://" in encoded.partition("(")[0] or encoded.startswith(("/", "$", "..")):
        raise _no_entity()
    return encoded


def _joined(options: Iterable[tuple[str, str]]) -> str:
    return "&".join(
        f"{quote(name, safe='$@')}={quote(value, safe='')}"
        for name, value in options
        if name != _ID
    )


def _check_schema_version(request: Request, served: tuple[str, ...]) -> None:
    for name, value in split_query(request.query):
        if find_option(name) != "$schemaversion":
            continue
        wanted = value.strip()
        if wanted != _ANY_VERSION and wanted not in served:
            offered = ", ".join((_ANY_VERSION, *served))
            raise NotFoundError(
                f"there is no schema version {wanted[:40]}; there is {offered}",
                target="$schemaversion",
            )
