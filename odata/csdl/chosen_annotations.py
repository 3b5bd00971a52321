"""A document with some of its annotations only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from odata.edm.annotations import Annotation

Element = TypeVar("Element")
DocumentPart = Any  # an element of a document, a tuple of them, or a plain value

Includes = Callable[[Annotation], bool]


def with_annotations(element: Element, includes: Includes) -> Element:
    """The element, and all below it, with the annotations that are included."""
    if isinstance(element, Annotation) or not is_dataclass(element) or isinstance(element, type):
        return element
    changed = {
        item.name: _chosen(getattr(element, item.name), includes) for item in fields(element)
    }
    return replace(element, **changed)


def _chosen(part: DocumentPart, includes: Includes) -> DocumentPart:
    if not isinstance(part, tuple):
        return with_annotations(part, includes)
    return tuple(
        with_annotations(item, includes)
        for item in part
        if not isinstance(item, Annotation) or includes(item)
    )
