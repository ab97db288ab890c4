"""Words of the command line, and notations: nonsense, mutations of what is sound, other alphabets, endless numbers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import landscape as ls
from landscape import optimizers, terrains
from landscape.cli import data as options_of_data
from landscape.cli import options
from landscape.cli.main import main
from landscape.core.errors import one_line
from landscape.networks import activations, initialisers, losses
from landscape.networks.weights.sequences import series
from landscape.optimizers import schedules

from .attempts import attempt, few, fuzz

SOUND = [
    *("adam:lr=0.01,beta1=0.95", "sgd:lr=1e-3,weight_decay=0.1,clip=1", "scipy:l-bfgs-b", "lookahead:inner=adam"),
    *("warmup:length=5,then=cosine", "step:gamma=0.5,every=10", "leaky_relu:slope=0.2", "he", "truncated:std=0.1"),
    *("ravine:kappa=100", "x^2+y^2", "mine.py:wave", "cross_entropy:label_smoothing=0.1", "mse", "-3,3,-3,3", "1,2.5"),
    *("test", "train:500", "mine.npz:test:100", "full", "784,128,10", "step10.safetensors", "epoch=3-val_loss=0.1"),
]
PIECES = [
    *(":", "=", ",", "..", "/", "\\", "$", "%s", "{}", "\x00", "\x1b[2J", "\n", "\u202e", "\ud800", "é", "数", "٣"),
    *("1e999", "nan", "inf", "-0", "9" * 400, "0x10", "1_000", "None", "__class__", "import os", "lambda: 1", "()"),
]


@st.composite
def words(draw: Any) -> str:
    """A sound word with pieces put in and taken out."""
    text: str = draw(st.sampled_from(SOUND) | st.text(max_size=30))
    for _ in range(draw(st.integers(0, 3))):
        at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        text = text[:at] + draw(st.sampled_from([*PIECES, *SOUND])) + text[end if draw(st.booleans()) else at :]
    return text


def option(read: Callable[..., Any], *others: Any) -> Callable[[str], Any]:
    """What reads an option, whose errors become a line where they are shown."""

    def call(text: str) -> Any:
        try:
            return read(text, *others)
        except click.UsageError as error:
            raise ValueError(one_line(error.format_message())) from error
        except ValueError as error:
            raise ValueError(one_line(str(error))) from error

    return call


PARSERS: dict[str, Callable[[str], Any]] = {
    **{one.__name__: one.parse for one in (optimizers, schedules, activations, initialisers, losses)},
    "walker": optimizers.walker,
    "terrain": terrains.parse,
    "stored": lambda text: terrains.stored(text, terrains.custom.DOMAIN, (0.0, 0.0)),
    "data": ls.datasets.load,
    "box": option(options.box, "--domain"),
    "numbers": option(options.numbers, "--start"),
    "sizes": option(options.numbers, "--layers", int),
    "whole": option(options.whole, "--measure", "epoch"),
    "images": option(options_of_data._read, 1000),
    "ground": option(options.terrain_of, None),
    "series": lambda text: series([f"{text}1.safetensors", f"{text}2.safetensors"]),
    "folder": options.folder_name,
}


@pytest.mark.parametrize("parser", PARSERS)
@fuzz
@given(text=words())
def test_any_word_is_read_or_refused(parser: str, text: str) -> None:
    attempt(lambda: PARSERS[parser](text))


NEEDED = {"plot": ["contour", "booth"], "explore": ["booth"], "race": ["booth"], "basins": ["booth"]}
NEEDED |= {"train": [], "demo": [], "animate": []}
OPTIONS = [
    (verb, option)
    for verb, command in main.commands.items()
    for option in command.params
    if isinstance(option, click.Option) and option.name not in ("out", "title")
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a tiny network, and nothing else."""
    place = tmp_path_factory.mktemp("words")
    data = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
    ls.train(ls.MLP((4, 3, 4)), data, "sgd", 2, 1, snapshots=2, out=place / "run")
    return place


@few
@given(
    which=st.sampled_from(OPTIONS),
    wrong=st.sampled_from(["nonsense\x1b", "--nonsense", "\udcff", "-1e400", "a" * 300, "x/../y/\x00"]),
)
def test_a_command_line_with_a_wrong_word_is_one_line(place: Path, which: Any, wrong: str) -> None:
    """Nothing is drawn or trained, and nothing is there that was not."""
    verb, option = which
    os.chdir(place)
    before = sorted(place.rglob("*"))
    given_words = [verb, *NEEDED.get(verb, ["run"]), option.opts[-1], wrong]
    result = CliRunner().invoke(main, [*given_words, "--nonsense"] if option.is_flag else given_words)
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert len([line for line in result.stderr.splitlines() if line.startswith("Error")]) == 1
    assert "\x1b" not in result.output
    assert sorted(place.rglob("*")) == before
