"""Business Central reference §17: customers, items, vendors and the tables beside them."""

from __future__ import annotations

import pytest

from models.demo.identifiers import CRONUS, id_of
from tests.integration.service import (
    COMPANY,
    CUSTOMERS,
    NO_ID,
    UNKNOWN_ID,
    Service,
    customer,
    error_of,
    lookup_id,
)

pytestmark = pytest.mark.conformance

# Entity set, codeunit, the longest code.
TABLES = (
    ("paymentTerms", "PaymentTermsE2E", 10),
    ("paymentMethods", "PaymentMethodsE2E", 10),
    ("shipmentMethods", "ShipmentMethodsE2E", 10),
    ("currencies", "CurrenciesE2E", 10),
    ("countriesRegions", "CountriesRegionsE2E", 10),
    ("itemCategories", "ItemCategoriesE2E", 20),
    ("taxAreas", "TaxAreasE2E", 20),
    ("taxGroups", "TaxGroupsE2E", 20),
    ("unitsOfMeasure", "UofME2E", 10),
    ("locations", "LocationsE2E", 10),
    ("salespeoplePurchasers", "SalespersonPurchE2E", 20),
)
READ_ONLY = (
    ("dimensions", "DimensionsE2E", "code", "AREA"),
    ("dimensionValues", "DimensionsE2E", "code", "LARGE"),
    ("currencyExchangeRates", "CurrencyExchRateE2E", "currencyCode", "EUR"),
    ("generalLedgerSetup", "GLSetupE2E", "localCurrencyCode", "USD"),
    ("accounts", "AccountsE2E", "number", "15110"),
)
DIMENSIONED = {
    "customers": id_of(CRONUS, "customer", "50000"),
    "items": id_of(CRONUS, "item", "1300"),
    "vendors": id_of(CRONUS, "vendor", "50000"),
    "employees": id_of(CRONUS, "employee", "E0001"),
}


def marked(rows):
    """Each row under the name of its suite."""
    return [pytest.param(*row, marks=pytest.mark.bc(row[1])) for row in rows]


@pytest.mark.bc(*(suite for _, suite, _ in TABLES))
@pytest.mark.parametrize(("set_name", "suite", "longest"), marked(TABLES))
def test_a_row_of_a_table_is_listed_created_changed_and_removed(
    service: Service, set_name, suite, longest
):
    target = f"{COMPANY}/{set_name}"
    first, second = (service.post(target, {"code": code}).json for code in ("zz1", "zz2"))
    rows = service.rows("$filter=startswith(code,'ZZ')", target)
    assert [row["id"] for row in rows] == [first["id"], second["id"]]
    assert rows[0]["lastModifiedDateTime"] > "2020"
    own = f"{target}({first['id']})"
    changed = service.patch(own, {"displayName": "Last"}, first["@odata.etag"])
    assert (changed.status_code, changed.json["displayName"]) == (200, "Last")
    assert service.patch(own, {"code": "zz3"}).json["code"] == "ZZ3"
    assert error_of(service.post(target, {"code": "ZZ3"}))[:2] == (
        409,
        "Internal_EntityWithSameKeyExists",
    )
    assert error_of(service.post(target, {"code": "x" * (longest + 1)}))[1] == (
        "Application_StringExceededLength"
    )
    removed = service.delete(own)
    assert (removed.status_code, removed.data) == (204, b"")
    assert service.ask(own).status_code == 404


@pytest.mark.bc(*(row[1] for row in READ_ONLY))
@pytest.mark.parametrize(("set_name", "suite", "name", "value"), marked(READ_ONLY))
def test_a_table_is_read_only(shared: Service, set_name, suite, name, value):
    target = f"{COMPANY}/{set_name}"
    (row,) = shared.rows(f"$filter={name} eq '{value}'", target)
    assert shared.get(f"{target}({row['id']})")[name] == value
    assert row["lastModifiedDateTime"] > "2020"
    assert error_of(shared.post(target, {name: value}))[0] == 405
    assert error_of(shared.patch(f"{target}({row['id']})", {name: value}))[0] == 405
    assert error_of(shared.delete(f"{target}({row['id']})"))[0] == 405


