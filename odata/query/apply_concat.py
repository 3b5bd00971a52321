"""``concat``, and ``rollup`` as the concatenation of its groupings.

Cites: OData Data Aggregation 3.4 and 3.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from odata.edm.types import ComplexType, Facets, Primitive, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.apply_output import PART
from odata.query.apply_stage import (
    TARGET,
    Stage,
    TableColumn,
    moved_key,
    new_table,
    on_source,
    property_of,
    type_of,
)
from odata.query.arithmetic import common_number
from odata.query.plan import Arithmetic, Constant, Expression, PropertyRef
from odata.query.read_plan import OrderTerm
from odata.query.set_values import (
    Concatenation,
    DerivedColumn,
    DerivedRows,
    PropertyPath,
    Sorting,
    Windowed,
)
from odata.uri.ast import ArithmeticOperator

PLACE, ROW = "apply_place", "apply_row"


def concatenated(parts: Sequence[Stage], stage: Stage) -> Stage:
    """The rows of several stages, one stage after the other; of each group, inside ``groupby``."""
    listed = list(_parts(parts))
    paths = list(dict.fromkeys(path for part in listed for path in part.columns))
    columns = [_common(path, listed) for path in paths]
    names = {path: stage.new_name() for path in paths}
    rows = Concatenation(
        tuple(
            DerivedRows(
                part.stage.block,
                part.stage.kept,
                (*_cells(columns, part.columns, names), *_place(part, index)),
            )
            for index, part in enumerate(listed)
        )
    )
    source = new_table(stage, columns, rows)
    source.spread = sum(part.spread for part in listed)
    cells = {cell.name: cell for cell in rows.parts[0].columns}
    partition = tuple(moved_key(key, source, cells[names[key.path]]) for key in stage.partition)
    place = (
        source.column(PLACE, Primitive.INT64, nullable=False),
        source.column(ROW, Primitive.INT64, nullable=False),
    )
    source.identity = place
    order = tuple(map(OrderTerm, (*(key.expression for key in partition), *place)))
    joined = on_source(_over(parts, stage), source, {})
    return replace(joined, order=order, partition=partition)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the stages with its columns; its rows are in ``spread`` parts of the whole, which
    begin at ``start``: more than one where it is a concatenation itself."""

    stage: Stage
    columns: dict[PropertyPath, TableColumn]
    start: int

    @property
    def spread(self) -> int:
        """The number of parts that differ in what they have."""
        table = self.stage.table
        return table.spread if table is not None and table.parts else 1

    def having(self, path: PropertyPath) -> frozenset[int]:
        """The parts whose rows have a property."""
        if path not in self.columns:
            return frozenset()
        table = self.stage.table
        inner = range(self.spread) if table is None else table.parts.get(path, range(self.spread))
        return frozenset(self.start + index for index in inner)

    def number(self) -> Expression:
        """The part that a row belongs to."""
        start = Constant(self.start, Primitive.INT64)
        table = self.stage.table
        if table is None or self.spread == 1:
            return start
        inner = table.column(PART, Primitive.INT64, nullable=False)
        return Arithmetic(ArithmeticOperator.ADD, inner, start, Primitive.INT64)


def _parts(stages: Sequence[Stage]) -> Iterator[_Part]:
    start = 0
    for stage in stages:
        part = _Part(stage, dict(_own_columns(stage)) | dict(_key_columns(stage)), start)
        yield part
        start += part.spread


def _over(parts: Sequence[Stage], stage: Stage) -> Stage:
    """The stage, as costly as its parts."""
    reads = sum(part.reads for part in parts)
    most = stage.names.budget.limits.max_apply_reads
    if reads > most:
        raise UriSemanticError(
            f"concat and rollup read the entities at most {most} times", target=TARGET
        )
    return replace(stage, reads=reads, depth=max(part.depth for part in parts))


def _own_columns(stage: Stage) -> Iterator[tuple[PropertyPath, TableColumn]]:
    table = stage.table
    if table is None:
        yield from _entity_columns(stage)
    else:
        for path in table.columns or ():
            reference = property_of(table, path)
            is_dynamic = path[0] in table.dynamic
            yield path, TableColumn(path, reference.definition, reference, is_dynamic)
    for name, expression in stage.names.computed.items():
        definition = Property(name, type_of(expression), Facets(nullable=expression.nullable))
        yield (name,), TableColumn((name,), definition, expression, is_dynamic=True)


def _key_columns(stage: Stage) -> Iterator[tuple[PropertyPath, TableColumn]]:
    """What parts the rows, where they do not show it themselves."""
    for key in stage.partition:
        yield (
            key.path,
            TableColumn(key.path, key.definition, key.expression, is_hidden=key.is_hidden),
        )


def _entity_columns(stage: Stage) -> Iterator[tuple[PropertyPath, TableColumn]]:
    for path, definition in _leaves((), stage.root.entity_type):
        reference = PropertyRef(stage.root, definition, path)
        yield path, TableColumn(path, definition, reference)


def _leaves(before: PropertyPath, owner: ComplexType) -> Iterator[tuple[PropertyPath, Property]]:
    for definition in owner.all_properties():
        path = (*before, definition.name)
        if definition.is_stream or definition.is_collection:
            continue
        if isinstance(definition.edm_type, ComplexType):
            yield from _leaves(path, definition.edm_type)
        else:
            yield path, definition


def _common(path: PropertyPath, listed: Sequence[_Part]) -> TableColumn:
    """The column of a path over all parts: its type fits all, null may be everywhere."""
    found = [part.columns[path] for part in listed if path in part.columns]
    definition = found[0].definition
    edm_type = definition.edm_type
    for item in found[1:]:
        other = item.definition.edm_type
        common = edm_type if edm_type == other else common_number(edm_type, other)
        if common is None:
            raise NotImplementedYetError(
                f"'{'/'.join(path)}' has different types in the parts of concat", target=TARGET
            )
        edm_type = common
    parts = frozenset(number for part in listed for number in part.having(path))
    is_everywhere = len(parts) == sum(part.spread for part in listed)
    nullable = not is_everywhere or any(item.definition.nullable for item in found)
    facets = replace(definition.facets, nullable=nullable)
    return TableColumn(
        path,
        replace(
            definition,
            edm_type=edm_type,
            facets=facets,
            has_unset=definition.has_unset and is_everywhere,
        ),
        None,
        is_dynamic=any(item.is_dynamic for item in found),
        parts=None if is_everywhere else parts,
        is_hidden=found[0].is_hidden,
    )


def _cells(
    columns: Sequence[TableColumn],
    own: dict[PropertyPath, TableColumn],
    names: dict[PropertyPath, str],
) -> Iterator[DerivedColumn]:
    for column in columns:
        found = own.get(column.path)
        expression = None if found is None else found.expression
        yield DerivedColumn(names[column.path], expression, column.definition.edm_type)


def _place(part: _Part, index: int) -> Iterator[DerivedColumn]:
    given = (Sorting(term.expression, term.descending) for term in part.stage.order)
    order = (*given, *map(Sorting, part.stage.identity))
    row = Windowed(Primitive.INT64, nullable=False, order=order)
    yield DerivedColumn(PART, part.number(), Primitive.INT64)
    yield DerivedColumn(PLACE, Constant(index, Primitive.INT64), Primitive.INT64)
    yield DerivedColumn(ROW, row, Primitive.INT64)
