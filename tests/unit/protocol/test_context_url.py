"""Every row of the table of context URLs, in both versions."""

import pytest

from odata.protocol import context_url as context
from odata.protocol.context_url import ExpandedNavigation, Projection

ROOT = "https://host/api/v2.0/"
COMPANY = "companies(7a1e0000-0000-4000-8000-000000000001)"
CUSTOMERS = f"{COMPANY}/customers"
CUSTOMER = f"{CUSTOMERS}(d1e2f3a4-b5c6-7890-1234-567890abcdef)"


def expanded(path, *select, inner=(), recursive=False):
    return ExpandedNavigation(path, Projection(select, inner), is_recursive=recursive)


def projected(*select, expand=()):
    return Projection(select, tuple(expand))


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", "https://host/api/v2.0/$metadata"),
        ("companies", "https://host/api/v2.0/$metadata#companies"),
    ],
)
def test_the_fragment_follows_the_metadata_url(fragment, expected):
    assert context.context_url(ROOT, fragment) == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        (context.collection_fragment("companies"), "companies"),
        (context.entity_fragment("companies"), "companies/$entity"),
        (context.collection_fragment(CUSTOMERS), f"{COMPANY}/customers"),
        (context.entity_fragment(CUSTOMERS), f"{COMPANY}/customers/$entity"),
        (context.single_valued_fragment(f"{CUSTOMER}/picture"), f"{CUSTOMER}/picture"),
        (
            context.collection_fragment(f"{CUSTOMER}/defaultDimensions"),
            f"{CUSTOMER}/defaultDimensions",
        ),
        (context.type_fragment("Microsoft.NAV.paymentTerm"), "Microsoft.NAV.paymentTerm"),
        (
            context.type_fragment("Microsoft.NAV.paymentTerm", is_collection=True),
            "Collection(Microsoft.NAV.paymentTerm)",
        ),
        (
            context.type_fragment("Microsoft.NAV.paymentTerm", projected("code")),
            "Microsoft.NAV.paymentTerm(code)",
        ),
        (context.entity_fragment("paymentTerms"), "paymentTerms/$entity"),
        (context.reference_fragment(is_collection=False), "$ref"),
        (context.reference_fragment(is_collection=True), "Collection($ref)"),
        (context.property_fragment(CUSTOMER, "displayName"), f"{CUSTOMER}/displayName"),
        (
            context.property_fragment(CUSTOMER, "address", projected("city")),
            f"{CUSTOMER}/address(city)",
        ),
        (context.type_fragment("Edm.String"), "Edm.String"),
        (context.type_fragment("Edm.Int32"), "Edm.Int32"),
        (context.type_fragment("Edm.String", is_collection=True), "Collection(Edm.String)"),
        (context.single_valued_fragment("settings"), "settings"),
        (context.collection_fragment("people/Ns.Employee"), "people/Ns.Employee"),
        (context.entity_fragment("people/Ns.Employee"), "people/Ns.Employee/$entity"),
        (context.delta_fragment(CUSTOMERS), f"{COMPANY}/customers/$delta"),
        (
            context.delta_fragment(CUSTOMERS, projected("number")),
            f"{COMPANY}/customers(number)/$delta",
        ),
        (context.deleted_entity_fragment("customers"), "customers/$deletedEntity"),
        (context.link_fragment("customers"), "customers/$link"),
        (context.deleted_link_fragment("customers"), "customers/$deletedLink"),
        (context.DELTA_PAYLOAD, "$delta"),
        (context.ANY_ENTITIES, "Collection(Edm.EntityType)"),
        (context.ANY_INSTANCES, "Collection(Edm.ComplexType)"),
        (
            context.collection_fragment("customers", projected("city", "total")),
            "customers(city,total)",
        ),
    ],
)
def test_shapes_that_do_not_depend_on_the_version(fragment, expected):
    assert fragment == expected


@pytest.mark.parametrize(
    ("projection", "in_4_0", "in_4_01"),
    [
        (projected(), "", ""),
        (projected("number", "displayName"), "(number,displayName)", "(number,displayName)"),
        (projected("*"), "(*)", "(*)"),
        (projected("address/city"), "(address/city)", "(address/city)"),
        (projected(expand=[expanded("paymentTerm")]), "", "(paymentTerm())"),
        (
            projected(expand=[expanded("paymentTerm", "code")]),
            "(paymentTerm(code))",
            "(paymentTerm(code))",
        ),
        (
            projected("number", expand=[expanded("paymentTerm")]),
            "(number)",
            "(number,paymentTerm())",
        ),
        (
            projected("number", "paymentTerm", expand=[expanded("paymentTerm")]),
            "(number,paymentTerm)",
            "(number,paymentTerm,paymentTerm())",
        ),
        (
            projected("number", "paymentTerm", expand=[expanded("paymentTerm", "code")]),
            "(number,paymentTerm,paymentTerm(code))",
            "(number,paymentTerm,paymentTerm(code))",
        ),
        (
            projected(expand=[expanded("manager", "name", recursive=True)]),
            "(manager+(name))",
            "(manager+(name))",
        ),
        (projected(expand=[expanded("manager", recursive=True)]), "", "(manager+())"),
        (
            projected(expand=[expanded("lines", inner=(expanded("item", "code"),))]),
            "(lines(item(code)))",
            "(lines(item(code)))",
        ),
        (
            projected(expand=[expanded("lines", inner=(expanded("item"),))]),
            "",
            "(lines(item()))",
        ),
        (
            projected("id", expand=[expanded("a", "x", "y"), expanded("b"), expanded("c", "z")]),
            "(id,a(x,y),c(z))",
            "(id,a(x,y),b(),c(z))",
        ),
    ],
)
def test_select_and_expand_in_both_versions(projection, in_4_0, in_4_01):
    assert context.collection_fragment("customers", projection, "4.0") == f"customers{in_4_0}"
    assert context.collection_fragment("customers", projection, "4.01") == f"customers{in_4_01}"
    assert context.entity_fragment("customers", projection, "4.01") == (
        f"customers{in_4_01}/$entity"
    )
