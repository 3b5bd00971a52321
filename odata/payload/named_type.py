"""The type that an object of a body names: the declared one, or one derived from it.

Cites: OData JSON 4.5.3 (type), Protocol 11.4.2 (create an entity).
"""

from __future__ import annotations

from typing import TypeVar

from odata.edm.types import ComplexType
from odata.payload.control_information import read_control_information
from odata.payload.edm_field import Fault
from odata.payload.json_document import JsonObject

Structured = TypeVar("Structured", bound=ComplexType)

_NAMES = ("@odata.type", "@type")


def find_named_type(document: JsonObject, declared: Structured) -> Structured | Fault:
    """The type of an object, as absolute or relative URL; the declared one where it names none
    or a base type."""
    text = read_control_information(document).type_name
    if text is None:
        return declared
    name = text.rpartition("#")[2]
    if declared.qualified_name == name:
        return declared
    for item in declared.descendants():
        if item.qualified_name == name:
            return item  # type: ignore[return-value]  # derived types are of the same kind
    if any(item.qualified_name == name for item in _bases(declared)):
        return declared
    return Fault(f"The type '{name}' is neither '{declared.qualified_name}' nor derived from it.")


def with_type(document: JsonObject, type_name: str) -> JsonObject:
    """An object that names its type, by default this one."""
    return (
        document if any(name in document for name in _NAMES) else {_NAMES[0]: type_name, **document}
    )


def abstract_fault(structured: ComplexType) -> Fault | None:
    """Why no instance of a type can be made, where it is abstract."""
    if not structured.is_abstract:
        return None
    known = ", ".join(
        f"'#{item.qualified_name}'" for item in structured.descendants() if not item.is_abstract
    )
    return Fault(
        f"The type '{structured.qualified_name}' is abstract: "
        f"name one that is derived from it as '@odata.type', e.g. {known}."
    )


def _bases(structured: ComplexType) -> list[ComplexType]:
    base = structured.base
    return [] if base is None else [base, *_bases(base)]
