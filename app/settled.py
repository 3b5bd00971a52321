"""gunicorn's settings as they stand when a worker begins.

gunicorn looks a setting up in a registry each time that it is asked for, some thirty times a
request.
"""

from __future__ import annotations

from typing import Any

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
