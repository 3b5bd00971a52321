"""The server process: gunicorn over the application.

While it loads nothing becomes garbage that is worth looking for: what is loaded stays. Looking
through all of it, again and again while it grows, took a sixth of the start.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from app.drivers import leave_out_unused
from app.generated_methods import kept_methods, place_of_methods
from app.kept_patterns import kept_patterns, place_of_patterns

SETTINGS = "python:app.gunicorn_settings"


def serve(arguments: Sequence[str] = ()) -> None:
    """Be the server, with further arguments for gunicorn; returns never."""
    gc.disable()
    load()
    from gunicorn import __main__ as program  # noqa: PLC0415 - loaded by now
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415 - loaded by now

    # gunicorn reads its arguments where a program does.
    sys.argv = [program.__file__, "--config", SETTINGS, *arguments]
    WSGIApplication("%(prog)s [OPTIONS]", prog="kontor").run()


def load() -> None:
    """Load the modules of the service, which the workers share."""
    leave_out_unused()
    with kept_methods(place_of_methods()), kept_patterns(place_of_patterns()):
        from app import factory, gunicorn_settings, worker  # noqa: F401, PLC0415 - told above


if __name__ == "__main__":
    serve(sys.argv[1:])
