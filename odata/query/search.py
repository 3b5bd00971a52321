"""``$search`` bound to the entities that it looks through.

Cites: OData URL Conventions 5.1.8; reference ``odata.md`` L17 and Q8.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from odata.edm.types import Primitive
from odata.errors import NotImplementedYetError
from odata.query.plan import SetValue, Source
from odata.query.search_terms import SearchTerm, search_term
from odata.uri import ast


@dataclass(frozen=True, slots=True, eq=False)
class SearchMatch(SetValue):
    """An entity has what is searched for among its searchable properties: ``term``, or what
    the text in ``slot`` asks for."""

    source: Source = field(kw_only=True)
    term: SearchTerm | None = None
    slot: int | None = None


def bind_search(
    search: ast.SearchExpression | None, source: Source, slot: int | None = None
) -> tuple[SearchMatch, ...]:
    """The condition that a search sets, if it sets one; refuses a type without text to search.

    ``slot`` holds the whole text of the search, where it was lifted.
    """
    if search is None:
        return ()
    entity_type = source.entity_type
    if not any(item.is_searched for item in entity_type.all_properties()):
        raise NotImplementedYetError(
            f"'{entity_type.name}' has no searchable properties: use $filter", target="$search"
        )
    term = search_term(search) if slot is None else None
    if slot is None and term is None:
        return ()
    match = SearchMatch(Primitive.BOOLEAN, nullable=False, source=source, term=term, slot=slot)
    return (match,)
