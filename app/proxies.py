"""What proxies tell of a request, where they are trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import lru_cache

from app.config import is_loopback
from app.http import Environ

_FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The proxies that are trusted, by the setting ``FORWARDED_ALLOW_IPS``."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusts_all = "*" in trusted
        self._networks = tuple(_networks(trusted))
        self._is_trusted = lru_cache(maxsize=1024)(self._is_in_a_network)

    def address_of(self, environ: Environ) -> str:
        """The address of the client: the last one that no trusted proxy has.

        Where whoever connects is trusted, the next address is not: anybody may have written it.
        """
        address: str = environ.get("REMOTE_ADDR") or ""
        if _FORWARDED_FOR not in environ:
            return address
        told = _forwarded_for(environ)
        if self._trusts_all:
            return told[-1]
        while told and self._is_trusted(address):
            address = told.pop()
        return address

    def _is_in_a_network(self, address: str) -> bool:
        parsed = read_address(address)
        return parsed is not None and any(parsed in network for network in self._networks)


def read_address(text: str) -> Address | None:
    """An address; one of IPv4 that a socket of IPv6 has told as itself."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def is_distant(environ: Environ) -> bool:
    """Whether somebody tells that the request comes from another machine; it may be a lie."""
    return _FORWARDED_FOR in environ and not all(map(is_loopback, _forwarded_for(environ)))


def _forwarded_for(environ: Environ) -> list[str]:
    field = str(environ.get(_FORWARDED_FOR) or "")
    return [address.strip()[:45] for address in field.split(",")] if field else []


def _networks(trusted: tuple[str, ...]) -> Iterator[_Network]:
    for text in trusted:
        if text != "*":
            yield ipaddress.ip_network(text, strict=False)
