"""The log of changes as administrators read it: who changed what, when, from where, by which
request."""

from __future__ import annotations

import peewee

from models.company import READ_ONLY
from models.database import database
from models.enumerations import NAMESPACE
from models.grants import LOG
from models.surroundings import Surroundings
from odata.edm.types import ComplexType, Facets, Primitive, Property
from odata.sql.change_text import in_full
from odata.sql.expose import Exposure, column
from odata.sql.fields import GuidField, InstantField, JsonField, TextField
from odata.sql.mapping import ExpressionMapping

_CHANGED_PROPERTY = ComplexType(
    "changedProperty",
    NAMESPACE,
    (
        Property("name", Primitive.STRING, Facets(nullable=False)),
        Property("oldValue", Primitive.STRING),
        Property("newValue", Primitive.STRING),
    ),
)


class AuditEntry(peewee.Model):
    """A row of the log (``odata.sql.change_log``), which the engine alone writes."""

    sequence = peewee.BigIntegerField(primary_key=True)
    scope = GuidField()
    entity_set = TextField()
    entity_key = TextField()
    operation = TextField()
    properties = JsonField()
    actor = TextField()
    at = InstantField(precision=3)
    request_id = TextField()
    address = TextField(default="")

    class Meta:
        database = database
        table_name = "change_log"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``auditEntries``."""
    model = AuditEntry
    changed = Property(
        "changedProperties",
        _CHANGED_PROPERTY,
        Facets(nullable=False),
        is_collection=True,
        is_computed=True,
        is_filterable=False,
        is_sortable=False,
    )
    return Exposure(
        model,
        "auditEntry",
        "auditEntries",
        properties=(
            column(model.sequence, computed=True),
            column(model.scope, "companyId", computed=True),
            column(model.entity_set, computed=True),
            column(model.entity_key, computed=True),
            column(model.operation, computed=True),
            ExpressionMapping(changed, lambda row: in_full(row.properties), model.properties),
            column(model.actor, "changedBy", computed=True),
            column(model.at, "changedAt", computed=True),
            column(model.request_id, computed=True),
            column(model.address, "clientAddress", computed=True),
        ),
        key=("sequence",),
        scope=model.scope,
        scope_type="company",
        default_order=("sequence",),
        capabilities=READ_ONLY,
        is_logged=False,
        grants=LOG,
    )