@pytest.mark.bc("CustomersE2E")
def test_a_detailed_customer_has_what_its_ids_and_codes_name(service: Service):
    body = {
        "number": "e2e-1",
        "displayName": 'Ærø "Østers" & Ål',
        "type": "Person",
        "addressLine1": "Strandgade 1, 'baghuset'",
        "city": "København",
        "country": "dk",
        "blocked": "All",
        "salespersonCode": "inside",
        "currencyId": lookup_id("currency", "EUR"),
        "paymentTermsId": lookup_id("payment_term", "COD"),
        "paymentMethodId": lookup_id("payment_method", "BANK"),
        "shipmentMethodId": lookup_id("shipment_method", "EXW"),
        "taxAreaId": lookup_id("tax_area", "MIAMI, FL"),
    }
    made = service.post(CUSTOMERS, body)
    assert made.status_code == 201, made.text
    target = f"{CUSTOMERS}({made.json['id']})"
    found = service.get(target, "$expand=currency,paymentTerm,paymentMethod,shipmentMethod")
    given = {**body, "number": "E2E-1", "country": "DK", "salespersonCode": "INSIDE"}
    assert {name: found[name] for name in given} == given
    assert (found["currencyCode"], found["taxAreaDisplayName"]) == ("EUR", "Miami, FL")
    ways = ("currency", "paymentTerm", "paymentMethod", "shipmentMethod")
    assert [found[name]["code"] for name in ways] == ["EUR", "COD", "BANK", "EXW"]
    changed = service.patch(target, {"addressLine1": "", "city": "Odense", "currencyId": NO_ID})
    assert (changed.json["addressLine1"], changed.json["currencyCode"]) == ("", "USD")
    assert service.get(target)["city"] == "Odense"
    assert service.delete(target).status_code == 204


@pytest.mark.bc("DefaultDimensionsE2E")
@pytest.mark.parametrize(("set_name", "key"), DIMENSIONED.items())
def test_default_dimensions_of_each_kind_of_parent(service: Service, set_name, key):
    list_path = f"{COMPANY}/{set_name}({key})/defaultDimensions"
    group = lookup_id("dimension", "CUSTOMERGROUP")
    large, small = (
        lookup_id("dimension_value", f"CUSTOMERGROUP/{code}") for code in ("LARGE", "SMALL")
    )
    refused = {
        'The "dimensionId" and "dimensionValueId" match to different Dimension records.': {
            "dimensionId": lookup_id("dimension", "AREA"),
            "dimensionValueId": large,
        },
        "Dimension SEASON is blocked.": {"dimensionId": lookup_id("dimension", "SEASON")},
        "Dimension Value AREA - 30 is blocked.": {
            "dimensionId": lookup_id("dimension", "AREA"),
            "dimensionValueId": lookup_id("dimension_value", "AREA/30"),
        },
        'The "dimensionId" does not match to a Dimension.': {"dimensionId": UNKNOWN_ID},
        'The "dimensionValueId" does not match to a Dimension Value.': {
            "dimensionId": group,
            "dimensionValueId": UNKNOWN_ID,
        },
        'The "dimensionCode" does not match to a Dimension.': {"dimensionCode": "NONE"},
        'The "dimensionValueCode" does not match to a Dimension Value.': {
            "dimensionCode": "CUSTOMERGROUP",
            "dimensionValueCode": "40",
        },
    }
    for sentence, body in refused.items():
        assert error_of(service.post(list_path, body))[::2] == (400, sentence)
    codes = {"dimensionCode": "customergroup", "dimensionValueCode": "SMALL"}
    by_code = service.post(list_path, codes)
    assert (by_code.json["dimensionId"], by_code.json["dimensionValueId"]) == (group, small)
    service.delete(f"{COMPANY}/defaultDimensions({by_code.json['id']})")
    made = service.post(list_path, {"dimensionId": group, "dimensionValueId": large})
    assert made.status_code == 201, made.text
    assert (made.json["dimensionCode"], made.json["dimensionValueCode"]) == (
        "CUSTOMERGROUP",
        "LARGE",
    )
    own = f"{COMPANY}/defaultDimensions({made.json['id']})"
    changed = service.patch(own, {"dimensionValueId": small, "postingValidation": "Same Code"})
    assert (changed.json["dimensionValueCode"], changed.json["postingValidation"]) == (
        "SMALL",
        "Same Code",
    )
    renamed = service.patch(own, {"dimensionValueCode": "LARGE"})
    assert error_of(renamed)[0] == 400
    fixed = service.patch(own, {"dimensionId": lookup_id("dimension", "AREA")})
    assert error_of(fixed)[2] == "You cannot change the value of the key field dimensionId."
    blocked = service.patch(own, {"dimensionValueId": lookup_id("dimension_value", "AREA/30")})
    assert error_of(blocked)[0] == 400
    assert service.delete(own).status_code == 204
    assert error_of(service.ask(f"{COMPANY}/defaultDimensions({made.json['id']})"))[0] == 404


