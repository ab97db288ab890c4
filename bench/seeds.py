"""SGD and Adam on MNIST over five seeds, each at the best of the same learning rates: what README says of them.

    python bench/seeds.py

Writes the accuracies into docs/seeds.json, and prints the sentence that they make (a minute).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import landscape as ls
from landscape.core import statistics

RESULT = Path(__file__).parents[1] / "docs" / "seeds.json"
NAMES = {"sgd": "plain SGD", "adam": "Adam"}
SIZES, SEEDS = (784, 128, 10), 5


def main() -> None:
    data = ls.datasets.load()
    sweeps = ls.sweep_training(ls.MLP(SIZES), data, [ls.optimizers.get(name) for name in NAMES])
    found = {}
    for sweep in sweeps:
        runs = [ls.train(ls.MLP(SIZES, seed=seed), data, sweep.best, seed=seed, snapshots=1) for seed in range(SEEDS)]
        notation = ls.optimizers.text(sweep.best, defaults=False)
        found[notation] = [round(100 * run.test_accuracy, 2) for run in runs]
    RESULT.write_text(json.dumps(found) + "\n")
    print(sentence(found))


def sentence(accuracies: Mapping[str, Sequence[float]]) -> str:
    """What the test accuracies (seeds,) in percent of two optimizers say, each under its notation."""
    (first, a), (second, b) = accuracies.items()
    names = [NAMES[notation.partition(":")[0]] for notation in (first, second)]
    means = [f"{np.mean(values):.2f} ± {np.std(values, ddof=1):.2f} %" for values in (a, b)]
    difference = statistics.over_seeds(dict(enumerate(a)), dict(enumerate(b)))
    ahead, behind = names if difference.effect > 0 else reversed(names)
    more = difference if difference.effect > 0 else -difference
    verdict = f"{ahead} reads more than {behind}" if difference.clear else "no clear difference"
    low, high = (f"{end:.2f}".replace("-", "−") for end in (more.low, more.high))
    measured = (
        f"over {len(a)} seeds {names[0]} reads {means[0]} of the test digits after one epoch, {names[1]} {means[1]}"
    )
    test = f"{more.effect:.2f} points for {ahead}, 95 % interval {low} to {high}, p = {more.p:.2g}"
    return f"{measured}: {verdict} ({test})"


if __name__ == "__main__":
    main()
