"""Changes of lines that are told as changes of their documents: a subscriber to documents is
told when a line changes (Business Central reference §13), also where the totals stay the same
and the document keeps its entity tag."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from models.sales_kind import CREDIT_MEMO, INVOICE, ORDER, QUOTE, SalesKind
from models.webhook_changes import moves_something
from odata.query.change import Operation
from odata.sql.change_log import Entry

_KINDS = {f"{kind.line_type}s": kind for kind in (INVOICE, ORDER, QUOTE, CREDIT_MEMO)}
_DOCUMENT = "documentId"
_CHUNK = 200


def document_changes(entries: Sequence[Entry], followed: Collection[str]) -> Iterator[Entry]:
    """The documents of followed sets that change with their lines, as far as they are there:
    one that is removed with its lines is told of as removed."""
    for lines, kind in _KINDS.items():
        documents = f"{kind.head_type}s"
        if documents not in followed:
            continue
        changed = [item for item in entries if item.entity_set == lines and moves_something(item)]
        for start in range(0, len(changed), _CHUNK):
            for entry, key in _placed(kind, changed[start : start + _CHUNK]):
                yield replace(
                    entry,
                    entity_set=documents,
                    key=(key,),
                    operation=Operation.UPDATE,
                    properties={lines: (None, None)},
                )


def _placed(kind: SalesKind, entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """Each entry of a line with the id of its document."""
    line, head = kind.line, kind.head
    unnamed = [str(item.key[0]) for item in entries if _named_document(item) is None]
    stored = line.select(line.id, line.document_id).where(line.id << unnamed)
    known = {row.id: row.document_id for row in stored}
    placed = [(item, _named_document(item) or known.get(str(item.key[0]))) for item in entries]
    wanted = sorted({key for _, key in placed if key is not None})
    present = {row.id for row in head.select(head.id).where(head.id << wanted)}
    yield from ((item, key) for item, key in placed if key is not None and key in present)


def _named_document(entry: Entry) -> str | None:
    """The document that an entry names: that of a line which came or went."""
    old, new = entry.properties.get(_DOCUMENT, (None, None))
    named = new or old
    return None if named is None else str(named)
