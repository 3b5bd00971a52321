"""A request to a dialect, from its route to its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from app.rest.dialect import Call, Dialect
from app.rest.faults import failure_response
from odata.errors import BadRequestError, NotFoundError, ODataError, TransactionLostError
from odata.protocol.entity_service import Caller, EntityService
from odata.protocol.messages import Request, Response
from odata.uri.query_options import split_query

_COMPANY = "company"
_CONDITIONS = ("if-match", "if-none-match")
_READING = frozenset({"GET", "HEAD"})


class RestHandler:
    """Answers the requests to one dialect.

    The company is that of the option or header ``company``, else the only one that the caller
    may see. A change is one transaction.
    """

    def __init__(self, dialect: Dialect, service: EntityService) -> None:
        self.dialect = dialect
        self._service = service

    def handle(self, request: Request, /) -> Response:
        """The answer; failures are answers too."""
        self._service.prepare()
        request = replace(request, path=f"/{request.path}")
        named = replace(request, path=f"{self.dialect.name}{request.path}")
        try:
            return self._service.once(named, lambda _named: self._respond(request))
        except ODataError as error:
            return failure_response(error, request.request_id)

    def _respond(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except TransactionLostError:
            raise
        except ODataError as error:
            return failure_response(error, request.request_id)

    def _answer(self, request: Request) -> Response:
        route, ids = self.dialect.find(request.method, request.path)
        options = split_query(request.query)
        _check_repetition(options)
        scope = dict(options).get(_COMPANY) or request.header(_COMPANY)
        conditions = {
            name: value for name in _CONDITIONS if (value := request.header(name)) is not None
        }
        caller = Caller(
            request.principal,
            request.request_id,
            self._service.scope(request.principal, scope),
            conditions,
            self._service.now(),
            request.address,
        )
        call = Call(self.dialect, self._service, request, caller, route, ids, options)
        if request.method in _READING:
            return _operate(call)
        with self._service.transaction():
            return _operate(call)


def _operate(call: Call) -> Response:
    """The answer of the operation; what is not there is told by its id in the path."""
    try:
        return call.route.operation(call)
    except NotFoundError as error:
        if not call.ids:
            raise
        *_, text = call.ids.values()
        raise NotFoundError(f"there is no '{text[:50]}' here") from error


def _check_repetition(options: Iterable[tuple[str, str]]) -> None:
    """An option that is given twice would be ignored once."""
    for name, times in Counter(name for name, _ in options).items():
        if times > 1:
            raise BadRequestError(f"the option '{name[:50]}' is given {times} times", target=name)
