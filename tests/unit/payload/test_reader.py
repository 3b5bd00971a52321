"""Whole bodies, read against an entity type."""

import datetime
from decimal import Decimal

import pytest

from odata.edm.model import EntityType, NavigationProperty, ReferentialConstraint
from odata.edm.types import ComplexType, EnumMember, EnumType, Facets, Primitive, Property
from odata.errors import ErrorDetail, PayloadError
from odata.payload.dynamic import DynamicValue
from odata.payload.entity_payload import EntityPayload
from odata.payload.json_document import read_json
from odata.payload.reader import check_faults, read_entity
from odata.payload.reader_settings import ReaderSettings, ReadOnlyHandling
from odata.query.change import Operation

ID = "d1e2f3a4-b5c6-7890-1234-567890abcdef"
OTHER_ID = "11111111-2222-3333-4444-555555555555"
NO_ID = "00000000-0000-0000-0000-000000000000"
CREATE, UPDATE = Operation.CREATE, Operation.UPDATE

CONTACT_TYPE = EnumType(
    "contactType", "Microsoft.NAV", (EnumMember("Company", 0), EnumMember("Person", 1))
)
ADDRESS = ComplexType("address", "Microsoft.NAV", (Property("city", Primitive.STRING),))
DIMENSION = EntityType(
    "defaultDimension",
    "Microsoft.NAV",
    (
        Property("id", Primitive.GUID, is_computed=True),
        Property("parentId", Primitive.GUID, is_required=True),
        Property("dimensionCode", Primitive.STRING, Facets(max_length=20), is_required=True),
        Property("rank", Primitive.INT32),
    ),
    key=("id",),
)
TERM = EntityType(
    "paymentTerm",
    "Microsoft.NAV",
    (
        Property("id", Primitive.GUID, is_computed=True),
        Property("code", Primitive.STRING, Facets(max_length=10)),
    ),
    key=("id",),
)


def customer_type(*, is_open=False):
    made = EntityType(
        "customer",
        "Microsoft.NAV",
        (
            Property("id", Primitive.GUID, Facets(nullable=False), is_computed=True, caption="Id"),
            Property("number", Primitive.STRING, Facets(max_length=20), upper_case=True),
            Property("displayName", Primitive.STRING, Facets(max_length=10), is_required=True),
            Property("type", CONTACT_TYPE, has_unset=True, unset=0),
            Property("email", Primitive.STRING, has_unset=True, unset=""),
            Property("taxLiable", Primitive.BOOLEAN, has_unset=True, unset=False),
            Property("creditLimit", Primitive.DECIMAL, Facets(precision=18, scale=2)),
            Property(
                "balance", Primitive.DECIMAL, is_computed=True, has_unset=True, unset=Decimal(0)
            ),
            Property("origin", Primitive.STRING, is_immutable=True),
            Property("address", ADDRESS),
            Property("image", Primitive.STREAM),
            Property(
                "lastModifiedDateTime",
                Primitive.DATE_TIME_OFFSET,
                is_computed=True,
                caption="Last Date Modified",
            ),
        ),
        key=("id",),
        is_open=is_open,
        navigation=(
            NavigationProperty("paymentTerm", "Microsoft.NAV.paymentTerm", aliases=("term",)),
            NavigationProperty(
                "defaultDimensions",
                "Microsoft.NAV.defaultDimension",
                is_collection=True,
                constraints=(ReferentialConstraint("id", "parentId"),),
            ),
        ),
    )
    made.navigation[0].bind_target(TERM)
    made.navigation[1].bind_target(DIMENSION)
    return made


CUSTOMER = customer_type()
STORED = ReaderSettings(
    key={"id": ID},
    current={
        "balance": Decimal("15750.00"),
        "origin": "import",
        "lastModifiedDateTime": datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC),
    },
)


def create(text, **options):
    options.setdefault("entity_type", CUSTOMER)
    return check_faults(read_entity(read_json(text.encode()), operation=CREATE, **options))


