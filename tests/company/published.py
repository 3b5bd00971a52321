"""What ``$metadata`` publishes of the company's sets, term by term, and bodies that create."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from tests.company.conftest import Clerk, Json
from tests.company.metadata import EDM, simple

ADATUM = "d1e2f3a4-b5c6-7890-1234-567890abcdef"
CORE, CAPABILITIES = "Org.OData.Core.V1", "Org.OData.Capabilities.V1"
VALIDATION, MEASURES = "Org.OData.Validation.V1", "Org.OData.Measures.V1"
Body = Mapping[str, object]


@dataclass(frozen=True)
class Place:
    """A property of an entity set, and the element that describes it."""

    entity_set: str
    name: str
    element: ET.Element

    @property
    def terms(self) -> dict[str, Json]:
        """The annotations of the property."""
        return annotations_of(self.element)


@dataclass(frozen=True)
class Published:
    """The document, as far as it is asked here."""

    schema: ET.Element

    def sets(self) -> dict[str, dict[str, Json]]:
        """The annotations of every set of a company."""
        company = self.schema.find(f"{EDM}EntityType[@Name='company']")
        assert company is not None
        ways = {item.get("Name") for item in company.findall(f"{EDM}NavigationProperty")}
        found = self.schema.findall(f".//{EDM}EntitySet")
        return {
            str(item.get("Name")): annotations_of(item)
            for item in found
            if item.get("Name") in ways
        }

    def container(self) -> dict[str, Json]:
        """The annotations of the container."""
        container = self.schema.find(f"{EDM}EntityContainer")
        assert container is not None
        return annotations_of(container)

    def properties(self, entity_set: str) -> Iterator[Place]:
        """The properties of a set."""
        found = self.schema.find(f".//{EDM}EntitySet[@Name='{entity_set}']")
        assert found is not None
        kind = self.schema.find(f"{EDM}EntityType[@Name='{simple(found.get('EntityType'))}']")
        assert kind is not None
        for item in kind.findall(f"{EDM}Property"):
            yield Place(entity_set, str(item.get("Name")), item)

    def with_term(self, *terms: str) -> list[Place]:
        """The properties of all sets that have one of these terms."""
        return [
            place
            for entity_set in self.sets()
            for place in self.properties(entity_set)
            if not place.terms.keys().isdisjoint(terms)
        ]


def read_published(text: str) -> Published:
    """The document that the server gives."""
    schema = ET.fromstring(text).find(f".//{EDM}Schema")  # noqa: S314 - ours
    assert schema is not None
    return Published(schema)


def annotations_of(element: ET.Element) -> dict[str, Json]:
    """The terms of an element with their values."""
    return {str(item.get("Term")): _value(item) for item in element.findall(f"{EDM}Annotation")}


def _value(holder: ET.Element) -> Json:
    for child in holder:
        if child.tag == f"{EDM}Record":
            return _record(child)
        return [_record(item) if len(item) else item.text for item in child]
    (text,) = (text for name, text in holder.attrib.items() if name not in ("Term", "Property"))
    return {"true": True, "false": False}.get(text, text)


def _record(element: ET.Element) -> Json:
    return {str(item.get("Property")): _value(item) for item in element}


@dataclass(frozen=True)
class Bodies:
    """Bodies that create an entity of each set, each new one of its own code."""

    fixed: Mapping[str, tuple[Body, ...]]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def of(self, entity_set: str) -> tuple[Body, ...]:
        """The bodies; a code alone where nothing else is said."""
        return self.fixed.get(entity_set, ({"code": "T1"},))

    def new(self, entity_set: str) -> Body:
        """A body of an entity that is not there yet."""
        unique = f"T{next(self.numbers)}"
        own = {"code": unique, "system": unique, "value": unique, "email": f"{unique}@t.tt"}
        given = self.of(entity_set)[0]
        return {name: own.get(name, value) for name, value in given.items()}


def make_bodies(clerk: Clerk) -> Bodies:
    """Bodies on what they need, which is made for them."""
    item = clerk.one("items", "number eq '1000'")
    clerk.change(f"items({item['id']})", {"displayName2": "x"})
    account = clerk.rows("accounts", _filter="accountType eq 'Posting'", _top="1")[0]
    euro = clerk.create("currencies", {"code": "T-EUR"})
    customer = {
        "displayName": "Whole",
        "phoneNumber": "1",
        "email": "a@b.cd",
        "salespersonCode": clerk.rows("salespeoplePurchasers", _top="1")[0]["code"],
        "currencyCode": euro["code"],
        **{name: f"x {name}" for name in ("addressLine1", "addressLine2", "city", "state")},
        "country": "US",
        "postalCode": "1",
        "paymentTermsId": clerk.rows("paymentTerms", _top="1")[0]["id"],
        "shipmentMethodId": clerk.rows("shipmentMethods", _top="1")[0]["id"],
    }
    whole = clerk.create("customers", customer)
    for code, chosen in (("DEPARTMENT", "SALES"), ("CUSTOMERGROUP", "MEDIUM")):
        own = {"parentType": "Customer", "parentId": whole["id"]}
        clerk.create(
            "defaultDimensions", {**own, "dimensionCode": code, "dimensionValueCode": chosen}
        )
    value = clerk.one("dimensionValues", "code eq 'SALES'")
    heads: tuple[Body, ...] = (
        {"customerId": ADATUM},
        {"customerNumber": whole["number"]},
    )
    names = ("salesInvoice", "salesOrder", "salesQuote", "salesCreditMemo")
    documents = {name: clerk.create(f"{name}s", {"customerId": ADATUM})["id"] for name in names}
    journal = clerk.create("journals", {"code": "T-J"})["id"]
    payments = clerk.create("customerPaymentJournals", {"code": "T-P"})["id"]
    part: Body = {"customerId": whole["id"]}
    return Bodies(
        {
            "customers": ({"displayName": "x"}, {"displayName": "x", "currencyCode": "T-EUR"}),
            "vendors": ({"displayName": "x"}, {"displayName": "x", "currencyCode": "T-EUR"}),
            "contacts": ({"displayName": "x", "jobTitle": ""},),
            "employees": ({},),
            "items": ({},),
            "itemVariants": (
                {"itemId": item["id"], "code": "T1"},
                {"itemNumber": item["number"], "code": "T2"},
            ),
            **{f"{name}s": heads for name in names},
            **{
                f"{name}Lines": (
                    {"documentId": key, "itemId": item["id"], "quantity": 2, "discountPercent": 5},
                    {"documentId": key, "itemId": item["id"], "quantity": 2, "discountAmount": 5},
                    {
                        "documentId": key,
                        "lineType": "Item",
                        "lineObjectNumber": item["number"],
                        "quantity": 2,
                    },
                    {
                        "documentId": key,
                        "lineType": "Account",
                        "lineObjectNumber": account["number"],
                        "quantity": 2,
                    },
                )
                for name, key in documents.items()
            },
            "journals": ({"code": "T-K"},),
            "customerPaymentJournals": ({"code": "T-Q"},),
            "journalLines": ({"journalId": journal},),
            "customerPayments": (
                {"journalId": payments, "customerId": ADATUM},
                {"journalId": payments, "customerNumber": "10000"},
            ),
            "customerContacts": ({**part, "displayName": "x"},),
            "customerAddresses": (
                {"customerId": clerk.create("customers", {"displayName": "y"})["id"], "city": "x"},
            ),
            "externalIds": ({**part, "system": "T", "value": "T"},),
            "portalUsers": ({"email": "t@t.tt"},),
            **dict.fromkeys(("assets", "workOrders", "serviceContracts"), (part,)),
            "attachments": (
                {
                    "parentType": "Sales Invoice",
                    "parentId": documents["salesInvoice"],
                    "fileName": "a.txt",
                },
            ),
            "documentAttachments": (
                {"parentType": "Customer", "parentId": ADATUM, "fileName": "a.txt"},
            ),
            "defaultDimensions": (
                {
                    "parentType": "Customer",
                    "parentId": whole["id"],
                    "dimensionCode": "AREA",
                    "dimensionValueCode": "40",
                },
                {
                    "parentType": "Customer",
                    "parentId": ADATUM,
                    "dimensionId": value["dimensionId"],
                    "dimensionValueId": value["id"],
                },
            ),
            "dimensionSetLines": (
                {
                    "parentType": "Sales Invoice",
                    "parentId": documents["salesInvoice"],
                    "code": "DEPARTMENT",
                    "valueCode": "SALES",
                },
                {
                    "parentType": "Sales Order",
                    "parentId": documents["salesOrder"],
                    "code": "DEPARTMENT",
                    "valueId": value["id"],
                },
            ),
        }
    )
