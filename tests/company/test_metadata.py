"""``$metadata`` against the tables of the reference, set by set.

The notation is that of the tables: ``name:Type(length)``, ``!`` not nullable.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import peewee
import pytest

from models.container import build_source
from odata.csdl import write_xml

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
PROPERTIES = {
    "countryRegion": (
        "id:Guid! code:String(10)! displayName:String(50) "
        "addressFormat:countryRegionAddressFormat lastModifiedDateTime:DateTimeOffset"
    ),
    "unitOfMeasure": (
        "id:Guid! code:String(10)! displayName:String(50) internationalStandardCode:String(10) "
        "symbol:String(10) lastModifiedDateTime:DateTimeOffset"
    ),
    "itemCategory": (
        "id:Guid! code:String(20)! displayName:String(100) lastModifiedDateTime:DateTimeOffset"
    ),
    "taxGroup": (
        "id:Guid! code:String(20)! displayName:String(100) taxType:taxBufferType "
        "lastModifiedDateTime:DateTimeOffset"
    ),
    "salespersonPurchaser": (
        "id:Guid! code:String(20)! displayName:String(50) email:String(80) email2:String(80) "
        "phoneNo:String(30) jobTitle:String(30) commisionPercent:Decimal privacyBlocked:Boolean "
        "blocked:Boolean lastModifiedDateTime:DateTimeOffset"
    ),
    "item": (
        "id:Guid! number:String(20) displayName:String(100) displayName2:String(50) type:itemType "
        "itemCategoryId:Guid itemCategoryCode:String(20) blocked:Boolean gtin:String(14) "
        "inventory:Decimal unitPrice:Decimal priceIncludesTax:Boolean unitCost:Decimal "
        "taxGroupId:Guid taxGroupCode:String(20) baseUnitOfMeasureId:Guid "
        "baseUnitOfMeasureCode:String(10) generalProductPostingGroupId:Guid "
        "generalProductPostingGroupCode:String(20) inventoryPostingGroupId:Guid "
        "inventoryPostingGroupCode:String(20) lastModifiedDateTime:DateTimeOffset"
    ),
    "vendor": (
        "id:Guid! number:String(20) displayName:String(100)! addressLine1:String(100) "
        "addressLine2:String(50) city:String(30) state:String(30) country:String(10) "
        "postalCode:String(20) phoneNumber:String(30) email:String(80) website:String(255) "
        "taxRegistrationNumber:String(50) currencyId:Guid currencyCode:String(10) "
        "irs1099Code:String(10) paymentTermsId:Guid paymentMethodId:Guid taxLiable:Boolean "
        "blocked:vendorBlocked balance:Decimal lastModifiedDateTime:DateTimeOffset"
    ),
    "account": (
        "id:Guid! number:String(20) displayName:String(100) category:glAccountCategory "
        "subCategory:String(80) blocked:Boolean accountType:glAccountType directPosting:Boolean "
        "netChange:Decimal "
        "consolidationTranslationMethod:glAccountConsolidationTranslationMethod "
        "consolidationDebitAccount:String(20) consolidationCreditAccount:String(20) "
        "excludeFromConsolidation:Boolean lastModifiedDateTime:DateTimeOffset"
    ),
    "generalLedgerEntry": (
        "id:Guid! entryNumber:Int32 postingDate:Date documentNumber:String(20) "
        "documentType:genJournalDocumentType accountId:Guid accountNumber:String(20) "
        "description:String(100) debitAmount:Decimal creditAmount:Decimal "
        "additionalCurrencyDebitAmount:Decimal additionalCurrencyCreditAmount:Decimal "
        "lastModifiedDateTime:DateTimeOffset"
    ),
    "agedAccountsReceivable": (
        "customerId:Guid! customerNumber:String(20) name:String(100) currencyCode:String(10) "
        "balanceDue:Decimal currentAmount:Decimal period1Label:String(30) period1Amount:Decimal "
        "period2Label:String(30) period2Amount:Decimal period3Label:String(30) "
        "period3Amount:Decimal agedAsOfDate:Date periodLengthFilter:String(10)"
    ),
    "contact": (
        "id:Guid! number:String(20) type:contactType displayName:String(100)! "
        "jobTitle:String(30)! companyNumber:String(20) companyName:String(100) "
        "contactBusinessRelation:contactBusinessRelation addressLine1:String(100) "
        "addressLine2:String(50) city:String(30) state:String(30) country:String(10) "
        "postalCode:String(20) phoneNumber:String(30) mobilePhoneNumber:String(30) "
        "email:String(80) website:String(255) searchName:String(100) privacyBlocked:Boolean "
        "taxRegistrationNumber:String(50) lastInteractionDate:Date "
        "lastModifiedDateTime:DateTimeOffset"
    ),
    "contactInformation": (
        "contactId:Guid! contactNumber:String(20)! contactName:String(100) "
        "contactType:contactType relatedId:Guid! "
        "relatedType:contactBusinessRelationLinkToTable!"
    ),
    "companyInformation": (
        "id:Guid! displayName:String(100) addressLine1:String(100) addressLine2:String(50) "
        "city:String(30) state:String(30) country:String(10) postalCode:String(20) "
        "phoneNumber:String(30) faxNumber:String(30) email:String(80) website:String(255) "
        "taxRegistrationNumber:String(20) currencyCode:String(10) "
        "currentFiscalYearStartDate:Date industry:String(30) picture:Stream "
        "experience:String(30) lastModifiedDateTime:DateTimeOffset"
    ),
    "apicategoryroute": ("route:String! publisher:String(40) group:String(40) version:String(10)"),
    "customerSale": (
        "customerId:Guid! customerNumber:String(20)! name:String(100)! totalSalesAmount:Decimal"
    ),
}
NAVIGATION = {
    "item": (
        "itemCategory unitOfMeasure generalProductPostingGroup inventoryPostingGroup "
        "defaultDimensions"
    ),
    "vendor": "currency paymentTerm paymentMethod defaultDimensions contactsInformation",
}
ENUMERATIONS = {
    "itemType": "Inventory=0 Service=1 Non_x002D_Inventory=2",
    "vendorBlocked": "_x0020_=0 Payment=1 All=2",
    "countryRegionAddressFormat": (
        "Post_x0020_Code_x002B_City=0 City_x002B_Post_x0020_Code=1 "
        "City_x002B_County_x002B_Post_x0020_Code=2 "
        "Blank_x0020_Line_x002B_Post_x0020_Code_x002B_City=3 Custom=13"
    ),
}


@pytest.fixture(scope="module")
def schema() -> ET.Element:
    source = build_source(peewee.SqliteDatabase(":memory:"))
    found = ET.fromstring(write_xml(source.model, version="4.0")).find(f".//{EDM}Schema")  # noqa: S314 - ours
    assert found is not None
    return found


@pytest.mark.parametrize(("type_name", "expected"), PROPERTIES.items())
def test_properties_have_the_names_types_and_lengths_of_the_reference(schema, type_name, expected):
    entity_type = schema.find(f"{EDM}EntityType[@Name='{type_name}']")
    assert " ".join(map(noted, entity_type.findall(f"{EDM}Property"))) == expected


@pytest.mark.parametrize(("type_name", "expected"), NAVIGATION.items())
def test_navigation_properties_have_the_names_of_the_reference(schema, type_name, expected):
    entity_type = schema.find(f"{EDM}EntityType[@Name='{type_name}']")
    names = [item.get("Name") for item in entity_type.findall(f"{EDM}NavigationProperty")]
    assert " ".join(names) == expected


@pytest.mark.parametrize(("name", "expected"), ENUMERATIONS.items())
def test_enumerations_have_the_members_of_the_reference(schema, name, expected):
    members = schema.findall(f"{EDM}EnumType[@Name='{name}']/{EDM}Member")
    assert " ".join(f"{item.get('Name')}={item.get('Value')}" for item in members) == expected


def noted(item: ET.Element) -> str:
    kind = item.get("Type", "").rpartition(".")[2]
    length = f"({item.get('MaxLength')})" if item.get("MaxLength") else ""
    return f"{item.get('Name')}:{kind}{length}{'!' if item.get('Nullable') == 'false' else ''}"
