"""A walk is drawn on the terrain that it was walked on, or not at all."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

import landscape as ls
from landscape import figures


def bowl(x, y):
    return x * x + y * y


def _onto(terrain, walk):
    ax = plt.figure().subplots()
    figures.contour(terrain, ax)
    figures.paths([walk], ax)


DRAWS = {
    "race": figures.race,
    "surface3d": lambda terrain, walk: figures.surface3d(terrain, walk, resolution=15),
    "contour": lambda terrain, walk: figures.contour(terrain, plt.figure().subplots(), avoid=walk),
    "paths": _onto,
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_walk_on_another_terrain_is_refused(draw):
    walk = ls.descend("himmelblau", "sgd:lr=0.01", steps=9)
    before = plt.get_fignums()
    for other, told in (("rosenbrock", "Rosenbrock"), ("x^2+y^2", "x² \\+ y²|x\\^2")):
        with pytest.raises(ValueError, match=rf"^a walk of SGD, lr 0.01 on Himmelblau cannot be drawn on .*({told})"):
            draw(other, walk)
    assert draw is not figures.race or plt.get_fignums() == before
    for mine, own in (
        ("himmelblau", walk),
        (ls.terrains.parse("x^2+y^2", ((-1, 1), (-1, 1))), ls.descend("x^2+y^2", "sgd", steps=3)),
        (ls.terrains.from_function(bowl, ((-1, 1), (-1, 1))), _on_bowl()),
    ):
        draw(mine, own)
        plt.close("all")


def _on_bowl():
    return ls.descend(ls.terrains.from_function(bowl, ((-3, 3), (-3, 3))), "sgd", steps=3)


def test_runs_are_drawn_on_their_own_plane(runs, surface, mnist):
    x, y = mnist.x_train[:700], mnist.y_train[:700]
    walk = ls.project(runs[0], surface, x, y)
    exact = ls.PlaneTerrain(runs[0].network, surface.plane, x, y)
    figures.race(surface, [walk, ls.descend(exact, "sgd:lr=0.1", surface.start, steps=2)])
    other = ls.surface(runs[0].network, ls.planes.random(runs[0].network, runs[0].params), x, y, resolution=5)
    for draw in (figures.race, figures.projection):
        with pytest.raises(ValueError, match="cannot be drawn on"):
            draw(other, [walk])
