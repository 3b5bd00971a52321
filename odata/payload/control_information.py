"""The control information of one JSON object that a reader of requests heeds.

Names come with and without the prefix ``odata.``; everything else that has an ``@`` is an
annotation, which a reader ignores (OData JSON 4.5, 4.6).
"""

from __future__ import annotations

from dataclasses import dataclass

from odata.payload.json_document import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class ControlInformation:
    """What an object says about itself; None where it is silent."""

    etag: str | None = None
    id: str | None = None
    type_name: str | None = None
    content_id: str | None = None
    removed: str | None = None


def read_control_information(document: JsonObject) -> ControlInformation:
    """The control information of an object."""
    found = {
        name[1:].removeprefix("odata."): value
        for name, value in document.items()
        if name.startswith("@")
    }
    type_name = _text(found.get("type"))
    return ControlInformation(
        etag=_text(found.get("etag")),
        id=_text(found.get("id")),
        type_name=type_name.removeprefix("#") if type_name else None,
        content_id=_text(found.get("Core.ContentID") or found.get("Org.OData.Core.V1.ContentID")),
        removed=_reason(found.get("removed")) if "removed" in found else None,
    )


def is_control_information(name: str) -> bool:
    """Whether a member is control information, an annotation or an advertised operation."""
    return "@" in name or name.startswith("#")


def split_annotation(name: str) -> tuple[str, str]:
    """The property and the term of ``property@odata.term``."""
    target, _, term = name.partition("@")
    return target, term.removeprefix("odata.")


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _reason(removed: JsonValue) -> str:
    reason = removed.get("reason") if isinstance(removed, dict) else None
    return "deleted" if reason == "deleted" else "changed"
