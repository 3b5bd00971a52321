"""The command ``kontor``, which is loaded as quickly as the server."""

from __future__ import annotations

import gc

from app.drivers import leave_out_unused
from app.generated_methods import kept_methods, place_of_methods


def main() -> None:
    """Run the command that the arguments name."""
    gc.disable()
    leave_out_unused()
    with kept_methods(place_of_methods()):
        from app.cli import main as commands  # noqa: PLC0415 - no garbage is looked for meanwhile

    gc.enable()
    commands()
