"""What a subscription is to: an entity set of a company, as a client writes it.

``/api/v2.0/companies(...)/customers``, with or without the leading slash, the host or the root
(Business Central reference §13).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from odata.edm.types import Primitive
from odata.errors import RuleError
from odata.query.change import Sight, VisibleSet

_ROOT = "api/v2.0"
_GUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_PATH = re.compile(
    rf"(?:(?:[^()]*/)?{re.escape(_ROOT)}/)?"
    rf"(?:companies\((?:id=)?(?P<company>{_GUID})\)/)?(?P<set>[A-Za-z_][A-Za-z0-9_]*)"
)
_INSTANT = "lastModifiedDateTime"
_TARGET = "resource"


@dataclass(frozen=True, slots=True)
class FollowedSet:
    """The set whose changes are told: its path in notifications, its names in the log."""

    path: str
    scope: str
    entity_set: str
    is_key_quoted: bool
    has_instants: bool


def read_resource(text: str, sight: Sight) -> FollowedSet:
    """The set that a client may follow; refuses what is not there, alike for whoever may not
    see it, and what has no changes of single entities."""
    parts = urlsplit(text)
    found = _PATH.fullmatch(unquote(parts.path).strip("/"))
    if found is None or parts.query or parts.fragment:
        raise RuleError(
            "The resource must be an entity set such as "
            f"/{_ROOT}/companies({{id}})/customers, without options.",
            target=_TARGET,
        )
    company = (found["company"] or "").lower()
    visible = sight.find_set(found["set"])
    if visible is None or not _has_company(visible, company, sight):
        raise RuleError(f"The resource '{found[0]}' was not found.", target=_TARGET)
    keys = visible.entity_type.all_key_names()
    if visible.log_name is None or len(keys) != 1 or not visible.is_whole:
        raise RuleError(
            f"Changes of the resource '{found['set']}' cannot be subscribed to.", target=_TARGET
        )
    place = f"companies({company})/" if visible.is_scoped else ""
    return FollowedSet(
        f"{_ROOT}/{place}{found['set']}",
        company if visible.is_scoped else "",
        visible.log_name,
        visible.entity_type.property_named(keys[0]).edm_type is Primitive.STRING,
        visible.entity_type.find_property(_INSTANT) is not None,
    )


def _has_company(visible: VisibleSet, company: str, sight: Sight) -> bool:
    """Whether the company that is named is one that may be seen, where one must be named."""
    if not company:
        return not visible.is_scoped
    companies = sight.find_set("companies")
    return (
        visible.is_scoped
        and companies is not None
        and sight.has_entity(companies.entity_type, {"id": company})
    )
