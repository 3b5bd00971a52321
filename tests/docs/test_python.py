"""The ``python`` examples for integrators, executed against a started server."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.docs.document import blocks_of, check_lines
from tests.docs.server import Server

pytestmark = pytest.mark.slow

NAMES = ["docs/integrators/python.md", "docs/integrators/webhooks.md"]
# pip carries the library that the examples use, so that tests need no further one.
_PREAMBLE = """
import sys
try:
    import requests
except ModuleNotFoundError:
    from pip._vendor import requests
    sys.modules["requests"] = requests
"""


def run(name: str, server: Server) -> list[str]:
    """What each example that prints something prints, in one interpreter and in their order."""
    parts = [_PREAMBLE]
    for block in blocks_of(name):
        if block.language == "python":
            parts += ["print('--- example')", server.here(block.text)]
    outcome = subprocess.run(
        [sys.executable, "-c", "\n".join(parts)],
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert outcome.returncode == 0, outcome.stderr
    return [printed for printed in outcome.stdout.split("--- example\n") if printed]


@pytest.mark.parametrize("name", NAMES)
def test_every_example_prints_what_the_document_shows(name, server):
    shown = [block for block in blocks_of(name) if block.language == "text"]
    printed = run(name, server)

    assert len(printed) == len(shown)
    for block, output in zip(shown, printed, strict=True):
        check_lines(block.text, output)
