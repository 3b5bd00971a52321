"""Valid requests of every kind, from which damaged ones are made."""

from __future__ import annotations

import json
from urllib.parse import quote

from models.demo.identifiers import ADATUM, CRONUS
from tests.fuzz.request import Request

JSON = {"Content-Type": "application/json"}
ANY = {"If-Match": "*"}
ROOT = "/api/v2.0"
COMPANY = f"{ROOT}/companies({CRONUS})"
CUSTOMERS = f"{COMPANY}/customers"
CUSTOMER = f"{CUSTOMERS}({ADATUM})"
_REST = {"company": CRONUS}

QUERIES = (
    "$filter=blocked eq ' ' and balance gt 0&$orderby=balance desc&$top=20&$select=number,balance",
    "$filter=startswith(displayName,'A') or not contains(city,'x')&$count=true",
    "$filter=number in ('10000','20000') and creditLimit add 1.5 ge 0&$skip=1",
    "$filter=defaultDimensions/any(d:d/dimensionCode eq 'AREA')&$expand=defaultDimensions",
    "$filter=defaultDimensions/$count gt 0 and year(lastModifiedDateTime) ge 2020",
    "$filter=matchesPattern(displayName,'^A.*n$')&$orderby=displayName,number desc",
    "$filter=length(concat(displayName,city)) mod 2 eq 0 and tolower(email) ne null",
    (
        "$filter=lastModifiedDateTime lt 2030-01-01T00:00:00Z and id ne "
        "00000000-0000-0000-0000-000000000000"
    ),
    "$filter=case(balance gt 0:'x',true:'y') eq 'x'&$compute=balance mul 2 as twice&$select=twice",
    "$filter=customFields/color eq 'red' or cast(balance,Edm.String) eq '0'",
    "$filter=currency/code eq @c and taxLiable eq true&@c='USD'",
    "$search=adatum OR trey NOT x&$top=5",
    '$search="coho winery"&$count=true',
    (
        "$expand=currency($select=code),paymentTerm,defaultDimensions($filter=dimensionCode ne 'X';"
        "$orderby=dimensionCode;$top=1;$expand=dimension)"
    ),
    "$expand=customerFinancialDetail,picture&$select=number,*",
    "$expand=contactsInformation/$count&$select=number",
    "$apply=filter(balance gt 0)/groupby((city),aggregate(balance with sum as total,$count as n))",
    "$apply=groupby((rollup(state,city)),aggregate(balance with average as mean))/orderby(city)",
    "$apply=compute(balance mul 2 as d)/aggregate(d with max as m)",
    "$apply=topcount(2,balance)/concat(identity,aggregate($count as n))",
    "$format=application/json;odata.metadata=full&$top=1",
    "$top=0&$count=true",
    "$schemaversion=2.0",
)
_TARGETS = (
    "$metadata",
    "",
    "$all",
    "companies",
    f"companies({CRONUS})/customers/$count",
    f"companies({CRONUS})/customers({ADATUM})/picture",
    f"companies({CRONUS})/customers({ADATUM})/displayName/$value",
    f"companies({CRONUS})/customers({ADATUM})/currency/$ref",
    f"companies({CRONUS})/customers({ADATUM})/defaultDimensions?$top=1",
    f"companies({CRONUS})/customers(number='10000')",
    f"companies({CRONUS})/$crossjoin(items,currencies)?$filter=items/number eq currencies/code",
    f"companies({CRONUS})/salesInvoices?$expand=salesInvoiceLines($top=2)&$top=3",
    f"companies({CRONUS})/items?$filter=unitPrice gt 10&$expand=itemCategory",
    f"companies({CRONUS})/generalLedgerEntries?$apply=groupby((accountNumber))",
    f"companies({CRONUS})/agedAccountsReceivables?$filter=agedAsOfDate eq 2025-01-31",
    f"companies({CRONUS})/customers?$deltatoken=x",
    f"companies({CRONUS})/customers?$skiptoken=x",
    f"companies({CRONUS})/customers/$filter(@f)/$count?@f=balance gt 0",
    f"companies({CRONUS})/customers/Microsoft.NAV.customer?$top=1",
)
_REST_TARGETS = (
    "/api/v1/customers?search=adatum&per_page=25",
    "/api/v1/customers/cust-001",
    "/api/v1/trash/customers",
    "/customers/1",
    "/customers?page=1&per_page=2",
    "/order-management/customers?filter[code]=SUNRISE&sort=name",
    "/health/live",
    "/openapi.json",
    "/billing/openapi.json",
)
_BODIES = (
    {"displayName": "Fabrikam, Inc.", "city": "Macon", "email": "x@fabrikam.example"},
    {"displayName": "Proseware", "creditLimit": 1000.5, "taxLiable": False, "blocked": " "},
    {"displayName": "Tailspin", "currencyCode": "EUR", "customFields": {"color": "red", "n": 1}},
    {"displayName": "Wingtip", "paymentTerm@odata.bind": "paymentTerms(code='CM')"},
    {"displayName": "Lucerne", "defaultDimensions": [{"dimensionCode": "AREA"}]},
)
_CHANGES = (
    {"phoneNumber": "+1-404-555-0199"},
    {"city": None, "state": "GA", "postalCode": "31772"},
    {"creditLimit": 12.34, "blocked": "All"},
    {"currency": {"@odata.id": "currencies(1)"}},
    {"defaultDimensions@delta": [{"@removed": {}, "id": ADATUM}]},
)
_BATCH = {
    "requests": [
        {"id": "1", "method": "GET", "url": f"companies({CRONUS})/customers?$top=1"},
        {
            "id": "2",
            "method": "POST",
            "url": f"companies({CRONUS})/customers",
            "headers": {"content-type": "application/json"},
            "body": {"displayName": "In a batch"},
            "atomicityGroup": "g",
        },
        {
            "id": "3",
            "method": "PATCH",
            "url": "$2",
            "headers": {"content-type": "application/json", "if-match": "*"},
            "body": {"city": "Macon"},
            "atomicityGroup": "g",
            "dependsOn": ["2"],
        },
    ]
}
_MULTIPART = (
    b"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    b"GET companies HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n"
    b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n"
    b"--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n"
    b"POST companies(%s)/customers HTTP/1.1\r\nContent-Type: application/json\r\n"
    b'Content-Length: 21\r\n\r\n{"displayName":"many"}\r\n'
    b"--c--\r\n--b--\r\n" % CRONUS.encode()
)
_PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)


