"""What a conflict tells, and merging of changes that do not overlap."""

import pytest

from models.numbers import Numbering

ROOT = "/api/v2.0"
# psycopg has a statement prepared that was run so often.
OFTEN = 7


@pytest.fixture
def patch(client, adatum):
    """Changes the customer under a tag."""

    def send(tag, body, **headers):
        names = {"If-Match": tag, **headers}
        return client.patch(f"{ROOT}/{adatum}", json=body, headers=names)

    return send


@pytest.fixture
def tag(client, adatum):
    """The entity tag before anybody changes anything."""
    return client.get(f"{ROOT}/{adatum}").headers["ETag"]


def test_a_conflict_names_what_changed_since(patch, tag):
    patch(tag, {"city": "Rome"})
    current = patch("*", {"phoneNumber": "123"}).headers["ETag"]

    answer = patch(tag, {"city": "Oslo", "website": "x.example"})

    assert answer.status_code == 409
    error = answer.json["error"]
    assert error["code"] == "Request_EntityChanged"
    assert error["innererror"] == {
        "currentTag": current,
        "changedProperties": ["city", "phoneNumber"],
        "conflictingProperties": ["city"],
    }


def test_a_conflict_names_nothing_for_a_tag_that_was_never_given(patch, tag):
    answer = patch('W/"c3RhbGU="', {"city": "Oslo"})

    assert answer.json["error"]["innererror"] == {"currentTag": tag}


def test_changes_that_do_not_overlap_are_merged_where_the_client_prefers_it(patch, tag):
    patch(tag, {"city": "Rome"})

    answer = patch(tag, {"phoneNumber": "123"}, Prefer="merge=non-overlapping")

    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "merge=non-overlapping"
    assert (answer.json["city"], answer.json["phoneNumber"]) == ("Rome", "123")


@pytest.mark.parametrize("body", [{"city": "Oslo"}, {"city": "Oslo", "phoneNumber": "1"}])
def test_overlapping_changes_are_a_conflict_all_the_same(patch, tag, body):
    patch(tag, {"city": "Rome"})

    assert patch(tag, body, Prefer="merge=non-overlapping").status_code == 409


def test_a_merge_needs_a_tag_that_the_log_knows(patch, tag):
    patch(tag, {"city": "Rome"})

    answer = patch('W/"c3RhbGU="', {"phoneNumber": "1"}, Prefer="merge=non-overlapping")

    assert answer.status_code == 409


def test_what_is_refused_is_not_logged(patch, tag):
    patch(tag, {"email": "no address"})
    patch("*", {"phoneNumber": "1"})

    answer = patch(tag, {"city": "Oslo"})

    assert answer.json["error"]["innererror"]["changedProperties"] == ["phoneNumber"]


def test_a_conflict_in_a_batch_tells_the_same(batch, patch, tag, adatum):
    patch(tag, {"city": "Rome"})

    (response,) = batch(
        {
            "id": "1",
            "method": "PATCH",
            "url": adatum,
            "headers": {"If-Match": tag},
            "body": {"city": "Oslo"},
        }
    )

    assert response["status"] == 409
    assert response["body"]["error"]["innererror"]["conflictingProperties"] == ["city"]


def test_a_read_that_expects_another_state_is_refused_with_the_standards_statuses(serve, adatum):
    client = serve(etag_mismatch_status=412)
    tag = client.get(f"{ROOT}/{adatum}").headers["ETag"]
    statuses = {
        (path, expected): client.get(
            f"{ROOT}/{adatum}{path}", headers={"If-Match": expected}
        ).status_code
        for path in ("", "/city", "/city/$value")
        for expected in (tag, "*", 'W/"c3RhbGU="')
    }

    assert {place: status for place, status in statuses.items() if status != 200} == {
        ("", 'W/"c3RhbGU="'): 412,
        ("/city", 'W/"c3RhbGU="'): 412,
        ("/city/$value", 'W/"c3RhbGU="'): 412,
    }


@pytest.mark.parametrize("expected", ["*", 'W/"c3RhbGU="', "nonsense"])
@pytest.mark.parametrize("path", ["", "/city", "/city/$value"])
def test_a_read_takes_no_notice_of_if_match(client, adatum, path, expected):
    answer = client.get(f"{ROOT}/{adatum}{path}", headers={"If-Match": expected})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/city", "/city/$value"])
def test_a_property_has_the_tag_of_its_entity(client, adatum, tag, path):
    shown = client.get(f"{ROOT}/{adatum}{path}")
    unchanged = client.get(f"{ROOT}/{adatum}{path}", headers={"If-None-Match": tag})

    assert shown.headers["ETag"] == tag
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_the_tag_does_not_tell_of_what_is_expanded(client, adatum, tag):
    url = f"{ROOT}/{adatum}"
    known = {"If-None-Match": tag}
    change = {"json": {"displayName": "Renamed"}, "headers": {"If-Match": "*"}}
    assert client.patch(f"{url}/paymentTerm", **change).status_code == 200

    shown = client.get(f"{url}?$expand=paymentTerm", headers=known)
    assert shown.json["paymentTerm"]["displayName"] == "Renamed"
    assert client.get(url, headers=known).status_code == 304
    assert client.get(f"{url}?$expand=paymentTerm", headers={"If-None-Match": "*"}).data == b""


@pytest.mark.parametrize(("setting", "status"), [(409, 404), (412, 412)])
def test_a_change_that_expects_an_entity_that_is_not_there(serve, company, setting, status):
    client = serve(etag_mismatch_status=setting)
    missing = f"{ROOT}/{company}/customers(00000000-0000-4000-8000-00000000dead)"

    answer = client.patch(missing, json={"city": "Oslo"}, headers={"If-Match": "*"})

    assert answer.status_code == status


@pytest.mark.parametrize(
    "link",
    ["{company}/defaultDimensions(00000000-0000-0000-0000-000000000001)", "no such thing("],
    ids=["absent", "unreadable"],
)
def test_a_number_that_was_just_taken_is_a_duplicate_whatever_is_linked(
    client, company, monkeypatch, link
):
    """PostgreSQL may refuse a row later than SQLite, but before what hangs below it."""
    path = f"{ROOT}/{company}/customers"
    for number in range(OFTEN):
        answer = client.post(path, json={"number": f"T{number}", "displayName": "T"})
        assert answer.status_code == 201
        key, headers = answer.json["id"], {"If-Match": "*"}
        answer = client.patch(f"{path}({key})", json={"number": f"U{number}"}, headers=headers)
        assert answer.status_code == 200
        answer = client.patch(f"{path}({key})", json={"number": f"T{number}"}, headers=headers)
    monkeypatch.setattr(Numbering, "is_taken", lambda *_: False)

    links = {"defaultDimensions@odata.bind": [link.format(company=company)]}
    answers = [
        client.post(path, json={"number": "T0", "displayName": "T", **links}),
        client.patch(f"{path}({key})", json={"number": "T0", **links}, headers={"If-Match": "*"}),
    ]

    for answer in answers:
        assert answer.status_code == 409
        assert answer.json["error"]["code"] == "Internal_EntityWithSameKeyExists"
