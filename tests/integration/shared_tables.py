"""What another connection sees of new records, and of the series that number them."""

from __future__ import annotations

from typing import Any

import psycopg

from models.demo.identifiers import CRONUS


class Tables:
    """What another connection sees."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def run(self, sql: str, *values: object) -> None:
        self._connection.execute(sql.encode(), values or None)

    def column(self, sql: str, *values: object) -> list[Any]:
        """The values of one column."""
        return [value for (value,) in self._connection.execute(sql.encode(), values or None)]

    def begin_numbers(self, prefix: str) -> None:
        """Have the numbers of new records begin with 1 behind a prefix."""
        self.run(
            "UPDATE number_series SET prefix = %s, last_number = 0, increment_by = 1 "
            "WHERE company_id = %s AND code IN ('CUST', 'VEND')",
            prefix,
            CRONUS,
        )

    def last(self, code: str) -> int:
        """What was drawn last of a series of all companies."""
        sql = "SELECT last_number FROM number_series WHERE code = %s"
        return int(self.column(sql, code)[0])

    def numbers(self, prefix: str) -> list[str]:
        """The numbers that customers have, as they were made."""
        sql = "SELECT number FROM customer WHERE number ~ %s ORDER BY integer_id"
        return self.column(sql, f"^{prefix}[0-9]$")

    def transactions(self, prefix: str) -> int:
        """How many transactions have made them."""
        sql = (
            "SELECT COUNT(DISTINCT transaction_id) FROM customer JOIN change_log "
            "ON change_log.key LIKE '%%' || customer.id || '%%' WHERE number ~ %s"
        )
        return int(self.column(sql, f"^{prefix}[0-9]$")[0])

    def close(self) -> None:
        self._connection.close()
