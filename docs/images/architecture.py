"""Makes architecture.png from the imports as they are: the floors of pyproject.toml, and who stands on whom.

`make check` first: it lays the three folders out as the one package that they are once installed.
"""

from __future__ import annotations

import sys
import tomllib
from itertools import combinations
from pathlib import Path

import grimp
import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT, STEP = 1.5, 0.5, 1.35  # of a box, and from floor to floor


def floors() -> list[list[str]]:
    """The packages of each floor, the highest first."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = table["tool"]["importlinter"]["contracts"][0]["layers"]
    return [layer.replace("|", " ").replace(":", " ").split() for layer in layers]


def imports() -> tuple[set[tuple[str, str]], dict[str, int]]:
    """(importer, imported) of packages, without those that follow from others, and how many modules each has."""
    sys.path.insert(0, str(ROOT / "build" / "house"))
    graph = grimp.build_graph("landscape")
    names = [child.split(".")[1] for child in graph.find_children("landscape")]

    def imported(one: str, other: str) -> bool:
        return graph.direct_import_exists(importer=f"landscape.{one}", imported=f"landscape.{other}", as_packages=True)

    edges = {
        (a, b) for a, b in [*combinations(names, 2), *((b, a) for a, b in combinations(names, 2))] if imported(a, b)
    }
    beyond: dict[str, set[str]] = {name: {b for a, b in edges if a == name} for name in names}
    for _ in names:
        beyond = {name: reached.union(*(beyond[one] for one in reached)) for name, reached in beyond.items()}
    direct = {(a, b) for a, b in edges if not any((a, c) in edges and b in beyond[c] for c in names)}
    return direct, {name: 1 + len(graph.find_descendants(f"landscape.{name}")) for name in names}


def main() -> None:
    edges, sizes = imports()
    # Only now: of a package that is imported already, the graph would be built from where that one lies.
    from landscape import figures
    from landscape.figures.themes import palette

    rows = floors()
    colours = palette("light")
    with figures.style("light"):
        figure = plt.figure(figsize=(10, 7))
        ax = figure.add_axes((0, 0, 1, 1))
        # As wide as the longest floor lets them be.
        gap = min(2.05, 10.2 / max(map(len, rows)))
        width, places = min(WIDTH, 0.88 * gap), {}
        for level, row in enumerate(rows):
            y = (len(rows) - 1 - level) * STEP
            # Who stands on a neighbour is to its right, so that arrows go to the left or down.
            row = sorted(row, key=lambda name: (sum(a == name and b in row for a, b in edges), name))
            ax.add_patch(
                FancyBboxPatch((-5.2, y - 0.42), 10.4, 0.84, "round,pad=0.0,rounding_size=0.1", color=colours.panel)
            )
            for k, name in enumerate(row):
                places[name] = ((k - (len(row) - 1) / 2) * gap, y)
        for a, b in edges:
            beside = places[a][1] == places[b][1]
            # So that all of them rise as far above their floor.
            bend = 0.6 / (places[a][0] - places[b][0]) if beside else 0.0
            ends = (
                (places[a][0], places[a][1] + (HEIGHT / 2 if beside else -HEIGHT / 2)),
                (
                    places[b][0],
                    places[b][1] + HEIGHT / 2,
                ),
            )
            ax.add_patch(
                FancyArrowPatch(
                    *ends, arrowstyle="-|>", mutation_scale=9, connectionstyle=f"arc3,rad={bend}",
                    color=colours.muted, linewidth=0.9, shrinkA=0, shrinkB=1, zorder=2,
                )
            )  # fmt: skip
        for name, (x, y) in places.items():
            ax.add_patch(
                FancyBboxPatch(
                    (x - width / 2, y - HEIGHT / 2), width, HEIGHT, "round,pad=0.0,rounding_size=0.08",
                    facecolor=colours.ground, edgecolor=colours.accent, linewidth=1.1, zorder=3,
                )
            )  # fmt: skip
            ax.text(x, y + 0.06, name, ha="center", va="center", color=colours.ink, size=11, zorder=4)
            ax.text(
                x, y - 0.14, f"{sizes[name]} modules", ha="center", va="center", color=colours.muted, size=7.5, zorder=4
            )
        ax.set(xlim=(-5.5, 5.5), ylim=(-0.7, (len(rows) - 1) * STEP + 0.7), aspect="equal")
        ax.axis("off")
        figure.set_layout_engine("none")
        figure.savefig(Path(__file__).with_suffix(".png"), dpi=130)


if __name__ == "__main__":
    main()