def update(text, **options):
    options.setdefault("settings", ReaderSettings(key={"id": ID}))
    return check_faults(
        read_entity(read_json(text.encode()), CUSTOMER, operation=UPDATE, **options)
    )


def faults_of(call, text, **options):
    with pytest.raises(PayloadError) as caught:
        call(text, **options)
    error = caught.value
    return error.details or (error.as_detail(),)


# --- values -------------------------------------------------------------------------------


def test_the_values_that_were_sent_are_read_and_no_others():
    found = create(
        '{"displayName":"Adatum","number":" abc1 ","type":"Person","email":null,'
        '"creditLimit":10.50,"address":{"city":"Ulm"}}'
    )
    assert found == EntityPayload(
        values={
            "displayName": "Adatum",
            "number": "ABC1",
            "type": 1,
            "email": "",
            "creditLimit": Decimal("10.5"),
            "address": {"city": "Ulm"},
        }
    )


def test_an_empty_update_is_legal():
    assert update("{}") == EntityPayload()


@pytest.mark.parametrize(
    ("text", "node"),
    [("[]", "StartArray"), ("1", "PrimitiveValue"), ('"x"', "PrimitiveValue"), ("null", "Prim")],
)
def test_a_body_is_an_object(text, node):
    (fault,) = faults_of(create, text)
    assert fault.message.startswith(f"An unexpected '{node}")
    assert fault.message.endswith(
        "node was found when reading from the JSON reader. A 'StartObject' node was expected."
    )
    assert fault.code == "BadRequest"


def test_the_bytes_of_a_stream_may_stand_in_the_body():
    assert create('{"displayName":"x","image":"AAH_"}').streams == {"image": b"\x00\x01\xff"}


@pytest.mark.parametrize(
    ("text", "code", "message", "target"),
    [
        (
            '{"displayName":"x","nope":1}',
            "BadRequest",
            (
                "The property 'nope' does not exist on type 'Microsoft.NAV.customer'. "
                "Make sure to only use property names that are defined by the type."
            ),
            "nope",
        ),
        (
            '{"displayName":"x","Email":""}',
            "BadRequest",
            (
                "The property 'Email' does not exist on type 'Microsoft.NAV.customer'. "
                "Make sure to only use property names that are defined by the type."
            ),
            "Email",
        ),
        (
            '{"displayName":"x","__class__":1}',
            "BadRequest",
            (
                "The property '__class__' does not exist on type 'Microsoft.NAV.customer'. "
                "Make sure to only use property names that are defined by the type."
            ),
            "__class__",
        ),
        (
            '{"displayName":"x","taxLiable":"yes"}',
            "BadRequest",
            "Unable to convert value to Boolean. The property 'taxLiable' expects true or false.",
            "taxLiable",
        ),
        (
            '{"displayName":"12345678901"}',
            "Application_StringExceededLength",
            (
                "The length of the string is 11, but it must be less than or equal to 10 "
                "characters. Value: 12345678901"
            ),
            "displayName",
        ),
        (
            '{"displayName":null}',
            "BadRequest_RequiredParamNotProvided",
            "Field 'displayName' must not be blank or empty.",
            "displayName",
        ),
        (
            '{"displayName":"x","type":"Alien"}',
            "Unknown",
            "'Alien' is not an option. The existing options are: Company,Person",
            "type",
        ),
        (
            '{"displayName":"x","balance":100}',
            "BadRequest_InvalidOperation",
            "Control 'balance' is read-only",
            "balance",
        ),
        (
            '{"displayName":"x","lastModifiedDateTime":"2025-01-01T00:00:00Z"}',
            "BadRequest_InvalidOperation",
            "Control 'Last Date Modified' is read-only",
            "lastModifiedDateTime",
        ),
        (
            f'{{"displayName":"x","id":"{ID}"}}',
            "BadRequest_InvalidOperation",
            "Control 'Id' is read-only",
            "id",
        ),
        (
            '{"displayName":"x","image":5}',
            "BadRequest_InvalidOperation",
            "Control 'image' is read-only",
            "image",
        ),
        (
            "{}",
            "Application_DialogException",
            'A "displayName" must be provided.',
            "displayName",
        ),
        (
            '{"displayName":"x","address":{"street":1}}',
            "BadRequest",
            (
                "The property 'street' does not exist on type 'Microsoft.NAV.address'. "
                "Make sure to only use property names that are defined by the type."
            ),
            "address/street",
        ),
        (
            '{"displayName":"x","unknown@odata.bind":"x(1)"}',
            "BadRequest",
            (
                "The property 'unknown' does not exist on type 'Microsoft.NAV.customer'. "
                "Make sure to only use property names that are defined by the type."
            ),
            "unknown",
        ),
    ],
)
def test_a_single_fault_of_a_create(text, code, message, target):
    assert faults_of(create, text) == (ErrorDetail(code, message, target),)


