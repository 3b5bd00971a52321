"""Batches in JSON: order, transactions, references, limits."""

import pytest

from models.demo.identifiers import ADATUM, CRONUS

ROOT = "/api/v2.0"
STALE = 'W/"c3RhbGU="'


def create(name, **more):
    url = f"companies({CRONUS})/customers"
    return {"method": "post", "url": url, "body": {"displayName": name}, **more}


def read(url, **more):
    return {"method": "get", "url": url, **more}


def fail(**more):
    return {"method": "DELETE", "url": "companies/nothing", **more}


def statuses(responses):
    return [(item["id"], item["status"]) for item in responses]


def test_each_request_is_answered_as_alone(batch, client, adatum):
    responses = batch(read(f"{adatum}?$select=number", id="a"), create("Batch", id="b"))

    alone = client.get(f"{ROOT}/{adatum}?$select=number")
    assert responses[0]["body"] == alone.json
    assert responses[0]["headers"]["etag"] == alone.headers["ETag"]
    assert responses[0]["headers"]["odata-version"] == "4.0"
    assert responses[1]["status"] == 201
    assert responses[1]["headers"]["location"].startswith(
        f"http://localhost/api/v2.0/companies({CRONUS})/customers("
    )


@pytest.mark.bc(62)
def test_requests_without_ids_are_answered_in_order_with_null(batch, adatum):
    assert statuses(batch(read(adatum), read("companies"))) == [(None, 200), (None, 200)]


@pytest.mark.parametrize(
    "url",
    [
        "companies({company})",
        "/companies({company})",
        "/api/v2.0/companies({company})",
        "http://localhost/api/v2.0/companies({company})",
        "HTTP://LOCALHOST/api/v2.0/companies({company})?$select=name",
    ],
)
def test_a_url_may_take_every_form(batch, url):
    assert statuses(batch(read(url.format(company=CRONUS), id="1"))) == [("1", 200)]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://example.com/api/v2.0/companies", 400),
        ("//example.com/companies", 400),
        ("file:///etc/passwd", 400),
        ("http://localhost/other/companies", 404),
        ("../../secrets", 404),
        ("$batch", 400),
        ("companies(1)/%24batch", 400),
    ],
)
def test_a_url_outside_the_service_is_refused(batch, url, status):
    assert statuses(batch(read(url, id="1"))) == [("1", status)]


@pytest.mark.bc(61)
def test_a_batch_stops_at_the_first_failure(batch, customers):
    responses = batch(create("Before", id="1"), fail(id="2"), create("Behind", id="3"))

    assert statuses(responses) == [("1", 201), ("2", 404)]
    assert "Before" in customers()
    assert "Behind" not in customers()


@pytest.mark.parametrize(
    "prefer", ["odata.continue-on-error", "continue-on-error=true", "odata.continue-on-error=true"]
)
@pytest.mark.bc(61)
def test_a_batch_goes_on_where_the_client_prefers_it(batch, prefer):
    responses = batch(fail(id="1"), read("companies", id="2"), Prefer=prefer)

    assert statuses(responses) == [("1", 404), ("2", 200)]


def test_a_failed_group_leaves_nothing(batch, customers):
    responses = batch(
        create("Undone", id="1", atomicityGroup="g"), fail(id="2", atomicityGroup="g")
    )

    assert statuses(responses) == [("1", 424), ("2", 404)]
    assert responses[0]["atomicityGroup"] == "g"
    assert "Undone" not in customers()


def test_a_group_is_stored_whole(batch, customers):
    responses = batch(
        create("One of two", id="1", atomicityGroup="g"),
        create("Two of two", id="2", atomicityGroup="g"),
    )

    assert statuses(responses) == [("1", 201), ("2", 201)]
    assert {"One of two", "Two of two"} <= set(customers())


@pytest.mark.bc(61)
def test_snapshot_isolation_undoes_what_it_reports(batch, customers):
    responses = batch(create("Undone", id="1"), fail(id="2"), Isolation="snapshot")

    assert statuses(responses) == [("1", 201), ("2", 404)]
    assert "Undone" not in customers()


def test_another_isolation_is_refused(client):
    answer = client.post(
        f"{ROOT}/$batch", json={"requests": []}, headers={"Isolation": "serializable"}
    )

    assert answer.status_code == 412


def test_a_new_entity_is_referred_to_by_the_id_of_its_request(batch):
    responses = batch(
        create("Parent", id="1"),
        {
            "id": "2",
            "method": "PATCH",
            "url": "$1",
            "headers": {"If-Match": "$1"},
            "body": {"city": "Rome"},
            "dependsOn": ["1"],
        },
        read("/$1?$select=city", id="3", dependsOn=["2", "1"]),
    )

    assert statuses(responses) == [("1", 201), ("2", 200), ("3", 200)]
    assert responses[2]["body"]["city"] == "Rome"
    assert "$1" not in responses[2]["body"]["@odata.context"]


def test_a_reference_without_dependence_is_refused(batch):
    responses = batch(create("Parent", id="1"), read("$1", id="2"))

    assert statuses(responses) == [("1", 201), ("2", 400)]


