"""Delta links: what changed, what left, what is gone."""

import datetime

import pytest

from models.access import DatabaseTokens, TokenRequest
from models.access_role import DatabaseRoles
from models.demo.identifiers import ADATUM, CRONUS, TREY_RESEARCH
from odata.edm.grants import READ, Grant
from odata.query.change import Operation
from odata.sql.change_log import Span
from tests.write.technical_client import technical_client

ROOT = "/api/v2.0"
ORIGIN = "http://localhost"
TRACK = {"Prefer": "odata.track-changes"}


@pytest.fixture
def customers_url(company):
    return f"{ROOT}/{company}/customers"


def link_of(answer):
    return answer.json["@odata.deltaLink"].removeprefix(ORIGIN)


def patch(client, url, body):
    answer = client.patch(url, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_a_tracked_read_ends_with_a_delta_link(client, customers_url):
    answer = client.get(customers_url, headers=TRACK)

    assert answer.headers["Preference-Applied"] == "odata.track-changes"
    assert answer.json["@odata.deltaLink"].startswith(f"{ORIGIN}{customers_url}?$deltatoken=")
    delta = client.get(link_of(answer))
    assert delta.status_code == 200
    assert delta.json["@odata.context"] == (
        f"{ORIGIN}{ROOT}/$metadata#companies({CRONUS})/customers/$delta"
    )
    assert delta.json["value"] == []


def test_a_delta_gives_each_change_once(client, customers_url):
    link = link_of(client.get(f"{customers_url}?$select=id,city", headers=TRACK))
    patch(client, f"{customers_url}({ADATUM})", {"city": "Rome"})
    patch(client, f"{customers_url}({ADATUM})", {"city": "Oslo"})
    made = client.post(customers_url, json={"displayName": "New", "city": "Bern"}).json["id"]
    gone = client.post(customers_url, json={"displayName": "Short"}).json["id"]
    client.delete(f"{customers_url}({gone})", headers={"If-Match": "*"})

    delta = client.get(link)

    found = {item["id"]: item["city"] for item in delta.json["value"]}
    assert found == {ADATUM: "Oslo", made: "Bern"}
    assert client.get(link_of(delta)).json["value"] == []


def test_a_deleted_entity_is_told_at_4_0(client, customers_url, company):
    made = client.post(customers_url, json={"displayName": "Short"}).json["id"]
    link = link_of(client.get(customers_url, headers=TRACK))
    client.delete(f"{customers_url}({made})", headers={"If-Match": "*"})

    assert client.get(link).json["value"] == [
        {
            "@odata.context": f"#{company}/customers/$deletedEntity",
            "id": f"{company}/customers({made})",
            "reason": "deleted",
        }
    ]


def test_a_deleted_entity_is_told_at_4_01(client, customers_url, company):
    made = client.post(customers_url, json={"displayName": "Short"}).json["id"]
    headers = {"Prefer": "track-changes", "OData-MaxVersion": "4.01"}
    link = client.get(customers_url, headers=headers).json["@deltaLink"].removeprefix(ORIGIN)
    client.delete(f"{customers_url}({made})", headers={"If-Match": "*"})

    assert client.get(link, headers={"OData-MaxVersion": "4.01"}).json["value"] == [
        {"@removed": {"reason": "deleted"}, "@id": f"{company}/customers({made})"}
    ]


def test_entities_enter_and_leave_a_filter(client, customers_url):
    url = f"{customers_url}?$filter=city eq 'Nowhere'&$select=id&$orderby=city&$top=5"
    first = client.get(url, headers=TRACK)
    patch(client, f"{customers_url}({ADATUM})", {"city": "Nowhere"})
    entered = client.get(link_of(first))
    patch(client, f"{customers_url}({ADATUM})", {"city": "Rome"})
    left = client.get(link_of(entered))

    assert [item["id"] for item in entered.json["value"]] == [ADATUM]
    assert [item["reason"] for item in left.json["value"]] == ["changed"]
    assert "$top" not in entered.json["@odata.deltaLink"]


def test_a_delta_keeps_the_expansion(client, customers_url):
    link = link_of(client.get(f"{customers_url}?$expand=currency&$select=id", headers=TRACK))
    patch(client, f"{customers_url}({ADATUM})", {"city": "Rome"})

    (changed,) = client.get(link).json["value"]
    assert "currency" in changed


def test_pages_of_a_tracked_read_share_one_link(serve, customers_url):
    client = serve(page_size=2)
    page = client.get(f"{customers_url}?$select=id", headers=TRACK)
    patch(client, f"{customers_url}({TREY_RESEARCH})", {"city": "Rome"})
    while "@odata.nextLink" in page.json:
        assert "@odata.deltaLink" not in page.json
        page = client.get(page.json["@odata.nextLink"].removeprefix(ORIGIN))

    assert [item["id"] for item in client.get(link_of(page)).json["value"]] == [TREY_RESEARCH]


def test_a_link_is_good_for_its_own_collection_only(client, customers_url):
    link = link_of(client.get(customers_url, headers=TRACK))
    token = link.partition("$deltatoken=")[2]
    others = client.get(f"{ROOT}/companies?$select=id").json["value"]
    other = next(item["id"] for item in others if item["id"] != CRONUS)

    foreign = client.get(f"{ROOT}/companies({other})/customers?$deltatoken={token}")
    forged = client.get(f"{customers_url}?$deltatoken=a{token}")
    filtered = client.get(f"{customers_url}?$filter=city eq 'Rome'&$deltatoken={token}")

    assert [foreign.status_code, forged.status_code, filtered.status_code] == [400, 400, 400]


def test_changes_of_another_company_are_not_told(client, customers_url):
    link = link_of(client.get(customers_url, headers=TRACK))
    others = client.get(f"{ROOT}/companies?$select=id").json["value"]
    other = next(item["id"] for item in others if item["id"] != CRONUS)
    client.post(f"{ROOT}/companies({other})/customers", json={"displayName": "Elsewhere"})

    assert client.get(link).json["value"] == []


def test_an_old_link_is_gone_and_tells_where_to_start(technical):
    before = technical.read("employees?$select=name", Prefer="track-changes")["@odata.deltaLink"]
    path = before.removeprefix("http://h/t/")
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=31)
    technical.engine.clock = lambda: later

    response = technical.send("GET", path)

    assert response.status == 410
    assert response.header("location") == "http://h/t/employees?$select=name"


