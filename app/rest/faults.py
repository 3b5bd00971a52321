"""What is wrong with a request, in the names and statuses of the dialects.

The body of a failure is that of the whole service: code, message, target and details.

    400  the request or its query cannot be read
    409  a duplicate, a stale entity tag, a delete that something stands against
    422  values that the schema or the rules refuse, all of them together
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from odata.errors import (
    ConflictError,
    EntityChangedError,
    ErrorDetail,
    ODataError,
    PayloadError,
    RuleError,
    UnprocessableError,
)
from odata.protocol.error_body import ERROR_HEADERS, error_response_body
from odata.protocol.messages import Response
from odata.service.nested_faults import NestedFaults, faults_of

Messages = Any  # marshmallow's faults: lists and dicts of any depth
INVALID = UnprocessableError.code
_QUOTED = re.compile(r"(['\"])([A-Za-z]{1,60})\1")


def failure_response(error: ODataError, request_id: str) -> Response:
    """A failure as an answer."""
    headers = [*ERROR_HEADERS, *error.headers]
    return Response(error.http_status, headers, error_response_body(error, request_id))


def schema_faults(messages: Messages, prefix: str = "") -> Iterator[ErrorDetail]:
    """The faults that marshmallow has found, one for each field."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from schema_faults(inner, prefix if name == "_schema" else _joined(prefix, name))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield ErrorDetail(INVALID, str(message), prefix or None)


def model_faults(error: ODataError, targets: Mapping[str, str]) -> list[ErrorDetail]:
    """The faults that the model has found, in the names of the dialect."""
    return [
        ErrorDetail(item.code, _reworded(item.message, targets), _named(item.target, targets))
        for item in faults_of(error)
    ]


def put_names(error: ODataError, targets: Mapping[str, str]) -> None:
    """Have a failure that is no matter of values speak in the names of the dialect."""
    error.target = _named(error.target, targets)
    if isinstance(error, EntityChangedError):
        error.changed = None if error.changed is None else _all_named(error.changed, targets)
        error.conflicting = _all_named(error.conflicting, targets)


def invalid(faults: list[ErrorDetail]) -> UnprocessableError:
    """All faults as one refusal that speaks like the first of them; one for each field."""
    by_target = {item.target: item for item in reversed(faults)}
    kept = [item for item in faults if by_target[item.target] is item]
    first = kept[0]
    details = tuple(kept) if len(kept) > 1 else ()
    return UnprocessableError(first.message, target=first.target, code=first.code, details=details)


def is_about_values(error: ODataError) -> bool:
    """Whether the model refuses what the body says."""
    return isinstance(error, PayloadError | RuleError)


@contextmanager
def below(name: str) -> Iterator[None]:
    """Have the faults of a value that is written on its own lie below its name."""
    faults = NestedFaults()
    with faults.of(name):
        yield
    faults.check()


def standing_against(error: RuleError) -> ConflictError:
    """The refusal of a delete."""
    return ConflictError(error.message, target=error.target, code=error.code)


def _reworded(message: str, targets: Mapping[str, str]) -> str:
    """A sentence with the names that it quotes in those of the dialect."""

    def own(found: re.Match[str]) -> str:
        quote, name = found.groups()
        return f"{quote}{targets.get(name, name)}{quote}"

    return _QUOTED.sub(own, message)


def _all_named(names: tuple[str, ...], targets: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(targets.get(name, name) for name in names))


def _named(target: str | None, targets: Mapping[str, str]) -> str | None:
    if target is None:
        return None
    first, *others = target.split("/")
    inner = (targets.get(name, name).rpartition(".")[2] for name in others)
    return ".".join((targets.get(first, first), *inner))


def _joined(prefix: str, name: object) -> str:
    return f"{prefix}.{name}" if prefix else str(name)
