"""The representation of an entity among those of other sets: it says where it is found.

Cites: OData JSON 4.5.1 (context), 4.5.3 (type); URL Conventions 4.16.
"""

from __future__ import annotations

from collections.abc import Iterator

from odata.payload.row_style import Detail, RowStyle
from odata.payload.row_writer import SCOPE_PATH, SERVICE_ROOT, EntityUrl, row_template
from odata.query.plan import EntityRef, Not
from odata.query.read_plan import ReadPlan
from odata.query.row_template import RequestPart, RowGroup, RowPart, RowTemplate, TextPart
from odata.query.select_derived import is_of_any, types_shown


def anywhere_template(plan: ReadPlan, style: RowStyle, url: EntityUrl) -> RowTemplate:
    """The template of a level, with the context and the type of each entity before it."""
    before = () if style.detail is Detail.NONE else tuple(_place(plan, style, url))
    return RowTemplate((*before, *row_template(plan, style, url).parts))


def _place(plan: ReadPlan, style: RowStyle, url: EntityUrl) -> Iterator[RowPart]:
    yield TextPart(f',"{style.prefix}context":"')
    yield RequestPart(SERVICE_ROOT)
    yield TextPart("$metadata#")
    if url.is_scoped:
        yield RequestPart(SCOPE_PATH)
    yield TextPart(url.set_name if url.is_singleton else f"{url.set_name}/$entity")
    yield TextPart('"')
    if style.detail is Detail.FULL:
        return
    source = plan.block.root
    declared, *derived = types_shown(source)
    name = TextPart(f',"{style.prefix}type":"#{declared.qualified_name}"')
    # A more derived type is told anyway.
    is_derived = is_of_any(EntityRef(source), derived) if derived else None
    yield name if is_derived is None else RowGroup(Not(is_derived), (name,))
