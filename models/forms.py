"""Forms and bounds that values of several entity sets have, with the words that refuse others."""

from __future__ import annotations

from decimal import Decimal

from odata.edm.constraints import Known, Pattern, Range

BLANK_FIELD = "Application_FieldValidationException"
NOT_EVALUATED = "Application_EvaluateException"

_LABEL = r'[^\s@.,;:<>()\[\]"\\]+'
_ADDRESS = rf"\s*{_LABEL}(?:\.{_LABEL})*@{_LABEL}(?:\.{_LABEL})*\s*"
_UNIT = "(?:[Dd]|[Ww][Dd]|[Ww]|[Mm]|[Qq]|[Yy])"
_TERM = rf"[+-]?(?:[Cc]{_UNIT}|[0-9]{{1,4}}{_UNIT}|{_UNIT}[0-9]{{1,4}})"


def _no_address(value: object, known: Known) -> str:
    del known
    texts = (text.strip() for text in str(value).split(";"))
    wrong = next((text for text in texts if not _ONE_ADDRESS.allows(text)), "")
    return f'The email address "{wrong}" is not valid.'


def _no_date_formula(value: object, known: Known) -> str:
    del known
    return f'The value "{value}" cannot be evaluated into type DateFormula.'


_ONE_ADDRESS = Pattern(_ADDRESS, _no_address)
EMAIL = Pattern(rf"\s*|{_ADDRESS}(?:;{_ADDRESS})*", _no_address)
"""E-mail addresses, with semicolons between; or none."""
DATE_FORMULA = Pattern(rf"(?![\s\S]{{33}})(?:<?(?:{_TERM})+>?)?", _no_date_formula, NOT_EVALUATED)
"""What a date is computed by, such as ``CM+1M``, in 32 characters; or nothing."""
NOT_NEGATIVE = Range(minimum=Decimal(0))
PERCENT = Range(Decimal(0), Decimal(100))


def phone_of(caption: str) -> Pattern:
    """A telephone number of a row of this table: what is no letter."""

    def sentence(_: object, known: Known) -> str:
        number = known("number") or ""
        return f"Phone No. must not contain letters in {caption} No.='{number}'."

    # To ECMAScript letters are those of ASCII: all that it refuses is refused here, others too.
    return Pattern(r"[\W\d_]*", sentence, BLANK_FIELD)


def not_blank(name: str) -> Pattern:
    """A text that says something, of the property of this name."""
    return Pattern(r"\s*\S[\s\S]*", lambda _value, _known: f'The blank "{name}" is not allowed.')


def code_of(caption: str) -> Pattern:
    """The code of a row of this table, which is never empty."""
    message = f"Code must have a value in {caption}: Code=. It cannot be zero or empty."
    return Pattern(r"[\s\S]+", lambda _value, _known: message, BLANK_FIELD)
