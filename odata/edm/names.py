"""Names that one element of a model gives to its children.

Cites: OData CSDL 17.2; OData 4.01 CSDL 16, item 14 (no two differ only by case).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odata.edm.identifier import is_identifier


def find_name_faults(where: str, names: Iterable[str]) -> Iterator[str]:
    """Names that are no identifiers, are used twice or differ only by case."""
    seen: dict[str, str] = {}
    for name in names:
        if not is_identifier(name):
            yield f'{where} has the name "{name}", which is no OData identifier'
        folded = name.casefold()
        if folded not in seen:
            seen[folded] = name
        elif seen[folded] == name:
            yield f"{where} has the name {name} twice"
        else:
            yield f"{where} has the names {seen[folded]} and {name}, which differ only by case"
