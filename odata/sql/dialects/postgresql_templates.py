"""How PostgreSQL says each operation.

``(SELECT ... FROM (SELECT ... OFFSET 0) AS v)`` gives a value a name, so that an operand is
written and computed once however often the operation needs it.
"""

from __future__ import annotations

from collections.abc import Mapping

from odata.sql import cast_forms as forms
from odata.sql.dialects.base import SHARED_TEMPLATES

_BLANKS = (
    "E'\\t\\n\\u000b\\f\\r \\u0085\\u00a0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006"
    "\\u2007\\u2008\\u2009\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'"
)
_INSTANT_FORMAT = "'YYYY-MM-DD\"T\"HH24:MI:SS.US'"
TO_TEXT = "to_char({0}, " + _INSTANT_FORMAT + ")"
_DAY_LENGTH = "86400000000"
_NAN = "CAST('NaN' AS DOUBLE PRECISION)"
_INF = "CAST('Infinity' AS DOUBLE PRECISION)"


def _named(body: str, **operands: str) -> str:
    """``body`` over operands that are computed once."""
    columns = ", ".join(f"{text} AS {name}" for name, text in operands.items())
    return f"(SELECT {body} FROM (SELECT {columns} OFFSET 0) AS v)"  # noqa: S608  (templates of ours)


def _matches(operand: str, form: str) -> str:
    return f"{operand} ~ '^({form})$'"


# PostgreSQL knows years beyond 1 to 9999; the failing cast makes them the error they are.
_IN_RANGE = (
    "CASE WHEN r IS NULL THEN NULL"
    " WHEN r >= TIMESTAMP '0001-01-01' AND r < TIMESTAMP '10000-01-01'"
    f" THEN to_char(r, {_INSTANT_FORMAT})"
    " ELSE CAST(CAST('out of range ' || CAST(r AS TEXT) AS BIGINT) AS TEXT) END"
)


def _moved(sign: str, suffix: str = "") -> str:
    moved = _named(
        f"CAST(t AS timestamp) {sign} make_interval(days => CAST(s / {_DAY_LENGTH} AS INT))"
        f" {sign} mod(s, {_DAY_LENGTH}) * interval '1 microsecond'",
        t="({0}" + suffix + ")",
        s="{1}",
    )
    return _named(_IN_RANGE, r=moved)


# A text is shorter than this; LEAST passes over null, so null must not come to it.
_FAR = "1000000000"
_TAIL = (
    f"CASE WHEN n >= 0 THEN substr(s, CAST(least(n, {_FAR}) + 1 AS INT))"
    f" WHEN n < 0 THEN right(s, CAST(least(-n, {_FAR}) AS INT)) END"
)

_STRINGS: Mapping[str, str] = {
    "contains": "(strpos({0}, {1}) > 0)",
    # As an index of trigrams serves it.
    "like": "({0} LIKE {1})",
    "startswith": "starts_with({0}, {1})",
    "endswith": "(right({0}, length({1})) = {1})",
    "matchespattern": "({0} ~ {1})",
    "indexof": "(strpos({0}, {1}) - 1)",
    "substring": _named(_TAIL, s="{0}", n="{1}"),
    "substring/3": _named(
        f"CASE WHEN m IS NOT NULL THEN left({_TAIL},"
        f" CAST(least(greatest(m, 0), {_FAR}) AS INT)) END",
        s="{0}",
        n="{1}",
        m="{2}",
    ),
    "tolower": '(lower({0} COLLATE "pg_unicode_fast") COLLATE "C")',
    "toupper": '(upper({0} COLLATE "pg_unicode_fast") COLLATE "C")',
    "trim": "btrim({0}, " + _BLANKS + ")",
}

_QUOTIENT = "trim_scale(round(({0} * 1.000000000000) / {1}, 12))"
_REAL_QUOTIENT = _named(
    "CASE WHEN b = 0 THEN CASE WHEN a > 0 THEN "
    + _INF
    + " WHEN a < 0 THEN -"
    + _INF
    + f" END ELSE NULLIF(a / b, {_NAN}) END",
    a="{0}",
    b="{1}",
)

