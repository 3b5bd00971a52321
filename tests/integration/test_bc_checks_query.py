"""Business Central reference §18, checks 45-55 and 59: what a query may ask."""

from __future__ import annotations

import pytest

from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    NO_ID,
    Service,
    customer,
    customer_id,
    error_of,
    escaped,
    words,
)

pytestmark = pytest.mark.conformance

ADATUM = customer("10000")
TERMS = "a1a1a1a1-b2b2-c3c3-d4d4-e5e5e5e5e5e5"


# --- 45 and 46: literals, operators, functions ------------------------------------------------

FOUND = [
    ("displayName eq 'O''Brien'", "C00290"),
    ("displayName eq '丸の内文具店'", "C00380"),
    ("displayName eq 'Müller & Söhne Küchenbau'".replace("&", "%26"), "C00330"),
    ("displayName eq 'Plus%2BMinus Accounting'", "C00420"),
    ("displayName eq '%231 Print Shop'", "C00430"),
    ("displayName eq 'Why%3F Quiz Events'", "C00440"),
    ("displayName eq '100%25 Wool Works'", "C00400"),
    ("displayName eq 'Back%5CSlash Imaging'", "C00450"),
    ("displayName eq '%22Quoted%22 Signs'", "C00460"),
    ("startswith(displayName,'100%25')", "C00400"),
    ("contains(displayName,'_')", "C00410"),
    ("contains(displayName,'%25')", "C00400"),
    ("contains(displayName,'%5C')", "C00450"),
    ("contains(displayName,'''')", "C00150 C00170 C00180 C00290 C00300"),
    ("city eq 'Paris' or displayName eq 'Relecloud'", "50000 C00050 C00060"),
    ("number in ('10000','20000','nobody')", "10000 20000"),
    ("number in ( '10000' , '20000' )", "10000 20000"),
    ("not (number ne '10000')", "10000"),
    ("not contains(city,'a') and city eq 'Oslo'", "C00390 C00470"),
    ("contains(tolower(displayName),'corp')", "10000 70000 80000 C00200"),
    ("contains(displayName,'corp')", ""),
    ("tolower(city) eq 'ZÜRICH'", ""),
    ("toupper(city) eq 'ZÜRICH'", "C00080 C00160"),
    ("length(displayName) eq 7 and startswith(displayName,'O')", "C00290"),
    ("indexof(displayName,'Corp') eq 7", "10000"),
    ("substring(displayName,1,3) eq 'dat'", "10000"),
    ("substring(displayName,7) eq 'Corporation'", "10000"),
    ("concat(city,country) eq 'ParisFR'", "C00050 C00060"),
    ("concat(concat(city,', '),country) eq 'Paris, FR'", "C00050 C00060"),
    ("endswith(displayName,'Toys')", "C00220 C00270"),
    ("trim(concat(' ',city)) eq 'Oslo'", "C00390 C00470"),
    ("balance add 1 gt 184000 and balance lt 400000", "C00380"),
    ("balance div 2 eq 7875", "10000"),
    ("round(balance) eq 320", "90000"),
    ("floor(balance) eq 99 and ceiling(balance) eq 100", "C00290"),
    ("year(lastModifiedDateTime) eq 2025 and month(lastModifiedDateTime) eq 2 and taxLiable",
     "10000 20000 C00430"),
    ("lastModifiedDateTime eq 2025-02-15T09:30:00Z", "10000"),
    ("lastModifiedDateTime eq 2025-02-15T09:30:00.000Z", "10000"),
    ("lastModifiedDateTime eq 2025-02-15T10:30:00%2B01:00", "10000"),
    ("lastModifiedDateTime eq 2025-02-15T09:30Z", "10000"),
    ("lastModifiedDateTime lt now() and number eq '10000'", "10000"),
    ("date(lastModifiedDateTime) eq 2025-02-15 and number lt '2'", "10000"),
    ("id eq d1e2f3a4-b5c6-7890-1234-567890abcdef", "10000"),
    ("id eq 'd1e2f3a4-b5c6-7890-1234-567890abcdef'", "10000"),
    ("id eq D1E2F3A4-B5C6-7890-1234-567890ABCDEF", "10000"),
    (f"paymentTermsId eq {TERMS} and overdueAmount gt 3000", "10000"),
    (f"paymentTermsId eq '{TERMS}' and overdueAmount gt 3000", "10000"),
    (f"paymentMethodId eq {NO_ID} and city eq 'Miami'", "C00300"),
    ("balance eq 15750", "10000"),
    ("balance eq 15750.00", "10000"),
    ("balance lt -150", "C00060"),
    ("balance eq -150.25", "C00060"),
    ("balance gt 88120.39 and balance le 88120.4", "70000"),
    ("number eq 'c00010'", "C00010"),
    ("country eq 'fr'", "C00050 C00060"),
    ("addressLine2 eq null and city eq 'Oslo'", "C00470"),
    ("addressLine2 eq '' and city eq 'Oslo'", "C00470"),
    ("salespersonCode ne null and city eq 'Paris'", "C00050"),
    ("taxLiable and city eq 'Chicago'", "C00130"),
    ("taxLiable eq true and number lt '3'", "10000 20000"),
    ("not taxLiable and city eq 'Paris'", "C00050 C00060"),
    ("blocked eq '' and number eq '10000'", "10000"),
    ("blocked eq '_x0020_' and number eq '10000'", "10000"),
    ("blocked eq Microsoft.NAV.customerBlocked'All'", "90000 C00190 C00390"),
    ("blocked ne ' ' and type eq 'Person'", "C00320"),
    ("blocked in ('All','Ship')", "80000 90000 C00170 C00190 C00320 C00390"),
    ("currency/code eq 'JPY'", "C00380"),
    ("paymentTerm/discountPercent gt 0 and number lt '3'", "10000 20000"),
    ("paymentTerm/code eq '1M(8D)' and overdueAmount gt 3000", "10000"),
    ("customerFinancialDetail/overdueAmount gt 20000", "C00080 C00410"),
    ("defaultDimensions/any(d:d/dimensionCode eq 'AREA' and d/dimensionValueCode eq '40')",
     "10000 20000 40000"),
    ("defaultDimensions/any(d:d/dimensionCode eq 'DEPARTMENT')", "20000"),
    ("defaultDimensions/any()", "10000 20000 40000 C00050 C00380"),
    ("defaultDimensions/any() and defaultDimensions/all(d:d/dimensionCode eq 'AREA')",
     "40000 C00380"),
    ("defaultDimensions/$count gt 1", "10000 20000 C00050"),
    ("defaultDimensions/any(d:d/dimensionValue/displayName eq 'Asia')", "C00380"),
    ("((((number eq '10000'))))", "10000"),
    ("'10000' eq number", "10000"),
    ("startsWith(displayName, 'Adatum')", "10000"),
    ("displayName EQ 'Adatum Corporation'", "10000"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "numbers"), FOUND)
