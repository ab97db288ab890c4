"""The slides on what the best network has learned: its weights, and which images it misreads."""

from __future__ import annotations

from math import isqrt
from typing import Any

import numpy as np

from ..core.annotations import Array
from ..core.statistics import discordant
from ..figures import kinds
from ..figures.recognition import probable
from .facts import Facts
from .parts import Picture, Slide

_SURE = 0.9  # a probability, from which on a reading is called confident


def learned(facts: Facts) -> list[Slide]:
    """Weights, confusion and misread images, as far as they can be shown."""
    if not facts.ranked:
        return []
    return [slide for slide in (_weights(facts), _confusion(facts), _misread(facts)) if slide is not None]


def _weights(facts: Facts) -> Slide | None:
    best, words = facts.ranked[0], facts.words
    if best.run.is_recorded or not _square(best.run.mlp.sizes[0]):
        return None
    picture = Picture(lambda: kinds.get("weights").draw(run=best.run), words("weights.alt"))
    return Slide(words("weights.title", name=best.name), words("weights.notes"), content=picture)


def _confusion(facts: Facts) -> Slide | None:
    best, data, words = facts.ranked[0], facts.data, facts.words
    outputs = facts.outputs(best)
    if outputs is None or data is None:
        return None
    classes, read = outputs.shape[1], outputs.argmax(axis=1)
    counts = np.bincount(classes * data.y_test + read, minlength=classes**2).reshape(classes, -1)
    right, of_class = counts.diagonal(), counts.sum(axis=1)
    shares = np.where(of_class > 0, right / np.maximum(of_class, 1), np.nan)
    errors = counts - np.diag(right)
    true, taken = np.unravel_index(errors.argmax(), errors.shape)
    values: dict[str, Any] = {"name": best.name, "noun": facts.noun}
    if errors.any():
        # The next most frequent one may be as frequent, but for the choice of images.
        most, following = np.sort(errors, axis=None)[:-3:-1].tolist()
        told = {"true": true, "read": taken, "n": f"{most:,}", "all": f"{of_class[true]:,}"}
        clear = discordant(most, following, len(read)).clear
        kind = "confusion.title" if clear else "confusion.title_close"
        title = words(kind, **values, **told, next=f"{following:,}")
    else:
        title = words("confusion.title_none", **values, all=f"{len(read):,}")
    ends: dict[str, Any] = {}
    for key, share in (("best", np.nanmax(shares)), ("worst", np.nanmin(shares))):
        alike = words.listed(str(k) for k in np.flatnonzero(shares == share))
        ends |= {key: alike, f"{key}_share": words.percent(float(share), 1)}
    kind = "confusion.diagonal_one" if ends["best"] == ends["worst"] else "confusion.diagonal"
    of_all = {"right": f"{right.sum():,}", "all": f"{len(read):,}", "noun": facts.noun}
    notes = words.sentences([words("confusion.notes", **of_all), words(kind, **ends)])
    picture = Picture(lambda: kinds.get("confusion").draw(run=best.run, data=data), words("confusion.alt"))
    return Slide(title, notes, content=picture)


def _misread(facts: Facts) -> Slide | None:
    best, data, words = facts.ranked[0], facts.data, facts.words
    outputs = facts.outputs(best)
    if outputs is None or data is None or not _square(data.x_test.shape[1]):
        return None
    wrong = outputs.argmax(axis=1) != data.y_test
    if not wrong.any():
        return None
    values: dict[str, Any] = {"wrong": f"{wrong.sum():,}", "all": f"{len(wrong):,}", "noun": facts.noun}
    kind = "misread.title_plain"
    if probable(best.run):
        sure = int((_confidence(outputs[wrong]) > _SURE).sum())
        values["sure"] = f"{sure:,}"
        kind = "misread.title" if sure else kind
    picture = Picture(lambda: kinds.get("misread").draw(run=best.run, data=data), words("misread.alt"))
    return Slide(words(kind, **values), words("misread.notes", name=best.name), content=picture)


def _confidence(outputs: Array) -> Array:
    """The softmax of the largest output (N,)."""
    outputs = outputs.astype(np.float64)
    return np.asarray(1 / np.exp(outputs - outputs.max(axis=1, keepdims=True)).sum(axis=1))


def _square(pixels: int) -> bool:
    return isqrt(pixels) ** 2 == pixels
