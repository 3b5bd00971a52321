"""The whole OpenAPI description of a service.

Cites: OpenAPI Specification 3.1; OData to OpenAPI Mapping 1.0, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from odata.csdl.json_value import Json, Members, merge
from odata.csdl.openapi.parameters import build_parameters
from odata.csdl.openapi.paths import SERVICE_TAG, build_paths
from odata.csdl.openapi.responses import build_responses
from odata.csdl.openapi.schemas import build_schemas
from odata.edm.model import Model


@dataclass(frozen=True, slots=True)
class ServiceInfo:
    """What the model does not know: how the service is called, where it is, who may ask.

    ``depth`` bounds the number of navigation properties in a path.
    """

    title: str
    version: str
    server_url: str
    description: str = ""
    security_schemes: Mapping[str, Members] = field(default_factory=dict)
    depth: int = 2


def write_openapi(model: Model, info: ServiceInfo) -> Members:
    """The description as JSON data; the same model gives the same description."""
    described: Members = {"description": info.description} if info.description else {}
    components: Members = {
        "schemas": build_schemas(model),
        "parameters": build_parameters(model),
        "responses": build_responses(),
    }
    document: Members = {
        "openapi": "3.1.0",
        "info": merge({"title": info.title, "version": info.version}, described),
        "servers": [{"url": info.server_url}],
        "tags": _tags(model),
        "paths": build_paths(model, depth=info.depth),
        "components": components,
    }
    if info.security_schemes:
        components["securitySchemes"] = dict(info.security_schemes)
        alternatives: list[Json] = [{name: []} for name in info.security_schemes]
        document["security"] = alternatives
    return document


def _tags(model: Model) -> list[Json]:
    names = (SERVICE_TAG, *model.entity_sets, *model.singletons, *model.operation_imports)
    return [{"name": name} for name in names]
