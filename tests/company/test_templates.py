"""Templates: what a new entity gets that its client left out."""

from __future__ import annotations

import pytest

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.connection import open_database
from models.container import build_source
from models.demo.identifiers import CRONUS, PAYMENT_TERMS, id_of
from models.templates import TemplatesError, read_templates
from tests.company.conftest import COMPANY, Clerk, message
from tests.docs.document import blocks_of

# The example of the page for operators.
FILE = next(
    item.text
    for item in blocks_of("docs/operators.md")
    if item.language == "json" and '"customers"' in item.text
)
NO_ID = "00000000-0000-0000-0000-000000000000"
US = {"displayName": "Fabrikam", "country": "us"}


def _read(path, text):
    path.write_text(text, encoding="utf-8")
    return read_templates(str(path))


@pytest.fixture
def lasting(find_lasting, tmp_path):
    """The service with the templates of the example."""

    def start(url):
        templates = _read(tmp_path / "templates.json", FILE)
        return create_app(Settings(database_url=url, templates=templates))

    return find_lasting("templates", start=start)


@pytest.fixture
def templated(lasting):
    """A client of that service."""
    yield lasting.fresh_client()
    discard_connection()


@pytest.fixture
def clerk(templated):
    return Clerk(templated)


@pytest.mark.bc("CustomersE2E")
def test_a_template_fills_in_what_was_not_sent_by_what_was(clerk):
    customer = clerk.create("customers", US)
    german = clerk.create("customers", {"displayName": "Nordwind", "country": "DE"})

    assert (customer["city"], customer["paymentTermsId"]) == ("Atlanta", PAYMENT_TERMS)
    assert (german["city"], german["currencyCode"]) == ("Berlin", "EUR")
    assert german["currencyId"] == id_of(CRONUS, "currency", "EUR")
    assert german["paymentTermsId"] == NO_ID


@pytest.mark.bc("CustomersE2E")
def test_a_customer_that_no_template_fits_has_the_defaults(clerk):
    person = clerk.create("customers", {**US, "type": "Person"})
    nobody = clerk.create("customers", {"displayName": "Fabrikam"})

    assert [(row["city"], row["paymentTermsId"]) for row in (person, nobody)] == 2 * [("", NO_ID)]


@pytest.mark.bc("ItemsE2E")
def test_a_template_leaves_what_was_sent(clerk):
    sent = {"displayName": "Shelf", "unitPrice": 0, "itemCategoryCode": "CHAIR"}
    item = clerk.create("items", sent)

    names = ("unitPrice", "itemCategoryCode", "baseUnitOfMeasureCode")
    assert [item[name] for name in names] == [0, "CHAIR", "PCS"]


def test_what_was_sent_blank_stays_blank(clerk):
    customer = clerk.create("customers", {**US, "city": "", "paymentTermsId": None})

    assert (customer["city"], customer["paymentTermsId"]) == ("", NO_ID)


@pytest.mark.parametrize(
    ("entity_set", "sent", "name", "expected"),
    [
        ("items", {"itemCategoryId": NO_ID}, "itemCategoryCode", ""),
        (
            "items",
            {"itemCategoryId": id_of(CRONUS, "item_category", "CHAIR")},
            "itemCategoryCode",
            "CHAIR",
        ),
        ("customers", {"country": "DE", "currencyId": NO_ID}, "currencyCode", "USD"),
        (
            "customers",
            {
                "country": "DE",
                "currency@odata.bind": f"currencies({id_of(CRONUS, 'currency', 'GBP')})",
            },
            "currencyCode",
            "GBP",
        ),
    ],
)
def test_who_sends_one_of_a_pair_has_sent_both(clerk, entity_set, sent, name, expected):
    created = clerk.create(entity_set, {"displayName": "New", **sent})

    assert created[name] == expected


def test_what_a_template_gives_passes_the_rules(lasting, start_service, tmp_path):
    text = '{"items": [{"values": {"itemCategoryCode": "none"}}]}'
    refusing = Clerk(start_service(lasting.url, templates=_read(tmp_path / "t.json", text)))

    response = refusing.post("items", {"displayName": "Shelf"})

    assert (response.status_code, message(response)) == (
        400,
        'The "itemCategoryCode" does not match to an Item Category.',
    )


