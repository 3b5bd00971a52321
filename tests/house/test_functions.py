"""Every canonical function of the grammar has a signature, and every dialect serves it."""

from __future__ import annotations

import pytest

from odata.query.functions import SIGNATURES, SUBSETS, UNSERVED, Signature
from odata.sql.dialects import Dialect, PostgresqlDialect, SqliteDialect
from odata.uri.canonical_functions import CANONICAL_FUNCTIONS

# Bound by itself: it asks about a property, not about a value.
_BOUND_APART = frozenset({"isdefined"})
# Given to the statement by the clock of the engine.
_GIVEN = frozenset({"now"})


def _signatures() -> list[Signature]:
    return [item for overloads in SIGNATURES.values() for item in overloads]


def test_every_function_of_the_grammar_is_accounted_for():
    known = set(SIGNATURES) | UNSERVED | SUBSETS | _BOUND_APART

    assert set(CANONICAL_FUNCTIONS) == known


@pytest.mark.parametrize("signature", _signatures(), ids=lambda item: item.dialect_name)
@pytest.mark.parametrize("dialect", [SqliteDialect(), PostgresqlDialect()], ids=lambda d: d.name)
def test_a_dialect_has_a_template_for_a_signature(dialect: Dialect, signature: Signature):
    name = signature.dialect_name
    templates = {key.removesuffix(f"/{key.rpartition('/')[2]}") for key in dialect.templates}

    assert name in _GIVEN or name in templates or name in dialect.templates