@pytest.mark.bc("ItemVariantsE2E")
def test_variants_of_items(service: Service):
    target = f"{COMPANY}/itemVariants"
    item, other = (lookup_id("item", number) for number in ("1100", "1101"))
    made = service.post(target, {"itemId": item, "code": "blue", "description": "Blue"})
    assert (made.json["itemNumber"], made.json["code"]) == ("1100", "BLUE")
    by_number = service.post(target, {"itemNumber": "1100", "code": "RED"})
    assert by_number.json["itemId"] == item
    below = service.post(f"{COMPANY}/items({item})/itemVariants", {"code": "GREEN"})
    assert below.json["itemNumber"] == "1100"
    refused = {
        'The "itemId" does not match to an Item.': {"itemId": UNKNOWN_ID, "code": "A"},
        'The "itemNumber" does not match to an Item.': {"itemNumber": "NONE", "code": "A"},
        "The item values do not match to a specific Item.": {
            "itemId": item,
            "itemNumber": "1101",
            "code": "A",
        },
    }
    for sentence, body in refused.items():
        assert error_of(service.post(target, body))[::2] == (400, sentence)
    assert error_of(service.post(target, {"itemId": item, "code": "BLUE"}))[0] == 409
    assert service.post(target, {"itemId": other, "code": "BLUE"}).status_code == 201

    line = {"itemId": item, "quantity": 1, "itemVariantId": made.json["id"]}
    body = {"customerId": DIMENSIONED["customers"], "salesOrderLines": [line]}
    order = service.post(f"{COMPANY}/salesOrders", body)
    assert order.status_code == 201, order.text
    own = f"{target}({made.json['id']})"
    assert error_of(service.delete(own))[2] == (
        "You cannot delete Item Variant BLUE because there is at least one outstanding document "
        "line for this item variant."
    )
    assert service.delete(f"{COMPANY}/salesOrders({order.json['id']})").status_code == 204
    assert service.delete(own).status_code == 204


@pytest.mark.bc("EmployeesE2E")
def test_employees_are_named_by_their_names(service: Service):
    target = f"{COMPANY}/employees"
    made = service.post(target, {"givenName": "Front", "surname": "Desk", "country": "us"})
    assert (made.json["number"], made.json["displayName"]) == ("E0003", "Front Desk")
    own = f"{target}({made.json['id']})"
    changed = service.patch(own, {"middleName": "Office", "status": "Inactive"})
    assert (changed.json["displayName"], changed.json["status"]) == (
        "Front Office Desk",
        "Inactive",
    )
    assert error_of(service.patch(own, {"displayName": "x"}))[1] == "BadRequest_InvalidOperation"
    assert error_of(service.patch(own, {"personalEmail": "x"}))[0] == 400
    assert service.delete(own).status_code == 204


@pytest.mark.bc("VendorsE2E", "ContactsInfE2E")
def test_vendors_have_their_satellites(service: Service):
    made = service.post(f"{COMPANY}/vendors", {"displayName": "Wood", "irs1099Code": "misc-1"})
    assert made.json["irs1099Code"] == "MISC-1"
    own = f"{COMPANY}/vendors({made.json['id']})"
    aged = service.get(f"{own}/agedAccountsPayable")
    assert (aged["vendorNumber"], aged["balanceDue"]) == (made.json["number"], 0)
    rows = service.rows("", f"{COMPANY}/agedAccountsPayables")
    assert rows[-1]["name"] == "Total"
    assert service.patch(own, {"city": "Ulm", "blocked": "Payment"}).json["blocked"] == "Payment"
    fabrikam = lookup_id("vendor", "10000")
    found = service.rows("", f"{COMPANY}/vendors({fabrikam})/contactsInformation")
    assert [row["contactName"] for row in found] == ["Fabrikam, Inc."]
    adatum = service.rows("", f"{customer('10000')}/contactsInformation")
    assert {row["relatedType"] for row in adatum} == {"Customer"}
    assert error_of(service.ask(f"{COMPANY}/contactsInformation"))[2] == "id type not specified."
    assert service.delete(own).status_code == 204
