"""The entries of the service document.

Cites: OData JSON Format 5 (service document), OData Protocol 11.1.1.
"""

from __future__ import annotations

from typing import TypedDict
from urllib.parse import quote

from odata.csdl.document_builder import is_advertised
from odata.edm.model import Model


class ServiceDocumentEntry(TypedDict):
    """A resource at the root of the service, with a URL relative to it."""

    name: str
    kind: str
    url: str


def service_document_entries(model: Model) -> list[ServiceDocumentEntry]:
    """Entity sets that are to be listed, singletons, and functions without parameters."""
    entity_sets = [item.name for item in model.entity_sets.values() if item.in_service_document]
    functions = [
        item.name for item in model.operation_imports.values() if is_advertised(model, item)
    ]
    return [
        *(_entry(name, "EntitySet") for name in entity_sets),
        *(_entry(name, "Singleton") for name in model.singletons),
        *(_entry(name, "FunctionImport") for name in functions),
    ]


def _entry(name: str, kind: str) -> ServiceDocumentEntry:
    return {"name": name, "kind": kind, "url": quote(name)}
