"""The server process: gunicorn over the application.

While it loads nothing becomes garbage that is worth looking for: what is loaded stays. Looking
through all of it, again and again while it grows, took a sixth of the start.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

SETTINGS = "python:app.gunicorn_settings"


def serve(arguments: Sequence[str] = ()) -> None:
    """Be the server, with further arguments for gunicorn; returns never.

    Workers share the modules that this process has loaded.
    """
    gc.disable()
    from gunicorn import __main__ as program  # noqa: PLC0415 - loaded as told above
    from gunicorn.app.wsgiapp import WSGIApplication  # noqa: PLC0415 - as above

    from app import factory  # noqa: F401, PLC0415 - as above, for the workers

    # gunicorn reads its arguments where a program does.
    sys.argv = [program.__file__, "--config", SETTINGS, *arguments]
    WSGIApplication("%(prog)s [OPTIONS]", prog="kontor").run()


if __name__ == "__main__":
    serve(sys.argv[1:])
