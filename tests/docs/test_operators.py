"""The commands of the page for operators, executed on a database of their own."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import gunicorn_settings
from app.cli import main
from app.limits import Limits
from app.logging import describe
from odata.protocol.settings import EngineSettings
from odata.query.limits import QueryLimits
from tests.docs.document import blocks_of, check_lines, read

pytestmark = pytest.mark.slow

NAME = "docs/operators.md"


# Notes the words of every command, each in its turn; the service is not started for each.
_PREAMBLE = r"""
kontor() { printf '%s\0' "$@" >> .commands; printf '\n\0' >> .commands; }
"""


def _run(block: str, environment: dict[str, str]) -> str:
    """What the commands of a block print; what it exports is put into the environment."""
    noted, exported = Path(".commands"), Path(".environment")
    noted.write_bytes(b"")
    bash = shutil.which("bash") or "/bin/bash"
    script = "\n".join([_PREAMBLE, block, "env -0 > .environment"])
    outcome = subprocess.run(
        [bash, "-euo", "pipefail", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert outcome.returncode == 0, outcome.stderr
    environment |= dict(
        line.split("=", 1) for line in exported.read_text(encoding="utf-8").split("\0") if line
    )
    settings = {name: value for name, value in environment.items() if "KONTOR_" in name}
    output = outcome.stdout
    for command in noted.read_text(encoding="utf-8").split("\n\0")[:-1]:
        words = command.split("\0")[:-1]
        result = CliRunner().invoke(main, words, env=settings)
        assert result.exit_code == 0, (words, result.output)
        output += result.output
    return output


def test_the_commands_do_what_the_document_shows(tmp_path, monkeypatch):
    blocks = [block.text for block in blocks_of(NAME) if block.language == "bash"]
    shown = next(block.text for block in blocks_of(NAME) if block.language == "text")
    environment = {name: value for name, value in os.environ.items() if "KONTOR_" not in name}
    monkeypatch.chdir(tmp_path)

    printed = "".join([_run(block, environment) for block in blocks])

    check_lines(shown, printed)
    with closing(sqlite3.connect(tmp_path / "var" / "backup.db")) as backup:
        names = backup.execute("SELECT name FROM access_token ORDER BY name").fetchall()
    assert names == [("auditor",), ("planner",), ("reports",)]


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("`limit_request_line`", (gunicorn_settings.limit_request_line,)),
        (
            "`timeout`, `graceful_timeout`",
            (gunicorn_settings.timeout, gunicorn_settings.graceful_timeout),
        ),
        ("`keepalive`", (gunicorn_settings.keepalive,)),
        ("`workers`, `threads`", (gunicorn_settings.workers, gunicorn_settings.threads)),
        ("`$expand`", (QueryLimits().max_expand_depth, QueryLimits().max_expand_width)),
        ("depth of an expression", (QueryLimits().max_expression_depth,)),
        ("terms of all expressions", (f"{QueryLimits().max_expression_nodes:,}",)),
        ("collections one inside the other", (QueryLimits().max_lambda_depth,)),
        ("steps of a path in an expression", (QueryLimits().max_path_steps,)),
        ("items of `in`", (f"{QueryLimits().max_in_items:,}",)),
        ("items of `$orderby`", (QueryLimits().max_orderby_items,)),
        ("streams inline in a page", (f"{QueryLimits().max_inline_bytes // 2**20} MiB",)),
        (
            "`customFields` of an entity",
            (f"{Limits().dynamic_properties} properties", f"{Limits().dynamic_bytes:,} bytes"),
        ),
        ("batch", (f"{EngineSettings(b'').batch_limit} requests",)),
        ("rows of a page", (f"{EngineSettings(b'').page_size:,}",)),
    ],
)
def test_a_table_gives_the_true_values(row, values):
    line = next(line for line in read(NAME).splitlines() if line.startswith(f"| {row} |"))

    for value in values:
        assert str(value) in line


def test_the_line_of_the_log_is_as_it_is_written():
    blocks = (block.text for block in blocks_of(NAME) if block.language == "json")
    shown = next(text for text in blocks if '"logger"' in text)

    written = describe({}, 200, 0, datetime.timedelta(0))

    assert list(json.loads(shown)) == ["time", "level", "logger", *written]
