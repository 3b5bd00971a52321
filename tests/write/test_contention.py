"""Many writers at one entity: one wins each round, nothing is lost, no tag names two states."""

import json
import threading

import pytest

from odata.errors import TransactionLostError
from tests.write.technical_client import technical_client

WRITERS = 6
ROUNDS = 15


def test_no_update_is_lost_among_writers(technical, technical_url):
    technical.send("PATCH", "employees(1)", {"points": 0}, If_Match="*")
    accepted, statuses, states = [], [], []

    def write():
        client = technical_client(technical_url)
        for _ in range(ROUNDS):
            found = client.read("employees(1)?$select=points")
            states.append((found["@odata.etag"], found["points"]))
            body = {"points": found["points"] + 1}
            tag = found["@odata.etag"]
            response = client.send("PATCH", "employees(1)", body, If_Match=tag)
            statuses.append(response.status)
            if response.status == 200:
                accepted.append(json.loads(response.body)["points"])
        client.engine.source.database.close()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(statuses) == WRITERS * ROUNDS
    assert set(statuses) <= {200, 409}
    assert technical.read("employees(1)")["points"] == len(accepted)
    assert len(set(states)) == len({tag for tag, _ in states})


def test_reads_of_a_snapshot_see_one_state(technical, another_technical):
    with another_technical.engine.writer.snapshot():
        before = another_technical.read("employees(2)")
        technical.send("PATCH", "employees(2)", {"points": 7}, If_Match="*")
        within = another_technical.read("employees(2)")
        # It is for who has begun the transaction, which is lost as a whole.
        with pytest.raises(TransactionLostError) as refused:
            another_technical.send("PATCH", "employees(2)", {"points": 8}, If_Match="*")

    assert within == before
    assert (refused.value.status, refused.value.headers) == (503, (("Retry-After", "1"),))
    assert another_technical.read("employees(2)")["points"] == 7


@pytest.mark.parametrize(
    ("method", "path", "body", "headers"),
    [
        ("PATCH", "employees(1)", {"nickname": "b"}, {"If_Match": "*"}),
        ("PATCH", "employees(1)", {"nickname": "b"}, {"If_Match": "*", "Prefer": "return=minimal"}),
        ("POST", "employees(1)/reports", {"id": 70, "name": "New"}, {}),
        ("PUT", "employees(70)", {"name": "New"}, {}),
    ],
)
def test_a_change_is_shown_before_others_can_change_it(
    technical, monkeypatch, method, path, body, headers
):
    """Else the tag of an answer could be that of a change that its client has never seen."""
    reader, database = technical.engine._reader, technical.engine.source.database
    read, depths = reader.entity, []

    def entity(*given, **named):
        depths.append(database.transaction_depth())
        return read(*given, **named)

    monkeypatch.setattr(reader, "entity", entity)

    assert technical.send(method, path, body, **headers).status < 300
    assert depths == [1]


def test_who_leaves_the_path_that_it_was_changed_by_is_not_shown(technical):
    answer = technical.send("PATCH", "employees(1)/reports(2)", {"managerId": 5}, If_Match="*")

    assert (answer.status, answer.body) == (204, b"")
    assert technical.read("employees(2)")["managerId"] == 5
