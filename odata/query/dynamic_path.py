"""Steps of a resource path to what no type declares.

Cites: OData URL Conventions 4.6 (addressing a property), Protocol 3.5 (open types).
"""

from __future__ import annotations

from odata.edm.identifier import is_identifier
from odata.edm.model import Model
from odata.edm.types import ComplexType, Primitive, Property, PropertyType
from odata.query.names import is_dynamic_name
from odata.query.plan import DynamicRef, Source
from odata.query.read_plan import OutputDynamic
from odata.uri import ast

PropertyPath = tuple[Property, ...]


def dynamic_path(
    model: Model,
    before: PropertyPath,
    owner: PropertyType | ComplexType,
    segment: ast.NameSegment,
) -> PropertyPath | None:
    """The path with one more dynamic step, where the name means nothing else."""
    name = segment.name
    if segment.arguments is not None or any(item.name == name for item in model.operations):
        return None
    if isinstance(owner, ComplexType):
        is_found = is_dynamic_name(owner, name)
    else:
        is_found = owner is Primitive.UNTYPED and is_identifier(name)
    return (*before, Property(name, Primitive.UNTYPED)) if is_found else None


def dynamic_output(source: Source, path: PropertyPath) -> OutputDynamic:
    """One dynamic property alone; the declared ones before it hold it."""
    count = sum(1 for item in path if not item.is_dynamic)
    names = tuple(item.name for item in path)
    return OutputDynamic(DynamicRef(source, names[:count], ()), names[count:])
