"""What Business Central checks when a line of a sales document is written (reference §6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import peewee

from models.account import Account
from models.base import NO_ID, EntityRules
from models.dimension_sets import add_set, begin_set, remove_sets
from models.item import Item
from models.item_variant import CAPTION as VARIANT_CAPTION
from models.item_variant import ItemVariant
from models.location import CAPTION as LOCATION_CAPTION
from models.location import Location
from models.reference_check import (
    Pair,
    Reference,
    check_references,
    find,
    find_to_change,
    mismatch,
    set_pair,
)
from models.sales_amounts import PERCENT_STEP, LineTerms, gross_amount, rounded
from models.sales_kind import SalesKind
from models.sales_tables import SalesHeader, SalesOrderLine
from models.sales_totals import precision_of, refresh
from models.tax_group import TaxGroup
from models.unit_of_measure import CAPTION as UNIT_CAPTION
from models.unit_of_measure import UnitOfMeasure
from odata.errors import RuleError
from odata.query.change import Change, Owner

LINES_NEED_DOCUMENT = "You must specify an Id or a Document Id to get the lines."
BOTH_SPECIFIED = 'Both "itemId" and "accountId" are specified. Specify only one of them.'
ITEM_UNKNOWN = "Item does not exist."
ACCOUNT_UNKNOWN = "Account does not exist."
COMMENT, ACCOUNT, ITEM = 0, 1, 2
_STEP = 10_000
_FIXED = {
    "documentId": 'The value for "documentId" cannot be modified.',
    "sequence": ('The value for "sequence" cannot be modified. Delete and insert the line again.'),
    "lineObjectNumber": 'The value for "lineObjectNumber" cannot be modified.',
}
_UNIT = Pair("unitOfMeasureId", "unitOfMeasureCode", UnitOfMeasure, UNIT_CAPTION, "unit of measure")
_REFERENCES = (Reference("locationId", Location, LOCATION_CAPTION),)
_ZERO = Decimal(0)
_OF_ITEM: Mapping[str, str] = {
    "description": "display_name",
    "description2": "display_name2",
    "unitPrice": "unit_price",
    "taxCode": "tax_group_code",
}
_STILL_TO_DO: Mapping[str, str] = {
    "shipQuantity": "shippedQuantity",
    "invoiceQuantity": "invoicedQuantity",
}
COMPLETED = frozenset(
    {
        *("sequence", "itemId", "accountId", "lineType", "lineObjectNumber"),
        *("unitOfMeasureId", "unitOfMeasureCode", "discountAmount", "discountPercent"),
        *_OF_ITEM,
        *_STILL_TO_DO,
    }
)
"""The properties that a new line gets where the client leaves them out."""


class SalesLineRules(EntityRules):
    """The rules of the lines of one kind of document."""

    def __init__(self, kind: SalesKind) -> None:
        self._kind = kind

    def owner(self) -> Owner:
        """The document."""
        return Owner(self._kind.head, "documentId")

    def before_create(self, change: Change) -> None:
        """Find the document, place the line in it, and complete it."""
        super().before_create(change)
        if change.parent is not None:
            change.values["documentId"] = change.parent.key["id"]
        head = self._open_head(change)
        self._set_sequence(change, head)
        self._complete(change, head)

    def before_update(self, change: Change) -> None:
        """Check what changes; the place of the line stays."""
        super().before_update(change)
        current = change.current or {}
        for name, message in _FIXED.items():
            if change.is_given(name) and change.values[name] != current.get(name):
                raise RuleError(message, target=name)
        self._complete(change, self._open_head(change))

    def before_delete(self, change: Change) -> None:
        """Refuse for a document that is posted."""
        self._open_head(change)

    def after_create(self, change: Change) -> None:
        """Take over the dimension values of the document and of the item; let it follow."""
        place = (change.scope, str(change.key["id"]), self._kind.line_type)
        begin_set(change, self._kind.line_type, (change.value("itemId"),))
        add_set(change.rows, change.value("documentId"), place, change.now)
        self._follow(change)

    def after_update(self, change: Change) -> None:
        """Let the document follow."""
        self._follow(change)

    def after_delete(self, change: Change) -> None:
        """Remove the dimension values with it; let the document follow."""
        remove_sets(change.rows, (change.key["id"],))
        self._follow(change)

    def _follow(self, change: Change) -> None:
        document = change.value("documentId")
        refresh(change.rows, self._kind, str(document), change.now)

    def _open_head(self, change: Change) -> SalesHeader:
        key = change.value("documentId")
        if key in (None, "", NO_ID):
            raise RuleError('A "documentId" must be provided.', target="documentId")
        head = find_to_change(self._kind.head, change.scope, self._kind.head.id == key)
        if head is None:
            raise RuleError("The document does not exist.", target="documentId")
        if not self._kind.is_open(head):
            raise RuleError(
                f"The lines of {self._kind.caption.lower()} {head.number} cannot be changed."
            )
        return head

    def _set_sequence(self, change: Change, head: SalesHeader) -> None:
        line = self._kind.line
        rows = line.select().where(line.document_id == head.id)
        sequence = change.values.get("sequence")
        if not sequence:
            last = rows.select(peewee.fn.MAX(line.sequence)).scalar()
            change.values["sequence"] = (last or 0) + _STEP
        elif rows.where(line.sequence == sequence).exists():
            change.fault(f"The document has a line {sequence} already.", target="sequence")

    def _complete(self, change: Change, head: SalesHeader) -> None:
        _set_object(change)
        set_pair(change, _UNIT)
        _check_variant(change)
        check_references(change, _REFERENCES)
        _set_tax(change, head)
        _set_discount(change, precision_of(head))
        if issubclass(self._kind.line, SalesOrderLine):
            _set_quantities(change)


def _set_object(change: Change) -> None:
    """Find the item or account; the type of the line follows it."""
    item_id, account_id = (_chosen(change, name) for name in ("itemId", "accountId"))
    if item_id and account_id:
        raise RuleError(BOTH_SPECIFIED, target="itemId")
    number = _chosen(change, "lineObjectNumber")
    line_type = change.values.get("lineType") if change.is_given("lineType") else None
    if item_id or (number and line_type == ITEM):
        _set_item(change, Item.id == item_id if item_id else Item.number == number)
    elif account_id or (number and line_type == ACCOUNT):
        _set_account(change, Account.id == account_id if account_id else Account.number == number)
    elif line_type is not None and _is_other(change, line_type):
        change.values |= {"itemId": NO_ID, "accountId": NO_ID, "lineObjectNumber": ""}
    if change.value("lineType") in (None, COMMENT):
        change.values |= {"quantity": _ZERO, "unitPrice": _ZERO}


def _is_other(change: Change, line_type: object) -> bool:
    return change.current is None or change.current.get("lineType") != line_type


def _set_item(change: Change, condition: object) -> None:
    item = find(Item, change.scope, condition)
    if item is None:
        raise RuleError(ITEM_UNKNOWN, target="itemId")
    if item.blocked:
        raise RuleError(f"Blocked must be equal to 'No' in Item: No.={item.number}.")
    change.values |= {
        "itemId": item.id,
        "accountId": NO_ID,
        "lineType": ITEM,
        "lineObjectNumber": item.number,
    }
    for name, source in _OF_ITEM.items():
        _default(change, name, getattr(item, source))
    if not change.is_given("unitOfMeasureCode") and not change.is_given("unitOfMeasureId"):
        change.values["unitOfMeasureId"] = item.base_unit_of_measure_id
        change.values["unitOfMeasureCode"] = item.base_unit_of_measure_code


def _set_account(change: Change, condition: object) -> None:
    account = find(Account, change.scope, condition)
    if account is None or account.account_type:
        raise RuleError(ACCOUNT_UNKNOWN, target="accountId")
    change.values |= {
        "accountId": account.id,
        "itemId": NO_ID,
        "lineType": ACCOUNT,
        "lineObjectNumber": account.number,
    }
    _default(change, "description", account.display_name)


def _check_variant(change: Change) -> None:
    """Note a fault where the variant is none of the line's item; another item has none."""
    key, item = change.value("itemVariantId"), change.value("itemId")
    if key in (None, NO_ID):
        return
    model = ItemVariant
    if find(model, change.scope, model.id == key, model.item_id == item) is not None:
        return
    if change.is_given("itemVariantId"):
        change.fault(mismatch("itemVariantId", VARIANT_CAPTION), target="itemVariantId")
    else:
        change.values["itemVariantId"] = NO_ID


