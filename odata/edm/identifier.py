"""Names that OData allows for elements of a model.

Cites: OData CSDL 17.2 (simple identifier), 5 (namespace).
"""

from __future__ import annotations

import unicodedata

_MAX_IDENTIFIER = 128
_MAX_NAMESPACE = 511
_START = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_FURTHER = _START | frozenset({"Nd", "Mn", "Mc", "Pc", "Cf"})
_RESERVED_NAMESPACES = frozenset({"Edm", "odata", "System", "Transient"})


def is_identifier(text: str) -> bool:
    """Whether ``text`` may name a property, a type, an entity set or another element."""
    return (
        0 < len(text) <= _MAX_IDENTIFIER
        and (text[0] == "_" or unicodedata.category(text[0]) in _START)
        and all(unicodedata.category(character) in _FURTHER for character in text[1:])
    )


def is_namespace(text: str) -> bool:
    """Whether ``text`` may name a schema."""
    return (
        len(text) <= _MAX_NAMESPACE
        and text not in _RESERVED_NAMESPACES
        and all(is_identifier(part) for part in text.split("."))
    )
