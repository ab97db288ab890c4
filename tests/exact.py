"""The terrains in as many digits as it takes: losses, slopes and curvatures by Taylor series in mpmath.

Each formula is written here as its docstring has it, and nowhere rearranged for floating point.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import mpmath as mp
import numpy as np

# Digits that outlast all cancellations at coordinates of 1e±300. Where exponentials are all that there is, nothing
# cancels but what their formulas here say, and fewer will do.
DIGITS, FEW = 700, 80
ORDER = 3
_POWERS = [(i, j) for i in range(ORDER + 1) for j in range(ORDER + 1 - i)]


class Series:
    """A polynomial in (dx, dy) up to the third degree: coefficients by their powers."""

    def __init__(self, terms):
        self.terms = {power: mp.mpf(term) for power, term in terms.items() if term}

    def __getitem__(self, power):
        return self.terms.get(power, mp.mpf(0))

    def __add__(self, other):
        other = _series(other)
        return Series({power: self[power] + other[power] for power in _POWERS})

    def __mul__(self, other):
        other, terms = _series(other), dict.fromkeys(_POWERS, mp.mpf(0))
        for (p, a), (q, b) in product(self.terms.items(), other.terms.items()):
            if (power := (p[0] + q[0], p[1] + q[1])) in terms:
                terms[power] += a * b
        return Series(terms)

    def of(self, *derivatives):
        """f of this, given f, f′, f″ and f‴ at its constant."""
        offset = self + -self[0, 0]
        total, power = Series({}), _series(1)
        for k, derivative in enumerate(derivatives):
            total, power = total + power * (derivative / mp.factorial(k)), power * offset
        return total

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -_series(other)

    def __rsub__(self, other):
        return -self + other

    def __pow__(self, n):
        return self if n == 1 else self * self ** (n - 1)

    __radd__, __rmul__ = __add__, __mul__


def _series(value):
    return value if isinstance(value, Series) else Series({(0, 0): value})


def exp(a):
    return a.of(*[mp.exp(a[0, 0])] * 4)


def cos(a):
    c, s = mp.cos(a[0, 0]), mp.sin(a[0, 0])
    return a.of(c, -s, -c, s)


def root(a):
    r = mp.sqrt(a[0, 0])
    return a.of(r, 1 / (2 * r), -1 / (4 * r**3), 3 / (8 * r**5))


def inverse(a):
    c = a[0, 0]
    return a.of(1 / c, -1 / c**2, 2 / c**3, -6 / c**4)


def sigmoid(a):
    return a.of(1 / (1 + mp.exp(-a[0, 0])), *_slopes(a[0, 0]))


def softplus(a):
    c = a[0, 0]
    return a.of(max(c, 0) + mp.log1p(mp.exp(-abs(c))), 1 / (1 + mp.exp(-c)), *_slopes(c)[:2])


def _slopes(a):
    """σ′, σ″ and σ‴."""
    s1 = 1 / (1 + mp.exp(-a)) / (1 + mp.exp(a))
    return s1, -s1 * mp.tanh(a / 2), s1 * (1 - 6 * s1)


def arctan(a):
    c = a[0, 0]
    q = 1 + c * c
    return a.of(mp.atan(c), 1 / q, -2 * c / q**2, (6 * c * c - 2) / q**3)


def angle(y, x):
    """Of the vector (x, y) with y ≥ 0, from 0 to π."""
    if abs(x[0, 0]) < y[0, 0]:
        return mp.pi / 2 - arctan(x * inverse(y))
    turned = arctan(y * inverse(x))
    return turned if x[0, 0] > 0 else turned + mp.pi


def centred(a):
    """σ(a) − ½, without the subtraction."""
    return a.of(mp.tanh(a[0, 0] / 2) / 2, *_slopes(a[0, 0]))


def relu(a):
    return a if a[0, 0] > 0 else Series({})


def _turned(x, y, degrees):
    c, s = mp.cos(mp.radians(degrees)), mp.sin(mp.radians(degrees))
    return x * c + y * s, y * c - x * s


def _ravine(t, x, y):
    u, v = _turned(x, y, t.angle)
    return (u**2 + v**2 * t.kappa) * 0.5


def _ackley(t, x, y):
    r = root((x**2 + y**2) * 0.5)
    return 20 - exp(r * (-mp.mpf(1) / 5)) * 20 + mp.e - exp((cos(x * 2 * mp.pi) + cos(y * 2 * mp.pi)) * 0.5)


def _chain(t, w1, w2):
    u = centred(w1)
    for _ in range(t.depth - 1):
        u = centred(w2 * u)
    return (u - mp.mpf("0.4")) ** 2 * 0.5


def _cliff(t, w, b):
    x = _series(0.5)
    for _ in range(t.steps):
        x = w * sigmoid(x) + b
    return (sigmoid(x) - mp.mpf("0.7")) ** 2


def _neuron(t, w, b):
    total = Series({})
    for x, y in ((-1, 0), (-0.5, 0), (0.5, 1), (1, 1)):
        wrong = (w * x + b) * (1 - 2 * y)
        total = total + (softplus(wrong) if t.loss == "cross_entropy" else sigmoid(wrong) ** 2 * 0.5)
    return total * 0.25


def _relu_valley(t, x, y):
    s = 1 / mp.sqrt(t.kappa)
    a1, v = _turned(x, y, t.angle)
    a2 = v * s
    cross, dot = a1 * s - a2, a1 + a2 * s
    cross = -cross if cross[0, 0] < 0 else cross
    return ((a1 - 1) ** 2 + (a2 - s) ** 2) * 0.25 - (cross - angle(cross, dot) * dot) * (1 / (2 * mp.pi))


def _goldstein_price(t, x, y):
    s, d = x + y, x * 2 - y * 3
    return (1 + (s + 1) ** 2 * (s**2 * 3 - s * 14 + 19)) * (30 + d**2 * (d**2 * 3 - d * 16 + 18))


LOSSES: dict[str, Callable] = {
    "ravine": _ravine,
    "booth": lambda t, x, y: (x + y * 2 - 7) ** 2 + (x * 2 + y - 5) ** 2,
    "saddle": lambda t, x, y: (x**2 - y**2) * 0.5 + y**4 * (mp.mpf(t.bound) / 4),
    "monkey_saddle": lambda t, x, y: x**3 - x * y**2 * 3,
    "rosenbrock": lambda t, x, y: (t.a - x) ** 2 + (y - x**2) ** 2 * t.b,
    "beale": lambda t, x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "goldstein_price": _goldstein_price,
    "himmelblau": lambda t, x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "six_hump_camel": lambda t, x, y: (
        (4 - x**2 * mp.mpf("2.1") + x**4 * (mp.mpf(1) / 3)) * x**2 + x * y + (y**2 * 4 - 4) * y**2
    ),
    "styblinski_tang": lambda t, x, y: (x**4 - x**2 * 16 + x * 5 + y**4 - y**2 * 16 + y * 5) * 0.5,
    "rastrigin": lambda t, x, y: 20 + x**2 + y**2 - (cos(x * 2 * mp.pi) + cos(y * 2 * mp.pi)) * 10,
    "ackley": _ackley,
    "sigmoid_chain": _chain,
    "neuron": _neuron,
    "relu_pair": lambda t, x, y: (y * relu(x) - 1) ** 2 * 0.5,
    "relu_valley": _relu_valley,
    "cliff": _cliff,
}


NAMES = {"L": (0, 0), "Lx": (1, 0), "Ly": (0, 1), "Lxx": (2, 0), "Lxy": (1, 1), "Lyy": (0, 2)}


def parts(terrain, point, ulps: float = 1.0) -> dict[str, tuple[mp.mpf, mp.mpf]]:
    """The loss, both slopes and the three curvatures at a point, whose coordinates are taken as the exact numbers that
    they are; each with the most that it changes where the coordinates change by so many units of their last digit."""
    few = terrain.name in ("sigmoid_chain", "cliff")
    with mp.workdps(FEW if few else DIGITS):
        x, y = (mp.mpf(float(value)) for value in point)
        loss = LOSSES[terrain.name](terrain, Series({(0, 0): x, (1, 0): 1}), Series({(0, 0): y, (0, 1): 1}))
        eps = [abs(value) * ulps * mp.mpf(np.finfo(np.float64).eps) for value in (x, y)]
        return {name: (_slope(loss, at), _change(loss, at, eps)) for name, at in NAMES.items()}


def _slope(loss, at):
    return loss[at] * mp.factorial(at[0]) * mp.factorial(at[1])


def _change(loss, at, eps):
    total = mp.mpf(0)
    for k, m in _POWERS[1:]:
        further = (at[0] + k, at[1] + m)
        total += abs(_slope(loss, further)) * eps[0] ** k * eps[1] ** m / mp.factorial(k) / mp.factorial(m)
    return total
