"""A dialect: where it is found, its routes, and the manners in which it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.rest.lookup import Lookup, comparable
from app.rest.names import read_id
from app.rest.paging import PageStyle, ShownPage
from app.rest.schema import DialectSchema
from odata.errors import MethodNotAllowedError, NotFoundError
from odata.payload.json_document import JsonObject, JsonValue
from odata.protocol.entity_service import Caller, EntityService
from odata.protocol.messages import Request, Response
from odata.uri import ast, building

MakeCondition = Callable[[str], ast.Expression]
_MOST_ROWS = 1000
_BRACES = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True)
class Manners:
    """How a dialect puts things.

    ``one`` wraps an entity and ``many`` a page; both are given the names of the resource.
    ``acknowledgement`` is what an update answers, where it is not the entity.
    """

    one: Callable[[Names, JsonValue], JsonValue]
    many: Callable[[Names, list[JsonValue], ShownPage], JsonValue]
    page: PageStyle
    acknowledgement: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What one and many of a resource are called."""

    one: str
    many: str


@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of entity as a dialect names it.

    ``shown`` is the full form, ``listed`` that of lists and ``acknowledged`` that of a new one.
    ``filters`` are query options by name; ``filters_fields`` lets ``filter[...]`` name fields.
    ``complete`` adds to the values of a new entity what the dialect chooses, ``fit`` brings
    those of a change to what is stored, ``follow`` writes beside the entity each value that
    ``beside`` names.
    """

    names: Names
    shown: DialectSchema
    written: DialectSchema | None = None
    listed: DialectSchema | None = None
    acknowledged: DialectSchema | None = None
    filters: Mapping[str, MakeCondition] = field(default_factory=dict)
    filters_fields: bool = False
    complete: Callable[[Call, JsonObject], None] | None = None
    fit: Callable[[Call, str, JsonObject], None] | None = None
    beside: tuple[str, ...] = ()
    follow: Callable[[Call, str, JsonValue], None] | None = None

    def own(self, values: JsonObject) -> JsonObject:
        """The values of the entity itself."""
        return {name: value for name, value in values.items() if name not in self.beside}

    @property
    def row(self) -> DialectSchema:
        """The form of lists."""
        return self.listed or self.shown

    @property
    def body(self) -> DialectSchema:
        """The form of bodies."""
        return self.written or self.shown

    @property
    def new(self) -> DialectSchema:
        """The form in which a new one is answered."""
        return self.acknowledged or self.shown


@dataclass(frozen=True, eq=False)
class Route:
    """One method of one path.

    ``at`` is the path in the model: ``customers({customer_id})/contacts``; ``prefixes`` are
    those of the ids in braces. ``operation`` answers.
    """

    method: str
    template: str
    at: str
    operation: Operation
    summary: str
    prefixes: Mapping[str, str | None] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What matches paths of this route."""
        return re.compile(_BRACES.sub(r"(?P<\1>[^/]+)", re.escape(self.template)))


@dataclass(frozen=True, eq=False)
class Dialect:
    """One REST API."""

    name: str
    title: str
    description: str
    roots: tuple[str, ...]
    routes: tuple[Route, ...]
    manners: Manners

    @property
    def mounts(self) -> tuple[str, ...]:
        """The first segments of its paths under each of its roots."""
        firsts = dict.fromkeys(route.template.split("/")[1] for route in self.routes)
        return tuple(f"{root}/{first}" for root in self.roots for first in firsts)

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route of a request and the ids in its path."""
        allowed: list[str] = []
        for route in self.routes:
            found = route.pattern.fullmatch(path)
            if found is None:
                continue
            if route.method == method:
                return route, found.groupdict()
            allowed.append(route.method)
        if allowed:
            methods = tuple(dict.fromkeys((*allowed, *(["HEAD"] if "GET" in allowed else []))))
            raise MethodNotAllowedError(f"{method} is not allowed here", allowed=methods)
        raise NotFoundError(f"there is nothing at '{path[:200]}'")


@dataclass
class Call:
    """One request to a dialect, with what it was found to be."""

    dialect: Dialect
    service: EntityService
    request: Request
    caller: Caller
    route: Route
    ids: Mapping[str, str]
    options: Sequence[tuple[str, str]]
    tables: dict[str, list[JsonObject]] = field(default_factory=dict)

    @property
    def scope_path(self) -> str:
        """The path of the company."""
        return f"companies({self.caller.scope})/"

    @property
    def path(self) -> str:
        """The path in the model that the request means."""
        path = self.route.at
        for name, text in self.ids.items():
            number = read_id(self.route.prefixes.get(name), text)
            if number is None:
                raise NotFoundError(f"there is no '{text[:50]}'")
            path = path.replace(f"{{{name}}}", f"integerId={number}")
        return self.scope_path + path

    @cached_property
    def hidden(self) -> frozenset[str]:
        """What the caller does not see of what the request is about."""
        at = re.sub(r"\(.*?\)", "", self.route.at)
        return self.service.hidden_at(self.caller, self.scope_path + at)

    def address(self, path: str) -> str:
        """The absolute URL of a path of the dialect."""
        return f"{self.request.service_root.rstrip('/')}{path}"

    def unconditional(self) -> Caller:
        """The caller for what follows a change whose conditions have been met."""
        return replace(self.caller, conditions={})

    # --- other words ----------------------------------------------------------------------

    def words(self, lookup: Lookup, key: JsonValue) -> JsonValue:
        """What clients call the row of a key; blank where there is no such row."""
        for row in self._table(lookup):
            if row[lookup.key] == key:
                return lookup.words(row)[0]
        return None

    def key(self, lookup: Lookup, text: str) -> JsonValue:
        """The key of the row that clients call so; None where nothing is called so."""
        wanted = comparable(text)
        for row in self._table(lookup):
            if wanted in map(comparable, lookup.words(row)):
                return row[lookup.key]
        return None

    def known_words(self, lookup: Lookup) -> list[str]:
        """All that a client may say."""
        return [lookup.words(row)[0] for row in self._table(lookup)]

    def _table(self, lookup: Lookup) -> list[JsonObject]:
        """The rows of a table, read once a request."""
        rows = self.tables.get(lookup.entity_set)
        if rows is None:
            wanted = building.options(select=building.selected(lookup.columns), top=_MOST_ROWS)
            path = f"{self.scope_path}{lookup.entity_set}"
            page = self.service.page(self.caller, path, wanted)
            rows = self.tables[lookup.entity_set] = [item.values for item in page.entities]
        return rows


Operation = Callable[[Call], Response]
