"""The representation of a cross join: the entities of a combination, or links to them.

Cites: OData URL Conventions 4.15, JSON 8.1 (navigation link).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from odata.payload.row_style import Detail, RowStyle
from odata.payload.row_writer import EntityUrl, address_template, reference_template, row_template
from odata.query.cross_join import CrossedMember, CrossJoinPlan
from odata.query.plan import Block, Source
from odata.query.read_plan import ReadPlan
from odata.query.row_template import RowObject, RowPart, RowTemplate, TextPart

UrlOf = Callable[[Source], EntityUrl | None]


def cross_join_template(plan: CrossJoinPlan, style: RowStyle, url_of: UrlOf) -> RowTemplate:
    """The template of one combination."""
    parts = [part for member in plan.members for part in _member(member, style, url_of)]
    # Without metadata and without entities nothing is left between the braces.
    return RowTemplate(tuple(parts) or (TextPart(","),))


def _member(member: CrossedMember, style: RowStyle, url_of: UrlOf) -> Iterator[RowPart]:
    url = url_of(member.source)
    if url is None:
        raise LookupError(f"{member.name} has no address")
    if style.detail is not Detail.NONE:
        yield TextPart(f',"{member.name}{style.prefix}navigationLink":"')
        yield from address_template(ReadPlan(Block(member.source)), url).parts
        yield TextPart('"')
    if member.read is None:
        return
    yield TextPart(f',"{member.name}":')
    write = reference_template if member.is_reference else row_template
    yield RowObject(write(member.read, style, url).parts)
