"""The coefficients in landscape/compiled/mathematics.py: polynomials that are nearly the best ones for their intervals.

    python tests/golden/float32_fits.py

Each interpolates the function, computed in 50 digits, at Chebyshev's points, which comes within a factor of two of the
least error possible. Printed from the highest power down, with the largest relative error of the polynomial.
"""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp
import numpy as np

mp.mp.dps = 50
BEND = mp.mpf("0.3")  # of t = 1 / (1 + BEND z), in which Mills' ratio is nearly a polynomial


def fitted(f: Callable[[mp.mpf], mp.mpf], low: float, high: float, degree: int) -> tuple[list[mp.mpf], float]:
    """Coefficients from the highest power down, and the largest relative error."""
    low, high = mp.mpf(low), mp.mpf(high)
    points = [
        (low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (2 * k + 1) / (2 * degree + 2)) for k in range(degree + 1)
    ]
    powers = mp.matrix([[x**power for power in range(degree, -1, -1)] for x in points])
    found = list(mp.lu_solve(powers, mp.matrix([f(x) for x in points])))
    seen = [low + (high - low) * k / 400 for k in range(401)]
    return found, float(max(abs(mp.polyval(found, x) / f(x) - 1) for x in seen))


def sinc_like(u: mp.mpf) -> mp.mpf:
    """tanh z / z by u = z²."""
    z = mp.sqrt(u)
    return mp.tanh(z) / z if z else mp.mpf(1)


def mills(t: mp.mpf) -> mp.mpf:
    """Φ(−z) / φ(z) / t by t = 1 / (1 + BEND z)."""
    z = (1 / t - 1) / BEND
    return mp.ncdf(-z) / mp.npdf(z) / t


if __name__ == "__main__":
    half = mp.log(2) / 2
    cases = {
        "EXPONENTIAL": (mp.exp, -half, half, 6),
        "TANH": (sinc_like, 0, mp.mpf("0.4"), 5),
        "MILLS": (mills, 1 / (1 + BEND * 14), 1, 10),
    }
    for name, case in cases.items():
        coefficients, error = fitted(*case)
        print(f"{name} = {', '.join(str(np.float32(c)) for c in coefficients)}  # {error:.1e}")
