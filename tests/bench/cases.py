"""What is asked: the requests of each case, the same ones in every run."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from models.demo.identifiers import CRONUS, id_of

CONNECTIONS = 8
ROOT = f"/api/v2.0/companies({CRONUS})"
CUSTOMERS = f"{ROOT}/customers"
# Customers whose rows are of one length: those of the demo companies and those that POST has made
# come first and are a tenth shorter.
ALIKE = f"{CUSTOMERS}?$filter=number%20ge%20'L'"
_SEED = 7
_KEYS_A_CONNECTION = 200
_INNER_READS = 20
_HEAD = "HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer kontor-dev\r\n"
_TERMS = 28


@dataclass(frozen=True, slots=True)
class Case:
    """One case; ``share`` is the least ratio to reach, to the empty view or to the raw pages.

    ``requests`` has a list for each connection, ``first`` what a connection needs before.
    """

    name: str
    title: str
    requests: list[list[str]]
    share: float
    status: int = 200
    first: tuple[str, ...] = ("",) * CONNECTIONS
    rows: int = 0
    inner: int = 1


def get(target: str, headers: str = "") -> str:
    """A request that reads; ``target`` is percent-encoded here where it must be."""
    return f"GET {_encoded(target)} {_HEAD}{headers}\r\n"


def cases(customers: int) -> list[Case]:
    """The cases over this many further customers."""
    keys = _keys(customers)
    by_key = [[get(f"{CUSTOMERS}({key})") for key in own] for own in keys]
    return [
        Case("R1", "customers(id)", by_key, 0.75),
        _same("R2", "$top=20", f"{CUSTOMERS}?$top=20", 0.55),
        _same("R3", "$top=1000", f"{CUSTOMERS}?$top=1000", 1.8, rows=1000),
        _alone("R3a", "$top=1000, one client", f"{CUSTOMERS}?$top=1000", 0.77),
        _same("R5", "the combined filter", CUSTOMERS + _COMBINED, 0.55),
        _same("R6", "contains with $count", CUSTOMERS + _CONTAINS),
        _same("R7", "$expand of two to-one, 100 rows", CUSTOMERS + _TO_ONE, 0.25),
        _same("R8", "$expand of one to-many, 100 rows", CUSTOMERS + _TO_MANY, 0.17),
        Case("R9", "POST", [[_create()]] * CONNECTIONS, 0.45, 201),
        _changes(keys),
        Case("R11", "$batch of 20 reads", [[_batch(own)] for own in keys], 0.147, inner=20),
        _same("R12", "/$count", f"{CUSTOMERS}/$count"),
        _same("Q1", "a filter of 30 characters", f"{CUSTOMERS}?$filter={_filter(0)}"),
        _same("Q2", "the same of 1,100 characters", f"{CUSTOMERS}?$filter={_filter(_TERMS)}"),
    ]


_COMBINED = (
    "?$filter=blocked eq ' ' and balance gt 0&$orderby=balance desc&$top=20"
    "&$select=number,displayName,balance,overdueAmount"
)
_CONTAINS = "?$filter=contains(displayName,'Harbor')&$count=true&$top=20"
_TO_ONE = "?$top=100&$expand=paymentTerm,shipmentMethod"
_TO_MANY = "?$top=100&$expand=defaultDimensions"


def _same(name: str, title: str, target: str, share: float = 0.0, rows: int = 0) -> Case:
    return Case(name, title, [[get(target)]] * CONNECTIONS, share, rows=rows)


def _alone(name: str, title: str, target: str, share: float) -> Case:
    """One client, as the raw pages have one: nobody waits for a core."""
    return Case(name, title, [[get(target)]], share, first=("",), rows=1000)


def _keys(customers: int) -> list[list[str]]:
    draw = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    return [
        [_key(draw.randrange(1, customers + 1)) for _ in range(_KEYS_A_CONNECTION)]
        for _ in range(CONNECTIONS)
    ]


def _key(number: int) -> str:
    return id_of(CRONUS, "customer", f"L{number:07d}")


def _create() -> str:
    return _send("POST", CUSTOMERS, {"displayName": "Bench {unique}", "city": "Atlanta"})


def _changes(keys: list[list[str]]) -> Case:
    own = [f"{CUSTOMERS}({key})" for key in dict.fromkeys(keys_of(keys))][:CONNECTIONS]
    changes = [
        [_send("PATCH", target, {"city": "{unique}"}, "If-Match: {tag}\r\n")] for target in own
    ]
    return Case("R10", "PATCH with If-Match", changes, 0.45, first=tuple(map(get, own)))


def keys_of(lists: Iterable[list[str]]) -> Iterable[str]:
    """The keys of all connections, one after the other."""
    return (key for own in lists for key in own)


def _batch(keys: list[str]) -> str:
    reads = [
        {"id": str(number), "method": "GET", "url": f"companies({CRONUS})/customers({key})"}
        for number, key in enumerate(keys[:_INNER_READS])
    ]
    return _send("POST", "/api/v2.0/$batch", {"requests": reads})


def _send(method: str, target: str, body: object, headers: str = "") -> str:
    text = json.dumps(body)
    kind = f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
    return f"{method} {_encoded(target)} {_HEAD}{headers}{kind}\r\n{text}"


def _filter(terms: int) -> str:
    others = "".join(f" and displayName ne 'No Such Name {number:03d}'" for number in range(terms))
    return f"number eq 'L0000001'{others}"


def _encoded(target: str) -> str:
    return quote(target, safe="/?&=$()',:")
