"""``$select`` as the members of a row.

Cites: OData URL Conventions 5.1.4; reference ``odata.md`` section 3.6, Q1 and Q2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from odata.edm.types import ComplexType, Property
from odata.errors import UriSemanticError
from odata.query.fault_place import placed
from odata.query.item_segments import ITEM_OPTIONS, bind_item_steps, reads_inside
from odata.query.names import (
    find_navigation,
    find_property,
    is_dynamic_name,
    unknown_property,
)
from odata.query.plan import DynamicRef, EntityRef, Expression, IsOf, PropertyRef, Source
from odata.query.read_plan import (
    Output,
    OutputComplex,
    OutputDynamic,
    OutputGroup,
    OutputStream,
    OutputValue,
    ReadPlan,
    SelectedProperties,
)
from odata.query.scope import NameScope
from odata.query.select_derived import CastItems, is_of_any, split_casts, types_shown
from odata.query.select_items import (
    bind_items_inside,
    bind_items_output,
    bind_members_computed,
    bind_own_items,
    shown_members,
)
from odata.query.select_spelling import deeper, spelled
from odata.query.target import Target
from odata.uri import ast

_STAR = "*"
_TARGET = "$select"
_SHAPING = frozenset({"$select", "$compute"})

Computed = Mapping[str, Expression]
_NO_POSITIONS: Mapping[str, int] = {}


def bind_select(plan: ReadPlan, items: tuple[ast.SelectItem, ...], names: NameScope) -> None:
    """Fix the members of a level from its ``$select`` (empty: everything)."""
    source, computed = plan.block.root, names.computed
    entity_type = source.entity_type
    plain, casts = split_casts(entity_type, items, names.model)
    level = _level(types_shown(source), plain, casts, computed)
    selection = level.selection
    outputs: list[Output] = [
        _output(_Place(source, definition, (definition.name,)), selection, names)
        for definition in entity_type.all_properties()
        if selection.shows(definition.name) and not definition.is_filter_only
    ]
    outputs += _dynamic(source, (), entity_type, selection)
    outputs += _computed_members(computed, selection)
    outputs += _entity_groups(source, level, names)
    plan.outputs = tuple(outputs)
    if items:
        shown = tuple(dict.fromkeys(spelled(entity_type, items)))
        hides_key = not all(map(selection.shows, entity_type.all_key_names()))
        plan.selected = SelectedProperties(shown, hides_key)


def _computed_members(computed: Computed, selection: _Selection) -> Iterator[OutputValue]:
    for name, expression in computed.items():
        if selection.shows(name) and expression.edm_type is not None:
            yield OutputValue(name, expression, expression.edm_type)


@dataclass(frozen=True, slots=True)
class _Level:
    """An entity or a complex value: its declared type and those derived from it, what is
    selected of all instances, and of those of some types."""

    types: tuple[ComplexType, ...]
    selection: _Selection
    chosen: Mapping[ComplexType, _Selection]

    def groups(
        self, owner: ComplexType
    ) -> Iterator[tuple[tuple[ComplexType, ...], list[tuple[Property, _Selection]]]]:
        """What a type declares and only some instances show, by the types of those."""
        declared = self.types[0]
        own = declared.all_properties() if owner is declared else owner.properties
        groups: dict[tuple[ComplexType, ...], list[tuple[Property, _Selection]]] = {}
        for definition in own:
            if owner is declared and self.selection.shows(definition.name):
                continue
            types = _types_with(definition, owner, self.selection, self.chosen)
            if types:
                below = self.chosen.get(types[0], self.selection)
                groups.setdefault(types, []).append((definition, below))
        yield from groups.items()


def _entity_groups(source: Source, level: _Level, names: NameScope) -> Iterator[OutputGroup]:
    """The members that only entities of some types have."""
    for owner in types_shown(source):
        is_cast = owner is not source.entity_type
        place = source.cast(owner, is_certain=True) if is_cast else source
        for types, members in level.groups(owner):
            outputs = tuple(
                _output(_Place(place, item, (item.name,)), below, names) for item, below in members
            )
            yield OutputGroup(is_of_any(EntityRef(source), types), outputs)
        if is_cast and not source.entity_type.is_open:
            dynamic = _dynamic(place, (), owner, level.selection)
            if dynamic and not (owner.base is not None and owner.base.is_open):
                yield OutputGroup(IsOf(EntityRef(source), owner), dynamic)


def _value_groups(place: _Place, level: _Level, names: NameScope | None) -> Iterator[OutputGroup]:
    """The members that only complex values of some types have."""
    reference = PropertyRef(place.source, place.definition, place.path)
    for owner in level.types:
        cast = replace(place, path=(*place.path, owner.qualified_name))
        for types, members in level.groups(owner):
            outputs = tuple(_output(cast.member(item), below, names) for item, below in members)
            yield OutputGroup(is_of_any(reference, types), outputs)


def _types_with(
    definition: Property,
    owner: ComplexType,
    selection: _Selection,
    chosen: Mapping[ComplexType, _Selection],
) -> tuple[ComplexType, ...]:
    """The types whose instances show a property that ``owner`` has."""
    if selection.names is None:
        return (owner,)
    found = [item for item, below in chosen.items() if below.shows(definition.name)]
    if any(owner.is_a(item) for item in found):
        return (owner,)
    return tuple(item for item in found if item.is_a(owner))


def property_output(source: Source, definition: Property, path: tuple[str, ...]) -> Output:
    """One property of a row with all its members."""
    return _output(_Place(source, definition, path), _ALL, None)


def bind_property(
    plan: ReadPlan, target: Target, options: ast.QueryOptions, names: NameScope
) -> None:
    """Let a plan show one property alone, as the options of the request want it."""
    path, source = target.property_path, plan.block.root
    last = path[-1]
    if last.is_dynamic:
        return
    place = _Place(source, last, tuple(item.name for item in path))
    _check_expand(target.addressed, options)
    if last.is_collection and (target.item_steps or options.present & ITEM_OPTIONS):
        values = bind_item_steps(PropertyRef(source, last, place.path), target, names)
        if reads_inside(target, options):
            plan.outputs = (bind_items_inside(target, values, options, names),)
        else:
            below = replace(options, select=tuple(_inside(target, options.select)))
            plan.outputs = (bind_own_items(last, values, below, names),)
        _note_selected(plan, target.addressed, options)
        return
    nested = {} if last.is_collection else {last.name: options}
    selection = _Selection({last.name: options.select}, nested)
    plan.outputs = (_output(place, selection, names.in_piece("$compute")),)
    _note_selected(plan, last, options)


def _inside(target: Target, items: tuple[ast.SelectItem, ...]) -> Iterator[ast.SelectItem]:
    """What is selected of a value inside an item, as seen from the item."""
    steps = tuple(step.name for step in target.inside if isinstance(step, Property))
    for item in items:
        yield replace(item, path=(*steps, *item.path))


def _check_expand(definition: Property, options: ast.QueryOptions) -> None:
    """Complex values lead to no entities here: the star expands nothing."""
    for item in options.expand:
        if item.path != (_STAR,) and isinstance(definition.edm_type, ComplexType):
            raise unknown_property(definition.edm_type, item.path[0], "$expand", item.position)


def _note_selected(plan: ReadPlan, last: Property, options: ast.QueryOptions) -> None:
    if options.select and isinstance(last.edm_type, ComplexType):
        plan.selected = SelectedProperties(tuple(spelled(last.edm_type, options.select)))


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
    the options of collections, and where each name stands."""

    names: Mapping[str, tuple[ast.SelectItem, ...]] | None
    options: Mapping[str, ast.QueryOptions]
    positions: Mapping[str, int] = field(default_factory=lambda: _NO_POSITIONS)

    def shows(self, name: str) -> bool:
        return self.names is None or name in self.names

    def below(self, name: str) -> tuple[ast.SelectItem, ...]:
        return () if self.names is None else self.names.get(name, ())


