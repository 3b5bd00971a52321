"""Forms of VAT registration numbers by country: # a digit, @ a letter, ? either.

Source: structure of VAT identification numbers, European Commission (VIES). A number may be
written with or without the country's prefix.
"""

from __future__ import annotations

from collections.abc import Mapping

_WITHOUT_PREFIX: Mapping[str, tuple[str, ...]] = {
    "AT": ("U########",),
    "BE": ("##########",),
    "BG": ("#########", "##########"),
    "CY": ("########@",),
    "CZ": ("########", "#########", "##########"),
    "DE": ("#########",),
    "DK": ("########",),
    "EE": ("#########",),
    "ES": ("@#######@", "@########", "########@"),
    "FI": ("########",),
    "FR": ("??#########",),
    "HR": ("###########",),
    "HU": ("########",),
    "IE": ("#?#####@", "#######@", "#######@@"),
    "IT": ("###########",),
    "LT": ("#########", "############"),
    "LU": ("########",),
    "LV": ("###########",),
    "MT": ("########",),
    "NL": ("#########B##",),
    "PL": ("##########",),
    "PT": ("#########",),
    "RO": tuple("#" * length for length in range(2, 11)),
    "SE": ("############",),
    "SI": ("########",),
    "SK": ("##########",),
}

VAT_FORMATS: Mapping[str, tuple[str, ...]] = {
    country: (*forms, *(f"{country}{form}" for form in forms))
    for country, forms in _WITHOUT_PREFIX.items()
}
