"""The log is complete: what any request changes in any set, it tells."""

from __future__ import annotations

import datetime
import io
import json
from urllib.parse import quote

import pytest
from PIL import Image

from models.container import exposures
from models.database import database
from models.demo.identifiers import ADATUM, CRONUS
from models.picture_limits import PictureLimits
from odata.edm.types import EnumType
from odata.sql.mapping import ColumnMapping

COMPANY = f"/api/v2.0/companies({CRONUS})"
DECLARED = [item for item in exposures(PictureLimits()) if item.is_logged]


def told(value, edm_type):
    """A value as the log writes it."""
    if isinstance(edm_type, EnumType):
        return next(member.text for member in edm_type.members if member.number == value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        text = value.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        return f"{text.zfill(23)}Z"
    return None if value is None else str(value)


def read_everything():
    """The properties of all entities, by set and key."""
    found = {}
    for declared in DECLARED:
        followed = {name for derivation in declared.derivations for name in derivation.columns}
        columns = {
            item.definition.name: (item.column.name, item.definition.edm_type)
            for item in declared.properties
            if isinstance(item, ColumnMapping) or item.definition.name in followed
        }
        for row in declared.model.select().dicts():
            values = {name: told(row[column], kind) for name, (column, kind) in columns.items()}
            key = tuple(values[name] for name in declared.key)
            found[declared.entity_set or declared.name, key] = values
    return found


def read_log(after):
    statement = "SELECT entity_set, key, operation, properties, sequence FROM change_log"
    rows = database.obj.execute_sql(f"{statement} ORDER BY sequence").fetchall()
    return [row[:4] for row in rows if row[4] > after]


def last_sequence():
    return database.obj.execute_sql("SELECT COALESCE(MAX(sequence), 0) FROM change_log").fetchone()[
        0
    ]


def replayed(before, entries):
    """The entities after the logged changes; each old value is what was there."""
    state = {place: dict(values) for place, values in before.items()}
    for entity_set, key, operation, properties in entries:
        place = entity_set, tuple(json.loads(key))
        changed = {
            item["name"]: (item.get("oldValue"), item.get("newValue", item.get("new")))
            for item in json.loads(properties)
        }
        if operation == "deleted":
            gone = state.pop(place)
            assert {name: gone[name] for name in changed} == {
                name: pair[0] for name, pair in changed.items()
            }
            continue
        assert (operation == "created") == (place not in state), (operation, place)
        stored = state.setdefault(place, {})
        for name, (old, new) in changed.items():
            if name == "pictureContent":
                continue  # octets, of which the log keeps the length and a digest
            assert stored.get(name) == old, (place, name)
            stored[name] = new
    return state


def picture():
    content = io.BytesIO()
    Image.new("RGB", (3, 2)).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def ask(client):
    """Sends a request to the company and expects it to succeed."""

    def send(method, path, body=None, **headers):
        names = {"If-Match": "*", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if method == "POST":
            del names["If-Match"]
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = client.open(f"{COMPANY}/{path}", method=method, headers=names, **content)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json if answer.data else None

    return send


@pytest.fixture
def one(client):
    """The id of the only entity that meets a condition."""

    def find(path, condition):
        answer = client.get(f"{COMPANY}/{path}?$filter={quote(condition)}")
        (row,) = answer.json["value"]
        return row["id"]

    return find


def keep_customers(ask, one):
    ask("PATCH", f"customers({ADATUM})", {"city": "Rome", "displayName": "Adatum & Sons"})
    media = {"Content_Type": "application/octet-stream"}
    ask("PUT", f"customers({ADATUM})/picture/pictureContent", picture(), **media)
    dimension = {"dimensionValueId": one("dimensionValues", "code eq 'LARGE'")}
    body = {"displayName": "Short", "defaultDimensions": [dimension]}
    made = ask("POST", "customers", body)["id"]
    ask("PUT", f"customers({made})/picture/pictureContent", picture(), **media)
    ask("DELETE", f"customers({made})")
    currency = one("currencies", "code eq 'EUR'")
    ask("PATCH", f"currencies({currency})", {"code": "EURO"})
    ask("DELETE", f"customers({ADATUM})/picture")


def sell(ask, one):
    desk, assembly = (one("items", f"number eq '{number}'") for number in ("1000", "1200"))
    lines = [{"itemId": desk, "quantity": 2}, {"itemId": assembly, "quantity": 3}]
    body = {"customerId": ADATUM, "discountAmount": 7, "salesQuoteLines": lines}
    quote = ask("POST", "salesQuotes", body)["id"]
    ask("POST", f"salesQuotes({quote})/salesQuoteLines", {"itemId": desk, "quantity": 1})
    ask("POST", f"salesQuotes({quote})/Microsoft.NAV.send")
    ask("POST", f"salesQuotes({quote})/Microsoft.NAV.makeOrder")
    (order,) = ask("GET", "salesOrders?$orderby=number desc&$top=1")["value"]
    expanded = ask("GET", f"salesOrders({order['id']})?$expand=salesOrderLines($orderby=sequence)")
    first = expanded["salesOrderLines"][0]["id"]
    ask("PATCH", f"salesOrderLines({first})", {"invoiceQuantity": 1})
    ask("POST", f"salesOrders({order['id']})/Microsoft.NAV.shipAndInvoice")
    ask("POST", f"salesOrders({order['id']})/Microsoft.NAV.shipAndInvoice")


def pay(ask, one):
    line = {"itemId": one("items", "number eq '1000'"), "quantity": 2}
    body = {"customerId": ADATUM, "salesInvoiceLines": [line, line]}
    paid, canceled, removed = (ask("POST", "salesInvoices", body)["id"] for _ in range(3))
    ask("DELETE", f"salesInvoices({removed})")
    ask("POST", f"salesInvoices({paid})/Microsoft.NAV.postAndSend")
    ask("POST", f"salesInvoices({canceled})/Microsoft.NAV.post")
    ask("POST", f"salesInvoices({canceled})/Microsoft.NAV.cancel")
    journal = one("customerPaymentJournals", "code eq 'GENERAL'")
    payment = {"amount": -100, "appliesToInvoiceId": paid}
    ask("POST", f"customerPaymentJournals({journal})/customerPayments", payment)
    ask("POST", f"customerPaymentJournals({journal})/Microsoft.NAV.post")


def credit(ask, one):
    line = {"itemId": one("items", "number eq '1000'"), "quantity": 2}
    body = {"customerId": ADATUM, "salesInvoiceLines": [line, {**line, "quantity": 1}]}
    corrected, credited = (ask("POST", "salesInvoices", body)["id"] for _ in range(2))
    for invoice in (corrected, credited):
        ask("POST", f"salesInvoices({invoice})/Microsoft.NAV.post")
    ask("POST", f"salesInvoices({corrected})/Microsoft.NAV.makeCorrectiveCreditMemo")
    number = ask("GET", f"salesInvoices({credited})")["number"]
    lines = [{**line, "quantity": 1}]
    body = {"customerId": ADATUM, "salesCreditMemoLines": lines}
    named, canceled, removed = (
        ask("POST", "salesCreditMemos", {**body, **link})["id"]
        for link in ({"invoiceNumber": number}, {}, {})
    )
    ask("POST", f"salesCreditMemos({removed})/salesCreditMemoLines", line)
    ask("DELETE", f"salesCreditMemos({removed})")
    ask("POST", f"salesCreditMemos({named})/Microsoft.NAV.post")
    ask("POST", f"salesCreditMemos({canceled})/Microsoft.NAV.postAndSend")
    ask("POST", f"salesCreditMemos({canceled})/Microsoft.NAV.cancel")


def keep_parts(ask, one):
    customer = ask("POST", "customers", {"displayName": "Parts"})["id"]
    branch = ask("POST", "branches", {"code": "NORTH"})["id"]
    ask("PATCH", f"branches({branch})", {"code": "SOUTH"})
    ask("DELETE", f"branches({branch})")
    for name in ("Ada", "Bob"):
        body = {"customerId": customer, "displayName": name, "isPrimary": True}
        ask("POST", "customerContacts", body)
    for street in ("Main Street 1", "Main Street 2"):
        body = {"customerId": customer, "addressLine1": street, "isPrimary": True}
        ask("POST", "customerAddresses", body)
    ask("POST", f"customers({customer})/Microsoft.NAV.moveToTrash")
    ask("POST", f"deletedCustomers({customer})/Microsoft.NAV.restore")


def keep_journals(ask, one):
    line = {"accountType": "Customer", "accountNumber": "10000", "amount": 75}
    account = one("accounts", "number eq '40300'")
    body = {"code": "FREIGHT", "balancingAccountId": account, "journalLines": [line, line, line]}
    journal = ask("POST", "journals", body)["id"]
    ask("PATCH", f"journals({journal})", {"code": "FREIGHTS"})
    first, second, _ = ask("GET", f"journals({journal})/journalLines")["value"]
    ask("PATCH", f"journalLines({first['id']})", {"amount": 80, "accountNumber": "20000"})
    ask("DELETE", f"journalLines({second['id']})")
    ask("POST", f"journals({journal})/Microsoft.NAV.post")
    default = one("journals", "code eq 'DEFAULT'")
    ask("DELETE", f"journals({default})")


def keep_contacts(ask, one):
    found = database.obj.execute_sql("SELECT contact_id FROM contact_relation").fetchall()
    contact = found[0][0]
    ask("PATCH", f"contacts({contact})", {"displayName": "Renamed"})
    ask("DELETE", f"contacts({contact})")


WORKS = [keep_customers, keep_parts, sell, pay, credit, keep_journals, keep_contacts]


@pytest.mark.parametrize("work", WORKS)
def test_replaying_the_log_gives_what_every_set_shows(ask, one, work):
    before, start = read_everything(), last_sequence()

    work(ask, one)

    assert replayed(before, read_log(start)) == read_everything()


def test_a_report_as_of_a_day_is_not_logged(ask, one):
    keep_customers(ask, one)

    assert "agedAccountsReceivables" not in {entry[0] for entry in read_log(0)}


def test_the_log_says_who_when_and_by_which_request(client):
    start = last_sequence()
    headers = {"If-Match": "*"}
    body = {"website": "adatum.example"}
    answer = client.patch(f"{COMPANY}/customers({ADATUM})", json=body, headers=headers)

    rows = database.obj.execute_sql(
        "SELECT scope, entity_set, actor, request_id, sequence FROM change_log"
    ).fetchall()

    request_id = answer.headers["request-id"]
    assert {tuple(row[:4]) for row in rows if row[4] > start} == {
        (CRONUS, "customers", "kontor-dev", request_id),
        (CRONUS, "customerFinancialDetails", "kontor-dev", request_id),
    }
