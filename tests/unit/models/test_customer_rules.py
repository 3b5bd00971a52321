from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from models.company import Company
from models.currency import Currency
from models.customer import Customer
from models.default_dimension import DefaultDimension
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY, TAX_AREA, TREY_RESEARCH, id_of
from models.numbers import NumberSeries
from models.payment_term import PaymentTerm
from models.picture import Picture, PictureContent
from odata.errors import BadRequestError, DuplicateKeyError, RuleError

NO_ID = "00000000-0000-0000-0000-000000000000"
UNKNOWN = "00000000-0000-0000-0000-00000000abcd"
EURO = id_of(CRONUS, "currency", "EUR")
POUND = id_of(CRONUS, "currency", "GBP")
DIALOG = "Application_DialogException"
FIELD = "Application_FieldValidationException"
RELATION = "Internal_InvalidTableRelation"

REFUSED = [
    ({"displayName": ""}, DIALOG, 'The blank "displayName" is not allowed.'),
    ({"displayName": "  "}, DIALOG, 'The blank "displayName" is not allowed.'),
    (
        {"country": "XX"},
        RELATION,
        (
            "The field Country/Region Code of table Customer contains a value (XX) that cannot be "
            "found in the related table (Country/Region)."
        ),
    ),
    (
        {"salespersonCode": "NOBODY"},
        RELATION,
        (
            "The field Salesperson Code of table Customer contains a value (NOBODY) that cannot be "
            "found in the related table (Salesperson/Purchaser)."
        ),
    ),
    ({"email": "not-an-address"}, DIALOG, 'The email address "not-an-address" is not valid.'),
    ({"email": "a@b.example;c@"}, DIALOG, 'The email address "c@" is not valid.'),
    (
        {"taxRegistrationNumber": "DE12", "country": "DE"},
        DIALOG,
        (
            "The entered VAT Registration number is not in agreement with the format specified for "
            "Country/Region Code DE."
        ),
    ),
    ({"taxAreaId": UNKNOWN}, DIALOG, 'The "taxAreaId" does not match to a Tax Area.'),
    ({"currencyId": UNKNOWN}, DIALOG, 'The "currencyId" does not match to a Currency.'),
    ({"currencyCode": "XXX"}, DIALOG, 'The "currencyCode" does not match to a Currency.'),
    (
        {"currencyId": EURO, "currencyCode": "GBP"},
        DIALOG,
        "The currency values do not match to a specific Currency.",
    ),
    (
        {"currencyId": EURO, "currencyCode": "USD"},
        DIALOG,
        "The currency values do not match to a specific Currency.",
    ),
    (
        {"paymentTermsId": UNKNOWN},
        DIALOG,
        'The "paymentTermsId" does not match to a Payment Terms.',
    ),
    (
        {"shipmentMethodId": UNKNOWN},
        DIALOG,
        'The "shipmentMethodId" does not match to a Shipment Method.',
    ),
    (
        {"paymentMethodId": UNKNOWN},
        DIALOG,
        'The "paymentMethodId" does not match to a Payment Method.',
    ),
]
CURRENCIES = [
    ({}, NO_ID, "USD"),
    ({"currencyCode": "USD"}, NO_ID, "USD"),
    ({"currencyCode": ""}, NO_ID, "USD"),
    ({"currencyCode": "EUR"}, EURO, "EUR"),
    ({"currencyId": NO_ID}, NO_ID, "USD"),
    ({"currencyId": EURO}, EURO, "EUR"),
    ({"currencyId": EURO, "currencyCode": "EUR"}, EURO, "EUR"),
    ({"currencyId": NO_ID, "currencyCode": "EUR"}, EURO, "EUR"),
]


def refusal(action, *arguments):
    with pytest.raises(BadRequestError) as caught:
        action(*arguments)
    return caught.value


