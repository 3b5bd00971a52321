"""``cast`` and ``isof`` (OData URL Conventions 5.1.1.10): what does not fit becomes null."""

from __future__ import annotations

import pytest

ALL = [1, 2, 3, 4]

VALUES = (
    ("cast('true',Edm.Boolean)", True),
    ("cast('True',Edm.Boolean)", None),
    ("cast('42',Edm.Int16)", 42),
    ("cast('-42',Edm.SByte)", -42),
    ("cast('300',Edm.Byte)", None),
    ("cast('40000',Edm.Int16)", None),
    ("cast('99999999999999999999',Edm.Int64)", None),
    ("cast('4.5',Edm.Int32)", None),
    ("cast('x',Edm.Int32)", None),
    ("cast(' 4',Edm.Int32)", None),
    ("cast(4.5,Edm.Int32)", 5),
    ("cast(-4.5,Edm.Int32)", -5),
    ("cast(4e10,Edm.Int32)", None),
    ("cast(ratio,Edm.Int32)", 2),
    ("cast(INF,Edm.Int32)", None),
    ("cast(amount,Edm.Int64)", 13),
    ("cast('12.50',Edm.Decimal)", 12.50),
    ("cast('1e2',Edm.Decimal)", 100),
    ("cast('abc',Edm.Decimal)", None),
    ("cast(ratio,Edm.Decimal)", 1.5),
    ("cast(INF,Edm.Decimal)", None),
    ("cast('1.5e3',Edm.Double)", 1500),
    ("cast('1e999',Edm.Double)", None),
    ("cast('0.1',Edm.Single)", 0.10000000149011612),
    ("cast(amount,Edm.Double)", 12.5),
    ("cast(1e300,Edm.Single)", None),
    ("cast('2024-02-29',Edm.Date)", "2024-02-29"),
    ("cast('2023-02-29',Edm.Date)", None),
    ("cast('0000-01-01',Edm.Date)", None),
    ("cast('2024-04-31',Edm.Date)", None),
    ("cast('24-01-01',Edm.Date)", None),
    ("cast('2024-01-01T00:30:00+01:00',Edm.DateTimeOffset)", "2023-12-31T23:30:00Z"),
    ("cast('2024-01-01T00:30Z',Edm.DateTimeOffset)", "2024-01-01T00:30:00Z"),
    ("cast('2024-01-01T00:30:00.1234567Z',Edm.DateTimeOffset)", "2024-01-01T00:30:00.123456Z"),
    ("cast('2024-01-01T24:00:00Z',Edm.DateTimeOffset)", None),
    ("cast('2024-01-01',Edm.DateTimeOffset)", None),
    ("cast('0001-01-01T00:00:00+01:00',Edm.DateTimeOffset)", None),
    ("cast('9999-12-31T23:59:59-01:00',Edm.DateTimeOffset)", None),
    ("cast(day,Edm.DateTimeOffset)", "2024-02-29T00:00:00Z"),
    ("cast(instant,Edm.Date)", "2025-02-15"),
    ("cast(instant,Edm.TimeOfDay)", "09:30:05.12"),
    ("cast('09:30',Edm.TimeOfDay)", "09:30:00"),
    ("cast('09:30:05.5',Edm.TimeOfDay)", "09:30:05.5"),
    ("cast('09:60',Edm.TimeOfDay)", None),
    ("cast('P1DT2.5S',Edm.Duration)", "P1DT2.5S"),
    ("cast('-PT1M',Edm.Duration)", "-PT1M"),
    ("cast('P',Edm.Duration)", None),
    ("cast('P1DT',Edm.Duration)", None),
    ("cast('1D',Edm.Duration)", None),
    (
        "cast('01234567-89AB-CDEF-0123-456789ABCDEF',Edm.Guid)",
        "01234567-89ab-cdef-0123-456789abcdef",
    ),
    ("cast('01234567',Edm.Guid)", None),
    ("cast(flag,Edm.String)", "true"),
    ("cast(content,Edm.String)", "-_8="),
    ("cast(whole,Edm.String)", "10"),
    ("cast(amount,Edm.String)", "12.50"),
    ("cast(ratio,Edm.String)", "1.5"),
    ("cast(1e20,Edm.String)", "1e+20"),
    ("cast(1e-5,Edm.String)", "1e-05"),
    ("cast(123456.75e0,Edm.String)", "123456.75"),
    ("cast(INF,Edm.String)", "INF"),
    ("cast(day,Edm.String)", "2024-02-29"),
    ("cast(instant,Edm.String)", "2025-02-15T09:30:05.12Z"),
    ("cast(moment,Edm.String)", "2025-02-15T09:30:05Z"),
    ("cast(clock,Edm.String)", "08:30:15.25"),
    ("cast(span,Edm.String)", "P1DT2H"),
    ("cast(duration'-P1DT1H1M1.5S',Edm.String)", "-P1DT1H1M1.5S"),
    ("cast(duration'PT0S',Edm.String)", "PT0S"),
    ("cast(unique,Edm.String)", "01234567-89ab-cdef-0123-456789abcdef"),
    ("cast(color,Edm.String)", "Green"),
    ("cast(rights,Edm.String)", "Read,Own"),
    ("cast(day,Sample.rights)", None),
    ("cast(cast(day,Sample.rights),Edm.String)", None),
    ("cast(3,Sample.rights)", "Read,Write"),
    ("cast('Blue',Sample.color)", "Blue"),
    ("cast('Pink',Sample.color)", None),
    ("cast(1,Sample.color)", "Green"),
    ("cast(text,Edm.String)", "Alpha"),
    ("cast(null,Edm.Int32)", None),
    ("cast(flag,Edm.Int32)", None),
    ("cast(unique,Edm.Date)", None),
)


