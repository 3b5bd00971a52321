"""``$search`` bound to the entities that it looks through.

Cites: OData URL Conventions 5.1.8; reference ``odata.md`` L17 and Q8.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from odata.edm.types import Primitive
from odata.errors import NotImplementedYetError
from odata.query.apply_stage import property_of
from odata.query.plan import SetValue, Source
from odata.query.search_terms import SearchTerm, search_term
from odata.query.set_values import DerivedSource
from odata.query.text_search import TextMatch, match_of
from odata.uri import ast


@dataclass(frozen=True, slots=True, eq=False)
class SearchMatch(SetValue):
    """An entity has what is searched for among its searchable properties: ``term``, or what
    the text in ``slot`` asks for."""

    source: Source = field(kw_only=True)
    term: SearchTerm | None = None
    slot: int | None = None


def has_entries(source: Source) -> bool:
    """Whether the text of these rows is kept for searches; that of transient ones is not."""
    return not isinstance(source, DerivedSource) or source.columns is None


def bind_search(
    search: ast.SearchExpression | None, source: Source, slot: int | None = None
) -> tuple[SearchMatch | TextMatch, ...]:
    """The condition that a search sets, if it sets one; refuses a type without text to search.

    ``slot`` holds the whole text of the search, where it was lifted and the rows have entries.
    """
    if search is None:
        return ()
    entity_type = source.entity_type
    if isinstance(source, DerivedSource) and source.columns is not None:
        found = (property_of(source, path) for path in source.columns)
        texts = tuple(item for item in found if item.definition.is_searched)
        if texts:
            return match_of(search, texts)
    if not any(item.is_searched for item in entity_type.all_properties()):
        raise NotImplementedYetError(
            f"'{entity_type.name}' has no searchable properties: use $filter", target="$search"
        )
    term = search_term(search) if slot is None else None
    if slot is None and term is None:
        return ()
    match = SearchMatch(Primitive.BOOLEAN, nullable=False, source=source, term=term, slot=slot)
    return (match,)