@pytest.mark.bc(45, 46, 59)
def test_a_filter_finds(shared: Service, condition, numbers):
    sent = escaped(condition).replace("%25", "%") if "%" in condition else escaped(condition)
    rows = shared.get(f"{CUSTOMERS}?$filter={sent}")["value"]

    assert [row["number"] for row in rows] == words(numbers)


@pytest.mark.bc(45)
def test_a_plus_is_a_blank_in_the_query(shared: Service):
    row = shared.get(f"{CUSTOMERS}?$filter=displayName+eq+'Adatum+Corporation'")["value"][0]

    assert row["number"] == "10000"


def test_a_filter_value_is_decoded_once(shared: Service):
    once = shared.ask(f"{CUSTOMERS}?$filter=contains(displayName,%27%25%27)")
    twice = shared.ask(f"{CUSTOMERS}?$filter=contains(displayName,%2527%2525%2527)")

    assert [row["number"] for row in once.json["value"]] == ["C00400"]
    assert twice.status_code == 400


def test_the_row_of_the_request_is_within_reach_below_it(shared: Service):
    whole = shared.get(ADATUM, "$expand=defaultDimensions")["defaultDimensions"]
    same = shared.get(ADATUM, "$expand=defaultDimensions($filter=parentId eq $it/id)")
    other = shared.get(ADATUM, "$expand=defaultDimensions($filter=parentId ne $it/id)")

    assert whole
    assert same["defaultDimensions"] == whole
    assert other["defaultDimensions"] == []


