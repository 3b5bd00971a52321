"""References between entities of one company: found, locked, refused when unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from models.base import NO_ID, Entity
from models.code_table import CodeEntity
from models.database import database
from odata.query.change import Change

EntityT = TypeVar("EntityT", bound=Entity)
Row = Any  # peewee's query results cannot be typed further


@dataclass(frozen=True, slots=True)
class Reference:
    """A property that holds the id of a row of ``model``; ``caption`` names it in messages. The
    row ``is_changed`` along with the one that refers to it, or only kept."""

    property_name: str
    model: type[Entity]
    caption: str
    is_changed: bool = False


def find(model: type[EntityT], company: str | None, *conditions: Row) -> EntityT | None:
    """The row of the company that meets the conditions, kept from change until commit.

    Without the lock another transaction could remove what this one is about to refer to.
    """
    return _locked("FOR SHARE", model, company, conditions)


def find_to_change(model: type[EntityT], company: str | None, *conditions: Row) -> EntityT | None:
    """The same of a row that will be changed in this transaction: of two that kept it together
    first, each would wait for the other."""
    return _locked("FOR NO KEY UPDATE", model, company, conditions)


def _locked(
    lock: str, model: type[EntityT], company: str | None, conditions: tuple[Row, ...]
) -> EntityT | None:
    query = model.select().where(model.company_id == company, *conditions)
    if database.for_update:
        query = query.for_update(lock)  # type: ignore[arg-type]  # the stub has flags only
    found: EntityT | None = query.first()
    return found


def find_seen(
    change: Change, entity_set: str, model: type[EntityT], *conditions: Row
) -> EntityT | None:
    """The row that a change refers to, where its maker sees it as an entity of the set: what
    he sees in part tells nothing of the rest."""
    found = find(model, change.scope, *conditions)
    visible = change.sight.find_set(entity_set)
    if found is None or visible is None or visible.is_whole:
        return found
    return found if change.sight.has_entity(visible.entity_type, {"id": found.id}) else None


def check_references(change: Change, references: Iterable[Reference]) -> None:
    """Note a fault for each given id that names no row of the company."""
    for item in references:
        if not change.is_given(item.property_name):
            continue
        key, look = change.value(item.property_name), find_to_change if item.is_changed else find
        if key != NO_ID and look(item.model, change.scope, item.model.id == key) is None:
            change.fault(mismatch(item.property_name, item.caption), target=item.property_name)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two properties, an id and a code, that name the same row of ``model``; ``word`` stands
    for it in the sentence about values that differ."""

    id_name: str
    code_name: str
    model: type[CodeEntity]
    caption: str
    word: str


def set_pair(change: Change, pair: Pair) -> None:
    """Keep an id and a code in step; a blank one of them, given alone, clears both."""
    key, code = (_given(change, name) for name in (pair.id_name, pair.code_name))
    if key is None and code is None:
        return
    if key in (None, NO_ID) and code in (None, ""):
        change.values |= {pair.id_name: NO_ID, pair.code_name: ""}
        return
    by_id = key not in (None, NO_ID)
    condition = pair.model.id == key if by_id else pair.model.code == code
    found = find(pair.model, change.scope, condition)
    if found is None:
        name = pair.id_name if by_id else pair.code_name
        change.fault(mismatch(name, pair.caption), target=name)
    elif code not in (None, "", found.code):
        message = f"The {pair.word} values do not match to a specific {pair.caption}."
        change.fault(message, target=pair.code_name)
    else:
        change.values |= {pair.id_name: found.id, pair.code_name: found.code}


def _given(change: Change, name: str) -> object | None:
    return change.values.get(name) if change.is_given(name) else None


def mismatch(property_name: str, caption: str) -> str:
    """Business Central's sentence for an id or code that nothing answers to."""
    article = "an" if caption[0] in "AEIO" else "a"
    return f'The "{property_name}" does not match to {article} {caption}.'


def missing_in_table(field: str, table: str, value: object, related: str) -> str:
    """Business Central's sentence for a code that its table does not list."""
    return (
        f"The field {field} of table {table} contains a value ({value}) "
        f"that cannot be found in the related table ({related})."
    )
