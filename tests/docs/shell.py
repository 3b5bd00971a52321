"""Runs the ``bash`` examples of a document, in one shell and in their order."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

from tests.docs.document import Block, Exchange, blocks_of, check_answer, is_answer
from tests.docs.server import Server

# Every curl of an example is the real one; what came back is kept beside what it printed.
_PREAMBLE = """
set -euo pipefail
cd {directory}
count=0; echo 0 > .count; echo 0 > .block
curl() {{
  local number block
  number=$(( $(cat .count) + 1 )); block=$(cat .block); echo $number > .count
  command curl -sS -D ".answer-$block-$number.head" "$@" | tee ".answer-$block-$number.body"
}}
"""


@dataclass(frozen=True)
class Answered:
    """An example with everything that came back for it."""

    block: Block
    exchanges: list[Exchange]
    shown: Block | None


def run_document(name: str, server: Server, directory: Path) -> list[Answered]:
    """What came back for every ``bash`` block of a document."""
    blocks = blocks_of(name)
    script = [_PREAMBLE.format(directory=shlex.quote(str(directory)))]
    for index, block in enumerate(blocks):
        if block.language == "bash":
            script += [f"echo {index} > .block", server.here(block.text)]
    outcome = subprocess.run(
        [shutil.which("bash") or "/bin/bash", "-c", "\n".join(script)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return [
        Answered(block, _exchanges(directory, index), _shown(blocks, index))
        for index, block in enumerate(blocks)
        if block.language == "bash"
    ]


def check_document(name: str, answered: list[Answered]) -> None:
    """Fail where an example was refused or came out otherwise than the document shows."""
    for example in answered:
        refusals = [found for found in example.exchanges if found.status >= 400]
        expected = example.shown is not None and example.shown.text.startswith("HTTP/1.1 4")
        assert len(refusals) == int(expected), (f"{name}:{example.block.line}", refusals)
        if example.shown is not None:
            check_answer(example.shown, example.exchanges[-1])


def _shown(blocks: list[Block], index: int) -> Block | None:
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    return following if following is not None and is_answer(following) else None


def _exchanges(directory: Path, block: int) -> list[Exchange]:
    heads = sorted(directory.glob(f".answer-{block}-*.head"), key=_number)
    return [_exchange(head) for head in heads]


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _exchange(path: Path) -> Exchange:
    head = path.read_bytes().decode("latin-1")
    body = path.with_suffix(".body").read_bytes().decode("utf-8", "replace").removeprefix(head)
    start, _, fields = head.partition("\r\n")
    headers = {name.lower(): value for name, value in message_from_string(fields).items()}
    return Exchange(int(start.split()[1]), headers, body)
