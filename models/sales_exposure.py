"""How a kind of sales document is published: its head, its lines and the ways between."""

from __future__ import annotations

from dataclasses import dataclass

from models.code_table import Use
from models.grants import Grants
from models.parts import (
    DOCUMENTS,
    attachments_of,
    dimension_set_of,
    document_attachments_of,
    document_of,
    parent_of,
)
from models.sales_kind import SalesKind
from models.sales_line_rules import COMPLETED, LINES_NEED_DOCUMENT, SalesLineRules
from models.sales_properties import declared
from models.sales_rules import SalesHeaderRules, completed_of
from models.surroundings import Surroundings
from odata.edm.model import Capabilities
from odata.sql.expose import Exposure, to_many, to_one
from odata.sql.exposure import ActionDeclaration
from odata.sql.mapping import SqlExpression, TableAlias


@dataclass(frozen=True, slots=True)
class SalesNames:
    """The names of the types and sets of a kind of document."""

    head: str
    heads: str
    line: str
    lines: str


def _of_first_shortcut(value: TableAlias) -> SqlExpression:
    return value.shortcut == 1


def head_exposure(
    kind: SalesKind,
    names: SalesNames,
    properties: str,
    *,
    actions: tuple[ActionDeclaration, ...],
    grants: Grants,
) -> Exposure:
    """The entity set of the documents."""
    model = kind.head
    return Exposure(
        model,
        names.head,
        names.heads,
        properties=declared(model, properties, completed_of(kind)),
        navigation=(
            to_one("customer", "customer", on=(("customerId", "id"),)),
            to_one("currency", "currency", on=(("currencyId", "id"),)),
            to_one(
                "dimensionValue",
                "dimensionValue",
                on=(("shortcutDimension1Code", "code"),),
                where=_of_first_shortcut,
            ),
            to_one("paymentTerm", "paymentTerm", on=(("paymentTermsId", "id"),)),
            to_one("shipmentMethod", "shipmentMethod", on=(("shipmentMethodId", "id"),)),
            dimension_set_of(names.head),
            to_many(names.lines, names.line, on=(("id", "documentId"),), partner=names.head),
            *((document_of(names.head),) if names.head in DOCUMENTS else ()),
            attachments_of(names.head),
            document_attachments_of(names.head),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("number",),
        rules=SalesHeaderRules(kind),
        actions=actions,
        grants=grants,
    )


def line_exposure(
    kind: SalesKind,
    names: SalesNames,
    properties: str,
    around: Surroundings,
    *,
    grants: Grants,
) -> Exposure:
    """The entity set of the lines, which keep their items, variants and locations."""
    model = kind.line
    uses = (
        Use("item", model.item_id),
        Use("itemVariant", model.item_variant_id),
        Use("location", model.location_id),
    )
    around.note_uses(names.line, uses)
    return Exposure(
        model,
        names.line,
        names.lines,
        properties=declared(model, properties, COMPLETED),
        navigation=(
            parent_of(names.head, "documentId", names.lines),
            to_one("item", "item", on=(("itemId", "id"),)),
            to_one("account", "account", on=(("accountId", "id"),)),
            to_one("unitOfMeasure", "unitOfMeasure", on=(("unitOfMeasureId", "id"),)),
            to_one(
                "itemVariant",
                "itemVariant",
                on=(("itemVariantId", "id"), ("lineObjectNumber", "itemNumber")),
            ),
            dimension_set_of(names.line),
            to_one("location", "location", on=(("locationId", "id"),)),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("documentId", "sequence"),
        capabilities=Capabilities(requires_parent=LINES_NEED_DOCUMENT),
        rules=SalesLineRules(kind),
        grants=grants,
    )
