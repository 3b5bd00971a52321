"""The texts that ``cast`` takes for each type, as one pattern for every database.

The patterns use nothing but classes, groups and bounds, so Python, SQLite (through Python)
and PostgreSQL read them alike. A bound of one digit would look like a place of a template:
repeat the class instead.
Cites: OData ABNF primitiveValue; OData URL Conventions 5.1.1.10.1.
"""

from __future__ import annotations

_D = "[0-9]"
_DD = _D * 2
_HEX = "[0-9A-Fa-f]"

INTEGER = "[+-]?[0-9]{1,30}"
DECIMAL = "[+-]?[0-9]{1,60}([.][0-9]{1,60})?([eE][+-]?[0-9][0-9]?)?"
DOUBLE = "[+-]?[0-9]{1,60}([.][0-9]{1,60})?([eE][+-]?[0-9][0-9]?[0-9]?)?"
GUID = "-".join((_HEX * 8, _HEX * 4, _HEX * 4, _HEX * 4, _HEX * 12))

_YEAR = f"({_DD}{_D}[1-9]|{_DD}[1-9]{_D}|{_D}[1-9]{_DD}|[1-9]{_DD}{_D})"
_LEAP = f"({_DD}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
DATE = (
    f"({_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    f"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_HOUR_MINUTE = f"([01]{_D}|2[0-3]):[0-5]{_D}"
TIME = f"{_HOUR_MINUTE}(:[0-5]{_D}([.][0-9]{{1,12}})?)?"
_OFFSET = f"([zZ]|[+-](0{_D}|1[0-4]):[0-5]{_D})"
INSTANT = f"{DATE}[tT]{TIME}{_OFFSET}"
DURATION = (
    "(?!.*[pPtT]$)(-?)[pP]([0-9]{1,6}[dD])?([tT]([0-9]{1,8}[hH])?([0-9]{1,8}[mM])?"
    "([0-9]{1,9}([.][0-9]{1,12})?[sS])?)?"
)
LARGEST_DOUBLE = "1e308"
SMALLEST_DOUBLE = "1e-300"
