from __future__ import annotations

from odata.csdl.capabilities import Served, advertise
from odata.edm.annotations import (
    CHANGE_TRACKING,
    FILTER_FUNCTIONS,
    LONG_DESCRIPTION,
    SCHEMA_VERSION,
    CollectionValue,
    record,
)
from odata.edm.model import EntitySet, EntityType, Model
from odata.query.functions import SIGNATURES
from odata.query.limits import QueryLimits

LEVELS = "Org.OData.Capabilities.V1.ExpandRestrictions"


def _model() -> Model:
    model = Model("Ns")
    thing = model.entity_types["thing"] = EntityType("thing", "Ns")
    model.entity_sets["things"] = EntitySet("things", thing)
    return model


def test_every_function_that_is_bound_is_advertised():
    model = _model()

    advertise(model, Served(QueryLimits()))

    found = dict(model.annotations)[FILTER_FUNCTIONS]
    assert isinstance(found, CollectionValue)
    assert set(SIGNATURES) <= set(found.items)


def test_the_depth_of_expand_is_advertised():
    model = _model()

    advertise(model, Served(QueryLimits(max_expand_depth=3)))

    assert dict(model.entity_sets["things"].annotations)[LEVELS] == record(MaxLevels=3)


def test_what_a_model_says_itself_stands():
    model = _model()
    model.annotations = ((SCHEMA_VERSION, "7"),)

    advertise(model, Served(QueryLimits(), "2.1"))
    advertise(model, Served(QueryLimits(), "2.1"))

    assert [value for name, value in model.annotations if name == SCHEMA_VERSION] == ["7"]


def test_every_bound_is_advertised():
    model = _model()
    limits = QueryLimits(11, 12, 13, 14, 15, 16, 17, 18)

    advertise(model, Served(limits))

    text = str(dict(model.annotations)[LONG_DESCRIPTION])
    assert all(str(number) in text for number in range(11, 19))


def test_key_segments_and_change_tracking_are_advertised_where_they_are_served():
    plain, rich = _model(), _model()

    advertise(plain, Served(QueryLimits()))
    advertise(rich, Served(QueryLimits(), has_key_segments=True, logs_changes=True))

    term = "Org.OData.Capabilities.V1.KeyAsSegmentSupported"
    assert term not in dict(plain.annotations)
    assert dict(rich.annotations)[term] is True
    assert CHANGE_TRACKING not in dict(plain.entity_sets["things"].annotations)
    assert dict(rich.entity_sets["things"].annotations)[CHANGE_TRACKING] == record(Supported=True)