@pytest.mark.bc(62)
def test_a_tag_of_a_request_that_is_not_named_is_refused(batch, adatum):
    responses = batch(
        read(adatum, id="1"),
        read("companies", id="2"),
        {"id": "3", "method": "PATCH", "url": "$1", "dependsOn": ["1"], "body": {"city": "Rome"}}
        | {"headers": {"If-Match": "$2"}},
    )

    assert [item["status"] for item in responses] == [200, 200, 400]
    assert responses[2]["body"]["error"]["target"] == "dependsOn"


def test_what_depends_on_a_failure_fails_with_it(batch):
    responses = batch(
        fail(id="1"),
        read("companies", id="2", dependsOn=["1"]),
        read("companies", id="3", dependsOn=["2"]),
        read("companies", id="4"),
        Prefer="odata.continue-on-error",
    )

    assert statuses(responses) == [("1", 404), ("2", 424), ("3", 424), ("4", 200)]


def test_a_stopped_batch_still_tells_the_dependents(batch):
    responses = batch(
        fail(id="1", atomicityGroup="g"),
        read("companies", id="2", dependsOn=["g"]),
        read("companies", id="3"),
    )

    assert statuses(responses) == [("1", 404), ("2", 424)]


@pytest.mark.parametrize(
    "requests",
    [
        [{"id": "1", "method": "get"}],
        [{"id": "1", "url": "companies"}],
        [{"id": "1", "method": "brew", "url": "companies"}],
        [{"id": "1", "method": "get", "url": "a"}, {"id": "1", "method": "get", "url": "b"}],
        [{"id": "1", "method": "get", "url": "a", "dependsOn": ["2"]}, read("b", id="2")],
        [{"id": "1", "method": "get", "url": "a", "headers": {"x": "a\r\nb"}}],
        [
            read("a", id="1", atomicityGroup="g"),
            read("a", id="2"),
            read("a", id="3", atomicityGroup="g"),
        ],
        [read("a", id="g"), read("a", id="2", atomicityGroup="g")],
        ["get"],
    ],
)
def test_a_malformed_envelope_is_refused_whole(client, requests):
    answer = client.post(f"{ROOT}/$batch", json={"requests": requests})

    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "BadRequest"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"requests":{}}', b'{"requests":['])
def test_a_body_that_is_no_batch_is_refused(client, body):
    answer = client.post(f"{ROOT}/$batch", data=body, content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.bc(62)
def test_more_than_a_hundred_requests_are_refused(client):
    requests = [read("companies") for _ in range(101)]

    answer = client.post(f"{ROOT}/$batch", json={"requests": requests})

    assert answer.status_code == 400
    assert answer.json["error"]["message"].startswith(
        "The current batch message contains too many parts. A maximum number of '100' "
        "query operations and change sets are allowed in a batch message."
    )


def test_a_hundred_requests_are_answered(batch):
    assert len(batch(*(read("companies") for _ in range(100)))) == 100


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_runs_a_batch(client, method):
    answer = client.open(f"{ROOT}/$batch", method=method)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


def test_a_condition_on_the_batch_itself_is_refused(client):
    answer = client.post(f"{ROOT}/$batch", json={"requests": []}, headers={"If-Match": "*"})

    assert answer.status_code == 400


def test_an_unknown_type_of_body_is_refused(client):
    answer = client.post(f"{ROOT}/$batch", data=b"x", content_type="text/plain")

    assert answer.status_code == 415


def test_inner_credentials_are_ignored(batch):
    responses = batch(read("companies", id="1", headers={"Authorization": "Bearer nonsense"}))

    assert statuses(responses) == [("1", 200)]


def test_each_part_keeps_its_own_condition(batch, adatum):
    request = {"method": "PATCH", "url": adatum, "body": {"city": "Rome"}}

    responses = batch(
        {**request, "id": "1"},
        {**request, "id": "2", "headers": {"if-match": STALE}},
        {**request, "id": "3", "headers": {"If-Match": "*"}},
        Prefer="odata.continue-on-error",
    )

    assert statuses(responses) == [("1", 400), ("2", 409), ("3", 200)]


def test_a_part_may_ask_for_its_own_representation(batch, adatum):
    headers = {"accept": "application/json;odata.metadata=none;IEEE754Compatible=true"}

    responses = batch(read(f"{adatum}?$select=balanceDue", id="1", headers=headers))

    assert isinstance(responses[0]["body"]["balanceDue"], str)
    assert "@odata.context" not in responses[0]["body"]


def test_parts_inherit_the_version_of_the_envelope(batch, adatum):
    responses = batch(read(f"{adatum}?$select=number", id="1"), OData_MaxVersion="4.01")

    assert "@etag" in responses[0]["body"]


def test_every_part_tells_its_version(batch, adatum):
    responses = batch(
        read(adatum, id="1"), read("//foreign/", id="2"), fail(id="3"), OData_MaxVersion="4.01"
    )

    assert {item["headers"]["odata-version"] for item in responses} == {"4.01"}


def test_text_is_answered_as_a_text(batch, company):
    responses = batch(read(f"{company}/customers/$count", id="1"))

    assert isinstance(responses[0]["body"], str)
    assert responses[0]["body"].isdigit()


def test_a_batch_below_a_company_continues_there(batch, company):
    at = f"{ROOT}/{company}/$batch"

    responses = batch(
        read(f"customers({ADATUM})", id="1"),
        read("companies", id="2"),
        read(f"/customers({ADATUM})", id="3"),
        read("/companies", id="4"),
        at=at,
    )

    assert statuses(responses) == [("1", 200), ("2", 200), ("3", 200), ("4", 200)]


def test_a_company_chosen_for_the_batch_holds_for_its_parts(batch):
    at = f"{ROOT}/$batch?company={CRONUS}"

    responses = batch(read(f"customers({ADATUM})?$select=id", id="1"), at=at)

    assert statuses(responses) == [("1", 200)]


def test_numbers_arrive_with_all_their_digits(batch, adatum):
    body = {"creditLimit": 12345678901234.56}

    responses = batch(
        {"id": "1", "method": "patch", "url": adatum, "headers": {"If-Match": "*"}, "body": body}
    )

    assert responses[0]["body"]["creditLimit"] == 12345678901234.56


def test_bodies_of_answers_may_be_multipart_where_only_that_is_accepted(client):
    answer = client.post(
        f"{ROOT}/$batch", json={"requests": []}, headers={"Accept": "multipart/mixed"}
    )

    assert answer.headers["Content-Type"].startswith("multipart/mixed; boundary=batchresponse_")


def conditional(adatum, condition):
    """A customer read, and changed where a condition on it holds."""
    change = {"id": "2", "method": "PATCH", "url": adatum, "headers": {"If-Match": "*"}}
    return (
        {"id": "1", "method": "GET", "url": f"{adatum}?$expand=defaultDimensions"},
        {**change, "body": {"city": "Oslo"}, "if": condition},
    )


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("$1/city eq 'Atlanta'", 200),
        ("$1/city eq 'Rome'", 424),
        ("$1/error eq null and $1/creditLimit ge 0", 200),
        ("$1/blocked in ('All','Ship') or not ($1/number eq '10000')", 424),
        ("$1/defaultDimensions/$count gt 0", 200),
        ("$1/nothing gt 1", 424),
        ("$1/city gt 'Aa' and $1/taxLiable eq true", 200),
        ("not ($1/city eq 'it''s $1')", 200),
    ],
)
def test_a_request_is_left_out_where_its_condition_does_not_hold(batch, adatum, condition, status):
    answers = batch(*conditional(adatum, condition))

    assert [answer["status"] for answer in answers] == [200, status]


@pytest.mark.parametrize("condition", ["$9/city eq 'x'", "city eq 'x'", "$1/city eq", 5])
def test_a_condition_that_makes_no_sense_is_refused(client, batch, adatum, condition):
    if condition == 5:
        document = {"requests": list(conditional(adatum, condition))}
        assert client.post(f"{ROOT}/$batch", json=document).status_code == 400
        return
    assert batch(*conditional(adatum, condition))[1]["status"] == 400


def test_a_condition_tells_what_to_do_after_a_failure(batch, company, customers):
    body = {"displayName": "Second choice"}
    create = {"method": "POST", "url": f"{company}/customers"}

    answers = batch(
        {"id": "1", **create, "body": {"displayName": ""}},
        {"id": "2", **create, "body": body, "if": "$1/error ne null"},
        {"id": "3", **create, "body": {"displayName": "Never"}, "if": "$2/id eq null"},
        {"id": "4", "method": "GET", "url": "$3", "dependsOn": ["3"]},
        Prefer="continue-on-error",
    )

    assert [answer["status"] for answer in answers] == [400, 201, 424, 424]
    assert "Second choice" in customers()
    assert "Never" not in customers()


def test_a_left_out_request_does_not_undo_its_group(batch, company, customers):
    create = {"method": "POST", "url": f"{company}/customers", "atomicityGroup": "g"}

    answers = batch(
        {"id": "1", **create, "body": {"displayName": "Kept"}},
        {"id": "2", **create, "body": {"displayName": "Left out"}, "if": "$1/id eq null"},
    )

    assert [answer["status"] for answer in answers] == [201, 424]
    assert "Kept" in customers()


@pytest.mark.parametrize(
    ("headers", "statuses"),
    [
        ({}, [404]),
        ({"OData_MaxVersion": "4.01"}, [404, 200]),
        ({"OData_MaxVersion": "4.01", "Prefer": "continue-on-error=false"}, [404]),
    ],
)
def test_a_batch_of_version_4_01_goes_on_unless_told_otherwise(batch, adatum, headers, statuses):
    missing = {"id": "1", "method": "GET", "url": "nothing"}
    there = {"id": "2", "method": "GET", "url": adatum}

    answers = batch(missing, there, **headers)

    assert [answer["status"] for answer in answers] == statuses
