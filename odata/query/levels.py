"""The options of one level bound to its plan, and a whole request bound to its target."""

from __future__ import annotations

from dataclasses import dataclass

from odata.edm.types import INTEGER_TYPES, EnumType, Primitive
from odata.errors import UriSemanticError
from odata.query.apply import bind_apply
from odata.query.apply_output import describe_transient
from odata.query.apply_these import uses_these
from odata.query.binder import bind_computed, bind_condition, bind_expression
from odata.query.dynamic import in_order
from odata.query.expand import ExpandContext, bind_expand
from odata.query.inputs import take_inputs
from odata.query.limits import QueryLimits
from odata.query.names import find_property
from odata.query.path_filter import bind_path_filters
from odata.query.plan import (
    Constant,
    EntityRef,
    Expression,
    Parameter,
    PropertyRef,
)
from odata.query.read_plan import OrderTerm, ReadPlan
from odata.query.resource import ResourceKind, ScopeRule, Suffix, Target
from odata.query.scope import NameScope
from odata.query.search import bind_search, has_entries
from odata.query.select_expand import bind_property, bind_select
from odata.uri import ast
from odata.uri.ast import LiteralKind


@dataclass(frozen=True, slots=True)
class BindingContext:
    """What every level of a request shares."""

    scope_rule: ScopeRule | None
    limits: QueryLimits
    is_paged: bool = False


def bind_read(
    target: Target, options: ast.QueryOptions, names: NameScope, context: BindingContext
) -> ReadPlan:
    """The plan that reads a target with its options."""
    plan = ReadPlan(target.rows, target.entity_set, target.anchors)
    plan.filters = bind_path_filters(target, names)
    if target.kind is ResourceKind.PROPERTY:
        bind_property(plan, target, options, names)
        return plan
    _bind_options(plan, options, names, context)
    if plan.identity is not None and target.suffix is Suffix.REF:
        raise UriSemanticError("aggregated rows have no references", target="$apply")
    plan.top = bound_of(options.top, "$top", names)
    plan.skip = bound_of(options.skip, "$skip", names)
    plan.with_count = bool(options.count)
    if target.kind is not ResourceKind.COLLECTION:
        plan.order = ()
    expansion = ExpandContext(
        context.scope_rule,
        context.limits,
        lambda level, nested, scope: _bind_options(level, nested, scope, context),
        context.is_paged,
    )
    bind_expand(plan, options.expand, names.in_piece("$expand"), expansion)
    return plan


def _bind_options(
    plan: ReadPlan, options: ast.QueryOptions, names: NameScope, context: BindingContext
) -> None:
    if options.apply is not None:
        names = bind_apply(options.apply, plan, names)
    nested = names.piece == "$expand"
    row = plan.block.root
    is_lifted = not nested and options.search is not None and has_entries(row)
    slot = names.slots.claim("$search", 0) if is_lifted else None
    plan.filters = (*plan.filters, *bind_search(options.search, row, slot))
    names = _with_computed(plan, options, names, nested=nested)
    if options.filter is not None and uses_these(options.filter):
        piece = names.piece if nested else "$filter"
        names = bind_apply(ast.Apply((ast.ApplyFilter(options.filter),)), plan, names, piece)
    elif options.filter is not None:
        scope = names if nested else names.in_piece("$filter")
        rest = take_inputs(options.filter, plan.block.root, scope)
        if rest is not None:
            plan.filters = (*plan.filters, bind_condition(rest, scope))
    order_names = names if nested else names.in_piece("$orderby")
    plan.order = order_of(plan, options.orderby, order_names, context.limits)
    bind_select(plan, options.select, names if nested else names.in_piece("$select"))
    describe_transient(plan, is_selected=bool(options.select))


def _with_computed(
    plan: ReadPlan, options: ast.QueryOptions, names: NameScope, *, nested: bool
) -> NameScope:
    computed = dict(names.computed)
    scope = names if nested else names.in_piece("$compute")
    for item in options.compute:
        if find_property(plan.entity_type, item.name) or item.name in computed:
            raise UriSemanticError(f"the name '{item.name}' is taken", target="$compute")
        scope = scope.with_computed(computed)
        computed[item.name] = bind_computed(item.expression, scope)
    return names.with_computed(computed) if options.compute else names


def bound_of(value: int | None, piece: str, names: NameScope) -> Expression | None:
    """``$top`` or ``$skip``."""
    if value is None:
        return None
    slot = names.slots.claim(piece, 0)
    if slot is None:
        return Constant(value, Primitive.INT64)
    return Parameter(slot, LiteralKind.INTEGER, Primitive.INT64)


# --- order ----------------------------------------------------------------------------------


def order_of(
    plan: ReadPlan, items: tuple[ast.OrderbyItem, ...], names: NameScope, limits: QueryLimits
) -> tuple[OrderTerm, ...]:
    """The order of a level, made total."""
    if len(items) > limits.max_orderby_items:
        raise UriSemanticError(
            f"$orderby takes at most {limits.max_orderby_items} terms", target="$orderby"
        )
    terms = [term for item in items for term in _terms(item, names)]
    given = terms or list(plan.kept_order)
    if plan.identity is not None:
        return (*given, *map(OrderTerm, plan.identity))
    return (*given, *_completing(plan, given))


def _terms(item: ast.OrderbyItem, names: NameScope) -> tuple[OrderTerm, ...]:
    expression = bind_expression(item.expression, names)
    return tuple(_term(part, item) for part in in_order(expression))


def _term(expression: Expression, item: ast.OrderbyItem) -> OrderTerm:
    if isinstance(expression, EntityRef):
        raise UriSemanticError("$orderby takes values, not entities", target="$orderby")
    edm_type = expression.edm_type
    if isinstance(edm_type, EnumType) or isinstance(expression, Constant):
        return OrderTerm(expression, item.descending)
    if not isinstance(edm_type, Primitive) or edm_type is Primitive.STREAM:
        raise UriSemanticError("$orderby takes primitive values only", target="$orderby")
    if isinstance(expression, PropertyRef) and not expression.definition.is_sortable:
        raise UriSemanticError(
            f"'{expression.definition.name}' cannot be sorted by", target="$orderby"
        )
    return OrderTerm(expression, item.descending)


def _completing(plan: ReadPlan, given: list[OrderTerm]) -> tuple[OrderTerm, ...]:
    """The default order, where none is given, and the key: every order is total."""
    entity_type, source = plan.entity_type, plan.block.root
    sorted_by = {
        term.expression.definition.name
        for term in given
        if isinstance(term.expression, PropertyRef) and term.expression.source is source
    }
    names = list(entity_type.all_key_names())
    if not given and plan.entity_set is not None:
        names = [*plan.entity_set.default_order, *names]
    completing: list[OrderTerm] = []
    for name in dict.fromkeys(names):
        definition = entity_type.find_property(name)
        if name not in sorted_by and definition is not None:
            completing.append(OrderTerm(PropertyRef(source, definition, (name,))))
    return tuple(completing)


def token_type(term: OrderTerm) -> Primitive:
    """The primitive type under which a value of this term travels in a skip token."""
    edm_type = term.expression.edm_type
    if isinstance(edm_type, EnumType) or edm_type in INTEGER_TYPES:
        return Primitive.INT64
    return edm_type if isinstance(edm_type, Primitive) else Primitive.STRING
