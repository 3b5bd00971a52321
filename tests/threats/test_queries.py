"""The threats Q1 to Q12: queries that cost, that hide something, or that make no sense."""

from __future__ import annotations

import json

import pytest

from odata.query.limits import QueryLimits
from odata.uri.limits import ParserLimits
from tests.cpu import within
from tests.integration.service import COMPANY, CUSTOMERS, Service, escaped

LONG = "100000000000"


def _message(answer) -> str:
    assert answer.status_code == 400, answer.text
    error = json.loads(answer.data)["error"]
    assert error["code"].startswith("BadRequest")
    return error["message"].partition("  CorrelationId")[0]


def _filtered(service: Service, condition: str):
    """The answer to a filter, in the URL or, where it is long, in the body of a query."""
    if len(escaped(condition)) < 8000:
        return service.ask(CUSTOMERS, f"$filter={condition}")
    headers = {"Content-Type": "text/plain"}
    body = f"$filter={escaped(condition)}".encode()
    return service.send("POST", f"{CUSTOMERS}/$query", headers, data=body)


# --- Q1, Q2, Q11: how much ----------------------------------------------------------------------

NESTED = {
    "more parentheses": "(" * 10_000 + "true" + ")" * 10_000,
    "not": "not " * 2_000 + "taxLiable",
    "not in parentheses": "not (" * 45 + "taxLiable" + ")" * 45,
    "functions": "tolower(" * 90 + "city" + ")" * 90 + " eq 'x'",
    "concat": "concat(city," * 60 + "city" + ")" * 60 + " eq 'x'",
    "additions": " add ".join(["balance"] * 3_000) + " gt 0",
    "a chain of or": " or ".join(["number eq '1'"] * 5_000),
    "a chain of and": " and ".join(["number eq '1'"] * 5_000),
    "negations": "-" * 1_000 + "balance gt 0",
    "casts": "cast(" * 200 + "city" + ",Edm.String)" * 200 + " eq 'x'",
    "cases": "case(true:" * 100 + "1" + ")" * 100 + " eq 1",
}


@pytest.mark.parametrize("condition", NESTED.values(), ids=NESTED)
def test_q1_what_is_nested_or_chained_beyond_the_limit_is_refused_at_once(shared, condition):
    answer = within(1, lambda: _filtered(shared, condition))

    assert answer.status_code == 413 or _message(answer)
    assert shared.ask(CUSTOMERS, "$top=1").status_code == 200


@pytest.mark.parametrize("operator", ["or", "and"])
def test_q1_a_long_chain_within_the_limit_is_answered(shared: Service, operator):
    chain = f" {operator} ".join(f"number ne '{index}'" for index in range(400))

    assert len(_filtered(shared, chain).json["value"]) == len(shared.rows())


def test_q2_a_list_of_a_thousand_is_answered_and_of_more_refused(unchanged: Service):
    items = ",".join(f"'{index}'" for index in range(10_000, 11_000))

    assert len(_filtered(unchanged, f"number in ({items})").json["value"]) == 1
    for count in (1_001, 5_000, 30_000):
        many = ",".join(["'1'"] * count)
        answer = _filtered(unchanged, f"number in ({many})")
        assert answer.status_code == 413 or _message(answer)


def test_q2_a_batch_is_no_way_round_the_limits(shared: Service):
    many = escaped(f"$filter=number in ({','.join(['1'] * 2_000)})")
    requests = [{"id": "1", "method": "GET", "url": f"{CUSTOMERS}?{many}"}]

    answer = shared.post("$batch", {"requests": requests})

    assert [item["status"] for item in answer.json["responses"]] == [400]


@pytest.mark.parametrize(
    "condition",
    [
        "defaultDimensions/any(a:" + "$it/defaultDimensions/any(a:" * 20 + "true" + ")" * 21,
        "defaultDimensions/$count($filter=" * 20 + "true" + ")" * 20 + " gt 0",
        "customers/any(a:customers/any(b:customers/any(c:customers/any(d:true))))",
    ],
)
def test_q11_collections_in_collections_are_counted_together(shared: Service, condition):
    answer = shared.ask("companies", f"$filter={condition}")

    assert _message(answer)


