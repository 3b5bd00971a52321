"""Batches: many requests in one, each answered as it would be alone.

The requests run one after the other with the caller's principal. Adjacent requests of one
group form one transaction: all of them hold, or none. A batch stops at the first failure
unless ``Prefer: continue-on-error`` is sent, as Business Central does; a JSON batch of
version 4.01 goes on unless ``continue-on-error=false`` is, as the standard wants it. What
depends on a failed request is answered with 424 either way. ``Isolation: snapshot`` makes the
whole batch one transaction; what came before a failure is reported as it went and is undone.

Cites: OData Protocol 11.7, Business Central reference §11.1, Reliability X1 to X4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import takewhile
from operator import attrgetter

from odata.errors import (
    BadRequestError,
    FailedDependencyError,
    ODataError,
    PayloadTooLargeError,
    TransactionLostError,
)
from odata.payload.json_document import JsonValue, read_json
from odata.protocol.batch_condition import holds, references_in
from odata.protocol.batch_headers import PartHeaders
from odata.protocol.batch_parts import Outcome, Part, is_plain_read, units
from odata.protocol.batch_url import BatchUrls, reference_in
from odata.protocol.error_body import ERROR_HEADERS, error_response_body
from odata.protocol.messages import Request, Response, whole_body
from odata.protocol.preferences import parse_isolation, parse_preferences
from odata.protocol.versions import response_version

Handle = Callable[[Request], Response]
LookAhead = Callable[[Sequence[Request]], None]
Transaction = Callable[[], AbstractContextManager[None]]

_READS = frozenset({"GET", "HEAD"})
_BAD_REQUEST = int(HTTPStatus.BAD_REQUEST)
_IS_FAILURE = attrgetter("is_failure")
# Reads that are fetched together: their rows are in memory until they are answered.
_MOST_AHEAD = 32


@dataclass(frozen=True, slots=True)
class Answering:
    """How each request of a batch is answered; ``look_ahead`` fetches together what reads will
    ask for that come next, where that saves anything."""

    handle: Handle
    look_ahead: LookAhead | None = None


@dataclass(frozen=True, slots=True)
class Transactions:
    """The transactions of a batch: that of one group, and that of a whole batch whose reads
    all see the same state; ``again`` makes a group once more where the database has undone it
    for the sake of others."""

    group: Transaction
    snapshot: Transaction
    again: Callable[[Callable[[], list[Outcome]]], list[Outcome]]


class _UndoneError(Exception):
    """Leaves a transaction whose parts did not all succeed."""


class BatchRun:
    """One batch on its way: what has run, what it made, what has failed."""

    def __init__(
        self,
        envelope: Request,
        urls: BatchUrls,
        answering: Answering,
        transactions: Transactions,
        *,
        goes_on: bool,
        most_octets: int,
    ) -> None:
        self._envelope = envelope
        self._urls = urls
        self._handle = answering.handle
        self._look_ahead = answering.look_ahead
        self._requests: dict[int, Request] = {}
        self._begin = transactions.group
        self._begin_snapshot = transactions.snapshot
        self._again = transactions.again
        self._goes_on = goes_on
        self._most_octets = self._left = most_octets
        self._headers = PartHeaders(envelope, urls.entity_tag)
        self._failed: set[str] = set()
        self._asked_for: frozenset[str] = frozenset()
        self._answers: dict[str, JsonValue] = {}
        self._groups: dict[str, str] = {}

    def run(self, parts: tuple[Part, ...]) -> list[Outcome]:
        """The answers in the order of the parts, up to where the batch stopped."""
        headers = self._envelope.headers
        is_snapshot = parse_isolation(headers.get("isolation"), headers.get("odata-isolation"))
        wanted = parse_preferences(headers.get("prefer")).continue_on_error
        goes_on = self._goes_on if wanted is None else wanted
        self._groups = {item.id: item.group for item in parts if item.id and item.group}
        self._asked_for = frozenset[str]().union(
            *(references_in(item.condition) for item in parts if item.condition is not None)
        )
        outcomes: list[Outcome] = []
        try:
            with self._begin_snapshot() if is_snapshot else nullcontext():
                self._run_all(parts, outcomes, goes_on=goes_on)
                if is_snapshot:
                    _undo_after_failure(outcomes)
        except _UndoneError:
            return outcomes
        finally:
            self._headers.forget_reads()  # what they share leads back to them
            if self._look_ahead is not None:
                self._look_ahead(())
        return outcomes

    def _run_all(self, parts: tuple[Part, ...], outcomes: list[Outcome], *, goes_on: bool) -> None:
        is_stopped, place, known = False, 0, 1
        for unit in units(parts):
            if is_stopped:
                outcomes += self._dependents(unit)
                continue
            if place == known and self._look_ahead and is_plain_read(parts[place - 1]):
                # What they have in common is settled by the one before them.
                known += self._ask_ahead(parts[place : place + _MOST_AHEAD], self._look_ahead)
            place += len(unit)
            known = max(known, place)
            found = self._run_unit(unit)
            outcomes += found
            is_stopped = not goes_on and _has_failure(found)

    def _dependents(self, unit: tuple[Part, ...]) -> Iterator[Outcome]:
        """Behind the end of a batch, what named a failed request is told so."""
        for part in unit:
            refusal = self._refusal(part)
            if refusal is not None and part.requires is not None:
                yield self._failure(part, refusal)

    # --- one unit -------------------------------------------------------------------------

    def _run_unit(self, unit: tuple[Part, ...]) -> list[Outcome]:
        if not unit[0].group:
            return [self._run_part(unit[0])]
        room = self._left

        def run() -> list[Outcome]:
            self._left = room
            return self._run_group(unit)

        try:
            return self._again(run)
        except TransactionLostError:
            raise
        except ODataError as error:
            return [self._failure(part, error) for part in unit]

    def _run_group(self, unit: tuple[Part, ...]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        try:
            with self._begin():
                for part in unit:
                    outcomes.append(self._run_part(part))
                    _undo_after_failure(outcomes[-1:])
        except _UndoneError:
            return self._undo(unit, outcomes)
        return outcomes

    def _undo(self, unit: tuple[Part, ...], outcomes: list[Outcome]) -> list[Outcome]:
        """The one that failed speaks for itself; the others failed with it."""
        failed = outcomes[-1]
        error = FailedDependencyError(
            "The request was undone because another request of its group failed."
        )
        return [failed if part is failed.part else self._failure(part, error) for part in unit]

    def _run_part(self, part: Part) -> Outcome:
        refusal = self._refusal(part)
        if refusal is not None:
            return self._failure(part, refusal)
        try:
            if part.condition is not None and not self._holds(part.condition):
                return self._left_out(part)
            request = self._requests.pop(id(part), None) or self._request(part)
            self._check_room(request)
        except ODataError as error:
            return self._failure(part, error)
        response = self._handle(request)
        if isinstance(response.body, bytes) and len(response.body) <= self._left:
            self._left -= len(response.body)
        else:
            try:
                response.body = self._whole(request, response)
            except ODataError as error:
                return self._failure(part, error)
        outcome = Outcome(part, response)
        self._note(outcome, request)
        return outcome

    def _whole(self, request: Request, response: Response) -> bytes:
        """The body in one piece: all answers of a batch are in memory together."""
        pieces = [response.body] if isinstance(response.body, bytes) else response.body
        gathered: list[bytes] = []
        for piece in pieces:
            self._left -= len(piece)
            self._check_room(request)
            gathered.append(piece)
        return b"".join(gathered)

    def _check_room(self, request: Request) -> None:
        """Refuse a read for whose answer there is no room; a change is told in any case."""
        if self._left < 0 and request.method == "GET":
            raise PayloadTooLargeError(
                f"the answers of a batch have at most {self._most_octets} bytes together; "
                "ask for less, or for this alone"
            )

    def _holds(self, condition: str) -> bool:
        """Whether the condition of a part holds; it speaks of earlier requests alone."""
        unknown = references_in(condition) - self._answers.keys()
        if unknown:
            raise BadRequestError(
                f"'${min(unknown)}' names no earlier request of the batch", target="if"
            )
        return holds(condition, self._answers)

    def _left_out(self, part: Part) -> Outcome:
        error = FailedDependencyError("The condition of the request does not hold.", target="if")
        return replace(self._failure(part, error), is_left_out=True)

    def _note(self, outcome: Outcome, request: Request) -> None:
        part_id = outcome.part.id
        self._keep_answer(outcome)
        if outcome.is_failure:
            self._note_failure(outcome.part)
        elif part_id is not None:
            self._urls.remember(part_id, outcome.response, request)

    def _keep_answer(self, outcome: Outcome) -> None:
        """Keep the body of an answer for which a condition will ask."""
        if outcome.part.id in self._asked_for:
            try:
                self._answers[outcome.part.id] = read_json(whole_body(outcome.response))
            except ODataError:
                self._answers[outcome.part.id] = None

    def _failure(self, part: Part, error: ODataError) -> Outcome:
        outcome = self._failed_outcome(part, error)
        self._keep_answer(outcome)
        return outcome

    def _failed_outcome(self, part: Part, error: ODataError) -> Outcome:
        self._note_failure(part)
        headers = [
            ("OData-Version", response_version(self._envelope.header("odata-maxversion"))),
            *ERROR_HEADERS,
            *error.headers,
        ]
        body = error_response_body(error, self._envelope.request_id)
        return Outcome(part, Response(error.http_status, headers, body))

    def _note_failure(self, part: Part) -> None:
        self._failed |= {name for name in (part.id, part.group) if name is not None}

    # --- dependencies ---------------------------------------------------------------------

    def _refusal(self, part: Part) -> ODataError | None:
        if "$" not in part.url and not part.requires and "if-match" not in part.headers:
            return None
        found = (reference_in(part.url), reference_in(part.headers.get("if-match", "")))
        references = [item for item in found if item is not None]
        failed = [item for item in (*(part.requires or ()), *references) if item in self._failed]
        if failed:
            return FailedDependencyError(f"The request depends on '{failed[0]}', which failed.")
        unnamed = [item for item in references if not self._may_refer(part, item)]
        if unnamed:
            return BadRequestError(
                f"The request refers to '${unnamed[0]}' and does not name it in dependsOn.",
                target="dependsOn",
            )
        return None

    def _may_refer(self, part: Part, reference: str) -> bool:
        if part.requires is None or not self._urls.knows(reference):
            return True
        return reference in part.requires or self._groups.get(reference, "") in part.requires

    # --- requests -------------------------------------------------------------------------

    def _ask_ahead(self, parts: tuple[Part, ...], look_ahead: LookAhead) -> int:
        """Have the reads among the next parts fetched together, as far as no other part comes
        before them; gives how many they are."""
        reads = list(takewhile(is_plain_read, parts))
        if len(reads) > 1:
            for part in reads:
                # What is wrong with one is told in its place.
                with suppress(ODataError):
                    self._requests[id(part)] = self._request(part)
            look_ahead([*self._requests.values()])
        return len(reads)

    def _request(self, part: Part) -> Request:
        envelope, body = self._envelope, part.body
        path, query = self._urls.resolve(part.url)
        sent = self._headers.of(part.headers)
        method = part.method.upper()
        if method not in _READS:
            self._headers.forget_reads()
        return Request(
            method=method,
            service_root=envelope.service_root,
            path=path,
            query=query,
            headers=sent.headers,
            body=self._urls.replace_references(body) if body else body,
            principal=envelope.principal,
            request_id=envelope.request_id,
            address=envelope.address,
            settled=sent.settled if method == "GET" else None,
        )


def _has_failure(outcomes: list[Outcome]) -> bool:
    return any(map(_IS_FAILURE, outcomes))


def _undo_after_failure(outcomes: list[Outcome]) -> None:
    if _has_failure(outcomes):
        raise _UndoneError


def check_envelope(request: Request) -> None:
    """Refuse conditions on the batch itself (OData Protocol 11.4.1)."""
    for name in ("if-match", "if-none-match"):
        if request.header(name) is not None:
            raise BadRequestError(f"{name} has no meaning for a whole batch", target=name)
