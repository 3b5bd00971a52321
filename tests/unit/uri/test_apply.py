import pytest

from odata.errors import UriSyntaxError
from odata.uri import ast
from odata.uri.ast import (
    CountSegment,
    Path,
    PathRoot,
)
from odata.uri.parser import (
    parse_apply,
)
from tests.unit.uri.trees import A, B, C, arithmetic, comparison, path, whole


def aggregate(*items):
    return ast.Aggregate(items)


def item(expression, method=None, alias=None, *froms):
    return ast.AggregateItem(expression, method, alias, froms)


COUNT = Path((CountSegment(),))
APPLY = [
    ("identity", [ast.ApplyIdentity()]),
    (
        "aggregate(a with sum as s,$count as n)",
        [aggregate(item(A, "sum", "s"), item(COUNT, None, "n"))],
    ),
    ("aggregate(a mul b with max as m)", [aggregate(item(arithmetic(A, "mul", B), "max", "m"))]),
    ("aggregate(Forecast)", [aggregate(item(path("Forecast")))]),
    (
        "aggregate(a with sum from b with average as x)",
        [aggregate(item(A, "sum", "x", ast.AggregateFrom((B,), "average")))],
    ),
    (
        "aggregate(F from a,b with min from c with max as x,$count as n)",
        [
            aggregate(
                item(
                    path("F"),
                    None,
                    "x",
                    ast.AggregateFrom((A, B), "min"),
                    ast.AggregateFrom((C,), "max"),
                ),
                item(COUNT, None, "n"),
            )
        ],
    ),
    ("groupby((a,b/c))", [ast.GroupBy((A, path("b/c")))]),
    (
        "groupby( (rollup(a,b), c), aggregate($count as n))",
        [ast.GroupBy((ast.Rollup((A, B)), C), ast.Apply((aggregate(item(COUNT, None, "n")),)))],
    ),
    (
        "groupby((rolluprecursive($root/S,Q,a)))",
        [ast.GroupBy((ast.Rollup((path("S", PathRoot.ROOT), path("Q"), A), is_recursive=True),))],
    ),
    (
        "filter(a gt 1)/compute(a as x)/search(b)/orderby(a desc)/skip(1)/top(2)",
        [
            ast.ApplyFilter(comparison(A, "gt", whole("1"))),
            ast.ApplyCompute((ast.ComputeItem(A, "x"),)),
            ast.ApplySearch(ast.SearchWord("b")),
            ast.ApplyOrderby((ast.OrderbyItem(A, descending=True),)),
            ast.ApplySkip(1),
            ast.ApplyTop(2),
        ],
    ),
    ("topcount(2,a)", [ast.ApplyRank("topcount", whole("2"), A)]),
    (
        "concat(identity,top(1)/skip(2))",
        [
            ast.ApplyConcat(
                (ast.Apply((ast.ApplyIdentity(),)), ast.Apply((ast.ApplyTop(1), ast.ApplySkip(2))))
            )
        ],
    ),
    ("join(Sales as S)", [ast.ApplyJoin("join", path("Sales"), "S")]),
    (
        "outerjoin(Sales as S, identity)",
        [ast.ApplyJoin("outerjoin", path("Sales"), "S", ast.Apply((ast.ApplyIdentity(),)))],
    ),
    ("nest(identity as X)", [ast.ApplyOther("nest", "identity as X")]),
    ("Ns.F(x=1)", [ast.ApplyOther("Ns.F", "x=1")]),
    (
        "ancestors($root/S,Q,a,filter(b),2,keep start)",
        [ast.ApplyOther("ancestors", "$root/S,Q,a,filter(b),2,keep start")],
    ),
    (
        "traverse($root/S,Q,a,preorder,b desc,c)",
        [ast.ApplyOther("traverse", "$root/S,Q,a,preorder,b desc,c")],
    ),
]


@pytest.mark.parametrize(("source", "expected"), APPLY)
def test_apply_becomes_transformations(source, expected):
    assert parse_apply(source) == ast.Apply(tuple(expected))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "sum(a)",
        "aggregate()",
        "aggregate(a with sum)",
        "aggregate($count)",
        "aggregate($count with sum as n)",
        "aggregate(a with total as t)",
        "aggregate(a mul b as x)",
        "aggregate(a with sum from b as x)",
        "Aggregate(a with sum as s)",
        "groupby(a)",
        "groupby((a/Ns.T))",
        "groupby((rollup(a/b)))",
        "top(-1)",
        "topcount(a,b)",
        "concat(identity)",
        "join(a)",
        "nest(identity)",
        "ancestors($root/S,Q,a,groupby((b)))",
        "ancestors(S,Q,a,filter(b))",
        "filter(a)/",
    ],
)
def test_malformed_apply_is_refused(source):
    with pytest.raises(UriSyntaxError) as caught:
        parse_apply(source)
    assert caught.value.target == "$apply"
