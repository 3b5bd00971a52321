"""Sources of a plan as aliases and joins of a statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import peewee

from odata.edm.model import EntityType
from odata.query.plan import Block, DynamicRef, Expression, Items, PropertyRef, Source
from odata.query.set_values import DerivedSource
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DataSource,
    EntityMapping,
    ExpressionMapping,
    PropertyMapping,
    TableAlias,
)
from odata.sql.nodes import SqlExpression, all_of, sql
from odata.sql.storage import Storage
from odata.sql.terms import Term

ROW_TEXT = "row_text"  # see odata.sql.row_texts


class DerivedTable(Protocol):
    """A query that stands for a table."""

    @property
    def alias(self) -> TableAlias:
        """What stands for it in a statement."""

    @property
    def storages(self) -> Mapping[str, Storage]:
        """The storage of its own columns."""

    def column(self, name: str) -> Term:
        """The value of one of them."""


Derive = Callable[[DerivedSource, str], DerivedTable]


Condition = Callable[[Expression], SqlExpression]


def _cannot_compile(_expression: Expression) -> SqlExpression:
    raise LookupError("conditions need a compiler")


def _cannot_derive(_source: DerivedSource, _name: str) -> DerivedTable:
    raise LookupError("derived tables need a compiler")


class SourceTable:
    """The alias of every source of one statement, and the conditions that join them."""

    def __init__(self, data_source: DataSource) -> None:
        self._data_source = data_source
        self._aliases: dict[int, TableAlias] = {}
        self._sources: list[Source] = []
        self._item_names: dict[int, str] = {}
        self._items: list[Items] = []
        self._derived: dict[int, DerivedTable] = {}
        self.derive: Derive = _cannot_derive
        self.condition: Condition = _cannot_compile

    def mapping_of(self, entity_type: EntityType) -> EntityMapping:
        """Where an entity type lives."""
        return self._data_source.of(entity_type)

    def mapping(self, source: Source) -> EntityMapping:
        """Where the entity type of a source lives."""
        return self._data_source.of(source.entity_type)

    def alias(self, source: Source) -> TableAlias:
        """The alias under which a source is used."""
        found = self._aliases.get(id(source))
        if found is None:
            self._sources.append(source)
            found = self._new_alias(source, f"s{len(self._sources)}")
            self._aliases[id(source)] = found
        return found

    def _new_alias(self, source: Source, name: str) -> TableAlias:
        if isinstance(source, DerivedSource):
            found = self._derived[id(source)] = self.derive(source, name)
            return found.alias
        return self.mapping(source).model.alias(name)

    def derived_column(self, source: DerivedSource, name: str) -> Term:
        """A column of a derived table."""
        self.alias(source)
        return self._derived[id(source)].column(name)

    def derived_storages(self, source: Source) -> Mapping[str, Storage]:
        """The storage of the columns of a derived table; none for any other source."""
        found = self._derived.get(id(source))
        return {} if found is None else found.storages

    def name_of(self, items: Items) -> str:
        """The name under which the items of a collection are used."""
        found = self._item_names.get(id(items))
        if found is None:
            self._items.append(items)
            found = self._item_names[id(items)] = f"i{len(self._items)}"
        return found

    def value(self, reference: PropertyRef) -> tuple[SqlExpression, peewee.Field]:
        """The expression of a property and the field whose storage it has."""
        mapping = self.mapping(reference.source)
        found = _leaf(mapping.properties[reference.path[0]], reference.path[1:])
        alias = self.alias(reference.source)
        if isinstance(found, ExpressionMapping):
            return found.build(alias), found.column
        return getattr(alias, found.column.name), found.column

    def document(self, reference: DynamicRef) -> SqlExpression:
        """The column of the dynamic properties that a reference begins with."""
        column = self.mapping(reference.source).document(reference.holder)
        return getattr(self.alias(reference.source), column.name)

    def scope(self, source: Source) -> tuple[SqlExpression, peewee.Field]:
        """The scope column of a source and its field."""
        column = self.mapping(source).scope
        if column is None:
            raise LookupError(f"{source.entity_type.name} has no scope")
        return getattr(self.alias(source), column.name), column

    def tag(self, source: Source) -> SqlExpression:
        """The column of the entity tag of a source."""
        column = self.mapping(source).entity_tag
        if column is None:
            raise LookupError(f"{source.entity_type.name} has no entity tag")
        return getattr(self.alias(source), column.name)

    def row_text(self, source: Source) -> SqlExpression:
        """The generated column that keeps the text of a source's members."""
        return peewee.SQL(f'"{self.alias(source).alias}"."{ROW_TEXT}"')

    def column(self, source: Source, name: str) -> SqlExpression:
        """The expression of a simple property by its name."""
        found = _leaf(self.mapping(source).properties[name], ())
        alias = self.alias(source)
        if isinstance(found, ExpressionMapping):
            return found.build(alias)
        return getattr(alias, found.column.name)

    def from_clause(self, block: Block) -> SqlExpression:
        """The root of a block, inwards joined to what the path came through, with its
        outer joins."""
        clause = self.alias(block.root)
        if block.lead is not None:
            clause = self._behind_lead(block.lead, block.root)
        below = block.root
        for ancestor in block.ancestors:
            clause = peewee.Join(clause, self.alias(ancestor), on=self.relation(below))
            below = ancestor
        for source in block.joins:
            clause = peewee.Join(
                clause,
                self.alias(source),
                join_type=peewee.JOIN.LEFT_OUTER,
                on=self.relation(source),
            )
        return clause

    def _behind_lead(self, lead: Source, root: Source) -> SqlExpression:
        matches = root.matches if isinstance(root, DerivedSource) else ()
        on = all_of([self.condition(item) for item in matches])
        lead_alias, alias = self.alias(lead), self.alias(root)
        return peewee.Join(lead_alias, alias, join_type=peewee.JOIN.LEFT_OUTER, on=on)

    def relation(self, source: Source) -> SqlExpression:
        """What ties a source to its parent: the pairs, the scope, the declared condition."""
        parent, navigation = source.parent, source.navigation
        if parent is None or navigation is None:
            raise LookupError(f"{source.entity_type.name} is related to nothing")
        mapping = self.mapping(parent).navigation[navigation.name]
        conditions = [
            sql("{0} = {1}", self.column(source, theirs), self.column(parent, own))
            for own, theirs in mapping.pairs
        ]
        conditions += self._scope_relation(parent, source, has_pairs=bool(mapping.pairs))
        if mapping.condition is not None:
            conditions.append(mapping.condition(self.alias(source)))
        return all_of(conditions)

    def _scope_relation(
        self, parent: Source, source: Source, *, has_pairs: bool
    ) -> list[SqlExpression]:
        theirs, own = self.mapping(source).scope, self.mapping(parent).scope
        if theirs is None:
            return []
        target = getattr(self.alias(source), theirs.name)
        if own is not None:
            return [sql("{0} = {1}", target, getattr(self.alias(parent), own.name))]
        if has_pairs:
            return []
        key = self.mapping(parent).entity_type.all_key_names()[0]
        return [sql("{0} = {1}", target, self.column(parent, key))]


def _leaf(found: PropertyMapping, path: tuple[str, ...]) -> ColumnMapping | ExpressionMapping:
    for name in path:
        if not isinstance(found, ComplexMapping):
            break
        found = found.members[name]
    if isinstance(found, ColumnMapping | ExpressionMapping):
        return found
    raise LookupError(f"{found.definition.name} has no column of its own")
