"""Every route of every set, asked by every role, in its own company and in another one.

What must be answered follows from the declared grants alone: absent (404), denied (403), or
done as anybody would see it done. Nothing is changed: changes carry a stale tag or no JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import peewee
import pytest

from models.container import build_source, declared_grants
from models.database import database
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY
from odata.edm.grants import Grant, Right
from odata.edm.model import EntitySet, Model
from tests.integration.callers import as_customer, with_roles
from tests.integration.service import STALE_TAG, UNKNOWN_ID, Service, escaped

ROLES = declared_grants()
ABSENT, DENIED = "absent", "denied"
_BROKEN = b"{"
_STALE = {**STALE_TAG, "Content-Type": "application/json"}


def _model() -> Model:
    return build_source(peewee.SqliteDatabase(":memory:")).model


@dataclass(frozen=True)
class Route:
    """A request to one set: what follows it, ``{key}`` for the key of an entity."""

    method: str
    below: str
    right: Right
    operation: str = ""


READING = (
    Route("GET", "?$top=1", Right.READ),
    Route("GET", "/$count", Right.READ),
    Route("GET", "({key})", Right.READ),
    Route("GET", "({key})/$ref", Right.READ),
)
CHANGING = (
    Route("POST", "", Right.INSERT),
    Route("PATCH", "({key})", Right.UPDATE),
    Route("DELETE", "({key})", Right.DELETE),
    Route("DELETE", "/$each", Right.DELETE),
)


def _routes(model: Model, entity_set: EntitySet) -> Iterator[Route]:
    yield from READING
    yield from CHANGING
    names = entity_set.entity_type.all_key_names()
    plain = next(
        (
            item.name
            for item in entity_set.entity_type.properties
            if item.name not in names and not item.is_stream
        ),
        None,
    )
    if plain is not None:
        yield Route("PATCH", f"({{key}})/{plain}", Right.UPDATE)
    for operation in model.operations:
        bound_to = operation.parameters[0].edm_type if operation.is_bound else None
        if bound_to is entity_set.entity_type and not operation.parameters[0].is_collection:
            yield Route("POST", f"({{key}})/{operation.qualified_name}", Right.CALL, operation.name)


# --- what must happen -------------------------------------------------------------------------


def _expected(grant: Grant | None, route: Route, *, is_visible: bool) -> str | None:
    """Absent or denied; None where the caller gets what an administrator gets."""
    if grant is None or Right.READ not in grant.rights:
        return ABSENT
    if route.right is Right.READ:
        return None if is_visible or "{key}" not in route.below else ABSENT
    if route.right in grant.rights:
        return None if is_visible or "{key}" not in route.below else ABSENT
    return DENIED


def _seen(status: int) -> str | None:
    return {404: ABSENT, 403: DENIED}.get(status)


@pytest.fixture(scope="module")
def model() -> Model:
    return _model()


EntitiesOf = Callable[[str], "_Entities"]


@pytest.fixture(scope="module")
def known_entities() -> dict[tuple[str, str], _Entities]:
    """Entities by kind of database and company, which nothing here changes."""
    return {}


@pytest.fixture
def entities_of(
    shared: Service, model: Model, known_entities: dict[tuple[str, str], _Entities]
) -> EntitiesOf:
    """One entity of each set in a company."""

    def find(company: str) -> _Entities:
        place = (type(database.obj).__name__, company)
        if place not in known_entities:
            known_entities[place] = _entities(shared, model, company)
        return known_entities[place]

    return find


CALLERS: dict[str, Callable[[Service], Service]] = {
    "reader": lambda service: with_roles(service, "reader", companies=frozenset({CRONUS})),
    "writer": lambda service: with_roles(service, "writer", companies=frozenset({CRONUS})),
    "administrator": lambda service: with_roles(
        service, "administrator", companies=frozenset({CRONUS})
    ),
    "automation": lambda service: with_roles(service, f"automation@{CRONUS}"),
    "portal": as_customer,
    "nobody": lambda service: with_roles(service, "nobody", companies=frozenset({CRONUS})),
}


@dataclass(frozen=True)
class _Entities:
    """The key of an entity of each set, and those of them that a condition lets through."""

    keys: dict[str, str]
    own: frozenset[str]


def _entities(service: Service, model: Model, company: str) -> _Entities:
    """One entity of every set, as an administrator finds it."""
    keys: dict[str, str] = {}
    own: set[str] = set()
    for name, entity_set in model.entity_sets.items():
        root = f"companies({company})/{name}" if _is_below(model, name) else name
        names = entity_set.entity_type.all_key_names()
        query = f"$top=1&$select={','.join(names)}&$filter={names[0]} ne null"
        answer = service.ask(root, query)
        rows = answer.json["value"] if answer.status_code == 200 else []
        keys[name] = _key(rows[0], names) if rows else UNKNOWN_ID
        condition = _condition("portal", name)
        if rows and condition:
            key = " and ".join(f"{item} eq {_literal(rows[0][item])}" for item in names)
            found = service.get(f"{root}/$count", f"$filter=({key}) and ({condition})")
            if found:
                own.add(name)
    return _Entities(keys, frozenset(own))


def _condition(role: str, name: str) -> str:
    """The rows of a grant as a filter of anybody's, for the customer of the test."""
    grant = _grant(role, name)
    return "" if grant is None else grant.rows.replace("in @customer", f"eq {ADATUM}")


