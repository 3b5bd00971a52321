"""The entries of one change of a row, compiled for the sets that tell of it.

Which sets these are, where the key, the scope and the tag of an entity stand in a row, and what
of it differs is found out once for a table and the fields that an update touches. A value that
several sets tell is written once. What hangs on the row itself (another key, a discriminator,
dynamic properties) is left to ``Publication.changes``, which tells everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from odata.query.change import Operation
from odata.sql.change_log import NewEntry, new_entry
from odata.sql.change_text import NO_PROPERTIES, keys_of
from odata.sql.publication import Publication
from odata.sql.row_change_text import Row, RowChangeText, ValueWriter, difference

_CREATED, _UPDATED = Operation.CREATE.value, Operation.UPDATE.value


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row holds the key, the scope and the tag of an entity: by the names of fields."""

    key: tuple[str | None, ...]
    scope: str | None
    tag: str | None


def place_of(publication: Publication) -> Place:
    """Where rows hold the entities of a publication."""
    scope, tag = publication.mapping.scope, publication.mapping.entity_tag
    return Place(
        publication.key,
        None if scope is None else scope.name,
        None if tag is None else tag.name,
    )


@dataclass(frozen=True, slots=True)
class _Set:
    """One set; ``row_text`` tells new rows, and ``differing`` are the values of an update with
    what stands before each. None of either: everything is left to the publication."""

    publication: Publication
    name: str
    place: Place
    row_text: RowChangeText | None
    differing: tuple[tuple[int, str], ...] | None


_NOWHERE = Place((), None, None)


class RowEntries:
    """What the log keeps of one table's rows that are new, gone, or differ in ``touched``
    (None: no update); ``sets`` are those that tell of it with their names in the log."""

    def __init__(
        self, sets: Iterable[tuple[Publication, str]], touched: frozenset[str] | None
    ) -> None:
        self._touched = touched or frozenset()
        self._values: list[tuple[str, ValueWriter]] = []
        self._places: dict[Place, Place] = {}
        self._sets = tuple(self._compiled(*item, is_update=touched is not None) for item in sets)

    def of(self, old: Row | None, new: Row | None) -> list[NewEntry]:
        """The entries of a row that was ``old`` and is ``new``."""
        if new is None:
            return self._others(self._sets, old, new)
        if old is None:
            return self._created(new)
        return self._updated(old, new)

    # --- compiled -------------------------------------------------------------------------

    def _created(self, new: Row) -> list[NewEntry]:
        entries: list[NewEntry] = []
        place, keys, scope, tag = _NOWHERE, ("", ""), "", ""
        for item in self._sets:
            told = None if item.row_text is None else item.row_text.created(new)
            if told is None:
                entries += self._others((item,), None, new)
                continue
            if item.place is not place:
                place = item.place
                keys, scope, tag = _keys(new, place), _text(new, place.scope), _text(new, place.tag)
            if told == NO_PROPERTIES and (item.publication.is_follower or tag == ""):
                continue
            entries.append(NewEntry(scope, item.name, *keys, _CREATED, told, "", tag))
        return entries

    def _updated(self, old: Row, new: Row) -> list[NewEntry]:
        entries: list[NewEntry] = []
        place, keys, scope, before, after = _NOWHERE, ("", ""), "", "", ""
        values = [difference(old.get(name), new.get(name), write) for name, write in self._values]
        for item in self._sets:
            if item.differing is None:
                entries += self._others((item,), old, new)
                continue
            told = [f"{name}{values[x]}" for x, name in item.differing if values[x] is not None]
            if item.place is not place:
                place = item.place
                keys, scope = _keys(new, place), _text(new, place.scope)
                before, after = _text(old, place.tag), _text(new, place.tag)
            if not told and (item.publication.is_follower or before == after):
                continue
            is_shown = item.publication.is_shown
            if is_shown is not None and not is_shown(new):
                continue
            properties = f"[{','.join(told)}]"
            entries.append(NewEntry(scope, item.name, *keys, _UPDATED, properties, before, after))
        return entries

    def _others(self, sets: Sequence[_Set], old: Row | None, new: Row | None) -> list[NewEntry]:
        """The entries of sets that ask the row itself."""
        return [
            new_entry(
                (change.scope, item.name),
                keys_of(change.key),
                (change.operation, change.properties, change.tags),
            )
            for item in sets
            for change in item.publication.changes(old, new, self._touched)
        ]

    # --- once -----------------------------------------------------------------------------

    def _compiled(self, publication: Publication, name: str, *, is_update: bool) -> _Set:
        mapping, row_text = publication.mapping, publication.row_text
        operation = Operation.UPDATE if is_update else Operation.CREATE
        if mapping.fixed or operation not in publication.operations:
            row_text = None
        place = place_of(publication)
        return _Set(
            publication,
            name,
            self._places.setdefault(place, place),
            row_text,
            self._differing(publication, row_text) if is_update else None,
        )

    def _differing(
        self, publication: Publication, row_text: RowChangeText | None
    ) -> tuple[tuple[int, str], ...] | None:
        """The values that a set tells of an update, as places among those of all sets."""
        touched = self._touched
        if row_text is None or not touched.isdisjoint((*publication.key, *row_text.documents)):
            return None
        found = []
        for item in row_text.told_of(touched):
            value = (item.column, item.write)
            if value not in self._values:
                self._values.append(value)
            found.append((self._values.index(value), item.gone))
        return tuple(found)


def _text(row: Row, name: str | None) -> str:
    return str(row[name] or "") if name is not None and name in row else ""


def _keys(row: Row, place: Place) -> tuple[str, str]:
    """The two texts of the key of an entity."""
    if len(place.key) == 1 and place.key[0] is not None:
        return keys_of((row.get(place.key[0]),))
    return keys_of(tuple([None if name is None else row.get(name) for name in place.key]))
