"""Numbers as readers see them: on figures, in films, decks, pages and tables.

What may be typed again keeps Python's own form, 1e-05: settings in notations, in errors and in `repr`.
"""

from __future__ import annotations

import math

_PLAIN, _LONG = 5, 12  # digits before the point that stand there without a power of ten; where all of them are known
_ROUND = 7  # zeros before the point, from which on a power of ten is read more easily
_SMALL = -4  # the least power of ten that is written with zeros
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_FRACTION, _LEAST_FRACTION = 0.095, 1e-5  # ratios between which they are fractions
_LEAST = 0.001  # the smallest percentage that is told
_ROUNDING = 1e-12  # of a share that is a sum of many


def number(value: float, digits: int = 3, gap: float = math.inf, zeros: bool = False, places: int | None = None) -> str:
    """A number in so many digits, or all of those before its point: 0.05, 1,875, 3.17×10⁻⁶; – for one that is none.

    gap : a difference that has to be seen, as from the next number on an axis: two digits of it are shown, however
        many of the number's that takes.
    zeros : whether those at the end stay, as in measurements in a column: 0.50.
    places : at most so many after the point, as of numbers told beside each other, but of those too small for that.

    >>> [number(value) for value in (0.05, 20.0, 1875.4, 1e-6, -3.1666e-6, 101_770, float("nan"))]
    ['0.05', '20', '1,875', '10⁻⁶', '−3.17×10⁻⁶', '1.02×10⁵', '–']
    >>> number(1_000_001.5, gap=0.5), number(0.5, zeros=True), number(0.01234, places=3)
    ('1,000,001.5', '0.500', '0.012')
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if 0 < gap < math.inf:
        digits = max(digits, size - math.floor(math.log10(gap)) + 2)
    if 0 <= size < _PLAIN:
        digits = max(digits, size + 1)
    if places is not None and size >= -places:
        digits = min(digits, size + 1 + places)
    digits = min(digits, 16)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    size = int(exponent)
    round_by = size + 1 - sum(sign.isdigit() for sign in _bare(mantissa))
    if _SMALL <= size < _PLAIN or (_PLAIN <= size < min(digits, _LONG) and round_by < _ROUND):
        text = f"{float(f'{mantissa}e{exponent}'):,.{max(0, digits - 1 - size)}f}"
        return _typeset(text if zeros else _bare(text))
    mantissa = _bare(mantissa)
    return _typeset({"1": power(size), "-1": f"-{power(size)}"}.get(mantissa, f"{mantissa}×{power(size)}"))


def setting(value: float) -> str:
    """A number that somebody chose, such as a learning rate, as it was chosen: 0.001, 100, 10⁻⁵."""
    return number(value, 6)


def fixed(value: float, places: int, signed: bool = False) -> str:
    """A number with so many digits after its point; `signed`: a difference, with its sign, be it a plus."""
    return _typeset(f"{value:{'+' if signed else ''},.{places}f}")


def fraction(ratio: float) -> str:
    """A ratio, not below 0, in two digits, a small one as a fraction: 1/4,600."""
    if not ratio < _FRACTION or ratio == 0:
        return number(ratio, 2)
    if ratio > _LEAST_FRACTION:
        return f"1/{float(f'{1 / ratio:.2g}'):,.0f}"
    return power(round(math.log10(ratio)))


def power(exponent: int) -> str:
    """A power of 10, without mathematics: 10⁻³."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def percentage(share: float, digits: int = 0) -> str:
    """A share as a percentage, without its sign, with so many digits after the point; 0 or 100 only if it is that.

    What would be rounded to 0 has its own first two digits instead, and what would be rounded to 100 is over 99.9, or
    over what else can be shown; – is there for none.

    >>> [percentage(share) for share in (0.4247, 1.0, 0.997, 0.9996, 0.0, 0.0000789, 1e-9)]
    ['42', '100', '99.7', '>99.9', '0', '0.0079', '<0.001']
    >>> [percentage(share, 2) for share in (0.4247, 1.0, 59_999 / 60_000, 1 / 60_000)]
    ['42.47', '100.00', '>99.99', '0.0017']
    """
    if math.isnan(share):
        return number(share)
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


def _bare(text: str) -> str:
    """Without zeros at the end that say nothing."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _typeset(text: str) -> str:
    return text.replace("-", "−")
