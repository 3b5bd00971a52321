"""How rows are written: how much control information, under which prefix, in which style.

Cites: OData JSON 3.1, 3.2, 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Detail(IntEnum):
    """How much control information a row carries."""

    NONE = 0
    MINIMAL = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class RowStyle:
    """How rows are written: ``prefix`` is ``@odata.`` or ``@``."""

    prefix: str = "@odata."
    detail: Detail = Detail.MINIMAL
    ieee754: bool = False
    omit_nulls: bool = False
    plain_enums: bool = True
    omit_defaults: bool = False
    is_anywhere: bool = False
