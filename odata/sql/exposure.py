"""What is declared of one Peewee model that is published; ``expose`` publishes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import peewee

from odata.edm.aggregation import CustomAggregate
from odata.edm.grants import RoleGrant
from odata.edm.model import Capabilities
from odata.query.change import NO_RULES, Rules
from odata.query.operation_call import OperationRun
from odata.sql.inheritance import TypeValue
from odata.sql.mapping import Derivation, PropertyMapping, SqlExpression, TableAlias

_EVERYTHING = Capabilities()


@dataclass(frozen=True, slots=True)
class Exposure:
    """One entity type over one Peewee model, with its entity set (None: none of its own).

    ``scope`` is the column of the company-like parent, whose entity type is
    ``scope_type``; such a set becomes a contained collection of that type. ``keeps_text`` lets
    the database keep the JSON text of rows (``odata.sql.row_texts``). The type is open where
    ``dynamic`` is the column, a text of ``{}``, of what it does not declare.

    ``discriminator`` is the column that tells the type of each row where other types are
    derived from this one. They name it as their ``base``, have the same model or one of
    their own with the same primary key, and a ``type_value`` unless they are abstract.

    ``grants`` tell which roles may do what. Where one exposure of a service declares some, a
    set without any is seen by nobody. ``actions`` are bound to the type.
    """

    model: type[peewee.Model]
    name: str
    entity_set: str | None
    properties: tuple[PropertyMapping, ...]
    navigation: tuple[NavigationDeclaration, ...] = ()
    key: tuple[str, ...] = ("id",)
    scope: peewee.Field | None = None
    scope_type: str | None = None
    entity_tag: peewee.Field | None = None
    default_order: tuple[str, ...] = ()
    alternate_keys: tuple[tuple[str, ...], ...] = ()
    capabilities: Capabilities = _EVERYTHING
    rules: Rules = NO_RULES
    write_model: type[peewee.Model] | None = None
    fixed: Mapping[str, object] = field(default_factory=dict)
    keeps_text: bool = False
    dynamic: peewee.Field | None = None
    derivations: tuple[Derivation, ...] = ()
    is_logged: bool = True
    set_annotations: tuple[tuple[str, object], ...] = ()
    type_annotations: tuple[tuple[str, object], ...] = ()
    custom_aggregates: tuple[CustomAggregate, ...] = ()
    base: str | None = None
    discriminator: peewee.Field | None = None
    type_value: TypeValue | None = None
    is_abstract: bool = False
    grants: tuple[RoleGrant, ...] = ()
    actions: tuple[ActionDeclaration, ...] = ()


@dataclass(frozen=True, slots=True)
class NavigationDeclaration:
    """A navigation property as declared, before the target type is known."""

    name: str
    target: str
    on: tuple[tuple[str, str], ...]
    is_collection: bool
    contained: bool = True
    partner: str | None = None
    aliases: tuple[str, ...] = ()
    where: Callable[[TableAlias], SqlExpression] | None = None
    annotations: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionDeclaration:
    """An action without parameters that is bound to the entities of a type: of the declaring
    one, unless ``bound_to`` names another. ``returns`` names the type of what it gives back."""

    name: str
    run: OperationRun
    returns: str | None = None
    bound_to: str | None = None
