"""Links between entities: URLs resolved to entities, foreign keys set and cleared.

A link is kept by the dependent end in the properties of the referential constraint; setting
it is an update of that entity, with a new entity tag (OData Protocol 11.4.6, 11.4.2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import Property
from odata.errors import (
    BadRequestError,
    ConflictError,
    InternalError,
    NotFoundError,
    ODataError,
    PayloadError,
    ServiceUnavailableError,
    TimeoutExceededError,
)
from odata.query.change import Change, Operation
from odata.query.parameters import SlotTable
from odata.query.plan import Constant
from odata.query.resource import ResourceKind, ResourceResolver, ScopeRule, Suffix, Target
from odata.service.actor import Actor
from odata.service.entity_store import EntityStore, StoredEntity
from odata.service.views import View
from odata.sql.statement import RequestValues
from odata.uri.resource_path import parse_resource_path

_ENTITIES = (ResourceKind.ENTITY, ResourceKind.RELATED_ENTITY)
# What the database says of itself, or of what was written before.
_NOT_OF_THE_URL = (ConflictError, InternalError, ServiceUnavailableError, TimeoutExceededError)


class Links:
    """Resolves, sets and clears the links of one data source."""

    def __init__(self, store: EntityStore, scope_rule: ScopeRule | None) -> None:
        self._store = store
        self._scope_rule = scope_rule
        # The links of each type to entities that some callers see in part.
        self._limited: WeakKeyDictionary[EntityType, tuple[NavigationProperty, ...]] = (
            WeakKeyDictionary()
        )

    # --- references -----------------------------------------------------------------------

    def resolve(self, url: str, navigation: NavigationProperty, actor: Actor) -> StoredEntity:
        """The entity that a URL names, of the type and in the scope of the link; a URL that
        leads elsewhere or nowhere is refused as a fault of the body."""
        try:
            found = self.find(url, navigation.target, actor)
        except _NOT_OF_THE_URL:
            raise
        except ODataError as error:
            raise _unknown(url, navigation) from error
        if found is None:
            raise _unknown(url, navigation)
        return found

    def find(self, url: str, expected: EntityType, actor: Actor) -> StoredEntity | None:
        """The entity that a URL names, if there is one of this type in the scope."""
        target = self._target(_path_of(url, actor.service_root), actor.view)
        if target.kind not in _ENTITIES or target.suffix is not Suffix.NONE:
            return None
        if not (target.entity_type.is_a(expected) or expected.is_a(target.entity_type)):
            return None
        if not _is_in_scope(target, actor.scope):
            return None
        # A target of its own each time: nothing of it is worth keeping.
        stored = self._store.find_once(target, RequestValues((), actor.named))
        return stored if stored is not None and stored.entity_type.is_a(expected) else None

    def _target(self, path: str, view: View | None) -> Target:
        model, rule = self._store.source.model, self._scope_rule
        if view is not None:
            model, rule = view.model, view.scope_rule
        return ResourceResolver(model, rule, SlotTable({})).resolve(parse_resource_path(path))

    # --- foreign keys ---------------------------------------------------------------------

    def check_visible(self, change: Change, actor: Actor) -> None:
        """Refuse values that refer to an entity that the caller does not see, as those that
        refer to nothing."""
        entity_type = change.entity_type
        limited = self._limited.get(entity_type)
        if limited is None:
            known = self._store.source.row_limits
            limited = tuple(item for item in entity_type.all_navigation() if item.target in known)
            self._limited[entity_type] = limited
        for navigation in limited:
            key = self._referred(change, navigation)
            if key is not None and self._store.access.hides(navigation.target, key, actor):
                name = next(iter(self._pairs(change.entity_type, navigation)))
                raise PayloadError(
                    f"The value of '{name}' refers to nothing.",
                    target=name,
                    code="Internal_InvalidTableRelation",
                )

    def _referred(self, change: Change, navigation: NavigationProperty) -> dict[str, object] | None:
        """The key that the values of a change refer to by a link that the entity keeps."""
        if not self.is_kept_by(change.entity_type, navigation):
            return None
        key: dict[str, object] = {}
        for own, theirs in self._pairs(change.entity_type, navigation).items():
            definition = change.entity_type.property_named(own)
            if change.values.get(own) in (None, definition.unset):
                return None
            key[theirs] = change.values[own]
        return key if key.keys() == set(navigation.target.all_key_names()) else None

    def is_kept_by(self, entity_type: EntityType, navigation: NavigationProperty) -> bool:
        """Whether entities of this type keep the link in properties that may change."""
        if navigation.is_collection:
            return False
        pairs = self._pairs(entity_type, navigation)
        key = entity_type.all_key_names()
        return bool(pairs) and not all(own in key for own in pairs)

    def foreign_key(
        self,
        entity_type: EntityType,
        navigation: NavigationProperty,
        principal: StoredEntity | None,
    ) -> dict[str, object]:
        """The values by which an entity refers to ``principal``, or to nothing."""
        values: dict[str, object] = {}
        for own, theirs in self._pairs(entity_type, navigation).items():
            definition = entity_type.property_named(own)
            _check_changeable(definition, navigation)
            values[own] = _unset(definition) if principal is None else principal.values[theirs]
        return values

    def back_key(
        self,
        entity_type: EntityType,
        navigation: NavigationProperty,
        parent: Mapping[str, object] | None,
    ) -> dict[str, object]:
        """The values by which a member of the collection refers to ``parent``, or to nothing."""
        values: dict[str, object] = {}
        for own, theirs in self._pairs(entity_type, navigation).items():
            definition = navigation.target.property_named(theirs)
            _check_changeable(definition, navigation)
            values[theirs] = _unset(definition) if parent is None else parent[own]
        return values

    def set_values(
        self, entity_type: EntityType, stored: StoredEntity, values: dict[str, object], actor: Actor
    ) -> None:
        """Updates an entity; nothing is written where nothing changes."""
        if all(stored.values.get(name) == value for name, value in values.items()):
            return
        change = Change(
            Operation.UPDATE,
            entity_type,
            values,
            actor.now,
            key=stored.key,
            scope=actor.scope,
            current=stored.values,
            given=frozenset(values),
            actor=actor.name,
        )
        self._store.update(stored, change, actor)

    def _pairs(self, entity_type: EntityType, navigation: NavigationProperty) -> dict[str, str]:
        return dict(self._store.source.of(entity_type).navigation[navigation.name].pairs)


def _path_of(url: str, service_root: str) -> str:
    """The path relative to the service root; other origins are refused."""
    root = urlsplit(service_root)
    parts = urlsplit(url)
    if parts.netloc and f"{parts.scheme}://{parts.netloc}" != f"{root.scheme}://{root.netloc}":
        raise NotFoundError("the URL does not belong to this service")
    path = parts.path
    if path.startswith(root.path):
        return path.removeprefix(root.path)
    return path.removeprefix("/")


def _is_in_scope(target: Target, scope: str | None) -> bool:
    """Whether a path that names a scope names that of the request."""
    for part in target.scope_key:
        if not isinstance(part.value, Constant) or part.value.value != scope:
            return False
    return True


def _check_changeable(definition: Property, navigation: NavigationProperty) -> None:
    if definition.is_computed:
        raise BadRequestError(
            f"The link '{navigation.name}' cannot be changed because "
            f"'{definition.name}' is read-only.",
            target=navigation.name,
        )


def _unset(definition: Property) -> object:
    if definition.has_unset:
        return definition.unset
    if not definition.nullable:
        raise BadRequestError(
            f"The link cannot be removed because '{definition.name}' must have a value.",
            target=definition.name,
        )
    return None


def _unknown(url: str, navigation: NavigationProperty) -> PayloadError:
    return PayloadError(
        f"'{url[:200]}' does not refer to an entity of type '{navigation.target.qualified_name}'.",
        target=navigation.name,
        code="Internal_InvalidTableRelation",
    )
