"""`--data`: which images a loss is the mean of, and where they are."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from landscape.core.own import is_file

from .terminal import say

if TYPE_CHECKING:
    from landscape import Run
    from landscape.datasets import Dataset
    from landscape.datasets.sample import Sample

_PART = re.compile(r"(?:(?P<where>.+):)?(?P<part>train|test)(?::(?P<count>\d+))?")

where_now = click.option("--data", "where", help="Where the data are now, if not where the runs found them.")


@dataclass(frozen=True)
class Images:
    """Some of the training or test images of a data set.

    text : as it was given. where : of the data; None for where runs found theirs. part : "train" or "test". count : how
    many, the first ones; None for all, but at most `most`.
    """

    text: str
    where: str | None
    part: str
    count: int | None
    most: int | None

    def data(self, runs: Sequence[Run]) -> Dataset:
        """The data of runs; OtherDataError if they are not those of one of them."""
        from landscape.training.run import data_of

        return data_of(runs, self.where)

    def of_runs(self, runs: Sequence[Run]) -> Sample:
        """The images from the data of runs; none for runs whose models have data of their own.

        Where runs were trained on a part of the training images, and these are others, it is said.
        """
        from landscape.datasets.sample import sample_of_own
        from landscape.training.recorded import known

        if runs and all(run.is_recorded for run in runs):
            if self.text:
                raise ValueError(f"--data '{self.text}': the models of these runs have data of their own, leave it out")
            network = known([run.network for run in runs])
            return sample_of_own(str(runs[0].settings["data"]) or (network.caption if network.known else ""))
        data = self.data(runs)
        sample = self.of(data)
        seen, whole = min(run.settings["images"] for run in runs), len(data.x_train)
        if self.part == "train" and seen < whole:
            said = f"the loss is over {sample.about}, of which there are {whole:,}"
            say(f"Note: {said}; training was on {seen:,} drawn from them", err=True)
        return sample

    def of_each(self, runs: Sequence[Run]) -> list[Sample]:
        """The same for each run, from its own data; runs of one source share them."""
        groups: dict[str, list[Run]] = {}
        for run in runs:
            groups.setdefault(run.settings.get("source", "\0"), []).append(run)
        samples = {source: self.of_runs(group) for source, group in groups.items()}
        return [samples[run.settings.get("source", "\0")] for run in runs]

    def of(self, data: Dataset) -> Sample:
        """The same from data that are there."""
        there = len(data.x_train if self.part == "train" else data.x_test)
        wanted = min(there, self.most or there) if self.count is None else self.count
        if not 0 < wanted <= there:
            few = f"from 1 to {there} {self.part} images of {data.name} can be taken"
            raise ValueError(f"--data '{self.text}' is not allowed: {few}")
        return data.sample(wanted, "training" if self.part == "train" else "test")


def images_of(most: int) -> Callable[..., Any]:
    """`--data [WHERE:]train|test[:N]`, or WHERE alone; the command gets it as Images, under the name `images`."""
    default = f"train:{most}"

    def read(_context: click.Context, _option: click.Parameter, text: str | None) -> Images:
        return _read(text, most)

    return click.option(
        "--data",
        "images",
        metavar="[WHERE:]PART",
        callback=read,
        help="Images of the loss: train or test, and how many, as test:500; where the data are, if not where the runs "
        f"found them, as mine.npz or mine.npz:test:500.  [default: {default}, or as many as there are]",
    )


def _read(text: str | None, most: int) -> Images:
    if text is None:
        return Images("", None, "train", None, most)
    if is_file(text):
        return Images(text, None, "train", None, most)
    place, part, count = text, "train", None
    if found := _PART.fullmatch(text):
        place, part, count = found["where"], found["part"], found["count"]
    if place is not None and not _is_place(place):
        raise ValueError(
            f"--data '{text}' is not allowed: expected train or test, or a number of them as in train:10000, or where "
            "the data are, as in mine.npz or mine.npz:test:500"
        )
    return Images(text, place, part, None if count is None else int(count), None if found else most)


def _is_place(text: str) -> bool:
    """Whether a data set may be meant, so that loading it says what is wrong."""
    from landscape.datasets import has_name

    return has_name(text) or Path(text).suffix == ".npz" or "/" in text or os.path.exists(text)
