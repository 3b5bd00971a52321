"""The faults of what is nested in a payload: all of one level together, each with its path.

``contacts/1/email`` is the e-mail address of the second contact, as the reader of payloads
names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from odata.errors import ErrorDetail, ODataError, PayloadError, RuleError
from odata.query.change import refusal


class NestedFaults:
    """Gathers the refusals of nested entities; nothing of the payload stays if there are any."""

    def __init__(self) -> None:
        self._refusals: list[ODataError] = []

    @contextmanager
    def of(self, *path: object) -> Iterator[None]:
        """Note what the rules say against the entity at a path and go on."""
        try:
            yield
        except (PayloadError, RuleError) as error:
            _move_below(error, "/".join(map(str, path)))
            self._refusals.append(error)

    def check(self) -> None:
        """Refuse what was noted: one refusal as it is, several as one."""
        if len(self._refusals) == 1:
            raise self._refusals[0]
        if self._refusals:
            raise refusal([item for error in self._refusals for item in faults_of(error)])


def faults_of(error: ODataError) -> tuple[ErrorDetail, ...]:
    """The faults that a refusal names: one at least."""
    return error.details or (error.as_detail(),)


def _move_below(error: ODataError, path: str) -> None:
    error.target = _below(path, error.target)
    error.details = tuple(replace(item, target=_below(path, item.target)) for item in error.details)


def _below(path: str, target: str | None) -> str:
    return path if target is None else f"{path}/{target}"
