"""Payment methods: how a customer pays (reference §6.1)."""

from __future__ import annotations

from models.base import key_of, last_modified, text
from models.code_table import CodeEntity, CodeRules, code_property
from models.grants import TABLE
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure
from odata.sql.fields import TextField

CAPTION = "Payment Method"


class PaymentMethod(CodeEntity):
    """A payment method of one company."""

    code = TextField(10)

    class Meta:
        table_name = "payment_method"


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``paymentMethods``."""
    return Exposure(
        PaymentMethod,
        "paymentMethod",
        "paymentMethods",
        properties=(
            key_of(PaymentMethod),
            code_property(PaymentMethod.code, CAPTION, searchable=True),
            text(PaymentMethod.display_name, searchable=True),
            last_modified(PaymentMethod),
        ),
        scope=PaymentMethod.company_id,
        scope_type="company",
        entity_tag=PaymentMethod.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=CodeRules(PaymentMethod, CAPTION, around.uses_of("paymentMethod")),
        grants=TABLE,
    )
