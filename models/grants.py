"""Who may do what: the roles of the service and their grants, set by set.

A set that stands in no group below is invisible to everybody. A new one is granted by its
name in the group that it belongs to, or by a grant of its own in the roles that shall see it.
"""

from __future__ import annotations

from models.enumerations import NAMESPACE
from odata.edm.grants import READ, WRITE, Grant, Right, Roles, grants_on

_ENVIRONMENT = ("companies", "apicategoryroutes")
# Names every set, so that it is for those who see every set.
_DESCRIPTION = ("entityDefinitions", "webhookSupportedResources")
# What its holder is told of changes to other sets; the states by which he knows it are in it.
_WEBHOOKS = ("subscriptions",)
_COMPANY_SETUP = ("companyInformation", "generalLedgerSetup")
_TABLES = (
    "currencies",
    "paymentTerms",
    "paymentMethods",
    "shipmentMethods",
    "taxAreas",
    "countriesRegions",
    "salespeoplePurchasers",
    "unitsOfMeasure",
    "locations",
    "currencyExchangeRates",
    "itemCategories",
    "taxGroups",
    "generalProductPostingGroups",
    "inventoryPostingGroups",
    "dimensions",
    "dimensionValues",
    "branches",
)
_PARTIES_AND_ITEMS = (
    "customers",
    "customerFinancialDetails",
    "vendors",
    "employees",
    "contacts",
    "contactsInformation",
    "items",
    "itemVariants",
    "pictures",
    "defaultDimensions",
    "documentAttachments",
    "attachments",
    "customerContacts",
    "customerAddresses",
    "externalIds",
    "assets",
    "workOrders",
    "serviceContracts",
    "portalUsers",
    "deletedCustomers",
)
_SALES = (
    "salesQuotes",
    "salesQuoteLines",
    "salesOrders",
    "salesOrderLines",
    "salesInvoices",
    "salesInvoiceLines",
    "salesCreditMemos",
    "salesCreditMemoLines",
    "pdfDocument",
    "dimensionSetLines",
)
_FINANCE = (
    "accounts",
    "generalLedgerEntries",
    "agedAccountsReceivables",
    "agedAccountsPayables",
    "itemLedgerEntries",
    "customerSales",
    "customerPaymentJournals",
    "customerPayments",
    "journals",
    "journalLines",
)
_BUSINESS = _PARTIES_AND_ITEMS + _SALES + _FINANCE
_EVERYTHING = _ENVIRONMENT + _DESCRIPTION + _COMPANY_SETUP + _TABLES + _BUSINESS

_LINK = f"{NAMESPACE}.contactBusinessRelationLinkToTable"
# What a customer sees through a portal: nothing but its own, told by the attribute "customer".
_OWN_CUSTOMER = {
    "customers": "id in @customer",
    "customerFinancialDetails": "id in @customer",
    "pictures": f"parentType eq {NAMESPACE}.pictureEntityParentType'Customer' and id in @customer",
    "agedAccountsReceivables": "customerId in @customer",
    "contactsInformation": f"relatedType eq {_LINK}'Customer' and relatedId in @customer",
    "contacts": f"contactInformation/relatedType eq {_LINK}'Customer'"
    " and contactInformation/relatedId in @customer",
    **dict.fromkeys(
        ("customerContacts", "customerAddresses", "assets", "workOrders", "serviceContracts"),
        "customerId in @customer",
    ),
    "salesOrders": "customerId in @customer",
    "salesOrderLines": "salesOrder/customerId in @customer",
    "salesInvoices": "customerId in @customer",
    "salesInvoiceLines": "salesInvoice/customerId in @customer",
}
_OWN_QUOTES = {
    "salesQuotes": "customerId in @customer",
    "salesQuoteLines": "salesQuote/customerId in @customer",
}
_NOT_FOR_CUSTOMERS = {
    "customers": frozenset({"salespersonCode", "blocked", "notes", "externalIds", "customFields"}),
    "items": frozenset(
        {
            "unitCost",
            "inventory",
            "generalProductPostingGroupId",
            "generalProductPostingGroupCode",
            "inventoryPostingGroupId",
            "inventoryPostingGroupCode",
        }
    ),
}
_PUBLIC_TABLES = (
    "currencies",
    "paymentTerms",
    "shipmentMethods",
    "countriesRegions",
    "unitsOfMeasure",
    "itemCategories",
)

_EDIT = READ | Right.INSERT | Right.UPDATE | Right.DELETE


def _portal() -> tuple[Grant, ...]:
    return (
        *grants_on(("companies", *_PUBLIC_TABLES), READ),
        *grants_on(("items",), READ, hidden=_NOT_FOR_CUSTOMERS),
        *grants_on(
            _OWN_CUSTOMER, READ, hidden=_NOT_FOR_CUSTOMERS, rows=lambda name: _OWN_CUSTOMER[name]
        ),
        *grants_on(_OWN_QUOTES, _EDIT, rows=lambda name: _OWN_QUOTES[name]),
    )


ROLES: Roles = {
    # Reads everything, changes nothing.
    "reader": grants_on(_EVERYTHING, READ),
    # Keeps the books of a company: everything but the company's own data may be changed.
    "writer": (
        *grants_on((*_ENVIRONMENT, *_DESCRIPTION, *_COMPANY_SETUP), READ),
        *grants_on((*_TABLES, *_BUSINESS, *_WEBHOOKS), WRITE),
    ),
    # Changes everything, and reads who has changed what and who was told.
    "administrator": (
        *grants_on((*_EVERYTHING, *_WEBHOOKS), WRITE),
        *grants_on(("auditEntries", "webhookDeliveries"), READ),
    ),
    # A customer who looks at its own data, and asks for quotes.
    "portal": _portal(),
    # Sets companies up unattended: sees neither customers nor documents.
    "automation": (
        *grants_on(_ENVIRONMENT, READ),
        *grants_on((*_COMPANY_SETUP, *_TABLES), WRITE),
    ),
}
