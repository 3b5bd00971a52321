"""Whether what a level shows of an entity changes with that entity alone.

The log of changes tells which entities were changed. A filter over other entities, or over
the clock, lets entities enter and leave a collection of which it tells nothing.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import Property
from odata.query.plan import Call
from odata.query.read_plan import OutputValue, ReadPlan
from odata.query.sources import Block, Source

_DEFINITIONS = (Property, EntityType, NavigationProperty)
_CLOCK = "now"


def shows_own_values(plan: ReadPlan) -> bool:
    """Whether the conditions and the computed members of a level need its entities alone."""
    computed = (item for item in plan.outputs if isinstance(item, OutputValue))
    return all(_is_own(item, plan.block.root) for item in (*plan.filters, *computed))


def _is_own(value: object, root: Source) -> bool:
    match value:
        case Source():
            return value is root or (value.cast_of is not None and _is_own(value.cast_of, root))
        case Block():
            return False
        case Call() if value.signature.name == _CLOCK:
            return False
        case tuple():
            return all(_is_own(item, root) for item in value)
        case _ if isinstance(value, _DEFINITIONS) or not is_dataclass(value):
            return True
        case _:
            return all(_is_own(getattr(value, item.name), root) for item in fields(value))
