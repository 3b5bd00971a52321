"""An entity set as somebody adds it: this file, and its line in the container."""

from __future__ import annotations

import peewee

from models.actions import bound_action
from models.base import (
    NO_ID,
    key_of,
    last_modified,
    milliseconds,
    reference,
    required_text,
    text,
)
from models.books import Books
from models.code_table import CodeEntity, CodeRules, Use
from models.grants import TABLE, portal_reads
from models.surroundings import Surroundings
from models.tags import new_tag
from odata.query.change import Change
from odata.sql.expose import Exposure, column, to_one
from odata.sql.fields import GuidField, TextField

CAPTION = "Shipping Agent"


class ShippingAgent(CodeEntity):
    """Who carries goods to customers."""

    internet_address = TextField(250, default="")
    currency_id = GuidField(default=NO_ID)
    is_active = peewee.BooleanField(default=True)

    class Meta:
        table_name = "shipping_agent"
        indexes = ((("company_id", "code"), True),)


class ShippingAgentRules(CodeRules):
    """An address on the web."""

    def check_values(self, change: Change) -> None:
        """Refuse what is no address."""
        address = str(change.value("internetAddress") or "")
        if address and not address.startswith("https://"):
            change.fault(f'The address "{address}" is not valid.', target="internetAddress")


def _deactivate(books: Books, key: str) -> None:
    columns = {
        "is_active": False,
        "etag": new_tag(),
        "last_modified": milliseconds(books.now),
    }
    books.rows.update(ShippingAgent, columns, ShippingAgent.id == key)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``shippingAgents``."""
    model = ShippingAgent
    around.note_uses("shippingAgent", (Use("currency", model.currency_id),))
    return Exposure(
        model,
        "shippingAgent",
        "shippingAgents",
        properties=(
            key_of(model),
            required_text(model.code, required=True, upper_case=True, searchable=True),
            text(model.display_name, searchable=True),
            text(model.internet_address),
            reference(model.currency_id),
            column(model.is_active, computed=True, unset=False),
            last_modified(model),
        ),
        navigation=(to_one("currency", "currency", on=(("currencyId", "id"),)),),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("code",),
        rules=ShippingAgentRules(model, CAPTION, around.uses_of("shippingAgent")),
        actions=(bound_action("deactivate", _deactivate),),
        grants=(*TABLE, *portal_reads(hidden=frozenset({"currencyId", "currency"}))),
    )
