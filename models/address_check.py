"""What an address block may hold: countries and tax numbers that there are."""

from __future__ import annotations

import re

from models.company import Company
from models.country_region import CAPTION as COUNTRY_CAPTION
from models.country_region import CountryRegion
from models.reference_check import find, missing_in_table
from models.vat_formats import VAT_FORMATS
from odata.query.change import Change

INVALID_RELATION = "Internal_InvalidTableRelation"


def check_country(change: Change, table: str) -> None:
    """Note a fault where the company does not list the country."""
    code = change.values.get("country")
    if code and find(CountryRegion, change.scope, CountryRegion.code == code) is None:
        change.fault(
            missing_in_table("Country/Region Code", table, code, COUNTRY_CAPTION),
            target="country",
            code=INVALID_RELATION,
        )


def check_tax_number(change: Change, name: str) -> None:
    """Note a fault where a tax number is not of the form that its country prescribes."""
    value = str(change.values.get(name) or "").upper()
    if not value:
        return
    country = str(change.value("country") or "") or home_country(change.scope)
    formats = VAT_FORMATS.get(country, ())
    if formats and not any(fits(value, form) for form in formats):
        change.fault(
            "The entered VAT Registration number is not in agreement with the format "
            f"specified for Country/Region Code {country}.",
            target=name,
        )


def home_country(company: str | None) -> str:
    """The country of the company itself."""
    row = Company.get_or_none(Company.id == company)
    return "" if row is None else str(row.country_code)


_PLACES = {"#": "[0-9]", "@": "[A-Z]", "?": "[A-Z0-9]"}


def fits(value: str, form: str) -> bool:
    """Whether the text has the form: # a digit, @ a letter, ? either, the rest as it is."""
    pattern = "".join(_PLACES.get(character) or re.escape(character) for character in form)
    return re.fullmatch(pattern, value) is not None
