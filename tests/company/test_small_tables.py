from __future__ import annotations

import pytest

from tests.company.conftest import message

SETS = (
    "countriesRegions",
    "unitsOfMeasure",
    "itemCategories",
    "salespeoplePurchasers",
    "taxGroups",
    "locations",
)


@pytest.mark.parametrize("set_name", SETS)
def test_a_row_is_created_changed_found_and_removed(clerk, set_name):
    made = clerk.create(set_name, {"code": "zz9", "displayName": "Last"})
    path = f"{set_name}({made['id']})"
    assert made["code"] == "ZZ9"
    changed = clerk.change(path, {"displayName": "Very last"})
    assert changed["@odata.etag"] != made["@odata.etag"]
    assert [row["code"] for row in clerk.rows(set_name, _search="very")] == ["ZZ9"]
    assert clerk.delete(path).status_code == 204
    assert clerk.ask(path).status_code == 404


@pytest.mark.parametrize(
    ("set_name", "code", "expected"),
    [
        ("countriesRegions", "US", "Country/Region US because there are one or more customers"),
        ("unitsOfMeasure", "PCS", "Unit of Measure PCS because there are one or more items"),
        ("itemCategories", "DESK", "Item Category DESK because there are one or more items"),
        (
            "salespeoplePurchasers",
            "INSIDE",
            "Salesperson/Purchaser INSIDE because there are one or more customers",
        ),
    ],
)
def test_what_is_in_use_stays(clerk, set_name, code, expected):
    row = clerk.one(set_name, f"code eq '{code}'")
    response = clerk.delete(f"{set_name}({row['id']})")
    assert response.status_code == 400
    assert message(response) == f"You cannot delete {expected} that use it."


def test_a_country_that_is_renamed_takes_its_customers_along(clerk):
    row = clerk.one("countriesRegions", "code eq 'CA'")
    before = len(clerk.rows("customers", _filter="country eq 'CA'"))
    clerk.change(f"countriesRegions({row['id']})", {"code": "CDN"})
    assert before > 0
    assert len(clerk.rows("customers", _filter="country eq 'CDN'")) == before


def test_address_formats_are_written_plainly(clerk):
    assert clerk.one("countriesRegions", "code eq 'DE'")["addressFormat"] == "City+Post Code"


@pytest.mark.parametrize("percent", [-1, 100.5])
def test_a_commission_is_a_percentage(clerk, percent):
    body = {"code": "X", "commisionPercent": percent}
    assert clerk.post("salespeoplePurchasers", body).status_code == 400


def test_a_vendor_is_numbered_priced_and_checked(clerk):
    made = clerk.create("vendors", {"displayName": "Litware", "country": "us"})
    names = ("number", "country", "currencyCode", "blocked", "balance")
    assert [made[name] for name in names] == ["60000", "US", "USD", " ", 0]
    response = clerk.post("vendors", {})
    assert message(response) == 'A "displayName" must be provided.'
    response = clerk.post("vendors", {"displayName": "Litware", "country": "XX"})
    assert message(response) == (
        "The field Country/Region Code of table Vendor contains a value (XX) "
        "that cannot be found in the related table (Country/Region)."
    )
