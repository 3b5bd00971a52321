"""The database behind every model of this package; bound once, at start."""

from __future__ import annotations

import peewee

database: peewee.DatabaseProxy = peewee.DatabaseProxy()
