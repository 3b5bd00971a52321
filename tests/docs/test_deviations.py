"""Each deviation that README states, pinned by a request that shows it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from models.demo.identifiers import ADATUM, CRONUS, id_of
from tests.docs.document import Exchange, Message, read
from tests.docs.server import Server

pytestmark = pytest.mark.slow

ROOT = "/api/v2.0"
CUSTOMERS = f"{ROOT}/companies({CRONUS})/customers"
ADATUM_PATH = f"{CUSTOMERS}({ADATUM})"
OLD_TAG = 'W/"JzE5OzExMTExMTExMTExMTExMTExMTExOzAwOyc="'


@dataclass(frozen=True)
class Deviation:
    """A request with its answer; ``told`` is how README's bullet begins."""

    told: str
    request: str
    status: int
    body: str = ""
    shows: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def _query(text: str) -> str:
    return quote(text, safe="$=&(),'+/:@")


DEVIATIONS = (
    Deviation(
        "`$metadata` tells the precision",
        f"GET {ROOT}/$metadata",
        200,
        shows='Name="balance" Type="Edm.Decimal" Nullable="true" Precision="18" Scale="2"',
    ),
    Deviation(
        "A value in `$filter` that is longer",
        f"GET {CUSTOMERS}?$filter=number%20eq%20'{'1' * 21}'",
        200,
        shows='"value":[]',
    ),
    Deviation(
        "Ids of new entities",
        f"POST {CUSTOMERS}",
        400,
        body='{"displayName": "x", "id": "00000000-0000-0000-0000-000000000001"}',
        shows="BadRequest_InvalidOperation",
    ),
    Deviation(
        "`divby` zero",
        f"GET {CUSTOMERS}?{_query('$filter=balance divby 0 eq INF')}",
        400,
        shows="divides by zero",
    ),
    Deviation(
        "`metadataEtag`",
        f"GET {CUSTOMERS}?$select=number&$top=1",
        200,
        shows='customers(number)","value":[{',
    ),
    Deviation(
        "`agedAccountsReceivables`",
        f"GET {ROOT}/companies({CRONUS})/agedAccountsReceivables",
        200,
        shows="}]}",
        headers=(("Prefer", "odata.track-changes"),),
    ),
    Deviation(
        "A stale entity tag",
        f"PATCH {ADATUM_PATH}",
        409,
        '{"city":"Macon"}',
        '"Request_EntityChanged"',
        (("If-Match", OLD_TAG),),
    ),
    Deviation(
        "PUT of an entity",
        f"PUT {CUSTOMERS}({id_of(CRONUS, 'customer', '40000')})?$select=displayName,city",
        200,
        '{"city":"Macon"}',
        '"displayName":"Alpine Ski House"',
        (("If-Match", "*"),),
    ),
    Deviation(
        "A default dimension",
        f"POST {CUSTOMERS}({id_of(CRONUS, 'customer', '40000')})/defaultDimensions",
        201,
        '{"dimensionCode":"CUSTOMERGROUP","dimensionValueCode":"SMALL"}',
        '"dimensionValueCode":"SMALL"',
    ),
    Deviation(
        "A missing tag",
        f"PATCH {ADATUM_PATH}",
        400,
        '{"city":"Macon"}',
        '"BadRequest_InvalidToken"',
    ),
    Deviation(
        "Contained entities",
        f"GET {ROOT}/customers({ADATUM})?company={CRONUS}&$select=number",
        200,
        shows='"number":"10000"',
    ),
    Deviation("Answers are 4.0", f"GET {ROOT}/companies", 200, shows='"@odata.context"'),
    Deviation(
        "`+` in a query",
        f"GET {CUSTOMERS}?$filter=number+eq+'10000'&$select=number",
        200,
        shows='"number":"10000"',
    ),
    Deviation(
        "If-Match on GET",
        f"GET {ADATUM_PATH}?$select=number",
        200,
        shows='"number":"10000"',
        headers=(("If-Match", OLD_TAG),),
    ),
    Deviation(
        "`or` across properties",
        f"GET {CUSTOMERS}/$count?" + _query("$filter=city eq 'Nowhere' or number in ('10000')"),
        200,
        shows="1",
    ),
    Deviation(
        "`balance`",
        f"GET {ADATUM_PATH}?$select=balance,overdueAmount,totalSalesExcludingTax",
        200,
        shows='"totalSalesExcludingTax":',
    ),
    Deviation(
        "A blank enumeration member",
        f"GET {ADATUM_PATH}?$select=blocked",
        200,
        shows='"blocked":" "',
    ),
    Deviation(
        "Errors may carry",
        f"GET {CUSTOMERS}?" + _query("$filter=colour eq 1"),
        400,
        shows='"target":"$filter"',
    ),
    Deviation("DELETE without If-Match", f"DELETE {ADATUM_PATH}", 400, shows='"target":"If-Match"'),
    Deviation(
        "A duplicate number",
        f"POST {CUSTOMERS}",
        409,
        '{"displayName":"Another","number":"10000"}',
        '"Internal_EntityWithSameKeyExists"',
    ),
    Deviation(
        "A journal line on a vendor",
        f"POST {ROOT}/companies({CRONUS})/journals({id_of(CRONUS, 'journal', 'DEFAULT')})"
        "/journalLines",
        400,
        '{"accountType":"Vendor","accountNumber":"10000","amount":1}',
        "purchases are not kept",
    ),
    Deviation(
        "`customFields`",
        f"PATCH {ADATUM_PATH}",
        200,
        '{"customFields":{"poRequired":true}}',
        '"customFields":{"poRequired":true}',
        (("If-Match", "*"),),
    ),
)

