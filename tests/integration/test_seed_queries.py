"""Every query of the customers document, with the rows it finds in the demo data."""

from __future__ import annotations

import pytest

from models.database import database
from tests.integration.service import CUSTOMERS, NO_ID, Service, lookup_id, without, words

ADATUM = "d1e2f3a4-b5c6-7890-1234-567890abcdef"
LINKS = (
    "http://localhost/api/v2.0/companies(a1b2c3d4-e5f6-7890-abcd-ef1234567890)"
    f"/pictures({ADATUM})/pictureContent"
)

# --- filters ----------------------------------------------------------------------------------

EVERY_CUSTOMER = words(
    "10000 20000 40000 50000 60000 70000 80000 90000 "
    "C00010 C00020 C00030 C00040 C00050 C00060 C00070 C00080 C00090 C00100 C00110 C00120 "
    "C00130 C00140 C00150 C00160 C00170 C00180 C00190 C00200 C00210 C00220 C00230 C00240 "
    "C00250 C00260 C00270 C00280 C00290 C00300 C00310 C00320 C00330 C00340 C00350 C00360 "
    "C00370 C00380 C00390 C00400 C00410 C00420 C00430 C00440 C00450 C00460 C00470"
)
BLOCKED = words("80000 90000 C00030 C00170 C00190 C00240 C00320 C00390")
WITHOUT_BALANCE = words(
    "50000 C00020 C00060 C00090 C00120 C00170 C00190 C00240 C00280 C00300 C00320 C00360 "
    "C00390 C00420 C00450"
)
OVERDUE = words(
    "10000 60000 80000 90000 C00030 C00070 C00080 C00110 C00140 C00180 C00210 C00230 C00260 "
    "C00310 C00350 C00410 C00470"
)
CHANGED_BEFORE_2024 = words(
    "40000 50000 60000 70000 80000 90000 C00010 C00020 C00030 C00040 C00050"
)
IN_DOLLARS = words(
    "10000 20000 40000 50000 60000 70000 80000 90000 C00010 C00020 C00030 C00040 C00090 "
    "C00110 C00130 C00140 C00150 C00200 C00210 C00230 C00240 C00250 C00260 C00280 C00300 "
    "C00370 C00410 C00430 C00450 C00460"
)
PERSONS = words("C00290 C00300 C00310 C00320")


def all_but(numbers: list[str]) -> list[str]:
    return [number for number in EVERY_CUSTOMER if number not in numbers]


FILTERS = [
    ("blocked eq ' '", all_but(BLOCKED)),
    ("balance gt 0", all_but(WITHOUT_BALANCE)),
    ("overdueAmount gt 0", OVERDUE),
    ("lastModifiedDateTime gt 2024-01-01T00:00:00Z", all_but(CHANGED_BEFORE_2024)),
    ("contains(displayName,'Corp')", ["10000", "70000", "80000", "C00200"]),
    ("displayName eq 'Adatum Corporation'", ["10000"]),
    ("currencyCode eq 'USD'", IN_DOLLARS),
    (
        "currencyCode eq 'EUR'",
        words(
            "C00050 C00060 C00080 C00160 C00310 C00320 C00330 C00340 C00350 C00360 C00390 C00470"
        ),
    ),
    ("type eq 'Company'", all_but(PERSONS)),
    ("type eq 'Person'", PERSONS),
    ("blocked eq 'Ship'", ["80000", "C00170", "C00320"]),
    ("blocked eq 'Invoice'", ["C00030", "C00240"]),
    ("blocked eq 'All'", ["90000", "C00190", "C00390"]),
]


@pytest.mark.parametrize(("condition", "numbers"), FILTERS)
@pytest.mark.bc(44)
def test_a_documented_filter_finds_its_rows(shared: Service, condition, numbers):
    assert shared.numbers(f"$filter={condition}") == numbers


@pytest.mark.parametrize(("condition", "numbers"), FILTERS)
def test_a_documented_filter_counts_its_rows(shared: Service, condition, numbers):
    answer = shared.ask(f"{CUSTOMERS}/$count", f"$filter={condition}")

    assert answer.text == str(len(numbers))


