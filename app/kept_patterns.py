"""Regular expressions, compiled once and kept beside the bytecode.

Python compiles the regular expressions of modules anew whenever they are loaded, which took a
tenth of each start. What the compiler of ``re`` hands over to the engine that matches is kept
here under the expression and its flags, where and as the methods of dataclasses are kept
(``app.generated_methods``).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.generated_methods import add_kept, place_of_methods, read_kept

Compiled = Any  # what the engine takes: numbers, and the names of groups

_COMPILER: Any
_ENGINE: Any
try:
    _COMPILER, _ENGINE = map(importlib.import_module, ("re._compiler", "_sre"))
except ImportError:  # another Python may divide the work otherwise
    _COMPILER = _ENGINE = None
_SUFFIX = ".patterns"
# Those of earlier versions stay until there are more of them than this.
_MOST = 5_000
# What these mean is not told by the expression alone.
_OTHERS = int(re.DEBUG | re.LOCALE)


def place_of_patterns() -> Path | None:
    """The file for this version of Python; None where nothing is kept."""
    methods = place_of_methods()
    return None if methods is None or _COMPILER is None else methods.with_suffix(_SUFFIX)


@contextmanager
def kept_patterns(path: Path | None) -> Iterator[None]:
    """As long as the block lasts, expressions that are known are not compiled."""
    if path is None:
        yield
        return
    known = read_kept(path)
    added: dict[tuple[str | bytes, int], Compiled] = {}
    compile_anew, made = _COMPILER.compile, list[Compiled]()

    def hand_over(*parts: Compiled) -> Compiled:
        """What the engine does with a compiled expression, which is noted."""
        text, flags, code, *groups = parts
        # Its numbers have names of their own, which marshal does not write.
        made.append((text, int(flags), list(map(int, code)), *groups))
        return _ENGINE.compile(*parts)

    def compile_once(expression: Compiled, flags: int = 0) -> Compiled:
        """What the compiler does with an expression."""
        if not isinstance(expression, str | bytes) or flags & _OTHERS:
            return compile_anew(expression, flags)
        key = (expression, int(flags))
        parts = known.get(key)
        if parts is not None:
            return _ENGINE.compile(*parts)
        pattern = compile_anew(expression, flags)
        added[key] = made.pop()
        return pattern

    engine = SimpleNamespace(**{**vars(_ENGINE), "compile": hand_over})
    vars(_COMPILER).update(compile=compile_once, _sre=engine)
    try:
        yield
    finally:
        vars(_COMPILER).update(compile=compile_anew, _sre=_ENGINE)
    add_kept(path, known, added, _MOST)
