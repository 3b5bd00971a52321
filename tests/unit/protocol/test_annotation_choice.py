import pytest

from odata.csdl import write_xml
from odata.edm.annotations import Annotation
from odata.protocol.annotation_choice import read_annotation_choice
from tests.unit.csdl.models import shop_model

CORE = "Org.OData.Core.V1"


@pytest.mark.parametrize(
    ("preference", "term", "qualifier", "wanted"),
    [
        ("*", f"{CORE}.Computed", "", True),
        ("-*", f"{CORE}.Computed", "", False),
        (f"{CORE}.*", f"{CORE}.Computed", "", True),
        (f"{CORE}.*", "Org.OData.Validation.V1.Pattern", "", False),
        (f"*,-{CORE}.*", f"{CORE}.Computed", "", False),
        (f"*,-{CORE}.*,{CORE}.Computed", f"{CORE}.Computed", "", True),
        (f"{CORE}.Computed", f"{CORE}.Immutable", "", False),
        ("*#small", f"{CORE}.Description", "small", True),
        ("*#small", f"{CORE}.Description", "", False),
        (f"{CORE}.Description,-{CORE}.Description#small", f"{CORE}.Description", "small", False),
    ],
)
def test_the_most_special_pattern_decides(preference, term, qualifier, wanted):
    choice = read_annotation_choice(preference)
    assert choice.includes(Annotation(term, value=True, qualifier=qualifier)) is wanted


@pytest.mark.parametrize("preference", [None, "", "a b", "Core", "*,", "*\r\nX: y", "*," * 60])
def test_a_malformed_wish_is_no_choice(preference):
    assert read_annotation_choice(preference) is None


def test_a_description_without_annotations_has_none():
    choice = read_annotation_choice("-*")
    text = write_xml(shop_model(), version="4.0", includes=choice.includes).decode()

    assert "<Annotation " not in text
    assert "<Annotation " in write_xml(shop_model(), version="4.0").decode()
