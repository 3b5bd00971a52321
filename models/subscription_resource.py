"""What a subscription is to: an entity set of a company or one entity, as a client writes it.

``/api/v2.0/companies(...)/customers``, with or without the leading slash, the host or the root
(Business Central reference §13); with a key behind it, that customer alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from odata.edm.model import EntityType
from odata.edm.types import Primitive
from odata.errors import RuleError
from odata.query.change import Sight, VisibleSet

_ROOT = "api/v2.0"
_GUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_PATH = re.compile(
    rf"(?:(?:[^()]*/)?{re.escape(_ROOT)}/)?"
    rf"(?:companies\((?:id=)?(?P<company>{_GUID})\)/)?(?P<set>[A-Za-z_][A-Za-z0-9_]*)"
    r"(?:\((?:(?P<name>[A-Za-z]+)=)?(?P<key>[^()]+)\))?"
)
_INSTANT = "lastModifiedDateTime"
_TARGET = "resource"


@dataclass(frozen=True, slots=True)
class FollowedSet:
    """The set whose changes are told: its path in notifications, its names in the log; with
    the key of the entity as the log has it, where a single one is followed."""

    path: str
    scope: str
    entity_set: str
    is_key_quoted: bool
    has_instants: bool
    entity_key: str


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
        raise _not_found(found[0])
    log_name = _followed_name(visible)
    if log_name is None:
        raise RuleError(
            f"Changes of the resource '{found['set']}' cannot be subscribed to.", target=_TARGET
        )
    keys = visible.entity_type.all_key_names()
    key = "" if found["key"] is None else _read_key(found, visible.entity_type)
    if found["key"] and not (
        key and sight.has_entity(visible.entity_type, {keys[0]: key}, company)
    ):
        raise _not_found(found[0])
    place = f"companies({company})/" if visible.is_scoped else ""
    return FollowedSet(
        f"{_ROOT}/{place}{found['set']}",
        company if visible.is_scoped else "",
        log_name,
        visible.entity_type.property_named(keys[0]).edm_type is Primitive.STRING,
        visible.entity_type.find_property(_INSTANT) is not None,
        key,
    )


def _followed_name(visible: VisibleSet) -> str | None:
    """The name in the log of a set whose changes are told: it is stored and has one key, and
    who subscribes may read all of it."""
    is_single = len(visible.entity_type.all_key_names()) == 1
    return visible.log_name if is_single and visible.is_whole else None


def _not_found(resource: str) -> RuleError:
    return RuleError(f"The resource '{resource}' was not found.", target=_TARGET)


def _read_key(found: re.Match[str], entity_type: EntityType) -> str:
    """The key of an entity as it is written in a URL; blank where it cannot be one."""
    name, text = found["name"], found["key"]
    definition = entity_type.property_named(entity_type.all_key_names()[0])
    if name not in (None, definition.name):
        return ""
    if definition.edm_type is Primitive.GUID:
        return text.lower() if re.fullmatch(_GUID, text) else ""
    if definition.edm_type is Primitive.STRING and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return ""


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