def test_q1_b7_what_one_option_may_hold_and_a_sheet_compute_is_set(serve):
    text = ParserLimits(max_length=300, max_nodes=20)
    limited = Service(serve(query_limits=QueryLimits(text=text), guard_csv_formulas=True))
    limited.patch(f"{CUSTOMERS}(number='10000')", {"displayName": "=1+1"})
    csv = {"Accept": "text/csv"}

    long = _message(limited.ask(CUSTOMERS, f"$filter=city eq '{'x' * 300}'"))
    wide = _message(limited.ask(CUSTOMERS, f"$filter={' or '.join(['taxLiable'] * 20)}"))
    path = _message(limited.ask(f"{CUSTOMERS}(number='{'x' * 300}')"))
    sheet = limited.send("GET", f"{CUSTOMERS}?$select=displayName", csv)

    assert long == "$filter has more than 300 characters"
    assert wide == "$filter has more than 20 terms"
    assert path == "the path has more than 300 characters"
    assert "'=1+1" in sheet.text
    assert "at most 300 characters and 20 terms" in limited.ask("$metadata").text


# --- Q3: regular expressions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "status"),
    [
        ("^(a+)+$", 200),
        ("(a|aa)+$", 200),
        ("(.*)*x", 200),
        ("(", 400),
        ("[z-a]", 400),
        ("a{1,99999}", 400),
        ("(a)\\1", 501),
        ("(?=a)a", 501),
        ("a" * 2_000, 400),
    ],
)
def test_q3_a_pattern_takes_linear_time_or_is_refused(shared: Service, pattern, status):
    query = f"$filter=matchesPattern('{'a' * 40}!','{pattern}')"

    answer = within(1, lambda: shared.ask(CUSTOMERS, query))

    assert answer.status_code == status


# --- Q4, Q5: what characters mean ---------------------------------------------------------------


@pytest.mark.parametrize("sign", ["%", "_", "\\", "[", "*", "?", "^", "."])
@pytest.mark.parametrize("function", ["contains", "startswith", "endswith"])
def test_q4_a_sign_of_patterns_means_itself(shared: Service, function, sign):
    sent = escaped(sign).replace("?", "%3F")
    found = f"{CUSTOMERS}/$count?$filter={function}('{sent}'%2C'{sent}')"
    missed = f"{CUSTOMERS}/$count?$filter={function}('abc'%2C'{sent}')"

    assert int(shared.send("GET", found).text.lstrip("\ufeff")) > 0
    assert int(shared.send("GET", missed).text.lstrip("\ufeff")) == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Adatum%20Corporation", 1),
        ("Adatum+Corporation", 1),
        ("Adatum%2BCorporation", 0),
        ("Adatum%2520Corporation", 0),
        ("Adatum%25Corporation", 0),
        ("%41datum%20Corporation", 1),
    ],
)
def test_q5_a_query_is_decoded_once(shared: Service, text, count):
    answer = shared.send("GET", f"{CUSTOMERS}/$count?$filter=displayName%20eq%20'{text}'")

    assert answer.text.lstrip("\ufeff") == str(count)


@pytest.mark.parametrize(
    ("key", "status"),
    [("1%30000", 200), ("10000", 200), ("1%2530000", 404), ("10000+", 404), ("+10000", 404)],
)
def test_q5_a_path_is_decoded_once_and_plus_is_a_plus(shared: Service, key, status):
    assert shared.send("GET", f"{CUSTOMERS}(number='{key}')").status_code == status


# --- Q6: injection --------------------------------------------------------------------------------

