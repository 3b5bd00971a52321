"""Whatever a client sends is read or refused, never an accident."""

import contextlib
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odata.edm.model import EntityType, NavigationProperty
from odata.edm.types import ComplexType, EnumMember, EnumType, Facets, Primitive, Property
from odata.errors import PayloadError
from odata.payload.json_document import read_json
from odata.payload.reader import read_entity
from odata.query.change import Operation

COLOUR = EnumType("colour", "N", (EnumMember("Red", 1), EnumMember("Blue", 2)), is_flags=True)
POINT = ComplexType("point", "N", (Property("x", Primitive.DOUBLE),))
PRIMITIVES = [item for item in Primitive if item is not Primitive.STREAM]
EVERYTHING = EntityType(
    "everything",
    "N",
    (
        *(Property(item.name.lower(), item, Facets(precision=9, scale=2)) for item in PRIMITIVES),
        Property("id", Primitive.GUID, is_computed=True),
        Property("colour", COLOUR),
        Property("point", POINT),
        Property("points", POINT, is_collection=True),
        Property("colours", COLOUR, is_collection=True),
    ),
    key=("id",),
    navigation=(
        NavigationProperty("one", "N.everything"),
        NavigationProperty("many", "N.everything", is_collection=True),
    ),
)
for navigation in EVERYTHING.navigation:
    navigation.bind_target(EVERYTHING)

NAMES = st.sampled_from(
    [
        *(item.name for item in EVERYTHING.properties),
        *("one", "many", "one@odata.bind", "many@odata.bind", "many@delta", "nope"),
        *("@odata.id", "@id", "@odata.etag", "@removed", "@", "#x", "id@odata.type"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.text("0123456789TZP:.+-", max_size=30)
    | st.sampled_from(["INF", "Red,Blue", "", "2024-02-30", "9999-12-31T23:59:59-01:00"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(b"\xff\xfe{\x00}\x00")
@example(b'{"a":1e99999999999999999999}')
def test_bytes_are_read_or_refused(body):
    with contextlib.suppress(PayloadError):
        read_json(body)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(NAMES, VALUES, max_size=8),
    st.sampled_from([Operation.CREATE, Operation.UPDATE]),
    st.sampled_from(["4.0", "4.01"]),
)
def test_documents_are_read_or_refused(document, operation, version):
    with contextlib.suppress(PayloadError):
        decoded = read_json(json.dumps(document).encode())
        read_entity(decoded, EVERYTHING, operation=operation, odata_version=version)
