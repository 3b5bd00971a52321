"""What proxies tell of a request, where they are trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import lru_cache

from app.config import is_loopback
from app.http import Environ

_FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The proxies that are trusted, by the setting ``FORWARDED_ALLOW_IPS``."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._trusts_all = "*" in trusted
        self._networks = tuple(_networks(trusted))
        self._is_trusted = lru_cache(maxsize=1024)(self._is_in_a_network)

    def address_of(self, environ: Environ) -> str:
        """The address of the client: the last one that no trusted proxy has."""
        address: str = environ.get("REMOTE_ADDR") or ""
        if _FORWARDED_FOR not in environ:
            return address
        for told in reversed(_forwarded_for(environ)):
            if not self._is_trusted(address):
                break
            address = told
        return address

    def _is_in_a_network(self, address: str) -> bool:
        if self._trusts_all:
            return True
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


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
