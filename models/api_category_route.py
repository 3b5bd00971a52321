"""The routes of the service by publisher, group and version; read only (reference §6.5)."""

from __future__ import annotations

import peewee

from models.base import text
from models.database import database
from models.grants import ENVIRONMENT
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure, column
from odata.sql.fields import TextField


class ApiCategoryRoute(peewee.Model):
    """A route; it belongs to no company."""

    route = TextField(primary_key=True)
    publisher = TextField(40, default="")
    group = TextField(40, default="")
    version = TextField(10, default="")

    class Meta:
        database = database
        table_name = "api_category_route"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``apicategoryroutes``."""
    model = ApiCategoryRoute
    return Exposure(
        model,
        "apicategoryroutes",
        "apicategoryroutes",
        properties=(
            column(model.route, computed=True),
            text(model.publisher, computed=True),
            text(model.group, computed=True),
            text(model.version, computed=True),
        ),
        key=("route",),
        capabilities=Capabilities(
            insertable=False, updatable=False, deletable=False, sortable=False
        ),
        grants=ENVIRONMENT,
    )