def _set_tax(change: Change, head: SalesHeader) -> None:
    """The rate of the tax group, where the customer is liable."""
    code = change.value("taxCode")
    group = find(TaxGroup, change.scope, TaxGroup.code == code) if code else None
    if code and group is None and change.is_given("taxCode"):
        change.fault('The "taxCode" does not match to a Tax Group.', target="taxCode")
    is_taxed = group is not None and head.tax_liable
    change.values["taxPercent"] = group.tax_percent if group and is_taxed else _ZERO


def _set_discount(change: Change, precision: Decimal) -> None:
    """Keep the discount's amount and percentage in step; the amount follows other changes."""
    terms = LineTerms(_number(change, "quantity"), _number(change, "unitPrice"), _ZERO, _ZERO)
    gross = gross_amount(terms, precision)
    if change.is_given("discountAmount") and not change.is_given("discountPercent"):
        amount = rounded(_number(change, "discountAmount"), precision)
        percent = rounded(amount * 100 / gross, PERCENT_STEP) if gross else _ZERO
        change.values |= {"discountAmount": amount, "discountPercent": percent}
        if not _ZERO <= percent <= Decimal(100):
            change.fault("The discount must not exceed the amount.", target="discountAmount")
        return
    percent = _number(change, "discountPercent")
    change.values["discountAmount"] = rounded(gross * percent / 100, precision)


def _set_quantities(change: Change) -> None:
    """What is still to be shipped and invoiced of a line of an order."""
    for name, done in _STILL_TO_DO.items():
        if not change.is_given(name):
            change.values[name] = _number(change, "quantity") - _number(change, done)


def _number(change: Change, name: str) -> Decimal:
    value = change.value(name)
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def _default(change: Change, name: str, value: object) -> None:
    if not change.is_given(name):
        change.values[name] = value


def _chosen(change: Change, name: str) -> object | None:
    value = change.values.get(name) if change.is_given(name) else None
    return None if value in (None, "", NO_ID) else value
