"""What the client prefers, and what it is told about it.

Cites: RFC 7240 (Prefer), OData Protocol 8.2.8 (preferences), 8.2.4 (Isolation).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from odata.errors import PreconditionFailedError
from odata.protocol.annotation_choice import read_annotation_choice
from odata.protocol.header_syntax import Element, parse_elements

_POSITIVE = re.compile(r"0*[1-9]\d{0,8}", re.ASCII)


class Preference(Enum):
    """A preference by its name without prefix."""

    ALLOW_ENTITYREFERENCES = "allow-entityreferences"
    CONTINUE_ON_ERROR = "continue-on-error"
    INCLUDE_ANNOTATIONS = "include-annotations"
    MAXPAGESIZE = "maxpagesize"
    MERGE = "merge"
    OMIT_VALUES = "omit-values"
    RESPOND_ASYNC = "respond-async"
    RETURN = "return"
    TRACK_CHANGES = "track-changes"
    WAIT = "wait"


class ReturnPreference(Enum):
    """Whether a modification answers with the entity."""

    MINIMAL = "minimal"
    REPRESENTATION = "representation"


class OmitValues(Enum):
    """Which values the client can do without."""

    NULLS = "nulls"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences that are known and valid; all others are left out.

    ``spellings`` pairs each one with the name that the client used, for the answer.
    """

    return_: ReturnPreference | None = None
    maxpagesize: int | None = None
    continue_on_error: bool | None = None
    track_changes: bool = False
    respond_async: bool = False
    wait: int | None = None
    include_annotations: str | None = None
    omit_values: OmitValues | None = None
    allow_entityreferences: bool = False
    merge: str | None = None
    spellings: tuple[tuple[Preference, str], ...] = ()

    def spelling(self, preference: Preference) -> str:
        """The name that the client used."""
        return dict(self.spellings).get(preference, preference.value)


NO_PREFERENCES = Preferences()


def parse_preferences(prefer: str | None) -> Preferences:
    """The preferences of a ``Prefer`` header."""
    return _parse(prefer) if prefer else NO_PREFERENCES


def parse_isolation(isolation: str | None, odata_isolation: str | None) -> bool:
    """Whether snapshot isolation is asked for; the unprefixed header wins.

    Another level is a promise that the service cannot give, hence no preference to ignore.
    """
    level = isolation if isolation is not None else odata_isolation
    if level is None:
        return False
    if level.strip().lower() != "snapshot":
        raise PreconditionFailedError(
            f"isolation level {level.strip()} is not offered, snapshot is", target="Isolation"
        )
    return True


def refuse_isolation(isolation: str | None, odata_isolation: str | None) -> None:
    """Refuse snapshot isolation of a request that is no batch: the pages that follow would be
    of another point in time."""
    if parse_isolation(isolation, odata_isolation):
        raise PreconditionFailedError(
            "snapshot isolation is offered to batches: send the request in one", target="Isolation"
        )


def preference_applied(preferences: Preferences, applied: Mapping[Preference, str]) -> str:
    """The value of ``Preference-Applied``: names as the client spelt them, values as applied.

    An empty value stands for a preference without one.
    """
    return ", ".join(
        f"{preferences.spelling(preference)}={value}" if value else preferences.spelling(preference)
        for preference, value in applied.items()
    )


def applied_to_rows(preferences: Preferences) -> dict[Preference, str]:
    """What is applied to the rows of an answer that reads. Rows carry no annotations of
    vocabularies, so that any choice among them is met."""
    applied: dict[Preference, str] = {}
    if preferences.omit_values is not None:
        applied[Preference.OMIT_VALUES] = preferences.omit_values.value
    choice = read_annotation_choice(preferences.include_annotations)
    if choice is not None:
        applied[Preference.INCLUDE_ANNOTATIONS] = f'"{choice.text}"'
    return applied


@lru_cache(maxsize=256)
def _parse(prefer: str) -> Preferences:
    chosen = _choose(prefer)
    return Preferences(
        return_=_return(chosen.get(Preference.RETURN)),
        maxpagesize=_positive(chosen.get(Preference.MAXPAGESIZE)),
        continue_on_error=_is_true_if_given(chosen.get(Preference.CONTINUE_ON_ERROR)),
        track_changes=_is_true(chosen.get(Preference.TRACK_CHANGES)),
        respond_async=_is_true(chosen.get(Preference.RESPOND_ASYNC)),
        wait=_positive(chosen.get(Preference.WAIT)),
        include_annotations=_text(chosen.get(Preference.INCLUDE_ANNOTATIONS)),
        omit_values=_omit_values(chosen.get(Preference.OMIT_VALUES)),
        allow_entityreferences=_is_true(chosen.get(Preference.ALLOW_ENTITYREFERENCES)),
        merge=_text(chosen.get(Preference.MERGE)),
        spellings=tuple((preference, element.name) for preference, element in chosen.items()),
    )


def _choose(prefer: str) -> dict[Preference, Element]:
    """One element for each known preference: an unprefixed one, else the first."""
    chosen: dict[Preference, Element] = {}
    for element in parse_elements(prefer):
        preference = _NAMES.get(element.name.removeprefix("odata."))
        if preference is None:
            continue
        earlier = chosen.get(preference)
        if earlier is None or (earlier.name != preference.value == element.name):
            chosen[preference] = element
    return chosen


_NAMES = {item.value: item for item in Preference}


def _return(element: Element | None) -> ReturnPreference | None:
    known = {item.value: item for item in ReturnPreference}
    return known.get(element.value.lower()) if element else None


def _omit_values(element: Element | None) -> OmitValues | None:
    known = {item.value: item for item in OmitValues}
    return known.get(element.value.lower()) if element else None


def _positive(element: Element | None) -> int | None:
    if element is None or not _POSITIVE.fullmatch(element.value):
        return None
    return int(element.value)


def _is_true(element: Element | None) -> bool:
    return element is not None and element.value.lower() in ("", "true")


def _is_true_if_given(element: Element | None) -> bool | None:
    return None if element is None else _is_true(element)


def _text(element: Element | None) -> str | None:
    return element.value or None if element else None
