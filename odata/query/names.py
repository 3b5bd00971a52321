"""Finding what a name of the request means, and saying kindly when it means nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeVar

from odata.edm.identifier import is_identifier
from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import ComplexType, Property
from odata.errors import UriSemanticError

_Named = TypeVar("_Named", Property, NavigationProperty)


def find_property(owner: ComplexType, name: str) -> Property | None:
    """The property of this name; letter case counts only where two names differ by it."""
    return owner.find_property(name) or _unique(name, owner.all_properties())


def find_navigation(owner: ComplexType, name: str) -> NavigationProperty | None:
    """The navigation property of this name or alias."""
    if not isinstance(owner, EntityType):
        return None
    return owner.find_navigation(name) or _unique(name, owner.all_navigation())


def is_dynamic_name(owner: ComplexType, name: str) -> bool:
    """Whether the name may be that of a property that an open type does not declare."""
    if not owner.is_open or not is_identifier(name):
        return False
    return find_property(owner, name) is None and find_navigation(owner, name) is None


def unknown_property(
    owner: ComplexType, name: str, target: str, position: int = -1
) -> UriSemanticError:
    """The refusal of a name that ``owner`` does not know, with the nearest that it knows and
    where it stands."""
    known = [item.name for item in owner.all_properties()]
    if isinstance(owner, EntityType):
        known += [item.name for item in owner.all_navigation()]
    if name in known:
        return UriSemanticError(f"'{name}' cannot stand at this place", target=target)
    return UriSemanticError(
        f"Could not find a property named '{name}' on type '{owner.qualified_name}'."
        + did_you_mean(name, known),
        target=target,
        position=position if position >= 0 else None,
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known name, or nothing."""
    by_lower = {item.lower(): item for item in known}
    near = difflib.get_close_matches(name.lower()[:80], by_lower, n=1, cutoff=0.7)
    return f" Did you mean '{by_lower[near[0]]}'?" if near else ""


def _unique(name: str, items: Iterable[_Named]) -> _Named | None:
    lowered = name.lower()
    found = [item for item in items if item.name.lower() == lowered]
    return found[0] if len(found) == 1 else None