def test_a_new_customer_needs_only_a_name(desk):
    change = desk.create("customers", {"displayName": "X"})
    stored = desk.stored("customers", change.values["id"])
    assert stored == {
        "id": change.values["id"],
        "number": "30000",
        "displayName": "X",
        "type": 0,
        "addressLine1": "",
        "addressLine2": "",
        "city": "",
        "state": "",
        "country": "",
        "postalCode": "",
        "phoneNumber": "",
        "email": "",
        "website": "",
        "taxLiable": False,
        "taxAreaId": NO_ID,
        "taxAreaDisplayName": "",
        "taxRegistrationNumber": "",
        "currencyId": NO_ID,
        "currencyCode": "USD",
        "paymentTermsId": NO_ID,
        "shipmentMethodId": NO_ID,
        "paymentMethodId": NO_ID,
        "blocked": 0,
        "balance": Decimal("0.00"),
        "overdueAmount": Decimal("0.00"),
        "totalSalesExcludingTax": Decimal("0.00"),
        "lastModifiedDateTime": datetime.datetime(
            2025, 3, 1, 12, 30, 15, 123_000, tzinfo=datetime.UTC
        ),
        "salespersonCode": "",
        "balanceDue": Decimal("0.00"),
        "creditLimit": Decimal("0.00"),
        "integerId": 61,
        "code": "",
        "legalName": "",
        "status": 0,
        "customerType": "",
        "otherPhoneNumber": "",
        "faxNumber": "",
        "notes": "",
        "branchId": NO_ID,
        "createdDateTime": datetime.datetime(2025, 3, 1, 12, 30, 15, 123_000, tzinfo=datetime.UTC),
    }


def test_a_new_customer_without_name_is_refused(desk):
    found = refusal(desk.create, "customers", {})
    assert (found.code, found.message, found.target) == (
        DIALOG,
        'A "displayName" must be provided.',
        "displayName",
    )


@pytest.mark.parametrize(("given", "code", "message"), REFUSED)
def test_a_new_customer_is_refused_with_the_exact_sentence(desk, given, code, message):
    found = refusal(desk.create, "customers", {"displayName": "X", **given})
    assert (found.code, found.message) == (code, message)
    assert found.target in given


@pytest.mark.parametrize(("given", "code", "message"), REFUSED)
def test_a_changed_customer_is_refused_with_the_same_sentence(desk, given, code, message):
    found = refusal(desk.update, "customers", ADATUM, given)
    assert (found.code, found.message) == (code, message)


def test_letters_in_a_telephone_number_are_refused(desk):
    found = refusal(desk.update, "customers", ADATUM, {"phoneNumber": "+1-800-FLOWERS"})
    assert (found.code, found.message) == (
        FIELD,
        "Phone No. must not contain letters in Customer No.='10000'.",
    )


def test_all_faults_are_reported_together(desk):
    found = refusal(
        desk.create,
        "customers",
        {"country": "XX", "email": "x", "paymentTermsId": UNKNOWN},
    )
    assert [(fault.target, fault.code) for fault in found.details] == [
        ("email", DIALOG),
        ("displayName", DIALOG),
        ("country", RELATION),
        ("paymentTermsId", DIALOG),
    ]


def test_a_refused_customer_draws_no_number(desk):
    refusal(desk.create, "customers", {"displayName": "X", "country": "XX"})
    assert desk.create("customers", {"displayName": "X"}).values["number"] == "30000"


@pytest.mark.parametrize(
    "given",
    [
        {"country": "DE", "taxRegistrationNumber": "DE123456789"},
        {"country": "DE", "taxRegistrationNumber": "123456789"},
        {"country": "US", "taxRegistrationNumber": "76-5432109"},
        {"email": "one@a.example; two@b.example"},
        {"email": "büro@müller-söhne.example"},
        {"phoneNumber": "+1 (312) 555-0300"},
        {"salespersonCode": "EXPORT"},
        {"paymentTermsId": NO_ID, "shipmentMethodId": NO_ID, "paymentMethodId": NO_ID},
        {"type": 1, "blocked": 3},
    ],
)
def test_what_is_right_is_stored_as_given(desk, given):
    change = desk.create("customers", {"displayName": "X", **given})
    stored = desk.stored("customers", change.values["id"])
    assert {name: stored[name] for name in given} == given


