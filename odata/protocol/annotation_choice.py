"""Which annotations a client wants, by its preference ``include-annotations``.

A list of patterns: a term, all terms of a vocabulary, everything, each with or without a
qualifier; a minus excludes. The most special pattern that fits a term decides.

Cites: OData Protocol 8.2.8.4 (include-annotations).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from odata.edm.annotations import Annotation, vocabulary_of

_PATTERN = re.compile(r"(-?)(\*|[\w.]+\.\*|[\w.]+\.\w+)(?:#(\w+))?", re.ASCII)
_MOST = 50
_EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class _Pattern:
    name: str
    qualifier: str | None
    excludes: bool

    def fits(self, annotation: Annotation) -> bool:
        if self.qualifier is not None and self.qualifier != annotation.qualifier:
            return False
        names = (annotation.term, f"{vocabulary_of(annotation.term)}.*", _EVERYTHING)
        return self.name in names

    @property
    def weight(self) -> tuple[int, bool]:
        """How special it is: a term beats its vocabulary, a qualifier beats none."""
        kind = 0 if self.name == _EVERYTHING else 1 if self.name.endswith(".*") else 2
        return kind, self.qualifier is not None


@dataclass(frozen=True, slots=True)
class AnnotationChoice:
    """The annotations that a client wants; ``text`` is its wish as it is told back."""

    text: str
    patterns: tuple[_Pattern, ...]

    def includes(self, annotation: Annotation) -> bool:
        """Whether the client wants this one."""
        fitting = [item for item in self.patterns if item.fits(annotation)]
        return bool(fitting) and not max(fitting, key=lambda item: item.weight).excludes


def read_annotation_choice(preference: str | None) -> AnnotationChoice | None:
    """The choice of a preference; None where it is absent or malformed."""
    if not preference:
        return None
    items = [item.strip() for item in preference.split(",")]
    matches = [_PATTERN.fullmatch(item) for item in items]
    found = [match for match in matches if match is not None]
    if len(found) != len(items) or len(items) > _MOST:
        return None
    patterns = tuple(_Pattern(match[2], match[3], match[1] == "-") for match in found)
    return AnnotationChoice(",".join(items), patterns)
