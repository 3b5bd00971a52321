"""Business Central reference §18, checks 15-28: creating customers."""

from __future__ import annotations

import pytest

from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    NO_ID,
    UNKNOWN_ID,
    Service,
    customer,
    error_of,
    lookup_id,
    without,
)

pytestmark = pytest.mark.conformance

PAYMENT_TERMS = "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5"
EURO = lookup_id("currency", "EUR")
RULE = "Application_DialogException"
MOVING = ("integerId", "createdDateTime")
NEW = {"displayName": "New Customer"}


@pytest.fixture
def unchanged(shared: Service):
    """The shared service; afterwards as many customers must be there as before."""
    before = shared.ask(f"{CUSTOMERS}/$count").text
    yield shared
    assert shared.ask(f"{CUSTOMERS}/$count").text == before


def created(service: Service, body, query: str = ""):
    answer = service.post(CUSTOMERS + query, body)
    assert answer.status_code == 201, answer.text
    return answer.json


# --- 15: defaults -----------------------------------------------------------------------------


@pytest.mark.bc(15)
def test_a_name_alone_makes_a_customer(service: Service):
    answer = service.post(CUSTOMERS, {"displayName": "X"})

    row = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"http://localhost/api/v2.0/{CUSTOMERS}({row['id']})"
    assert answer.headers["ETag"] == row["@odata.etag"]
    assert without(row, "@odata.etag", "id", "lastModifiedDateTime", *MOVING) == {
        "@odata.context": f"http://localhost/api/v2.0/$metadata#{CUSTOMERS}/$entity",
        "number": "30000",
        "displayName": "X",
        "type": "Company",
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
        "blocked": " ",
        "balance": 0,
        "overdueAmount": 0,
        "totalSalesExcludingTax": 0,
        "salespersonCode": "",
        "balanceDue": 0,
        "creditLimit": 0,
        "code": "",
        "legalName": "",
        "status": "active",
        "customerType": "",
        "otherPhoneNumber": "",
        "faxNumber": "",
        "notes": "",
        "branchId": NO_ID,
        "customFields": {},
    }


def test_numbers_of_the_series_skip_taken_ones(service: Service):
    # 40000 to 90000 are taken.
    assert [created(service, NEW)["number"] for _ in range(3)] == ["30000", "100000", "110000"]


def test_numbers_of_each_company_are_its_own(service: Service):
    created(service, NEW)
    other = "companies(b2c3d4e5-f6a7-8901-bcde-f12345678901)/customers"

    assert service.post(other, NEW).json["number"] == "30000"


def test_a_blank_number_is_drawn_too(service: Service):
    assert created(service, {**NEW, "number": ""})["number"] == "30000"


# --- what is taken and how it is stored -------------------------------------------------------

STORED = [
    ({"number": "abc1"}, {"number": "ABC1"}),
    ({"number": " abc2 "}, {"number": "ABC2"}),
    ({"country": "gb", "postalCode": "b27 4kt"}, {"country": "GB", "postalCode": "B27 4KT"}),
    ({"currencyCode": "USD"}, {"currencyCode": "USD", "currencyId": NO_ID}),
    ({"currencyCode": ""}, {"currencyCode": "USD", "currencyId": NO_ID}),
    ({"currencyCode": "eur"}, {"currencyCode": "EUR", "currencyId": EURO}),
    ({"currencyId": EURO}, {"currencyCode": "EUR", "currencyId": EURO}),
    ({"currencyId": EURO.upper()}, {"currencyCode": "EUR", "currencyId": EURO}),
    ({"currencyId": EURO, "currencyCode": "EUR"}, {"currencyCode": "EUR", "currencyId": EURO}),
    ({"currencyId": NO_ID}, {"currencyCode": "USD", "currencyId": NO_ID}),
    ({"paymentTermsId": PAYMENT_TERMS}, {"paymentTermsId": PAYMENT_TERMS}),
    ({"paymentTermsId": NO_ID}, {"paymentTermsId": NO_ID}),
    (
        {"taxAreaId": "c6d7e8f9-a0b1-2345-6789-0abcdef12345"},
        {"taxAreaDisplayName": "Atlanta, GA"},
    ),
    ({"type": "Person"}, {"type": "Person"}),
    ({"blocked": " "}, {"blocked": " "}),
    ({"blocked": ""}, {"blocked": " "}),
    ({"blocked": "_x0020_"}, {"blocked": " "}),
    ({"blocked": "All"}, {"blocked": "All"}),
    ({"creditLimit": 12.5}, {"creditLimit": 12.5}),
    ({"displayName": "x" * 100}, {"displayName": "x" * 100}),
    ({"displayName": "Ümläut 丸の内 🙂 \\ \" ' % + & # / ?"}, {}),
    ({"email": "a@x.example;b@y.example"}, {}),
    ({"@odata.type": "#Microsoft.NAV.customer"}, {"displayName": "New Customer"}),
    ({"@odata.type": "Microsoft.NAV.customer", "@odata.etag": 'W/"x"'}, {}),
    ({"unknown@odata.hint": 1, "displayName@my.note": "x"}, {}),
]


