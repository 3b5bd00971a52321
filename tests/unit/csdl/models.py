"""Two models made by hand: one with everything that the EDM knows, one like a shop."""

import datetime
from decimal import Decimal

from odata.edm.annotations import (
    ISO_CURRENCY,
    MAXIMUM,
    PATTERN,
    CollectionValue,
    PathValue,
    conformance_level,
    filter_functions,
    navigation_path,
    record,
)
from odata.edm.model import (
    AlternateKey,
    Capabilities,
    EntitySet,
    EntityType,
    Model,
    NavigationProperty,
    Operation,
    OperationImport,
    OperationKind,
    Parameter,
    ReferentialConstraint,
    ReturnType,
    Singleton,
)
from odata.edm.types import (
    ComplexType,
    EnumMember,
    EnumType,
    Facets,
    Primitive,
    Property,
)

NAMESPACE = "Test.Technical"
NOT_NULL = Facets(nullable=False)
CAPABILITIES = "Org.OData.Capabilities.V1"

COLOUR = EnumType(
    "Colour",
    NAMESPACE,
    (EnumMember("_x0020_", 0, " "), EnumMember("Red", 1), EnumMember("Green", 10)),
    description="What it looks like",
)
ACCESS = EnumType(
    "Access",
    NAMESPACE,
    (EnumMember("Read", 1), EnumMember("Write", 2), EnumMember("Delete", 4)),
    is_flags=True,
    underlying=Primitive.BYTE,
)
PLACE = ComplexType(
    "Place",
    NAMESPACE,
    (Property("Town", Primitive.STRING, Facets(max_length=30)), Property("Tint", COLOUR)),
    is_open=True,
)
ADDRESS = ComplexType(
    "Address", NAMESPACE, (Property("Street", Primitive.STRING, NOT_NULL),), base=PLACE
)

PRIMITIVES = (
    Property("Binary", Primitive.BINARY, Facets(max_length=16), default=b"\x00\xff"),
    Property("Boolean", Primitive.BOOLEAN, default=False),
    Property("Byte", Primitive.BYTE, default=0),
    Property("Date", Primitive.DATE, has_unset=True, unset=datetime.date.min),
    Property(
        "DateTimeOffset",
        Primitive.DATE_TIME_OFFSET,
        Facets(precision=3),
        default=datetime.datetime(2025, 2, 15, 9, 30, tzinfo=datetime.UTC),
    ),
    Property("DateTimePlain", Primitive.DATE_TIME_OFFSET),
    Property(
        "Decimal",
        Primitive.DECIMAL,
        Facets(precision=18, scale=2),
        default=Decimal("1.50"),
        annotations=((ISO_CURRENCY, PathValue("String")), (MAXIMUM, Decimal("99.5"))),
    ),
    Property("DecimalPlain", Primitive.DECIMAL, NOT_NULL),
    Property("Double", Primitive.DOUBLE, default=0.5),
    Property("Duration", Primitive.DURATION, default=datetime.timedelta(hours=26, seconds=0.5)),
    Property("Guid", Primitive.GUID),
    Property("Int16", Primitive.INT16, is_computed=True),
    Property("Int32", Primitive.INT32, is_immutable=True),
    Property("Int64", Primitive.INT64),
    Property("SByte", Primitive.SBYTE),
    Property("Single", Primitive.SINGLE),
    Property("Stream", Primitive.STREAM, is_filterable=False, is_sortable=False),
    Property(
        "String",
        Primitive.STRING,
        Facets(max_length=3),
        default="EUR",
        description='A "code" & <more>',
        annotations=((PATTERN, "^[A-Z]+$"), (f"{PATTERN}#loose", ".*")),
    ),
    Property("TimeOfDay", Primitive.TIME_OF_DAY, Facets(precision=0)),
    Property("Enum", COLOUR, default=10),
    Property("Flags", ACCESS, default=3),
    Property("Complex", ADDRESS, NOT_NULL),
    Property("Strings", Primitive.STRING, NOT_NULL, is_collection=True),
    Property("Enums", COLOUR, NOT_NULL, is_collection=True),
    Property("Places", PLACE, is_collection=True),
)


def _function(name: str, parameters: tuple[Parameter, ...], **options: object) -> Operation:
    returns = options.pop("returns", ReturnType(Primitive.DECIMAL, nullable=False))
    return Operation(
        name,
        NAMESPACE,
        OperationKind.FUNCTION,
        options.pop("is_bound", False),
        parameters,
        returns,
        **options,
    )