def test_all_faults_are_refused_together_in_the_order_of_the_body():
    text = (
        '{"nope":1,"taxLiable":"yes","balance":5,"number":7,"type":"Alien",'
        '"defaultDimensions":[{"dimensionCode":1},{}]}'
    )
    with pytest.raises(PayloadError) as caught:
        create(text)
    error = caught.value
    assert (error.status, error.code, error.target) == (400, "BadRequest", "nope")
    assert error.message.startswith("The property 'nope' does not exist")
    assert [(item.code, item.target) for item in error.details] == [
        ("BadRequest", "nope"),
        ("BadRequest", "taxLiable"),
        ("BadRequest_InvalidOperation", "balance"),
        ("BadRequest", "number"),
        ("Unknown", "type"),
        ("BadRequest", "defaultDimensions/0/dimensionCode"),
        ("Application_DialogException", "defaultDimensions/1/dimensionCode"),
        ("Application_DialogException", "displayName"),
    ]


def test_the_number_of_faults_is_bounded():
    body = "{" + ",".join(f'"p{number}":1' for number in range(500)) + "}"
    assert len(faults_of(update, body)) == 100


# --- control information ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"@foo.bar":1}',
        '{"@odata.context":"x","@odata.editLink":"y","@odata.metadataEtag":5}',
        '{"email@odata.type":"#String","email@Org.Term":{"a":[1]}}',
        '{"paymentTerm@odata.navigationLink":"x","paymentTerm@odata.associationLink":"y"}',
        '{"image@odata.mediaEditLink":"x","image@odata.mediaReadLink":"y"}',
        '{"nope@some.annotation":1}',
        '{"#Microsoft.NAV.post":{"title":"post","target":"x"}}',
        '{"defaultDimensions@odata.count":2}',
    ],
)
def test_annotations_and_control_information_are_ignored(text):
    assert update(text) == EntityPayload()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"@odata.etag":"W/\\"a\\""}', EntityPayload(entity_tag='W/"a"')),
        ('{"@etag":"W/\\"a\\""}', EntityPayload(entity_tag='W/"a"')),
        ('{"@odata.id":"customers(1)"}', EntityPayload(entity_id="customers(1)")),
        (
            '{"@odata.type":"#Microsoft.NAV.customer"}',
            EntityPayload(type_name="Microsoft.NAV.customer"),
        ),
        (
            '{"@odata.type":"Microsoft.NAV.customer"}',
            EntityPayload(type_name="Microsoft.NAV.customer"),
        ),
        ('{"@Core.ContentID":"7"}', EntityPayload(content_id="7")),
        ('{"@odata.etag":5}', EntityPayload()),
    ],
)
def test_some_control_information_is_kept(text, expected):
    assert update(text) == expected


