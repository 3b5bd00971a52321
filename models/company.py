"""Companies: the parents of everything else; read only (reference §2)."""

from __future__ import annotations

import peewee

from models.base import NO_ID, reference, text
from models.database import database
from models.grants import ENVIRONMENT, portal_reads
from models.surroundings import Surroundings
from odata.edm.annotations import community_alternate_keys
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, GuidField, InstantField, TextField

READ_ONLY = Capabilities(insertable=False, updatable=False, deletable=False, searchable=True)

_ALTERNATE_KEYS = ("name", "businessProfileId")


class Company(peewee.Model):
    """A company. The local currency, its country and its closed years are not published."""

    id = GuidField(primary_key=True)
    system_version = TextField(default="")
    timestamp = peewee.BigIntegerField(default=0)
    name = TextField(30, unique=True)
    display_name = TextField(250, default="")
    business_profile_id = TextField(250, default="")
    system_created_at = InstantField()
    system_created_by = GuidField(default=NO_ID)
    system_modified_at = InstantField()
    system_modified_by = GuidField(default=NO_ID)
    local_currency_code = TextField(10)
    country_code = TextField(10, default="")
    closed_until = DayField()

    class Meta:
        database = database
        table_name = "company"


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``companies``."""
    return Exposure(
        Company,
        "company",
        "companies",
        properties=(
            column(Company.id, computed=True, caption="Id"),
            text(Company.system_version, computed=True),
            column(Company.timestamp, computed=True, nullable=True),
            text(Company.name, computed=True, searchable=True),
            text(Company.display_name, computed=True, searchable=True),
            text(Company.business_profile_id, computed=True),
            column(Company.system_created_at, computed=True, nullable=True),
            reference(Company.system_created_by, computed=True),
            column(Company.system_modified_at, computed=True, nullable=True),
            reference(Company.system_modified_by, computed=True),
        ),
        alternate_keys=tuple((name,) for name in _ALTERNATE_KEYS),
        type_annotations=(community_alternate_keys(_ALTERNATE_KEYS),),
        default_order=("name",),
        capabilities=READ_ONLY,
        grants=(*ENVIRONMENT, *portal_reads()),
    )
