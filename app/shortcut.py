"""The way of most requests: from WSGI to the engine and back without Flask in between.

Flask's contexts and routing cost as much as it costs to read an entity. What is plainly a
request to the service is answered here, with the same admission, failures and header fields;
all the rest goes on to Flask, whose view answers alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask

from app.admission import Admission, name_request
from app.bc import METHODS, Service
from app.errors import failure_of, failure_response
from app.http import Environ, StartResponse, Written, WsgiApplication, write_response

# The roots of the service, spelt without any escape, and a path that Flask would accept too.
_PLAIN = re.compile(
    r"/(?:(?:BC/)?api/v2\.0|v2\.0/[^/?%]+(?:/[^/?%]+)?/api/v2\.0)(?:/(?!/)[^?]*)?(?:\?|\Z)"
)
_METHODS = frozenset(METHODS)


class Shortcut:
    """A WSGI application in front of Flask's."""

    def __init__(self, host: Flask, admission: Admission, service: Service) -> None:
        self._flask: WsgiApplication = host.wsgi_app
        self._admission = admission
        self._service = service

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer here, or let Flask answer."""
        raw = environ.get("RAW_URI")
        if raw is None or environ["REQUEST_METHOD"] not in _METHODS or not _PLAIN.match(raw):
            answer: Iterable[bytes] = self._flask(environ, start_response)
            return answer
        request_id = name_request(environ)
        try:
            written = self._written(environ)
        except Exception as error:  # noqa: BLE001 - no defect may reach the server's own page
            failure = failure_response(failure_of(error), request_id)
            written = write_response(failure, is_head=environ["REQUEST_METHOD"] == "HEAD")
        present = frozenset([name for name, _ in written.headers])
        headers = written.headers + self._admission.finish(environ, present)
        start_response(written.status, headers)
        return self._admission.until_sent(environ, written.body)

    def _written(self, environ: Environ) -> Written:
        response = self._service.answer(environ, self._admission.admit(environ))
        return write_response(response, is_head=environ["REQUEST_METHOD"] == "HEAD")