COMBINED = (
    "$filter=blocked eq ' ' and balance gt 0&$orderby=balance desc&$top=20"
    "&$select=number,displayName,balance,overdueAmount"
)
LARGEST_BALANCES = [
    ("C00130", "Humongous Insurance", 450000, 0),
    ("C00380", "丸の内文具店", 184000, 0),
    ("C00080", "Contoso Pharmaceuticals", 125000, 25000),
    ("70000", "Contoso Corporation", 88120.4, 0),
    ("C00410", "Snake_Case Software", 64000, 32000),
    ("C00260", "Wide World Importers", 32750, 4100),
    ("C00330", "Müller & Söhne Küchenbau", 27600, 0),
    ("60000", "School of Fine Art", 19235, 1200.5),
    ("C00230", "Tailwind Traders", 18400, 9200),
    ("10000", "Adatum Corporation", 15750, 3200),
    ("C00200", "Proseware Corporation", 13999.99, 0),
    ("C00160", "Lucerne Publishing", 9310.55, 0),
    ("20000", "Trey Research", 8450.5, 0),
    ("C00140", "Lamna Healthcare Company", 7800, 300),
    ("C00250", "VanArsdel, Ltd.", 6175.2, 0),
    ("C00010", "Adventure Works", 5120.75, 0),
    ("40000", "Alpine Ski House", 4316.85, 0),
    ("C00100", "First Up Consultants", 3110, 0),
    ("C00050", "Coho Vineyard", 2480, 0),
    ("C00220", "Tailspin Toys", 2250, 0),
]


@pytest.mark.bc(44)
def test_the_combined_query_selects_filters_sorts_and_cuts(shared: Service):
    body = shared.get(CUSTOMERS, COMBINED)

    assert body["@odata.context"].endswith("/customers(number,displayName,balance,overdueAmount)")
    assert "@odata.nextLink" not in body
    rows = [without(row, "@odata.etag", "@odata.id") for row in body["value"]]
    assert [tuple(row.values()) for row in rows] == LARGEST_BALANCES
    assert list(rows[0]) == ["number", "displayName", "balance", "overdueAmount"]


# --- expand -----------------------------------------------------------------------------------

EXPANDED = {
    "customerFinancialDetails": {
        "id": ADATUM,
        "number": "10000",
        "balance": 15750,
        "totalSalesExcludingTax": 245000,
        "overdueAmount": 3200,
        "lastModifiedDateTime": "2025-02-15T09:30:00Z",
    },
    "picture": {
        "id": ADATUM,
        "parentType": "Customer",
        "width": 0,
        "height": 0,
        "contentType": "",
        "pictureContent@odata.mediaEditLink": LINKS,
        "pictureContent@odata.mediaReadLink": LINKS,
    },
    "paymentTerm": {
        "id": "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5",
        "code": "1M(8D)",
        "displayName": "1 Month/2% 8 days",
        "dueDateCalculation": "1M",
        "discountDateCalculation": "8D",
        "discountPercent": 2,
        "calculateDiscountOnCreditMemos": False,
        "lastModifiedDateTime": "2024-01-02T08:00:00Z",
    },
    "shipmentMethod": {
        "id": "f6f6f6f6-a7a7-b8b8-c9c9-d0d0d0d0d0d0",
        "code": "EXW",
        "displayName": "Ex Warehouse",
        "lastModifiedDateTime": "2024-01-02T08:00:00Z",
    },
    "paymentMethod": {
        "id": "e5e5e5e5-d4d4-c3c3-b2b2-a1a1a1a1a1a1",
        "code": "CHECK",
        "displayName": "Check payment",
        "lastModifiedDateTime": "2024-01-02T08:00:00Z",
    },
}
DIMENSION = {
    "parentType": "Customer",
    "parentId": ADATUM,
    "postingValidation": " ",
    "lastModifiedDateTime": "2024-01-02T08:00:00Z",
}
DIMENSIONS = [
    {
        "dimensionId": lookup_id("dimension", "AREA"),
        "dimensionCode": "AREA",
        "dimensionValueId": lookup_id("dimension_value", "AREA/40"),
        "dimensionValueCode": "40",
        **DIMENSION,
    },
    {
        "dimensionId": lookup_id("dimension", "CUSTOMERGROUP"),
        "dimensionCode": "CUSTOMERGROUP",
        "dimensionValueId": lookup_id("dimension_value", "CUSTOMERGROUP/MEDIUM"),
        "dimensionValueCode": "MEDIUM",
        **DIMENSION,
    },
]


