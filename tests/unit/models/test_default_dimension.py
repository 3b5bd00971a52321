from __future__ import annotations

import pytest

from models.default_dimension import DefaultDimension
from models.demo.identifiers import ADATUM, CRONUS, MY_COMPANY, id_of
from models.dimension import Dimension
from odata.errors import BadRequestError, DuplicateKeyError

UNKNOWN = "00000000-0000-0000-0000-00000000abcd"
NO_ID = "00000000-0000-0000-0000-000000000000"
DEPARTMENT = id_of(CRONUS, "dimension", "DEPARTMENT")
SALES = id_of(CRONUS, "dimension_value", "DEPARTMENT/SALES")
ADMINISTRATION = id_of(CRONUS, "dimension_value", "DEPARTMENT/ADM")
SEASON = id_of(CRONUS, "dimension", "SEASON")
AREA = id_of(CRONUS, "dimension", "AREA")
AREA_20 = id_of(CRONUS, "dimension_value", "AREA/20")
AREA_30 = id_of(CRONUS, "dimension_value", "AREA/30")
ADATUM_AREA = id_of(CRONUS, "default_dimension", "10000/AREA")
RELECLOUD = id_of(CRONUS, "customer", "50000")

DIFFERENT = 'The "dimensionId" and "dimensionValueId" match to different Dimension records.'


@pytest.mark.parametrize(
    "given",
    [
        {"dimensionId": DEPARTMENT, "dimensionValueId": SALES},
        {"dimensionValueId": SALES},
    ],
)
def test_ids_bring_their_codes(desk, given):
    change = desk.create("defaultDimensions", given, desk.under_customer(ADATUM))
    stored = desk.stored("defaultDimensions", change.values["id"])
    del stored["id"], stored["lastModifiedDateTime"]
    assert stored == {
        "parentType": 1,
        "parentId": ADATUM,
        "dimensionId": DEPARTMENT,
        "dimensionCode": "DEPARTMENT",
        "dimensionValueId": SALES,
        "dimensionValueCode": "SALES",
        "postingValidation": 0,
    }


def test_a_dimension_may_have_no_value(desk):
    change = desk.create(
        "defaultDimensions",
        {"dimensionId": DEPARTMENT, "postingValidation": 1},
        desk.under_customer(ADATUM),
    )
    stored = desk.stored("defaultDimensions", change.values["id"])
    assert (stored["dimensionValueId"], stored["dimensionValueCode"]) == (NO_ID, "")


@pytest.mark.parametrize("given", [{"parentType": 1}, {}])
def test_the_parent_may_be_named_in_the_body(desk, given):
    change = desk.create(
        "defaultDimensions", {**given, "parentId": ADATUM, "dimensionValueId": SALES}
    )
    assert change.values["parentType"] == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dimensionId": UNKNOWN}, 'The "dimensionId" does not match to a Dimension.'),
        (
            {"dimensionId": AREA, "dimensionValueId": UNKNOWN},
            'The "dimensionValueId" does not match to a Dimension Value.',
        ),
        (
            {"dimensionValueId": UNKNOWN},
            'The "dimensionValueId" does not match to a Dimension Value.',
        ),
        ({"dimensionId": AREA, "dimensionValueId": SALES}, DIFFERENT),
        ({"dimensionId": SEASON}, "Dimension SEASON is blocked."),
        ({"dimensionValueId": AREA_30}, "Dimension Value AREA - 30 is blocked."),
        ({}, 'A "dimensionId" must be provided.'),
        (
            {"dimensionId": id_of(MY_COMPANY, "dimension", "AREA")},
            'The "dimensionId" does not match to a Dimension.',
        ),
    ],
)
def test_a_new_row_is_refused_with_the_exact_sentence(desk, given, message):
    with pytest.raises(BadRequestError) as caught:
        desk.create("defaultDimensions", given, desk.under_customer(RELECLOUD))
    assert (caught.value.code, caught.value.message) == ("Application_DialogException", message)


def test_without_parent_there_is_no_row(desk):
    with pytest.raises(BadRequestError) as caught:
        desk.create("defaultDimensions", {"dimensionValueId": SALES})
    assert caught.value.message == (
        "You must get to the parent first to get to the default dimensions."
    )


@pytest.mark.parametrize(
    "given",
    [
        {"parentId": UNKNOWN},
        {"parentId": ADATUM, "parentType": 2},
        {"parentId": id_of(MY_COMPANY, "customer", "10000")},
    ],
)
def test_a_parent_that_is_not_there_is_refused(desk, given):
    with pytest.raises(BadRequestError) as caught:
        desk.create("defaultDimensions", {**given, "dimensionValueId": SALES})
    assert caught.value.message == 'The "parenteId" does not match to any entity.'


def test_a_dimension_is_given_once(desk):
    with pytest.raises(DuplicateKeyError) as caught:
        desk.create("defaultDimensions", {"dimensionId": AREA}, desk.under_customer(ADATUM))
    assert caught.value.message == (
        "The record in table Default Dimension already exists. "
        "Identification fields and values: Dimension Code='AREA'"
    )


def test_the_value_may_change(desk):
    desk.update("defaultDimensions", ADATUM_AREA, {"dimensionValueId": AREA_20})
    assert desk.stored("defaultDimensions", ADATUM_AREA)["dimensionValueCode"] == "20"


def test_the_value_may_be_taken_away(desk):
    desk.update("defaultDimensions", ADATUM_AREA, {"dimensionValueId": NO_ID})
    assert desk.stored("defaultDimensions", ADATUM_AREA)["dimensionValueCode"] == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"dimensionValueId": AREA_30}, "Dimension Value AREA - 30 is blocked."),
        ({"dimensionValueId": SALES}, DIFFERENT),
        (
            {"dimensionId": DEPARTMENT},
            "You cannot change the value of the key field dimensionId.",
        ),
        ({"parentId": RELECLOUD}, "You cannot change the value of the key field parentId."),
    ],
)
def test_a_change_is_refused_with_the_exact_sentence(desk, given, message):
    with pytest.raises(BadRequestError) as caught:
        desk.update("defaultDimensions", ADATUM_AREA, given)
    assert caught.value.message == message


def test_what_stays_the_same_may_be_sent(desk):
    desk.update(
        "defaultDimensions",
        ADATUM_AREA,
        {"dimensionId": AREA, "parentId": ADATUM, "postingValidation": 2},
    )
    assert desk.stored("defaultDimensions", ADATUM_AREA)["postingValidation"] == 2


def test_a_blocked_dimension_takes_no_new_value(desk):
    Dimension.update(blocked=True).where(Dimension.id == DEPARTMENT).execute()
    with pytest.raises(BadRequestError, match="Dimension DEPARTMENT is blocked"):
        desk.create(
            "defaultDimensions", {"dimensionValueId": ADMINISTRATION}, desk.under_customer(ADATUM)
        )


def test_a_row_can_be_removed(desk):
    desk.delete("defaultDimensions", ADATUM_AREA)
    assert DefaultDimension.get_or_none(DefaultDimension.id == ADATUM_AREA) is None
