"""Whether the process lives and whether it can serve; open to everybody."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, jsonify
from flask import Response as FlaskResponse

from app.errors import RETRY_AFTER_SECONDS

PREFIX = "/health"
PATHS = frozenset({f"{PREFIX}/live", f"{PREFIX}/ready"})


def create_blueprint(is_ready: Callable[[], bool]) -> Blueprint:
    """The routes ``/health/live`` and ``/health/ready``."""
    blueprint = Blueprint("health", __name__, url_prefix=PREFIX)

    @blueprint.get("/live")
    def live() -> FlaskResponse:
        """The process answers."""
        return jsonify(status="live")

    @blueprint.get("/ready")
    def ready() -> FlaskResponse:
        """The database answers and has today's tables."""
        if is_ready():
            return jsonify(status="ready")
        answer = jsonify(status="unavailable")
        answer.status_code = 503
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer

    return blueprint
