"""The roles of the service, and what sets usually grant them.

The file of a set says which of these grants the set has; what declares none is seen by nobody.
"""

from __future__ import annotations

from odata.edm.grants import READ, WRITE, Right, RoleGrant

# Reads everything, changes nothing.
_READER = "reader"
# Keeps the books of a company: everything but the company's own data may be changed.
_WRITER = "writer"
# Changes everything, and reads who has changed what and who was told.
_ADMINISTRATOR = "administrator"
# A customer who looks at its own data, and asks for quotes.
_PORTAL = "portal"
# Sets companies up unattended: sees neither customers nor documents.
_AUTOMATION = "automation"
ROLE_NAMES = frozenset({_READER, _WRITER, _ADMINISTRATOR, _PORTAL, _AUTOMATION})

Grants = tuple[RoleGrant, ...]
_EDIT = READ | Right.INSERT | Right.UPDATE | Right.DELETE


def _kept(*, by: tuple[str, ...], read_by: tuple[str, ...] = ()) -> Grants:
    """Changed by some, read by others."""
    return (
        *(RoleGrant(role, READ) for role in read_by),
        *(RoleGrant(role, WRITE) for role in by),
    )


# What there is: companies and routes.
ENVIRONMENT = _kept(by=(_ADMINISTRATOR,), read_by=(_READER, _WRITER, _AUTOMATION))
# Names every set, so that it is for those who see every set.
DESCRIPTION = _kept(by=(_ADMINISTRATOR,), read_by=(_READER, _WRITER))
# How a company is set up.
COMPANY_SETUP = _kept(by=(_ADMINISTRATOR, _AUTOMATION), read_by=(_READER, _WRITER))
# The small tables that others refer to.
TABLE = _kept(by=(_WRITER, _ADMINISTRATOR, _AUTOMATION), read_by=(_READER,))
# Parties, items, documents and entries.
BUSINESS = _kept(by=(_WRITER, _ADMINISTRATOR), read_by=(_READER,))
# What its holder is told of changes to other sets; the states by which he knows it are in it.
WEBHOOKS = _kept(by=(_WRITER, _ADMINISTRATOR))
# Who has changed what, and who was told.
LOG = _kept(by=(), read_by=(_ADMINISTRATOR,))


def portal_reads(rows: str = "", hidden: frozenset[str] = frozenset()) -> Grants:
    """What customers see through a portal: ``customerId in @customer`` speaks of their own."""
    return (RoleGrant(_PORTAL, READ, hidden, rows),)


def portal_edits(rows: str) -> Grants:
    """What customers see and change through a portal."""
    return (RoleGrant(_PORTAL, _EDIT, rows=rows),)
