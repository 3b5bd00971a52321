"""Random changes against a Python model of the service; deltas bring a copy up to date."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KEYS = st.integers(1, 9)
POINTS = st.integers(0, 9)
FRESHNESS = st.sampled_from(["fresh", "stale", "any", "none"])
CHANGES = st.tuples(KEYS, POINTS, st.sampled_from(["stale", "any", "none"]))
STEPS = st.one_of(
    st.tuples(st.just("create"), KEYS, POINTS),
    st.tuples(st.just("update"), KEYS, POINTS, FRESHNESS),
    st.tuples(st.just("delete"), KEYS, FRESHNESS),
    st.tuples(st.just("batch"), st.lists(st.tuples(KEYS, POINTS), min_size=1, max_size=3)),
    st.tuples(st.just("go_on"), st.lists(CHANGES, min_size=1, max_size=4)),
    st.tuples(st.just("update_each"), POINTS, POINTS),
    st.tuples(st.just("delete_each"), POINTS),
    st.tuples(st.just("sync")),
)
STALE = 'W/"c3RhbGU="'


class Model:
    """What the service should hold: points by key, and the tags that it has told."""

    def __init__(self, client):
        self.client = client
        self.client.send("DELETE", "employees/$each")
        self.points = {}
        self.tags = {}
        self.former_tags = {}
        self.used_tags = set()
        found = client.read("employees", Prefer="track-changes")
        self.copy = {}
        self.link = self.first_link = path_of(found["@odata.deltaLink"])

    def create(self, key, points):
        body = {"id": key, "name": "x", "points": points}
        response = self.client.send("POST", "employees", body)
        assert response.status == (409 if key in self.points else 201)
        if response.status == 201:
            self._note(key, points, response)

    def update(self, key, points, freshness):
        response = self.client.send(
            "PATCH",
            f"employees({key})",
            {"name": "x", "points": points},
            **self._tag(key, freshness),
        )
        assert response.status == self._expected(key, freshness, 200, 201)
        if response.status in (200, 201):
            self._note(key, points, response)

    def delete(self, key, freshness):
        response = self.client.send("DELETE", f"employees({key})", **self._tag(key, freshness))
        assert response.status == self._expected(key, freshness, 204, 404, missing_with_tag=404)
        if response.status == 204:
            self._forget(key)

    def update_each(self, points, new_points):
        """All with so many points get others."""
        path = f"employees/$filter(points eq {points})/$each"
        assert self.client.send("PATCH", path, {"points": new_points}).status == 204
        changed = [key for key, found in self.points.items() if found == points]
        self._note_all(dict.fromkeys(changed, new_points))

    def delete_each(self, points):
        """All with so many points go."""
        path = f"employees/$filter(points eq {points})/$each"
        assert self.client.send("DELETE", path).status == 204
        for key in [key for key, found in self.points.items() if found == points]:
            self._forget(key)

    def go_on(self, changes):
        """A batch in which each change stands for itself, whatever becomes of the others."""
        requests, expected, after = [], [], {}
        for index, (key, points, freshness) in enumerate(changes):
            body = {"name": "x", "points": points}
            headers = {
                name.replace("_", "-"): tag for name, tag in self._tag(key, freshness).items()
            }
            change = {"method": "patch", "url": f"employees({key})", "headers": headers}
            requests.append({"id": str(index), **change, "body": body})
            is_there = key in self.points or key in after
            expected.append(self._status(freshness, 200, 201, is_there=is_there))
            if expected[-1] < 300:
                after[key] = points
        body = {"requests": requests}
        response = self.client.send("POST", "$batch", body, Prefer="continue-on-error")
        answers = json.loads(response.body)["responses"]
        assert [answer["status"] for answer in answers] == expected
        self._note_all(after)

    def batch(self, creates):
        """One group: all or nothing."""
        requests = [
            {
                "id": str(index),
                "atomicityGroup": "g",
                "method": "post",
                "url": "employees",
                "body": {"id": key, "name": "x", "points": points},
            }
            for index, (key, points) in enumerate(creates)
        ]
        response = self.client.send("POST", "$batch", {"requests": requests})
        statuses = [item["status"] for item in json.loads(response.body)["responses"]]
        keys = [key for key, _ in creates]
        is_good = len(set(keys)) == len(keys) and not set(keys) & self.points.keys()
        assert all(status == 201 for status in statuses) == is_good
        if is_good:
            self._note_all(dict(creates))

    def sync(self):
        """The copy after a delta is what the service holds."""
        delta = self.client.read(self.link)
        self.link = path_of(delta["@odata.deltaLink"])
        replay(delta, self.copy)
        assert self.copy == self.points

    def sync_at_once(self):
        """So is an empty copy after everything since the beginning."""
        copy = {}
        replay(self.client.read(self.first_link), copy)
        assert copy == self.points

    def check(self):
        """Service and model agree."""
        found = self.client.read("employees")["value"]
        assert {item["id"]: item["points"] for item in found} == self.points
        assert {item["id"]: item["@odata.etag"] for item in found} == self.tags

    def _note(self, key, points, response):
        self._keep(key, points, response.header("etag"))

    def _note_all(self, points):
        found = self.client.read("employees?$select=id")["value"]
        tags = {item["id"]: item["@odata.etag"] for item in found}
        for key, number in points.items():
            self._keep(key, number, tags[key])

    def _keep(self, key, points, tag):
        assert tag not in self.used_tags
        self.used_tags.add(tag)
        if key in self.tags:
            self.former_tags[key] = self.tags[key]
        self.points[key], self.tags[key] = points, tag

    def _forget(self, key):
        del self.points[key]
        self.former_tags[key] = self.tags.pop(key)

    def _tag(self, key, freshness):
        tags = {
            "fresh": self.tags.get(key, STALE),
            "stale": self.former_tags.get(key, STALE),
            "any": "*",
        }
        return {"If_Match": tags[freshness]} if freshness in tags else {}

    def _expected(self, key, freshness, done, created, *, missing_with_tag=412):
        is_there = key in self.points
        return self._status(freshness, done, created, missing_with_tag, is_there=is_there)

    def _status(self, freshness, done, created, missing_with_tag=412, *, is_there):
        if not is_there:
            return created if freshness == "none" else missing_with_tag
        return {"fresh": done, "any": done, "stale": 409, "none": 400}[freshness]


def path_of(link):
    return link.removeprefix("http://h/t/")


def replay(delta, copy):
    """Bring a copy up to date."""
    for item in delta["value"]:
        if "reason" in item:
            copy.pop(int(item["id"].partition("(")[2][:-1]), None)
        else:
            copy[item["id"]] = item["points"]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, max_size=12))
def test_the_service_agrees_with_its_model(technical, steps):
    model = Model(technical)
    for name, *arguments in steps:
        getattr(model, name)(*arguments)
        model.check()
    model.sync()
    model.sync_at_once()


@pytest.mark.parametrize("key", [1, 9])
def test_the_model_itself_starts_empty(technical, key):
    model = Model(technical)

    model.create(key, 1)
    model.check()
    model.sync()
