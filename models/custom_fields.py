"""``customFields``: what a customer of the service keeps beside the properties that it declares.

The entity stays strict about names; whatever else a client wants to keep goes here.
"""

from __future__ import annotations

import peewee

from models.enumerations import NAMESPACE
from odata.edm.types import ComplexType, Facets, Property
from odata.sql.mapping import ComplexMapping

CUSTOM_FIELDS = ComplexType(
    "customFields",
    NAMESPACE,
    is_open=True,
    description="properties that clients keep here, under names of their own",
)


def custom_fields(column: peewee.Field) -> ComplexMapping:
    """The property over the column of its document."""
    definition = Property("customFields", CUSTOM_FIELDS, Facets(nullable=False))
    return ComplexMapping(definition, CUSTOM_FIELDS, {}, dynamic=column)
