"""What README must tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
_READ = re.compile(r"""reader\.(?:read|number|choice|words)\(\s*"([A-Z_]+)\"""")


def _settings() -> list[str]:
    return sorted(_READ.findall((ROOT / "app" / "config.py").read_text(encoding="utf-8")))


def test_the_settings_are_found():
    assert {"DATABASE_URL", "MODE", "PORT", "SECRET_KEY"} <= set(_settings())


@pytest.mark.skipif(not README.exists(), reason="there is no README yet")
@pytest.mark.parametrize("name", _settings())
def test_a_setting_is_documented(name):
    assert re.search(rf"`(?:KONTOR_)?{name}`", README.read_text(encoding="utf-8"))
