"""The demo customers after the first two, as a table: one line is one customer.

Names hold what a filter, a URL or a sort order may stumble over: apostrophes, percent signs,
underscores, ampersands, plus signs, letters of other alphabets. Number 30000 stays free.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from models.demo.places import PLACES, Place

NOT_BLOCKED, SHIP, INVOICE, ALL = range(4)


@dataclass(frozen=True, slots=True)
class Entry:
    """What tells one demo customer from another; the rest follows from its position."""

    number: str
    name: str
    place: Place
    currency: str
    balance: Decimal
    overdue: Decimal
    blocked: int = NOT_BLOCKED
    is_person: bool = False


_BLOCKED = {"-": NOT_BLOCKED, "ship": SHIP, "invoice": INVOICE, "all": ALL}

# number | name | town | currency (blank: local) | balance | overdue | blocked | person
_CRONUS = r"""
40000  | Alpine Ski House               | Denver     |     | 4316.85   | 0        | -       |
50000  | Relecloud                      | Chicago    |     | 0         | 0        | -       |
60000  | School of Fine Art             | Miami      |     | 19235.00  | 1200.50  | -       |
70000  | Contoso Corporation            | Boston     |     | 88120.40  | 0        | -       |
80000  | Litware Corp                   | Atlanta    |     | 0.01      | 0.01     | ship    |
90000  | Northwind Traders              | Dallas     |     | 320.00    | 320.00   | all     |
C00010 | Adventure Works                | Atlanta    |     | 5120.75   | 0        | -       |
C00020 | Bellows College                | Boston     |     | 0         | 0        | -       |
C00030 | Blue Yonder Airlines           | Chicago    |     | 74250.00  | 18000.00 | invoice |
C00040 | City Power & Light             | Dallas     |     | 990.10    | 0        | -       |
C00050 | Coho Vineyard                  | Paris      | EUR | 2480.00   | 0        | -       |
C00060 | Coho Winery                    | Paris      | EUR | -150.25   | 0        | -       |
C00070 | Consolidated Messenger         | London     | GBP | 640.30    | 640.30   | -       |
C00080 | Contoso Pharmaceuticals        | Zürich     | EUR | 125000.00 | 25000.00 | -       |
C00090 | Contoso Suites                 | Miami      |     | 0         | 0        | -       |
C00100 | First Up Consultants           | Toronto    | CAD | 3110.00   | 0        | -       |
C00110 | Fourth Coffee                  | Denver     |     | 71.40     | 71.40    | -       |
C00120 | Graphic Design Institute       | London     | GBP | 0         | 0        | -       |
C00130 | Humongous Insurance            | Chicago    |     | 450000.00 | 0        | -       |
C00140 | Lamna Healthcare Company       | Boston     |     | 7800.00   | 300.00   | -       |
C00150 | Liberty's Bakery & Cafe         | Atlanta    |     | 210.00    | 0        | -       |
C00160 | Lucerne Publishing             | Zürich     | EUR | 9310.55   | 0        | -       |
C00170 | Margie's Travel                | London     | GBP | 0         | 0        | ship    |
C00180 | Munson's Pickles and Preserves | Montréal   | CAD | 560.00    | 60.00    | -       |
C00190 | Nod Publishers                 | Toronto    | CAD | 0         | 0        | all     |
C00200 | Proseware Corporation          | Dallas     |     | 13999.99  | 0        | -       |
C00210 | Southridge Video               | Miami      |     | 45.00     | 45.00    | -       |
C00220 | Tailspin Toys                  | Birmingham | GBP | 2250.00   | 0        | -       |
C00230 | Tailwind Traders               | Chicago    |     | 18400.00  | 9200.00  | -       |
C00240 | The Phone Company              | Denver     |     | 0         | 0        | invoice |
C00250 | VanArsdel, Ltd.                | Boston     |     | 6175.20   | 0        | -       |
C00260 | Wide World Importers           | Dallas     |     | 32750.00  | 4100.00  | -       |
C00270 | Wingtip Toys                   | Birmingham | GBP | 815.15    | 0        | -       |
C00280 | Woodgrove Bank                 | Atlanta    |     | 0         | 0        | -       |
C00290 | O'Brien                        | St. John's | CAD | 99.95     | 0        | -       | person
C00300 | D'Angelo                       | Miami      |     | 0         | 0        | -       | person
C00310 | Østergaard                     | København  | EUR | 12.50     | 12.50    | -       | person
C00320 | Fröhlich                       | Düsseldorf | EUR | 0         | 0        | ship    | person
C00330 | Müller & Söhne Küchenbau       | Düsseldorf | EUR | 27600.00  | 0        | -       |
C00340 | Æbleø Møbler ApS               | København  | EUR | 1830.00   | 0        | -       |
C00350 | Łódka Papier Sp. z o.o.        | Gdańsk     | EUR | 405.60    | 405.60   | -       |
C00360 | Fjörður Fiskur ehf.            | Reykjavík  | EUR | 0         | 0        | -       |
C00370 | Café São Bento                 | São Paulo  |     | 233.10    | 0        | -       |
C00380 | 丸の内文具店                   | 東京       | JPY | 184000.00 | 0        | -       |
C00390 | Βιβλία και Χάρτες              | Oslo       | EUR | 0         | 0        | all     |
C00400 | 100% Wool Works                | Birmingham | GBP | 1499.00   | 0        | -       |
C00410 | Snake_Case Software            | Boston     |     | 64000.00  | 32000.00 | -       |
C00420 | Plus+Minus Accounting          | Toronto    | CAD | 0         | 0        | -       |
C00430 | #1 Print Shop                  | Denver     |     | 17.17     | 0        | -       |
C00440 | Why? Quiz Events               | London     | GBP | 380.00    | 0        | -       |
C00450 | Back\Slash Imaging             | Chicago    |     | 0         | 0        | -       |
C00460 | "Quoted" Signs                 | Atlanta    |     | 55.55     | 0        | -       |
C00470 | lower case lighting            | Oslo       | EUR | 770.00    | 770.00   | -       |
"""

_MY_COMPANY = """
10000  | Fabrikam Residences            | Düsseldorf |     | 1250.00   | 0        | -       |
20000  | Adatum Corporation             | Zürich     |     | 310.00    | 310.00   | -       |
40000  | Lakeshore Retail               | Gdańsk     | USD | 0         | 0        | all     |
50000  | O'Hare Outfitters              | Chicago    | USD | 88.00     | 0        | -       |
60000  | Sundström                      | Oslo       |     | 0         | 0        | -       | person
"""


def _read(table: str) -> tuple[Entry, ...]:
    return tuple(_read_line(line) for line in table.strip().splitlines())


def _read_line(line: str) -> Entry:
    number, name, town, currency, balance, overdue, blocked, kind = (
        cell.strip() for cell in line.split("|")
    )
    return Entry(
        number,
        name,
        PLACES[town],
        currency,
        Decimal(balance),
        Decimal(overdue),
        _BLOCKED[blocked],
        is_person=kind == "person",
    )


CRONUS_CUSTOMERS = _read(_CRONUS)
MY_COMPANY_CUSTOMERS = _read(_MY_COMPANY)
