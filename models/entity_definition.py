"""What the service says of its own types: captions of entities, properties, actions and members
of enumerations; read only (reference §6.5, §15).

The rows repeat the model, so that they can be queried like all others; the keeper brings them
to it once a process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import peewee

from models.availability import UNAVAILABLE
from models.base import caption
from models.database import database
from models.enumerations import NAMESPACE
from models.grants import DESCRIPTION
from models.surroundings import Surroundings
from models.webhook_resource import followed_sets
from odata.edm.model import Capabilities, EntityType, Model
from odata.edm.types import ComplexType, EnumType, Facets, Primitive, Property
from odata.errors import ODataError
from odata.sql.expose import Exposure, column
from odata.sql.fields import JsonField, TextField
from odata.sql.mapping import ColumnMapping, DataSource

Row = dict[str, Any]  # columns by name: texts, and lists of what JSON can say
Transaction = Callable[[], AbstractContextManager[object]]

ENGLISH = 1033
_FAULTS: tuple[type[Exception], ...] = (ODataError, *UNAVAILABLE)
_NEVER_NULL = Facets(nullable=False)


def _complex(name: str, *properties: Property) -> ComplexType:
    return ComplexType(name, NAMESPACE, properties)


def _name() -> Property:
    return Property("name", Primitive.STRING, _NEVER_NULL, is_searchable=True)


_LABEL = _complex(
    "entityMetadataLabel",
    Property("languageCode", Primitive.INT32, _NEVER_NULL),
    Property("caption", Primitive.STRING, _NEVER_NULL, is_searchable=True),
)
_CAPTIONS = Property("captions", _LABEL, is_collection=True)
_FIELD = _complex("entityMetadataField", _name(), _CAPTIONS)
_ACTION = _complex("entityMetadataAction", _name(), _CAPTIONS)
_MEMBER = _complex(
    "entityMetadataEnumMember",
    _name(),
    Property("value", Primitive.INT32, _NEVER_NULL),
    _CAPTIONS,
)


class EntityDefinition(peewee.Model):
    """An entity type with its properties and actions, or an enumeration with its members."""

    entity_name = TextField(primary_key=True)
    entity_set_name = TextField(default="")
    entity_captions = JsonField(default="[]")
    entity_set_captions = JsonField(default="[]")
    properties = JsonField(default="[]")
    actions = JsonField(default="[]")
    enum_members = JsonField(default="[]")
    is_followed = peewee.BooleanField(default=False)

    class Meta:
        database = database
        table_name = "entity_definition"


class DefinitionKeeper:
    """Brings the rows to the model before the first request of a process.

    A fault of the database is left to the request, which meets it too and answers it.
    """

    def __init__(self, source: DataSource, transaction: Transaction) -> None:
        self._source = source
        self._transaction = transaction
        self._is_done = False

    def keep(self) -> None:
        """Write what differs, if that was not done before."""
        if self._is_done:
            return
        try:
            store_definitions(self._source, self._transaction)
        except _FAULTS:
            return
        self._is_done = True


def store_definitions(source: DataSource, transaction: Transaction) -> None:
    """Write the definitions of a model where the stored ones differ."""
    followed = followed_sets(source)
    wanted = {row["entity_name"]: row for row in _definitions(source.model, followed)}
    rows: Iterable[Row] = EntityDefinition.select().dicts()  # type: ignore[assignment]  # the stub has models
    stored = {row["entity_name"]: row for row in rows}
    if wanted == stored:
        return
    with transaction():
        gone = [name for name in stored if name not in wanted]
        EntityDefinition.delete().where(EntityDefinition.entity_name.in_(gone)).execute()
        for name, row in wanted.items():
            if row != stored.get(name):
                EntityDefinition.insert(row).on_conflict(
                    conflict_target=(EntityDefinition.entity_name,), update=row
                ).execute()


# Sets of which other callers than administrators must not learn.
_ADMINISTRATIVE = frozenset({"auditEntries"})


def _definitions(model: Model, followed: Collection[str]) -> Iterator[Row]:
    for entity_set in model.entity_sets.values():
        if entity_set.name not in _ADMINISTRATIVE:
            row = _definition_of(model, entity_set.entity_type, entity_set.name)
            yield {**row, "is_followed": entity_set.name in followed}
    for enum_type in model.enum_types.values():
        yield {**_definition_of_enum(enum_type), "is_followed": False}


def _definition_of(model: Model, entity_type: EntityType, set_name: str) -> Row:
    actions = [
        item.name
        for item in model.operations
        if item.is_bound and item.parameters[0].edm_type is entity_type
    ]
    return {
        "entity_name": entity_type.name,
        "entity_set_name": set_name,
        "entity_captions": _labels(caption(entity_type.name)),
        "entity_set_captions": _labels(caption(set_name)),
        "properties": [
            {"name": item.name, "captions": _labels(item.caption or caption(item.name))}
            for item in entity_type.all_properties()
        ],
        "actions": [{"name": name, "captions": _labels(caption(name))} for name in actions],
        "enum_members": [],
    }


def _definition_of_enum(enum_type: EnumType) -> Row:
    return {
        "entity_name": enum_type.name,
        "entity_set_name": "",
        "entity_captions": _labels(caption(enum_type.name)),
        "entity_set_captions": [],
        "properties": [],
        "actions": [],
        "enum_members": [
            {"name": item.name, "value": item.number, "captions": _labels(item.text)}
            for item in enum_type.members
        ],
    }


def _labels(text: str) -> list[Row]:
    return [{"languageCode": ENGLISH, "caption": text}]


def _collection(field: peewee.Field, name: str, item: ComplexType) -> ColumnMapping:
    definition = Property(name, item, is_collection=True, is_computed=True, is_sortable=False)
    return ColumnMapping(definition, field)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``entityDefinitions``."""
    model = EntityDefinition
    return Exposure(
        model,
        "entityMetadata",
        "entityDefinitions",
        properties=(
            column(model.entity_name, computed=True),
            column(model.entity_set_name, computed=True, unset=""),
            _collection(model.entity_captions, "entityCaptions", _LABEL),
            _collection(model.entity_set_captions, "entitySetCaptions", _LABEL),
            _collection(model.properties, "properties", _FIELD),
            _collection(model.actions, "actions", _ACTION),
            _collection(model.enum_members, "enumMembers", _MEMBER),
        ),
        key=("entityName",),
        capabilities=Capabilities(insertable=False, updatable=False, deletable=False),
        grants=DESCRIPTION,
    )
