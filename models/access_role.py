"""Roles of an installation's own, beside those that the service declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce

import peewee

from models.database import database
from models.grants import ROLE_NAMES
from odata.edm.grants import Grant, Right
from odata.sql.execution import translated_failures
from odata.sql.fields import TextField

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")


class AccessGrant(peewee.Model):
    """What a role may do with one set."""

    role = TextField()
    target = TextField()
    rights = TextField()
    hidden = TextField()
    rows = TextField()
    operations = TextField(null=True)

    class Meta:
        database = database
        table_name = "access_grant"
        primary_key = peewee.CompositeKey("role", "target")


class DatabaseRoles:
    """The roles of the table ``access_grant``."""

    def grants_of(self, role: str) -> tuple[Grant, ...]:
        """The grants of a role; none where there is no such role."""
        with translated_failures():
            rows = AccessGrant.select().where(AccessGrant.role == role)
            return tuple(_grant(row) for row in rows.order_by(AccessGrant.target))

    def names(self) -> tuple[str, ...]:
        """Every role, by name."""
        rows = AccessGrant.select(AccessGrant.role).distinct().order_by(AccessGrant.role)
        return tuple(str(row.role) for row in rows)

    def put(self, role: str, grant: Grant) -> None:
        """Grant a role rights on a set, in place of those that it had there."""
        _check_name(role)
        self.remove(role, grant.target)
        AccessGrant.insert(
            role=role,
            target=grant.target,
            rights=_join(right.name or "" for right in grant.rights),
            hidden=_join(grant.hidden),
            rows=grant.rows,
            operations=None if grant.operations is None else _join(grant.operations),
        ).execute()

    def remove(self, role: str, target: str | None = None) -> bool:
        """Take a role its rights on a set, or all of them; False where it had none."""
        condition = AccessGrant.role == role
        if target is not None:
            condition &= AccessGrant.target == target
        return bool(AccessGrant.delete().where(condition).execute())


def _check_name(role: str) -> None:
    if role in ROLE_NAMES:
        raise ValueError(f"{role} is a role of the service and cannot be changed")
    if not _NAME.match(role):
        raise ValueError(
            "the name of a role is a lower-case letter with up to 39 more, digits, - and _"
        )


def _grant(row: AccessGrant) -> Grant:
    names = (Right[name] for name in str(row.rights).split())
    return Grant(
        str(row.target),
        reduce(lambda known, right: known | right, names, Right(0)),
        frozenset(str(row.hidden).split()),
        str(row.rows),
        None if row.operations is None else frozenset(str(row.operations).split()),
    )


def _join(words: Iterable[str]) -> str:
    return " ".join(sorted(words))
