"""Whether a caller may do what it asks; one place, before anything is read or written.

A caller with the role ``writer`` or ``administrator`` may change things; every other one
may read. Which scopes it sees is decided where scopes are chosen.
"""

from __future__ import annotations

from odata.errors import ForbiddenError
from odata.protocol.messages import Principal

WRITING_ROLES = frozenset({"writer", "administrator"})
_READING_METHODS = frozenset({"GET", "HEAD"})


def check_access(principal: Principal, method: str, resource: str) -> None:
    """Refuse a method that the caller's roles do not allow."""
    if method in _READING_METHODS or principal.roles & WRITING_ROLES:
        return
    raise ForbiddenError(
        "Sorry, the current permissions prevented the action. "
        f"(Entity set {resource}: {method} needs the role writer.)"
    )
