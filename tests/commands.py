"""The command line as tests call it, and what it says when it refuses."""

from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result

from landscape.cli.main import main
from landscape.datasets import Dataset

# The formats and the size that are drawn in the least time, for tests of what else a command does.
PNG = ("--format", "png", "--size", "column")
SVG = ("--format", "svg", "--size", "column")


def command(*words: object) -> Result:
    """What comes of `landscape` with these words."""
    return CliRunner().invoke(main, [str(word) for word in words])


def refusal(result: Result) -> str:
    """The one line of an error."""
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    *notes, line = result.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert not any(note.startswith(("Error", "Usage:")) for note in notes)
    return line.removeprefix("Error: ")


def saved(data: Dataset, path: Path, tests: int | None = None) -> Path:
    """A data set as a file in the Keras layout, with so many of its test images."""
    np.savez(path, x_train=data.x_train, y_train=data.y_train, x_test=data.x_test[:tests], y_test=data.y_test[:tests])
    return path
