"""Paths: navigation, lambda, counts, collections of values, names (reference 3.5)."""

from __future__ import annotations

import pytest

from odata.query.limits import QueryLimits

ALL = [1, 2, 3, 4]

KEPT = (
    ("parent/text eq 'Alpha'", [2]),
    ("parent/parent/text eq 'Alpha'", [3]),
    ("parent/parent/parent/text eq null", ALL),
    ("parent/text ne 'Alpha'", [1, 3, 4]),
    ("parent eq null", [1, 4]),
    ("parent ne null", [2, 3]),
    ("parent/parent eq null", [1, 2, 4]),
    ("parent eq $it", []),
    ("parent ne $it", ALL),
    ("parent/parent eq parent", [1, 4]),
    ("place/city eq 'Lund'", [1, 2]),
    ("parent/place/floor eq 2", [2]),
    ("$it/id eq 1", [1]),
    ("$this/id eq 1", [1]),
    ("id/@Core.Description eq null", ALL),
    ("children/any()", [1, 2]),
    ("not children/any()", [3, 4]),
    ("children/$count eq 1", [1, 2]),
    ("parts/$count gt 1", [1]),
    ("parts/$count($filter=weight gt 5) eq 1", [2]),
    ("parts/$filter(weight gt 5)/$count eq 1", [2]),
    ("parts/$filter(weight gt 1)/any(p:p/line eq 'a')", [1, 2]),
    ("parts/$count($filter=weight eq null) eq 1", [1]),
    ("parts/any(p:p/weight gt 5)", [2]),
    ("parts/any(p:p/weight eq null)", [1]),
    ("parts/all(p:p/weight gt 1)", [2, 3, 4]),
    ("parts/all(p:p/line eq 'a')", [2, 3, 4]),
    ("not parts/all(p:p/line eq 'a')", [1]),
    ("parts/any(p:p/line eq 'a' and count gt 0)", [1]),
    ("parts/any(p:p/notes/any())", [1, 2]),
    ("parts/any(p:p/notes/any(n:n/text eq text))", [1]),
    ("parts/any(p:p/notes/any(n:n/code eq 'n3' and p/weight gt 5))", [2]),
    ("parts/any(p:p/notes/$count gt 1)", [1]),
    ("parts/any(p:p/notes/$count($filter=line eq p/line) gt 1)", [1]),
    ("parts/any(p:p/owner/text eq 'Alpha')", [1]),
    ("parts/any(p:p/owner eq $it)", [1]),
    ("parts/any(p:p/thing/parent eq null)", [1]),
    ("parts/any(text:text/line eq 'b')", [1]),
    ("children/any(c:c/parts/any(p:p/weight eq 10))", [1]),
    ("children/any(c:c/children/any(c:c/id eq 3))", [1]),
    ("words/any(w:w eq 'red')", [1, 3]),
    ("words/any(w:w eq 'Öl')", [1]),
    ("words/any(w:contains(w,'\"'))", [1]),
    ("words/any()", [1, 3]),
    ("not words/any()", [2, 4]),
    ("words/all(w:w eq 'red')", [2, 3, 4]),
    ("words/$count eq 0", [2, 4]),
    ("words/$count($filter=startswith($this,'r')) eq 1", [1, 3]),
    ("words/$filter($this gt 's')/$count eq 1", [1]),
    ("words/any(w:w eq text)", []),
    ("numbers/any(n:n gt 2)", [1, 3]),
    ("numbers/any(n:n eq count)", [1]),
    ("numbers/all(n:n lt 3)", [2, 4]),
    ("numbers/all(n:n lt 3) gt flag", [2]),
    ("parts/all(p:p/line eq 'a') ge flag", [2, 3]),
    ("amounts/any(a:a eq 2.25)", [1]),
    ("amounts/any(a:a lt 0)", [3]),
    ("days/any(d:d eq day)", [1]),
    ("days/any(d:month(d) eq 1)", [1]),
    ("parent/words/any(w:w eq 'red')", [2]),
    ("children/any(c:c/numbers/any(n:n eq 3))", [2]),
    ("'red' in words", [1, 3]),
    ("count in numbers", [1]),
    ("text in words", []),
    ("hassubset(numbers,[1,3])", [1, 3]),
    ("hassubset(numbers,[2,2])", [1]),
    ("hassubset(numbers,[2,2,2])", []),
    ("hassubset(numbers,[])", ALL),
    ("hassubset(words,@list)", [1, 3]),
    ("hassubsequence(numbers,[1,3])", [1]),
    ("hassubsequence(numbers,[3,1])", [3]),
    ("hassubsequence(numbers,[2,2,3])", [1]),
    ("hassubsequence(numbers,[])", ALL),
    ("hassubset(numbers,numbers)", ALL),
    ("hassubset([1,2,3],numbers)", [2, 3, 4]),
    ("hassubsequence([3,2,1],numbers)", [2, 3, 4]),
    ("contains(numbers,[2,2])", [1]),
    ("contains(numbers,[1,2,3])", []),
    ("contains(numbers,[count])", [1]),
    ("startswith(numbers,[1])", [1]),
    ("endswith(numbers,[1])", [3]),
    ("endswith(words,@list)", [3]),
    ("indexof(numbers,[3]) ge 0", [1, 3]),
    ("indexof(numbers,[2]) eq 1", [1]),
    ("not contains(words,@list)", [2]),
    ("length(numbers) eq 0", [2, 4]),
    ("length(parts) eq parts/$count", ALL),
    ("contains(amounts,[2.250])", [1]),
    ("endswith(amounts,amounts)", ALL),
    ("concat(numbers,[9]) eq [9]", [2, 4]),
    ("substring(numbers,-1) eq [3]", [1]),
    ("substring(concat(numbers,numbers),1,1) eq [2]", [1]),
    ("contains(days,[day])", [1]),
    ("count in concat(numbers,[4])", [1]),
    ("contains(concat(numbers,[]),substring([],1))", ALL),
    ("hassubset([2,1],[]) and not hassubset([null],[2])", ALL),
    ("concat([],[null]) eq [null] and not (1 in substring([],1))", ALL),
    ("parent/words eq null", [1, 4]),
    ("parts eq null", []),
    ("isdefined(text)", ALL),
    ("@path eq 'Alpha'", [1]),
    ("contains(@path,@part)", [1]),
)


