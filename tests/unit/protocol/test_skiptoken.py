"""Skip tokens."""

import datetime
import math
import re
from decimal import Decimal

import pytest

from odata.edm.types import Primitive
from odata.errors import BadRequestError
from odata.protocol.skiptoken import SkipTokens, binding_of

TOKENS = SkipTokens(b"a secret for tests")
BINDING = binding_of("company", "customers", {"$filter": "balance gt 0"})
GUID = "d1e2f3a4-b5c6-7890-1234-567890abcdef"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Primitive.STRING, "10000"),
        (Primitive.STRING, ""),
        (Primitive.STRING, 'Ünï "code" \'%&+/ 🙂\n'),
        (Primitive.GUID, GUID),
        (Primitive.BOOLEAN, True),
        (Primitive.BOOLEAN, False),
        (Primitive.INT64, -9007199254740993),
        (Primitive.DECIMAL, Decimal("0.1234567890123456789")),
        (Primitive.DECIMAL, Decimal("-1E+30")),
        (Primitive.DOUBLE, 0.1),
        (Primitive.DOUBLE, math.inf),
        (Primitive.DATE, datetime.date(1, 1, 1)),
        (
            Primitive.DATE_TIME_OFFSET,
            datetime.datetime(2025, 2, 15, 9, 30, 0, 123456, tzinfo=datetime.UTC),
        ),
        (Primitive.TIME_OF_DAY, datetime.time(23, 59, 59, 1)),
        (Primitive.DURATION, datetime.timedelta(days=-1, microseconds=1)),
        (Primitive.BINARY, b"\x00\xff"),
        (Primitive.STRING, None),
        (Primitive.DECIMAL, None),
    ],
)
def test_values_come_back_exactly(kind, value):
    token = TOKENS.write([(kind, value)], BINDING)
    found = TOKENS.read(token, BINDING, [kind])
    assert found == [value]
    assert type(found[0]) is type(value)


def test_several_values_keep_their_order():
    token = TOKENS.write([(Primitive.STRING, "Atlanta"), (Primitive.GUID, GUID)], BINDING)
    assert TOKENS.read(token, BINDING, [Primitive.STRING, Primitive.GUID]) == ["Atlanta", GUID]


def test_a_boolean_may_come_as_the_number_that_sqlite_stores():
    token = TOKENS.write([(Primitive.BOOLEAN, 1)], BINDING)
    assert TOKENS.read(token, BINDING, [Primitive.BOOLEAN]) == [True]


def test_a_token_consists_of_letters_and_digits():
    token = TOKENS.write([(Primitive.STRING, "Ünï&=+/ 🙂")], BINDING)
    assert re.fullmatch("[0-9a-z]+", token)


def test_a_token_of_one_guid_is_short():
    assert len(TOKENS.write([(Primitive.GUID, GUID)], BINDING)) <= 84


def test_an_upper_cased_token_is_still_read():
    token = TOKENS.write([(Primitive.STRING, "x")], BINDING)
    assert TOKENS.read(token.upper(), BINDING, [Primitive.STRING]) == ["x"]


@pytest.mark.parametrize(
    ("binding", "kinds"),
    [
        (binding_of("other", "customers", {"$filter": "balance gt 0"}), [Primitive.STRING]),
        (binding_of("company", "vendors", {"$filter": "balance gt 0"}), [Primitive.STRING]),
        (binding_of("company", "customers", {"$filter": "balance gt 1"}), [Primitive.STRING]),
        (binding_of("company", "customers", {}), [Primitive.STRING]),
        (BINDING, [Primitive.GUID]),
        (BINDING, [Primitive.STRING, Primitive.STRING]),
        (BINDING, []),
    ],
)
def test_a_token_is_refused_where_it_was_not_written_for(binding, kinds):
    token = TOKENS.write([(Primitive.STRING, "x")], BINDING)
    with pytest.raises(BadRequestError):
        TOKENS.read(token, binding, kinds)


@pytest.mark.parametrize(
    "token", ["", "a", "abc", "0189", "é", "=", "a=======", "../..", "x" * 8000, GUID, "a\0b"]
)
def test_rubbish_is_refused_with_400(token):
    with pytest.raises(BadRequestError) as caught:
        TOKENS.read(token, BINDING, [Primitive.STRING])
    assert caught.value.target == "$skiptoken"


def test_every_altered_character_is_noticed():
    token = TOKENS.write([(Primitive.STRING, "10000")], BINDING)
    for position in range(len(token) - 1):
        other = "a" if token[position] != "a" else "b"
        with pytest.raises(BadRequestError):
            TOKENS.read(
                token[:position] + other + token[position + 1 :], BINDING, [Primitive.STRING]
            )


def test_another_secret_reads_nothing():
    token = TOKENS.write([(Primitive.STRING, "x")], BINDING)
    with pytest.raises(BadRequestError):
        SkipTokens(b"another secret").read(token, BINDING, [Primitive.STRING])


def test_options_that_do_not_choose_or_order_may_change_on_the_way():
    assert binding_of("c", "p", {"$orderby": "city", "$top": "5", "$select": "id"}) == binding_of(
        "c", "p", {"$orderby": "city", "$count": "true"}
    )
