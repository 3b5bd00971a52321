"""How rows are written: how much control information, under which prefix, in which style.

Cites: OData JSON 3.1, 3.2, 4.5.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Detail(IntEnum):
    """How much control information a row carries."""

    NONE = 0
    MINIMAL = 1
    FULL = 2

    __hash__ = int.__hash__  # that of an enumeration is a call of Python


class RowStyle(NamedTuple):
    """How rows are written: ``prefix`` is ``@odata.`` or ``@``. A tuple, by which plans are
    found without a call of Python."""

    prefix: str = "@odata."
    detail: Detail = Detail.MINIMAL
    ieee754: bool = False
    omit_nulls: bool = False
    plain_enums: bool = True
    omit_defaults: bool = False
    is_anywhere: bool = False
