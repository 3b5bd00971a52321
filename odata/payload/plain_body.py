"""Bodies that hold nothing but values of plain properties, read by compiled decoders.

Most changes are such bodies. For the names of one, the decoders are put together once, in the
declared order of the properties; what has annotations, related entities, complex values or a
fault is left to the full reader, which tells more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from marshmallow import ValidationError

from odata.edm.model import EntityType
from odata.edm.types import ComplexType, Property
from odata.payload.json_document import JsonObject, JsonValue
from odata.payload.schemas import entity_schema
from odata.query.change import Operation

Decoder = Callable[[JsonValue], object]
Decoders = tuple[tuple[str, Decoder], ...]

_MOST_SHAPES = 256


class PlainBodies:
    """Reads plain bodies of one entity type and operation."""

    def __init__(self, entity_type: EntityType, operation: Operation) -> None:
        is_create = operation is Operation.CREATE
        keys = frozenset(entity_type.all_key_names())
        fields = entity_schema(entity_type).fields
        self._is_readable = not (is_create and entity_type.is_abstract)
        self._decoders: Decoders = tuple(
            (item.name, fields[item.name].deserialize)
            for item in entity_type.all_properties()
            if _is_plain(item) and (is_create or not (item.is_immutable or item.name in keys))
        )
        self._required = frozenset(
            item.name
            for item in entity_type.all_properties()
            if is_create and item.is_required and not item.is_computed and item.default is None
        )
        self._shapes: dict[tuple[frozenset[str], tuple[str, ...]], Decoders | None] = {}

    def read(self, document: JsonObject, supplied: frozenset[str]) -> dict[str, object] | None:
        """The values of a body; None where it is for the full reader. ``supplied`` are
        properties that the body need not give."""
        shape = (supplied, tuple(document))
        try:
            decoders = self._shapes[shape]
        except KeyError:
            decoders = self._compiled(supplied, document)
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            self._shapes[shape] = decoders
        if decoders is None:
            return None
        try:
            return {name: decode(document[name]) for name, decode in decoders}
        except ValidationError:
            return None

    def _compiled(self, supplied: frozenset[str], document: JsonObject) -> Decoders | None:
        """The decoders of the members of a body; None where they are not all plain."""
        decoders = tuple(item for item in self._decoders if item[0] in document)
        is_whole = len(decoders) == len(document) and self._required <= {*document, *supplied}
        return decoders if is_whole and self._is_readable else None


@lru_cache(maxsize=2048)
def plain_bodies(entity_type: EntityType, operation: Operation) -> PlainBodies:
    """What reads the plain bodies of a type and operation."""
    return PlainBodies(entity_type, operation)


def _is_plain(definition: Property) -> bool:
    """Whether a value of a property stands for itself, and clients may write it."""
    is_simple = not (definition.is_collection or isinstance(definition.edm_type, ComplexType))
    return is_simple and not (definition.is_computed or definition.is_stream)
