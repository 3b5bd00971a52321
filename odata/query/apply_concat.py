"""``concat``, and ``rollup`` as the concatenation of its groupings.

Cites: OData Data Aggregation 3.4 and 3.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from odata.edm.types import ComplexType, Facets, Primitive, Property
from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.apply_output import PART
from odata.query.apply_stage import (
    MOST_READS,
    TARGET,
    Stage,
    TableColumn,
    new_table,
    on_source,
    property_of,
    type_of,
)
from odata.query.arithmetic import common_number
from odata.query.plan import Constant, PropertyRef
from odata.query.read_plan import OrderTerm
from odata.query.set_values import (
    Concatenation,
    DerivedColumn,
    DerivedRows,
    PropertyPath,
    Sorting,
    Windowed,
)

ROW = "apply_row"


def concatenated(parts: Sequence[Stage], stage: Stage) -> Stage:
    """The rows of several stages, one stage after the other."""
    if stage.partition:
        raise NotImplementedYetError(
            "concat and rollup inside groupby are not supported", target=TARGET
        )
    listed = [dict(_own_columns(part)) for part in parts]
    paths = list(dict.fromkeys(path for columns in listed for path in columns))
    columns = [_common(path, listed) for path in paths]
    names = {path: stage.new_name() for path in paths}
    rows = Concatenation(
        tuple(
            DerivedRows(part.block, part.kept, (*_cells(columns, own, names), *_place(part, index)))
            for index, (part, own) in enumerate(zip(parts, listed, strict=True))
        )
    )
    source = new_table(stage, columns, rows)
    place = (
        source.column(PART, Primitive.INT64, nullable=False),
        source.column(ROW, Primitive.INT64, nullable=False),
    )
    source.identity = place
    order = tuple(map(OrderTerm, place))
    return replace(on_source(_over(parts, stage), source, {}), order=order)


def _over(parts: Sequence[Stage], stage: Stage) -> Stage:
    """The stage, as costly as its parts."""
    reads = sum(part.reads for part in parts)
    if reads > MOST_READS:
        raise UriSemanticError(
            f"concat and rollup read the entities at most {MOST_READS} times", target=TARGET
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


def _common(path: PropertyPath, listed: Sequence[dict[PropertyPath, TableColumn]]) -> TableColumn:
    """The column of a path over all parts: its type fits all, null may be everywhere."""
    found = [columns[path] for columns in listed if path in columns]
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
    parts = frozenset(index for index, columns in enumerate(listed) if path in columns)
    is_everywhere = len(parts) == len(listed)
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


def _place(part: Stage, index: int) -> tuple[DerivedColumn, DerivedColumn]:
    given = (Sorting(term.expression, term.descending) for term in part.order)
    order = (*given, *map(Sorting, part.identity))
    row = Windowed(Primitive.INT64, nullable=False, order=order)
    return (
        DerivedColumn(PART, Constant(index, Primitive.INT64), Primitive.INT64),
        DerivedColumn(ROW, row, Primitive.INT64),
    )
