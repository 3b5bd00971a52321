"""What a service enforces, told as annotations of its model.

Everything here is read from the tables and limits that requests are held against, so the
metadata cannot promise what is refused.

Cites: Capabilities vocabulary; Core vocabulary (SchemaVersion).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from odata.edm.annotations import (
    CAPABILITIES,
    CHANGE_TRACKING,
    CONVENTIONAL_IDS,
    DEREFERENCEABLE_IDS,
    LONG_DESCRIPTION,
    SCHEMA_VERSION,
    CollectionValue,
    collection,
    conformance_level,
    filter_functions,
    record,
)
from odata.edm.model import Model
from odata.query.allowed_options import CHANGE_OPTIONS
from odata.query.functions import SIGNATURES, SUBSETS
from odata.query.limits import QueryLimits

Declared = tuple[str, object]

# Functions of the grammar that take types or conditions and so stand in no table of signatures.
_SPECIAL_FUNCTIONS = ("case", "cast", "isdefined", "isof")
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
_MODIFICATION_OPTIONS: Mapping[str, str] = {
    "ExpandSupported": "$expand",
    "SelectSupported": "$select",
    "ComputeSupported": "$compute",
    "FilterSupported": "$filter",
    "SearchSupported": "$search",
    "SortSupported": "$orderby",
}


@dataclass(frozen=True, slots=True)
class CustomParameter:
    """A header or query option of the service's own that it reads."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Served:
    """What an engine does, as far as its metadata tell it."""

    limits: QueryLimits
    schema_version: str | None = None
    has_key_segments: bool = False
    logs_changes: bool = False
    conformance: str | None = None
    headers: tuple[CustomParameter, ...] = ()
    query_options: tuple[CustomParameter, ...] = ()


def advertise(model: Model, served: Served) -> None:
    """Add to a model what is enforced, where it says nothing of its own about it."""
    model.annotations = _added(model.annotations, _of_service(served))
    for entity_set in model.entity_sets.values():
        entity_set.annotations = _added(entity_set.annotations, _of_set(served))


def _of_set(served: Served) -> Iterator[Declared]:
    yield _EXPAND_RESTRICTIONS, record(MaxLevels=served.limits.max_expand_depth)
    yield f"{CAPABILITIES}.ComputeSupported", True
    if served.logs_changes:
        yield CHANGE_TRACKING, record(Supported=True)


def _of_service(served: Served) -> Iterator[Declared]:
    if served.schema_version is not None:
        yield SCHEMA_VERSION, served.schema_version
    yield LONG_DESCRIPTION, _bounds(served.limits)
    if served.conformance is not None:
        yield conformance_level(served.conformance)
    yield CONVENTIONAL_IDS, True
    yield DEREFERENCEABLE_IDS, True
    if served.has_key_segments:
        yield f"{CAPABILITIES}.KeyAsSegmentSupported", True
    yield f"{CAPABILITIES}.SupportedFormats", collection(_FORMATS)
    yield f"{CAPABILITIES}.SupportedMetadataFormats", collection(_METADATA_FORMATS)
    yield (
        f"{CAPABILITIES}.BatchSupport",
        record(
            Supported=True,
            ContinueOnErrorSupported=True,
            ReferencesInRequestBodiesSupported=True,
            ReferencesAcrossChangeSetsSupported=True,
            EtagReferencesSupported=True,
            RequestDependencyConditionsSupported=True,
            SupportedFormats=collection(_BATCH_FORMATS),
        ),
    )
    yield f"{CAPABILITIES}.CrossJoinSupported", True
    yield f"{CAPABILITIES}.QuerySegmentSupported", True
    yield from _of_changes()
    if served.headers:
        yield f"{CAPABILITIES}.CustomHeaders", _listed(served.headers)
    if served.query_options:
        yield f"{CAPABILITIES}.CustomQueryOptions", _listed(served.query_options)
    yield filter_functions(sorted({*SIGNATURES, *SUBSETS, *_SPECIAL_FUNCTIONS}))


def _of_changes() -> Iterator[Declared]:
    """What changes may carry and ask for; ids of the content are read and not given back."""
    deep = record(Supported=True, ContentIDSupported=False)
    yield f"{CAPABILITIES}.DeepInsertSupport", deep
    yield f"{CAPABILITIES}.DeepUpdateSupport", deep
    options = {name: option in CHANGE_OPTIONS for name, option in _MODIFICATION_OPTIONS.items()}
    yield f"{CAPABILITIES}.ModificationQueryOptions", record(**options)


def _listed(parameters: tuple[CustomParameter, ...]) -> CollectionValue:
    return collection(record(Name=item.name, Description=item.description) for item in parameters)


def _bounds(limits: QueryLimits) -> str:
    """The bounds for which no vocabulary has a term, in words."""
    return (
        f"A request expands at most {limits.max_expand_width} navigation properties, "
        f"{limits.max_expand_depth} levels deep; its expressions have at most "
        f"{limits.max_expression_nodes} terms, are nested at most {limits.max_expression_depth} "
        f"levels deep with at most {limits.max_lambda_depth} collections one inside the other, "
        f"and follow at most {limits.max_path_steps} steps of a path; a list of in has at most "
        f"{limits.max_in_items} values, $orderby at most {limits.max_orderby_items} terms; "
        f"one option, or the path, has at most {limits.text.max_length} characters and "
        f"{limits.text.max_nodes} terms and {limits.text.max_depth} brackets one inside the other; "
        f"$apply nests at most {limits.max_apply_steps} times and reads a table at most "
        f"{limits.max_apply_reads} times, a cross join names {limits.max_joined_sets} sets; "
        f"a pattern has at most {limits.max_pattern_length} characters, "
        f"{limits.max_pattern_depth} groups one inside the other and "
        f"{limits.max_pattern_repeats} repetitions; the streams that it expands take at "
        f"most {limits.max_inline_bytes} bytes."
    )


def _added(declared: tuple[Declared, ...], implied: Iterator[Declared]) -> tuple[Declared, ...]:
    terms = {name for name, _ in declared}
    return (*declared, *((name, value) for name, value in implied if name not in terms))
