"""All that is wrong with a body, told together: what its reading finds and what the rules find.

A body with faults of reading is written nevertheless, without the values at fault, to hear what
the rules say of the rest; the refusal that follows undoes it with its transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from odata.errors import BadRequestError, ErrorDetail, PayloadError, RuleError
from odata.query.change import refusal
from odata.service.nested_faults import faults_of

_TYPE = "/@odata.type"


def refusal_of_all(faults: tuple[ErrorDetail, ...], write: Callable[[], object]) -> BadRequestError:
    """The refusal of a body with faults of reading; ``write`` writes what can be read of it."""
    return refusal([*faults, *_of_rules(faults, write)])


def _of_rules(
    faults: tuple[ErrorDetail, ...], write: Callable[[], object]
) -> tuple[ErrorDetail, ...]:
    """What the rules say of values that could be read; of those that could not, all is said."""
    unread = [item.target.removesuffix(_TYPE) for item in faults if item.target]
    try:
        write()
    except (PayloadError, RuleError) as error:
        return tuple(item for item in faults_of(error) if not _is_below(item.target, unread))
    except Exception:  # noqa: BLE001 - whatever counts on an unread value
        return ()
    return ()


def _is_below(target: str | None, places: list[str]) -> bool:
    return target is not None and any(
        target == place or target.startswith(f"{place}/") for place in places
    )
