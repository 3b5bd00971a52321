"""Whether a caller may do what it asks: first of all, before a body is read.

What is not visible is not found long before. Every change is asked for once more where it is
made (``odata.service.access_check``), with whatever hangs below it.
"""

from __future__ import annotations

from collections.abc import Mapping

from odata.edm.grants import Right
from odata.protocol.exchange import Exchange
from odata.query.resource import ResourceKind, Suffix, Target

_RIGHTS: Mapping[str, Right] = {
    "POST": Right.INSERT,
    "PATCH": Right.UPDATE,
    "PUT": Right.UPDATE,
    "DELETE": Right.DELETE,
}


def check_access(exchange: Exchange) -> None:
    """Refuse a method that changes what the caller may not change."""
    target = exchange.prepared.target
    right = _right(exchange.request.method, target)
    if right is not None and target.steps:
        owner = target.steps[-2] if _is_link(target) else target.steps[-1]
        exchange.view.check(right, owner.entity_type)


def _right(method: str, target: Target) -> Right | None:
    if target.kind is ResourceKind.OPERATION or target.suffix is Suffix.QUERY:
        return None  # the operation itself is asked for; a query only reads
    if target.kind in (ResourceKind.CROSS_JOIN, ResourceKind.ALL):
        return None  # nobody may change them
    if _is_link(target) or target.kind in (ResourceKind.PROPERTY, ResourceKind.STREAM):
        return Right.UPDATE
    if method == "PATCH" and target.kind is ResourceKind.COLLECTION and not target.suffix.value:
        return None  # a delta may insert, update and delete: each of its items is asked for
    return _RIGHTS.get(method)


def _is_link(target: Target) -> bool:
    return target.suffix is Suffix.REF and len(target.steps) > 1
