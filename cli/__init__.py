"""The `landscape` command: one thin file a verb, heavy imports inside the command bodies."""

from __future__ import annotations

import sys


def start() -> None:
    """The command `landscape`; Ctrl-C while it is still being loaded is one line, too."""
    try:
        from .main import main

        main()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