@pytest.mark.parametrize(("made_under", "asked_under"), [(5, 30), (30, 5)])
def test_a_link_answers_for_the_shorter_of_two_times(technical_url, made_under, asked_under):
    days = datetime.timedelta(days=1)
    made, asked = (
        technical_client(technical_url, changes_kept=number * days)
        for number in (made_under, asked_under)
    )
    link = made.read("employees", Prefer="track-changes")["@odata.deltaLink"]
    now = datetime.datetime.now(datetime.UTC)

    statuses = []
    for after in (4, 6):
        asked.engine.clock = lambda after=after: now + after * days
        statuses.append(asked.send("GET", link.removeprefix("http://h/t/")).status)

    assert statuses == [200, 410]
    for client in (made, asked):
        client.engine.source.database.close()


def test_what_has_no_single_key_is_not_tracked(technical):
    response = technical.send("GET", "departments", Prefer="track-changes")

    assert response.status == 200
    assert response.header("preference-applied") is None


def test_deltas_bring_a_copy_up_to_date(technical):
    first = technical.read("employees", Prefer="track-changes")
    copy = {item["id"]: item for item in first["value"]}
    technical.send("PATCH", "employees(2)", {"points": 1}, If_Match="*")
    technical.send("DELETE", "employees(3)", If_Match="*")
    technical.send("POST", "employees", {"id": 9, "name": "Flo"})
    technical.send("PUT", "employees(4)/manager/$ref", {"@odata.id": "employees(1)"})

    delta = technical.read(first["@odata.deltaLink"].removeprefix("http://h/t/"))

    for item in delta["value"]:
        if "reason" in item:
            del copy[int(item["id"].partition("(")[2][:-1])]
        else:
            copy[item["id"]] = item
    assert copy == {item["id"]: item for item in technical.read("employees")["value"]}