@pytest.mark.parametrize(("given", "stored"), STORED)
@pytest.mark.bc(19, 20, 21, 22)
def test_values_are_stored_in_their_form(service: Service, given, stored):
    body = NEW | given

    row = created(service, body)

    expected = stored or {"displayName": body["displayName"]}
    assert {name: row[name] for name in expected} == expected
    assert service.get(f"{CUSTOMERS}({row['id']})") == row


def test_several_mail_addresses_are_kept_verbatim(service: Service):
    assert created(service, {**NEW, "email": "a@x.example;b@y.example"})["email"] == (
        "a@x.example;b@y.example"
    )


# --- what is refused --------------------------------------------------------------------------

REFUSED = [
    ({}, RULE, 'A "displayName" must be provided.'),
    ({"displayName": ""}, RULE, 'The blank "displayName" is not allowed.'),
    ({"displayName": "   "}, RULE, 'The blank "displayName" is not allowed.'),
    (
        {"displayName": "x" * 101},
        "Application_StringExceededLength",
        (
            "The length of the string is 101, but it must be less than or equal to 100 characters. "
            "Value: " + "x" * 101
        ),
    ),
    (
        {"displayName": None},
        "BadRequest_RequiredParamNotProvided",
        "Field 'displayName' must not be blank or empty.",
    ),
    (
        {**NEW, "currencyCode": "XXX"},
        RULE,
        'The "currencyCode" does not match to a Currency.',
    ),
    ({**NEW, "currencyId": UNKNOWN_ID}, RULE, 'The "currencyId" does not match to a Currency.'),
    (
        {**NEW, "currencyId": EURO, "currencyCode": "GBP"},
        RULE,
        "The currency values do not match to a specific Currency.",
    ),
    (
        {**NEW, "paymentTermsId": UNKNOWN_ID},
        RULE,
        'The "paymentTermsId" does not match to a Payment Terms.',
    ),
    (
        {**NEW, "shipmentMethodId": UNKNOWN_ID},
        RULE,
        'The "shipmentMethodId" does not match to a Shipment Method.',
    ),
    (
        {**NEW, "paymentMethodId": UNKNOWN_ID},
        RULE,
        'The "paymentMethodId" does not match to a Payment Method.',
    ),
    (
        {**NEW, "country": "XX"},
        "Internal_InvalidTableRelation",
        (
            "The field Country/Region Code of table Customer contains a value (XX) that cannot be "
            "found in the related table (Country/Region)."
        ),
    ),
    (
        {**NEW, "type": "Alien"},
        "Unknown",
        "'Alien' is not an option. The existing options are: Company,Person",
    ),
    (
        {**NEW, "blocked": "Sometimes"},
        "Unknown",
        "'Sometimes' is not an option. The existing options are:  ,Ship,Invoice,All",
    ),
    (
        {**NEW, "shoeSize": 43},
        "BadRequest",
        (
            "The property 'shoeSize' does not exist on type 'Microsoft.NAV.customer'. Make sure to "
            "only use property names that are defined by the type."
        ),
    ),
    ({**NEW, "email": "nobody"}, RULE, 'The email address "nobody" is not valid.'),
]


@pytest.mark.parametrize(("body", "code", "message"), REFUSED)
@pytest.mark.bc(16, 17, 20, 21, 22, 23, 25)
def test_a_fault_is_named_in_the_usual_words(unchanged: Service, body, code, message):
    assert error_of(unchanged.post(CUSTOMERS, body)) == (400, code, message)


WRONG = [
    ({**NEW, "phoneNumber": "CALL ME"}, "Application_FieldValidationException"),
    ({**NEW, "taxLiable": "yes"}, "BadRequest"),
    ({**NEW, "taxLiable": 1}, "BadRequest"),
    ({**NEW, "creditLimit": "a lot"}, "BadRequest"),
    ({**NEW, "creditLimit": True}, "BadRequest"),
    ({**NEW, "city": 5}, "BadRequest"),
    ({**NEW, "city": ["Rome"]}, "BadRequest"),
    ({**NEW, "paymentTermsId": "not-a-guid"}, "Application_InvalidGUID"),
    ({**NEW, "balance": 100}, "BadRequest_InvalidOperation"),
    ({**NEW, "taxAreaDisplayName": "x"}, "BadRequest_InvalidOperation"),
    ({**NEW, "lastModifiedDateTime": "2025-01-01T00:00:00Z"}, "BadRequest_InvalidOperation"),
    ({**NEW, "companyId": UNKNOWN_ID}, "BadRequest"),
    ({**NEW, "etag": "x"}, "BadRequest"),
    ({**NEW, "__proto__": {}}, "BadRequest"),
]