@pytest.mark.parametrize(("given", "key", "code"), CURRENCIES)
def test_currency_id_and_code_are_kept_in_step(desk, given, key, code):
    change = desk.create("customers", {"displayName": "X", **given})
    stored = desk.stored("customers", change.values["id"])
    assert (stored["currencyId"], stored["currencyCode"]) == (key, code)


@pytest.mark.parametrize(("given", "key", "code"), CURRENCIES[1:])
def test_an_update_keeps_currency_id_and_code_in_step(desk, given, key, code):
    desk.update("customers", ADATUM, {"currencyId": POUND})
    desk.update("customers", ADATUM, given)
    stored = desk.stored("customers", ADATUM)
    assert (stored["currencyId"], stored["currencyCode"]) == (key, code)


def test_the_local_currency_is_the_company_s(desk):
    desk.company = MY_COMPANY
    assert desk.create("customers", {"displayName": "X"}).values["currencyCode"] == "EUR"


def test_a_tax_area_brings_its_name(desk):
    area = id_of(CRONUS, "tax_area", "MIAMI, FL")
    desk.update("customers", ADATUM, {"taxAreaId": area})
    assert desk.stored("customers", ADATUM)["taxAreaDisplayName"] == "Miami, FL"


def test_no_tax_area_has_no_name(desk):
    desk.update("customers", ADATUM, {"taxAreaId": NO_ID})
    assert desk.stored("customers", ADATUM)["taxAreaDisplayName"] == ""


def test_the_same_tax_area_keeps_the_name_that_is_stored(desk):
    desk.update("customers", TREY_RESEARCH, {"taxAreaId": TAX_AREA})
    assert desk.stored("customers", TREY_RESEARCH)["taxAreaDisplayName"] == "Dallas, TX"


@pytest.mark.parametrize(
    ("name", "table", "code"),
    [
        ("paymentTermsId", "payment_term", "COD"),
        ("shipmentMethodId", "shipment_method", "CIF"),
        ("paymentMethodId", "payment_method", "CASH"),
        ("taxAreaId", "tax_area", "MIAMI, FL"),
        ("currencyId", "currency", "GBP"),
    ],
)
def test_what_another_company_has_is_unknown(desk, name, table, code):
    foreign = id_of(MY_COMPANY, table, code)
    found = refusal(desk.create, "customers", {"displayName": "X", name: foreign})
    assert found.message.startswith(f'The "{name}" does not match to a ')


def test_a_number_of_the_client_s_is_kept(desk):
    assert (
        desk.create("customers", {"displayName": "X", "number": "ABC1"}).values["number"] == "ABC1"
    )


def test_a_number_that_is_taken_is_a_conflict(desk):
    with pytest.raises(DuplicateKeyError) as caught:
        desk.create("customers", {"displayName": "X", "number": "10000"})
    assert caught.value.http_status == 409
    assert caught.value.code == "Internal_EntityWithSameKeyExists"
    assert caught.value.message == (
        "The record in table Customer already exists. Identification fields and values: No.='10000'"
    )


def test_a_number_of_another_company_is_free(desk):
    desk.create("customers", {"displayName": "X", "number": "ABC1"})
    desk.company = MY_COMPANY
    desk.create("customers", {"displayName": "X", "number": "ABC1"})


def test_manual_numbers_can_be_switched_off(desk):
    NumberSeries.update(manual_numbers=False).execute()
    found = refusal(desk.create, "customers", {"displayName": "X", "number": "ABC1"})
    assert found.message == (
        "You may not enter numbers manually. If you want to enter numbers manually, "
        "please activate Manual Nos. in No. Series CUST."
    )


