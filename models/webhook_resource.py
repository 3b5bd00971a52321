"""The sets of a company that can be followed: what clients ask before they subscribe (Business
Central reference §13)."""

from __future__ import annotations

import peewee

from models.company import READ_ONLY
from models.database import database
from models.grants import DESCRIPTION
from models.surroundings import Surroundings
from odata.sql.expose import Exposure, column
from odata.sql.fields import GuidField, TextField
from odata.sql.mapping import DataSource


class WebhookSupportedResource(peewee.Model):
    """A row of the view: a set by its name behind that of its route."""

    resource = TextField(primary_key=True)
    company_id = GuidField()

    class Meta:
        database = database
        table_name = "webhook_supported_resource"


def followed_sets(source: DataSource) -> frozenset[str]:
    """The sets of companies whose changes are told: they are stored and have one key."""
    mappings = ((item, source.of(item.entity_type)) for item in source.model.entity_sets.values())
    return frozenset(
        entity_set.name
        for entity_set, mapping in mappings
        if mapping.is_logged
        and mapping.scope is not None
        and len(entity_set.entity_type.all_key_names()) == 1
    )


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``webhookSupportedResources``; ``eq 'v2.0*'`` finds what begins so, as it
    does in Business Central."""
    model = WebhookSupportedResource
    return Exposure(
        model,
        "webhookSupportedResource",
        "webhookSupportedResources",
        properties=(column(model.resource, computed=True, wildcards=True),),
        key=("resource",),
        scope=model.company_id,
        scope_type="company",
        capabilities=READ_ONLY,
        is_logged=False,
        grants=DESCRIPTION,
    )