PAYLOADS = (
    "'",
    "''",
    "' or '1'='1",
    "' or 1=1 --",
    "'; drop table customer; --",
    "' union select secret_hash from access_token --",
    "1; select pg_sleep(5)",
    "1) or (1=1",
    '"',
    '"; drop table customer; --',
    "number; delete from customer",
    "number desc, (select 1)",
    "(select secret_hash from access_token)",
    "case when 1=1 then 1 else 2 end",
    "rowid",
    "sqlite_version()",
    "pg_sleep(5)",
    "load_extension('x')",
    "number--",
    "number/**/",
    "\\'; select 1",
    "%27%20or%201=1",
    "$1",
    "?",
    ":a",
    "%(a)s",
    "%s",
    "{0}",
    "customer.number",
    "access_token",
    "__class__",
    "\u02bc or 1=1",
    "\uff07 or 1=1",
)
PLACES = (
    "{customers}?$filter={}",
    "{customers}?$filter=number eq '{}'",
    "{customers}?$orderby={}",
    "{customers}?$select={}",
    "{customers}?$expand={}",
    "{customers}?$expand=currency($select={})",
    "{customers}?$top={}",
    "{customers}?$skip={}",
    "{customers}?$count={}",
    "{customers}?$search={}",
    "{customers}?$apply={}",
    "{customers}?$apply=groupby(({}))",
    "{customers}?$compute={} as x",
    "{customers}?$format={}",
    "{customers}?$skiptoken={}",
    "{customers}?$deltatoken={}",
    "companies({})/customers",
    "{customers}({})",
    "{customers}(number='{}')",
)


@pytest.mark.parametrize("place", PLACES)
def test_q6_sql_is_refused_or_a_mere_text(unchanged: Service, place):
    total = len(unchanged.rows())
    for payload in PAYLOADS:
        target = place.replace("{customers}", CUSTOMERS).replace("{}", payload)
        path, mark, query = target.partition("?")
        sent = f"{escaped(path)}{mark}{escaped(query).replace('?', '%3F')}"
        answer = unchanged.send("GET", sent)

        assert answer.status_code in (200, 400, 404, 406, 410, 501), (payload, answer.text)
        if "$filter=number" in place and answer.status_code == 200:
            assert len(answer.json["value"]) < total, payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_q6_sql_in_names_and_conditions_of_a_change_is_refused(unchanged: Service, payload):
    named = unchanged.patch(f"{CUSTOMERS}(number='10000')", {payload: "x"})
    condition = payload.encode("ascii", "ignore").decode()
    tagged = unchanged.patch(f"{CUSTOMERS}(number='10000')", {"city": "x"}, condition)

    assert (named.status_code, tagged.status_code) == (400, 400)


# --- Q7, Q8: options ------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["$top", "$skip"])
@pytest.mark.parametrize(
    "value", ["-1", "%2B1", "1.0", "1e3", "NaN", "", "%EF%BC%99", "1_000", "0x1", "9" * 31]
)
def test_q7_what_is_no_count_is_refused(shared: Service, option, value):
    assert _message(shared.send("GET", f"{CUSTOMERS}?{option}={value}"))


@pytest.mark.parametrize("option", ["$top", "$skip"])
def test_q7_a_mark_does_not_pass_for_a_number_that_was_asked_before(shared: Service, option):
    assert shared.ask(CUSTOMERS, f"{option}=1").status_code == 200

    assert _message(shared.send("GET", f"{CUSTOMERS}?{option}=%3F"))


def test_q7_a_segment_does_not_pass_for_an_option_that_was_asked_before(shared: Service):
    assert shared.ask(CUSTOMERS, "$top=1").status_code == 200
    requests = [{"id": "1", "method": "GET", "url": f"{CUSTOMERS}/%24top%00%3F"}]

    answer = shared.post("$batch", {"requests": requests})

    assert [response["status"] for response in answer.json["responses"]] == [400]


def test_q7_the_server_bounds_the_page_whatever_is_asked(service_of_pages):
    answer = service_of_pages.ask(CUSTOMERS, "$top=1000000")

    assert len(answer.json["value"]) == 2
    assert "@odata.nextLink" in answer.json
    assert service_of_pages.rows("$top=0") == []


