"""The names of one kind of entity, and the entities and objects inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, post_load, pre_load
from marshmallow.exceptions import SCHEMA, ValidationError

from app.rest.names import Loaded, NamedField, Options
from odata.errors import BadRequestError
from odata.payload.json_document import JsonObject
from odata.uri import ast, building


class DialectSchema(Schema):
    """The names of one kind of entity in a dialect."""

    class Meta:
        unknown = RAISE

    @pre_load
    def leave_out_what_is_kept_here(self, data: Loaded, **_: Loaded) -> Loaded:
        """Clients send back what they have read; what is the service's to say is not read."""
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if name not in self._shown_only()}

    @post_load
    def settle(self, data: Loaded, **_: Loaded) -> Loaded:
        """Put every value where the model has it."""
        for item in self.named():
            item.settle(data)
        return data

    def named(self) -> Iterable[NamedField]:
        """Its fields."""
        return (item for item in self.fields.values() if isinstance(item, NamedField))

    def field(self, name: str, called: str | None = None) -> NamedField:
        """The field of a name; refusals call it as the client does."""
        found = self.fields.get(name)
        if not isinstance(found, NamedField):
            called = name if called is None else called
            raise BadRequestError(f"there is no '{called}' here", target=called)
        return found

    def properties(self) -> tuple[str, ...]:
        """What it needs of the entity."""
        return tuple(dict.fromkeys(name for item in self.named() for name in item.properties()))

    def options(self, **further: object) -> ast.QueryOptions:
        """What it needs, as options of a query."""
        expansions = {item.path: item for one in self.named() for item in one.expansions()}
        return building.options(
            select=building.selected(self.properties()),
            expand=tuple(expansions.values()),
            **further,
        )

    def targets(self) -> Mapping[str, str]:
        """Names in this dialect by those of the model; its own go before those of lists."""
        found: dict[str, str] = {}
        written = (item for item in self.named() if not item.dump_only)
        for item in sorted(written, key=lambda item: isinstance(item, Items)):
            for own, name in item.targets().items():
                found.setdefault(own, name)
        return found

    def _shown_only(self) -> frozenset[str]:
        return frozenset(self.fields) - frozenset(self.load_fields)


class Nested(NamedField):
    """An object or a list of objects in the body, each of a schema of its own."""

    def __init__(self, schema: DialectSchema, attribute: str, **options: Options) -> None:
        super().__init__(attribute=attribute, **options)
        self.schema = schema


class Members(Nested):
    """Properties of the entity itself, put together in an object."""

    _CHECK_ATTRIBUTE = False

    def __init__(self, schema: DialectSchema, attribute: str, **options: Options) -> None:
        super().__init__(schema, attribute, allow_none=True, **options)

    def properties(self) -> tuple[str, ...]:
        """Those of its members."""
        return self.schema.properties()

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return self.schema.dump(obj)

    def _deserialize(self, value: Loaded, attr: str | None, data: Loaded, **_: Loaded) -> Any:
        return self.schema.load(value)

    def settle(self, values: JsonObject) -> None:
        """Its members are properties of the entity; null makes all of them blank."""
        name = str(self.attribute)
        if name not in values:
            return
        given = values.pop(name)
        if given is None:
            given = dict.fromkeys(self.schema.properties())
        if isinstance(given, dict):
            values.update(given)

    def targets(self) -> Mapping[str, str]:
        """``address.street``."""
        return _within(str(self.data_key or self.name), self.schema)


class Related(Nested):
    """A related entity, shown inside."""

    def __init__(self, schema: DialectSchema, attribute: str) -> None:
        super().__init__(schema, attribute, dump_only=True)

    def properties(self) -> tuple[str, ...]:
        """None of its own."""
        return ()

    def expansions(self) -> tuple[ast.ExpandItem, ...]:
        """The entity with what its schema shows."""
        return (building.expanded(str(self.attribute), self.schema.options()),)

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return None if value is None else self.schema.dump(value)


class Items(Nested):
    """Related entities, shown and written inside, in the order of their ids."""

    def properties(self) -> tuple[str, ...]:
        """None of its own."""
        return ()

    def expansions(self) -> tuple[ast.ExpandItem, ...]:
        """The entities with what their schema shows."""
        order = (building.ordered("integerId"),)
        return (building.expanded(str(self.attribute), self.schema.options(orderby=order)),)

    def targets(self) -> Mapping[str, str]:
        """``addresses.country``, for what the model says of one of the entities."""
        name = str(self.data_key or self.name)
        return {**_within(name, self.schema), str(self.attribute): name}

    def _serialize(self, value: Loaded, attr: str | None, obj: Loaded, **_: Loaded) -> Any:
        return self.schema.dump(value or [], many=True)

    def _deserialize(self, value: Loaded, attr: str | None, data: Loaded, **_: Loaded) -> Any:
        if not isinstance(value, list):
            raise ValidationError("Not a valid list.")
        several = ["Only one can be primary."] if self._primaries(value) > 1 else []
        try:
            loaded = self.schema.load(value, many=True)
        except ValidationError as error:
            if several and isinstance(error.messages, dict):
                error.messages = {**error.messages, SCHEMA: several}
            raise
        if several:
            raise ValidationError(several, valid_data=loaded)
        return loaded

    def _primaries(self, items: list[Loaded]) -> int:
        """How many say of themselves that they are primary."""
        flags = [str(item.name) for item in self.schema.named() if item.attribute == "isPrimary"]
        return sum(
            isinstance(item, dict) and any(item.get(name) is True for name in flags)
            for item in items
        )


def _within(name: str, schema: DialectSchema) -> Mapping[str, str]:
    return {own: f"{name}.{inner}" for own, inner in schema.targets().items()}