# --- read-only properties -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"balance":null,"lastModifiedDateTime":null,"id":null,"image":null,"origin":null}',
        '{"balance":15750.00,"lastModifiedDateTime":"2025-02-15T09:30:00Z"}',
        '{"balance":15750,"lastModifiedDateTime":"2025-02-15T10:30:00+01:00"}',
        '{"balance":"15750.0"}',
        '{"origin":"import"}',
        f'{{"id":"{ID.upper()}"}}',
    ],
)
def test_a_client_may_echo_what_it_cannot_change(text):
    assert update(text, settings=STORED) == EntityPayload()


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ('{"balance":15750.01}', "balance"),
        ('{"balance":"much"}', "balance"),
        ('{"balance":0}', "balance"),
        ('{"origin":"other"}', "origin"),
        (f'{{"id":"{OTHER_ID}"}}', "Id"),
        ('{"id":"abc"}', "Id"),
        ('{"lastModifiedDateTime":"2025-02-15T09:30:01Z"}', "Last Date Modified"),
    ],
)
def test_a_changed_read_only_property_is_refused(text, caption):
    (fault,) = faults_of(update, text, settings=STORED)
    assert (fault.code, fault.message) == (
        "BadRequest_InvalidOperation",
        f"Control '{caption}' is read-only",
    )


def test_without_the_stored_values_a_computed_property_is_refused():
    (fault,) = faults_of(update, '{"balance":1}')
    assert fault.code == "BadRequest_InvalidOperation"


def test_read_only_properties_can_be_ignored_by_a_setting_but_not_the_key():
    settings = ReaderSettings(ReadOnlyHandling.IGNORE, key={"id": ID})
    assert update('{"balance":1,"origin":"x"}', settings=settings) == EntityPayload()
    assert len(faults_of(update, f'{{"id":"{OTHER_ID}"}}', settings=settings)) == 1


def test_an_immutable_property_may_be_given_on_create():
    assert create('{"displayName":"x","origin":"web"}').values["origin"] == "web"


def test_a_create_may_name_the_unset_value_of_a_computed_property():
    assert create('{"displayName":"x","balance":0}').values == {"displayName": "x"}


def test_the_url_may_supply_what_is_required():
    settings = ReaderSettings(supplied=frozenset({"displayName"}))
    assert create("{}", settings=settings) == EntityPayload()


# --- related entities ---------------------------------------------------------------------


@pytest.mark.parametrize("version", ["4.0", "4.01"])
@pytest.mark.parametrize(
    ("text", "binds"),
    [
        ('{"paymentTerm@odata.bind":"paymentTerms(1)"}', {"paymentTerm": "paymentTerms(1)"}),
        ('{"term@odata.bind":"paymentTerms(1)"}', {"paymentTerm": "paymentTerms(1)"}),
        ('{"paymentTerm":{"@odata.id":"paymentTerms(1)"}}', {"paymentTerm": "paymentTerms(1)"}),
        ('{"paymentTerm":{"@id":"paymentTerms(1)"}}', {"paymentTerm": "paymentTerms(1)"}),
        (
            '{"defaultDimensions@odata.bind":["a(1)","a(2)"]}',
            {"defaultDimensions": ("a(1)", "a(2)")},
        ),
        ('{"defaultDimensions@odata.bind":[]}', {"defaultDimensions": ()}),
    ],
)
def test_references_are_read(text, binds, version):
    assert update(text, odata_version=version) == EntityPayload(binds=binds)


@pytest.mark.parametrize(
    "text",
    [
        '{"paymentTerm@odata.bind":["a"]}',
        '{"paymentTerm@odata.bind":5}',
        '{"defaultDimensions@odata.bind":"a"}',
        '{"defaultDimensions@odata.bind":["a",5]}',
        '{"defaultDimensions@odata.bind":null}',
        '{"paymentTerm":"paymentTerms(1)"}',
        '{"paymentTerm":[]}',
        '{"defaultDimensions":{}}',
        '{"defaultDimensions":null}',
        '{"defaultDimensions":["a"]}',
        '{"paymentTerm@delta":[]}',
        '{"defaultDimensions@delta":{}}',
    ],
)
def test_malformed_references_and_relations_are_refused(text):
    (fault,) = faults_of(update, text)
    assert fault.code == "BadRequest"
    assert fault.target.split("/")[0].split("@")[0] in ("paymentTerm", "defaultDimensions")


@pytest.mark.parametrize("text", ['{"paymentTerm":null}', '{"paymentTerm@odata.bind":null}'])
def test_null_takes_a_relation_away(text):
    assert update(text) == EntityPayload(nested={"paymentTerm": None})


