"""The same request under the same key is done once."""

import threading

import pytest

from models.availability import discard_connection

ROOT = "/api/v2.0"
KEY = {"Idempotency-Key": "6f1c"}


@pytest.fixture
def create(client, company):
    def send(name, **headers):
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        path = f"{ROOT}/{company}/customers"
        return client.post(path, json={"displayName": name}, headers=names)

    return send


def test_a_repeated_create_gets_the_first_answer(create, customers):
    first = create("Once", **KEY)
    again = create("Once", **KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    for name in ("Location", "ETag", "Content-Type", "OData-Version"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert customers().count("Once") == 1


def test_another_request_under_the_key_is_refused(create, customers):
    create("Once", **KEY)

    answer = create("Twice", **KEY)

    assert answer.status_code == 422
    assert "Twice" not in customers()


def test_a_failure_keeps_no_answer(create, client, company):
    path = f"{ROOT}/{company}/customers"
    assert client.post(path, json={"displayName": ""}, headers=KEY).status_code == 400

    assert create("Once", **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_key_has_a_form(create, key):
    assert create("Once", Idempotency_Key=key).status_code == 400


def test_a_repeated_batch_is_done_once(client, company, customers):
    body = {
        "requests": [
            {
                "id": "1",
                "method": "post",
                "url": f"{company}/customers",
                "body": {"displayName": "Once"},
            },
            {"id": "2", "method": "get", "url": f"{company}/customers?$filter=1 div 0 eq 1"},
            {"id": "3", "method": "get", "url": f"{company}/customers/$count"},
        ]
    }
    headers = {**KEY, "Prefer": "odata.continue-on-error"}

    first = client.post(f"{ROOT}/$batch", json=body, headers=headers)
    again = client.post(f"{ROOT}/$batch", json=body, headers=headers)

    assert [item["status"] for item in first.json["responses"]] == [201, 400, 200]
    assert again.data == first.data
    assert customers().count("Once") == 1


def test_keys_are_ignored_by_reads_and_updates(client, adatum):
    for _ in range(2):
        answer = client.patch(
            f"{ROOT}/{adatum}", json={"city": "Rome"}, headers={**KEY, "If-Match": "*"}
        )
        assert "Idempotency-Replayed" not in answer.headers


def test_a_key_replayed_at_once_has_one_effect(client, company, customers):
    path = f"{ROOT}/{company}/customers"
    answers = []

    def send():
        sender = client.application.test_client()
        sender.environ_base["HTTP_AUTHORIZATION"] = "Bearer kontor-dev"
        answers.append(sender.post(path, json={"displayName": "Once"}, headers=KEY))
        discard_connection()

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data for answer in answers}) == 1
    assert customers().count("Once") == 1
