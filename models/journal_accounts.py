"""What a line of a journal posts to: accounts of the general ledger and customers.

Banks, fixed assets and the like are not kept here, so no number of theirs is found; vendors
are, but purchases are not posted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.account import Account
from models.address_check import INVALID_RELATION
from models.base import NO_ID
from models.customer import Customer
from models.enumerations import JOURNAL_ACCOUNT_TYPE
from models.journal_table import CUSTOMER, GENERAL_LEDGER, VENDOR
from models.reference_check import find, mismatch, missing_in_table
from odata.query.change import Change

ACCOUNT_VALUES_DIFFER = "The account values do not match to a specific Account."
VENDORS_ARE_NOT_POSTED = "Journal lines cannot be posted to a Vendor: purchases are not kept."
_POSTING, _ALL = 0, 3
Target = Account | Customer
_TABLES: Mapping[int, type[Target]] = {GENERAL_LEDGER: Account, CUSTOMER: Customer}


@dataclass(frozen=True, slots=True)
class Side:
    """The properties that name one of the two accounts of a line, and the field of the number
    in messages."""

    type_name: str
    id_name: str
    number_name: str
    caption: str


ACCOUNT = Side("accountType", "accountId", "accountNumber", "Account No.")
BALANCING = Side(
    "balanceAccountType", "balancingAccountId", "balancingAccountNumber", "Bal. Account No."
)


def set_side(change: Change, side: Side) -> Target | None:
    """Keep the id and the number of an account in step; gives the account that was chosen."""
    key, number = (_chosen(change, name) for name in (side.id_name, side.number_name))
    if key is None and number is None:
        if any(map(change.is_given, (side.type_name, side.id_name, side.number_name))):
            _clear(change, side)
        return None
    kind = _kind(change, side)
    found = _find(change, kind, key, number)
    if found is None:
        _note_unknown(change, side, kind)
    elif key and number and found.number != number:
        change.fault(ACCOUNT_VALUES_DIFFER, target=side.number_name)
    else:
        _take(change, side, found)
    return found


def refusal_of(target: Target) -> str:
    """Why nothing can be posted to an account or a customer; blank where it can."""
    if isinstance(target, Customer):
        if target.blocked != _ALL:
            return ""
        return (
            f"You cannot post this type of document when Customer {target.number} "
            "is blocked with type All"
        )
    account = f"in G/L Account: No.={target.number}. Current value is"
    if target.account_type != _POSTING:
        return f"Account Type must be equal to 'Posting' {account} 'Heading'."
    if target.blocked:
        return f"Blocked must be equal to 'No' {account} 'Yes'."
    if not target.direct_posting:
        return f"Direct Posting must be equal to 'Yes' {account} 'No'."
    return ""


def target_of(company: str, kind: int, key: str) -> Target | None:
    """The account or customer that a stored line names."""
    table = _TABLES.get(kind)
    return None if table is None or key == NO_ID else find(table, company, table.id == key)


def _kind(change: Change, side: Side) -> int:
    kind = change.value(side.type_name)
    return kind if isinstance(kind, int) else GENERAL_LEDGER


def _find(change: Change, kind: int, key: object, number: object) -> Target | None:
    table = _TABLES.get(kind)
    if table is None:
        return None
    return find(table, change.scope, table.id == key if key else table.number == number)


def _note_unknown(change: Change, side: Side, kind: int) -> None:
    if kind == VENDOR:
        change.fault(VENDORS_ARE_NOT_POSTED, target=side.type_name)
    elif _chosen(change, side.id_name):
        change.fault(mismatch(side.id_name, "Account"), target=side.id_name)
    elif kind == GENERAL_LEDGER:
        change.fault(mismatch(side.number_name, "Account"), target=side.number_name)
    else:
        related = next(item for item in JOURNAL_ACCOUNT_TYPE.members if item.number == kind)
        number = change.values[side.number_name]
        message = missing_in_table(side.caption, "Gen. Journal Line", number, related.text)
        change.fault(message, target=side.number_name, code=INVALID_RELATION)


def _take(change: Change, side: Side, found: Target) -> None:
    refusal = refusal_of(found)
    if refusal:
        change.fault(refusal, target=side.number_name)
    change.values |= {side.id_name: found.id, side.number_name: found.number}


def _clear(change: Change, side: Side) -> None:
    """Leave no account: a blank was given, or another type, of which it could not be one."""
    current = change.current or {}
    is_other = change.value(side.type_name) != current.get(side.type_name, GENERAL_LEDGER)
    is_blank = change.is_given(side.id_name) or change.is_given(side.number_name)
    if is_other or is_blank:
        change.values |= {side.id_name: NO_ID, side.number_name: ""}


def _chosen(change: Change, name: str) -> object | None:
    value = change.values.get(name) if change.is_given(name) else None
    return None if value in (None, "", NO_ID) else value
