"""Where notifications may go: an address is resolved once and checked, and that very address is
connected to, so that a name cannot mean another one in between."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.webhook_settings import Webhooks

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses of a host (a name or an address) and port.
Resolve = Callable[[str, int], list[str]]

_URL = re.compile(r"[\x21-\x7e]+")
_PORTS = {"http": 80, "https": 443}
# Where clouds tell their machines secrets; some of them look like any other address.
_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class TargetError(Exception):
    """An address to which nothing is sent; says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was checked: where to connect, and what to ask there."""

    address: str
    port: int
    host: str
    is_encrypted: bool
    request_target: str

    @property
    def authority(self) -> str:
        """The header ``Host``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = _PORTS["https" if self.is_encrypted else "http"]
        return host if self.port == usual else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """Which addresses may be asked."""

    settings: Webhooks

    def check(self, url: str) -> None:
        """Refuse a URL by its words alone: its scheme, its form, an address in it."""
        parts, _ = self._split(url)
        try:
            literal = ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return
        self._check_address(literal)

    def target(self, url: str, resolve: Resolve) -> Target:
        """Where to connect; every address of the host must be one that may be asked."""
        parts, port = self._split(url)
        host = parts.hostname or ""
        addresses = resolve(host, port)
        for found in addresses:
            self._check_address(ipaddress.ip_address(found))
        path = parts.path or "/"
        target = f"{path}?{parts.query}" if parts.query else path
        return Target(addresses[0], port, host, parts.scheme == "https", target)

    def _split(self, url: str) -> tuple[SplitResult, int]:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise TargetError("it is no URL") from error
        if not _URL.fullmatch(url) or not parts.hostname or parts.scheme not in _PORTS:
            raise TargetError("it is no URL of the web")
        if parts.scheme == "http" and not self.settings.webhook_plain_http:
            raise TargetError("it must begin with https")
        if parts.username is not None or parts.fragment:
            raise TargetError("it must have neither a user nor a fragment")
        return parts, port or _PORTS[parts.scheme]

    def _check_address(self, address: Address) -> None:
        inner = _embedded(address)
        if inner is not None:
            self._check_address(inner)
            return
        if address in _METADATA or address.is_link_local or address.is_multicast:
            raise TargetError("its address is not one of the public network")
        if address.is_unspecified or (address.is_reserved and not address.is_loopback):
            raise TargetError("its address is not one of the public network")
        if not address.is_global and not self.settings.webhook_private_targets:
            raise TargetError("its address is not one of the public network")


def resolve_within(seconds: float) -> Resolve:
    """A resolver that does not wait longer; the system's own has no bound."""

    def resolve(host: str, port: int) -> list[str]:
        found: list[str] = []
        failures: list[str] = []

        def ask() -> None:
            try:
                answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                found.extend(str(answer[4][0]).partition("%")[0] for answer in answers)
            except (OSError, UnicodeError):
                failures.append("its host is not known")

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(seconds)
        if not found:
            raise TargetError(failures[0] if failures else "its host is not found in time")
        return list(found)

    return resolve


def _embedded(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 address leads to, if it is one of those."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