def test_a_change_that_commits_late_is_not_missed(technical, another_technical):
    late = another_technical
    first = technical.read("employees?$select=id", Prefer="track-changes")

    def changed(found):
        link = found["@odata.deltaLink"].removeprefix("http://h/t/")
        delta = technical.read(link)
        return delta, [item["id"] for item in delta["value"]]

    with late.engine.writer.transaction():
        late.send("PATCH", "employees(2)", {"points": 1}, If_Match="*")
        technical.send("PATCH", "employees(3)", {"points": 1}, If_Match="*")
        before, ids_before = changed(first)
    after, ids_after = changed(before)

    assert (ids_before, ids_after, changed(after)[1]) == ([3], [2], [])


def test_what_a_rule_changes_elsewhere_is_told(client, company, customers_url):
    dimensions = f"{ROOT}/{company}/defaultDimensions?$filter=parentId eq {ADATUM}&$select=id"
    owned = [item["id"] for item in client.get(dimensions).json["value"]]
    link = link_of(client.get(dimensions, headers=TRACK))
    currency = client.get(f"{ROOT}/{company}/currencies?$filter=code eq 'EUR'").json["value"][0]
    customers = client.get(f"{customers_url}?$select=id,currencyCode", headers=TRACK)
    carrying = {item["id"] for item in customers.json["value"] if item["currencyCode"] == "EUR"}

    patch(client, f"{ROOT}/{company}/currencies({currency['id']})", {"code": "EURO"})
    deleted = client.delete(f"{customers_url}({ADATUM})", headers={"If-Match": "*"})

    assert deleted.status_code in (204, 400)
    changed = {item["id"] for item in client.get(link_of(customers)).json["value"]}
    assert carrying - {ADATUM} <= changed
    gone = len(client.get(link).json["value"])
    assert gone == (len(owned) if deleted.status_code == 204 else 0)


def changed_ids(delta):
    """Of a delta of employees: what was changed, and what was removed."""
    items = delta["value"]
    gone = [int(item["id"].partition("(")[2][:-1]) for item in items if "reason" in item]
    return [item["id"] for item in items if "reason" not in item], gone


def change_three(technical):
    technical.send("PATCH", "employees(3)", {"points": 1}, If_Match="*")
    technical.send("DELETE", "employees(5)", If_Match="*")
    technical.send("PATCH", "employees(2)", {"points": 1}, If_Match="*")
    technical.send("PATCH", "employees(3)", {"points": 2}, If_Match="*")


def test_a_long_delta_comes_in_pages_of_what_had_changed_by_then(technical):
    first = technical.read("employees?$select=id,points", Prefer="track-changes")
    change_three(technical)

    def page(link):
        path = link.removeprefix("http://h/t/")
        return technical.read(path, Prefer="maxpagesize=1")

    pages = [page(first["@odata.deltaLink"])]
    technical.send("PATCH", "employees(2)", {"points": 7}, If_Match="*")
    technical.send("PATCH", "employees(1)", {"points": 7}, If_Match="*")
    while "@odata.nextLink" in pages[-1]:
        assert "@odata.deltaLink" not in pages[-1]
        pages.append(page(pages[-1]["@odata.nextLink"]))
    later = technical.read(pages[-1]["@odata.deltaLink"].removeprefix("http://h/t/"))

    assert [changed_ids(item) for item in pages] == [([], [5]), ([3], [])]
    assert [(item["id"], item["points"]) for item in later["value"]] == [(1, 7), (2, 7)]