@pytest.mark.parametrize(("condition", "expected"), KEPT)
def test_filter_keeps(service, condition, expected):
    aliases = {"at_list": '["red"]', "at_path": "text", "at_part": "'lph'"}
    assert service.keys(condition, **aliases) == expected


REFUSED = (
    ("parts/line eq 'a'", 400, "cannot follow a collection"),
    ("parts gt null", 400, "eq and ne"),
    ("contains(parts,[1])", 501, "use any or all"),
    ("contains(numbers,1)", 400, "a collection was expected"),
    ("contains(numbers,['x'])", 400, "incompatible types"),
    ("toupper(concat(words,words)) eq 'X'", 400, "not a collection"),
    ("words/x eq 'a'", 400, "cannot follow a collection"),
    ("parts/any(line eq 'a')", 400, ""),
    ("parts/any(p:line eq 'a')", 400, "'line'"),
    ("parts/any(p:q/line eq 'a')", 400, "'q'"),
    ("parts/all()", 400, "all needs"),
    ("text/any(t:t eq 'x')", 400, "no member"),
    ("text/nothing eq 1", 400, "no member"),
    ("place/nothing eq 1", 400, "nothing"),
    ("words/any(w:w eq 1)", 400, "incompatible types"),
    ("1 in words", 400, "incompatible types"),
    ("text in place", 400, "a collection of values"),
    ("text in parts", 400, "a collection of values"),
    ("hassubset(text,['x'])", 400, ""),
    ("$root/things(1)/text eq 'Alpha'", 200, ""),
    ("$root/nothings(1)/text eq 'Alpha'", 400, "nothings"),
    ("parts/any(p:p/notes/any(n:n/code eq 'x' and $it/parts/any(q:q/notes/any()) ))", 200, ""),
    ("Sample.part/line eq 'a'", 400, "derived"),
)


