"""Tables that are watched: whether anything was written to them since a row was stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Whatever else than the service may change what it stores: triggers on new and changed rows but
# those that forget what is searched of them, and rules.
FOREIGN_CHANGES = (
    "SELECT EXISTS (SELECT 1 FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE tgrelid = CAST(%s AS regclass) AND NOT tgisinternal AND tgenabled <> 'D' "
    "AND tgtype & 20 <> 0 AND proname !~ '_search_forget$') OR EXISTS (SELECT 1 FROM pg_rewrite "
    "WHERE ev_class = CAST(%s AS regclass) AND ev_type IN ('2', '3'))"
)


@dataclass(slots=True)
class RowWatch:
    """A table that is watched until a statement names it that may write, or another is."""

    table: str
    is_untouched: bool = True

    def note(self, sql: str) -> None:
        """A statement that is about to be run."""
        if self.is_untouched and may_write(sql, self.table):
            self.is_untouched = False


@lru_cache(maxsize=2000)
def may_write(sql: str, table: str) -> bool:
    """Whether a statement names a table and does not only read."""
    return not sql.startswith("SELECT") and re.search(rf"\b{table}\b", sql) is not None
