"""What every OpenAPI document must fulfil: the official schema of 3.1, and what no schema says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v31

Document = dict[str, Any]
_PLACE = re.compile(r"\{([^{}]+)\}")
_METHODS = ("get", "put", "post", "delete", "patch")


def check_small(document: Document) -> None:
    """Hold a document against the official validator, which takes its time."""
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def check_large(document: Document) -> None:
    """The same of a large document: the official schema, references, names and places."""
    validator = jsonschema_rs.Draft202012Validator(dict(schema_v31))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert [item for item in set(_references(document)) if not _leads(item, document)] == []
    ids = Counter(operation["operationId"] for _, operation in _operations(document))
    assert [name for name, count in ids.items() if count > 1] == []
    assert [path for path, operation in _operations(document) if _misses(path, operation)] == []


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in _METHODS:
            if method in item:
                own = item[method].get("parameters", [])
                parameters = [_resolved(one, document) for one in (*shared, *own)]
                yield path, {**item[method], "parameters": parameters}


def _resolved(value: Document, document: Document) -> Document:
    return _at(value["$ref"], document) if "$ref" in value else value


def _misses(path: str, operation: Document) -> bool:
    """Whether the places of a path and its parameters differ."""
    declared = [item["name"] for item in operation["parameters"] if item["in"] == "path"]
    return sorted(declared) != sorted(_PLACE.findall(path))


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from _references(member)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _leads(reference: str, document: Document) -> bool:
    try:
        _at(reference, document)
    except (KeyError, TypeError):
        return False
    return True


def _at(reference: str, document: Document) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found
