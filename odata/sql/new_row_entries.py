"""The entries of new rows of one table that are given values in the same columns.

Whatever else such rows hold is the same in all of them, so the text that the log keeps for a set
is written once, with places for the values that are given; and a value that several sets tell is
written once for all of them. What hangs on the row itself is left to ``RowEntries``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from odata.query.change import Operation
from odata.sql.change_log import NewEntry
from odata.sql.change_text import keys_of, quoted
from odata.sql.publication import Publication
from odata.sql.row_change_text import EMPTY_DOCUMENTS, Row, RowChangeText, ValueWriter, text_of
from odata.sql.row_entries import Place, place_of
from odata.sql.row_slots import NewRow

_CREATED = Operation.CREATE.value
NamedSet = tuple[Publication, str]
"""A set that tells of a table, with its name in the log."""


class _Value(NamedTuple):
    """A value that is told: its field, and how it is written."""

    column: str
    write: ValueWriter


class _Gap(NamedTuple):
    """Where a value goes into a text, and which one of those that are told."""

    place: int
    value: int


class _Text(NamedTuple):
    """What a set tells, in pieces that are blank where values go; ``name`` is that of the set."""

    name: str
    pieces: tuple[str, ...]
    gaps: tuple[_Gap, ...]

    def told(self, values: Sequence[str]) -> str:
        """The text with the values of a row."""
        pieces = list(self.pieces)
        for place, value in self.gaps:
            pieces[place] = values[value]
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class NewRowEntries:
    """What the log keeps of new rows: ``sets`` are the texts of sets, by where they find an
    entity. Of ``documents``, the fields of dynamic properties, none may have any."""

    documents: frozenset[str]
    values: tuple[_Value, ...]
    sets: tuple[tuple[Place, tuple[_Text, ...]], ...]

    def of(self, new: Row) -> list[NewEntry] | None:
        """The entries of a new row; None where it has dynamic properties."""
        for name in self.documents:
            if new[name] not in EMPTY_DOCUMENTS:
                return None
        values = [
            quoted(value) if type(value := new[column]) is str else write(value)
            for column, write in self.values
        ]
        entries: list[NewEntry] = []
        for place, texts in self.sets:
            key, entity_key = keys_of(tuple([name and new[name] for name in place.key]))
            scope = str(new[place.scope] or "") if place.scope else ""
            tag = str(new[place.tag] or "") if place.tag else ""
            entries += [
                NewEntry(scope, text.name, key, entity_key, _CREATED, text.told(values), "", tag)
                for text in texts
            ]
        return entries


def new_row_entries(sets: Sequence[NamedSet], new: NewRow) -> NewRowEntries | None:
    """What tells of rows like a new one; None where a set asks each row itself."""
    if new.given is None:
        return None
    told = [item for item in sets if Operation.CREATE in item[0].operations]
    values: list[_Value] = []
    documents: set[str] = set()
    texts: list[tuple[Place, _Text]] = []
    for publication, name in told:
        row_text = publication.row_text
        if row_text is None or not _is_told(publication, row_text, new.row):
            return None
        if not row_text.properties and not row_text.constants and publication.is_follower:
            continue
        documents.update(row_text.documents)
        place = place_of(publication)
        texts.append((place, _text(name, row_text, new, values)))
    grouped = groupby(texts, key=lambda item: item[0])
    return NewRowEntries(
        frozenset(documents),
        tuple(values),
        tuple((place, tuple(text for _, text in items)) for place, items in grouped),
    )


def _is_told(publication: Publication, row_text: RowChangeText, row: Row) -> bool:
    """Whether all that a set tells stands in such a row."""
    place = place_of(publication)
    read = {*row_text.by_column, *row_text.documents, *place.key, place.scope, place.tag} - {None}
    is_silent = not row_text.properties and not row_text.constants
    return (
        not publication.mapping.fixed
        and row.keys() >= read
        and (not is_silent or publication.is_follower)
    )


def _text(name: str, row_text: RowChangeText, new: NewRow, values: list[_Value]) -> _Text:
    """What a set tells, with gaps for given values, which are added to ``values``."""
    told: list[str | _Value] = []
    for text in row_text.constants:
        told += [",", text]
    for item in row_text.properties:
        value = _Value(item.column, item.write)
        is_given = new.given is not None and item.column in new.given
        written = value if is_given else text_of(new.row[item.column], item.write)
        told += [",", item.new, written, "}"]
    return _with_gaps(name, ["[", *told[1:], "]"], values)


def _with_gaps(name: str, told: Iterable[str | _Value], values: list[_Value]) -> _Text:
    """A text with a gap for each value; those that no other text tells are added to ``values``."""
    pieces: list[str] = [""]
    gaps: list[_Gap] = []
    for item in told:
        if isinstance(item, str):
            pieces[-1] += item
            continue
        if item not in values:
            values.append(item)
        gaps.append(_Gap(len(pieces), values.index(item)))
        pieces += ["", ""]
    return _Text(name, tuple(pieces), tuple(gaps))
