"""An entity set of ``$metadata`` in the notation of the table that it is held against.

The first line has the name of the set, of its type and what may be done: C creates, U updates,
D deletes, S sorts. Properties are ``name:Type(length)``, ``!`` not nullable, ``#`` a key.
Behind ``>`` follow the navigation properties, ``*`` a collection, ``=`` what they are tied by;
behind ``!`` the actions.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from xml.etree import ElementTree as ET

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_RIGHTS = {"Insertable": "C", "Updatable": "U", "Deletable": "D", "Sortable": "S"}
_WIDTH = 96


def described(schema: ET.Element, entity_set: ET.Element) -> str:
    """The set as the table writes it."""
    name = simple(entity_set.get("EntityType"))
    entity_type = schema.find(f"{EDM}EntityType[@Name='{name}']")
    assert entity_type is not None
    head = f"{entity_set.get('Name')} {name} {_rights(entity_set)}"
    keys = {item.get("Name") for item in entity_type.findall(f"{EDM}Key/{EDM}PropertyRef")}
    properties = (_property(item, keys) for item in entity_type.findall(f"{EDM}Property"))
    lines = [head, *_wrapped("", properties)]
    navigation = map(_navigation, entity_type.findall(f"{EDM}NavigationProperty"))
    lines += _wrapped("> ", navigation if name != "company" else iter(()))
    return "\n".join(lines + list(_wrapped("! ", _actions(schema, name))))


def simple(name: str | None) -> str:
    """A type without its namespace."""
    return (name or "").removeprefix("Collection(").rstrip(")").rpartition(".")[2]


def _rights(entity_set: ET.Element) -> str:
    allowed = {
        value.get("Property"): value.get("Bool")
        for value in entity_set.findall(f"{EDM}Annotation/{EDM}Record/{EDM}PropertyValue")
    }
    return "".join(letter for name, letter in _RIGHTS.items() if allowed.get(name) == "true") or "-"


def _property(item: ET.Element, keys: set[str | None]) -> str:
    length = f"({item.get('MaxLength')})" if item.get("MaxLength") else ""
    kind = simple(item.get("Type"))
    many = "*" if "Collection" in item.get("Type", "") else ""
    needed = "!" if item.get("Nullable") == "false" else ""
    key = "#" if item.get("Name") in keys else ""
    return f"{item.get('Name')}:{kind}{many}{length}{needed}{key}"


def _navigation(item: ET.Element) -> str:
    many = "*" if "Collection" in item.get("Type", "") else ""
    ties = ",".join(
        f"{tie.get('Property')}={tie.get('ReferencedProperty')}"
        for tie in item.findall(f"{EDM}ReferentialConstraint")
    )
    partner = f"/{item.get('Partner')}" if item.get("Partner") else ""
    return f"{item.get('Name')}:{simple(item.get('Type'))}{many}[{ties}]{partner}"


def _actions(schema: ET.Element, name: str) -> Iterator[str]:
    for action in schema.findall(f"{EDM}Action[@IsBound='true']"):
        parameter = action.find(f"{EDM}Parameter")
        if parameter is not None and simple(parameter.get("Type")) == name:
            yield str(action.get("Name"))


def _wrapped(sign: str, words: Iterator[str]) -> list[str]:
    text = " ".join(words)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"  {sign}",
        subsequent_indent=f"  {sign}",
        break_long_words=False,
        break_on_hyphens=False,
    )
