"""``$select`` as the members of a row.

Cites: OData URL Conventions 5.1.4; reference ``odata.md`` section 3.6, Q1 and Q2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from odata.edm.model import EntityType
from odata.edm.types import ComplexType, Property
from odata.errors import UriSemanticError
from odata.query.names import (
    find_navigation,
    find_property,
    is_dynamic_name,
    unknown_property,
)
from odata.query.plan import DynamicRef, Expression, PropertyRef, Source
from odata.query.read_plan import (
    Output,
    OutputComplex,
    OutputDynamic,
    OutputStream,
    OutputValue,
    ReadPlan,
    SelectedProperties,
)
from odata.query.scope import NameScope
from odata.query.select_items import bind_items_output
from odata.uri import ast

_STAR = "*"
_TARGET = "$select"
_SHAPING = frozenset({"$select"})

Computed = Mapping[str, Expression]


def bind_select(plan: ReadPlan, items: tuple[ast.SelectItem, ...], names: NameScope) -> None:
    """Fix the members of a level from its ``$select`` (empty: everything)."""
    source, computed = plan.block.root, names.computed
    entity_type = source.entity_type
    selection = _selection(entity_type, items, computed)
    outputs: list[Output] = [
        _output(_Place(source, definition, (definition.name,)), selection, names)
        for definition in entity_type.all_properties()
        if selection.shows(definition.name)
    ]
    outputs += _dynamic(source, (), entity_type, selection)
    for name, expression in computed.items():
        if selection.shows(name) and expression.edm_type is not None:
            outputs.append(OutputValue(name, expression, expression.edm_type))
    plan.outputs = tuple(outputs)
    if items:
        shown = tuple(dict.fromkeys(_spelled(entity_type, items)))
        hides_key = not all(map(selection.shows, entity_type.all_key_names()))
        plan.selected = SelectedProperties(shown, hides_key)


def property_output(source: Source, definition: Property, path: tuple[str, ...]) -> Output:
    """One property of a row with all its members."""
    return _output(_Place(source, definition, path), _ALL, None)


def _dynamic(
    source: Source, holder: tuple[str, ...], owner: ComplexType, selection: _Selection
) -> tuple[Output, ...]:
    """What an open type shows beside its declared properties."""
    if not owner.is_open:
        return ()
    document = DynamicRef(source, holder, ())
    if selection.names is None:
        return (OutputDynamic(document),)
    names = tuple(name for name in selection.names if is_dynamic_name(owner, name))
    return (OutputDynamic(document, names),) if names else ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A property of a source and the path that leads to it."""

    source: Source
    definition: Property
    path: tuple[str, ...]

    def member(self, definition: Property) -> _Place:
        """A member of a complex property."""
        return _Place(self.source, definition, (*self.path, definition.name))


@dataclass(frozen=True, slots=True)
class _Selection:
    """The names that are shown, each with what is selected below it (None shows all), and
    the options of collections."""

    names: Mapping[str, tuple[ast.SelectItem, ...]] | None
    options: Mapping[str, ast.QueryOptions]

    def shows(self, name: str) -> bool:
        return self.names is None or name in self.names

    def below(self, name: str) -> tuple[ast.SelectItem, ...]:
        return () if self.names is None else self.names.get(name, ())


_ALL = _Selection(None, {})


def _selection(
    owner: ComplexType, items: tuple[ast.SelectItem, ...], computed: Computed
) -> _Selection:
    """The union of the items; a whole member wins over parts of it."""
    names: dict[str, tuple[ast.SelectItem, ...]] = {}
    options: dict[str, ast.QueryOptions] = {}
    whole: set[str] = set()
    for item in _without_casts(owner, items):
        name = _member_name(owner, item, computed)
        deeper = _deeper(item)
        if not deeper:
            whole.add(name)
        if len(item.path) == 1 and item.options is not None:
            options[name] = item.options
        names[name] = (*names.get(name, ()), *deeper)
    if not items or _STAR in names:
        return _Selection(None, options)
    kept = {name: () if name in whole else below for name, below in names.items()}
    return _Selection(kept, options)


