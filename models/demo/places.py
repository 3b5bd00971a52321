"""Towns of the demo customers, with telephone numbers that belong to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A town: ``dial`` is the beginning of a number, to which two digits are added."""

    city: str
    state: str
    country: str
    postal_code: str
    street: str
    dial: str


_PLACES = (
    Place("Atlanta", "GA", "US", "31772", "Market Square", "+1-404-555-01"),
    Place("Birmingham", "", "GB", "B27 4KT", "Wharf Lane", "+44 121 496 00"),
    Place("Boston", "MA", "US", "02115", "Harbor Street", "+1-617-555-01"),
    Place("Chicago", "IL", "US", "60601", "Lake Avenue", "+1-312-555-01"),
    Place("Dallas", "TX", "US", "74532", "Main Street", "+1-214-555-01"),
    Place("Denver", "CO", "US", "80202", "Summit Road", "+1-303-555-01"),
    Place("Düsseldorf", "", "DE", "40593", "Königsweg", "+49 211 0000 01"),
    Place("Gdańsk", "", "PL", "80-264", "Długa", "+48 58 000 00 "),
    Place("København", "", "DK", "1208", "Gammel Åvej", "+45 00 00 00 "),
    Place("London", "", "GB", "W1 3AL", "Cloister Row", "+44 20 7946 09"),
    Place("Miami", "FL", "US", "37125", "Ocean Drive", "+1-305-555-01"),
    Place("Montréal", "QC", "CA", "H2X 1Y4", "Rue des Érables", "+1-514-555-01"),
    Place("Oslo", "", "NO", "0154", "Bryggegata", "+47 00 00 00 "),
    Place("Paris", "", "FR", "75002", "Rue de l'Écluse", "+33 1 99 00 00 "),
    Place("Reykjavík", "", "IS", "101", "Norðurgata", "+354 000 00"),
    Place("St. John's", "NL", "CA", "A1C 1A1", "Water Street", "+1-709-555-01"),
    Place("São Paulo", "SP", "BR", "01310-100", "Avenida das Árvores", "+55 11 0000-00"),
    Place("Toronto", "ON", "CA", "M5H 2N2", "Queen's Walk", "+1-416-555-01"),
    Place("Zürich", "ZH", "CH", "8001", "Seestrasse", "+41 44 000 00 "),
    Place("東京", "", "JP", "100-0001", "丸の内", "+81 3 0000 00"),
)

PLACES: Mapping[str, Place] = {place.city: place for place in _PLACES}