@pytest.mark.parametrize(("expression", "expected"), VALUES)
def test_cast_gives(service, expression, expected):
    assert service.value(expression) == expected


def test_cast_of_null_is_null(service):
    for kind in ("String", "Int32", "Decimal", "Double", "Date", "DateTimeOffset", "Duration"):
        assert service.value(f"cast(text,Edm.{kind})", key=4) is None


KEPT = (
    ("day eq cast('2024-02-29',Edm.Date)", [1]),
    ("day eq cast('nonsense',Edm.Date)", [4]),
    ("day ne cast('nonsense',Edm.Date)", [1, 2, 3]),
    ("cast(title,Edm.Int32) eq 12", [3]),
    ("cast(title,Edm.Int32) eq null", [1, 2, 4]),
    ("not (cast(title,Edm.Int32) gt 5)", [1, 2, 4]),
    ("cast(whole,Edm.String) eq '10'", [1]),
    ("unique eq cast('01234567-89ab-cdef-0123-456789abcdef',Edm.Guid)", [1]),
    ("rights eq cast('Read,Own',Sample.rights)", [1]),
    ("isof(text,Edm.String)", [1, 2, 3]),
    ("isof(text,Edm.Int32)", []),
    ("isof(whole,Edm.Int32)", [1, 2, 3]),
    ("isof(whole,Edm.Int64)", [1, 2, 3]),
    ("isof(whole,Edm.Decimal)", [1, 2, 3]),
    ("isof(whole,Edm.SByte)", [1, 2]),
    ("isof(ratio,Edm.Int32)", []),
    ("isof(5,Edm.Byte)", ALL),
    ("isof(500,Edm.Byte)", []),
    ("isof(null,Edm.String)", []),
    ("isof(color,Sample.color)", [1, 2, 3]),
    ("isof(Sample.thing)", ALL),
    ("isof(parent,Sample.thing)", [2, 3]),
    ("cast(parent,Sample.thing)/text eq 'Alpha'", None),
    ("isof($it,Sample.thing)", ALL),
    ("cast(parent,Sample.thing) eq null", [1, 4]),
    ("isof(Sample.part)", []),
)


@pytest.mark.parametrize(("condition", "expected"), [case for case in KEPT if case[1] is not None])
def test_filter_keeps(service, condition, expected):
    assert service.keys(condition) == expected


REFUSED = (
    ("cast(text,Edm.Nothing) eq 1", 400),
    ("cast(text,Sample.place) eq null", 501),
    ("cast(text,Edm.Binary) eq null", 501),
    ("cast(content,Edm.Guid) eq null", 501),
    ("cast(place,Edm.String) eq null", 400),
    ("cast('a',Collection(Edm.String)) eq null", 501),
)


@pytest.mark.parametrize(("condition", "status"), REFUSED)
def test_filter_is_refused(service, condition, status):
    assert service.ask(filter=condition).status == status
