"""The charts of accounts of the demo companies."""

from __future__ import annotations

import datetime
from decimal import Decimal

from models.account import Account
from models.customer_payment import CustomerPaymentJournal
from models.demo.identifiers import COMPANIES, id_of, tag_of
from models.demo.rows import insert
from models.demo.tables import OPENED
from models.journal import Journal
from models.journal_table import JournalLine
from models.numbers import PAYMENTS, NumberSeries
from models.overdue import bring_to
from models.posting import (
    CASH,
    CUSTOMER_ENTRIES,
    GENERAL_ENTRIES,
    RECEIVABLES,
    SALES,
    TAX_PAYABLE,
    TRANSACTIONS,
)
from models.sales_kind import (
    CREDIT_MEMO_DRAFTS,
    CREDIT_MEMOS,
    INVOICE_DRAFTS,
    ORDERS,
    POSTED_INVOICES,
    QUOTES,
)
from odata.query.change import UnloggedRows

_ACCOUNTS = (
    ("10000", "Balance sheet", 1, 1, "", ""),
    ("10100", "Checking account", 1, 0, "Cash", CASH),
    ("10200", "Saving account", 1, 0, "Cash", ""),
    ("15110", "Customers domestic", 1, 0, "Accounts Receivable", RECEIVABLES),
    ("20100", "Vendors domestic", 2, 0, "Payables", ""),
    ("23100", "Sales tax payable", 2, 0, "Current Liabilities", TAX_PAYABLE),
    ("30100", "Capital", 3, 0, "Owners' equity", ""),
    ("40000", "Income statement", 4, 1, "", ""),
    ("40200", "Sales", 4, 0, "Income, Product Sales", SALES),
    ("40300", "Freight charged on", 4, 0, "Income, Services", ""),
    ("50200", "Cost of goods", 5, 0, "Cost of Goods Sold", ""),
    ("61000", "Rent", 6, 0, "Rent Expense", ""),
)
_SERIES = (
    (GENERAL_ENTRIES, "", 0),
    (CUSTOMER_ENTRIES, "", 100),
    (TRANSACTIONS, "", 0),
    (INVOICE_DRAFTS, "", 1000),
    (POSTED_INVOICES, "PS-INV", 103_000),
    (CREDIT_MEMO_DRAFTS, "", 1000),
    (CREDIT_MEMOS, "PS-CR", 104_000),
    (ORDERS, "S-ORD", 101_000),
    (QUOTES, "S-QUO", 1000),
    (PAYMENTS, "G", 1000),
)


def add_accounts() -> None:
    """The accounts and the counters of entries and documents of both companies."""
    for company in COMPANIES:
        for code, prefix, last in _SERIES:
            NumberSeries.insert(
                company_id=company, code=code, prefix=prefix, last_number=last
            ).execute()
        insert(Account, [_account(company, entry) for entry in _ACCOUNTS])
        insert(CustomerPaymentJournal, [_payment_journal(company)])
        insert(Journal, [_journal(company)])
        insert(JournalLine, [_journal_line(company)])
        bring_to(UnloggedRows(), company, datetime.datetime.now(datetime.UTC).date())


def _payment_journal(company: str) -> dict[str, object]:
    key = id_of(company, "customer_payment_journal", "GENERAL")
    return {
        "id": key,
        "company_id": company,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "code": "GENERAL",
        "display_name": "General payments",
        "balancing_account_id": id_of(company, "account", "10100"),
        "balancing_account_number": "10100",
    }


def _journal(company: str) -> dict[str, object]:
    key = id_of(company, "journal", "DEFAULT")
    return {
        "id": key,
        "company_id": company,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "code": "DEFAULT",
        "display_name": "Default journal",
    }


def _journal_line(company: str) -> dict[str, object]:
    key = id_of(company, "journal_line", "DEFAULT/10000")
    return {
        "id": key,
        "company_id": company,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "journal_id": id_of(company, "journal", "DEFAULT"),
        "journal_display_name": "DEFAULT",
        "line_number": 10_000,
        "account_id": id_of(company, "account", "61000"),
        "account_number": "61000",
        "posting_date": OPENED.date(),
        "document_number": "RENT",
        "amount": Decimal(1200),
        "description": "Rent",
        "balancing_account_id": id_of(company, "account", "10100"),
        "balancing_account_number": "10100",
    }


def _account(company: str, entry: tuple[str, str, int, int, str, str]) -> dict[str, object]:
    number, name, category, account_type, sub_category, purpose = entry
    key = id_of(company, "account", number)
    return {
        "id": key,
        "company_id": company,
        "etag": tag_of(key),
        "last_modified": OPENED,
        "number": number,
        "display_name": name,
        "category": category,
        "sub_category": sub_category,
        "account_type": account_type,
        "direct_posting": account_type == 0,
        "purpose": purpose,
    }
