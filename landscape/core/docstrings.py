"""What the parts of the project say of themselves, as their docstrings have it."""

from __future__ import annotations

import textwrap
from inspect import getdoc
from typing import Any


def halves(maker: Any) -> tuple[str, str]:
    """The first line of a class's or function's docstring, and the rest; both empty if it has none."""
    # Python gives a dataclass without words its own signature.
    said = "" if (maker.__doc__ or "").startswith(f"{maker.__name__}(") else getdoc(maker) or ""
    summary, _, rest = said.partition("\n")
    return summary, rest.strip("\n")


def formula(maker: Any) -> str:
    """The lines of the formula that follows the first line, set to the left; empty if none does."""
    rest = halves(maker)[1]
    return textwrap.dedent(rest.split("\n\n")[0]) if rest.startswith(" ") else ""
