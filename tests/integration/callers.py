"""Callers of the service who may do different things, each with a credential of its own."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.access import CustomerBinding, DatabaseTokens, Rights, TokenRequest
from models.access_key import DatabaseKeys
from models.access_user import DatabaseUsers, UserRequest
from models.demo.identifiers import ADATUM, CRONUS
from tests.integration.service import Service

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_NUMBERS = itertools.count()


def with_roles(service: Service, *roles: str, companies: frozenset[str] | None = None) -> Service:
    """The service as the holder of a token with these roles sees it."""
    name = f"caller {next(_NUMBERS)}"
    token = DatabaseTokens().create(TokenRequest(name, frozenset(roles), companies), NOW)
    return _as(service, token)


def as_customer(
    service: Service, customer: str = ADATUM, company: str = CRONUS, role: str = "portal"
) -> Service:
    """The service as a user who belongs to a customer sees it."""
    rights = Rights(frozenset((role,)), None, CustomerBinding(company, customer))
    user = DatabaseUsers().create(UserRequest(f"user{next(_NUMBERS)}", rights), NOW)
    return _as(service, DatabaseKeys().create(user, NOW, None).text)


def _as(service: Service, token: str) -> Service:
    return Caller(service.flask, service.root, {"Authorization": f"Bearer {token}"})


@dataclass
class Caller(Service):
    """A service that is asked with a credential."""

    flask: object
    root: str
    credential: Mapping[str, str] = field(default_factory=dict)

    def send(self, method, target, headers=None, **body):
        return super().send(method, target, {**self.credential, **(headers or {})}, **body)
