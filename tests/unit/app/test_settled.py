"""gunicorn's settings, looked up once."""

from __future__ import annotations

import pytest
from gunicorn.config import Config
from gunicorn.http.wsgi import base_environ

from app.settled import Settled, kept_environ


def test_every_setting_is_what_the_configuration_tells():
    configuration = Config()
    configuration.set("keepalive", 7)
    settled = Settled(configuration)

    told = {name: getattr(settled, name) for name in configuration.settings}
    assert told == {name: getattr(configuration, name) for name in configuration.settings}
    assert settled.keepalive == 7


def test_what_is_computed_is_the_configurations():
    configuration = Config()
    configuration.set("certfile", "a.pem")
    settled = Settled(configuration)

    assert settled.is_ssl == configuration.is_ssl == "a.pem"
    assert settled.address == configuration.address
    assert settled.forwarded_allow_networks() == configuration.forwarded_allow_networks()


def test_what_is_no_setting_is_none_here_either():
    with pytest.raises(AttributeError, match="No configuration setting for: nothing"):
        _ = Settled(Config()).nothing


def test_every_environment_is_one_of_its_own():
    configuration = Config()
    first, second = kept_environ(configuration), kept_environ(configuration)
    first["REQUEST_METHOD"] = "GET"

    assert second.keys() == base_environ(configuration).keys()
    assert second["wsgi.errors"] is first["wsgi.errors"]
