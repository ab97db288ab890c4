"""Shares of a whole as percentages."""

from __future__ import annotations

_LEAST = 0.001  # the smallest percentage that is told
_ROUNDING = 1e-12  # of a share that is a sum of many


def percentage(share: float, digits: int = 0) -> str:
    """A share as a percentage, without its sign, with so many digits after the point; 0 or 100 only if it is that.

    What would be rounded to 0 has its own first two digits instead, and what would be rounded to 100 is over 99.9, or
    over what else can be shown.

    >>> [percentage(share) for share in (0.4247, 1.0, 0.997, 0.9996, 0.0, 0.0000789, 1e-9)]
    ['42', '100', '99.7', '>99.9', '0', '0.0079', '<0.001']
    >>> [percentage(share, 2) for share in (0.4247, 1.0, 59_999 / 60_000, 1 / 60_000)]
    ['42.47', '100.00', '>99.99', '0.0017']
    """
    for end in (0.0, 1.0):
        if abs(share - end) < _ROUNDING:
            return f"{100 * end:.{digits}f}"
    if float(f"{100 * abs(share):.{digits}f}") == 0:
        return f"{100 * share:.2g}" if 100 * abs(share) >= _LEAST else f"<{_LEAST}"
    if float(text := f"{100 * share:.{digits}f}") != 100:
        return text
    near = max(digits, 1)
    text = f"{100 * share:.{near}f}"
    return text if float(text) != 100 else f">{100 - 10.0**-near:.{near}f}"
