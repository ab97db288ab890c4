"""Images that a loss is the mean of, and what captions say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Part = Literal["training", "test"]
Thing = Literal["images", "points"]

_TEXT = re.compile(r"([\d,]+) (training|test) (images|points) of (.+?)(?:, pixels (.+))?", re.DOTALL)
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3}){0,5}) samples")


@dataclass(frozen=True)
class Images:
    """How many images, of which part of which data; as a text it stands in captions.

    scaling : what was done to their pixels, in words; empty where that is not to be said.
    thing : what they are, if no images.
    """

    count: int
    part: Part
    name: str
    scaling: str = ""
    thing: Thing = "images"

    def __str__(self) -> str:
        scaling = f", pixels {self.scaling}" if self.scaling else ""
        return f"{self.count:,} {self.part} {self.thing} of {self.name}{scaling}"


@dataclass(frozen=True)
class Samples:
    """How many samples of data without a name, which are a model's own; as a text it stands in captions."""

    count: int

    def __str__(self) -> str:
        return f"{self.count:,} samples"


Caption = Images | Samples | str


def read(text: str) -> Caption:
    """What `str` wrote of Images or Samples; any other text as it is."""
    if (counted := _COUNT.fullmatch(text)) and str(own := Samples(int(counted[1].replace(",", "")))) == text:
        return own
    if found := _TEXT.fullmatch(text):
        count, part, thing, name, scaling = found.groups()
        digits = count.replace(",", "")
        made = Images(
            int(digits) if len(digits) < 20 else 0,
            "test" if part == "test" else "training",
            name,
            scaling or "",
            "points" if thing == "points" else "images",
        )
        if str(made) == text:
            return made
    return text


class Sample(NamedTuple):
    """Images x (N, D) with labels y (N,), and what captions say of them; no images for a model with own data."""

    x: Any
    y: Any
    about: Caption


def sample_of_own(about: Caption) -> Sample:
    """What stands for the data of a model that has its own: no images, and what captions say of them."""
    return Sample(None, None, about)
