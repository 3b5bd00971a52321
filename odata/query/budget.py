"""What the expressions of one request have used up of their limits (Reliability Q1, Q11)."""

from __future__ import annotations

from dataclasses import dataclass, field

from odata.errors import UriSemanticError
from odata.query.limits import QueryLimits

_LEVELS_OF_COLLECTION = 2


@dataclass(slots=True)
class Budget:
    """Counts nodes and depth over all options of a request, what aliases stand for included."""

    limits: QueryLimits = field(default_factory=QueryLimits)
    nodes: int = 0
    depth: int = 0
    lambda_depth: int = 0

    def enter(self, target: str, levels: int = 1) -> None:
        """Count one more node, one level deeper; what takes more SQL counts as more levels."""
        self.nodes += 1
        self.depth += levels
        if self.depth > self.limits.max_expression_depth:
            raise UriSemanticError(
                f"an expression is nested at most {self.limits.max_expression_depth} levels deep",
                target=target,
            )
        if self.nodes > self.limits.max_expression_nodes:
            raise UriSemanticError(
                f"the expressions of a request have at most {self.limits.max_expression_nodes}"
                " terms",
                target=target,
            )

    def leave(self, levels: int = 1) -> None:
        """As many levels up."""
        self.depth -= levels

    def enter_collection(self, target: str) -> None:
        """Count one more collection inside a collection."""
        self.enter(target, _LEVELS_OF_COLLECTION)
        self.lambda_depth += 1
        if self.lambda_depth > self.limits.max_lambda_depth:
            raise UriSemanticError(
                f"at most {self.limits.max_lambda_depth} collections stand one inside the other",
                target=target,
            )

    def leave_collection(self) -> None:
        """Out of the innermost collection."""
        self.lambda_depth -= 1
        self.leave(_LEVELS_OF_COLLECTION)