def technical_model() -> Model:
    """Every primitive type, complex, enumerations, derivation, containment, operations."""
    thing = EntityType(
        "Thing",
        NAMESPACE,
        (Property("Id", Primitive.INT32, NOT_NULL), *PRIMITIVES),
        key=("Id",),
        alternate_keys=(AlternateKey(("Guid",)), AlternateKey(("String", "Int16"))),
        description="Something",
    )
    part = EntityType(
        "Part",
        NAMESPACE,
        (
            Property("ThingId", Primitive.INT32, NOT_NULL),
            Property("Number", Primitive.STRING, Facets(nullable=False, max_length=20)),
        ),
        key=("ThingId", "Number"),
        has_entity_tag=False,
    )
    special = EntityType(
        "SpecialThing", NAMESPACE, (Property("Extra", Primitive.STRING),), base=thing, is_open=True
    )
    abstract = EntityType("Base", NAMESPACE, is_abstract=True)
    media = EntityType(
        "Media",
        NAMESPACE,
        (Property("Id", Primitive.GUID, NOT_NULL),),
        base=abstract,
        key=("Id",),
        has_stream=True,
    )
    parts = NavigationProperty(
        "Parts", f"{NAMESPACE}.Part", is_collection=True, contains_target=True, partner="Thing"
    )
    owner = NavigationProperty(
        "Thing",
        f"{NAMESPACE}.Thing",
        nullable=False,
        partner="Parts",
        constraints=(ReferentialConstraint("ThingId", "Id"),),
        description="What it belongs to",
    )
    other = NavigationProperty(
        "Other",
        f"{NAMESPACE}.Thing",
        aliases=("Others",),
        annotations=((f"{NAMESPACE}.IsBidirectional", True),),
    )
    parts.bind_target(part)
    owner.bind_target(thing)
    other.bind_target(thing)
    thing.add_navigation(parts)
    thing.add_navigation(other)
    part.add_navigation(owner)
    things = Parameter("things", thing, is_collection=True)
    total = _function("total", (things,), is_bound=True)
    total_of = _function(
        "total", (things, Parameter("colour", COLOUR, facets=NOT_NULL)), is_bound=True
    )
    near = _function(
        "near",
        (things, Parameter("size", Primitive.DECIMAL, is_optional=True)),
        is_bound=True,
        is_composable=True,
        entity_set_path="things",
        returns=ReturnType(thing, is_collection=True),
    )
    now = _function("now", (), returns=ReturnType(Primitive.DATE_TIME_OFFSET, nullable=False))
    names = _function(
        "names",
        (Parameter("like", Primitive.STRING, facets=Facets(nullable=False, max_length=9)),),
        returns=ReturnType(Primitive.STRING, is_collection=True, nullable=False),
    )
    reset = Operation("reset", NAMESPACE, OperationKind.ACTION, is_bound=False)
    paint = Operation(
        "paint",
        NAMESPACE,
        OperationKind.ACTION,
        is_bound=True,
        parameters=(Parameter("thing", thing), Parameter("colours", COLOUR, is_collection=True)),
        returns=ReturnType(thing),
    )
    model = Model(
        NAMESPACE,
        "Container",
        entity_types={item.name: item for item in (abstract, thing, part, special, media)},
        complex_types={item.name: item for item in (PLACE, ADDRESS)},
        enum_types={item.name: item for item in (COLOUR, ACCESS)},
        operations=(total, total_of, near, now, names, reset, paint),
        annotations=(filter_functions(("contains", "tolower")), conformance_level("Minimal")),
        default_namespace=True,
    )
    restrictions = record(
        RestrictedProperties=CollectionValue(
            (
                record(
                    NavigationProperty=navigation_path("Parts"), OptimisticConcurrencyControl=True
                ),
            )
        )
    )
    model.entity_sets["Things"] = EntitySet(
        "Things",
        thing,
        Capabilities(searchable=True),
        annotations=((f"{CAPABILITIES}.NavigationRestrictions", restrictions),),
    )
    model.entity_sets["Files"] = EntitySet(
        "Files",
        media,
        Capabilities(insertable=False, updatable=False, deletable=False, sortable=False),
        in_service_document=False,
        annotations=((f"{CAPABILITIES}.ChangeTracking", record(Supported=True)),),
    )
    model.singletons["First"] = Singleton("First", thing)
    for name, operation in (("Now", now), ("Names", names), ("Reset", reset)):
        model.operation_imports[name] = OperationImport(name, operation)
    return model


def shop_model() -> Model:
    """Two entity types of a shop, in the namespace and with the names of Business Central."""
    namespace = "Microsoft.NAV"
    blocked = EnumType("customerBlocked", namespace, (EnumMember("_x0020_", 0, " "),))
    term = EntityType(
        "paymentTerm",
        namespace,
        (
            Property("id", Primitive.GUID, NOT_NULL, is_computed=True),
            Property("code", Primitive.STRING, Facets(max_length=10)),
        ),
        key=("id",),
    )
    customer = EntityType(
        "customer",
        namespace,
        (
            Property("id", Primitive.GUID, NOT_NULL, is_computed=True),
            Property("displayName", Primitive.STRING, Facets(nullable=False, max_length=100)),
            Property("blocked", blocked),
            Property("balance", Primitive.DECIMAL, is_computed=True),
            Property("paymentTermsId", Primitive.GUID),
        ),
        key=("id",),
    )
    terms = NavigationProperty(
        "paymentTerm",
        "Microsoft.NAV.paymentTerm",
        contains_target=True,
        constraints=(ReferentialConstraint("paymentTermsId", "id"),),
    )
    terms.bind_target(term)
    customer.add_navigation(terms)
    model = Model(
        namespace,
        "NAV",
        entity_types={"paymentTerm": term, "customer": customer},
        enum_types={"customerBlocked": blocked},
    )
    model.entity_sets["customers"] = EntitySet("customers", customer)
    model.entity_sets["paymentTerms"] = EntitySet(
        "paymentTerms", term, Capabilities(deletable=False)
    )
    return model
