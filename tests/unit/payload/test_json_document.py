"""JSON, read strictly."""

from decimal import Decimal

import pytest

from odata.errors import PayloadError
from odata.payload.json_document import JsonLimits, read_json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", {}),
        (" \r\n\t[ ] ", []),
        ('{"a":1,"b":null,"c":true,"d":"x"}', {"a": 1, "b": None, "c": True, "d": "x"}),
        ("9007199254740993", 9007199254740993),
        ("-0", 0),
        ("0.1234567890123456789", Decimal("0.1234567890123456789")),
        ("15750.00", Decimal("15750.00")),
        ("1.5e3", Decimal("1.5E+3")),
        ("1E400", Decimal("1E+400")),
        ('"\\u00e9\\uD83D\\uDE42"', "é🙂"),
        ('"\\\\u0000"', "\\u0000"),
        ('"\\\\ud800"', "\\ud800"),
        ('{"a":{"b":[{"a":1},{"a":2}]}}', {"a": {"b": [{"a": 1}, {"a": 2}]}}),
        ('"' + "[" * 100 + '"', "[" * 100),
        ('"\\"' + "{" * 100 + '"', '"' + "{" * 100),
        ("[" * 32 + "]" * 32, None),
        ("[" + "[]," * 1000 + "[]]", [[] for _ in range(1001)]),
        ("1" * 400, int("1" * 400)),
    ],
)
def test_legal_json_is_read_exactly(text, expected):
    found = read_json(text.encode())
    assert expected is None or (found == expected and type(found) is type(expected))


def test_digits_of_a_decimal_are_kept():
    assert str(read_json(b"1000.00")) == "1000.00"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "line 1, column 1"),
        (b" ", "line 1, column 2"),
        (b"{", "line 1, column 2"),
        (b'{"a":1,}', "column 8"),
        (b'{"a" 1}', "column 6"),
        (b"{'a':1}", "column 2"),
        (b"{}\n x", "line 2, column 2"),
        (b'{"a":1}{"b":2}', "column 8"),
        (b"01", "column 2"),
        (b"+1", "column 1"),
        (b".5", "column 1"),
        (b"True", "column 1"),
        (b'"a\nb"', "control character"),
        (b'"\\x"', "escape"),
        (b'"abc', "column 1"),
        (b"NaN", "NaN is no JSON number"),
        (b'{"a":Infinity}', "Infinity is no JSON number"),
        (b"[-Infinity]", "-Infinity is no JSON number"),
        (b"1e401", "exponent"),
        (b"1e-999999999", "exponent"),
        (b"1e" + b"9" * 390, "exponent"),
        (b"1" * 401, "401 characters"),
        (b"1" * 10000, "10000 characters"),
        (b"0." + b"1" * 400, "402 characters"),
        (b'{"a":1,"a":2}', "the name 'a' occurs twice"),
        (b'{"a":1,"\\u0061":1}', "the name 'a' occurs twice"),
        (b'[{"x":{"b":1,"b":1}}]', "the name 'b' occurs twice"),
        (b"[" * 33 + b"]" * 33, "more than 32 levels of nesting at character 32"),
        (b"[" * 200000, "more than 32 levels"),
        (b'{"a":' * 100000, "more than 32 levels"),
        (b'"\\ud800"', "surrogate U+D800"),
        (b'{"\\uDFFF":1}', "surrogate U+DFFF"),
        (b'[["\\uDE42\\uD83D"]]', "surrogate U+DE42"),
        (b'{"a":"x\\u0000"}', "U+0000"),
        (b'"a\x00b"', "control character"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ("{}".encode("utf-16"), "not UTF-8 at byte 0"),
        ("{}".encode("utf-16-le"), "column 2"),
        (b'{"a":"\xc3"}', "not UTF-8 at byte 6"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b'"\xc0\xaf"', "not UTF-8"),
        (b"{} //", "column 4"),
        (b" \n {} x", "line 2, column 5"),
        (b"\t[1,\n", "line 2, column 1"),
        (b"   ", "line 1, column 4"),
        (b"\\" * 1000, "column 1"),
    ],
)
def test_the_rest_is_refused_with_400_and_a_reason(body, reason):
    with pytest.raises(PayloadError) as caught:
        read_json(body)
    assert caught.value.message.startswith("Invalid Request Body: ")
    assert reason in caught.value.message
    assert (caught.value.status, caught.value.code) == (400, "BadRequest")


def test_a_repeated_name_is_the_target():
    with pytest.raises(PayloadError) as caught:
        read_json(b'{"email":1,"email":1}')
    assert caught.value.target == "email"


def test_limits_can_be_chosen():
    with pytest.raises(PayloadError, match="more than 2 levels"):
        read_json(b"[[[]]]", JsonLimits(depth=2))


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "body",
    [
        b'"' + b"\\\\" * 250_000 + b'"',
        b"{" + b",".join(b'"p%d":%d' % (n, n) for n in range(20_000)) + b"}",
        b"[" + b'"\\"[",' * 100_000 + b"1]",
    ],
)
def test_large_documents_take_linear_time(body):
    read_json(body)
