"""The log of access for administrators: ``GET /audit/access``.

It tells of every company, so it is for administrators of all of them alone.
"""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from flask import Blueprint, g, jsonify, request
from flask import Response as FlaskResponse

from app.access_log import AccessLog, Events
from app.admission import Admitted
from app.challenges import INSUFFICIENT_SCOPE
from models.access_event import Event, EventFilter, EventKind
from odata.errors import BadRequestError, ForbiddenError

PATH = "/audit/access"
_MOST = 1000
_DIGITS = 19
_NAMES = ("since", "kind", "actor", "address", "before", "limit")
_KINDS = {kind.value: kind for kind in EventKind}


def create_blueprint(events: Events, log: AccessLog) -> Blueprint:
    """The route of the log."""
    blueprint = Blueprint("audit", __name__)

    @blueprint.get(PATH)
    def access() -> FlaskResponse:
        """Events, the newest first; ``nextLink`` leads to older ones."""
        _check_administrator(g.admitted, log)
        wanted, limit = _filter(), _number("limit", 100, _MOST)
        found = list(events.find(wanted, limit))
        document: dict[str, object] = {"value": [event.members() for event in found]}
        if len(found) == limit:
            document["nextLink"] = _older(found[-1])
        return jsonify(document)

    return blueprint


def _check_administrator(admitted: Admitted, log: AccessLog) -> None:
    principal = admitted.principal
    if "administrator" in principal.roles and principal.scopes is None:
        return
    log.refused(EventKind.FORBIDDEN, principal.name, admitted.caller, f"GET {PATH}")
    raise ForbiddenError(
        "Sorry, the current permissions prevented the action. "
        "(The log of access is for administrators of every company.)",
        headers=(INSUFFICIENT_SCOPE,),
    )


def _filter() -> EventFilter:
    unknown = [name for name in request.args if name not in _NAMES]
    if unknown or any(len(request.args.getlist(name)) > 1 for name in _NAMES):
        raise BadRequestError(f"the log is asked with {', '.join(_NAMES)}, each at most once")
    kind = request.args.get("kind")
    if kind is not None and kind not in _KINDS:
        raise BadRequestError(f"kind is one of {', '.join(_KINDS)}", target="kind")
    return EventFilter(
        since=_instant("since"),
        kind=None if kind is None else _KINDS[kind],
        actor=request.args.get("actor"),
        address=request.args.get("address"),
        before=_number("before", 0, 2**63 - 1) or None,
    )


def _instant(name: str) -> datetime.datetime | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        return moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequestError(
            f"{name} is an instant such as 2026-01-15T09:30:00Z", target=name
        ) from error


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= most):
        raise BadRequestError(f"{name} is a whole number from 1 to {most}", target=name)
    return int(text)


def _older(last: Event) -> str:
    rest = {name: request.args[name] for name in request.args if name != "before"}
    pairs = [*rest.items(), ("before", str(last.id))]
    return f"{PATH}?{urlencode(pairs)}"
