"""Files that a user writes by hand, as TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..core.errors import InputError
from .opening import whole

_MOST = 2**20  # bytes of a file


def table(path: str | Path) -> dict[str, Any]:
    """What a file of TOML holds; InputError, in one line, where it is none such."""
    try:
        return tomllib.loads(whole(Path(path), _MOST).decode())
    except OSError as error:
        raise InputError(f"'{path}' cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"'{path}' is no TOML: {error}") from error
