"""The version of OData that a response is written in and a payload is read by.

Cites: OData Protocol 8.1.5 (OData-Version), 8.2.7 (OData-MaxVersion).
"""

from __future__ import annotations

import re
from decimal import Decimal

from odata.errors import BadRequestError

V4_0 = "4.0"
V4_01 = "4.01"

_SUPPORTED = (V4_01, V4_0)
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,4})?", re.ASCII)


def response_version(max_version: str | None) -> str:
    """The greatest supported version up to OData-MaxVersion; 4.0 where it is absent."""
    if max_version is None:
        return V4_0
    return _greatest(max_version, "OData-MaxVersion")


def payload_version(version: str | None, max_version: str | None) -> str:
    """The version by which the body of a request is read."""
    if version is None:
        return V4_01 if max_version is None else _greatest(max_version, "OData-MaxVersion")
    number = _number(version, "OData-Version")
    for supported in _SUPPORTED:
        if number == Decimal(supported):
            return supported
    raise BadRequestError(
        f"OData-Version {version.strip()} is not supported, 4.0 and 4.01 are",
        target="OData-Version",
    )


def check_version(version: str | None) -> None:
    """Refuse a request in a version that is not supported, whether it has a body or not."""
    if version is not None:
        payload_version(version, None)


def _greatest(text: str, header: str) -> str:
    number = _number(text, header)
    for supported in _SUPPORTED:
        if Decimal(supported) <= number:
            return supported
    raise BadRequestError(
        f"{header} {text.strip()} is below 4.0, the lowest version that is supported",
        target=header,
    )


def _number(text: str, header: str) -> Decimal:
    # Older clients append a comment: "4.0;NetFx".
    number = text.partition(";")[0].strip()
    if not _VERSION.fullmatch(number):
        raise BadRequestError(f"{header} is no version number such as 4.0", target=header)
    return Decimal(number)
