"""Business Central reference §14: what is bounded by settings, and how it answers."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from app import quotas as quotas_module
from app.config import Quotas
from app.limits import Limits
from app.quotas import Gate
from odata.errors import ServiceUnavailableError, TooManyRequestsError
from tests.integration.service import CUSTOMERS, ROOT, Service, error_of


@pytest.mark.bc(67)
def test_l7_the_sixth_of_five_requests_is_one_too_many(service_with):
    service: Service = service_with(quotas=Quotas(rate_limit=5, rate_window=60))
    assert [service.ask("companies").status_code for _ in range(5)] == [200] * 5

    answer = service.ask("companies")
    assert error_of(answer) == (
        429,
        "Application_TooManyRequests",
        "Too many requests reached. Actual (6). Maximum (5).",
    )
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert service.ask("companies").status_code == 429


def test_requests_are_counted_for_each_caller_and_leave_the_window(tmp_path):
    now = [1000.0]
    gate = Gate(Quotas(rate_limit=2, rate_window=10), tmp_path, clock=lambda: now[0])
    other = Gate(Quotas(rate_limit=2, rate_window=10), tmp_path, clock=lambda: now[0])
    gate.enter("one")
    now[0] += 4
    other.enter("one")
    gate.enter("two")
    now[0] += 5
    with pytest.raises(TooManyRequestsError) as caught:
        gate.enter("one")
    assert caught.value.headers == (("Retry-After", "1"),)
    now[0] += 1
    gate.enter("one")
    with pytest.raises(TooManyRequestsError):
        other.enter("one")


def test_turns_are_bounded_and_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    begun = threading.Event()
    monkeypatch.setattr(quotas_module, "before_waiting", begun.set)
    quotas = Quotas(concurrent_limit=1, queue_limit=1, queue_timeout=5)
    gate, other = Gate(quotas, tmp_path), Gate(quotas, tmp_path)
    running = gate.enter("one")
    assert running is not None
    waiting = threading.Thread(target=lambda: other.enter("one"))
    waiting.start()
    assert begun.wait(5)
    with pytest.raises(TooManyRequestsError) as caught:
        gate.enter("one")
    assert caught.value.message == "Too many requests reached. Actual (3). Maximum (2)."
    running.end()
    waiting.join(timeout=5)
    assert not waiting.is_alive()


def test_l7_those_who_wait_leave_threads_to_others(tmp_path: Path):
    quotas = Quotas(concurrent_limit=1, queue_limit=5, queue_timeout=60)
    gate = Gate(quotas, tmp_path, places=1)
    running = gate.enter("one")
    assert running is not None
    waiting = threading.Thread(target=lambda: gate.enter("one"))
    waiting.start()
    while not list(tmp_path.glob("*.wait.0")):
        time.sleep(0.01)
    while gate._places._value:
        time.sleep(0.01)
    with pytest.raises(ServiceUnavailableError) as caught:
        gate.enter("one")
    assert caught.value.headers == (("Retry-After", "1"),)
    running.end()
    waiting.join(timeout=60)
    assert not waiting.is_alive()


def test_a_turn_that_does_not_come_is_told_after_a_while(tmp_path):
    gate = Gate(Quotas(concurrent_limit=1, queue_timeout=0), tmp_path)
    running = gate.enter("one")
    assert running is not None
    with pytest.raises(ServiceUnavailableError) as caught:
        gate.enter("one")
    assert caught.value.headers == (("Retry-After", "1"),)


def test_a_turn_is_given_back_with_the_answer_whatever_it_is(service_with):
    service: Service = service_with(quotas=Quotas(concurrent_limit=1, queue_limit=0))
    statuses = [service.ask(target).status_code for target in ("companies", "nothing", "$metadata")]
    assert statuses == [200, 404, 200]


def test_a_batch_of_more_requests_than_the_setting_is_refused(service_with):
    service: Service = service_with(quotas=Quotas(batch_limit=2))
    requests = [{"id": str(index), "method": "GET", "url": "companies"} for index in range(3)]
    answer = service.post("$batch", {"requests": requests})
    assert answer.status_code == 400
    assert "A maximum number of '2' query operations" in answer.text
    answer = service.post("$batch", {"requests": requests[:2]})
    assert [item["status"] for item in json.loads(answer.data)["responses"]] == [200, 200]


def test_a_body_over_the_setting_is_refused(service_with):
    service: Service = service_with(limits=Limits(json_body=1024))
    answer = service.post(CUSTOMERS, {"displayName": "x" * 2000})
    assert answer.status_code == 413


def test_a_url_over_the_setting_is_refused(service_with):
    service: Service = service_with(limits=Limits(url=300))
    target = f"{ROOT}/companies?x="
    assert service.ask(target + "y" * (300 - len(target))).status_code == 200
    answer = service.ask(target + "y" * (301 - len(target)))
    assert answer.status_code == 414
    assert "longer than 300 characters" in answer.text
