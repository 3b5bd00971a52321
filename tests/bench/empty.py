"""The floor of a request: a view of Flask that does nothing."""

from __future__ import annotations

from flask import Flask

application = Flask("empty", static_folder=None)


@application.get("/")
def empty() -> str:
    """Two bytes."""
    return "ok"
