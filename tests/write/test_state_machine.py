"""Random changes against a Python model of the service; deltas bring a copy up to date."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KEYS = st.integers(1, 9)
POINTS = st.integers(0, 9)
FRESHNESS = st.sampled_from(["fresh", "stale", "any", "none"])
STEPS = st.one_of(
    st.tuples(st.just("create"), KEYS, POINTS),
    st.tuples(st.just("update"), KEYS, POINTS, FRESHNESS),
    st.tuples(st.just("delete"), KEYS, FRESHNESS),
    st.tuples(st.just("batch"), st.lists(st.tuples(KEYS, POINTS), min_size=1, max_size=3)),
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
        self.used_tags = set()
        found = client.read("employees", Prefer="track-changes")
        self.copy = {}
        self.link = found["@odata.deltaLink"].removeprefix("http://h/t/")

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
            del self.points[key], self.tags[key]

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
            for key, points in creates:
                tag = self.client.read(f"employees({key})")["@odata.etag"]
                self.points[key], self.tags[key] = points, tag

    def sync(self):
        """The copy after a delta is what the service holds."""
        delta = self.client.read(self.link)
        self.link = delta["@odata.deltaLink"].removeprefix("http://h/t/")
        for item in delta["value"]:
            if "reason" in item:
                self.copy.pop(int(item["id"].partition("(")[2][:-1]), None)
            else:
                self.copy[item["id"]] = item["points"]
        assert self.copy == self.points

    def check(self):
        """Service and model agree."""
        found = self.client.read("employees")["value"]
        assert {item["id"]: item["points"] for item in found} == self.points
        assert {item["id"]: item["@odata.etag"] for item in found} == self.tags

    def _note(self, key, points, response):
        tag = response.header("etag")
        assert tag not in self.used_tags
        self.used_tags.add(tag)
        self.points[key], self.tags[key] = points, tag

    def _tag(self, key, freshness):
        tags = {"fresh": self.tags.get(key, STALE), "stale": STALE, "any": "*"}
        return {"If_Match": tags[freshness]} if freshness in tags else {}

    def _expected(self, key, freshness, done, created, *, missing_with_tag=412):
        if key not in self.points:
            return created if freshness == "none" else missing_with_tag
        return {"fresh": done, "any": done, "stale": 409, "none": 400}[freshness]


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


@pytest.mark.parametrize("key", [1, 9])
def test_the_model_itself_starts_empty(technical, key):
    model = Model(technical)

    model.create(key, 1)
    model.check()
    model.sync()
