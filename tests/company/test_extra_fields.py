"""Fields that an installation adds: declared in a file, served like all others."""

from __future__ import annotations

import pytest

from app.config import Settings
from app.factory import create_app
from models.availability import discard_connection
from models.connection import open_database
from models.demo import fill
from models.demo.identifiers import ADATUM, CRONUS
from models.extra_fields import ExtraFieldsError, read_extra_fields
from models.schema import bring_up
from odata.sql.execution import run
from tests.docs.document import blocks_of

CUSTOMERS = f"/api/v2.0/companies({CRONUS})/customers"
CUSTOMER = f"{CUSTOMERS}({ADATUM})"
ANY = {"If-Match": "*"}
# The example of the page for operators.
FILE = next(item.text for item in blocks_of("docs/operators.md") if item.language == "toml")
VALUES = {"loyaltyTier": "gold", "commission": 0.125, "visitedOn": "2025-02-03"}


@pytest.fixture
def extra(tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text(FILE, encoding="utf-8")
    return read_extra_fields(str(path))


@pytest.fixture
def prepare(extra):
    """Fills a database with the demo data and the fields."""

    def prepare(url):
        database = open_database(url)
        bring_up(database, extra)
        fill(database)
        database.close()

    return prepare


@pytest.fixture
def extended_url(database_from, prepare):
    """The address of a copy of the demo data with the fields."""
    return database_from("extra-fields", prepare)


@pytest.fixture
def lasting(find_lasting, prepare, extra):
    """The service with the fields."""

    def start(url):
        return create_app(Settings(database_url=url, extra_fields=extra))

    return find_lasting("extra_fields", prepare, start)


@pytest.fixture
def extended(lasting):
    """A client of the service with the fields."""
    yield lasting.fresh_client()
    discard_connection()


@pytest.fixture
def given(extended):
    answer = extended.patch(CUSTOMER, json=VALUES, headers=ANY)
    assert answer.status_code == 200, answer.text
    return extended


def test_a_field_is_null_until_it_is_given(extended):
    row = extended.get(CUSTOMERS).json["value"][0]

    assert list(row)[-3:] == list(VALUES)
    assert [row[name] for name in VALUES] == [None, None, None]


def test_a_field_is_written_and_read(given):
    row = given.get(f"{CUSTOMER}?$select=loyaltyTier,commission,visitedOn")

    assert '"loyaltyTier":"gold","commission":0.1250,"visitedOn":"2025-02-03"' in row.text
    created = given.post(CUSTOMERS, json={"displayName": "New", "loyaltyTier": "silver"})
    assert (created.status_code, created.json["loyaltyTier"]) == (201, "silver")


def test_a_field_is_filtered_sorted_grouped_and_exported(given):
    def numbers(query):
        rows = given.get(f"{CUSTOMERS}?$select=number&{query}").json["value"]
        return [row["number"] for row in rows]

    assert numbers("$filter=loyaltyTier eq 'gold' and visitedOn gt 2025-01-01") == ["10000"]
    assert numbers("$orderby=commission desc&$top=1") == ["10000"]
    groups = given.get(f"{CUSTOMERS}?$apply=groupby((loyaltyTier),aggregate($count as n))").json
    assert [row["loyaltyTier"] for row in groups["value"]] == [None, "gold"]
    table = given.get(f"{CUSTOMERS}?$format=csv&$select=number,loyaltyTier&$top=1").text
    assert table == "number,loyaltyTier\r\n10000,gold\r\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loyaltyTier", "x" * 11),
        ("loyaltyTier", 5),
        ("commission", 1.23456),
        ("commission", 123456),
        ("visitedOn", "2025-02-30"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(extended, name, value):
    answer = extended.patch(CUSTOMER, json={name: value}, headers=ANY)

    assert (answer.status_code, answer.json["error"]["target"]) == (400, name)


def test_another_set_has_its_own_fields(extended):
    item = extended.get(f"/api/v2.0/companies({CRONUS})/items?$top=1").json["value"][0]
    path = f"/api/v2.0/companies({CRONUS})/items({item['id']})"

    assert "loyaltyTier" not in item
    assert extended.patch(path, json={"isFragile": True}, headers=ANY).json["isFragile"] is True
    assert extended.get(f"{path}/isFragile").json["value"] is True


def test_the_descriptions_name_the_fields(extended):
    metadata = extended.get("/api/v2.0/$metadata").text
    schema = extended.get("/openapi.json").json["components"]["schemas"]["Microsoft.NAV.customer"]

    assert '"loyaltyTier" Type="Edm.String" Nullable="true" MaxLength="10"' in metadata
    assert '"commission" Type="Edm.Decimal" Nullable="true" Precision="9" Scale="4"' in metadata
    assert schema["properties"]["loyaltyTier"] == {
        "type": ["string", "null"],
        "maxLength": 10,
        "description": "gold, silver or nothing",
    }


def test_a_change_of_a_field_is_in_the_log(given):
    before = given.get(CUSTOMER).headers["ETag"]
    given.patch(CUSTOMER, json={"loyaltyTier": "silver"}, headers=ANY)
    stale = given.patch(CUSTOMER, json={"city": "Rome"}, headers={"If-Match": before})

    assert stale.json["error"]["innererror"]["changedProperties"] == ["loyaltyTier"]


def test_a_service_without_the_file_has_no_fields_and_loses_nothing(given, lasting, start_service):
    without = start_service(lasting.url)
    assert without.patch(CUSTOMER, json={"city": "Macon"}, headers=ANY).status_code == 200
    assert "loyaltyTier" not in without.get(CUSTOMER).json
    discard_connection()

    found = lasting.client().get(CUSTOMER).json
    assert (found["city"], found["loyaltyTier"]) == ("Macon", "gold")


def test_bringing_up_again_changes_nothing_and_an_index_comes_and_goes(extended_url, tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text(FILE.replace("index = true", "index = false"), encoding="utf-8")
    database = open_database(extended_url)

    def indexes():
        return {item.name for item in database.get_indexes("customer")}

    assert "customer_x_loyaltytier" in indexes()
    bring_up(database, read_extra_fields(str(path)))
    assert "customer_x_loyaltytier" not in indexes()
    database.close()


def test_a_field_keeps_its_type(extended_url, tmp_path):
    path = tmp_path / "fields.toml"
    path.write_text(FILE.replace("scale = 4", "scale = 2"), encoding="utf-8")
    database = open_database(extended_url)

    with pytest.raises(ExtraFieldsError) as refused:
        bring_up(database, read_extra_fields(str(path)))
    database.close()

    assert str(refused.value) == (
        "the extra field customers.commission is kept as Decimal(4) and cannot become "
        "Decimal(2): choose another name, or give it its type back"
    )


def test_a_filter_on_an_indexed_field_uses_the_index(extended_url):
    database = open_database(extended_url)
    place = database.param
    if place == "?":
        plan = run(
            database,
            "EXPLAIN QUERY PLAN SELECT id FROM customer WHERE company_id = ? AND x_loyaltytier = ?",
            [CRONUS, "gold"],
        ).fetchall()
        assert "customer_x_loyaltytier" in str(plan)
    database.close()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            'set = "nowhere"\nname = "a"\ntype = "String"',
            "customers.a: there is no entity set nowhere",
        ),
        ('set = "customers"\nname = "City"\ntype = "String"', "customers has this name already"),
        (
            'set = "agedAccountsReceivables"\nname = "a"\ntype = "String"',
            "the rows of agedAccountsReceivables are computed, nobody writes them",
        ),
        (
            (
                'set = "customers"\nname = "a"\ntype = "String"\n'
                '[[field]]\nset = "customers"\nname = "A"\ntype = "String"'
            ),
            "the extra field customers.A is declared twice",
        ),
    ],
)
def test_a_field_without_a_place_is_refused(tmp_path, fields, fault):
    path = tmp_path / "fields.toml"
    path.write_text(f"[[field]]\n{fields}\n", encoding="utf-8")
    extra = read_extra_fields(str(path))

    with pytest.raises(ExtraFieldsError, match=fault.rpartition(": ")[2]):
        bring_up(open_database("sqlite:///:memory:"), extra)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("f.toml", "[[field]]\nset = 5", "field 1: set must name an entity set"),
        (
            "f.toml",
            '[[field]]\nset = "customers"\nname = "1st"\ntype = "String"',
            "field 1: name must be up to 30 letters, digits and underscores",
        ),
        (
            "f.toml",
            '[[field]]\nset = "customers"\nname = "a"\ntype = "Text"',
            "field 1: type must be one of String, Boolean, Int32, Int64, Double, Decimal, Date,",
        ),
        (
            "f.toml",
            '[[field]]\nset = "customers"\nname = "a"\ntype = "Date"\nmax_length = 5',
            "field 1: max_length is for String only",
        ),
        (
            "f.toml",
            '[[field]]\nset = "customers"\nname = "a"\ntype = "Decimal"\nprecision = 4\nscale = 5',
            "field 1: scale must be a whole number from 0 to 4",
        ),
        (
            "f.toml",
            '[[field]]\nset = "customers"\nname = "a"\ntype = "String"\nlenght = 5',
            "field 1: lenght means nothing here",
        ),
        ("f.toml", "[[field", "is no TOML"),
        ("f.json", "{", "is no JSON"),
        ("f.json", '{"field": {}}', "must hold fields"),
    ],
)
def test_a_file_with_faults_is_refused_with_a_sentence(tmp_path, name, text, fault):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ExtraFieldsError) as refused:
        read_extra_fields(str(path))

    assert any(fault in sentence for sentence in refused.value.faults)


def test_a_file_may_be_json(tmp_path, extra):
    path = tmp_path / "fields.json"
    path.write_text(
        '{"field": [{"set": "items", "name": "isFragile", "type": "Boolean"}]}', encoding="utf-8"
    )

    assert read_extra_fields(str(path)) == (extra[3],)