def test_a_template_of_one_company_is_not_for_another(clerk, templated):
    companies = templated.get("/api/v2.0/companies?$select=id").json["value"]
    other = next(row["id"] for row in companies if row["id"] != CRONUS)

    path = f"/api/v2.0/companies({other})/customers"
    answer = templated.post(path, json={"displayName": "Fabrikam", "country": "US"})

    assert (answer.status_code, answer.json["city"]) == (201, "")


def test_a_batch_and_the_plain_rest_apis_create_by_the_same_templates(templated):
    request = {"method": "POST", "id": "1", "url": f"{COMPANY[10:]}/customers", "body": US}
    batch = templated.post("/api/v2.0/$batch", json={"requests": [request]}).json["responses"]
    company = {"company": CRONUS}
    billing = templated.post("/customers", json={"name": "A", "country": "DE"}, headers=company)
    path, body = "/api/v1/customers", {"name": "B", "address": {"country": "DE"}}
    key = templated.post(path, json=body, headers=company).json["data"]["id"]
    field_service = templated.get(f"{path}/{key}", headers=company)

    assert (batch[0]["status"], batch[0]["body"]["city"]) == (201, "Atlanta")
    assert billing.json["customer"]["city"] == "Berlin"
    assert field_service.json["data"]["address"]["city"] == "Berlin"


def test_an_entity_inside_another_meets_its_template(clerk):
    invoice = clerk.create("salesInvoices?$expand=customer", {"customer": US})

    assert invoice["customer"]["city"] == "Atlanta"


def test_an_update_meets_no_template(clerk):
    customer = clerk.create("customers", {"displayName": "Fabrikam"})

    assert clerk.change(f"customers({customer['id']})", {"country": "US"})["city"] == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "is no JSON"),
        ("[]", "must hold an object of entity sets and their templates"),
        ('{"items": {}}', "items: a list of templates is expected"),
        ('{"items": [5]}', "template 1 of items: an object with when and values is expected"),
        ('{"items": [{}]}', "template 1 of items: values must be an object of properties"),
        (
            '{"items": [{"values": {"gtin": ""}}, {"when": [], "values": {"gtin": ""}}]}',
            "template 2 of items: when must be an object of properties and their values",
        ),
        ('{"items": [{"where": {}, "values": {"gtin": ""}}]}', "where means nothing here"),
        (
            '{"items": [{"company": "CRONUS", "values": {"gtin": ""}}]}',
            "company must be the id of a company",
        ),
    ],
)
def test_a_file_with_faults_is_refused_with_a_sentence(tmp_path, text, fault):
    with pytest.raises(TemplatesError) as refused:
        _read(tmp_path / "templates.json", text)

    assert fault in str(refused.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            '{"nowhere": [{"values": {"a": 1}}]}',
            "template 1 of nowhere: there is no entity set nowhere",
        ),
        (
            '{"generalLedgerEntries": [{"values": {"description": ""}}]}',
            "template 1 of generalLedgerEntries: nobody creates entities of generalLedgerEntries",
        ),
        (
            '{"items": [{"when": {"colour": "red"}, "values": {"gtin": ""}}]}',
            "template 1 of items: when, colour: there is no property colour",
        ),
        (
            '{"customers": [{"when": {"customFields": {}}, "values": {"city": ""}}]}',
            "template 1 of customers: when, customFields: only a property with a single value",
        ),
        (
            '{"customers": [{"values": {"balance": 0}}]}',
            "template 1 of customers: values, balance: nobody can send it with a new entity",
        ),
        (
            f'{{"customers": [{{"values": {{"id": "{NO_ID}"}}}}]}}',
            "template 1 of customers: values, id: nobody can send it with a new entity",
        ),
        (
            '{"customers": [{"values": {"displayName": "A"}}]}',
            "template 1 of customers: values, displayName: it is what every client must send",
        ),
        ('{"items": [{"values": {"unitPrice": "much"}}]}', "values, unitPrice: Unable to convert"),
        ('{"items": [{"values": {"type": "Gas"}}]}', "values, type: 'Gas' is not an option"),
    ],
)
def test_a_template_that_does_not_fit_the_model_is_refused(tmp_path, text, fault):
    templates = _read(tmp_path / "templates.json", text)

    with pytest.raises(TemplatesError) as refused:
        build_source(open_database("sqlite:///:memory:"), templates=templates)

    assert fault in str(refused.value)
