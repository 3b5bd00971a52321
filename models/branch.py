"""Branches of the company that look after customers."""

from __future__ import annotations

from dataclasses import replace

import peewee

from models.code_table import CodeEntity, CodeRules, Use, code_exposure
from models.integer_id import give_integer_id
from odata.query.change import Change
from odata.sql.expose import Exposure, column

CAPTION = "Branch"


class Branch(CodeEntity):
    """A branch or region."""

    integer_id = peewee.BigIntegerField()

    class Meta:
        table_name = "branch"


class BranchRules(CodeRules):
    """Branches have codes and integer ids."""

    def before_create(self, change: Change) -> None:
        """Give the integer id."""
        super().before_create(change)
        if not change.faults:
            give_integer_id(change, "branch")


def exposure(uses: tuple[Use, ...]) -> Exposure:
    """The entity set ``branches``."""
    coded = code_exposure(
        Branch,
        ("branch", "branches"),
        BranchRules(Branch, CAPTION, uses),
        (column(Branch.integer_id, computed=True),),
    )
    return replace(coded, alternate_keys=(("code",), ("integerId",)))
