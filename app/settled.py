"""gunicorn's settings as they stand when a worker begins.

gunicorn looks a setting up in a registry each time that it is asked for, some thirty times a
request, and makes what follows from them for the environment of each request anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gunicorn.http.wsgi import base_environ

Configuration = Any  # gunicorn has no type information


class Settled:
    """The settings of a configuration as plain attributes; all else is the configuration's."""

    def __init__(self, configuration: Configuration) -> None:
        computed = dir(type(configuration))
        plain = [name for name in configuration.settings if name not in computed]
        vars(self).update({name: getattr(configuration, name) for name in plain})
        self.is_ssl = configuration.is_ssl
        self._configuration = configuration

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - gunicorn's
        """What is computed, or no setting."""
        return getattr(self._configuration, name)


def kept_environ(configuration: Configuration) -> dict[str, Any]:
    """What the environments of all requests have in common."""
    return dict(_environ(configuration))


_environ = lru_cache(maxsize=2)(base_environ)
