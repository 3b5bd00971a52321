import dataclasses
from collections.abc import Callable
from decimal import Decimal

import pytest

from odata.edm.check import ModelError, check_model
from odata.edm.model import (
    AlternateKey,
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
from odata.edm.types import ComplexType, EnumMember, EnumType, Facets, Primitive, Property
from tests.unit.csdl.models import shop_model, technical_model

NOT_NULL = Facets(nullable=False)
ID = Property("id", Primitive.GUID, NOT_NULL)
NAME = Property("name", Primitive.STRING)
OUTSIDE = EntityType("outside", "Test", (ID,), key=("id",))


def small_model(*properties: Property, **options: object) -> Model:
    """A model of the one entity set ``things``."""
    thing = EntityType("thing", "Test", properties or (ID, NAME), key=("id",))
    thing = dataclasses.replace(thing, **options)
    model = Model("Test", entity_types={"thing": thing})
    model.entity_sets["things"] = EntitySet("things", thing)
    return model


def with_property(definition: Property) -> Model:
    """A model whose type has one more property."""
    return small_model(ID, NAME, definition)


def with_navigation(**options: object) -> Model:
    """A model whose type has the navigation property ``other`` to itself."""
    model = small_model()
    navigation = NavigationProperty("other", "Test.thing", **options)
    navigation.bind_target(model.entity_types["thing"])
    model.entity_types["thing"].add_navigation(navigation)
    return model


def with_enum(*members: EnumMember, **options: object) -> Model:
    """A model with one enumeration."""
    return dataclasses.replace(
        small_model(), enum_types={"colour": EnumType("colour", "Test", members, **options)}
    )


def with_operations(*operations: Operation) -> Model:
    """A model with operations."""
    return dataclasses.replace(small_model(), operations=operations)


def operation(kind: str, *parameters: Parameter, **options: object) -> Operation:
    """An operation named ``run``."""
    chosen = {"is_bound": False, "returns": ReturnType(Primitive.STRING)} | options
    return Operation("run", "Test", OperationKind(kind), parameters=parameters, **chosen)


def with_import(imported: OperationImport) -> Model:
    """A model with one import."""
    model = small_model()
    model.operation_imports[imported.name] = imported
    return model


def unbound_navigation() -> Model:
    """A navigation property whose target was never fixed."""
    model = small_model()
    model.entity_types["thing"].add_navigation(NavigationProperty("other", "Test.lost"))
    return model


def navigation_outside() -> Model:
    """A navigation property to a type that the model lacks."""
    model = small_model()
    navigation = NavigationProperty("other", "Test.outside")
    navigation.bind_target(OUTSIDE)
    model.entity_types["thing"].add_navigation(navigation)
    return model


def set_of_unknown_type() -> Model:
    """An entity set whose type the model lacks."""
    model = small_model()
    model.entity_sets["others"] = EntitySet("others", OUTSIDE)
    return model


def singleton_of_unknown_type() -> Model:
    """A singleton whose type the model lacks."""
    model = small_model()
    model.singletons["first"] = Singleton("first", OUTSIDE)
    return model


def derived_with(**options: object) -> Model:
    """A model whose type has a derived one."""
    model = small_model()
    model.entity_types["more"] = EntityType(
        "more", "Test", base=model.entity_types["thing"], **options
    )
    return model


def derived_without_tag() -> Model:
    return derived_with(has_entity_tag=False)


def derived_from_complex() -> Model:
    model = small_model()
    base = model.complex_types["part"] = ComplexType("part", "Test", (NAME,))
    model.entity_types["thing"].base = base
    model.entity_types["thing"].properties = (Property("id", Primitive.GUID, NOT_NULL),)
    return model


def circle() -> Model:
    model = derived_with()
    model.entity_types["thing"].base = model.entity_types["more"]
    return model


def keyless_set() -> Model:
    """An entity set of an abstract type without a key."""
    model = Model("Test", entity_types={"base": EntityType("base", "Test", is_abstract=True)})
    model.entity_sets["bases"] = EntitySet("bases", model.entity_types["base"])
    return model


def listed_elsewhere() -> Model:
    """An entity set under another name than its own."""
    model = small_model()
    model.entity_sets["others"] = model.entity_sets.pop("things")
    return model


def default_order(*terms: str) -> Model:
    """A model whose set has a default order."""
    model = small_model()
    model.entity_sets["things"].default_order = terms
    return model


def annotated(*annotations: tuple[str, object]) -> Model:
    """A model with annotations of its own."""
    return dataclasses.replace(small_model(), annotations=annotations)


BINDING = Parameter("thing", Primitive.STRING)
COMPUTED = "Org.OData.Core.V1.Computed"

FAULTS: list[tuple[Callable[[], Model], str]] = [
    (lambda: with_property(NAME), "thing has the name name twice"),
    (
        lambda: with_property(Property("Name", Primitive.STRING)),
        "thing has the names name and Name, which differ only by case",
    ),
    (
        lambda: with_property(Property("first name", Primitive.STRING)),
        'thing has the name "first name", which is no OData identifier',
    ),
    (lambda: derived_with(properties=(NAME,)), "more has the name name twice"),
    (
        lambda: with_navigation(aliases=("NAME",)),
        "thing has the names name and NAME, which differ only by case",
    ),
    (lambda: small_model(key=()), "thing has no key"),
    (
        lambda: small_model(key=("id", "lost")),
        "thing has no property lost, which its key names",
    ),
    (
        lambda: small_model(key=("name",)),
        "thing.name is nullable, but belongs to the key",
    ),
    (
        lambda: small_model(Property("id", Primitive.DOUBLE, NOT_NULL)),
        "thing.id has a type that no key can have",
    ),
    (
        lambda: small_model(Property("id", Primitive.GUID, NOT_NULL, is_collection=True)),
        "thing.id has a type that no key can have",
    ),
    (
        lambda: derived_with(properties=(Property("own", Primitive.GUID, NOT_NULL),), key=("own",)),
        "more declares a key, but inherits one from thing",
    ),
    (
        lambda: small_model(alternate_keys=(AlternateKey(("number",)),)),
        "thing has no property number, which an alternate key names",
    ),
    (
        lambda: small_model(base=OUTSIDE, properties=(NAME,), key=()),
        "thing is derived from outside, which the model lacks",
    ),
    (derived_without_tag, "more is derived from thing, but only one of them has an entity tag"),
    (
        derived_from_complex,
        "thing is derived from part, but one of them is an entity type and the other is not",
    ),
    (circle, "more is derived from itself"),
    (unbound_navigation, "thing.other has no target: Test.lost is not bound"),
    (navigation_outside, "thing.other leads to outside, which the model lacks"),
    (
        lambda: with_navigation(partner="back"),
        "thing.other has the partner back, which thing lacks",
    ),
    (
        lambda: with_navigation(constraints=(ReferentialConstraint("otherId", "id"),)),
        "thing has no property otherId, which a constraint of thing.other names",
    ),
    (
        lambda: with_navigation(constraints=(ReferentialConstraint("name", "code"),)),
        "thing has no property code, which a constraint of thing.other names",
    ),
    (set_of_unknown_type, "others is of the type outside, which the model lacks"),
    (singleton_of_unknown_type, "first is of the type outside, which the model lacks"),
    (keyless_set, "the entity set bases is of the type base without a key"),
    (listed_elsewhere, "things is listed as others"),
    (
        lambda: default_order("name desc", "rank"),
        "thing has no property rank, which the default order of things names",
    ),
    (
        lambda: with_property(Property("tint", EnumType("colour", "Test", ()))),
        "thing.tint is of the type Test.colour, which the model lacks",
    ),
    (
        lambda: with_property(Property("place", ComplexType("place", "Test"))),
        "thing.place is of the type Test.place, which the model lacks",
    ),
    (
        lambda: with_property(Property("any", Primitive.UNTYPED)),
        "thing.any is of the type Edm.Untyped, which OData 4.0 lacks",
    ),
    (
        lambda: with_property(Property("files", Primitive.STREAM, is_collection=True)),
        "thing.files is a collection of streams, which OData 4.0 lacks",
    ),
    (
        lambda: with_property(Property("age", Primitive.INT32, Facets(max_length=3))),
        "thing.age cannot have the maximum length 3",
    ),
    (
        lambda: with_property(Property("code", Primitive.STRING, Facets(max_length=0))),
        "thing.code cannot have the maximum length 0",
    ),
    (
        lambda: with_property(Property("at", Primitive.DATE_TIME_OFFSET, Facets(precision=13))),
        "thing.at cannot have the precision 13",
    ),
    (
        lambda: with_property(Property("rate", Primitive.DECIMAL, Facets(precision=2, scale=3))),
        "thing.rate cannot have the scale 3",
    ),
    (
        lambda: with_property(Property("rate", Primitive.DECIMAL, Facets(scale="floating"))),
        "thing.rate cannot have the scale floating",
    ),
    (
        lambda: with_property(
            Property("code", Primitive.STRING, Facets(max_length=2), has_unset=True, unset="abc")
        ),
        "the unset value of thing.code is no value of it: a length of 3 exceeds 2",
    ),
    (
        lambda: with_property(Property("code", Primitive.STRING, has_unset=True)),
        "thing.code has null as the value that stands for null",
    ),
    (
        lambda: with_property(
            Property("rate", Primitive.DECIMAL, Facets(scale=1), default=Decimal("0.25"))
        ),
        "the default of thing.rate is no value of it: 0.25 has more than 1 digits after the point",
    ),
    (with_enum, "the enumeration colour has no members"),
    (
        lambda: with_enum(EnumMember("Red", 1), EnumMember("Red", 2)),
        "the enumeration colour has the name Red twice",
    ),
    (
        lambda: with_enum(EnumMember("Red", 1), EnumMember("Green", 1)),
        'the enumeration colour has the number "1" twice',
    ),
    (
        lambda: with_enum(EnumMember("Red", 1), EnumMember("Green", 2, "Red")),
        'the enumeration colour has the text "Red" twice',
    ),
    (
        lambda: with_enum(EnumMember("Red", 256), underlying=Primitive.BYTE),
        "the enumeration colour: the number of Red is out of range",
    ),
    (
        lambda: with_enum(EnumMember("Red", -1), is_flags=True),
        "the enumeration colour: the number of Red is out of range",
    ),
    (
        lambda: with_enum(EnumMember("Red", 1), underlying=Primitive.STRING),
        "the enumeration colour has the underlying type Edm.String, which is no integer",
    ),
    (lambda: Model("Test"), "the container Container is empty"),
    (
        lambda: dataclasses.replace(small_model(), container_name="thing"),
        "the schema Test has the name thing twice",
    ),
    (
        lambda: dataclasses.replace(
            small_model(),
            complex_types={"place": ComplexType("place", "Other")},
        ),
        "Other.place is outside the namespace Test",
    ),
    (
        lambda: with_operations(operation("Function", returns=None)),
        "the function run has no return type",
    ),
    (
        lambda: with_operations(operation("Action", is_bound=True)),
        "the action run is bound, but has no binding parameter",
    ),
    (
        lambda: with_operations(operation("Action", BINDING, BINDING)),
        "the action run has the name thing twice",
    ),
    (
        lambda: with_operations(operation("Action", Parameter("of", OUTSIDE))),
        "the parameter of of the action run is of the type Test.outside, which the model lacks",
    ),
    (
        lambda: with_operations(operation("Action", returns=ReturnType(OUTSIDE))),
        "the result of the action run is of the type Test.outside, which the model lacks",
    ),
    (
        lambda: with_operations(operation("Function", BINDING, entity_set_path="thing")),
        "the function run has an entity set path that does not start with its binding parameter",
    ),
    (
        lambda: with_operations(operation("Action"), operation("Action", BINDING)),
        "two overloads of run cannot be told apart",
    ),
    (
        lambda: with_operations(operation("Function", BINDING), operation("Function", BINDING)),
        "two overloads of run cannot be told apart",
    ),
    (
        lambda: with_operations(operation("Function"), operation("Action")),
        "the schema Test has the name run twice",
    ),
    (
        lambda: with_import(OperationImport("Run", operation("Action"))),
        "the import Run is of the operation run, which the model lacks",
    ),
    (
        lambda: annotated(("Com.Example.Tag", True)),
        "the model has an annotation of an unknown vocabulary: Com.Example.Tag",
    ),
    (
        lambda: annotated((COMPUTED, 0.5)),
        "the model has a value of Org.OData.Core.V1.Computed that no annotation can hold",
    ),
    (
        lambda: annotated((COMPUTED, True), (COMPUTED, False)),
        "the model has the annotation Org.OData.Core.V1.Computed twice",
    ),
    (
        lambda: annotated((f"{COMPUTED}#", True)),
        "the model has an annotation with a wrong qualifier: Org.OData.Core.V1.Computed#",
    ),
]


@pytest.mark.parametrize(("build", "sentence"), FAULTS, ids=[item[1] for item in FAULTS])
def test_fault_is_named(build, sentence):
    with pytest.raises(ModelError) as caught:
        check_model(build())

    assert sentence in caught.value.faults


@pytest.mark.parametrize(
    "build",
    [
        technical_model,
        shop_model,
        small_model,
        derived_with,
        with_navigation,
        lambda: with_navigation(partner="other"),
        lambda: default_order("name desc", "id"),
        lambda: with_enum(EnumMember("_x0020_", 0, " "), EnumMember("Red", -5)),
        lambda: with_operations(operation("Function", BINDING), operation("Function")),
        lambda: annotated(("Test.Tag#big", "x")),
    ],
)
def test_sound_model_passes(build):
    check_model(build())


def test_all_faults_are_named_together():
    model = small_model(ID, Property("a b", Primitive.INT32, Facets(max_length=3)))

    with pytest.raises(ModelError) as caught:
        check_model(model)

    assert caught.value.faults == (
        'thing has the name "a b", which is no OData identifier',
        "thing.a b cannot have the maximum length 3",
    )
    assert str(caught.value) == "; ".join(caught.value.faults)