def test_a_create_may_send_null_for_every_relation():
    found = create('{"displayName":"x","paymentTerm":null,"defaultDimensions":null}')
    assert found == EntityPayload(values={"displayName": "x"}, nested={"paymentTerm": None})


def test_a_deep_insert_reads_nested_entities():
    found = create(
        '{"displayName":"x","paymentTerm":{"code":"14D"},'
        '"defaultDimensions":[{"dimensionCode":"AREA","@Core.ContentID":"1"},{"@id":"d(2)"}]}'
    )
    assert found == EntityPayload(
        values={"displayName": "x"},
        nested={
            "paymentTerm": EntityPayload(values={"code": "14D"}),
            "defaultDimensions": (
                EntityPayload(values={"dimensionCode": "AREA"}, content_id="1"),
                EntityPayload(entity_id="d(2)"),
            ),
        },
    )
    assert [item.is_reference for item in found.nested["defaultDimensions"]] == [False, True]


def test_a_nested_new_entity_cannot_choose_computed_properties():
    (fault,) = faults_of(
        create,
        f'{{"displayName":"x","defaultDimensions":[{{"id":"{ID}","dimensionCode":"A"}}]}}',
    )
    assert (fault.code, fault.target) == ("BadRequest_InvalidOperation", "defaultDimensions/0/id")


@pytest.mark.parametrize(
    "text",
    [
        '{"paymentTerm":{"code":"14D"}}',
        '{"defaultDimensions":[]}',
        '{"defaultDimensions@delta":[]}',
    ],
)
def test_an_update_of_4_0_has_no_content_of_related_entities(text):
    (fault,) = faults_of(update, text, odata_version="4.0")
    assert fault.code == "BadRequest"
    assert "must not have content in an update of version 4.0" in fault.message


def test_a_deep_update_tells_existing_entities_from_new_ones():
    found = update(
        f'{{"defaultDimensions":[{{"id":"{OTHER_ID}","rank":2}},{{"dimensionCode":"NEW"}},'
        '{"@id":"d(3)","rank":3}]}'
    )
    assert found.nested == {
        "defaultDimensions": (
            EntityPayload(values={"rank": 2}, key={"id": OTHER_ID}),
            EntityPayload(values={"dimensionCode": "NEW"}),
            EntityPayload(values={"rank": 3}, entity_id="d(3)"),
        )
    }


def test_a_nested_delta_adds_changes_and_removes():
    found = update(
        '{"defaultDimensions@delta":[{"dimensionCode":"NEW"},'
        f'{{"@removed":{{"reason":"deleted"}},"@id":"d(1)"}},'
        f'{{"@removed":{{}},"id":"{OTHER_ID}"}},{{"@id":"d(2)","rank":1}}]}}'
    )
    assert found.nested_deltas == {
        "defaultDimensions": (
            EntityPayload(values={"dimensionCode": "NEW"}),
            EntityPayload(entity_id="d(1)", removed="deleted"),
            EntityPayload(key={"id": OTHER_ID}, removed="changed"),
            EntityPayload(entity_id="d(2)", values={"rank": 1}),
        )
    }


# --- open types ---------------------------------------------------------------------------


def test_an_open_type_keeps_undeclared_properties_with_their_types():
    found = create(
        '{"displayName":"x","tier":"gold","score":1.5,'
        f'"since@odata.type":"#Date","since":"2024-02-29","ref@type":"Guid","ref":"{ID.upper()}"}}',
        entity_type=customer_type(is_open=True),
    )
    assert found.dynamic == {
        "tier": DynamicValue("gold"),
        "score": DynamicValue(Decimal("1.5")),
        "since": DynamicValue(datetime.date(2024, 2, 29), "Date"),
        "ref": DynamicValue(ID, "Guid"),
    }


def test_a_dynamic_property_of_a_wrong_type_is_refused():
    (fault,) = faults_of(
        create,
        '{"displayName":"x","since@odata.type":"#Date","since":"soon"}',
        entity_type=customer_type(is_open=True),
    )
    assert fault.target == "since"