@pytest.mark.parametrize(("condition", "status", "part"), REFUSED)
def test_filter_is_refused(service, condition, status, part):
    answer = service.ask(filter=condition)
    message = answer.message if status != 200 else ""
    assert (answer.status, part in message) == (status, True), answer.body


def test_order_goes_through_single_valued_steps(service):
    answer = service.ask(orderby="parent/text desc,id", select="id")
    assert [row["id"] for row in answer.body["value"]] == [3, 2, 1, 4]


def test_order_by_a_count(service):
    answer = service.ask(orderby="parts/$count desc,id desc", select="id")
    assert [row["id"] for row in answer.body["value"]] == [1, 2, 4, 3]


# --- limits ---------------------------------------------------------------------------------


def _nested(depth: int) -> str:
    return (
        "parts/any(p0:"
        + "".join(f"p{level}/thing/parts/any(p{level + 1}:" for level in range(depth - 1))
        + f"p{depth - 1}/line eq 'a'"
        + ")" * depth
    )


def test_collections_are_nested_up_to_the_limit(service):
    assert service.ask(filter=_nested(3)).status == 200
    answer = service.ask(filter=_nested(4))
    assert answer.status == 400
    assert "at most 3 collections" in answer.message


def test_a_count_inside_a_lambda_counts_as_nested(serve):
    service = serve(QueryLimits(max_lambda_depth=1))
    answer = service.ask(filter="parts/any(p:p/notes/$count($filter=code eq 'x') gt 0)")
    assert answer.status == 400


def test_a_list_has_as_many_values_as_the_limit_says(serve):
    service = serve(QueryLimits(max_in_items=3))
    assert service.keys("id in (1,2,3)") == [1, 2, 3]
    answer = service.ask(filter="id in (1,2,3,4)")
    assert (answer.status, answer.message) == (400, "a list has at most 3 values")


def test_a_thousand_values_are_served(service):
    values = ",".join(map(str, range(3, 1003)))
    assert service.keys(f"id in ({values})") == [3, 4]


def test_a_path_has_at_most_twenty_steps(service):
    assert service.ask(filter="parent/" * 18 + "text eq 'x'").status == 200
    assert service.ask(filter="parent/" * 20 + "text eq 'x'").status == 400


DEEP = (
    ("{0}", "not ({0})", "flag"),
    ("{0} eq 0", "({0} add 1)", "whole"),
    ("{0} eq 0", "(1 add {0})", "whole"),
    ("{0} eq 0", "round({0} div 2.5)", "amount"),
    ("{0} eq 'x'", "concat({0},text)", "text"),
    ("{0} eq 'x'", "tolower({0})", "text"),
    ("{0} eq 'x'", "substring({0},1,2)", "text"),
    ("{0} eq 'x'", "case(flag:{0},true:text)", "text"),
    ("{0} eq day", "({0} add duration'P1D')", "day"),
    ("{0} eq 0", "cast({0},Edm.Int32)", "whole"),
    ("{0} eq 0", "-({0})", "whole"),
    ("{0}", "({0} eq flag)", "flag"),
    ("{0}", "(flag and not ({0} or flag))", "flag"),
    ("{0} eq null", "indexof('x',cast({0},Edm.String))", "whole"),
)


@pytest.mark.parametrize(("frame", "step", "core"), DEEP)
def test_what_is_nested_to_the_limit_is_answered_and_beyond_refused(service, frame, step, core):
    text = core
    answers = []
    for _ in range(20):
        text = step.format(text)
        answers.append(service.ask(filter=frame.format(text), select="id"))
    statuses = [answer.status for answer in answers]
    assert statuses[3] == 200
    assert statuses == sorted(statuses)
    refused = answers[statuses.index(400)]
    assert "at most 16 levels deep" in refused.message


def test_aliases_that_multiply_are_refused(service):
    aliases = {f"at_a{n}": f"@a{n + 1} and @a{n + 1}" for n in range(16)}
    answer = service.ask(filter="@a0", at_a16="flag", **aliases)
    assert answer.status == 400
    assert "at most" in answer.message
