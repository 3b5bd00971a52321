"""A property that a role does not show is not there, wherever its name stands.

The portal shows a customer neither its notes nor its salesperson.
"""

from __future__ import annotations

import json

import pytest

from app.config import Mode
from models.demo.identifiers import ADATUM, CRONUS
from tests.integration.callers import as_customer, with_roles
from tests.integration.service import ANY_TAG, COMPANY, CUSTOMERS, Service, error_of, escaped

OWN = f"{CUSTOMERS}({ADATUM})"

# Every place where the name of a property may stand: a query, and on which set.
QUERIES = [
    (CUSTOMERS, "$filter=notes eq 'x'"),
    (CUSTOMERS, "$filter=contains(notes,'x')"),
    (CUSTOMERS, "$filter=notes in ('x','y')"),
    (CUSTOMERS, "$filter=not (notes eq null)"),
    (CUSTOMERS, "$filter=length(tolower(concat(notes,'a'))) gt 0"),
    (CUSTOMERS, "$filter=$it/notes eq 'x'"),
    (CUSTOMERS, "$filter=NOTES eq 'x'"),
    (CUSTOMERS, "$filter=Microsoft.NAV.customer/notes eq 'x'"),
    (CUSTOMERS, "$filter=isdefined(notes)"),
    (CUSTOMERS, "$filter=case(notes eq 'x':true,true:false)"),
    (CUSTOMERS, "$filter=cast(notes,Edm.String) eq 'x'"),
    (CUSTOMERS, "$filter=number eq @a&@a=notes"),
    (CUSTOMERS, "$orderby=notes"),
    (CUSTOMERS, "$orderby=length(notes) desc"),
    (CUSTOMERS, "$select=notes"),
    (CUSTOMERS, "$select=number,notes"),
    (CUSTOMERS, "$select=Microsoft.NAV.customer/notes"),
    (CUSTOMERS, "$compute=concat(notes,'x') as known&$select=known"),
    (CUSTOMERS, "$apply=groupby((notes))"),
    (CUSTOMERS, "$apply=aggregate(notes with max as known)"),
    (CUSTOMERS, "$apply=filter(notes ne null)/aggregate($count as n)"),
    (CUSTOMERS, "$apply=compute(notes as known)"),
    (CUSTOMERS, "$apply=orderby(notes)"),
    (CUSTOMERS, "$apply=topcount(1,length(notes))"),
    (CUSTOMERS, "$expand=externalIds"),
    (CUSTOMERS, "$filter=externalIds/any()"),
    (CUSTOMERS, "$filter=externalIds/$count gt 0"),
    (f"{COMPANY}/salesOrders", "$filter=customer/notes eq 'x'"),
    (f"{COMPANY}/salesOrders", "$orderby=customer/notes"),
    (f"{COMPANY}/salesOrders", "$expand=customer($select=notes)"),
    (f"{COMPANY}/salesOrders", "$apply=groupby((customer/notes))"),
    (f"{COMPANY}/salesOrderLines", "$filter=salesOrder/customer/notes eq 'x'"),
    ("companies", "$filter=customers/any(c:c/notes eq 'x')"),
    ("companies", "$filter=customers/$count($filter=notes eq 'x') gt 0"),
    ("companies", "$expand=customers($filter=notes eq 'x')"),
    ("companies", "$expand=customers($orderby=notes)"),
    ("companies", "$expand=customers($compute=notes as known)"),
    (f"{CUSTOMERS}/$count", "$filter=notes eq 'x'"),
    (f"{CUSTOMERS}/$filter(notes eq 'x')", ""),
    (CUSTOMERS, f"$filter=$root/{OWN}/notes eq 'x'"),
    ("$crossjoin(customers,currencies)", f"$filter=customers/notes eq 'x'&company={CRONUS}"),
    ("$crossjoin(customers,currencies)", f"$expand=customers($select=notes)&company={CRONUS}"),
    (f"{COMPANY}/items", "$filter=unitCost gt 1"),
    (f"{COMPANY}/salesOrderLines", "$filter=item/unitCost gt 1"),
]


@pytest.mark.parametrize(("target", "query"), QUERIES)
def test_no_query_speaks_of_a_hidden_property(shared: Service, target, query):
    portal, reader = as_customer(shared), with_roles(shared, "reader")
    path = escaped(target)

    assert portal.ask(path, query).status_code == 400
    assert reader.ask(path, query).status_code in (200, 501), "the query is good otherwise"


@pytest.mark.parametrize("below", ["/notes", "/notes/$value", "/externalIds", "/salespersonCode"])
def test_no_path_leads_to_a_hidden_property(shared: Service, below):
    portal = as_customer(shared)

    hidden, unknown = portal.ask(OWN + below), portal.ask(f"{OWN}/notThere")

    assert hidden.status_code == unknown.status_code == 404
    assert portal.send("PUT", OWN + below, ANY_TAG, json={"value": "x"}).status_code == 404
    assert portal.send("DELETE", OWN + below, ANY_TAG).status_code == 404