def test_changes_are_counted(technical):
    first = technical.read("employees?$filter=points gt 0&$select=id", Prefer="track-changes")
    change_three(technical)
    path = first["@odata.deltaLink"].removeprefix("http://h/t/")

    delta = technical.read(f"{path}&$count=true")
    counted = technical.send("GET", path.replace("employees?", "employees/$count?"))

    assert delta["@odata.count"] == len(delta["value"]) == 3
    assert (counted.status, counted.body) == (200, b"3")


def test_the_log_is_read_entry_by_entry(technical):
    log = technical.engine.writer.log
    since = log.position()
    technical.send("PATCH", "employees(2)", {"points": 1, "home": {"city": "Oslo"}}, If_Match="*")
    technical.send("DELETE", "employees(3)", If_Match="*")
    span = Span(since, log.position())

    first, *others = log.entries_in(span, limit=1)
    (second,) = log.entries_in(span, after=first.sequence)

    entry = first.entry
    assert others == []
    assert (entry.entity_set, entry.key, entry.operation) == ("employees", (2,), Operation.UPDATE)
    assert entry.properties["points"] == (None, "1")
    assert (entry.actor, entry.request_id) == ("eva", "request-1")
    assert (second.entry.key, second.entry.operation) == ((3,), Operation.DELETE)
    assert log.entries_in(Span(span.until, log.position())) == []


@pytest.mark.parametrize(
    "query",
    [
        "$filter=manager/name eq 'Ada'",
        "$filter=reports/any(r:r/name eq 'Di')",
        "$filter=reports/$count gt 1",
        "$filter=manager eq null",
        "$filter=seen lt now()",
        "$filter=$root/employees(1)/name eq name",
        "$compute=manager/name as chief&$select=id,chief",
        "$expand=reports($filter=department/name eq 'People')",
    ],
)
def test_what_changes_with_other_entities_is_not_tracked(technical, query):
    response = technical.send("GET", f"employees?{query}", Prefer="track-changes")

    assert response.status == 200, response.body
    assert response.header("preference-applied") is None
    assert b"deltaLink" not in response.body


@pytest.mark.parametrize(
    "query",
    [
        "$filter=home/city eq 'Lund' and tags/any(t:t eq 'vip')",
        "$search=Ada",
        "$compute=salary mul 2 as twice&$select=id,twice",
        "$orderby=manager/name",
        "$expand=reports($filter=points gt 1)",
    ],
)
def test_what_changes_with_the_entity_is_tracked(technical, query):
    assert "@odata.deltaLink" in technical.read(f"employees?{query}", Prefer="track-changes")


@pytest.mark.parametrize("accept", ["text/csv", "application/json;odata.metadata=none"])
def test_a_form_without_links_is_not_tracked(client, customers_url, accept):
    link = link_of(client.get(customers_url, headers=TRACK))

    read = client.get(f"{customers_url}?$select=number", headers={**TRACK, "Accept": accept})
    delta = client.get(link, headers={"Accept": accept})

    assert (read.status_code, read.headers.get("Preference-Applied")) == (200, None)
    assert "deltaLink" not in read.text
    assert delta.status_code == 406


def test_a_link_where_nothing_is_tracked_is_gone(client, company):
    reports = f"{ROOT}/{company}/agedAccountsReceivables"

    answer = client.get(f"{reports}?$deltatoken=abc")

    assert answer.status_code == 410
    assert answer.headers["Location"] == f"{ORIGIN}{reports}"


def test_a_link_is_gone_once_other_properties_are_shown(client, customers_url):
    roles, now = DatabaseRoles(), datetime.datetime.now(datetime.UTC)
    roles.put("looker", Grant("companies"))
    roles.put("looker", Grant("customers", READ, frozenset({"notes"})))
    token = DatabaseTokens().create(TokenRequest("a looker", frozenset({"looker"})), now)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    link = link_of(client.get(f"{customers_url}?$filter=city eq 'Rome'", headers=TRACK))

    before = client.get(link).status_code
    roles.put("looker", Grant("customers", READ))

    assert (before, client.get(link).status_code) == (200, 410)
