"""A case of the standard as data, and how an answer is held against it.

A case names the item of the checklist that it proves, the request and what must come back.
``{S}`` is the root of the service, ``{CO}`` a company (``{co}`` below the root), ``{C}`` its
customers, ``{K}`` one of them, ``{T}`` the root of the technical service; they stand in requests
and expectations alike.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from models.demo.identifiers import ADATUM, CRONUS

CASES = Path(__file__).with_name("cases")
_SERVICE = "/api/v2.0/"
_COMPANY = f"companies({CRONUS})"
_PLACES = {
    "{S}": _SERVICE,
    "{T}": _SERVICE,
    "{CO}": f"{_SERVICE}{_COMPANY}",
    "{C}": f"{_SERVICE}{_COMPANY}/customers",
    "{K}": f"{_SERVICE}{_COMPANY}/customers({ADATUM})",
    "{M}": "http://localhost/api/v2.0/$metadata",
    "#CO": f"#{_COMPANY}",
    "{co}": _COMPANY,
    "#K": f"#{_COMPANY}/customers({ADATUM})",
    "{KEY}": ADATUM,
}


# What differs from run to run, and stands between these brackets in ``matches``.
_VARYING = {
    "<guid>": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "<tag>": "[A-Za-z0-9+/]+=*",
    "<token>": "[A-Za-z0-9_.~-]+",
}
_ORIGIN = "http://localhost"
_LINK = re.compile(r'"@(?:odata\.)?deltaLink":"([^"]*)"')


@dataclass(frozen=True)
class Sent:
    """A request that a case sends before its own."""

    method: str
    target: str
    headers: Mapping[str, str]
    sends: str


@dataclass(frozen=True)
class Case:
    """One request with its expectation.

    ``body`` is the whole JSON answer, ``holds`` a part of it: objects may have further
    members, lists have the same length, ``absent`` are names that no object of it has.
    ``text`` is the whole answer, ``says`` a piece of it; ``matches`` is the whole answer, too,
    with ``<guid>``, ``<tag>`` and ``<token>`` for what no two runs share (its lines end as
    those of the answer). ``before`` are
    requests that succeed first; ``{deltaLink}`` is the last such link that they gave.
    """

    identity: str
    items: tuple[str, ...]
    name: str
    section: str
    method: str
    target: str
    service: str
    status: int
    sends: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    holds: object = None
    text: str | None = None
    says: str | None = None
    matches: str | None = None
    before: tuple[Sent, ...] = ()
    absent: tuple[str, ...] = ()
    changes: bool = False

    @property
    def file(self) -> str:
        """The name of the file that the case stands in."""
        return f"{self.identity.rpartition('-')[0]}.toml"


def read_cases() -> Iterator[Case]:
    """All cases, file by file."""
    for file in sorted(CASES.glob("*.toml")):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        for index, table in enumerate(document["case"]):
            yield _case(f"{file.stem}-{index + 1}", document, table)


def _case(identity: str, document: Mapping[str, object], table: Mapping[str, object]) -> Case:
    method, _, target = str(table["request"]).partition(" ")
    ids = table.get("id", ())
    return Case(
        identity=identity,
        items=(ids,) if isinstance(ids, str) else tuple(ids),  # type: ignore[arg-type]
        name=str(table["name"]),
        section=str(table.get("section", document["section"])),
        method=method,
        target=_filled(target),
        service=str(table.get("service", document.get("service", "business-central"))),
        status=int(str(table.get("status", 200))),
        sends=_filled(str(table.get("sends", ""))),
        headers=_texts(table.get("headers", {})),
        answers=_texts(table.get("answers", {})),
        body=_json(table.get("body")),
        holds=_json(table.get("holds")),
        text=_optional(table.get("text")),
        says=_optional(table.get("says")),
        matches=_optional(table.get("matches")),
        before=tuple(_sent(item) for item in table.get("before", ())),  # type: ignore[attr-defined]
        absent=tuple(table.get("absent", ())),  # type: ignore[arg-type]
        changes=bool(table.get("changes", method not in ("GET", "HEAD"))),
    )


def _sent(table: Mapping[str, object]) -> Sent:
    method, _, target = str(table["request"]).partition(" ")
    headers = _texts(table.get("headers", {}))
    return Sent(method, _filled(target), headers, _filled(str(table.get("sends", ""))))


def _filled(text: str) -> str:
    for place, value in _PLACES.items():
        text = text.replace(place, value)
    return text


def _optional(text: object) -> str | None:
    return None if text is None else _filled(str(text))


def _json(text: object) -> object:
    return None if text is None else json.loads(_filled(str(text)), parse_float=str)


def _texts(table: object) -> dict[str, str]:
    assert isinstance(table, dict)
    return {name: _filled(value) for name, value in table.items()}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def prepared(case: Case, ask: Callable[[Case | Sent], Answer]) -> Case:
    """The case after the requests that come before it."""
    link = ""
    for sent in case.before:
        answer = ask(replace(sent, target=sent.target.replace("{deltaLink}", link)))
        text = answer.body.decode()
        assert answer.status < 300, text[:500]
        found = _LINK.search(text)
        link = link if found is None else found[1].removeprefix(_ORIGIN)
    return replace(case, target=case.target.replace("{deltaLink}", link))


_MODEL_TAG = re.compile(r"@(odata\.)?metadataEtag")


def _without_model_tag(body: object) -> object:
    """A body but for the tag of ``$metadata``, which changes with the model."""
    if not isinstance(body, dict):
        return body
    return {name: value for name, value in body.items() if not _MODEL_TAG.fullmatch(name)}


def check(case: Case, answer: Answer) -> None:
    """Hold an answer against a case."""
    text = answer.body.decode()
    assert answer.status == case.status, text[:500]
    for name, value in case.answers.items():
        if value == "":
            assert name not in answer.headers
        else:
            assert _is_like(answer.headers.get(name, ""), value), answer.headers.get(name)
    if case.text is not None:
        assert text == case.text
    if case.matches is not None:
        is_multipart = answer.headers.get("Content-Type", "").startswith("multipart/")
        wanted = case.matches.replace("\n", "\r\n") if is_multipart else case.matches
        assert _is_like(text, wanted), text
    if case.says is not None:
        assert case.says in text
    if case.body is not None:
        assert _without_model_tag(json.loads(text, parse_float=str)) == case.body
    if case.holds is not None:
        assert_holds(json.loads(text, parse_float=str), case.holds, "")
    for name in case.absent:
        assert f'"{name}"' not in text


def _is_like(found: str, wanted: str) -> bool:
    pattern = re.escape(wanted)
    for name, form in _VARYING.items():
        pattern = pattern.replace(re.escape(name), form)
    return re.fullmatch(pattern, found) is not None


def assert_holds(found: object, wanted: object, path: str) -> None:
    """Whether ``found`` has what ``wanted`` has."""
    if isinstance(wanted, dict):
        assert isinstance(found, dict), path
        for name, value in wanted.items():
            assert name in found, f"{path}/{name} is missing from {list(found)}"
            assert_holds(found[name], value, f"{path}/{name}")
    elif isinstance(wanted, list):
        assert isinstance(found, list), path
        assert len(found) == len(wanted), f"{path} has {len(found)} items: {found}"
        for index, (one, other) in enumerate(zip(found, wanted, strict=True)):
            assert_holds(one, other, f"{path}/{index}")
    else:
        assert found == wanted, path