@pytest.fixture
def statements(monkeypatch, shared):
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []
    execute = database.obj.execute_sql

    def noting(sql, *arguments, **options):
        asked.append(sql)
        return execute(sql, *arguments, **options)

    monkeypatch.setattr(database.obj, "execute_sql", noting)
    return asked


@pytest.mark.parametrize("name", list(EXPANDED))
@pytest.mark.bc(54)
def test_an_expanded_entity_is_shown_whole(shared: Service, name):
    row = shared.rows(f"$expand={name}&$top=1")[0]

    assert without(row[name], "@odata.etag") == EXPANDED[name]
    assert next(iter(row[name])) == "@odata.etag"
    assert list(row)[-1] == name


@pytest.mark.bc(54)
def test_the_financial_details_have_the_same_shape_in_the_singular(shared: Service):
    row = shared.rows("$expand=customerFinancialDetail&$top=1")[0]

    assert (
        without(row["customerFinancialDetail"], "@odata.etag")
        == (EXPANDED["customerFinancialDetails"])
    )


def test_expanded_dimensions_are_a_list(shared: Service):
    rows = shared.rows("$expand=defaultDimensions($orderby=dimensionCode)&$top=4")

    found = [without(row, "@odata.etag", "id") for row in rows[0]["defaultDimensions"]]
    assert found == DIMENSIONS
    assert [len(row["defaultDimensions"]) for row in rows] == [2, 2, 1, 0]


def test_expanded_currency_is_null_for_the_local_one(shared: Service):
    rows = shared.rows("$expand=currency&$filter=number in ('10000','C00050')")

    assert rows[0]["currency"] is None
    assert without(rows[1]["currency"], "@odata.etag") == {
        "id": lookup_id("currency", "EUR"),
        "code": "EUR",
        "displayName": "Euro",
        "symbol": "€",
        "amountDecimalPlaces": "2:2",
        "amountRoundingPrecision": 0.01,
        "lastModifiedDateTime": "2024-01-02T08:00:00Z",
    }


@pytest.mark.bc(54)
def test_several_expands_stand_side_by_side(shared: Service):
    body = shared.get(CUSTOMERS, "$expand=customerFinancialDetails,defaultDimensions,currency")

    first = body["value"][0]
    assert len(body["value"]) == 55
    assert list(first)[-3:] == ["customerFinancialDetails", "defaultDimensions", "currency"]
    assert first["customerFinancialDetails"]["balance"] == 15750
    assert {row["dimensionCode"] for row in first["defaultDimensions"]} == {"AREA", "CUSTOMERGROUP"}
    assert first["currency"] is None


ALL_EXPANDS = (
    "customerFinancialDetails,defaultDimensions,picture,currency,paymentTerm,shipmentMethod,"
    "paymentMethod"
)


def test_all_seven_expands_fit_into_one_request(shared: Service):
    rows = shared.rows(f"$expand={ALL_EXPANDS}")

    assert [row["number"] for row in rows] == EVERY_CUSTOMER
    assert list(rows[0])[-7:] == ALL_EXPANDS.split(",")
    assert without(rows[0]["paymentTerm"], "@odata.etag") == EXPANDED["paymentTerm"]
    assert rows[0]["picture"]["id"] == ADATUM


@pytest.mark.parametrize(
    ("expand", "levels"),
    [
        ("currency", 2),
        (ALL_EXPANDS, 8),
        ("defaultDimensions($expand=dimension,dimensionValue)", 4),
    ],
)
@pytest.mark.bc(55)
def test_every_expanded_level_costs_one_statement(shared: Service, statements, expand, levels):
    shared.rows(f"$expand={expand}")

    assert len(statements) <= levels


def test_a_customer_without_reference_shows_null(shared: Service):
    rows = shared.rows("$expand=paymentMethod,shipmentMethod&$filter=number eq 'C00010'")

    assert rows[0]["paymentMethodId"] != NO_ID
    without_method = shared.rows(f"$expand=paymentMethod&$filter=paymentMethodId eq {NO_ID}&$top=1")
    assert without_method[0]["paymentMethod"] is None