_ALL = _Selection(None, {})
_NOTHING = _Selection({}, {})


def _level(
    types: tuple[ComplexType, ...],
    plain: tuple[ast.SelectItem, ...],
    casts: CastItems,
    computed: Computed,
) -> _Level:
    """What is selected of all instances is nothing where only casts are selected from."""
    is_of_casts = bool(casts) and not plain
    selection = _NOTHING if is_of_casts else _selection(types[0], plain, computed)
    chosen = {item: _selection(item, below, {}) for item, below in casts.items()}
    return _Level(types, selection, chosen)


def _selection(
    owner: ComplexType, items: tuple[ast.SelectItem, ...], computed: Computed
) -> _Selection:
    """The union of the items; a whole member wins over parts of it."""
    names: dict[str, tuple[ast.SelectItem, ...]] = {}
    options: dict[str, ast.QueryOptions] = {}
    positions: dict[str, int] = {}
    whole: set[str] = set()
    for item in items:
        name = _member_name(owner, item, computed)
        below = deeper(item)
        if not below:
            whole.add(name)
        if len(item.path) == 1 and item.options is not None:
            options[name] = item.options
        names[name] = (*names.get(name, ()), *below)
        positions.setdefault(name, item.position)
    if not items or _STAR in names:
        return _Selection(None, options, positions)
    kept = {name: () if name in whole else below for name, below in names.items()}
    return _Selection(kept, options, positions)


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
        if find_navigation(owner, name) is not None:
            raise _of_expanded(item)
        raise unknown_property(owner, name, _TARGET, item.position)
    if name == _STAR or name in computed:
        return name
    navigation = find_navigation(owner, name)
    if navigation is not None:
        return navigation.name
    if "." in name.partition("(")[0] or name.endswith(")"):
        # The name of an operation, or all of a namespace: nothing of the row.
        return name
    raise unknown_property(owner, name, _TARGET, item.position)


