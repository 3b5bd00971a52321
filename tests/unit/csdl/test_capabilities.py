from __future__ import annotations

from odata.csdl.capabilities import advertise
from odata.edm.annotations import FILTER_FUNCTIONS, SCHEMA_VERSION, CollectionValue, record
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

    advertise(model, QueryLimits(), None)

    found = dict(model.annotations)[FILTER_FUNCTIONS]
    assert isinstance(found, CollectionValue)
    assert set(SIGNATURES) <= set(found.items)


def test_the_depth_of_expand_is_advertised():
    model = _model()

    advertise(model, QueryLimits(max_expand_depth=3), None)

    assert dict(model.entity_sets["things"].annotations)[LEVELS] == record(MaxLevels=3)


def test_what_a_model_says_itself_stands():
    model = _model()
    model.annotations = ((SCHEMA_VERSION, "7"),)

    advertise(model, QueryLimits(), "2.1")
    advertise(model, QueryLimits(), "2.1")

    assert [value for name, value in model.annotations if name == SCHEMA_VERSION] == ["7"]
