"""Tables whose rows a dialect calls by other words than the model: countries, payment terms."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from odata.payload.json_document import JsonObject

_NO_LETTER = re.compile(r"[\W_]+")
_DAYS = re.compile(r"<?([0-9]{1,4})D>?")


@dataclass(frozen=True, slots=True)
class Lookup:
    """An entity set whose rows are known by ``key`` in the model and by words to clients.

    ``words`` are all that a client may say for a row; the first of them is what it is shown.
    """

    entity_set: str
    key: str
    columns: tuple[str, ...]
    words: Callable[[JsonObject], tuple[str, ...]]


def comparable(text: str) -> str:
    """Words as they are compared: letters and digits alone, whatever their case."""
    return _NO_LETTER.sub("", text).casefold()


def _country_words(row: JsonObject) -> tuple[str, ...]:
    return (str(row["displayName"]), str(row["code"]))


def _terms_as_sentence(row: JsonObject) -> tuple[str, ...]:
    """``Net 30``, ``Due on receipt``."""
    days = _net_days(row)
    own = (str(row["displayName"] or row["code"]), str(row["code"]))
    if days is None:
        return own
    return (f"Net {days}" if days else "Due on receipt", *own)


def _terms_as_word(row: JsonObject) -> tuple[str, ...]:
    """``net30``, ``due_on_receipt``."""
    first, *others = _terms_as_sentence(row)
    if _net_days(row) is None:
        return (str(row["code"]), first)
    return (first.lower().replace("net ", "net").replace(" ", "_"), first, *others)


def _net_days(row: JsonObject) -> int | None:
    """After how many days the whole amount is due, where the terms say nothing else."""
    found = _DAYS.fullmatch(str(row["dueDateCalculation"]))
    is_plain = not row["discountDateCalculation"]
    return int(found.group(1)) if found is not None and is_plain else None


_TERMS = ("id", "code", "displayName", "dueDateCalculation", "discountDateCalculation")

COUNTRY_NAMES = Lookup("countriesRegions", "code", ("code", "displayName"), _country_words)
PAYMENT_TERMS = Lookup("paymentTerms", "id", _TERMS, _terms_as_sentence)
PAYMENT_TERM_WORDS = Lookup("paymentTerms", "id", _TERMS, _terms_as_word)