def _of_expanded(item: ast.SelectItem) -> UriSemanticError:
    name, *rest = item.path
    nested = item.options.select if item.options is not None else ()
    what = "/".join(rest) or ",".join("/".join(below.path) for below in nested) or "..."
    return UriSemanticError(
        f"what is selected of '{name}' stands in $expand: {name}($select={what})",
        target=_TARGET,
        position=item.position,
    )


def _check_nested(definition: Property, item: ast.SelectItem) -> None:
    is_complex = isinstance(definition.edm_type, ComplexType)
    if len(item.path) > 1 and not is_complex:
        raise UriSemanticError(
            f"'{definition.name}' has no members", target=_TARGET, position=item.position
        )
    given = item.options.present if item.options is not None and len(item.path) == 1 else ()
    for name in sorted(given):
        if definition.is_collection:
            continue
        if not is_complex or name not in _SHAPING:
            raise UriSemanticError(
                f"'{name}' cannot stand inside the selection of '{definition.name}'",
                target=_TARGET,
                position=item.position,
            )


def _output(place: _Place, selection: _Selection, names: NameScope | None) -> Output:
    definition = place.definition
    if definition.is_stream:
        return OutputStream(definition.name, definition)
    edm_type = definition.edm_type
    options = selection.options.get(definition.name)
    if isinstance(edm_type, ComplexType) and not definition.is_collection:
        computed = _computed(place, options, names)
        return _complex(place, edm_type, selection.below(definition.name), names, computed)
    reference = PropertyRef(place.source, definition, place.path)
    if options is not None and names is not None and definition.is_collection:
        with placed(names.piece, selection.positions.get(definition.name, -1)):
            return bind_items_output(definition, reference, options, names)
    shown = shown_members(definition, selection.below(definition.name))
    return OutputValue(definition.name, reference, edm_type, definition, shown=shown)


def _computed(place: _Place, options: ast.QueryOptions | None, names: NameScope | None) -> Computed:
    """The members that the options of a complex value add to it."""
    if options is None or names is None or not options.compute:
        return {}
    holder = PropertyRef(place.source, place.definition, place.path)
    scope = names.with_nested_aliases(options.aliases).with_holder(holder)
    return bind_members_computed(holder.edm_type, options.compute, scope)


def _complex(
    place: _Place,
    complex_type: ComplexType,
    items: tuple[ast.SelectItem, ...],
    names: NameScope | None,
    computed: Computed,
) -> OutputComplex:
    definition = place.definition
    types = (complex_type, *complex_type.descendants())
    plain, casts = (
        (items, CastItems()) if names is None else split_casts(complex_type, items, names.model)
    )
    level = _level(types, plain, casts, computed)
    members: list[Output] = [
        _output(place.member(member), level.selection, names)
        for member in complex_type.all_properties()
        if level.selection.shows(member.name)
    ]
    members += _dynamic(place.source, place.path, complex_type, level.selection)
    members += _computed_members(computed, level.selection)
    if len(types) == 1:
        return OutputComplex(definition.name, complex_type, tuple(members), definition)
    members += _value_groups(place, level, names)
    reference = PropertyRef(place.source, definition, place.path)
    return OutputComplex(definition.name, complex_type, tuple(members), definition, reference)
