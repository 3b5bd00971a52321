"""From the text of a request to finished statements: parse, resolve, bind, compile, once.

The outcome is kept by shape, so a repeated request costs a look-up. A literal that no part
of the plan claims as a parameter belongs to the shape itself (``pinned``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from odata.edm.model import Model
from odata.edm.types import Primitive
from odata.payload.anywhere_writer import anywhere_template
from odata.payload.cross_join_writer import cross_join_template
from odata.payload.row_style import Detail, RowStyle
from odata.payload.row_writer import (
    EntityUrl,
    address_template,
    property_template,
    reference_template,
    row_template,
)
from odata.query.allowed_options import check_options
from odata.query.binder import bind_condition
from odata.query.budget import Budget
from odata.query.cross_join import CrossJoinPlan, bind_cross_join
from odata.query.levels import BindingContext, bind_read, token_type
from odata.query.limits import QueryLimits
from odata.query.parameters import SlotTable
from odata.query.path_filter import bind_path_filter
from odata.query.plan import Source
from odata.query.read_plan import ExpandKind, ExpandPlan, ReadPlan
from odata.query.resource import ResourceKind, ResourceResolver, ScopeRule, Suffix, Target
from odata.query.row_template import RowTemplate
from odata.query.scope import PATH_FILTER, NameScope
from odata.service.shapes import RequestShape
from odata.sql.assembly import FinishedExpand, FinishedLevel
from odata.sql.expander import Expander
from odata.sql.mapping import StreamMapping
from odata.sql.new_row_text import NewRowText, new_row_text
from odata.sql.reader import StatementBuilder
from odata.sql.statement import Statement
from odata.sql.streams import FinishedStream
from odata.uri import ast
from odata.uri.query_options import read_options
from odata.uri.resource_path import parse_resource_path


@dataclass(eq=False, slots=True)
class Prepared:
    """Everything about a request that its shape decides.

    ``plan`` and ``level`` are absent where no rows are read (service document, operations).
    ``fragments`` are those of context URLs that were written before, by the keys in the path,
    ``heads`` the beginnings of answers, by what they depend on beside it;
    ``new_texts`` is what writes the answer about a new entity, once that was asked for;
    ``pinned`` are the slots of literals that are part of the shape; ``created`` reads what a
    request creates under a GUID, once one was read, ``methods`` are those that the resource
    answers, once that was asked for.
    """

    target: Target
    options: ast.QueryOptions
    style: RowStyle
    preparer: Preparer
    plan: ReadPlan | None = None
    level: FinishedLevel | None = None
    new_texts: list[NewRowText | None] = field(default_factory=list)
    count: Statement | None = None
    existence: Statement | None = None
    entity_tag: Statement | None = None
    order_types: tuple[Primitive, ...] = ()
    continuations: dict[tuple[bool, ...], FinishedLevel] = field(default_factory=dict)
    fragments: dict[tuple[str, ...], str] = field(default_factory=dict)
    heads: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    pinned: tuple[int, ...] = ()
    created: Prepared | None = None
    methods: tuple[str, ...] | None = None

    @property
    def read_plan(self) -> ReadPlan:
        """The plan, where rows are read."""
        if self.plan is None:
            raise LookupError("nothing is read here")
        return self.plan

    @property
    def first_level(self) -> FinishedLevel:
        """The statements of the first page, where rows are read."""
        if self.level is None:
            raise LookupError("nothing is read here")
        return self.level

    @property
    def count_statement(self) -> Statement:
        """The statement that counts, where rows are counted."""
        if self.count is None:
            raise LookupError("nothing is counted here")
        return self.count


class Asked(NamedTuple):
    """What decides about a preparation beside the text: method, style, what the caller sees,
    and whether the client wants small pages."""

    method: str
    style: RowStyle
    preparer: Preparer
    is_paged: bool = False


class Preparer:
    """Prepares requests to one data source, as far as a model shows it."""

    def __init__(
        self,
        model: Model,
        builder: StatementBuilder,
        scope_rule: ScopeRule | None,
        limits: QueryLimits,
    ) -> None:
        self.model = model
        self.builder = builder
        self.expander = Expander(builder)
        self.scope_rule = scope_rule
        self.limits = limits

    def prepare(self, path: str, shape: RequestShape, asked: Asked) -> tuple[Prepared, set[int]]:
        """The preparation of a request, and the slots that it claims."""
        slots = SlotTable(shape.positions)
        text = self.limits.text
        options = shape.syntax or read_options(shape.options, limits=text)
        resolver = ResourceResolver(self.model, self.scope_rule, slots, dict(options.aliases))
        target = resolver.resolve(parse_resource_path(path, limits=text))
        if not asked.style.is_anywhere:
            check_options(target, options, asked.method)
        prepared = Prepared(target, options, asked.style, self)
        if target.block is not None:
            self._bind(prepared, slots, asked)
        return prepared, slots.claimed

    def _bind(self, prepared: Prepared, slots: SlotTable, asked: Asked) -> None:
        target, options = prepared.target, prepared.options
        names = NameScope(
            self.model,
            slots,
            target.root,
            target.root,
            PATH_FILTER,
            bind_condition,
            aliases=options.aliases,
            budget=Budget(self.limits),
            scope_rule=self.scope_rule,
        )
        if target.tests:
            target = prepared.target = _tested(target, names)
        context = BindingContext(
            self.scope_rule,
            self.limits,
            is_paged=asked.is_paged,
        )
        is_crossed = target.kind is ResourceKind.CROSS_JOIN
        bind = bind_cross_join if is_crossed else bind_read
        if target.kind is ResourceKind.OPERATION:
            # They are about the result, whatever the operation is bound to.
            options = ast.QueryOptions(aliases=options.aliases)
        plan = bind(target, options, names, context)
        prepared.plan = plan
        is_counted = target.suffix is Suffix.COUNT and not target.is_single
        if is_counted or plan.with_count:
            prepared.count = self.builder.count(plan)
        if not is_counted:
            prepared.level = self.first_level(prepared)
            prepared.order_types = tuple(token_type(term) for term in plan.order)

    def first_level(
        self, prepared: Prepared, after_nulls: tuple[bool, ...] | None = None
    ) -> FinishedLevel:
        """The finished statements of all levels; ``after_nulls`` goes on behind a token."""
        plan, style = prepared.read_plan, prepared.style
        target = prepared.target
        if target.kind is ResourceKind.PROPERTY:
            template = property_template(plan, target.property_path, style)
        elif style.is_anywhere:
            template = self._anywhere_template(plan, style)
        elif isinstance(plan, CrossJoinPlan):
            template = cross_join_template(plan, style, self.entity_url)
        else:
            template = self._template(plan, style, target.suffix)
        address = self._address(plan)
        read = self.builder.rows(plan, template, address, after_nulls=after_nulls)
        return FinishedLevel(read, self._expands(plan, style, ()), self._streams(plan, style))

    def new_text(self, prepared: Prepared) -> NewRowText | None:
        """What writes the answer about a new entity from what was stored of it, if that can."""
        plan, style, target = prepared.read_plan, prepared.style, prepared.target
        if style.is_anywhere or target.kind is not ResourceKind.ENTITY:
            return None
        template, builder = self._template(plan, style, target.suffix), self.builder
        mapping = builder.source.of(plan.entity_type)
        return new_row_text(plan, template, mapping, builder.compiler())

    def _anywhere_template(self, plan: ReadPlan, style: RowStyle) -> RowTemplate:
        url = self.entity_url(plan.block.root)
        if url is None:
            raise LookupError(f"{plan.entity_type.name} has no address")
        return anywhere_template(plan, style, url)

    def _address(self, plan: ReadPlan) -> RowTemplate | None:
        """Where each entity of a level is found, if links to what lies below it are needed."""
        url = self._url_of(plan)
        if url is None or not any(item.navigation.is_collection for item in plan.expands):
            return None
        return address_template(plan, url)

    def _template(self, plan: ReadPlan, style: RowStyle, suffix: Suffix) -> RowTemplate:
        url = self._url_of(plan)
        if suffix is Suffix.REF and url is not None:
            return reference_template(plan, style, url)
        return row_template(plan, style, url)

    def _url_of(self, plan: ReadPlan) -> EntityUrl | None:
        """Where the entities of a level are found, below companies as below one of them."""
        url, rule, way = self.entity_url(plan.block.root), self.scope_rule, plan.way
        is_below = way is not None and rule is not None and way.origin is rule.parent
        if url is None or rule is None or not url.is_scoped or not is_below:
            return url
        scopes = self.model.set_of(rule.parent)
        return url if scopes is None else replace(url, scope_set=scopes.name)

    def _expands(
        self, plan: ReadPlan, style: RowStyle, path: tuple[str, ...]
    ) -> tuple[FinishedExpand, ...]:
        return tuple(self._expand(item, plan, style, (*path, item.path)) for item in plan.expands)

    def _expand(
        self, expand: ExpandPlan, parent: ReadPlan, style: RowStyle, path: tuple[str, ...]
    ) -> FinishedExpand:
        if expand.kind is ExpandKind.COUNT:
            level = FinishedLevel(self.expander.counts(expand, parent))
            return FinishedExpand(expand, level, style.prefix, path)
        suffix = Suffix.REF if expand.kind is ExpandKind.REFERENCES else Suffix.NONE
        template = self._template(expand.read, style, suffix)
        address = self._address(expand.read)
        read = self.expander.entities(expand, parent, template, address)
        streams = self._streams(expand.read, style)
        level = FinishedLevel(read, self._expands(expand.read, style, path), streams)
        return FinishedExpand(expand, level, style.prefix, path)

    def _streams(self, plan: ReadPlan, style: RowStyle) -> tuple[FinishedStream, ...]:
        """The streams that a level shows inline, with their stores."""
        if not plan.streams:
            return ()
        properties = self.builder.source.of(plan.entity_type).properties
        prefix = "" if style.detail is Detail.NONE else style.prefix
        stores = ((item, properties[item.name]) for item in plan.streams)
        return tuple(
            FinishedStream(item, prefix, found.store, self.limits.max_inline_bytes)
            for item, found in stores
            if isinstance(found, StreamMapping)
        )

    def entity_url(self, source: Source) -> EntityUrl | None:
        """Where entities of this type are found."""
        model = self.model
        entity_set = model.set_of(source.entity_type)
        if entity_set is None:
            names = (
                name
                for name, item in model.singletons.items()
                if item.entity_type is source.entity_type
            )
            found = next(names, None)
            if found is None:
                return None
            return EntityUrl(found, is_scoped=False, set_type=source.entity_type, is_singleton=True)
        rule = self.scope_rule
        is_scoped = rule is not None and rule.is_scoped(source.entity_type)
        return EntityUrl(entity_set.name, is_scoped, entity_set.entity_type)


def _tested(target: Target, names: NameScope) -> Target:
    """The target with the conditions of its path among its anchors."""
    tests = (bind_path_filter(item.condition, names.with_row(item.source)) for item in target.tests)
    return replace(target, anchors=(*target.anchors, *tests))