def test_an_alias_without_value_is_null(shared: Service):
    assert shared.numbers("$filter=addressLine2 eq @nothing and city eq 'Oslo'") == ["C00470"]


@pytest.mark.bc(47)
def test_a_poll_finds_what_has_changed(service: Service):
    since = service.get(ADATUM)["lastModifiedDateTime"]
    rows = service.rows("$orderby=lastModifiedDateTime desc&$top=1")
    last = rows[0]["lastModifiedDateTime"]
    changed = service.patch(customer("40000"), {"city": "Rome"}).json
    made = service.post(CUSTOMERS, {"displayName": "New", "number": "N1"}).json

    assert since < last
    assert service.numbers(f"$filter=lastModifiedDateTime gt {last}") == ["40000", "N1"]
    moment = changed["lastModifiedDateTime"]
    assert "40000" in service.numbers(f"$filter=lastModifiedDateTime ge {moment}")
    assert service.numbers(f"$filter=lastModifiedDateTime gt {made['lastModifiedDateTime']}") == []


# --- 48-50: faults ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "$filter=shoeSize eq 43",
        "$select=shoeSize",
        "$orderby=shoeSize",
        "$expand=shoeSize",
        "$filter=currency/shoeSize eq 1",
        "$expand=currency($select=shoeSize)",
        "$expand=defaultDimensions($filter=shoeSize eq 1)",
        "$filter=contains(shoeSize,'x')",
        "$filter=defaultDimensions/any(d:d/shoeSize eq 1)",
    ],
)
@pytest.mark.bc(48, 54)
def test_an_unknown_name_is_told(shared: Service, query):
    status, code, message = error_of(shared.ask(CUSTOMERS, query))

    assert (status, code) == (400, "BadRequest")
    assert message.startswith("Could not find a property named 'shoeSize' on type 'Microsoft.NAV.")


@pytest.mark.parametrize(
    "query",
    [
        "$filter=displayName eq 'unclosed",
        "$filter=balance gt",
        "$filter=balance gt 0 and",
        "$filter=and balance gt 0",
        "$filter=(balance gt 0",
        "$filter=balance gt 0)",
        "$filter=balance",
        "$filter=",
        "$filter='x'",
        "$filter=balance eq eq 1",
        "$filter=balance gt 'x'",
        "$filter=displayName gt 5",
        "$filter=taxLiable eq 'yes'",
        "$filter=lastModifiedDateTime gt yesterday",
        "$filter=lastModifiedDateTime gt 2025-13-45T00:00:00Z",
        "$filter=id eq 'not-a-guid'",
        "$filter=blocked eq 'Sometimes'",
        "$filter=contains(displayName)",
        "$filter=contains(displayName,5)",
        "$filter=nosuchfunction(displayName)",
        "$filter=length(balance) gt 1",
        "$filter=defaultDimensions eq 1",
        "$filter=defaultDimensions/dimensionCode eq 'x'",
        "$orderby=defaultDimensions",
        "$orderby=",
        "$orderby=city upwards",
        "$orderby=city,,number",
        "$select=",
        "$select=city,,number",
        "$expand=currency(",
        "$expand=currency($top=1",
        "$expand=currency($nosuch=1)",
        "$expand=",
        "$count=yes",
        "$count=1",
        "$nosuch=1",
        "$top=1&$top=2",
        "$filter=true&$filter=false",
        "$filter=true&filter=false",
        "$skiptoken=",
        "$filter=@a eq 1&@a=@a",
        "$filter=city eq @a&@a=@b&@b=@a",
        "$filter=number eq '1'; DROP TABLE customer",
        "$filter=number eq '1' -- ",
        "$filter=number eq \"1\"",
        "$filter=1/0",
        "$orderby=(select 1)",
        "$select=*;",
    ],
)  # fmt: skip
@pytest.mark.bc(49, 50)
def test_a_malformed_query_is_refused(shared: Service, query):
    status, code, _ = error_of(shared.ask(CUSTOMERS, query))

    assert (status, code) == (400, "BadRequest")


