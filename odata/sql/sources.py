"""Sources of a plan as aliases and joins of a statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import peewee

from odata.edm.model import EntityType
from odata.edm.types import ComplexType
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.plan import Block, DynamicRef, Expression, Items, PropertyRef, Source
from odata.query.row_limits import RowLimits
from odata.query.set_values import DerivedSource, JoinedSource
from odata.sql.inheritance import part_key
from odata.sql.inputs import Given, SourceInputs
from odata.sql.mapping import (
    ColumnMapping,
    ComplexMapping,
    DataSource,
    EntityMapping,
    ExpressionMapping,
    PropertyMapping,
    StreamMapping,
    TableAlias,
)
from odata.sql.nodes import SqlExpression, all_of, sql
from odata.sql.storage import Storage
from odata.sql.terms import TRUE, Term

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


LimitsOf = Callable[[Source], list[SqlExpression]]


def _no_limits(_source: Source) -> list[SqlExpression]:
    return []


def _cannot_derive(_source: DerivedSource, _name: str) -> DerivedTable:
    raise LookupError("derived tables need a compiler")


def _cannot_give(_value: Expression, _column: peewee.Field) -> SqlExpression:
    raise LookupError("values need a compiler")


class SourceTable:
    """The alias of every source of one statement, and the conditions that join them."""

    def __init__(self, data_source: DataSource) -> None:
        self._data_source = data_source
        self._aliases: dict[int, TableAlias] = {}
        self._sources: list[Source] = []
        self._item_names: dict[int, str] = {}
        self._items: list[Items] = []
        self._derived: dict[int, DerivedTable] = {}
        self._parts: dict[tuple[int, type[peewee.Model]], TableAlias] = {}
        self.derive: Derive = _cannot_derive
        self.given: Given = _cannot_give
        self.condition: Condition = _cannot_compile
        self.limits_of: LimitsOf = _no_limits

    def mapping_of(self, entity_type: EntityType) -> EntityMapping:
        """Where an entity type lives."""
        return self._data_source.of(entity_type)

    def mapping(self, source: Source) -> EntityMapping:
        """Where the entity type of a source lives."""
        return self._data_source.of(source.entity_type)

    def row_limits(self, source: Source) -> RowLimits | None:
        """Which rows of a source the caller may see, where it is not all of them."""
        if isinstance(source, DerivedSource):
            return None  # its rows are those of a SELECT that is limited itself
        return self._data_source.row_limits.get(source.entity_type)

    def alias(self, source: Source) -> TableAlias:
        """The alias under which a source is used."""
        while source.cast_of is not None:
            source = source.cast_of
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
        source, path = reference.source, reference.path
        mapping = self.mapping(source)
        found = mapping.properties[path[0]]
        node, column = self._stored(source, _leaf(found, path[1:]))
        tests = [self._cast_test(source), *self._complex_tests(source, found, path[1:])]
        return _where(tests, node), column

    def _stored(
        self, source: Source, found: ColumnMapping | ExpressionMapping
    ) -> tuple[SqlExpression, peewee.Field]:
        alias = self.alias(source)
        if isinstance(found, ExpressionMapping):
            return self._computed(source, found), found.column
        part = self.mapping(source).part(found.column)
        if part is not None:
            alias = self._part_alias(alias, part)
        return getattr(alias, found.column.name), found.column

    def _computed(self, source: Source, found: ExpressionMapping) -> SqlExpression:
        alias = self.alias(source)
        if found.definition.is_filter_only:
            raise UriSemanticError(
                f"'{found.definition.name}' has no value: it is compared with one in $filter, "
                "joined to the rest by and"
            )
        if found.build_with is None or not source.inputs:
            return found.build(alias)
        fields = self.mapping(source).column
        return found.build_with(alias, SourceInputs(source, self.given, fields))

    def stream_presence(self, reference: PropertyRef) -> SqlExpression:
        """Whether a stream has bytes; it has none where there is no entity."""
        source = reference.source
        found = self.mapping(source).properties[reference.path[0]]
        if not isinstance(found, StreamMapping) or found.presence is None:
            name = reference.definition.name
            raise NotImplementedYetError(f"whether '{name}' has bytes is told by reading it alone")
        node = _where([self._cast_test(source)], found.presence(self.alias(source)))
        return sql("COALESCE({0}, FALSE)", node)

    def document(self, reference: DynamicRef) -> SqlExpression:
        """The column of the dynamic properties that a reference begins with."""
        source, path = reference.source, reference.holder
        mapping = self.mapping(source)
        column = mapping.document(tuple(name for name in path if "." not in name))
        node = getattr(self.alias(source), column.name)
        tests = [self._cast_test(source)]
        if path:
            tests += self._complex_tests(source, mapping.properties[path[0]], path[1:])
        return _where(tests, node)

    # --- types ----------------------------------------------------------------------------

    def type_test(self, source: Source, wanted: ComplexType) -> SqlExpression | None:
        """SQL that is true for the entities of a type; None where all of them are."""
        hierarchy = self.mapping(source).hierarchy
        if hierarchy is None or hierarchy.is_whole(wanted):
            return None
        column = getattr(self.alias(source), hierarchy.column.name)
        return _is_among(column, hierarchy.literals(wanted))

    def _cast_test(self, source: Source) -> SqlExpression | None:
        if source.cast_of is None or source.is_certain:
            return None
        return self.type_test(source, source.entity_type)

    def complex_test(self, reference: PropertyRef, wanted: ComplexType) -> SqlExpression | None:
        """SQL that is true for complex values of a type; None where all of them are."""
        found = self.mapping(reference.source).properties[reference.path[0]]
        for name in reference.path[1:]:
            if isinstance(found, ComplexMapping) and "." not in name:
                found = found.members[name]
        return self._value_test(reference.source, found, wanted)

    def _value_test(
        self, source: Source, found: PropertyMapping, wanted: ComplexType
    ) -> SqlExpression | None:
        if not isinstance(found, ComplexMapping) or found.hierarchy is None:
            return None
        if found.hierarchy.is_whole(wanted):
            return None
        column = getattr(self.alias(source), found.hierarchy.column.name)
        return _is_among(column, found.hierarchy.literals(wanted))

    def _complex_tests(
        self, source: Source, found: PropertyMapping, path: tuple[str, ...]
    ) -> Iterator[SqlExpression | None]:
        """What holds where the casts on the way to a member succeed."""
        for name in path:
            if not isinstance(found, ComplexMapping):
                return
            if "." in name:
                yield self._value_test(source, found, _derived_named(found.complex_type, name))
            else:
                found = found.members[name]

    def root_tests(self, block: Block) -> list[SqlExpression]:
        """What holds for the rows of a block that is over entities of a derived type."""
        sources = [
            item for item in (block.root, *block.ancestors, *block.crossed) if _has_own_rows(item)
        ]
        tests = [self.type_test(item, item.entity_type) for item in sources]
        return [test for test in tests if test is not None]

    def _part_alias(self, first: TableAlias, part: type[peewee.Model]) -> TableAlias:
        """The alias of the table that has a part of the rows of another one."""
        found = self._parts.get((id(first), part))
        if found is None:
            found = self._parts[id(first), part] = part.alias(f"p{len(self._parts) + 1}")
        return found

    def _with_parts(self, clause: SqlExpression, source: Source) -> SqlExpression:
        """A source joined to the tables that have parts of its rows."""
        if isinstance(source, DerivedSource) and source.columns is not None:
            return clause
        mapping = self.mapping(source)
        if mapping.hierarchy is None:
            return clause
        alias = self.alias(source)
        for part in mapping.hierarchy.parts_of(source.entity_type):
            joined = self._part_alias(alias, part)
            same = [
                sql("{0} = {1}", getattr(joined, theirs.name), getattr(alias, own.name))
                for theirs, own in zip(part_key(part), part_key(mapping.model), strict=True)
            ]
            clause = peewee.Join(clause, joined, join_type=peewee.JOIN.LEFT_OUTER, on=all_of(same))
        return clause

    # --- columns --------------------------------------------------------------------------

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
        definition = source.entity_type.property_named(name)
        return self.value(PropertyRef(source, definition, (name,)))[0]

    def from_clause(self, block: Block) -> SqlExpression:
        """The root of a block, inwards joined to what the path came through, with its
        outer joins."""
        clause = self.alias(block.root)
        if block.lead is not None:
            clause = self._behind_lead(block.lead, block.root)
        clause = self._with_parts(clause, block.root)
        for source in block.crossed:
            clause = peewee.Join(clause, self.alias(source), join_type=peewee.JOIN.CROSS)
            clause = self._with_parts(clause, source)
        below = block.root
        for ancestor in block.ancestors:
            clause = peewee.Join(clause, self.alias(ancestor), on=self.relation(below))
            clause = self._with_parts(clause, ancestor)
            below = ancestor
        for source in block.joins:
            clause = peewee.Join(
                clause,
                self.alias(source),
                join_type=peewee.JOIN.LEFT_OUTER,
                on=self._outer_relation(source),
            )
            clause = self._with_parts(clause, source)
        return clause

    def _behind_lead(self, lead: Source, root: Source) -> SqlExpression:
        matches = root.matches if isinstance(root, DerivedSource) else ()
        on = all_of([self.condition(item) for item in matches])
        lead_alias, alias = self.alias(lead), self.alias(root)
        return peewee.Join(lead_alias, alias, join_type=peewee.JOIN.LEFT_OUTER, on=on)

    def _outer_relation(self, source: Source) -> SqlExpression:
        test = self.type_test(source, source.entity_type)
        tests = [] if test is None else [test]
        return all_of([self.relation(source), *tests, *self.limits_of(source)])

    def relation(self, source: Source) -> SqlExpression:
        """What ties a source to its parent: the pairs, the scope, the declared condition; nothing
        where it has none."""
        parent, navigation = source.parent, source.navigation
        if parent is None or navigation is None:
            return TRUE
        if isinstance(source, JoinedSource):
            return all_of([self.condition(item) for item in source.matches])
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


def _where(tests: Iterable[SqlExpression | None], node: SqlExpression) -> SqlExpression:
    """A value that is null where a test fails."""
    wanted = [test for test in tests if test is not None]
    return sql("(CASE WHEN {0} THEN {1} END)", all_of(wanted), node) if wanted else node


def _has_own_rows(source: Source) -> bool:
    return not isinstance(source, DerivedSource)


def _is_among(column: SqlExpression, literals: list[str]) -> SqlExpression:
    """No literal at all stands for an abstract type that nothing is derived from."""
    if len(literals) == 1:
        return sql("{0} = " + literals[0], column)
    return sql("{0} IN (" + (", ".join(literals) or "NULL") + ")", column)


def _derived_named(complex_type: ComplexType, name: str) -> ComplexType:
    """The complex type itself, or the one derived from it, of a qualified name."""
    types = (complex_type, *complex_type.descendants())
    return next(item for item in types if item.qualified_name == name)


def _leaf(found: PropertyMapping, path: tuple[str, ...]) -> ColumnMapping | ExpressionMapping:
    for name in path:
        if not isinstance(found, ComplexMapping):
            break
        if "." not in name:
            found = found.members[name]
    if isinstance(found, ColumnMapping | ExpressionMapping):
        return found
    raise LookupError(f"{found.definition.name} has no column of its own")