@pytest.mark.parametrize(("body", "code"), WRONG)
@pytest.mark.bc(23)
def test_a_wrong_value_is_refused(unchanged: Service, body, code):
    status, found, _ = error_of(unchanged.post(CUSTOMERS, body))

    assert (status, found) == (400, code)


def test_all_faults_of_a_body_are_told_together(unchanged: Service):
    body = {"displayName": "x" * 101, "city": "y" * 31, "taxLiable": "yes", "shoeSize": 1}

    error = unchanged.post(CUSTOMERS, body).json["error"]

    assert sorted(detail["target"] for detail in error["details"]) == [
        "city",
        "displayName",
        "shoeSize",
        "taxLiable",
    ]


def test_faults_of_values_come_in_the_order_of_the_type(unchanged: Service):
    body = {
        "discountPercent": 500,
        "discountDateCalculation": "soon",
        "dueDateCalculation": "late",
        "code": "x" * 40,
    }

    error = unchanged.post(f"{COMPANY}/paymentTerms", body).json["error"]

    assert [detail["target"] for detail in error["details"]] == [
        "code",
        "dueDateCalculation",
        "discountDateCalculation",
        "discountPercent",
    ]


REFUSED = [
    {
        "colour": "blue",
        "phoneNumber": "x" * 31,
        "currencyCode": "XYZ",
        "paymentTermsId": UNKNOWN_ID,
        "balance": 5,
    },
    {"displayName": 5, "shipmentMethodId": UNKNOWN_ID},
]


@pytest.mark.parametrize("body", REFUSED)
def test_what_the_rules_find_is_told_with_what_reading_finds(unchanged: Service, body):
    error = unchanged.post(CUSTOMERS, {**NEW, **body}).json["error"]

    assert {detail["target"] for detail in error["details"]} == body.keys()
    assert (error["code"], error["target"]) == (
        error["details"][0]["code"],
        error["details"][0]["target"],
    )


def test_both_kinds_of_faults_of_an_update_are_told_together(unchanged: Service):
    body = {"colour": "blue", "currencyCode": "XYZ", "displayName": None}

    error = unchanged.patch(customer("10000"), body).json["error"]

    assert {detail["target"] for detail in error["details"]} == body.keys()


@pytest.mark.bc(18)
def test_a_taken_number_is_a_conflict(unchanged: Service):
    answer = unchanged.post(CUSTOMERS, {**NEW, "number": "10000"})

    assert error_of(answer) == (
        409,
        "Internal_EntityWithSameKeyExists",
        (
            "The record in table Customer already exists. Identification fields and values: "
            "No.='10000'"
        ),
    )


def test_a_taken_number_is_taken_in_any_case(unchanged: Service):
    assert unchanged.post(CUSTOMERS, {**NEW, "number": "c00010"}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        b'{"displayName":',
        b"[]",
        b"5",
        b'"x"',
        b"null",
        b"",
        b'{"displayName":"x"} trailing',
        b'{"displayName":"x","displayName":"y"}',
        b'{"displayName":NaN}',
        b'\xff\xfe{"a":1}',
        b'{"displayName":"\xff"}',
        b"[" * 200_000,
        b'{"displayName":"\\ud800"}',
        b'{"displayName":"a\\u0000b"}',
    ],
)
@pytest.mark.bc(24)
def test_a_malformed_body_is_refused(unchanged: Service, body):
    status, code, _ = error_of(unchanged.post(CUSTOMERS, body))

    assert (status, code) == (400, "BadRequest")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", "application/jsonx"],
)
@pytest.mark.bc(24)
def test_another_type_of_body_is_refused(unchanged: Service, content_type):
    answer = unchanged.post(CUSTOMERS, NEW, Content_Type=content_type)

    assert answer.status_code == 415


def test_a_compressed_body_is_refused(unchanged: Service):
    assert unchanged.post(CUSTOMERS, NEW, Content_Encoding="gzip").status_code == 415