_NUMBERS: Mapping[str, str] = {
    "div/NUMBER": _QUOTIENT,
    "divby/NUMBER": _QUOTIENT,
    "mod/NUMBER": "mod({0}, {1})",
    "div/INTEGER": "({0} / {1})",
    "mod/INTEGER": "mod({0}, {1})",
    "add/REAL": f"NULLIF({{0}} + {{1}}, {_NAN})",
    "sub/REAL": f"NULLIF({{0}} - {{1}}, {_NAN})",
    "mul/REAL": f"NULLIF({{0}} * {{1}}, {_NAN})",
    "div/REAL": _REAL_QUOTIENT,
    "divby/REAL": _REAL_QUOTIENT,
    "mod/REAL": _named(
        f"CASE WHEN b = 0 OR abs(a) = {_INF} THEN NULL WHEN abs(b) = {_INF} THEN a"
        " ELSE CAST(mod(CAST(CAST(a AS TEXT) AS NUMERIC), CAST(CAST(b AS TEXT) AS NUMERIC))"
        " AS DOUBLE PRECISION) END",
        a="{0}",
        b="{1}",
    ),
    "round/NUMBER": "round({0})",
    "floor/NUMBER": "floor({0})",
    "ceiling/NUMBER": "ceil({0})",
    "round/REAL": _named("sign(a) * floor(abs(a) + 0.5) + 0.0", a="{0}"),
    "floor/REAL": "(floor({0}) + 0.0)",
    "ceiling/REAL": "(ceil({0}) + 0.0)",
    "promote/INTEGER/NUMBER": "CAST({0} AS NUMERIC)",
    "promote/INTEGER/REAL": "CAST({0} AS DOUBLE PRECISION)",
    "promote/NUMBER/REAL": "CAST({0} AS DOUBLE PRECISION)",
}

_APART = (
    "CAST(EXTRACT(EPOCH FROM CAST({0} AS timestamp) - CAST({1} AS timestamp)) * 1000000 AS BIGINT)"
)

_TIMES: Mapping[str, str] = {
    "fractionalseconds": "CAST('0.' || substr({0}, 21) AS NUMERIC)",
    "fractionalseconds/CLOCK": "CAST('0.' || substr({0}, 10) AS NUMERIC)",
    "totalseconds": "trim_scale({0} * 0.000001)",
    "add/INSTANT": _moved("+"),
    "sub/INSTANT": _moved("-"),
    "add/DAY": "substr(" + _moved("+", " || 'T00:00:00'") + ", 1, 10)",
    "sub/DAY": "substr(" + _moved("-", " || 'T00:00:00'") + ", 1, 10)",
    "apart/INSTANT": _APART,
    "apart/DAY": _APART,
    "mul/SPAN": "CAST(round({0} * {1}) AS BIGINT)",
    "div/SPAN": "CAST(round(({0} * 1.000000000000) / {1}) AS BIGINT)",
    "divby/SPAN": "CAST(round(({0} * 1.000000000000) / {1}) AS BIGINT)",
    "instant_of_day": "({0} || 'T00:00:00.000000')",
}

_RANGED = "CASE WHEN r BETWEEN {1} AND {2} THEN CAST(r AS BIGINT) END"
_REAL_LIMITS = f"BETWEEN {forms.SMALLEST_DOUBLE} AND {forms.LARGEST_DOUBLE}"
_REAL_OF_NUMBER = f"CASE WHEN n = 0 OR abs(n) {_REAL_LIMITS} THEN CAST(n AS DOUBLE PRECISION) END"
_NUMBER_OF_REAL = f"CASE WHEN abs(a) < {_INF} THEN CAST(CAST(a AS TEXT) AS NUMERIC) END"
_SECONDS = "COALESCE(CAST(rtrim(m[6], 'sS') AS NUMERIC), 0)"

