from odata.csdl import service_document_entries
from odata.edm.model import EntitySet, EntityType, Model
from tests.unit.csdl.models import shop_model, technical_model


def test_entity_sets_are_listed_in_their_order():
    assert service_document_entries(shop_model()) == [
        {"name": "customers", "kind": "EntitySet", "url": "customers"},
        {"name": "paymentTerms", "kind": "EntitySet", "url": "paymentTerms"},
    ]


def test_hidden_sets_actions_and_functions_with_parameters_are_left_out():
    assert service_document_entries(technical_model()) == [
        {"name": "Things", "kind": "EntitySet", "url": "Things"},
        {"name": "First", "kind": "Singleton", "url": "First"},
        {"name": "Now", "kind": "FunctionImport", "url": "Now"},
    ]


def test_url_of_a_name_beyond_ascii_is_percent_encoded():
    model = Model("Test", entity_sets={"Größen": EntitySet("Größen", EntityType("Size", "Test"))})

    assert service_document_entries(model) == [
        {"name": "Größen", "kind": "EntitySet", "url": "Gr%C3%B6%C3%9Fen"}
    ]
