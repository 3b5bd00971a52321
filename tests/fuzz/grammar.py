"""Queries as Hypothesis draws them: all that the grammar gives, over names that are there."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from odata.uri.printer import print_options
from tests.fuzz.corpus import COMPANY, CUSTOMER, CUSTOMERS, encoded
from tests.fuzz.request import Request, printable
from tests.unit.uri.syntax_strategies import QUERIES

# The names that trees are drawn with, and those that the service knows.
_NAMES = {
    "a": "number",
    "b1": "balance",
    "größe": "currency",
    "Ns.T": "Microsoft.NAV.customer",
    "fetch": "length",
    "any": "defaultDimensions",
    "top": "lastModifiedDateTime",
}
_NAME = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in _NAMES))
_TARGETS = st.sampled_from(
    [CUSTOMERS, CUSTOMER, f"{CUSTOMER}/defaultDimensions", f"{COMPANY}/items", f"{COMPANY}"]
)

# What has a meaning to the service, too: expressions of one type at a time.
_TEXTS = st.recursive(
    st.sampled_from(
        ["displayName", "city", "number", "email", "currency/code", "'a'", "''", "'%_'", "null"]
    ),
    lambda inner: st.one_of(
        st.builds("concat({},{})".format, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["tolower", "toupper", "trim"]), inner),
        st.builds("substring({},{})".format, inner, st.integers(-3, 9)),
        st.builds("cast({},Edm.String)".format, inner),
    ),
    max_leaves=4,
)
_NUMBERS = st.recursive(
    st.sampled_from(["balance", "creditLimit", "0", "1.5", "-7", "1e3", "9" * 18, "null"])
    | st.builds("length({})".format, _TEXTS)
    | st.builds("year({})".format, st.sampled_from(["lastModifiedDateTime", "2024-02-29"])),
    lambda inner: st.builds(
        "({} {} {})".format,
        inner,
        st.sampled_from(["add", "sub", "mul", "div", "divby", "mod"]),
        inner,
    ),
    max_leaves=4,
)
_COMPARISONS = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
_TRUTHS = st.recursive(
    st.one_of(
        st.builds("{} {} {}".format, _TEXTS, _COMPARISONS, _TEXTS),
        st.builds("{} {} {}".format, _NUMBERS, _COMPARISONS, _NUMBERS),
        st.builds("{}({},{})".format, st.sampled_from(["contains", "endswith"]), _TEXTS, _TEXTS),
        st.builds("{} in ({},{})".format, _TEXTS, _TEXTS, _TEXTS),
        st.sampled_from(["taxLiable", "true", "blocked eq 'All'", "customFields/x eq 1"]),
    ),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not ({})".format, inner),
        st.builds(
            "defaultDimensions/{}(d:d/dimensionCode eq 'AREA' and {})".format,
            st.sampled_from(["any", "all"]),
            inner,
        ),
    ),
    max_leaves=5,
)
_MEANINGFUL = st.one_of(
    st.builds("$filter={}".format, _TRUTHS),
    st.builds("$orderby={} desc,{}&$top={}".format, _TEXTS, _NUMBERS, st.integers(-1, 5)),
    st.builds("$compute={} as c&$filter=c gt {}&$select=c".format, _NUMBERS, _NUMBERS),
    st.builds("$apply=filter({})/aggregate({} with sum as s)".format, _TRUTHS, _NUMBERS),
    st.builds("$expand=defaultDimensions($filter={})&$filter={}".format, _TRUTHS, _TRUTHS),
)


def _renamed(query: str) -> str:
    return _NAME.sub(lambda found: _NAMES[found[0]], query)


_GRAMMATICAL = QUERIES.map(print_options).map(_renamed)
_QUERIES = _MEANINGFUL.map(encoded) | _GRAMMATICAL.map(printable).map(lambda text: text[1:])


def draw_queries(count: int, seed: int, token: str, use: Callable[[Request], None]) -> None:
    """Hand over so many requests."""
    headers = {"Authorization": f"Bearer {token}"}

    @seeded(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(_TARGETS, _QUERIES)
    def draw(target: str, query: str) -> None:
        use(Request("GET", f"{target}?{query}", headers))

    draw()
