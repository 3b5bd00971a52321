"""What a service claims of itself, by its settings: the level it conforms to, what it reads.

Cites: OData Protocol 13.2 (conformance levels), Capabilities vocabulary (ConformanceLevel,
CustomHeaders, CustomQueryOptions).
"""

from __future__ import annotations

from http import HTTPStatus

from odata.csdl.capabilities import CustomParameter
from odata.protocol.changing import READ_ONLY_INTENT
from odata.protocol.idempotency import IDEMPOTENCY_KEY
from odata.protocol.settings import EngineSettings


def conformance_of(settings: EngineSettings) -> str | None:
    """The level of the standard; none where stale entity tags are not answered as it demands."""
    is_standard = settings.mismatch_status == HTTPStatus.PRECONDITION_FAILED
    return "Advanced" if is_standard else None


def custom_headers(settings: EngineSettings, *, has_keys: bool) -> tuple[CustomParameter, ...]:
    """The headers beyond those of HTTP and OData that requests are read for."""
    own = [*custom_query_options(settings)]
    if has_keys:
        text = "of a POST: sent again under the same key, it is done once and answered alike"
        own.append(CustomParameter(IDEMPOTENCY_KEY, text))
    text = "ReadOnly refuses whatever would change something"
    own.append(CustomParameter(READ_ONLY_INTENT, text))
    return tuple(own)


def custom_query_options(settings: EngineSettings) -> tuple[CustomParameter, ...]:
    """The query options of the service's own, which have no dollar sign."""
    if settings.scope_type is None:
        return ()
    text = f"the {settings.scope_type}, by id or name, whose entities the sets at the root have"
    return (CustomParameter(settings.scope_option, text),)
