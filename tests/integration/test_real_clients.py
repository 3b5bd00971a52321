"""What real clients send and what they need: paths, headers and bodies of many dialects."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from models.demo.identifiers import CRONUS
from tests.integration.service import (
    CUSTOMERS,
    UNKNOWN_ID,
    Service,
    customer,
    customer_id,
    error_of,
    without,
)

ADATUM = customer("10000")
ADATUM_ID = customer_id("10000")
ADATUM_TAG = 'W/"JzE5OzEyMzQ1Njc4OTA7REFWSUQ7Jw=="'
ROME = {"city": "Rome"}

# --- the version ------------------------------------------------------------------------------

EVERY_STATUS = [
    ("GET", CUSTOMERS, 200),
    ("GET", ADATUM, 200),
    ("GET", "", 200),
    ("GET", "$metadata", 200),
    ("GET", f"{CUSTOMERS}/$count", 200),
    ("GET", f"{ADATUM}/currency", 204),
    ("GET", f"{CUSTOMERS}({UNKNOWN_ID})", 404),
    ("GET", "/nowhere", 404),
    ("GET", f"{CUSTOMERS}?$filter=x", 400),
    ("GET", f"{CUSTOMERS}?$format=atom", 406),
    ("PATCH", ADATUM, 400),
    ("PATCH", CUSTOMERS, 405),
    ("DELETE", ADATUM, 400),
    ("POST", CUSTOMERS, 400),
    ("HEAD", ADATUM, 200),
]


@pytest.mark.parametrize(("method", "target", "status"), EVERY_STATUS)
@pytest.mark.parametrize("most", [None, "4.0"])
def test_every_answer_names_version_4_0_once(shared: Service, method, target, status, most):
    headers = {} if most is None else {"OData-MaxVersion": most, "OData-Version": "4.0"}

    answer = shared.send(method, target, headers)

    assert answer.status_code == status
    assert answer.headers.getlist("OData-Version") == ["4.0"]


def test_version_4_01_is_for_those_who_ask(shared: Service):
    answer = shared.send("GET", ADATUM, {"OData-MaxVersion": "4.01"})

    assert answer.headers.getlist("OData-Version") == ["4.01"]
    assert answer.headers["Content-Type"] == "application/json;metadata=minimal"
    assert answer.json["@etag"] == ADATUM_TAG
    assert "@odata.etag" not in answer.json


@pytest.mark.parametrize("version", ["3.0", "2.0", "x"])
def test_a_version_that_nobody_speaks_is_refused(shared: Service, version):
    assert shared.send("GET", ADATUM, {"OData-MaxVersion": version}).status_code == 400


# --- metadata and formats ---------------------------------------------------------------------

POWER_QUERY = (
    "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,"
    "application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7"
)
METADATA_READERS = [
    None,
    "*/*",
    "",
    "application/xml",
    "text/xml",
    "application/xml;q=0.9, */*;q=0.1",
    POWER_QUERY,
    "application/json;odata.metadata=full",
    "application/json;q=0.9, */*;q=0.1",
    "application/*",
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
]


@pytest.mark.parametrize("accept", METADATA_READERS)
def test_metadata_is_xml_for_all_who_read_xml(shared: Service, accept):
    headers = {"Accept-Charset": "UTF-8"} | ({} if accept is None else {"Accept": accept})

    answer = shared.send("GET", "$metadata", headers)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml"
    assert ET.fromstring(answer.data).tag.endswith("}Edmx")  # noqa: S314 - our own document


@pytest.mark.parametrize(
    ("query", "accept"),
    [("?$format=json", "*/*"), ("?$format=application/json", None), ("", "application/json")],
)
def test_metadata_is_json_for_those_who_insist(shared: Service, query, accept):
    answer = shared.send("GET", f"$metadata{query}", {} if accept is None else {"Accept": accept})

    assert answer.headers["Content-Type"] == "application/json"
    assert "Microsoft.NAV" in answer.json


def test_read_only_properties_are_marked_in_full(shared: Service):
    text = shared.ask("$metadata").text
    balance = text.partition('<Property Name="balance"')[2].partition("</Property>")[0]

    assert '<Annotation Term="Org.OData.Core.V1.Computed" Bool="true"' in balance


def test_sets_with_tags_say_so(shared: Service):
    text = shared.ask("$metadata").text
    entity_set = text.partition('<EntitySet Name="customers"')[2].partition("</EntitySet>")[0]

    assert "Org.OData.Core.V1.OptimisticConcurrency" in entity_set


ACCEPTS = [
    None,
    "*/*",
    "application/json",
    "application/json;odata.metadata=minimal",
    "application/json; odata.metadata=minimal; odata.streaming=true",
    "application/json;odata.metadata=minimal;IEEE754Compatible=false",
    "application/json;charset=utf-8",
    "application/json, text/javascript, */*; q=0.01",
    "application/json;q=0.9, */*;q=0.1",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    POWER_QUERY,
]


@pytest.mark.parametrize("accept", ACCEPTS)
def test_data_is_json_for_all_who_read_json(shared: Service, accept):
    answer = shared.send("GET", ADATUM, {} if accept is None else {"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json; odata.metadata=minimal")


@pytest.mark.parametrize(
    "accept", ["application/xml", "application/json;odata=verbose", "application/atom+xml"]
)
def test_what_is_not_offered_is_refused(shared: Service, accept):
    assert shared.send("GET", ADATUM, {"Accept": accept}).status_code == 406


def test_full_metadata_adds_types_and_links(shared: Service):
    row = shared.get(ADATUM, Accept="application/json;odata.metadata=full")

    path = f"companies({CRONUS})/customers({ADATUM_ID})"
    assert row["@odata.type"] == "#Microsoft.NAV.customer"
    assert row["@odata.id"].endswith(path)
    assert row["@odata.editLink"].endswith(path)
    assert row["currency@odata.navigationLink"].endswith(f"{path}/currency")
    assert row["id@odata.type"] == "#Guid"
    assert row["balance@odata.type"] == "#Decimal"
    plain = shared.get(ADATUM)
    shown = {name: row[name] for name in plain if "@" not in name}
    assert shown.pop("customFields") == {"@odata.type": "#Microsoft.NAV.customFields"}
    assert shown == without(plain, "@odata.context", "@odata.etag", "customFields")


def test_no_metadata_leaves_the_properties(shared: Service):
    body = shared.get(
        CUSTOMERS, "$top=1&$count=true", Accept="application/json;odata.metadata=none"
    )

    assert "@odata.context" not in body
    assert body["@odata.count"] == 55
    assert not [name for name in body["value"][0] if "@" in name]


def test_a_full_row_may_be_sent_back(service: Service):
    row = service.get(ADATUM, Accept="application/json;odata.metadata=full")

    answer = service.patch(ADATUM, row | ROME, row["@odata.etag"])

    assert (answer.status_code, answer.json["city"]) == (200, "Rome")


# --- numbers as texts -------------------------------------------------------------------------

TEXT_NUMBERS = "application/json;odata.metadata=minimal;IEEE754Compatible=true"


def test_decimals_come_as_texts_for_those_who_ask(shared: Service):
    answer = shared.send("GET", ADATUM, {"Accept": TEXT_NUMBERS})

    assert "IEEE754Compatible=true" in answer.headers["Content-Type"]
    assert float(answer.json["balance"]) == 15750
    assert isinstance(answer.json["balance"], str)
    counted = shared.send("GET", f"{CUSTOMERS}?$count=true&$top=0", {"Accept": TEXT_NUMBERS})
    assert counted.json["@odata.count"] == "55"


@pytest.mark.parametrize("value", ["12.50", 12.5])
def test_decimals_may_be_sent_as_texts(service: Service, value):
    content_type = "application/json;charset=UTF-8;IEEE754Compatible=true"

    answer = service.patch(ADATUM, {"creditLimit": value}, Content_Type=content_type)

    assert (answer.status_code, answer.json["creditLimit"]) == (200, 12.5)


@pytest.mark.parametrize("value", ["12,50", "a lot", "", "1e999", "NaN", " 1", "0x10"])
def test_not_every_text_is_a_number(shared: Service, value):
    content_type = "application/json;IEEE754Compatible=true"

    answer = shared.patch(ADATUM, {"creditLimit": value}, Content_Type=content_type)

    assert answer.status_code == 400


# --- paths ------------------------------------------------------------------------------------

SAME_ENTITY = [
    f"{CUSTOMERS}({ADATUM_ID.upper()})",
    f"{CUSTOMERS}(id={ADATUM_ID})",
    f"{CUSTOMERS}('{ADATUM_ID}')",
    f"{CUSTOMERS}(id='{ADATUM_ID}')",
    f"{CUSTOMERS}(%20{ADATUM_ID}%20)",
    f"{CUSTOMERS}%28{ADATUM_ID}%29",
    f"{ADATUM}/",
    f"{ADATUM}?$schemaversion=2.1",
    f"{ADATUM}?tenant=default",
    f"companies('{CRONUS}')/customers({ADATUM_ID})",
    f"companies(name='CRONUS%20USA,%20Inc.')/customers({ADATUM_ID})",
    f"customers({ADATUM_ID})",
    f"customers({ADATUM_ID})?company={CRONUS}",
    f"customers(id={ADATUM_ID})",
]


@pytest.mark.parametrize("target", SAME_ENTITY)
def test_an_entity_has_many_spellings(shared: Service, target):
    answer = shared.ask(target)

    assert answer.status_code == 200, answer.text
    row = without(answer.json, "@odata.context")
    assert row == without(shared.get(ADATUM), "@odata.context")


def test_an_entity_is_changed_at_the_root_too(service: Service):
    root = f"customers({ADATUM_ID})"

    changed = service.patch(root, ROME, service.tag(root))

    assert changed.status_code == 200
    assert service.get(ADATUM)["city"] == "Rome"
    assert service.patch(root, ROME, ADATUM_TAG).status_code == 409
    assert service.ask(f"{root}/defaultDimensions").status_code == 200
    assert service.delete(root, changed.json["@odata.etag"]).status_code == 204
    assert service.ask(root).status_code == 404
    assert service.patch(root, ROME).status_code == 404


def test_a_number_at_the_root_needs_its_company(shared: Service):
    taken, single = (
        shared.ask("customers(number='10000')"),
        shared.ask("customers(number='C00010')"),
    )

    assert error_of(taken)[:2] == (400, "Internal_CompanyNotFound")
    assert single.json["displayName"] == "Adventure Works"
    assert shared.get(f"customers(number='10000')?company={CRONUS}")["id"] == ADATUM_ID


@pytest.mark.parametrize("target", [f"{CUSTOMERS}/?$top=1", f"{CUSTOMERS}?$top=1"])
def test_a_slash_at_the_end_says_nothing(shared: Service, target):
    assert [row["number"] for row in shared.get(target)["value"]] == ["10000"]


@pytest.mark.parametrize("target", ["CUSTOMERS", "Companies", f"companies({CRONUS})/Customers"])
def test_names_of_sets_mind_their_case(shared: Service, target):
    assert shared.ask(target).status_code == 404


# --- query text -------------------------------------------------------------------------------

SAME_QUERY = [
    "$filter=displayName%20eq%20'Trey%20Research'",
    "%24filter=displayName+eq+%27Trey+Research%27",
    "%24filter=%28displayName%20eq%20%27Trey%20Research%27%29",
    "$filter=((displayName%20eq%20'Trey%20Research'))",
    "filter=displayName%20eq%20'Trey%20Research'",
    "$filter=startswith(displayName,%20'Trey')",
    "$filter=startsWith(displayName,'Trey')",
    "$filter=contains(tolower(displayName),tolower('TREY'))",
    "$filter=number%20in%20('20000')",
    f"$filter=(id%20eq%20{customer_id('20000')})",
    "$filter=displayName%20ge%20'Trey'%20and%20displayName%20le%20'Trez'",
    "$filter=displayName eq 'Trey Research'".replace(" ", "%20") + "&$schemaversion=2.0",
    "&&$filter=number%20eq%20'20000'&",
]


@pytest.mark.parametrize("query", SAME_QUERY)
def test_a_query_has_many_spellings(shared: Service, query):
    rows = shared.get(f"{CUSTOMERS}?{query}")["value"]

    assert [row["number"] for row in rows] == ["20000"]


@pytest.mark.parametrize(
    "query",
    [
        "$select=id,number&$expand=currency,paymentTerm",
        "$select=id,%20number&$expand=currency,%20paymentTerm",
        "$select=id%2C+number&$expand=currency%2C+paymentTerm",
        "%24select=id%2Cnumber&%24expand=currency%2CpaymentTerm",
    ],
)
def test_blanks_after_commas_say_nothing(shared: Service, query):
    row = shared.get(f"{CUSTOMERS}?$top=1&{query}")["value"][0]

    assert list(row) == ["@odata.etag", "id", "number", "currency", "paymentTerm"]


def test_the_query_of_a_grid_works(shared: Service):
    body = shared.get(
        f"{CUSTOMERS}?$count=true&$select=balance,city,displayName,id,number"
        "&$expand=currency($select=code,id)&$skip=0&$top=20"
        "&$filter=contains(tolower(displayName),%27co%27)&$orderby=displayName%20desc"
    )

    assert body["@odata.count"] == len(body["value"]) == 15
