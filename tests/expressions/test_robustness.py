"""Whatever is asked, both databases give the same answer, and never an internal error.

Operands are drawn without a look at their types, so most texts are refused. ``KONTOR_EXAMPLES``
asks for more of them.
"""

from __future__ import annotations

import os
import random
import re

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]

_COUNT = int(os.environ.get("KONTOR_EXAMPLES", "250")) * 4
_OPERANDS = (  # noqa: SIM905  (a table)
    "id text title flag whole big amount exact ratio day moment clock span unique content color "
    "rights words place place/city parent parent/text children parts $it $this null true 1 -1 0 "
    "1.5 1e300 1e-300 INF NaN 'x' '' 2024-02-29 0001-01-01 9999-12-31 2024-01-01T00:00:00Z "
    "12:00:00 duration'P1D' duration'P100000000D' binary'QUJD' Sample.color'Red' @a @list @object "
    "@none 9223372036854775807 -9223372036854775808 99999999999999999999 words/$count "
    "parts/$count parts/any() now() mindatetime() maxdatetime() '2024-01-01' 'P1D' id/@X.Y "
    "words/any(w:w§eq§'a') numbers/any(n:n§gt§{e}) parts/all(p:{e}) parts/any(p:p/weight§gt§{e})"
).split()
_FORMS = (  # noqa: SIM905  (a table)
    "({e} eq {e})|({e} ne {e})|({e} gt {e})|({e} le {e})|({e} add {e})|({e} sub {e})|"
    "({e} mul {e})|({e} div {e})|({e} divby {e})|({e} mod {e})|({e} and {e})|not ({e})|-({e})|"
    "({e} in ({e},{e}))|({e} in @list)|({e} in {e})|({e} has {e})|cast({e},{t})|isof({e},{t})|"
    "isof({t})|case({e}:{e},{e}:{e})|length({e})|tolower({e})|trim({e})|year({e})|hour({e})|"
    "fractionalseconds({e})|date({e})|time({e})|totalseconds({e})|round({e})|ceiling({e})|"
    "contains({e},{e})|endswith({e},{e})|indexof({e},{e})|concat({e},{e})|substring({e},{e})|"
    "substring({e},{e},{e})|hassubset({e},[1,2])|hassubsequence(words,@list)|{e}/$count|"
    "{e}/any(q:q eq {e})|matchesPattern({e},'a+')"
).split("|")
_TYPES = (  # noqa: SIM905  (a table)
    "Edm.String Edm.Int32 Edm.Byte Edm.Decimal Edm.Single Edm.Double Edm.Boolean Edm.Date "
    "Edm.DateTimeOffset Edm.TimeOfDay Edm.Duration Edm.Guid Edm.Binary Sample.color Sample.rights "
    "Sample.place Sample.thing"
).split()
_LISTS = ("[1,2]", '["a","red"]', "[]", "[null]", "null", '{"city":"x"}', '[1.5,"a"]')
_PLACE = re.compile(r"\{([et])\}")


class _Writer:
    """Writes expressions at random."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311  (texts, no secrets)

    def expression(self, depth: int) -> str:
        choose = self.draw.choice
        is_leaf = depth <= 0 or self.draw.random() < 0.3
        form = choose(_OPERANDS).replace("§", " ") if is_leaf else choose(_FORMS)
        return _PLACE.sub(
            lambda place: self.expression(depth - 1) if place[1] == "e" else choose(_TYPES), form
        )

    def options(self) -> dict[str, str]:
        """Query options around one expression."""
        text = self.expression(3)
        options = self.draw.choice(
            (
                {"filter": text},
                {"filter": f"{text} eq {self.expression(1)}"},
                {"compute": f"{text} as r", "select": "id,r"},
                {"orderby": f"{text},id"},
            )
        )
        aliases = {
            "at_a": self.expression(1),
            "at_list": self.draw.choice(_LISTS),
            "at_object": '{"city":"Lund"}',
        }
        return {**options, **aliases}


@pytest.mark.timeout(300)
def test_both_databases_give_the_same_answer_and_no_internal_error(
    sqlite_service, postgresql_service
):
    services = (sqlite_service(), postgresql_service())
    writer = _Writer(seed=1)
    for _ in range(_COUNT):
        options = writer.options()
        one, other = (service.ask(**options) for service in services)
        assert one == other, options
        assert one.status in (200, 400, 501), options
