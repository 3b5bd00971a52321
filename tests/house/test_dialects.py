"""Every operation that the binder may ask for exists in every dialect."""

from __future__ import annotations

import pytest

from odata.query.arithmetic import result_type
from odata.query.functions import SIGNATURES, UNSERVED, Signature
from odata.sql.dialects import Dialect, PostgresqlDialect, SqliteDialect
from odata.sql.storage import Form, canonical_storage
from odata.uri.ast import ArithmeticOperator
from odata.uri.canonical_functions import CANONICAL_FUNCTIONS

DIALECTS = (SqliteDialect(), PostgresqlDialect())
OVERLOADS = [signature for overloads in SIGNATURES.values() for signature in overloads]
# The instant of the request comes from the engine; the others are bound to other nodes.
WITHOUT_TEMPLATE = {"now"}
NOT_CALLS = {"hassubset", "hassubsequence", "isdefined"}

NUMBERS = (Form.INTEGER, Form.NUMBER, Form.REAL)
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le", "distinct", "not_distinct")


def _forms(signature: Signature) -> set[Form]:
    if not signature.operands:
        return {Form.TEXT}
    forms = {canonical_storage(item).form for item in signature.operands[0].value}
    # Functions of numbers that keep the type of their argument compute integers as decimals.
    return forms - {Form.INTEGER} if signature.returns is None else forms


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda item: item.name)
@pytest.mark.parametrize("signature", OVERLOADS, ids=lambda item: item.dialect_name)
def test_every_signature_exists_in_every_dialect(dialect: Dialect, signature: Signature) -> None:
    if signature.name in WITHOUT_TEMPLATE:
        return
    missing = [
        form for form in _forms(signature) if not dialect.knows(signature.dialect_name, form)
    ]
    assert missing == []


def test_every_canonical_function_of_the_grammar_has_a_signature_or_a_refusal() -> None:
    known = set(SIGNATURES) | UNSERVED | NOT_CALLS
    assert set(CANONICAL_FUNCTIONS) - known == set()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda item: item.name)
@pytest.mark.parametrize("operator", ArithmeticOperator)
@pytest.mark.parametrize("form", NUMBERS)
def test_every_operator_exists_for_every_number(
    dialect: Dialect, operator: ArithmeticOperator, form: Form
) -> None:
    if operator is ArithmeticOperator.DIVBY and form is Form.INTEGER:
        return  # integers are divided as decimals
    assert dialect.knows(operator.value, form)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda item: item.name)
@pytest.mark.parametrize("operation", COMPARISONS)
@pytest.mark.parametrize("form", Form)
def test_every_comparison_exists_for_every_form(
    dialect: Dialect, operation: str, form: Form
) -> None:
    assert dialect.knows(operation, form)


def test_dialects_convert_between_the_same_types() -> None:
    sqlite, postgresql = (
        {name for name in dialect.templates if name.startswith(("to_", "promote/"))}
        for dialect in DIALECTS
    )
    assert sqlite == postgresql


def test_integers_divided_exactly_are_decimals() -> None:
    kinds = next(iter(SIGNATURES["round"][0].operands)).value
    whole = next(kind for kind in kinds if kind.value == "Edm.Int32")
    result = result_type(ArithmeticOperator.DIVBY, whole, whole)
    assert result is not None
    assert result.value == "Edm.Decimal"
