from __future__ import annotations

from decimal import Decimal

import pytest

from models.currency import Currency
from models.customer import Customer
from models.demo.identifiers import CRONUS, MY_COMPANY, TAX_AREA, TREY_RESEARCH, id_of
from odata.errors import BadRequestError, DuplicateKeyError

SETS = [
    ("currencies", "Currency", "EUR"),
    ("paymentTerms", "Payment Terms", "COD"),
    ("paymentMethods", "Payment Method", "CASH"),
    ("shipmentMethods", "Shipment Method", "CIF"),
    ("taxAreas", "Tax Area", "MIAMI, FL"),
]
EVALUATE = "Application_EvaluateException"


@pytest.mark.parametrize("set_name", [row[0] for row in SETS])
def test_a_row_is_created_changed_and_removed(desk, set_name):
    key = desk.create(set_name, {"code": "NEW", "displayName": "New"}).values["id"]
    desk.update(set_name, key, {"displayName": "Newer", "code": "NEWER"})
    stored = desk.stored(set_name, key)
    assert (stored["code"], stored["displayName"]) == ("NEWER", "Newer")
    desk.delete(set_name, key)


@pytest.mark.parametrize(("set_name", "caption", "code"), SETS)
def test_a_code_that_is_taken_is_a_conflict(desk, set_name, caption, code):
    with pytest.raises(DuplicateKeyError) as caught:
        desk.create(set_name, {"code": code})
    assert caught.value.message == (
        f"The record in table {caption} already exists. "
        f"Identification fields and values: Code='{code}'"
    )


@pytest.mark.parametrize("given", [{}, {"code": ""}])
@pytest.mark.parametrize(("set_name", "caption", "code"), SETS)
def test_a_row_needs_a_code(desk, set_name, caption, code, given):
    with pytest.raises(BadRequestError) as caught:
        desk.create(set_name, given)
    assert caught.value.code == "Application_FieldValidationException"
    assert caught.value.message == (
        f"Code must have a value in {caption}: Code=. It cannot be zero or empty."
    )


def test_the_code_that_it_has_is_no_conflict(desk):
    desk.update("currencies", id_of(CRONUS, "currency", "EUR"), {"code": "EUR"})


def test_the_code_of_another_company_is_free(desk):
    desk.create("currencies", {"code": "CHF"})
    desk.company = MY_COMPANY
    desk.create("currencies", {"code": "CHF"})


def test_a_new_currency_has_the_usual_settings(desk):
    key = desk.create("currencies", {"code": "CHF"}).values["id"]
    stored = desk.stored("currencies", key)
    assert (stored["amountDecimalPlaces"], stored["amountRoundingPrecision"]) == (
        "2:2",
        Decimal("0.01"),
    )


@pytest.mark.parametrize(
    ("set_name", "given", "code", "message"),
    [
        (
            "currencies",
            {"amountDecimalPlaces": "two"},
            EVALUATE,
            'The value "two" cannot be evaluated into a range of decimal places.',
        ),
        (
            "currencies",
            {"amountRoundingPrecision": Decimal("-0.01")},
            "Application_DialogException",
            "The value must be greater than or equal to 0. Value: -0.01.",
        ),
        (
            "paymentTerms",
            {"dueDateCalculation": "soon"},
            EVALUATE,
            'The value "soon" cannot be evaluated into type DateFormula.',
        ),
        (
            "paymentTerms",
            {"discountPercent": Decimal("100.5")},
            "Application_DialogException",
            "The value must be less than or equal to 100. Value: 100.5.",
        ),
        (
            "paymentTerms",
            {"discountPercent": Decimal(-1)},
            "Application_DialogException",
            "The value must be greater than or equal to 0. Value: -1.",
        ),
    ],
)
def test_a_value_out_of_bounds_is_refused(desk, set_name, given, code, message):
    with pytest.raises(BadRequestError) as caught:
        desk.create(set_name, {"code": "NEW", **given})
    assert (caught.value.code, caught.value.message) == (code, message)


@pytest.mark.parametrize("formula", ["", "30D", "CM+1M", "1M-1D", "D15", "<CW>", "-1y", "CM+10D"])
def test_date_formulas_are_understood(desk, formula):
    desk.create("paymentTerms", {"code": "NEW", "dueDateCalculation": formula})


def test_a_renamed_currency_is_renamed_on_its_customers(desk):
    euro = id_of(CRONUS, "currency", "EUR")
    before = {row.id for row in Customer.select().where(Customer.currency_id == euro)}
    desk.update("currencies", euro, {"code": "EURO"})
    after = {
        row.id
        for row in Customer.select().where(
            Customer.currency_code == "EURO", Customer.etag == "a-new-tag"
        )
    }
    assert before == after
    assert len(before) > 5


def test_another_symbol_leaves_customers_alone(desk):
    desk.update("currencies", id_of(CRONUS, "currency", "EUR"), {"symbol": "E"})
    assert not Customer.select().where(Customer.etag == "a-new-tag").exists()


def test_a_renamed_tax_area_is_renamed_on_its_customers(desk):
    desk.update("taxAreas", TAX_AREA, {"displayName": "Georgia"})
    row = Customer.get_by_id(TREY_RESEARCH)
    assert (row.tax_area_display_name, row.etag) == ("Georgia", "a-new-tag")


def test_the_other_company_keeps_its_codes(desk):
    desk.update("currencies", id_of(CRONUS, "currency", "GBP"), {"code": "QUID"})
    assert Currency.get_by_id(id_of(MY_COMPANY, "currency", "GBP")).code == "GBP"
