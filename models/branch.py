"""Branches of the company that look after customers."""

from __future__ import annotations

from dataclasses import replace

import peewee

from models.code_table import CodeEntity, CodeRules, code_exposure
from models.grants import TABLE
from models.integer_id import give_integer_id
from models.surroundings import Surroundings
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


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``branches``."""
    coded = code_exposure(
        Branch,
        ("branch", "branches"),
        BranchRules(Branch, CAPTION, around.uses_of("branch")),
        (column(Branch.integer_id, computed=True),),
        grants=TABLE,
    )
    return replace(coded, alternate_keys=(("code",), ("integerId",)))
