"""The commands of the page for operators, executed on a database of their own."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from app import gunicorn_settings
from app.config import Limits
from app.logging import describe
from odata.protocol.settings import EngineSettings
from odata.query.limits import QueryLimits
from tests.docs.document import blocks_of, check_lines, read
from tests.docs.server import COMMAND

pytestmark = pytest.mark.slow

NAME = "docs/operators.md"


def test_the_commands_do_what_the_document_shows(tmp_path):
    blocks = [block.text for block in blocks_of(NAME) if block.language == "bash"]
    shown = next(block.text for block in blocks_of(NAME) if block.language == "text")
    kontor = f'kontor() {{ "{sys.executable}" -c "{COMMAND}" "$@"; }}'
    environment = {name: value for name, value in os.environ.items() if "KONTOR_" not in name}

    outcome = subprocess.run(
        [
            shutil.which("bash") or "/bin/bash",
            "-euo",
            "pipefail",
            "-c",
            "\n".join([kontor, *blocks]),
        ],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert outcome.returncode == 0, outcome.stderr
    check_lines(shown, outcome.stdout)
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
    shown = next(block.text for block in blocks_of(NAME) if block.language == "json")

    written = describe({}, 200, 0, datetime.timedelta(0))

    assert list(json.loads(shown)) == ["time", "level", "logger", *written]
