"""What a service enforces, told as annotations of its model.

Everything here is read from the tables and limits that requests are held against, so the
metadata cannot promise what is refused.

Cites: Capabilities vocabulary; Core vocabulary (SchemaVersion).
"""

from __future__ import annotations

from collections.abc import Iterator

from odata.edm.annotations import CAPABILITIES, SCHEMA_VERSION, collection, filter_functions, record
from odata.edm.model import Model
from odata.query.functions import SIGNATURES
from odata.query.limits import QueryLimits

Declared = tuple[str, object]

# Functions of the grammar that take types or conditions and so stand in no table of signatures.
_SPECIAL_FUNCTIONS = ("case", "cast", "isof")
_FORMATS = (
    "application/json;odata.metadata=minimal;IEEE754Compatible=false",
    "application/json;odata.metadata=minimal;IEEE754Compatible=true",
    "application/json;odata.metadata=none",
    "application/json;odata.metadata=full",
    "text/csv",
    "application/x-ndjson",
)
_METADATA_FORMATS = ("application/xml", "application/json")
_BATCH_FORMATS = ("application/json", "multipart/mixed")
_EXPAND_RESTRICTIONS = f"{CAPABILITIES}.ExpandRestrictions"


def advertise(model: Model, limits: QueryLimits, schema_version: str | None) -> None:
    """Add to a model what is enforced, where it says nothing of its own about it."""
    model.annotations = _added(model.annotations, _of_service(schema_version))
    levels = (_EXPAND_RESTRICTIONS, record(MaxLevels=limits.max_expand_depth))
    for entity_set in model.entity_sets.values():
        entity_set.annotations = _added(entity_set.annotations, iter((levels,)))


def _of_service(schema_version: str | None) -> Iterator[Declared]:
    if schema_version is not None:
        yield SCHEMA_VERSION, schema_version
    yield f"{CAPABILITIES}.SupportedFormats", collection(_FORMATS)
    yield f"{CAPABILITIES}.SupportedMetadataFormats", collection(_METADATA_FORMATS)
    yield (
        f"{CAPABILITIES}.BatchSupport",
        record(Supported=True, SupportedFormats=collection(_BATCH_FORMATS)),
    )
    yield f"{CAPABILITIES}.CrossJoinSupported", False
    yield f"{CAPABILITIES}.QuerySegmentSupported", True
    yield filter_functions(sorted({*SIGNATURES, *_SPECIAL_FUNCTIONS}))


def _added(declared: tuple[Declared, ...], implied: Iterator[Declared]) -> tuple[Declared, ...]:
    terms = {name for name, _ in declared}
    return (*declared, *((name, value) for name, value in implied if name not in terms))