@pytest.mark.bc(28)
def test_a_body_over_the_limit_is_refused(unchanged: Service):
    body = b'{"displayName":"' + b"x" * 1_100_000 + b'"}'

    assert error_of(unchanged.post(CUSTOMERS, body))[0] == 413


# --- 26: what is shown ------------------------------------------------------------------------


@pytest.mark.bc(26)
def test_select_trims_the_answer(service: Service):
    row = created(service, NEW, "?$select=id,number")

    assert without(row, "@odata.etag", "id") == {
        "@odata.context": f"http://localhost/api/v2.0/$metadata#{CUSTOMERS}(id,number)/$entity",
        "number": "30000",
    }


def test_expand_widens_the_answer(service: Service):
    row = created(service, {**NEW, "paymentTermsId": PAYMENT_TERMS}, "?$expand=paymentTerm")

    assert row["paymentTerm"]["code"] == "1M(8D)"


def test_minimal_answers_say_where_the_customer_is(service: Service):
    answer = service.post(CUSTOMERS, NEW, Prefer="return=minimal")

    location = answer.headers["Location"]
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["OData-EntityId"] == location
    assert answer.headers["Preference-Applied"] == "return=minimal"
    assert service.get(location.removeprefix("http://localhost"))["number"] == "30000"


@pytest.mark.parametrize(
    "path", ["customers?company=My%20Company", "companies(name='My%20Company')/customers"]
)
def test_a_new_customer_belongs_to_the_company_that_was_chosen(service: Service, path):
    answer = service.post(path, NEW)

    assert answer.json["currencyCode"] == "EUR"
    assert answer.status_code == 201
    assert service.get(answer.headers["Location"].removeprefix("http://localhost")) == answer.json


# --- 27: deep insert --------------------------------------------------------------------------

AREA = lookup_id("dimension", "AREA")
EUROPE = lookup_id("dimension_value", "AREA/20")
FORMER = lookup_id("dimension_value", "AREA/30")
SMALL = lookup_id("dimension_value", "CUSTOMERGROUP/SMALL")


@pytest.mark.bc(27)
def test_children_are_created_with_their_parent(service: Service):
    body = {
        **NEW,
        "defaultDimensions": [
            {"dimensionId": AREA, "dimensionValueId": EUROPE},
            {"dimensionValueId": SMALL, "postingValidation": "Code Mandatory"},
        ],
    }

    row = created(service, body)

    shown = sorted(row["defaultDimensions"], key=lambda item: item["dimensionCode"])
    assert [
        (item["dimensionCode"], item["dimensionValueCode"], item["postingValidation"])
        for item in shown
    ] == [("AREA", "20", " "), ("CUSTOMERGROUP", "SMALL", "Code Mandatory")]
    assert {item["parentId"] for item in shown} == {row["id"]}
    stored = service.rows("$orderby=dimensionCode", f"{CUSTOMERS}({row['id']})/defaultDimensions")
    assert stored == shown


def test_an_empty_list_of_children_makes_none(service: Service):
    assert created(service, {**NEW, "defaultDimensions": []})["defaultDimensions"] == []


def test_select_decides_about_nested_entities_too(service: Service):
    body = {**NEW, "defaultDimensions": [{"dimensionValueId": EUROPE}]}

    row = created(service, body, "?$select=number&$expand=defaultDimensions($select=dimensionCode)")

    assert [item["dimensionCode"] for item in row["defaultDimensions"]] == ["AREA"]
    assert "displayName" not in row


@pytest.mark.parametrize(
    ("child", "message"),
    [
        ({"dimensionValueId": FORMER}, "Dimension Value AREA - 30 is blocked."),
        ({"dimensionId": UNKNOWN_ID}, 'The "dimensionId" does not match to a Dimension.'),
        (
            {"dimensionId": AREA, "dimensionValueId": SMALL},
            'The "dimensionId" and "dimensionValueId" match to different Dimension records.',
        ),
    ],
)
@pytest.mark.bc(27)
def test_one_bad_child_leaves_nothing_behind(unchanged: Service, child, message):
    children = f"{COMPANY}/defaultDimensions/$count?$filter=parentType%20eq%20'Customer'"
    before = unchanged.ask(children).text
    body = {**NEW, "defaultDimensions": [{"dimensionValueId": EUROPE}, child]}

    answer = unchanged.post(CUSTOMERS, body)

    assert error_of(answer)[::2] == (400, message)
    assert unchanged.ask(children).text == before


def test_a_failed_create_uses_up_no_number(service: Service):
    body = {**NEW, "defaultDimensions": [{"dimensionValueId": FORMER}]}
    assert service.post(CUSTOMERS, body).status_code == 400

    assert created(service, NEW)["number"] == "30000"
