"""XML and JSON, read back by the rules of each format, describe the same model."""

import json

import pytest
from lxml import etree

from odata.csdl import write_json, write_xml
from tests.unit.csdl.models import shop_model, technical_model

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
NUMBERS = ("MaxLength", "Precision")
KINDS = ("EnumType", "ComplexType", "EntityType", "EntityContainer")


@pytest.mark.parametrize("model", [technical_model, shop_model])
def test_both_formats_describe_the_same_schema(model):
    root = etree.fromstring(write_xml(model(), version="4.01"))
    schema = root.find(f".//{EDM}Schema")
    document = json.loads(write_json(model(), version="4.01"))

    assert read_schema(schema) == document[schema.get("Namespace")]


def read_schema(schema):
    members = {}
    for element in schema:
        tag = element.tag.removeprefix(EDM)
        if tag in KINDS:
            members[element.get("Name")] = {"$Kind": tag} | READERS[tag](element)
        elif tag in ("Action", "Function"):
            members.setdefault(element.get("Name"), []).append(read_operation(element))
    return members | read_annotations(schema)


def read_enum(element):
    numbers = {item.get("Name"): int(item.get("Value")) for item in element.iter(f"{EDM}Member")}
    head = given(element, "UnderlyingType") | flags(element, "IsFlags")
    return head | numbers | read_annotations(element)


def read_structured(element):
    members = given(element, "BaseType") | flags(element, "Abstract", "OpenType", "HasStream")
    key = [item.get("Name") for item in element.iter(f"{EDM}PropertyRef")]
    if key:
        members["$Key"] = key
    for item in element.findall(f"{EDM}Property"):
        members[item.get("Name")] = read_typed(item) | read_annotations(item)
    for item in element.findall(f"{EDM}NavigationProperty"):
        members[item.get("Name")] = read_navigation(item)
    return members | read_annotations(element)


def read_navigation(element):
    members = {"$Kind": "NavigationProperty"} | read_typed(element)
    members |= given(element, "Partner") | flags(element, "ContainsTarget")
    constraints = {
        item.get("Property"): item.get("ReferencedProperty")
        for item in element.findall(f"{EDM}ReferentialConstraint")
    }
    if constraints:
        members["$ReferentialConstraint"] = constraints
    return members | read_annotations(element)


def read_typed(element):
    name = element.get("Type")
    members = {}
    if name.startswith("Collection("):
        members["$Collection"] = True
        name = name[len("Collection(") : -1]
    if name != "Edm.String":
        members["$Type"] = name
    if element.get("Nullable"):
        members["$Nullable"] = element.get("Nullable") == "true"
    members |= {f"${item}": int(element.get(item)) for item in NUMBERS if element.get(item)}
    scale = element.get("Scale")
    if scale:
        members["$Scale"] = int(scale) if scale.isdigit() else scale
    if element.get("DefaultValue"):
        members["$DefaultValue"] = read_default(name, element.get("DefaultValue"))
    return members


def read_default(type_name, text):
    if type_name == "Edm.Boolean":
        return text == "true"
    if type_name in ("Edm.Byte", "Edm.Decimal", "Edm.Double"):
        return float(text)
    return text


def read_operation(element):
    members = {"$Kind": element.tag.removeprefix(EDM)}
    members |= flags(element, "IsBound", "IsComposable") | given(element, "EntitySetPath")
    parameters = [
        {"$Name": item.get("Name")} | read_typed(item) | read_annotations(item)
        for item in element.findall(f"{EDM}Parameter")
    ]
    if parameters:
        members["$Parameter"] = parameters
    returns = element.find(f"{EDM}ReturnType")
    if returns is not None:
        members["$ReturnType"] = read_typed(returns)
    return members


def read_container(element):
    members = {}
    for item in element:
        tag = item.tag.removeprefix(EDM)
        name = item.get("Name")
        if tag == "EntitySet":
            members[name] = {"$Collection": True, "$Type": item.get("EntityType")}
        elif tag == "Singleton":
            members[name] = {"$Type": item.get("Type")}
        elif tag != "Annotation":
            members[name] = given(item, "Action", "Function", "EntitySet")
        if item.get("IncludeInServiceDocument"):
            listed = item.get("IncludeInServiceDocument") == "true"
            members[name]["$IncludeInServiceDocument"] = listed
        if name is not None:
            members[name] |= read_annotations(item)
    return members | read_annotations(element)


def read_annotations(element):
    members = {}
    for item in element.findall(f"{EDM}Annotation"):
        qualifier = f"#{item.get('Qualifier')}" if item.get("Qualifier") else ""
        members[f"@{item.get('Term')}{qualifier}"] = read_value(item)
    return members


def read_value(holder):
    if len(holder):
        return read_expression(holder[0])
    name = next(name for name in holder.attrib if name not in ("Term", "Qualifier", "Property"))
    return read_constant(name, holder.get(name))


def read_expression(element):
    tag = element.tag.removeprefix(EDM)
    if tag == "Record":
        return {item.get("Property"): read_value(item) for item in element}
    if tag == "Collection":
        return [read_expression(item) for item in element]
    return read_constant(tag, element.text)


def read_constant(name, text):
    match name:
        case "Bool":
            return text == "true"
        case "Decimal":
            return float(text)
        case "Int":
            return int(text)
        case "Path":
            return {"$Path": text}
        case "EnumMember":
            return ",".join(part.rpartition("/")[2] for part in text.split())
        case _:
            return text


def given(element, *names):
    return {f"${name}": element.get(name) for name in names if element.get(name)}


def flags(element, *names):
    return {f"${name}": True for name in names if element.get(name) == "true"}


READERS = {
    "EnumType": read_enum,
    "ComplexType": read_structured,
    "EntityType": read_structured,
    "EntityContainer": read_container,
}