def _without_casts(
    owner: ComplexType, items: tuple[ast.SelectItem, ...]
) -> Iterator[ast.SelectItem]:
    """The items without a leading cast to the very type that is read."""
    for item in items:
        is_cast = len(item.path) > 1 and item.path[0] == owner.qualified_name
        yield replace(item, path=item.path[1:]) if is_cast else item


def _deeper(item: ast.SelectItem) -> tuple[ast.SelectItem, ...]:
    if len(item.path) > 1:
        return (replace(item, path=item.path[1:]),)
    return item.options.select if item.options is not None else ()


def _member_name(owner: ComplexType, item: ast.SelectItem, computed: Computed) -> str:
    """The name of the member that an item begins with; refuses what the type lacks."""
    name = item.path[0]
    definition = find_property(owner, name)
    if definition is not None:
        _check_nested(definition, item)
        return definition.name
    if name not in computed and item.options is None and is_dynamic_name(owner, name):
        return name
    if len(item.path) > 1 or item.options is not None:
        raise unknown_property(owner, name, _TARGET)
    if name == _STAR or name in computed:
        return name
    navigation = find_navigation(owner, name)
    if navigation is not None:
        return navigation.name
    if "." in name.partition("(")[0] or name.endswith(")"):
        # The name of an operation, or all of a namespace: nothing of the row.
        return name
    raise unknown_property(owner, name, _TARGET)


def _check_nested(definition: Property, item: ast.SelectItem) -> None:
    is_complex = isinstance(definition.edm_type, ComplexType)
    if len(item.path) > 1 and not is_complex:
        raise UriSemanticError(f"'{definition.name}' has no members", target=_TARGET)
    given = item.options.present if item.options is not None and len(item.path) == 1 else ()
    for name in sorted(given):
        if definition.is_collection:
            continue
        if not is_complex or name not in _SHAPING:
            raise UriSemanticError(
                f"'{name}' cannot stand inside the selection of '{definition.name}'",
                target=_TARGET,
            )


def _spelled(owner: ComplexType, items: tuple[ast.SelectItem, ...]) -> Iterator[str]:
    """The items as paths with the names of the model, nested ones included (OData Protocol
    10.9); the star takes in all other structural properties."""
    has_star = any(item.path == (_STAR,) for item in items)
    for item in _without_casts(owner, items):
        definition = find_property(owner, item.path[0])
        if definition is None:
            yield _spelled_name(owner, item.path[0])
        elif not isinstance(definition.edm_type, ComplexType) or not _deeper(item):
            if not has_star:
                yield definition.name
        else:
            for below in _spelled(definition.edm_type, _deeper(item)):
                yield f"{definition.name}/{below}"


def _spelled_name(owner: ComplexType, name: str) -> str:
    navigation = find_navigation(owner, name) if isinstance(owner, EntityType) else None
    return navigation.name if navigation is not None else name


def _output(place: _Place, selection: _Selection, names: NameScope | None) -> Output:
    definition = place.definition
    if definition.is_stream:
        return OutputStream(definition.name, definition)
    edm_type = definition.edm_type
    if isinstance(edm_type, ComplexType) and not definition.is_collection:
        inner = _selection(edm_type, selection.below(definition.name), {})
        members = tuple(
            _output(place.member(member), inner, names)
            for member in edm_type.all_properties()
            if inner.shows(member.name)
        )
        members += _dynamic(place.source, place.path, edm_type, inner)
        return OutputComplex(definition.name, edm_type, members, definition)
    reference = PropertyRef(place.source, definition, place.path)
    options = selection.options.get(definition.name)
    if options is not None and names is not None and definition.is_collection:
        return bind_items_output(definition, reference, options, names)
    return OutputValue(definition.name, reference, edm_type, definition)