HOSTILE = [
    "' or '1'='1", "'; DROP TABLE customer;--", "' UNION SELECT 1--", "\\'", "x' || 'y", "%", "_",
    "${7*7}", "{{7*7}}", "<script>", "\u202e", "a\u0301", "﷽", "🙂" * 20, "' AND SLEEP(5)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "query", ["$filter=city eq '{}'", "$filter=contains(city,'{}')", "$filter=number in ('{}')"]
)
def test_a_hostile_text_is_a_text(shared: Service, text, query):
    literal = escaped(text.replace("'", "''")).replace("&", "%26").replace(";", "%3B")
    answer = shared.ask(f"{CUSTOMERS}?{escaped(query).replace('%7B%7D', literal)}")

    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json["value"] == []


# --- 51-53: select, count, top ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["displayName", "DISPLAYNAME", "displayname"])
@pytest.mark.bc(51)
def test_a_selected_property_comes_with_the_tag(shared: Service, name):
    row = shared.rows(f"$select={name}&$top=1")[0]

    assert {"@odata.etag", "displayName"} <= row.keys()
    assert row.keys() <= {"@odata.etag", "@odata.id", "displayName"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("$select=*", 41),
        ("$select=number,*", 41),
        ("$select=number,number", 1),
        ("$select=number, city , balance", 3),
        ("$select=id,number", 2),
        ("select=id,number", 2),
        ("$SELECT=id,number", 2),
        ("%24select=id,number", 2),
    ],
)
def test_a_selection_is_the_union_of_its_parts(shared: Service, query, shown):
    row = shared.get(f"{CUSTOMERS}?{query.replace(' ', '%20')}&$top=1")["value"][0]

    assert len([name for name in row if "@" not in name]) == shown


def test_filter_and_order_need_not_be_selected(shared: Service):
    rows = shared.rows("$select=number&$filter=balance gt 100000&$orderby=balance desc")

    assert [row["number"] for row in rows] == ["C00130", "C00380", "C00080"]


@pytest.mark.bc(52)
def test_the_count_ignores_top_and_skip(shared: Service):
    body = shared.get(CUSTOMERS, "$count=true&$top=2&$skip=1&$filter=type eq 'Person'")

    assert (body["@odata.count"], len(body["value"])) == (4, 2)


@pytest.mark.parametrize("query", ["", "$count=false"])
def test_without_asking_nothing_is_counted(shared: Service, query):
    assert "@odata.count" not in shared.get(CUSTOMERS, query)


@pytest.mark.parametrize("accept", ["application/json", "text/plain", "*/*", "", None])
@pytest.mark.bc(52)
def test_a_count_is_a_plain_number(shared: Service, accept):
    headers = {} if accept is None else {"Accept": accept}
    answer = shared.send("GET", f"{CUSTOMERS}/$count?$filter=balance%20gt%200", headers)

    assert (answer.status_code, answer.data) == (200, b"40")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("$orderby=balance desc&$top=2", "C00130 C00380"),
        ("$orderby=city,number desc&$top=3", "C00460 C00280 C00150"),
        ("$orderby=city asc, balance desc&$top=2", "10000 C00010"),
        ("$orderby=displayName&$top=3", "C00460 C00430 C00400"),
        ("$orderby=tolower(displayName)&$filter=country eq 'NO'", "C00470 C00390"),
        ("$orderby=paymentTerm/code,number&$top=2", "50000 C00010"),
        ("$orderby=length(displayName) desc&$top=1", "C00180"),
        ("$orderby=defaultDimensions/$count desc,number&$top=3", "10000 20000 C00050"),
        ("$skip=53", "C00460 C00470"),
        ("$top=0", ""),
        ("$top=1&$skip=1", "20000"),
    ],
)
def test_rows_come_in_the_asked_order(shared: Service, query, numbers):
    assert shared.numbers(query) == words(numbers)


