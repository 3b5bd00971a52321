"""``$search`` bound to the entities that it looks through.

Cites: OData URL Conventions 5.1.8; reference ``odata.md`` L17 and Q8.
"""

from __future__ import annotations

from odata.errors import NotImplementedYetError
from odata.query.plan import SearchMatch, Source
from odata.query.search_terms import search_term
from odata.uri import ast


def bind_search(
    search: ast.SearchExpression | None, source: Source, slot: int | None = None
) -> tuple[SearchMatch, ...]:
    """The condition that a search sets, if it sets one; refuses a type without text to search.

    ``slot`` holds the whole text of the search, where it was lifted.
    """
    if search is None:
        return ()
    entity_type = source.entity_type
    if not any(item.is_searchable for item in entity_type.all_properties()):
        raise NotImplementedYetError(
            f"'{entity_type.name}' has no searchable properties: use $filter", target="$search"
        )
    if slot is not None:
        return (SearchMatch(source, slot=slot),)
    term = search_term(search)
    return () if term is None else (SearchMatch(source, term),)
