"""Asks the advisory service of PyPI about what is locked: ``python -m tests.audit``.

``make check`` asks for twenty seconds and lets a service that is not there be; with ``--strict``,
as ``make audit`` asks, no answer is a failure. A vulnerability fails in either case.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_LOCK = "requirements.lock"
_COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"),
    *("--requirement", _LOCK, "--progress-spinner", "off", "--timeout", "5", "--format", "json"),
)
_SECONDS, _STRICT_SECONDS = 20, 300
# How pip-audit says that the service has not answered.
_AWAY = ("Could not connect to", "Connection to", "Max retries exceeded", "timed out", "HTTPError")

Report = Any  # what pip-audit writes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit has found: whether the service has told of every package, and its lines."""

    is_whole: bool
    vulnerabilities: tuple[str, ...] = ()
    fault: str = ""


def verdict_of(output: str, errors: str) -> Verdict:
    """The verdict on what pip-audit has written."""
    try:
        dependencies = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        is_away = any(words in errors for words in _AWAY)
        return Verdict(is_whole=False, fault="" if is_away else errors or "pip-audit said nothing")
    is_whole = not any("skip_reason" in item for item in dependencies)
    return Verdict(is_whole, tuple(_vulnerabilities(dependencies)))


def _vulnerabilities(dependencies: Report) -> Iterator[str]:
    for item in dependencies:
        for found in item.get("vulns", ()):
            mended = ", ".join(found["fix_versions"]) or "no version yet"
            yield f"{item['name']} {item['version']}: {found['id']}, mended by {mended}"


def exit_status(verdict: Verdict, *, strict: bool) -> int:
    """0 where nothing is known to be wrong, and, strictly, where everything is known."""
    if verdict.vulnerabilities or verdict.fault:
        return 1
    return 1 if strict and not verdict.is_whole else 0


def main(*, strict: bool) -> int:
    """Ask, tell, and return the status to exit with."""
    verdict = _ask(_STRICT_SECONDS if strict else _SECONDS)
    for line in (*verdict.vulnerabilities, *filter(None, (verdict.fault,))):
        sys.stdout.write(f"{line}\n")
    if not verdict.is_whole:
        sys.stdout.write(
            "audit: the advisory service has not told of every package that is locked; "
            "run `make audit` where the internet can be reached\n"
        )
    elif not verdict.vulnerabilities:
        sys.stdout.write("audit: no known vulnerabilities\n")
    return exit_status(verdict, strict=strict)


def _ask(seconds: int) -> Verdict:
    try:
        found = subprocess.run(
            _COMMAND, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return Verdict(is_whole=False)
    return verdict_of(found.stdout, found.stderr)


if __name__ == "__main__":
    sys.exit(main(strict="--strict" in sys.argv[1:]))