def test_another_number_renames_the_customer(desk):
    desk.update("customers", ADATUM, {"number": "NEW"})
    assert desk.stored("customers", ADATUM)["number"] == "NEW"
    assert DefaultDimension.select().where(DefaultDimension.parent_id == ADATUM).count() == 2
    desk.create("customers", {"displayName": "X", "number": "10000"})


def test_the_number_that_it_has_is_no_rename(desk):
    NumberSeries.update(manual_numbers=False).execute()
    desk.update("customers", ADATUM, {"number": "10000"})


def test_a_rename_to_a_number_that_is_taken_is_a_conflict(desk):
    with pytest.raises(DuplicateKeyError, match=r"No\.='20000'"):
        desk.update("customers", ADATUM, {"number": "20000"})


def test_a_number_cannot_be_taken_away(desk):
    found = refusal(desk.update, "customers", ADATUM, {"number": ""})
    assert (found.code, found.message) == (
        FIELD,
        "No. must have a value in Customer: No.=. It cannot be zero or empty.",
    )


def test_an_empty_change_moves_only_the_instant(desk):
    before = desk.stored("customers", ADATUM)
    desk.update("customers", ADATUM, {})
    after = desk.stored("customers", ADATUM)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"lastModifiedDateTime"}


def test_blocked_stays_where_privacy_wants_it(desk):
    Customer.update(privacy_blocked=True, blocked=3).where(Customer.id == ADATUM).execute()
    found = refusal(desk.update, "customers", ADATUM, {"blocked": 0})
    assert found.message == (
        "The Blocked field cannot be changed because the user is blocked for privacy reasons."
    )
    desk.update("customers", ADATUM, {"blocked": 3})


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("40000", "there are one or more open ledger entries"),
        ("60000", "it has ledger entries in a fiscal year that has not been closed yet"),
    ],
)
def test_a_customer_with_entries_stays(desk, number, reason):
    key = id_of(CRONUS, "customer", number)
    with pytest.raises(RuleError) as caught:
        desk.delete("customers", key)
    assert caught.value.code == DIALOG
    assert caught.value.message == f"You cannot delete Customer {number} because {reason}."
    assert Customer.get_or_none(Customer.id == key) is not None


def test_entries_of_a_closed_year_let_a_customer_go(desk):
    desk.delete("customers", id_of(CRONUS, "customer", "50000"))


def test_closing_the_year_lets_a_customer_go(desk):
    Company.update(closed_until=datetime.date(2025, 12, 31)).execute()
    desk.delete("customers", id_of(CRONUS, "customer", "60000"))


def test_a_deleted_customer_takes_its_dimensions_and_picture_along(desk):
    PictureContent.create(
        force_insert=True,
        id=ADATUM,
        company_id=CRONUS,
        etag="t",
        content=b"x",
        content_type="image/png",
        width=1,
        height=1,
    )
    desk.delete("customers", ADATUM)
    assert not DefaultDimension.select().where(DefaultDimension.parent_id == ADATUM).exists()
    assert DefaultDimension.select().where(DefaultDimension.parent_id == TREY_RESEARCH).exists()
    assert PictureContent.get_or_none(PictureContent.id == ADATUM) is None
    assert Picture.get_or_none(Picture.id == ADATUM) is None


@pytest.mark.parametrize(
    ("table", "set_name", "key", "message"),
    [
        (
            Currency,
            "currencies",
            EURO,
            "You cannot delete Currency EUR because there are one or more customers that use it.",
        ),
        (
            PaymentTerm,
            "paymentTerms",
            id_of(CRONUS, "payment_term", "1M(8D)"),
            (
                "You cannot delete Payment Terms 1M(8D) because there are one or more customers "
                "that use it."
            ),
        ),
    ],
)
def test_what_a_customer_refers_to_stays(desk, table, set_name, key, message):
    with pytest.raises(RuleError) as caught:
        desk.delete(set_name, key)
    assert (caught.value.code, caught.value.message) == (DIALOG, message)
    assert table.get_or_none(table.id == key) is not None
