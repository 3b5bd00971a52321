"""The command ``kontor``, which is loaded as quickly as the server."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command that the arguments name."""
    gc.disable()
    from app.cli import main as commands  # noqa: PLC0415 - no garbage is looked for meanwhile

    gc.enable()
    commands()
