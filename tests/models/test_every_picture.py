"""All pictures of two recorded runs of a user's module, by the lines that the page on models shows."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import landscape as ls

torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")

from landscape import slides  # noqa: E402
from landscape.cli.main import main  # noqa: E402
from landscape.evidence import real_grounds  # noqa: E402
from landscape.surfaces.projecting import projected  # noqa: E402

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
MODULES = {
    "a CNN with batch normalisation": """
        def build():
            torch.manual_seed(0)
            return nn.Sequential(
                *(nn.Conv2d(1, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU()),
                *(nn.Conv2d(4, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10)),
            )
        """,
    "a residual network": """
        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b = (nn.Conv2d(4, 4, 3, padding=1, bias=False) for _ in range(2))
                self.one, self.two = nn.BatchNorm2d(4), nn.BatchNorm2d(4)

            def forward(self, x):
                return torch.relu(x + self.two(self.b(torch.relu(self.one(self.a(x))))))

        def build():
            torch.manual_seed(0)
            return nn.Sequential(
                nn.Conv2d(1, 4, 3, stride=4), Block(), Block(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(36, 10)
            )
        """,
}
FILE = """
import torch
from torch import nn
import landscape as ls

def digits():
    data = ls.datasets.load()
    return torch.from_numpy(data.x_train[:80].reshape(-1, 1, 28, 28)), torch.from_numpy(data.y_train[:80])

loss = nn.CrossEntropyLoss()
"""
LOOP = """
from mine import *
x, y = digits()
for name, kind, lr in (("sgd", torch.optim.SGD, 0.2), ("adam", torch.optim.Adam, 0.01)):
    net = build()
    opt = kind(net.parameters(), lr)
    rec = ls.record(net, f"runs/{name}", opt, 20, model="mine.py:build", data="mine.py:digits", loss="mine.py:loss")
    for step in range(40):
        opt.zero_grad()
        batch = loss(net(x), y)
        batch.backward()
        opt.step()
        rec.step(batch)
    rec.close()
"""
# Options with which they take seconds.
SOONER = {
    "project": ["--resolution", "9"],
    "curvature": ["--probes", "1", "--steps", "10", "--along", "3"],
    "interpolate": ["--points", "9"],
    "slides": ["--clips", "none"],
    "animate": ["--format", "png"],
}


def shown() -> list[list[str]]:
    """The commands on the page."""
    (block,) = re.findall(r"## Every picture of it\n.*?```sh\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    return [shlex.split(line)[1:] for line in block.splitlines()]


@pytest.mark.parametrize("module", MODULES)
def test_every_picture(module, tmp_path, monkeypatch):
    # So that all of them take seconds.
    monkeypatch.setitem(projected.__kwdefaults__, "resolution", 9)
    monkeypatch.setitem(slides.deck.__kwdefaults__, "resolution", 9)
    monkeypatch.setattr(real_grounds, "_COARSE", 7)
    commands = shown()
    assert sum("rec" in line for line in LOOP.splitlines()) + len(commands) <= 10
    (tmp_path / "mine.py").write_text(FILE + textwrap.dedent(MODULES[module]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "mine", raising=False)
    exec(compile(LOOP, "loop.py", "exec"), {})
    for words in commands:
        result = CliRunner().invoke(main, [*words, *SOONER.get(words[0], [])])
        assert result.exit_code == 0, (words, result.output)
    out = tmp_path / "out"
    for name in ("pca", "around"):
        surface = ls.Surface.load(out / f"{name}.npz")
        assert np.isfinite(surface.loss).all()
        assert (surface.accuracy >= 0).all()
        assert np.ptp(surface.accuracy) > 0.3
        assert surface.data == ls.datasets.sample.read("80 samples")
    # Paths end where they are low: with the statistics of an untrained network they would not.
    run = ls.Run.load(tmp_path / "runs" / "sgd")
    _, (walk,) = ls.projected(run, surface=ls.Surface.load(out / "pca.npz"))
    assert walk.loss[-1] < 0.3 * walk.loss[0]
    (file,) = out.glob("curvature/*.json")
    for result in json.loads(file.read_text())["runs"]:
        assert len(result["eigenvalues"]) == 5
        assert (np.array(result["residuals"]) < 1e-2 * np.abs(result["eigenvalues"])).all()
    for picture in ("pca.png", "around.png", "line.png", "films/mnist.png"):
        assert np.asarray(Image.open(out / picture)).std() > 5, picture
    assert (out / "talk.pptx").stat().st_size > 100_000
    assert "80 samples" in (out / "page.html").read_text()
