"""The methods that dataclasses write for themselves, compiled once and kept beside the bytecode.

Python keeps the bytecode of modules. The methods of a dataclass are texts that it makes and
compiles anew whenever a module is loaded, which took a quarter of each start. Here the bytecode
of each text is kept under the text itself, so what is executed is what would be compiled. It lies
where Python keeps its own, under the same conditions: who may write there may change the code
itself, and nothing is written where Python writes no bytecode.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import marshal
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

Methods = dict[str, CodeType]
Kept = dict[Any, Any]  # of whatever marshal can write
Scope = dict[str, object]

_SUFFIX = ".methods"
# Texts of earlier versions stay until there are more of them than this.
_MOST = 20_000


def place_of_methods() -> Path | None:
    """The file for this version of Python; None where nothing is kept."""
    try:
        bytecode = Path(cache_from_source(__file__))
    except NotImplementedError:
        return None
    version = hashlib.sha256(sys.version.encode()).hexdigest()[:16]
    return bytecode.with_name(f"{bytecode.stem}.{version}{_SUFFIX}")


@contextmanager
def kept_methods(path: Path | None) -> Iterator[None]:
    """As long as the block lasts, texts that are known are not compiled."""
    known: Methods = {} if path is None else read_kept(path)
    added: Methods = {}

    def execute(source: str, scope: Scope, names: Mapping[str, object]) -> None:
        """What ``exec`` does with a text."""
        code = known.get(source)
        if code is None:
            code = added[source] = compile(source, "<string>", "exec")
        exec(code, scope, names)  # noqa: S102 - the texts are those of the standard library

    # The module has no such name of its own: it finds the builtin one unless it is told another.
    dataclasses.exec = execute  # type: ignore[attr-defined]  # see above
    try:
        yield
    finally:
        del dataclasses.exec  # type: ignore[attr-defined]  # see above
    if path is not None:
        add_kept(path, known, added, _MOST)


def read_kept(path: Path) -> Kept:
    """What is kept in a file; nothing where there is none or it is damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return {}
    digest, octets = content[:32], content[32:]
    if hashlib.sha256(octets).digest() != digest:
        return {}
    kept: Kept = marshal.loads(octets)  # noqa: S302 - as trusted as the bytecode beside it
    return kept


def add_kept(path: Path, known: Kept, added: Kept, most: int) -> None:
    """Keep what is new beside what is known, or instead of it where that is more than ``most``."""
    if added and not sys.dont_write_bytecode:
        _write(path, added if len(known) > most else known | added)


def _write(path: Path, kept: Kept) -> None:
    """Keep them whole or not at all; another process may do the same."""
    octets = marshal.dumps(kept)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        own.write_bytes(hashlib.sha256(octets).digest() + octets)
        own.replace(path)
