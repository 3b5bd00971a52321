from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import peewee
import pytest

from models.demo.identifiers import CRONUS, MY_COMPANY, PAYMENT_TERMS
from models.payment_term import PaymentTerm
from models.reference_check import find


def remove_at_once(database: peewee.Database) -> str:
    query = PaymentTerm.select().where(PaymentTerm.id == PAYMENT_TERMS)
    with database.connection_context():
        try:
            with database.atomic():
                query.for_update(nowait=True).get()
        except peewee.OperationalError:
            return "must wait"
    return "may go on"


def test_a_row_is_found_in_its_own_company_only(source):
    assert find(PaymentTerm, CRONUS, PaymentTerm.id == PAYMENT_TERMS) is not None
    assert find(PaymentTerm, MY_COMPANY, PaymentTerm.id == PAYMENT_TERMS) is None


def test_nobody_removes_what_a_transaction_is_about_to_refer_to(database):
    if not database.for_update:
        pytest.skip("SQLite has one writer at a time")
    with ThreadPoolExecutor(1) as other, database.atomic():
        assert other.submit(remove_at_once, database).result() == "may go on"
        find(PaymentTerm, CRONUS, PaymentTerm.id == PAYMENT_TERMS)
        assert other.submit(remove_at_once, database).result() == "must wait"
