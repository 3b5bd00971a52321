"""The bound actions of Business Central (reference §11.3): what runs when one is called."""

from __future__ import annotations

from collections.abc import Callable

from models.books import Books
from odata.query.operation_call import OperationCall
from odata.sql.exposure import ActionDeclaration

Act = Callable[[Books, str], None]
"""What an action does: in the books of a company, to the entity of which id."""


def bound_action(name: str, act: Act) -> ActionDeclaration:
    """An action of the entity type that declares it."""

    def run(call: OperationCall) -> None:
        if call.key is not None and call.scope is not None:
            act(Books(call.scope, call.now, call.rows), str(call.key["id"]))

    return ActionDeclaration(name, run)
