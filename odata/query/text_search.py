"""``$search`` bound to texts that have no entries of their own: those of the items of
collections of values, and those of transient rows.

The text of an item is itself, or that of the members that its type declares searchable; a
transient row has what it is grouped by.

Cites: OData URL Conventions 5.1.8, Protocol 13.2.3 item 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from odata.edm.types import ComplexType, Primitive
from odata.errors import NotImplementedYetError
from odata.query.plan import Expression, ItemRef, PropertyRef, SetValue
from odata.query.search_terms import SearchTerm, search_term
from odata.uri import ast


@dataclass(frozen=True, slots=True, eq=False)
class TextMatch(SetValue):
    """One of several texts, or all together, have what is searched for."""

    texts: tuple[Expression, ...] = field(kw_only=True)
    term: SearchTerm = field(kw_only=True)


def bind_item_search(
    search: ast.SearchExpression | None, item: ItemRef, piece: str
) -> tuple[TextMatch, ...]:
    """The condition that a search sets on an item, if it sets one; refuses items without text
    to search."""
    if search is None:
        return ()
    texts = tuple(_texts(item))
    if not texts:
        raise NotImplementedYetError(
            f"the items of '{_name(item)}' have nothing that is declared searchable: use $filter",
            target=piece,
        )
    return match_of(search, texts)


def match_of(search: ast.SearchExpression, texts: tuple[Expression, ...]) -> tuple[TextMatch, ...]:
    """The condition that a search sets on texts, if it sets one."""
    term = search_term(search)
    if term is None:
        return ()
    return (TextMatch(Primitive.BOOLEAN, nullable=False, texts=texts, term=term),)


def _texts(item: ItemRef) -> Iterator[ItemRef]:
    edm_type = item.edm_type
    if isinstance(edm_type, ComplexType):
        for member in edm_type.all_properties():
            below = replace(item, path=(*item.path, member.name), definition=member)
            if isinstance(member.edm_type, ComplexType) and not member.is_collection:
                yield from _texts(below)
            elif member.is_searched:
                yield below
        return
    reference = item.items.reference
    while not isinstance(reference, PropertyRef) and hasattr(reference, "items"):
        reference = reference.items.reference
    definition = getattr(reference, "definition", None)
    if definition is not None and definition.is_searchable and edm_type is Primitive.STRING:
        yield item


def _name(item: ItemRef) -> str:
    definition = getattr(item.items.reference, "definition", None)
    return "the collection" if definition is None else definition.name