# --- 54, 55 and 59: expand --------------------------------------------------------------------


def test_a_nested_selection_trims_the_expanded_entity(shared: Service):
    row = shared.get(ADATUM, "$expand=paymentTerm($select=code),defaultDimensions($select=id)")

    term = row["paymentTerm"]
    assert {name for name in term if "@" not in name} == {"code"}
    assert {name for name in row["defaultDimensions"][0] if "@" not in name} == {"id"}


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ("$orderby=dimensionCode desc", "CUSTOMERGROUP AREA"),
        ("$orderby=dimensionCode;$top=1", "AREA"),
        ("$orderby=dimensionCode;$skip=1", "CUSTOMERGROUP"),
        ("$filter=dimensionCode eq 'AREA'", "AREA"),
        ("$filter=dimensionCode eq 'AREA' or dimensionValueCode eq 'MEDIUM';$orderby=id", None),
        ("$filter=dimension/displayName eq 'Customer Group'", "CUSTOMERGROUP"),
        ("$filter=false", ""),
    ],
)
@pytest.mark.bc(54)
def test_an_expanded_list_has_options_of_its_own(shared: Service, options, codes):
    row = shared.get(ADATUM, f"$expand=defaultDimensions({options})")

    found = [item["dimensionCode"] for item in row["defaultDimensions"]]
    assert found == words(codes) if codes is not None else len(found) == 2


def test_an_expanded_list_can_be_counted(shared: Service):
    row = shared.get(ADATUM, "$expand=defaultDimensions($count=true;$top=1)")

    assert row["defaultDimensions@odata.count"] == 2
    assert len(row["defaultDimensions"]) == 1


def test_expands_go_as_deep_as_they_are_written(shared: Service):
    row = shared.get(
        ADATUM,
        "$expand=defaultDimensions($filter=dimensionCode eq 'AREA';"
        "$expand=dimension($expand=dimensionValues($orderby=code;$select=code)),dimensionValue)",
    )

    shown = row["defaultDimensions"][0]
    assert shown["dimensionValue"]["displayName"] == "North America"
    assert [item["code"] for item in shown["dimension"]["dimensionValues"]] == [
        "10",
        "20",
        "30",
        "40",
    ]


@pytest.mark.bc(55)
def test_a_reference_that_is_not_set_is_null(shared: Service):
    rows = shared.rows("$expand=currency,paymentMethod&$filter=number in ('10000','50000')")

    assert [row["currency"] for row in rows] == [None, None]


def test_a_missing_related_entity_has_no_content(shared: Service):
    answer = shared.ask(f"{ADATUM}/currency")

    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (f"{ADATUM}/paymentTerm", "code", "1M(8D)"),
        (f"{ADATUM}/customerFinancialDetail", "number", "10000"),
        (f"{ADATUM}/customerFinancialDetails", "number", "10000"),
        (f"{COMPANY}/customerFinancialDetails({customer_id('10000')})", "balance", 15750),
        (f"{ADATUM}/displayName", "value", "Adatum Corporation"),
        (f"{ADATUM}/balance", "value", 15750),
        (f"{ADATUM}/paymentTerm/displayName", "value", "1 Month/2% 8 days"),
    ],
)
def test_related_entities_and_properties_have_paths(shared: Service, path, key, value):
    assert shared.get(path)[key] == value


def test_a_property_has_a_raw_value(shared: Service):
    answer = shared.ask(f"{ADATUM}/displayName/$value")

    assert answer.text == "Adatum Corporation"
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["defaultDimensions", "defaultDimensions/"])
def test_a_list_below_a_customer_has_options(shared: Service, path):
    rows = shared.rows("$filter=dimensionCode eq 'AREA'", f"{ADATUM}/{path}")

    assert [row["dimensionValueCode"] for row in rows] == ["40"]
