"""The tables of the parser, kept beside the bytecode of this package.

Making them from the grammar takes longer than everything else at start-up. They are kept where
Python keeps the bytecode, under the same conditions: who may write there may change the code
itself, and nothing is written where Python writes no bytecode. The name of the file has a
digest of the grammar; without the file, or where it cannot be kept, the tables are made.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from importlib.util import cache_from_source
from pathlib import Path

import lark

_SUFFIX = ".tables"


class Place(str):
    """The path of a file with tables. Lark compares a digest of its options, this one among
    them, which must not change when the file gets its name."""

    __slots__ = ()

    def __str__(self) -> str:
        return _SUFFIX


def kept_tables(grammar: Path) -> Path | None:
    """Where the tables of a grammar are kept; None where nothing is kept."""
    try:
        bytecode = Path(cache_from_source(str(grammar.with_suffix(".py"))))
    except NotImplementedError:
        return None
    content = grammar.read_bytes() + lark.__version__.encode()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return bytecode.with_name(f"{bytecode.stem}.{digest}{_SUFFIX}")


def place_for(tables: Path) -> Path | None:
    """A file of this process alone to write tables to; None where nothing may be written."""
    if sys.dont_write_bytecode:
        return None
    with contextlib.suppress(OSError):
        tables.parent.mkdir(parents=True, exist_ok=True)
        if os.access(tables.parent, os.W_OK):
            return tables.with_name(f"{tables.name}.{os.getpid()}")
    return None


def keep(written: Path, tables: Path) -> None:
    """Let the next process have the tables, in place of those of other grammars."""
    with contextlib.suppress(OSError):
        written.replace(tables)
        own = tables.name.split(".")[:2]
        for other in tables.parent.glob(f"*{_SUFFIX}"):
            if other != tables and other.name.split(".")[:2] == own:
                other.unlink()
