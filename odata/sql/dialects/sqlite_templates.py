"""How SQLite says each operation: built-in SQL where it is exact, else functions of ours."""

from __future__ import annotations

from collections.abc import Mapping

from odata.sql.dialects.base import BLANKS, SHARED_TEMPLATES

_STRINGS: Mapping[str, str] = {
    "contains": "(instr({0}, {1}) > 0)",
    "startswith": "(substr({0}, 1, length({1})) = {1})",
    "endswith": (
        "(length({0}) >= length({1}) AND substr({0}, length({0}) - length({1}) + 1) = {1})"
    ),
    "matchespattern": "odata_matches({0}, {1})",
    "indexof": "(instr({0}, {1}) - 1)",
    "substring": "odata_substring({0}, {1})",
    "substring/3": "odata_substring_of({0}, {1}, {2})",
    "tolower": "odata_lower({0})",
    "toupper": "odata_upper({0})",
    "trim": "trim({0}, " + BLANKS + ")",
}

_NUMBERS: Mapping[str, str] = {
    "add/INTEGER": "odata_add_int({0}, {1})",
    "sub/INTEGER": "odata_sub_int({0}, {1})",
    "mul/INTEGER": "odata_mul_int({0}, {1})",
    "div/INTEGER": "odata_div_int({0}, {1})",
    "mod/INTEGER": "odata_mod_int({0}, {1})",
    "negate/INTEGER": "odata_sub_int(0, {0})",
    "add/NUMBER": "odata_add({0}, {1})",
    "sub/NUMBER": "odata_sub({0}, {1})",
    "mul/NUMBER": "odata_mul({0}, {1})",
    "div/NUMBER": "odata_div({0}, {1})",
    "divby/NUMBER": "odata_div({0}, {1})",
    "mod/NUMBER": "odata_mod({0}, {1})",
    "negate/NUMBER": "odata_negate({0})",
    "add/REAL": "odata_add_real({0}, {1})",
    "sub/REAL": "odata_sub_real({0}, {1})",
    "mul/REAL": "odata_mul_real({0}, {1})",
    "div/REAL": "odata_div_real({0}, {1})",
    "divby/REAL": "odata_div_real({0}, {1})",
    "mod/REAL": "odata_mod_real({0}, {1})",
    "round/NUMBER": "odata_round({0})",
    "floor/NUMBER": "odata_floor({0})",
    "ceiling/NUMBER": "odata_ceiling({0})",
    "round/REAL": "odata_round_real({0})",
    "floor/REAL": "odata_floor_real({0})",
    "ceiling/REAL": "odata_ceiling_real({0})",
    "promote/INTEGER/NUMBER": "CAST({0} AS TEXT)",
    "promote/INTEGER/REAL": "CAST({0} AS REAL)",
    "promote/NUMBER/REAL": "odata_real({0})",
}

_TIMES: Mapping[str, str] = {
    "fractionalseconds": "('0.' || substr({0}, 21))",
    "fractionalseconds/CLOCK": "('0.' || substr({0}, 10))",
    "totalseconds": "odata_div({0}, 1000000)",
    "add/INSTANT": "odata_add_span({0}, {1})",
    "sub/INSTANT": "odata_sub_span({0}, {1})",
    "add/DAY": "odata_day_add_span({0}, {1})",
    "sub/DAY": "odata_day_sub_span({0}, {1})",
    "apart/INSTANT": "odata_apart({0}, {1})",
    "apart/DAY": "odata_apart({0}, {1})",
    "add/SPAN": "odata_add_int({0}, {1})",
    "sub/SPAN": "odata_sub_int({0}, {1})",
    "negate/SPAN": "odata_sub_int(0, {0})",
    "mul/SPAN": "odata_mul_span({0}, {1})",
    "div/SPAN": "odata_div_span({0}, {1})",
    "divby/SPAN": "odata_div_span({0}, {1})",
    "instant_of_day": "({0} || 'T00:00:00.000000')",
}

_COMPARISONS: Mapping[str, str] = {
    "eq/NUMBER": "(odata_compare({0}, {1}) = 0)",
    "ne/NUMBER": "(odata_compare({0}, {1}) <> 0)",
    "gt/NUMBER": "(odata_compare({0}, {1}) > 0)",
    "ge/NUMBER": "(odata_compare({0}, {1}) >= 0)",
    "lt/NUMBER": "(odata_compare({0}, {1}) < 0)",
    "le/NUMBER": "(odata_compare({0}, {1}) <= 0)",
    "not_distinct": "({0} IS {1})",
    "distinct": "({0} IS NOT {1})",
    "not_distinct/NUMBER": "odata_same({0}, {1})",
    "distinct/NUMBER": "(NOT odata_same({0}, {1}))",
}

_CASTS: Mapping[str, str] = {
    "to_text/BOOLEAN": "(CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)",
    "to_text/INTEGER": "CAST({0} AS TEXT)",
    "to_text/NUMBER": "({0} || '')",
    "to_text/REAL": "odata_real_text({0})",
    "to_text/GUID": "({0} || '')",
    "to_text/DAY": "({0} || '')",
    "to_text/INSTANT": "(rtrim(rtrim({0}, '0'), '.') || 'Z')",
    "to_text/CLOCK": "rtrim(rtrim({0}, '0'), '.')",
    "to_text/BINARY": "odata_base64({0})",
    "to_text/SPAN": "odata_duration({0})",
    "to_boolean/TEXT": "(CASE {0} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END)",
    "to_number/TEXT": "odata_number_of_text({0})",
    "to_number/INTEGER": "CAST({0} AS TEXT)",
    "to_number/REAL": "odata_number_of_real({0})",
    "to_integer/TEXT": "odata_integer_of_text({0}, {1}, {2})",
    "to_integer/INTEGER": "odata_integer({0}, {1}, {2})",
    "to_integer/NUMBER": "odata_integer({0}, {1}, {2})",
    "to_integer/REAL": "odata_integer({0}, {1}, {2})",
    "to_real/TEXT": "odata_real_of_text({0})",
    "to_real/INTEGER": "CAST({0} AS REAL)",
    "to_real/NUMBER": "odata_real_of_text({0})",
    "to_real/REAL": "({0} + 0.0)",
    "to_single/REAL": "odata_single({0})",
    "to_guid/TEXT": "odata_guid({0})",
    "to_day/TEXT": "odata_day({0})",
    "to_day/INSTANT": "substr({0}, 1, 10)",
    "to_instant/TEXT": "odata_instant({0})",
    "to_instant/DAY": "({0} || 'T00:00:00.000000')",
    "to_clock/TEXT": "odata_clock({0})",
    "to_clock/INSTANT": "substr({0}, 12, 15)",
    "to_span/TEXT": "odata_span({0})",
}

TEMPLATES: Mapping[str, str] = {
    **SHARED_TEMPLATES,
    "json_number": "{0}",
    "array_join": "odata_array_join({0}, {1})",
    "array_rest": "odata_array_part({0}, {1}, -1)",
    "array_part": "odata_array_part({0}, {1}, max({2}, 0))",
    "array_size": "json_array_length({0})",
    "json_text": "json_quote({0})",
    "join_items": "group_concat({0}, ',')",
    **_STRINGS,
    **_NUMBERS,
    **_TIMES,
    **_COMPARISONS,
    **_CASTS,
}
