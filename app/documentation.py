"""The service described for programs and for people: ``/openapi.json`` and ``/docs``.

The page is written from the description alone and asks nothing of any other server. In
development both are open to everybody, in production to callers that are known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from flask import Blueprint, g, request
from flask import Response as FlaskResponse

from app.admission import Admitted
from app.own_tokens import AUDIENCE
from app.reading_list import Page
from odata.csdl import ServiceInfo, write_openapi
from odata.edm.model import Model
from odata.protocol.messages import Principal

PATHS = frozenset({"/openapi.json", "/docs"})
PAGE = Page("The OData service", "every set, operation and type", "/docs", "/openapi.json")
ROOT = "/api/v2.0"

Members = Mapping[str, Any]  # an OpenAPI description is JSON of any shape
Schema = Members | bool

_MOST_DESCRIPTIONS = 16
_TITLE = "Kontor"
_VERSION = "2.0"
_SECURITY: Mapping[str, dict[str, Any]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "client": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/common/oauth2/v2.0/token",
                "scopes": {f"{AUDIENCE}/.default": "whatever the client may"},
            }
        },
    },
}
_METHODS = ("get", "post", "patch", "put", "delete")
# Nothing of the page may come from elsewhere, whatever a name in the model contains.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
h1{margin-bottom:0}h2{border-bottom:1px solid #ccc;margin-top:2rem}summary{cursor:pointer}
code{font:13px ui-monospace,monospace}table{border-collapse:collapse;margin:.5rem 0 1rem}
td,th{text-align:left;padding:.15rem .8rem .15rem 0;vertical-align:top}
b.m{display:inline-block;width:4.2rem}
"""


ModelOf = Callable[[Principal | None], Model]


def create_blueprint(model_of: ModelOf) -> Blueprint:
    """The routes of the description and of the page: of what the caller sees, where it is
    known."""
    blueprint = Blueprint("documentation", __name__)
    describe = lru_cache(maxsize=_MOST_DESCRIPTIONS)(_describe)

    def described() -> Members:
        admitted: Admitted | None = g.get("admitted")
        return describe(model_of(None if admitted is None else admitted.principal))

    @blueprint.get("/openapi.json")
    def description() -> FlaskResponse:
        """The service as an OpenAPI 3.1 document."""
        return description_response(described())

    @blueprint.get("/docs")
    def page() -> FlaskResponse:
        """The same for people."""
        return page_response(described())

    return blueprint


def description_response(description: Members) -> FlaskResponse:
    """A description for programs."""
    body = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return _tagged(body.encode(), "application/json")


def page_response(description: Members) -> FlaskResponse:
    """A description for people."""
    answer = _tagged(write_page(description).encode(), "text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def _describe(model: Model) -> Members:
    info = ServiceInfo(
        _TITLE,
        _VERSION,
        ROOT,
        "Companies, customers and their neighbours, as an OData 4.01 service.",
        _SECURITY,
    )
    return write_openapi(model, info)


def _tagged(body: bytes, content_type: str) -> FlaskResponse:
    answer = FlaskResponse(body, 200, content_type=content_type)
    answer.set_etag(hashlib.sha256(body).hexdigest()[:24], weak=True)
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request.environ)
    return answer


# --- the page -----------------------------------------------------------------------------


def write_page(description: Members) -> str:
    """The description as one HTML page without scripts."""
    info = description["info"]
    title = escape(str(info["title"]))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{escape(str(info.get('description', '')))}</p>"
        f"<p>Service root <code>{escape(str(description['servers'][0]['url']))}</code>,"
        ' machine-readable as <a href="openapi.json">openapi.json</a>.</p>'
        f"{_by_tag(description)}{_types(description['components']['schemas'])}</html>"
    )


def _by_tag(description: Members) -> str:
    sections: dict[str, list[str]] = {tag["name"]: [] for tag in description["tags"]}
    for path, item in description["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is not None:
                tag = operation.get("tags", [""])[0]
                sections.setdefault(tag, []).append(_operation(path, method, operation))
    return "".join(
        f"<h2>{escape(tag)}</h2>{''.join(operations)}"
        for tag, operations in sections.items()
        if operations
    )


def _operation(path: str, method: str, operation: Members) -> str:
    summary = escape(str(operation.get("summary", "")))
    answers = ", ".join(operation.get("responses", {}))
    names = [_name(item) for item in operation.get("parameters", ())]
    taken = f"<p>Takes <code>{escape(', '.join(names))}</code></p>" if names else ""
    return (
        f'<details><summary><b class="m">{method.upper()}</b><code>{escape(path)}</code> {summary}'
        f"</summary>{taken}<p>Answers <code>{escape(answers)}</code></p></details>"
    )


def _name(parameter: Members) -> str:
    reference = parameter.get("$ref")
    return str(parameter["name"]) if reference is None else str(reference).rpartition("/")[2]


def _types(schemas: Mapping[str, Members]) -> str:
    shown = [_type(name, schema) for name, schema in schemas.items() if schema.get("properties")]
    return f"<h2>Types</h2>{''.join(shown)}"


def _type(name: str, schema: Members) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(member)}</code><td>{escape(_kind(kind))}"
        for member, kind in schema["properties"].items()
    )
    return f"<details><summary><code>{escape(name)}</code></summary><table>{rows}</table></details>"


def _kind(schema: Schema) -> str:
    if isinstance(schema, bool):
        return ""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    kind = schema.get("type", "")
    kind = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return " ".join([kind, *(str(schema[key]) for key in ("format", "maxLength") if key in schema)])