def encoded(query: str) -> str:
    """A readable query as it must be sent."""
    return quote(query, safe="?[]$=&(),'@/:;!*-._~")


def valid_requests(token: str) -> tuple[Request, ...]:
    """The requests, on behalf of the caller with the token."""
    named = {"Authorization": f"Bearer {token}"}
    json_headers = named | JSON
    return (
        *(Request("GET", f"{CUSTOMERS}?{encoded(query)}", named) for query in QUERIES),
        *(Request("GET", f"{ROOT}/{encoded(target)}", named) for target in _TARGETS),
        *(Request("GET", encoded(target), named | _REST) for target in _REST_TARGETS),
        *(Request("POST", CUSTOMERS, json_headers, _written(body)) for body in _BODIES),
        *(Request("PATCH", CUSTOMER, json_headers | ANY, _written(body)) for body in _CHANGES),
        Request("PUT", f"{CUSTOMER}/displayName", json_headers | ANY, b'{"value":"Adatum"}'),
        Request("POST", f"{CUSTOMERS}/$query", named | {"Content-Type": "text/plain"}, b"$top=1"),
        Request("POST", f"{ROOT}/$batch", json_headers, _written(_BATCH)),
        Request(
            "POST",
            f"{ROOT}/$batch",
            named | {"Content-Type": "multipart/mixed; boundary=b"},
            _MULTIPART,
        ),
        Request(
            "PATCH",
            f"{CUSTOMER}/picture/pictureContent",
            named | ANY | {"Content-Type": "image/png"},
            _PIXEL,
        ),
        Request("DELETE", f"{CUSTOMER}/defaultDimensions({ADATUM})", named | ANY),
        Request("POST", "/api/v1/customers", json_headers | _REST, b'{"name":"x"}'),
        Request("PUT", "/api/v1/customers/cust-002", json_headers | _REST, b'{"name":"y"}'),
        Request("PATCH", "/customers/2", json_headers | _REST, b'{"name":"z"}'),
        Request(
            "POST",
            "/tenant/oauth2/v2.0/token",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"grant_type=client_credentials&client_id=x&client_secret=y&scope=z",
        ),
    )


def _written(body: object) -> bytes:
    return json.dumps(body).encode()