@pytest.fixture
def service_of_pages(serve) -> Service:
    """The service with two rows on a page."""
    return Service(serve(page_size=2))


@pytest.mark.parametrize(
    "query",
    [
        "$top=1&$top=2",
        "$filter=taxLiable&$filter=taxLiable",
        "$top=1&top=2",
        "$nothing=1",
        "$=1",
        "$filter=",
        "$orderby=",
        "$select=,",
        "$expand=",
        "$filter=@p eq 1&@p=@p",
        "$filter=@p eq 1&@p=@q&@q=@p",
        "$filter=@p eq 1&@p=1&@p=2",
    ],
)
def test_q8_an_option_that_is_repeated_unknown_or_empty_is_refused(shared: Service, query):
    assert _message(shared.ask(CUSTOMERS, query))


# --- Q9, Q10: $expand, $apply -------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "$expand=defaultDimensions($levels=-1)",
        f"$expand=defaultDimensions($levels={LONG})",
        "$expand=" + "defaultDimensions($expand=dimension($expand=" * 150 + "x" + "))" * 150,
        "$expand=" + ",".join(["currency", "paymentTerm"] * 150),
        "$expand=currency($expand=" * 6 + "currency" + ")" * 6,
    ],
)
def test_q9_expanding_without_end_is_refused(shared: Service, query):
    assert _message(within(1, lambda: shared.ask(CUSTOMERS, query)))


@pytest.mark.parametrize(
    "query",
    [
        "$apply=filter(" + "not (" * 60 + "taxLiable" + ")" * 60 + ")",
        "$apply=compute(" + "-" * 500 + "balance as x)",
        "$apply=" + "concat(identity," * 40 + "identity" + ")" * 40,
        "$apply=filter(number in (" + ",".join(["1"] * 1_001) + "))",
        "$apply=groupby((city),aggregate(balance with sum as s))/filter(s in ("
        + "1," * 1_001
        + "1))",
        "$compute=" + "tolower(" * 60 + "city" + ")" * 60 + " as x",
        "$compute=" + " add ".join(["balance"] * 400) + " as x",
        "$orderby=" + ",".join(f"length('{index}')" for index in range(9)),
    ],
)
def test_q10_no_other_option_is_a_way_round_the_limits(shared: Service, query):
    assert _message(within(1, lambda: shared.ask(CUSTOMERS, query)))


# --- Q12: what makes no sense -------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        "displayName eq 1",
        "balance eq 'x'",
        "taxLiable gt 5",
        "nothing eq 1",
        "nothing(city)",
        "city/nothing eq 1",
        "blocked eq 'Nobody'",
        "1 div 0 eq 1",
        "1 mod 0 eq 1",
        "balance div (balance sub balance) gt 1",
        "lastModifiedDateTime gt 2024-02-30T00:00:00Z",
        "lastModifiedDateTime gt 10000-01-01T00:00:00Z",
        "lastModifiedDateTime gt 2024-01-01T00:00:00%2B99:99",
        "lastModifiedDateTime gt 2024-01-01T25:00:00Z",
        "balance add 1e308 mul 1e308 gt 0",
        "99999999999999999999999 add 1 gt 0 and length(city) mul 9223372036854775807 gt 1",
        "id eq 'x'",
        "city has 'x'",
        "contains(city)",
        "substring(city,-1,-1) eq ''",
    ],
)
def test_q12_what_makes_no_sense_is_refused_and_never_fails(shared: Service, condition):
    target = f"{CUSTOMERS}?$filter={escaped(condition).replace('%252B', '%2B')}"

    assert _message(shared.send("GET", target))


def test_q12_a_type_that_is_everywhere_gets_the_words_of_the_standard(shared: Service):
    assert "nothing" in _message(shared.ask(f"{COMPANY}/items", "$filter=nothing eq 1"))
