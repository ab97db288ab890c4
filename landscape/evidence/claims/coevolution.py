"""Grounds and vehicles together, and the cell that the story leaves out: Adam on sigmoid's plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure

from ... import datasets, optimizers
from ...compiled.engine import chosen
from ...compiled.trainer import cannot
from ...core.annotations import Progress
from ...core.statistics import holm, over_seeds
from ...networks.mlp import MLP
from ...training.loop import train
from ..claim import Measured, Rule, Scale, needs
from ..claim_words import of_claim
from ..finding import Finding, Quantity
from ..plotting import grounds_and_vehicles
from ..trained import Case, TrainedClaim, cases

# The initialiser that each activation is usually given.
NATURAL = {"sigmoid": "glorot", "tanh": "glorot", "relu": "he", "gelu": "he"}
DEEP = 5  # hidden layers, at which the question is asked; what others say stands beside it
WIDTH = 64
IMAGES: dict[Scale, int] = {"quick": 10_000, "full": 20_000}
PLAIN, GROUND = "sigmoid", "relu"
NAMED = {"plain": PLAIN, "ground": GROUND}
_RATES = {"quick": (-7, 1), "full": (-8, 2)}  # the ends of the first grid, as exponents of √10


class CoevolutionClaim(TrainedClaim):
    """Activations × optimizers × depths × initialisers, each over the same learning rates and seeds."""

    number = "14b"
    rule = Rule(
        needs(
            stuck=lambda v: not (v["plain_gain"].clear and v["plain_gain"].value > 0),
            called=lambda v: v["ground_gain"].clear and v["ground_gain"].value > 0,
            more=lambda v: v["interaction"].clear and v["interaction"].value < 0,
        ),
        facts=needs(
            plainer=lambda v: v["interaction"].clear and v["interaction"].value > 0,
            freed=lambda v: v["new_ground"].clear and v["new_ground"].value > 0,
            shallow=lambda v: v["plain_sgd_shallow"].value > 0.8,
            # By more than a rate: as many as that hang on where the grid's rates happen to lie.
            wider=lambda v: v["ground_adam_rates"].value - v["ground_sgd_rates"].value > 1 / v["ground_adam_rates"].n,
        ),
    )
    cost: ClassVar = {"quick": 45.0, "full": 1500.0}

    def measure(self, scale: Scale, progress: Progress | None = None) -> Measured:
        full = scale == "full"
        spec: dict[str, Any] = {
            "optimizers": ["sgd", "momentum", "rmsprop", "adam"] if full else ["sgd", "adam"],
            "depths": [2, 5, 10, 20] if full else [2, DEEP],
            "widths": WIDTH,
            "images": IMAGES[scale],
            "seeds": [0, 1, 2],
        }
        if full:
            spec |= {"activations": list(NATURAL), "initialisers": ["glorot", "he", "orthogonal"]}
        else:
            spec |= {"pairs": [(one, NATURAL[one]) for one in (PLAIN, GROUND)]}
        table = self.swept(scale, spec, _RATES[scale], progress)
        found = cases(table)
        under = self.grounds(spec, found, progress)
        settings = {name: table.settings[name] for name in ("lrs", "depths", "widths", "images", "epochs", "seeds")}
        settings |= {"target": round(float(table.settings["target"]), 4), "cells": len(table), "deep": DEEP}
        settings["shallow_depth"], settings["edges"] = min(spec["depths"]), [_label(one) for one in found if one.edge]
        told = [_told(one, row) for one, row in zip(found, under, strict=True)]
        series = {"cases": told, "curves": _curves(found, spec["images"])}
        return Measured(_values(found, spec["depths"]), series, settings)

    def draw(self, finding: Finding, figure: Figure) -> None:
        words = of_claim(self.name)
        rows = [one for one in finding.series["cases"] if NATURAL[one["activation"]] == one["init"]]
        grounds_and_vehicles(figure, rows, words("depth", depth="{depth}"), words("rates"))


def _case(found: list[Case], ground: str, optimizer: str, depth: int = DEEP) -> Case:
    """The case of an activation with its natural initialiser."""
    wanted = {"activation": ground, "init": NATURAL[ground], "optimizer": optimizer, "depth": depth}
    return next(one for one in found if wanted.items() <= one.group.items())


def _curves(found: list[Case], images: int) -> dict[str, dict[str, Any]]:
    """The training losses of the four cells in the middle of the story, from the first seed: means over 2 % of the
    steps, at 200 points at the most."""
    data = datasets.load().subset(images)
    curves = {}
    for name, ground in NAMED.items():
        for who in ("sgd", "adam"):
            one = _case(found, ground, who)
            net = MLP((784, *[WIDTH] * DEEP, 10), ground, NATURAL[ground])
            optimizer = optimizers.parse(who).with_lr(one.lr)
            engine = chosen("auto", cannot(net, optimizer, 32))
            losses = train(net, data, optimizer, snapshots=1, engine=engine).history["loss"]
            window = max(1, len(losses) // 50)
            mean = np.convolve(losses, np.full(window, 1 / window), mode="valid")
            rows = np.unique(np.linspace(0, len(mean) - 1, 200).astype(int))
            curves[f"{name}_{who}"] = {"lr": one.lr, "steps": rows + window, "loss": mean[rows].round(4)}
    return curves


def _values(found: list[Case], depths: list[int]) -> dict[str, Quantity]:
    at = {(name, who): _case(found, ground, who) for name, ground in NAMED.items() for who in ("sgd", "adam")}
    added = {name: at[name, "adam"].gain_over(at[name, "sgd"]) for name in NAMED}
    differences = [
        *(at[name, "adam"].ahead_of(at[name, "sgd"]) for name in NAMED),
        at["ground", "sgd"].ahead_of(at["plain", "sgd"]),
        over_seeds(added["plain"], added["ground"]),
    ]
    seeds = len(at["plain", "sgd"].accuracy)
    told = ("plain_gain", "ground_gain", "new_ground", "interaction")
    values = {f"{name}_{who}": one.reads for (name, who), one in at.items()}
    for name, one in zip(told, holm(differences), strict=True):
        values[name] = Quantity.difference(one, "points", seeds)
    values |= {f"{name}_{who}_rates": one.rates for (name, who), one in at.items()}
    values |= {f"{name}_{who}_band": Quantity.band(one.band, len(one.trains)) for (name, who), one in at.items()}
    shallow, deepest = min(depths), max(depths)
    for name, ground_name in NAMED.items():
        for who in ("sgd", "adam"):
            values[f"{name}_{who}_shallow"] = _case(found, ground_name, who, shallow).reads
            if deepest > DEEP:
                values[f"{name}_{who}_deepest"] = _case(found, ground_name, who, deepest).reads
    return values


def _told(one: Case, under: Mapping[str, Any]) -> dict[str, Any]:
    """A case as numbers for the figure and for whoever reads the findings."""
    accuracy = one.reads
    told = {name: one.group[name] for name in ("activation", "init", "optimizer", "depth")}
    return told | {
        "lr": one.lr,
        "edge": one.edge,
        "accuracy": accuracy.value,
        "low": accuracy.low,
        "high": accuracy.high,
        "seeds": accuracy.n,
        "rates": one.rates.value,
        "steps_to": float(np.median(one.steps_to)),
        **{name: value for name, value in under.items() if name.startswith(("start_", "end_"))},
    }


def _label(one: Case) -> str:
    return " ".join(str(one.group[name]) for name in ("activation", "init", "optimizer", "depth"))
