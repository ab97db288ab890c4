"""What the command line says on terminals of few characters, and of names that look like markup or patterns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper

import numpy as np
import pytest
from click.testing import CliRunner
from commands import PNG, command
from rich.cells import cell_len
from rich.console import Console

import landscape as ls
from landscape.cli import screen
from landscape.cli.main import main
from landscape.cli.terminal import visible

# Encodings of terminals that lack most of a formula's characters: Western Europe, Windows, China, Russia, Japan, none.
ENCODINGS = ["latin-1", "cp1252", "gbk", "koi8-r", "shift_jis", "ascii"]
VERBS = [
    [],
    *([name, "--help"] for name in main.commands),
    *(["list", kind] for kind in ("terrains", "optimizers", "schedules", "activations", "initialisers", "losses")),
    *(["list", name] for name in (*ls.terrains.names(), *ls.optimizers.names(), "clip", "sam")),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_page_is_shown_in_the_characters_that_there_are(encoding):
    for words in VERBS:
        result = CliRunner(charset=encoding).invoke(main, words)
        assert result.exit_code == (0 if words else 2), (words, result.exception)
        text = (result.stdout_bytes + result.stderr_bytes).decode(encoding)
        assert len(text) > 100
        assert "\\u" not in text, words  # every character that is used has a spelling
        assert "\\x" not in text, words


def test_a_formula_stays_true_when_it_is_spelled():
    text = CliRunner(charset="ascii").invoke(main, ["list", "adam"]).stdout
    for line in (
        "m_t = beta_1 m_t-1 + (1 - beta_1) g_t          m_hat_t = m_t / (1 - beta_1^t)",
        "v_t = beta_2 v_t-1 + (1 - beta_2) g_t^2         v_hat_t = v_t / (1 - beta_2^t)",
        "Delta x = -lr * m_hat_t / (sqrt v_hat_t + epsilon)",
    ):
        assert line in text
    assert "L = 1/2 (u^2 + kappa v^2)" in CliRunner(charset="ascii").invoke(main, ["list", "ravine"]).stdout
    assert "L = ½ (u² + kappa v²)" in CliRunner(charset="latin-1").invoke(main, ["list", "ravine"]).stdout
    assert "L = ½ (u² + κ v²)" in CliRunner().invoke(main, ["list", "ravine"]).stdout


@pytest.mark.parametrize("encoding", ["latin-1", "gbk", "ascii", "utf-8"])
def test_tables_are_as_wide_as_what_they_show(encoding, monkeypatch):
    stream = TextIOWrapper(BytesIO(), encoding, errors="spelled")  # as `spell_out` makes it
    monkeypatch.setattr(screen, "console", Console(file=stream, width=80))
    screen.table("λ", ["α = 0", "½ ± σ′"], [["m̂ₜ → v", "11.73 ± 1.64 %"], ["结果", "caf\udce9"]])
    stream.flush()
    lines = stream.buffer.getvalue().decode(encoding, "surrogateescape").splitlines()
    assert len({cell_len(line.rstrip()) for line in lines[1:]}) == 1


def landscape(*words, cwd, **environment):
    """A process of its own, whose streams are the system's."""
    return subprocess.run(
        [sys.executable, "-m", "landscape.cli.main", *words],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_tables_errors_and_results_on_such_terminals(tmp_path, encoding):
    words = ("race", "x^2 + y^2", "-o", "adam", "--steps", "3", *PNG, "--out", "结果/caf\udce9")
    done = landscape(*words, cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "adam:lr=0.001" in done.stderr.decode(encoding)
    # Bytes that are no text come out as they went in.
    name = "结果".encode(encoding, "backslashreplace")
    assert done.stdout == name + b"/caf\xe9.png\n"
    wrong = landscape("race", "ravine", "-o", "结果", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith(b"Error: unknown optimizer '" + name)


def test_a_backend_that_is_set_for_other_programs_is_no_matter(tmp_path):
    words = ("plot", "contour", "ravine", *PNG)
    done = landscape(*words, cwd=tmp_path, MPLBACKEND="module://absent")
    assert (done.returncode, done.stdout) == (0, b"out/plot.png\n"), done.stderr
    # The library leaves it, and all settings, to whom they belong.
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9")
    code = "import landscape, matplotlib as m; landscape.figures.contour; print(*map(m.rcParams.get, {names}))"
    code = code.format(names=["backend", "lines.linewidth"])
    asked = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": "svg"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout == "svg 9.0\n"


def test_brackets_in_a_folders_name_are_part_of_it(tmp_path, monkeypatch, runs):
    monkeypatch.chdir(tmp_path)
    for folder in ("of[a]/sgd", "of[/b]/[bold]"):
        runs[0].save(folder)
    few = ["--data", "test:50", *PNG]
    for words in (
        ["show", "of[a]/sgd", "of[/b]/[bold]", "--out", "[a]", *PNG],
        ["project", "of[a]/sgd", "of[/b]/[bold]", "--resolution", "5", *few, "--out", "[/a]/s"],
        ["interpolate", "of[a]/sgd", "of[/b]/[bold]", "--points", "3", *few],
        ["curvature", "of[/b]/[bold]", "--top", "1", "--probes", "0", "--along", "0", *few],
    ):
        done = command(*words)
        assert done.exit_code == 0, (words, done.output)
        assert "[bold]" in done.stderr


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31mred\u202egnp.exe\r\n\u2028"


def test_what_terminals_would_obey_is_shown_as_numbers():
    assert visible("Δx = −lr · gₜ\t数\n") == "Δx = −lr · gₜ\t数\n"
    assert visible(HOSTILE) == "\\x1b]0;owned\\x07\\x1b[2J\\x9b31mred\\u202egnp.exe\\x0d\n\\u2028"


@pytest.mark.parametrize(
    "words", [("runs", "."), ("runs", ".", "--json"), ("show", "run"), ("project", "run"), ("slides", "run")]
)
def test_names_in_files_command_no_terminal(tmp_path, monkeypatch, words):
    """A run folder from elsewhere, whose settings hold commands for terminals."""
    monkeypatch.chdir(tmp_path)
    data = ls.datasets.Dataset("own", np.eye(4), np.arange(4), np.eye(4), np.arange(4))
    ls.train(ls.MLP((4, 4, 4)), data, "sgd", snapshots=1, batch_size=2).save(tmp_path / "run")
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    for name in ("data", "source", "optimizer", "schedule"):
        about["settings"][name] = HOSTILE
    about["settings"]["network"]["activation"] = HOSTILE
    (tmp_path / "run" / "run.json").write_text(json.dumps(about))
    result = command(*words)
    shown = result.stdout + result.stderr
    assert shown
    assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e", "\u2028"}
    assert "owned" in shown
