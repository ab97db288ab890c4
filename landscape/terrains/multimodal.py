"""Several basins: which minimum is found depends on the start and on the walker's speed."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .terrain import Array, Terrain, always, join, split, symmetric

__all__ = ["Himmelblau", "SixHumpCamel", "StyblinskiTang"]

# Minima without a closed form are roots of the gradient, computed in 40 digits and rounded once.


class Himmelblau(Terrain):
    """Four equally deep basins around one hill.

        L = (x² + y − 11)² + (x + y² − 7)²

    No basin is better than another: the start and the optimizer's momentum
    decide which one is found.
    Minima 0 at (3, 2), (−2.805, 3.131), (−3.779, −3.283), (3.584, −1.848).
    Source: Himmelblau 1972.
    """

    height = "log"
    floor = 1.0
    domain = ((-5.0, 5.0), (-5.0, 5.0))
    start = always([0.0, 0.0])
    minima = always(
        [
            [3.0, 2.0],
            [-2.805118086952745, 3.131312518250573],
            [-3.779310253377747, -3.2831859912861696],
            [3.5844283403304917, -1.8481265269644036],
        ]
    )

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        p, q = x * x + y - 11, x + y * y - 7
        return p * p + q * q

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        p, q = x * x + y - 11, x + y * y - 7
        return join(4 * x * p + 2 * q, 2 * p + 4 * y * q)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(12 * (x * x) + 4 * y - 42, 4 * (x + y), 12 * (y * y) + 4 * x - 26)


class SixHumpCamel(Terrain):
    """Six minima of three depths, in pairs by symmetry.

        L = (4 − 2.1 x² + x⁴/3) x² + xy + (4y² − 4) y²

    The default start rolls into the highest of them, 2.104.
    Minima −1.0316 at ±(0.0898, −0.7127); local ones −0.2155 and 2.104.
    Source: Dixon & Szegő 1978.
    """

    domain = ((-2.0, 2.0), (-1.15, 1.15))
    start = always([-1.9, -0.9])
    minima = always([[0.08984201310031806, -0.7126564030207396], [-0.08984201310031806, 0.7126564030207396]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        x2, y2 = x * x, y * y
        # x y stays with the powers of x that outgrow it: on its own it could overflow the other way.
        return x * (((x2 / 3 - 2.1) * x2 + 4) * x + y) + 4 * ((y2 - 1) * y2)

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        x2, y2 = x * x, y * y
        return join(((2 * x2 - 8.4) * x2 + 8) * x + y, x + (16 * y2 - 8) * y)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        x2, y2 = x * x, y * y
        return symmetric((10 * x2 - 25.2) * x2 + 8, 1.0, 48 * y2 - 8)


class StyblinskiTang(Terrain):
    """Four basins of three depths, one in each quadrant.

        L = ½ (x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)

    The coordinates do not interact: Adam's and Rprop's home ground. The
    default start lies in the basin that is highest, −50.06.
    Minimum −78.332 at (−2.9035, −2.9035); local ones −64.20 and −50.06.
    Source: Styblinski & Tang 1990.
    """

    domain = ((-4.5, 4.5), (-4.5, 4.5))
    start = always([4.2, 0.6])
    minima = always([[-2.903534027771177, -2.903534027771177]])

    def value(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        x2, y2 = x * x, y * y
        return (0.5 * x2 - 8) * x2 + 2.5 * x + (0.5 * y2 - 8) * y2 + 2.5 * y

    def gradient(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return join((2 * (x * x) - 16) * x + 2.5, (2 * (y * y) - 16) * y + 2.5)

    def hessian(self, xy: ArrayLike) -> Array:
        x, y = split(xy)
        return symmetric(6 * (x * x) - 16, 0.0, 6 * (y * y) - 16)
