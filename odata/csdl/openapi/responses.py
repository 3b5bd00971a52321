"""Answers and their bodies.

Cites: OData to OpenAPI Mapping 1.0, section 4.4.4; Business Central reference §9.
"""

from __future__ import annotations

from odata.csdl.json_value import Members, merge
from odata.csdl.openapi.schemas import schema_reference
from odata.edm.model import EntityType

JSON = "application/json"
_REFUSALS = {
    "400": ("BadRequest", "The request contradicts the protocol, the model or a rule"),
    "401": ("Unauthorized", "The caller is not known"),
    "404": ("NotFound", "There is no such resource"),
    "409": ("Conflict", "The entity has changed, or another one has its key"),
    "default": ("Failure", "The request is refused or has failed"),
}


def build_responses() -> Members:
    """The refusals that many operations share, by name."""
    body = json_body(schema_reference("error"))
    return {
        name: merge({"description": description}, body) for name, description in _REFUSALS.values()
    }


def refusals(*statuses: str) -> Members:
    """References to the refusals with these statuses, and to the one for all others."""
    return {
        status: {"$ref": f"#/components/responses/{_REFUSALS[status][0]}"}
        for status in (*statuses, "default")
    }


def json_body(schema: Members) -> Members:
    """A JSON body of this schema."""
    return {"content": {JSON: {"schema": schema}}}


def entity_answer(
    description: str, entity_type: EntityType, *, is_created: bool = False
) -> Members:
    """An entity, with its tag and, where it is new, its place."""
    headers: Members = {}
    if entity_type.has_entity_tag:
        headers["ETag"] = _header("The entity tag of this state")
    if is_created:
        headers["Location"] = _header("The URL of the new entity")
    answer: Members = {"description": description}
    if headers:
        answer["headers"] = headers
    return answer | json_body(schema_reference(entity_type.qualified_name))


def collection_answer(entity_type: EntityType) -> Members:
    """Entities, a page at a time."""
    name = f"{entity_type.qualified_name}-collection"
    return merge({"description": "A page of entities"}, json_body(schema_reference(name)))


def empty_answer(description: str) -> Members:
    """Success without a body."""
    return {"description": description}


def _header(description: str) -> Members:
    return {"description": description, "schema": {"type": "string"}}
