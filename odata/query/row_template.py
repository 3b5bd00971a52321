"""The JSON text of a row as static text and slots, rendered by the database or by Python.

Every member begins with its comma; the renderer drops the first one. Text is final JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from odata.edm.types import PropertyType
from odata.query.plan import Expression, Source
from odata.query.written_items import ItemLayout


class ValueStyle(Enum):
    """How a value is written into the text."""

    JSON = auto()  # a JSON value
    STRING_NUMBER = auto()  # Int64 and Decimal as JSON strings (IEEE754Compatible)
    KEY = auto()  # percent-encoded inside a JSON string: a key predicate of a URL
    RAW = auto()  # the text as it is inside a JSON string: an entity tag


@dataclass(frozen=True, slots=True)
class TextPart:
    """Static text."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ValuePart:
    """A value between its ``prefix`` and ``suffix``; all of it is dropped where the value is
    null, if ``omit_null``, and where ``presence``, if given, does not hold. ``layout`` is that
    of the items of a collection, where they travel otherwise than they are stored."""

    expression: Expression
    edm_type: PropertyType
    style: ValueStyle = ValueStyle.JSON
    prefix: str = ""
    omit_null: bool = False
    plain_enums: bool = True
    suffix: str = ""
    presence: Expression | None = None
    layout: ItemLayout | None = None


@dataclass(frozen=True, slots=True)
class RequestPart:
    """Text that is known per request: ``name`` tells the renderer which."""

    name: str


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A run of members whose text the database keeps beside the row of ``source``."""

    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class DynamicPart:
    """Members that only the row itself knows: the dynamic properties of ``names`` (None: all)
    in a document. ``prefix`` begins control information (blank: there is none); without
    ``has_comma`` the first member comes without its comma. ``alone`` writes the one property
    as a value by itself, or null."""

    document: Expression
    names: tuple[str, ...] | None = None
    prefix: str = ""
    ieee754: bool = False
    has_comma: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class RowGroup:
    """Parts that are there in the rows where ``presence`` holds."""

    presence: Expression
    parts: tuple[RowPart, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RowObject:
    """Parts between braces; which of them is the first one differs from row to row."""

    parts: tuple[RowPart, ...]


RowPart = TextPart | ValuePart | RequestPart | StoredPart | DynamicPart | RowGroup | RowObject


@dataclass(frozen=True, slots=True, eq=False)
class RowTemplate:
    """The members of one row, without braces and without expanded members."""

    parts: tuple[RowPart, ...]