# The plain dialects have no versions of OData.
COMPANY = (("company", "CRONUS USA, Inc."),)
REST_DEVIATIONS = (
    Deviation(
        "Values that are refused are `422`",
        "POST /api/v1/customers",
        422,
        '{"name":""}',
        '"error"',
        COMPANY,
    ),
    Deviation(
        "What a list does not know as an option is `400`",
        "GET /api/v1/customers?colour=red",
        400,
        shows="colour",
        headers=COMPANY,
    ),
    Deviation(
        "PUT of order management",
        "PUT /order-management/customers/1",
        200,
        '{"notes":"Rings twice."}',
        '"Adatum Corporation"',
        COMPANY,
    ),
)


# What one request cannot show, with the test that does.
PINNED_ELSEWHERE = (
    (
        "A subscriber is told of changes",
        "tests/webhooks/test_deliveries.py",
        "test_changes_of_one_entity_are_merged_within_the_delay",
    ),
    (
        "`agedAccountsReceivables` and `agedAccountsPayables` change",
        "tests/write/test_expanded_deltas.py",
        "test_what_no_log_tells_of_is_not_tracked",
    ),
    (
        "Who may insert into a set",
        "tests/integration/test_own_roles.py",
        "test_a_code_that_a_hidden_row_has_is_taken",
    ),
    (
        "`304` tells that the customer",
        "tests/rest/test_manners.py",
        "test_a_tag_does_not_tell_how_terms_are_called",
    ),
)


def _send(server: Server, deviation: Deviation) -> Exchange:
    headers = (
        ("Authorization", "Bearer kontor-dev"),
        ("Content-Type", "application/json"),
        *deviation.headers,
    )
    return server.send(Message(deviation.request, headers, deviation.body))


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda item: item.told)
def test_a_deviation_is_as_readme_says(server, deviation):
    answer = _send(server, deviation)

    assert answer.status == deviation.status, answer.body
    assert deviation.shows in answer.body
    assert answer.headers["odata-version"] == "4.0"


@pytest.mark.parametrize("deviation", REST_DEVIATIONS, ids=lambda item: item.told)
def test_a_deviation_of_a_dialect_is_as_readme_says(server, deviation):
    answer = _send(server, deviation)

    assert answer.status == deviation.status, answer.body
    assert deviation.shows in answer.body


def test_every_deviation_of_readme_is_pinned():
    section = read("README.md").partition("## Deviations")[2].partition("\n## ")[0]
    told = re.findall(r"^- (.+)$", section, re.MULTILINE)
    pinned = tuple(deviation.told for deviation in (*DEVIATIONS, *REST_DEVIATIONS))
    pinned += tuple(told for told, _, _ in PINNED_ELSEWHERE)

    assert [line for line in told if not line.startswith(pinned)] == []


@pytest.mark.parametrize(("path", "name"), [item[1:] for item in PINNED_ELSEWHERE])
def test_a_deviation_is_pinned_where_it_is_said_to_be(path, name):
    assert f"def {name}(" in read(path)


def test_every_spelling_of_a_blank_member_is_understood(server):
    def count(value: str) -> object:
        query = _query(f"$filter=blocked eq '{value}'")
        path = f"GET {CUSTOMERS}/$count?{query}"
        return json.loads(_send(server, Deviation("", path, 200)).body)

    assert count(" ") == count("") == count("_x0020_") != 0


def test_a_client_that_takes_4_01_gets_it(server):
    asked = Deviation("", f"GET {ROOT}/companies", 200, headers=(("OData-MaxVersion", "4.01"),))

    answer = _send(server, asked)

    assert answer.headers["odata-version"] == "4.01"
    assert '"@context"' in answer.body
