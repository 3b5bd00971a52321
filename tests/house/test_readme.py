"""What README must tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.config import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = "".join(
    (ROOT / "app" / name).read_text(encoding="utf-8")
    for name in (
        *("config.py", "identity_settings.py", "limits.py", "query_settings.py"),
        *("retention.py", "webhook_settings.py"),
    )
)
_READ = re.compile(r"""reader\.(?:read|number|choice|words|boolean)\(\s*"([A-Z_]+)\"""")
_ROW = re.compile(r"^\| `KONTOR_([A-Z_]+)` \| ([^|]*) \|", re.MULTILINE)


def _settings() -> list[str]:
    return sorted(_READ.findall(CONFIG))


def _shown_default(name: str) -> str | None:
    """The value that the table gives in code, None where it gives words alone."""
    code = re.match(r"`([^`]*)`", dict(_ROW.findall(README))[name])
    return code[1] if code else None


def _true_default(name: str) -> str | None:
    """The value that a service without any variable has; None where no value stands for it."""
    settings = Settings()
    attribute = name.lower()
    parts = (
        settings,
        settings.server,
        settings.limits,
        settings.identity,
        settings.quotas,
        settings.query_limits,
        settings.query_limits.text,
        settings.retention,
        settings.webhooks,
    )
    for part in parts:
        for candidate in (
            attribute,
            attribute.removeprefix("max_"),
            attribute.replace("option_", ""),
        ):
            if hasattr(part, candidate):
                return _written(getattr(part, candidate))
    raise AssertionError(f"no setting is named {name}")


def _written(value: object) -> str | None:
    match value:
        case bool():
            return str(value).lower()
        case None | ():
            return None
        case tuple():
            return ",".join(value)
        case _:
            return str(getattr(value, "value", value))


def test_the_settings_are_found():
    assert {"DATABASE_URL", "MODE", "PORT", "SECRET_KEY"} <= set(_settings())


def test_every_setting_is_in_the_table_and_no_other():
    assert sorted(name for name, _ in _ROW.findall(README)) == _settings()


@pytest.mark.parametrize("name", [name for name in _settings() if name != "SECRET_KEY"])
def test_the_table_gives_the_true_default(name):
    assert _shown_default(name) == _true_default(name)


def test_the_secret_of_development_is_not_spelt_out():
    assert _shown_default("SECRET_KEY") is None


def test_every_entity_set_with_a_table_of_its_own_is_named():
    tables = (ROOT / "tests" / "company" / "metadata_sets.txt").read_text(encoding="utf-8")
    described = {table.partition(" ")[0] for table in tables.strip().split("\n\n")}
    served = README.partition("## What is served")[2].partition("## Deviations")[0]

    named = set(re.findall(r"[A-Za-z]+", served))

    assert sorted(described - named) == []
