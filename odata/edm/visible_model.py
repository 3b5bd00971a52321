"""The part of a model that a caller may see: a model of its own, in which the rest is not.

What is hidden is absent, so that no name of a request can reach it, wherever it stands: an
entity set without permission to read, navigation to it, a hidden property, whatever needs one
of them. Complex types and enumerations are shared with the whole model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from odata.edm.aggregation import APPLY_SUPPORTED, apply_supported
from odata.edm.grants import READ, Permissions
from odata.edm.model import (
    AlternateKey,
    EntitySet,
    EntityType,
    Model,
    NavigationProperty,
    Operation,
    OperationImport,
    Parameter,
    ReturnType,
    Singleton,
)
from odata.edm.types import Property, PropertyType


def visible_model(model: Model, permissions: Permissions) -> Model:
    """The model that a caller with these permissions sees."""
    return _VisibleModel(model, permissions).build()


def grant_targets(model: Model) -> dict[str, EntityType]:
    """The entity type behind each name of which grants may speak: sets and singletons, and
    types that no set has entities of."""
    targets = {item.name: item.entity_type for item in model.entity_sets.values()}
    targets |= {item.name: item.entity_type for item in model.singletons.values()}
    for name, entity_type in model.entity_types.items():
        if names_of(model, entity_type) == (name,):
            targets.setdefault(name, entity_type)
    return targets


def names_of(model: Model, entity_type: EntityType) -> tuple[str, ...]:
    """By which names grants speak of entities of a type: its sets and singletons, else those
    of its base type, else its own name."""
    names = [item.name for item in model.entity_sets.values() if item.entity_type is entity_type]
    names += [item.name for item in model.singletons.values() if item.entity_type is entity_type]
    if names:
        return tuple(names)
    above = entity_type.base
    if not isinstance(above, EntityType):
        return (entity_type.name,)
    inherited = names_of(model, above)
    return (entity_type.name,) if inherited == (above.name,) else inherited


class _VisibleModel:
    def __init__(self, model: Model, permissions: Permissions) -> None:
        self._whole = model
        self._permissions = permissions
        self._types: dict[EntityType, EntityType] = {}
        self._unsearchable: set[EntityType] = set()
        self._hidden = self._hidden_names()

    def build(self) -> Model:
        whole = self._whole
        model = replace(
            whole,
            entity_types={},
            entity_sets={},
            singletons={},
            operations=(),
            operation_imports={},
        )
        for name, entity_type in whole.entity_types.items():
            if entity_type in self._hidden:
                model.entity_types[name] = self._type(entity_type)
        for entity_type, own in self._types.items():
            own.navigation = self._navigation(entity_type)
            own.derived = [
                self._types[item]
                for item in entity_type.entity_types()
                if item.base is entity_type and item in self._types
            ]
        for entity_set in whole.entity_sets.values():
            if self._may_read(entity_set.name):
                model.entity_sets[entity_set.name] = self._set(entity_set)
        for singleton in whole.singletons.values():
            if self._may_read(singleton.name):
                entity_type = self._types[singleton.entity_type]
                model.singletons[singleton.name] = Singleton(singleton.name, entity_type)
        self._add_operations(model)
        return model

    # --- types --------------------------------------------------------------------------

    def _hidden_names(self) -> dict[EntityType, frozenset[str]]:
        """The visible types with what they hide; what a type hides of a base type's
        properties, the base type hides, too."""
        hidden: dict[EntityType, frozenset[str]] = {}
        for entity_type in self._whole.entity_types.values():
            readable = [
                self._permissions[name]
                for name in names_of(self._whole, entity_type)
                if self._may_read(name)
            ]
            if readable:
                names = frozenset[str]().union(*(item.hidden for item in readable))
                self._hide(hidden, entity_type, names)
        return hidden

    def _hide(
        self, hidden: dict[EntityType, frozenset[str]], own: EntityType, names: frozenset[str]
    ) -> None:
        if any(item.is_searched and item.name in names for item in own.all_properties()):
            self._unsearchable.update(_lineage(own))
        for entity_type in _lineage(own):
            hidden[entity_type] = hidden.get(entity_type, frozenset()) | names

    def _type(self, whole: EntityType) -> EntityType:
        known = self._types.get(whole)
        if known is not None:
            return known
        hidden = self._hidden[whole]
        base = self._type(whole.base) if isinstance(whole.base, EntityType) else whole.base
        alternates = tuple(
            AlternateKey(item.property_names)
            for item in whole.alternate_keys
            if not hidden.intersection(item.property_names)
        )
        properties = tuple(
            self._property(whole, item) for item in whole.properties if item.name not in hidden
        )
        own = self._types[whole] = replace(
            whole,
            properties=properties,
            base=base,
            # A hidden name must not come back as that of a dynamic property.
            is_open=whole.is_open and not hidden,
            alternate_keys=alternates,
            navigation=(),
            derived=[],
            _by_name={},
            _navigation_by_name={},
        )
        return own

    def _property(self, whole: EntityType, definition: Property) -> Property:
        """As declared; but what is searched is one text, which must not tell hidden parts."""
        if definition.is_searched and whole in self._unsearchable:
            return replace(definition, is_searchable=False)
        return definition

    def _navigation(self, whole: EntityType) -> tuple[NavigationProperty, ...]:
        return tuple(
            self._navigation_property(item)
            for item in whole.navigation
            if self._is_visible(whole, item)
        )

    def _is_visible(self, owner: EntityType, navigation: NavigationProperty) -> bool:
        """Whether the property, its target and all that ties them together may be seen."""
        target = navigation.target
        if target not in self._hidden or navigation.name in self._hidden[owner]:
            return False
        return not any(
            item.property_name in self._hidden[owner]
            or item.referenced_name in self._hidden[target]
            for item in navigation.constraints
        )

    def _navigation_property(self, whole: NavigationProperty) -> NavigationProperty:
        target, partner = whole.target, whole.partner
        back = target.find_navigation(partner) if partner is not None else None
        if back is None or not self._is_visible(target, back):
            partner = None
        own = replace(whole, partner=partner)
        own.bind_target(self._types[target])
        return own

    # --- sets ---------------------------------------------------------------------------

    def _may_read(self, name: str) -> bool:
        permission = self._permissions.get(name)
        return permission is not None and READ in permission.rights

    def _set(self, whole: EntitySet) -> EntitySet:
        hidden = self._hidden[whole.entity_type]
        entity_type = self._types[whole.entity_type]
        annotations = whole.annotations
        if hidden:
            applied = apply_supported(entity_type.all_properties())
            annotations = tuple(
                applied if term == APPLY_SUPPORTED else (term, value) for term, value in annotations
            )
        capabilities = whole.capabilities
        if whole.entity_type in self._unsearchable:
            capabilities = replace(capabilities, searchable=False)
        return replace(
            whole,
            entity_type=entity_type,
            capabilities=capabilities,
            default_order=tuple(name for name in whole.default_order if name not in hidden),
            annotations=annotations,
        )

    # --- operations -----------------------------------------------------------------------

    def _add_operations(self, model: Model) -> None:
        imported = {
            item.operation.name: name
            for name, item in self._whole.operation_imports.items()
            if name in self._permissions
        }
        kept: dict[Operation, Operation] = {}
        for whole in self._whole.operations:
            if not whole.is_bound and whole.name not in imported:
                continue
            own = self._operation(whole)
            if own is not None:
                kept[whole] = own
        model.operations = tuple(kept.values())
        for name, item in self._whole.operation_imports.items():
            if name in self._permissions and item.operation in kept:
                entity_set = item.entity_set if item.entity_set in model.entity_sets else None
                own = kept[item.operation]
                model.operation_imports[name] = OperationImport(item.name, own, entity_set)

    def _operation(self, whole: Operation) -> Operation | None:
        """The operation over visible types; None where it takes or gives others."""
        types = [item.edm_type for item in whole.parameters]
        if whole.returns is not None:
            types.append(whole.returns.edm_type)
        if any(isinstance(item, EntityType) and item not in self._hidden for item in types):
            return None
        parameters = tuple(self._parameter(item) for item in whole.parameters)
        returns = self._returns(whole.returns)
        return replace(whole, parameters=parameters, returns=returns, origin=whole.origin or whole)

    def _parameter(self, whole: Parameter) -> Parameter:
        return replace(whole, edm_type=self._own(whole.edm_type))

    def _returns(self, whole: ReturnType | None) -> ReturnType | None:
        return None if whole is None else replace(whole, edm_type=self._own(whole.edm_type))

    def _own(self, edm_type: PropertyType | EntityType) -> PropertyType | EntityType:
        return self._types[edm_type] if isinstance(edm_type, EntityType) else edm_type


def _lineage(entity_type: EntityType) -> Iterator[EntityType]:
    """A type and its base types."""
    yield entity_type
    if isinstance(entity_type.base, EntityType):
        yield from _lineage(entity_type.base)