def _key(row: dict[str, object], names: tuple[str, ...]) -> str:
    literals = {name: quote(_literal(row[name]), safe="'") for name in names}
    if len(names) == 1:
        return literals[names[0]]
    return ",".join(f"{name}={literal}" for name, literal in literals.items())


def _literal(value: object) -> str:
    text = str(value)
    is_bare = isinstance(value, int) or (len(text) == 36 and text.count("-") == 4)
    return text if is_bare else f"'{text}'"


def _is_below(model: Model, name: str) -> bool:
    return model.entity_types["company"].find_navigation(name) is not None


def _grant(role: str, name: str) -> Grant | None:
    return next((item for item in ROLES.get(role, ()) if item.target == name), None)


# --- the matrix -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", CALLERS)
def test_every_route_answers_as_the_grants_say(
    shared: Service, model: Model, role: str, entities_of: EntitiesOf
):
    entities = entities_of(CRONUS)
    caller = CALLERS[role](shared)
    wrong = []
    for name, entity_set in model.entity_sets.items():
        grant = _grant(role, name)
        is_visible = not (grant and grant.rows) or name in entities.own
        has_entity = entities.keys[name] != UNKNOWN_ID
        for route in _routes(model, entity_set):
            if not has_entity and "{key}" in route.below:
                continue
            expected = _expected(grant, route, is_visible=is_visible)
            root = f"companies({CRONUS})/{name}" if _is_below(model, name) else name
            target = root + _below(route, entities.keys[name])
            answer = _ask(caller, route, target)
            if _seen(answer.status_code) != expected or answer.status_code >= 500:
                wrong.append((route.method, target, answer.status_code, expected))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", CALLERS)
def test_every_route_of_another_company_answers_as_if_there_were_none(
    shared: Service, model: Model, role: str, entities_of: EntitiesOf
):
    entities = entities_of(MY_COMPANY)
    caller = CALLERS[role](shared)
    told = []
    for name, entity_set in model.entity_sets.items():
        if not _is_below(model, name):
            continue
        for route in _routes(model, entity_set):
            below = _below(route, entities.keys[name])
            theirs = _ask(caller, route, f"companies({MY_COMPANY})/{name}{below}")
            nobodys = _ask(caller, route, f"companies({UNKNOWN_ID})/{name}{below}")
            if (theirs.status_code, _words(theirs)) != (404, _words(nobodys)):
                told.append((route, name, theirs.status_code, nobodys.status_code))
    assert told == []


def _below(route: Route, key: str) -> str:
    path, mark, query = route.below.partition("?")
    return f"{key.join(map(escaped, path.split('{key}')))}{mark}{query}"


def _ask(caller: Service, route: Route, target: str):
    if route.method == "GET":
        return caller.send("GET", target)
    if route.below == "/$each":
        # Nothing matches, so nothing is deleted.
        return caller.send("DELETE", target.replace("/$each", "/$filter(false)/$each"))
    return caller.send(route.method, target, _STALE, data=_BROKEN)


def _words(answer) -> tuple[str, str]:
    error = answer.json["error"]
    return error["code"], error["message"].partition("  CorrelationId:")[0]