@pytest.mark.parametrize("query", ["", "$select=*", "$expand=currency"])
def test_no_representation_shows_a_hidden_property(shared: Service, query):
    row = as_customer(shared).get(OWN, query)

    assert "number" in row
    assert {"notes", "salespersonCode", "blocked"}.isdisjoint(row)


@pytest.mark.parametrize("format_", ["csv", "application/x-ndjson"])
def test_no_export_shows_a_hidden_property(shared: Service, format_):
    answer = as_customer(shared).ask(CUSTOMERS, f"$format={format_}")

    assert answer.status_code == 200
    assert "displayName" in answer.text
    assert "notes" not in answer.text


def test_full_metadata_tells_nothing_of_what_is_hidden(shared: Service):
    answer = as_customer(shared).ask(OWN, Accept="application/json;odata.metadata=full")

    assert "externalIds" not in answer.text
    assert "notes" not in answer.text


def test_a_search_does_not_find_what_is_hidden(service: Service):
    service.patch(OWN, {"notes": "zzyzx"})
    portal = as_customer(service)

    found = portal.ask(CUSTOMERS, "$search=zzyzx")

    assert found.status_code == 501 or found.json["value"] == []


@pytest.mark.parametrize("kind", ["application/xml", "application/json"])
def test_the_metadata_of_a_caller_is_what_it_sees(shared: Service, kind):
    portal = as_customer(shared).ask("$metadata", Accept=kind, OData_MaxVersion="4.01").text
    everything = shared.ask("$metadata", Accept=kind, OData_MaxVersion="4.01").text

    for name in ("vendors", "generalLedgerEntries", "unitCost", "notes", "externalIds"):
        assert f'"{name}"' in everything
        assert f'"{name}"' not in portal
    assert '"customers"' in portal


def test_the_service_document_lists_what_a_caller_sees(shared: Service):
    names = {row["name"] for row in as_customer(shared).rows("", "")}

    assert {"companies", "customers", "salesQuotes"} <= names
    assert {"vendors", "accounts", "employees"}.isdisjoint(names)


def test_a_body_cannot_set_a_hidden_property(service: Service):
    quotes = f"{COMPANY}/salesQuotes"
    portal = as_customer(service)

    made = portal.post(quotes, {"customerId": ADATUM, "customer": {"notes": "x"}})

    assert made.status_code in (400, 403)
    assert service.get(OWN)["notes"] != "x"


def test_a_conflict_does_not_name_a_hidden_property(service: Service):
    quote = service.post(f"{COMPANY}/salesQuotes", {"customerId": ADATUM}).json
    path = f"{COMPANY}/salesQuotes({quote['id']})"
    service.patch(path, {"salesperson": "JR"})
    portal = as_customer(service)

    answer = portal.patch(path, {"externalDocumentNumber": "x"}, quote["@odata.etag"])

    assert answer.status_code == 409
    assert json.loads(answer.data)["error"]["innererror"]["changedProperties"] == ["salesperson"]


def test_a_set_that_nobody_granted_is_as_good_as_unknown(shared: Service):
    portal = as_customer(shared)

    hidden, unknown = portal.ask(f"{COMPANY}/vendors"), portal.ask(f"{COMPANY}/nothings")

    assert error_of(hidden)[:2] == error_of(unknown)[:2] == (404, "BadRequest_ResourceNotFound")
    assert error_of(hidden)[2].replace("vendors", "") == error_of(unknown)[2].replace(
        "nothings", ""
    )


@pytest.mark.parametrize(
    "query", ["$expand=vendors", "$filter=vendors/any()", "$filter=vendors/$count gt 0"]
)
def test_no_query_leads_to_a_set_that_nobody_granted(shared: Service, query):
    assert as_customer(shared).ask("companies", query).status_code == 400


def test_a_star_expands_what_is_visible(shared: Service):
    row = as_customer(shared).get(OWN, "$expand=*")

    assert "currency" in row
    assert {"externalIds", "defaultDimensions", "branch"}.isdisjoint(row)
    assert CRONUS not in json.dumps(row.get("currency"))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
def test_the_description_for_programs_and_people_is_that_of_the_caller(service_with, path, mode):
    service = service_with(mode=mode, secret_key="s" * 32, trusted_hosts=("localhost",))
    portal, reader = as_customer(service), with_roles(service, "reader")

    shown, everything = portal.send("GET", path), reader.send("GET", path)

    assert (shown.status_code, everything.status_code) == (200, 200)
    for name in ("vendors", "notes", "unitCost"):
        assert name in everything.text
        assert name not in shown.text
