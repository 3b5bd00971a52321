"""Exposures that do not fit together are refused before anything is served."""

import dataclasses

import peewee
import pytest

from odata.edm.check import ModelError
from odata.sql.check_exposures import check_exposures
from odata.sql.expose import Exposure, column, publish, to_one
from tests.technical_types import Asset, TruckPart, asset_exposures


class Box(peewee.Model):
    """Something to publish."""

    name = peewee.CharField(20)
    asset_id = peewee.IntegerField()


ID = column(Box.id)
BOX = Exposure(Box, "box", "boxes", properties=(ID, column(Box.name), column(Box.asset_id)))
LID = dataclasses.replace(BOX, name="lid", entity_set="lids")
ASSET, CAR, SPORTS_CAR, TRUCK = (
    dataclasses.replace(item, navigation=()) for item in asset_exposures()
)
INDEXED = (ID, column(Box.name, text_index=True))
VAN = Exposure(Asset, "van", None, properties=(column(Asset.doors),), base="car", type_value="van")


def with_link(target, pair):
    return dataclasses.replace(LID, navigation=(to_one("link", target, on=(pair,)),))


@pytest.mark.parametrize(
    ("exposures", "sentence"),
    [
        (
            (BOX, dataclasses.replace(LID, name="box")),
            "Box, published as box, has the entity type box, which Box has already",
        ),
        (
            (BOX, dataclasses.replace(LID, name="Box")),
            (
                "Box, published as Box, has the entity type Box, "
                "which Box has already as box, which differs by case only"
            ),
        ),
        (
            (BOX, dataclasses.replace(LID, entity_set="Boxes")),
            (
                "Box, published as lid, has the entity set Boxes, "
                "which Box has already as boxes, which differs by case only"
            ),
        ),
        (
            (dataclasses.replace(BOX, properties=(ID, ID)),),
            "Box, published as box, has the name id twice",
        ),
        (
            (
                dataclasses.replace(
                    BOX, properties=(ID, column(Box.name), column(Box.name, "Name"))
                ),
            ),
            "Box, published as box, has the names name and Name, which differ by case only",
        ),
        (
            (dataclasses.replace(BOX, properties=(column(Box.name),)),),
            "Box, published as box, has no property id, which its key names",
        ),
        (
            (dataclasses.replace(BOX, entity_set="my boxes"),),
            'Box, published as box, has the name "my boxes", which is no OData identifier',
        ),
        (
            (dataclasses.replace(BOX, properties=(ID, column(Box.name, "the name"))),),
            'Box, published as box, has the name "the name", which is no OData identifier',
        ),
        (
            (dataclasses.replace(BOX, alternate_keys=(("name",), ("code",))),),
            "Box, published as box, has no property code, which an alternate key names",
        ),
        (
            (dataclasses.replace(BOX, properties=(ID, column(Asset.doors))),),
            "Box, published as box, has the property doors from a column of Asset",
        ),
        (
            (with_link("box", ("assetId", "id")),),
            (
                "Box, published as lid, has the navigation property link without a target: "
                "box is not published"
            ),
        ),
        (
            (BOX, with_link("box", ("assetId", "key"))),
            "Box, published as lid, has the navigation property link over key, which box lacks",
        ),
        (
            (BOX, with_link("box", ("asset", "id"))),
            "Box, published as lid, has the navigation property link over asset, which lid lacks",
        ),
        (
            (dataclasses.replace(BOX, scope=Box.asset_id, scope_type="company"),),
            "Box, published as box, is contained in company, which is not published",
        ),
        (
            (CAR, ASSET),
            "Asset, published as car, is derived from asset, which is not published before it",
        ),
        (
            (dataclasses.replace(ASSET, discriminator=None, is_abstract=False), CAR),
            (
                "Asset, published as car, is derived from asset, but Asset has no discriminator, "
                "the column that tells its derived types"
            ),
        ),
        (
            (dataclasses.replace(ASSET, discriminator=None),),
            (
                "Asset, published as asset, has no discriminator, "
                "the column that tells its derived types"
            ),
        ),
        (
            (dataclasses.replace(ASSET, is_abstract=False),),
            "Asset, published as asset, has neither a type value nor is it abstract",
        ),
        (
            (ASSET, dataclasses.replace(CAR, type_value=None)),
            "Asset, published as car, needs a type value, unless it is abstract",
        ),
        (
            (dataclasses.replace(BOX, properties=(column(Box.id, text_index=True),)),),
            "Box, published as box, has a text index of id, which is no text",
        ),
        (
            (dataclasses.replace(BOX, properties=INDEXED, key=("id", "name")),),
            ("Box, published as box, has a text index of name, but a key of several properties"),
        ),
        (
            (dataclasses.replace(BOX, properties=INDEXED, write_model=Box),),
            "Box, published as box, has a text index of name, but is a view",
        ),
        (
            (
                dataclasses.replace(
                    BOX, properties=INDEXED, discriminator=Box.name, type_value="box"
                ),
            ),
            "Box, published as box, has a text index of name, but other types in its table",
        ),
    ],
)
def test_the_sentence_names_the_class(exposures, sentence):
    with pytest.raises(ModelError) as caught:
        check_exposures(exposures)

    assert caught.value.faults == (sentence,)


def test_all_faults_are_named_together():
    with pytest.raises(ModelError) as caught:
        check_exposures((BOX, BOX))

    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("exposures", [(BOX, LID), (ASSET, CAR, SPORTS_CAR)])
def test_what_fits_passes(exposures):
    check_exposures(exposures)


def test_a_value_tells_one_type():
    with pytest.raises(ValueError, match="'car' tells two types"):
        publish(
            "T",
            (ASSET, CAR, dataclasses.replace(SPORTS_CAR, type_value="car")),
            database=peewee.SqliteDatabase(":memory:"),
        )


def test_a_derived_type_has_what_its_base_has():
    database = peewee.SqliteDatabase(":memory:")

    plain = dataclasses.replace(CAR, properties=())

    source = publish("T", (ASSET, plain, VAN), database=database)

    mapping = source.by_type["van"]
    assert mapping.model is Asset
    assert mapping.fixed == {"kind": "van"}
    assert list(mapping.properties) == ["id", "name", "ownerId", "spot", "doors"]


def test_a_table_of_its_own_is_a_part():
    database = peewee.SqliteDatabase(":memory:")
    truck = dataclasses.replace(TRUCK, entity_set=None)

    source = publish("T", (ASSET, truck), database=database)

    mapping = source.by_type["truck"]
    assert mapping.model is Asset
    assert mapping.part(TruckPart.axles) is TruckPart
    assert mapping.part(Asset.name) is None


def test_a_set_of_a_derived_type_is_contained_where_its_base_is():
    database = peewee.SqliteDatabase(":memory:")
    company = dataclasses.replace(BOX, name="company", entity_set="companies")
    asset = dataclasses.replace(ASSET, scope=Asset.owner_id, scope_type="company")

    source = publish("T", (company, asset, TRUCK), database=database)

    contained = source.model.entity_types["company"].navigation
    assert [item.name for item in contained] == ["assets", "trucks"]
    assert all(item.contains_target for item in contained)