_CASTS: Mapping[str, str] = {
    "to_text/BOOLEAN": "CAST({0} AS TEXT)",
    "to_text/INTEGER": "CAST({0} AS TEXT)",
    "to_text/NUMBER": "CAST({0} AS TEXT)",
    "to_text/REAL": "replace(CAST({0} AS TEXT), 'Infinity', 'INF')",
    "to_text/GUID": "({0} || '')",
    "to_text/DAY": "({0} || '')",
    "to_text/INSTANT": "(rtrim(rtrim({0}, '0'), '.') || 'Z')",
    "to_text/CLOCK": "rtrim(rtrim({0}, '0'), '.')",
    "to_text/BINARY": "translate(encode({0}, 'base64'), E'+/\\n', '-_')",
    "to_text/SPAN": _named(
        "CASE WHEN a IS NULL THEN NULL WHEN a = 0 THEN 'PT0S' ELSE"
        " CASE WHEN a < 0 THEN '-' ELSE '' END || 'P'"
        f" || CASE WHEN abs(a) >= {_DAY_LENGTH} THEN (abs(a) / {_DAY_LENGTH}) || 'D' ELSE '' END"
        f" || CASE WHEN mod(abs(a), {_DAY_LENGTH}) > 0 THEN 'T' ELSE '' END"
        f" || CASE WHEN mod(abs(a), {_DAY_LENGTH}) >= 3600000000"
        f" THEN (mod(abs(a), {_DAY_LENGTH}) / 3600000000) || 'H' ELSE '' END"
        " || CASE WHEN mod(abs(a), 3600000000) >= 60000000"
        " THEN (mod(abs(a), 3600000000) / 60000000) || 'M' ELSE '' END"
        " || CASE WHEN mod(abs(a), 60000000) > 0"
        " THEN trim_scale(mod(abs(a), 60000000) * 0.000001) || 'S' ELSE '' END END",
        a="{0}",
    ),
    "to_boolean/TEXT": "(CASE {0} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)",
    "to_number/TEXT": _named(
        f"CASE WHEN {_matches('s', forms.DECIMAL)} THEN CAST(s AS NUMERIC) END", s="{0}"
    ),
    "to_number/INTEGER": "CAST({0} AS NUMERIC)",
    "to_number/REAL": _named(_NUMBER_OF_REAL, a="{0}"),
    "to_integer/TEXT": _named(
        _RANGED,
        r=_named(f"CASE WHEN {_matches('s', forms.INTEGER)} THEN CAST(s AS NUMERIC) END", s="{0}"),
    ),
    "to_integer/INTEGER": _named(_RANGED, r="{0}"),
    "to_integer/NUMBER": _named(_RANGED, r="round({0})"),
    "to_integer/REAL": _named(_RANGED, r="round(" + _named(_NUMBER_OF_REAL, a="{0}") + ")"),
    "to_real/TEXT": _named(
        _REAL_OF_NUMBER,
        n=_named(f"CASE WHEN {_matches('s', forms.DOUBLE)} THEN CAST(s AS NUMERIC) END", s="{0}"),
    ),
    "to_real/INTEGER": "CAST({0} AS DOUBLE PRECISION)",
    "to_real/NUMBER": _named(_REAL_OF_NUMBER, n="{0}"),
    "to_real/REAL": "({0} + 0.0)",
    "to_single/REAL": _named(
        "CASE WHEN a = 0 OR abs(a) BETWEEN 1.2e-38 AND 3.4028234e38"
        " THEN CAST(CAST(a AS REAL) AS DOUBLE PRECISION) END",
        a="{0}",
    ),
    "to_guid/TEXT": _named(f"CASE WHEN {_matches('s', forms.GUID)} THEN lower(s) END", s="{0}"),
    "to_day/TEXT": _named(f"CASE WHEN {_matches('s', forms.DATE)} THEN s END", s="{0}"),
    "to_day/INSTANT": "substr({0}, 1, 10)",
    "to_instant/TEXT": _named(
        "CASE WHEN r >= TIMESTAMP '0001-01-01' AND r < TIMESTAMP '10000-01-01'"
        f" THEN to_char(r, {_INSTANT_FORMAT}) END",
        r=_named(
            f"CASE WHEN {_matches('s', forms.INSTANT)} THEN CAST("
            "regexp_replace(upper(s), '([.][0-9][0-9][0-9][0-9][0-9][0-9])[0-9]+', '\\1')"
            " AS timestamptz) AT TIME ZONE 'UTC' END",
            s="{0}",
        ),
    ),
    "to_instant/DAY": "({0} || 'T00:00:00.000000')",
    "to_clock/TEXT": _named(
        f"CASE WHEN {_matches('s', forms.TIME)} THEN CASE length(s)"
        " WHEN 5 THEN s || ':00.000000' WHEN 8 THEN s || '.000000'"
        " ELSE rpad(s, 15, '0') END END",
        s="{0}",
    ),
    "to_clock/INSTANT": "substr({0}, 12, 15)",
    "to_span/TEXT": _named(
        "CASE WHEN m IS NOT NULL THEN CASE WHEN m[1] = '-' THEN -1 ELSE 1 END * ("
        f"COALESCE(CAST(rtrim(m[2], 'dD') AS BIGINT), 0) * {_DAY_LENGTH}"
        " + COALESCE(CAST(rtrim(m[4], 'hH') AS BIGINT), 0) * 3600000000"
        " + COALESCE(CAST(rtrim(m[5], 'mM') AS BIGINT), 0) * 60000000"
        f" + CAST(trunc({_SECONDS} * 1000000) AS BIGINT)) END",
        m=f"regexp_match({{0}}, '^{forms.DURATION}$')",
    ),
}

