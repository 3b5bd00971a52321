"""Regular expressions in the part of ECMAScript's syntax that all engines read alike.

A pattern is taken apart and written anew: shorthands become plain classes, groups lose
their numbers, lazy bounds become greedy ones (whether a text matches does not depend on
them). What needs backtracking is refused, so every engine answers in linear time.
Cites: OData URL Conventions 5.1.1.7.1; ECMA-262 22.2.1; reference ``reliability.md`` Q3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from odata.errors import NotImplementedYetError, UriSemanticError
from odata.query.limits import DEFAULT_QUERY_LIMITS, QueryLimits

_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SHORTHANDS: Mapping[str, str] = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}
_CONTROLS: Mapping[str, str] = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}
_SPECIAL = frozenset(r"\^$.|?*+()[]{}-/")
_LINE_ENDS = "\n\r\u2028\u2029"
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_HEX_LENGTHS: Mapping[str, int] = {"x": 2, "u": 4}


def portable_pattern(text: str, limits: QueryLimits = DEFAULT_QUERY_LIMITS) -> str:
    """The pattern as all engines read it; refuses what is wrong or not portable."""
    if len(text) > limits.max_pattern_length:
        raise UriSemanticError(f"a pattern has at most {limits.max_pattern_length} characters")
    reader = _PatternReader(text, limits)
    written = reader.alternatives(0)
    if reader.place < len(text):
        raise _wrong("a parenthesis is closed that was never opened")
    return written


def wildcard_pattern(text: str) -> str:
    """The pattern of texts that are like this one, where ``*`` stands for any characters."""
    return f"^{'.*'.join(map(re.escape, text.split('*')))}$"


def _wrong(reason: str) -> UriSemanticError:
    return UriSemanticError(f"the pattern is no regular expression: {reason}")


class _PatternReader:
    def __init__(self, text: str, limits: QueryLimits) -> None:
        self.text = text
        self._limits = limits
        self.place = 0

    def alternatives(self, depth: int) -> str:
        most = self._limits.max_pattern_depth
        if depth > most:
            raise _wrong(f"groups are nested at most {most} deep")
        branches = [self._branch(depth)]
        while self._skip("|"):
            branches.append(self._branch(depth))
        return "|".join(branches)

    def _branch(self, depth: int) -> str:
        pieces: list[str] = []
        while self.place < len(self.text) and self.text[self.place] not in "|)":
            pieces.append(self._repeated(depth))
        return "".join(pieces) or "(?:)"

    def _repeated(self, depth: int) -> str:
        if self.text[self.place] in "*+?":
            raise _wrong("there is nothing to repeat")
        is_position, atom = self._atom(depth)
        bounds = self._bounds()
        if not bounds:
            return atom
        if is_position:
            raise _wrong("a position cannot be repeated")
        return f"(?:{atom}){bounds}"

    def _bounds(self) -> str:
        found = self._peek()
        if found and found in "*+?":
            self.place += 1
        elif found == "{":
            found = self._counted()
        else:
            return ""
        self._skip("?")
        if self._peek() and self._peek() in "*+?{":
            raise _wrong("a repetition cannot be repeated")
        return found

    def _counted(self) -> str:
        end = self.text.find("}", self.place)
        least, comma, most = self.text[self.place + 1 : max(end, 0)].partition(",")
        numbers = [number for number in (least, most) if number]
        if not least or not all(item.isascii() and item.isdigit() for item in numbers):
            raise _wrong("a brace opens no repetition: write \\{ for the character")
        repeats = self._limits.max_pattern_repeats
        if any(len(item) > len(str(repeats)) or int(item) > repeats for item in numbers):
            raise _wrong(f"something is repeated at most {repeats} times")
        if most and int(most) < int(least):
            raise _wrong("the bounds of a repetition are in the wrong order")
        self.place = end + 1
        return f"{{{least}{comma}{most}}}"

    def _atom(self, depth: int) -> tuple[bool, str]:
        """Whether it is a position rather than a character, and how it is written."""
        character = self.text[self.place]
        self.place += 1
        if character in "^$":
            return True, character
        if character == "(":
            return False, self._group(depth)
        if character == "[":
            return False, self._class()
        if character == ".":
            return False, f"[^{_LINE_ENDS}]"
        if character == "\\":
            return self._escaped()
        if character in "]}":
            raise _wrong(f"write \\{character} for the character")
        if character == "{":
            raise _wrong("there is nothing to repeat")
        return False, _literal(character)

    def _group(self, depth: int) -> str:
        if self._skip("?") and not self._skip(":"):
            raise NotImplementedYetError(
                "patterns that look around or name groups are not supported"
            )
        inner = self.alternatives(depth + 1)
        if not self._skip(")"):
            raise _wrong("a parenthesis is not closed")
        return f"(?:{inner})"

    def _escaped(self) -> tuple[bool, str]:
        letter = self._next()
        if letter in "bB":
            raise NotImplementedYetError("patterns with word boundaries are not supported")
        if letter.lower() in _SHORTHANDS:
            negated = "^" if letter.isupper() else ""
            return False, f"[{negated}{_shorthand(letter)}]"
        return False, _literal(self._escape(letter))

    def _escape(self, letter: str) -> str:
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in _HEX_LENGTHS:
            digits = self.text[self.place : self.place + _HEX_LENGTHS[letter]]
            if len(digits) < _HEX_LENGTHS[letter] or not _HEX_DIGITS.issuperset(digits):
                raise _wrong(f"\\{letter} takes {_HEX_LENGTHS[letter]} hexadecimal digits")
            self.place += len(digits)
            return _character(int(digits, 16))
        if letter.isalnum():
            raise NotImplementedYetError(f"patterns with \\{letter} are not supported")
        return letter

    def _class(self) -> str:
        negated = "^" if self._skip("^") else ""
        members: list[str] = []
        while not self._skip("]"):
            members.append(self._member())
        if not members:
            raise NotImplementedYetError("patterns with an empty class are not supported")
        return f"[{negated}{''.join(members)}]"

    def _member(self) -> str:
        first = self._class_character()
        if isinstance(first, _Shorthand):
            return first.members
        if self._peek() != "-" or self.text[self.place + 1 : self.place + 2] in ("]", ""):
            return _literal(first)
        self.place += 1
        last = self._class_character()
        if isinstance(last, _Shorthand):
            raise _wrong("a range ends in a character")
        if last < first:
            raise _wrong("a range is in the wrong order")
        return f"{_literal(first)}-{_literal(last)}"

    def _class_character(self) -> str | _Shorthand:
        character = self._next("a class is not closed")
        if character != "\\":
            return character
        letter = self._next()
        if letter == "b":
            return "\b"
        if letter in _SHORTHANDS:
            return _Shorthand(_shorthand(letter))
        if letter.lower() in _SHORTHANDS:
            raise NotImplementedYetError(
                "patterns with \\D, \\S or \\W in a class are not supported"
            )
        return self._escape(letter)

    # --- characters

    def _peek(self) -> str:
        return self.text[self.place : self.place + 1]

    def _next(self, otherwise: str = "a backslash stands at the end") -> str:
        found = self._peek()
        if not found:
            raise _wrong(otherwise)
        self.place += 1
        return found

    def _skip(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self.place += 1
        return True


class _Shorthand:
    def __init__(self, members: str) -> None:
        self.members = members


def _shorthand(letter: str) -> str:
    return _SPACES if letter.lower() == "s" else _SHORTHANDS[letter.lower()]


def _character(number: int) -> str:
    if 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004  (the surrogates of UTF-16)
        raise NotImplementedYetError("patterns with halves of characters are not supported")
    return chr(number)


def _literal(character: str) -> str:
    if character == "\0":
        raise UriSemanticError("a pattern holds no NUL")
    return f"\\{character}" if character in _SPECIAL else character
