"""What hangs below several kinds of entities: the ways to it, and its end with them.

Each kind of part numbers the kinds of its parents in an enumeration of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.enumerations import NAMESPACE
from odata.sql.expose import NavigationDeclaration, to_many, to_one

PICTURE_PARENTS: Mapping[str, int] = {
    "customer": 1,
    "item": 2,
    "vendor": 3,
    "employee": 4,
    "contact": 5,
}
DIMENSION_PARENTS: Mapping[str, int] = {"customer": 1, "item": 2, "vendor": 3, "employee": 4}
ATTACHMENT_PARENTS: Mapping[str, int] = {
    "salesOrder": 2,
    "salesQuote": 3,
    "salesCreditMemo": 4,
    "salesInvoice": 5,
    "employee": 9,
    "item": 11,
    "customer": 12,
    "vendor": 13,
}
FILE_PARENTS: Mapping[str, int] = {
    "salesOrder": 2,
    "salesQuote": 3,
    "salesCreditMemo": 4,
    "salesInvoice": 5,
    "journalLine": 1,
    "generalLedgerEntry": 0,
}


DIMENSION_SET_PARENTS: Mapping[str, int] = {
    "customerPayment": 1,
    "journalLine": 1,
    "salesOrder": 2,
    "salesOrderLine": 3,
    "salesQuote": 4,
    "salesQuoteLine": 5,
    "salesCreditMemo": 6,
    "salesCreditMemoLine": 7,
    "salesInvoice": 8,
    "salesInvoiceLine": 9,
    "generalLedgerEntry": 12,
}
DOCUMENTS = ("salesInvoice", "salesQuote", "salesCreditMemo")

_BACK = ((f"{NAMESPACE}.IsBidirectionalPartnerNavigation", True),)


def picture_of(parent: str) -> NavigationDeclaration:
    """The way to the picture."""
    return to_one("picture", "picture", on=(("id", "id"),), partner=parent)


def default_dimensions_of(parent: str) -> NavigationDeclaration:
    """The way to the default dimensions."""
    return to_many(
        "defaultDimensions", "defaultDimension", on=(("id", "parentId"),), partner=parent
    )


def contacts_of(parent: str) -> NavigationDeclaration:
    """The way to the contacts."""
    return to_many(
        "contactsInformation", "contactInformation", on=(("id", "relatedId"),), partner=parent
    )


def document_attachments_of(parent: str) -> NavigationDeclaration:
    """The way to the documents that are attached."""
    return to_many(
        "documentAttachments", "documentAttachment", on=(("id", "parentId"),), partner=parent
    )


def attachments_of(parent: str) -> NavigationDeclaration:
    """The way to the files that came with a document or an entry."""
    return to_many("attachments", "attachment", on=(("id", "parentId"),), partner=parent)


def dimension_set_of(parent: str) -> NavigationDeclaration:
    """The way to the dimension values of a document, a line or an entry."""
    return to_many(
        "dimensionSetLines", "dimensionSetLine", on=(("id", "parentId"),), partner=parent
    )


def document_of(parent: str) -> NavigationDeclaration:
    """The way to the document in print."""
    return to_one("pdfDocument", "pdfDocument", on=(("id", "parentId"),), partner=parent)


def parents(kinds: Mapping[str, int], own: str, partner: str) -> tuple[NavigationDeclaration, ...]:
    """The ways back from a part to each kind of its parents."""
    return tuple(parent_of(name, own, partner) for name in kinds)


def parent_of(name: str, own: str, partner: str) -> NavigationDeclaration:
    """The way back from a part to its parent, marked as Business Central marks it (§15)."""
    return to_one(name, name, on=((own, "id"),), partner=partner, annotations=_BACK)