_ITEMS = "json_array_elements(CAST({0} AS JSON)) WITH ORDINALITY AS e(value, place)"
_JOINED = "COALESCE(string_agg(CAST(e.value AS TEXT), ',' ORDER BY e.place), '')"
_FIRST = "(CASE WHEN n >= 0 THEN n ELSE greatest(json_array_length(CAST(s AS JSON)) + n, 0) END)"


def _inside(array: str, condition: str = "TRUE") -> str:
    return f"(SELECT {_JOINED} FROM {_ITEMS.format(array)} WHERE {condition})"  # noqa: S608  (templates of ours)


_ARRAYS: Mapping[str, str] = {
    "array_join": _named(
        "CASE WHEN s IS NOT NULL AND t IS NOT NULL THEN '[' || a"
        " || CASE WHEN a = '' OR b = '' THEN '' ELSE ',' END || b || ']' END",
        s="{0}",
        t="{1}",
        a=_inside("{0}"),
        b=_inside("{1}"),
    ),
    "array_rest": _named(
        "CASE WHEN s IS NOT NULL AND n IS NOT NULL THEN"
        f" '[' || {_inside('s', f'e.place > {_FIRST}')} || ']' END",
        s="{0}",
        n="{1}",
    ),
    "array_part": _named(
        "CASE WHEN s IS NOT NULL AND n IS NOT NULL AND m IS NOT NULL THEN '[' || "
        + _inside("s", f"e.place > {_FIRST} AND e.place - {_FIRST} <= m")
        + " || ']' END",
        s="{0}",
        n="{1}",
        m="{2}",
    ),
    "array_size": "json_array_length(CAST({0} AS JSON))",
}

TEMPLATES: Mapping[str, str] = {
    **SHARED_TEMPLATES,
    "json_number": "CAST({0} AS NUMERIC)",
    "json_text": "CAST(to_json(CAST({0} AS TEXT)) AS TEXT)",
    "join_items": "string_agg({0}, ',')",
    **_STRINGS,
    **_NUMBERS,
    **_TIMES,
    **_CASTS,
    **_ARRAYS,
}
