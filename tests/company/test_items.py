from __future__ import annotations

import pytest

from tests.company.conftest import message

DESK = "number eq '1000'"


@pytest.mark.bc("ItemsE2E")
def test_an_item_gets_a_number_and_takes_over_what_its_codes_name(clerk):
    item = clerk.create(
        "items",
        {
            "displayName": "Shelf",
            "itemCategoryCode": "desk",
            "baseUnitOfMeasureCode": "PCS",
            "taxGroupCode": "TAXABLE",
            "unitPrice": 12.5,
        },
    )
    category = clerk.one("itemCategories", "code eq 'DESK'")
    assert item["itemCategoryId"] == category["id"]
    names = ("number", "type", "itemCategoryCode", "unitPrice", "inventory", "blocked")
    assert [item[name] for name in names] == ["1901", "Inventory", "DESK", 12.5, 0, False]


@pytest.mark.bc("ItemsE2E")
def test_an_item_is_found_with_what_it_refers_to(clerk):
    (item,) = clerk.rows(
        "items",
        _filter=DESK,
        _expand="itemCategory($select=code),unitOfMeasure($select=code)",
        _select="number,inventory",
    )
    assert item["itemCategory"]["code"] == "DESK"
    assert item["unitOfMeasure"]["code"] == "PCS"
    assert item["inventory"] == 12


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"inventory": 5}, "Inventory cannot be changed during on insert."),
        ({"unitPrice": -1}, "The value must be greater than or equal to 0. Value: -1."),
        ({"unitCost": -0.5}, "The value must be greater than or equal to 0. Value: -0.5."),
        ({"gtin": "12X"}, 'The value "12X" is no GTIN: it must have at most 14 digits.'),
        (
            {"itemCategoryCode": "NONE"},
            'The "itemCategoryCode" does not match to an Item Category.',
        ),
        (
            {"taxGroupId": "00000000-0000-0000-0000-000000000009"},
            'The "taxGroupId" does not match to a Tax Group.',
        ),
    ],
)
@pytest.mark.bc("ItemsE2E")
def test_what_an_item_may_not_be_is_refused_with_its_sentence(clerk, given, expected):
    response = clerk.post("items", {"displayName": "Shelf", **given})
    assert (response.status_code, message(response)) == (400, expected)


def test_an_id_and_a_code_of_different_rows_are_refused(clerk):
    category = clerk.one("itemCategories", "code eq 'DESK'")
    body = {"itemCategoryId": category["id"], "itemCategoryCode": "CHAIR"}
    response = clerk.post("items", body)
    assert message(response) == (
        "The item category values do not match to a specific Item Category."
    )


@pytest.mark.bc("ItemsE2E")
def test_a_blank_code_clears_the_id(clerk):
    key = clerk.one("items", DESK)["id"]
    item = clerk.change(f"items({key})", {"itemCategoryCode": ""})
    assert item["itemCategoryId"] == "00000000-0000-0000-0000-000000000000"


def test_a_category_that_is_renamed_takes_its_items_along(clerk):
    category = clerk.one("itemCategories", "code eq 'DESK'")
    clerk.change(f"itemCategories({category['id']})", {"code": "TABLE"})
    assert clerk.one("items", DESK)["itemCategoryCode"] == "TABLE"


def test_a_number_that_is_taken_is_a_conflict(clerk):
    response = clerk.post("items", {"number": "1000"})
    assert response.status_code == 409
    assert response.json["error"]["code"] == "Internal_EntityWithSameKeyExists"


def test_default_dimensions_of_an_item_go_with_it(clerk):
    item = clerk.create("items", {"displayName": "Shelf"})
    dimension = clerk.one("dimensions", "code eq 'AREA'")
    path = f"items({item['id']})"
    made = clerk.create(f"{path}/defaultDimensions", {"dimensionId": dimension["id"]})
    assert (made["parentType"], made["parentId"]) == ("Item", item["id"])
    assert clerk.delete(path).status_code == 204
    assert clerk.rows("defaultDimensions", _filter=f"parentId eq {item['id']}") == []
