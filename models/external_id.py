"""How other systems call a customer: one id a system."""

from __future__ import annotations

from models.base import NO_ID, key_of, last_modified, reference, required_text
from models.code_table import already_exists
from models.customer_parts import CUSTOMER_LINK, CustomerPart, CustomerPartRules, customer_of
from models.forms import not_blank
from models.grants import BUSINESS
from models.surroundings import Surroundings
from odata.errors import DuplicateKeyError
from odata.query.change import Change
from odata.sql.expose import Exposure, column
from odata.sql.fields import TextField

CAPTION = "External Id"
STRIPE = "stripe"


class ExternalId(CustomerPart):
    """The id of a customer in another system, such as a payment service."""

    system = TextField(50)
    value = TextField(250)

    class Meta:
        table_name = "external_id"


class ExternalIdRules(CustomerPartRules):
    """A customer has one id in a system, and an id means one customer."""

    def __init__(self) -> None:
        super().__init__("external")

    def check_values(self, change: Change) -> None:
        """The id is not taken."""
        if change.faults:
            return
        system, value = change.value("system"), change.value("value")
        same = ExternalId.select().where(
            ExternalId.company_id == change.scope,
            ExternalId.system == system,
            (ExternalId.value == value) | (ExternalId.customer_id == customer_of(change)),
            ExternalId.id != change.key.get("id", NO_ID),
        )
        if same.exists():
            identification = f"System='{system}',Value='{value}'"
            raise DuplicateKeyError(already_exists(CAPTION, identification), target="value")


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``externalIds``."""
    model = ExternalId
    return Exposure(
        model,
        "externalId",
        "externalIds",
        properties=(
            key_of(model),
            column(model.integer_id, computed=True),
            reference(model.customer_id, immutable=True),
            required_text(model.system, required=True, constraint=not_blank("system")),
            required_text(model.value, required=True, constraint=not_blank("value")),
            column(model.created_date_time, computed=True),
            last_modified(model),
        ),
        navigation=(CUSTOMER_LINK,),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("system",),
        rules=ExternalIdRules(),
        grants=BUSINESS,
    )
