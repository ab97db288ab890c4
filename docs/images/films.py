"""Makes the pictures of docs/films.md, in docs/images/films: the last still of each lesson; and README's in Chinese."""

from __future__ import annotations

import tempfile
from pathlib import Path

from landscape.animations import lessons, render

HERE = Path(__file__).parent

if __name__ == "__main__":
    render(list(lessons.tour()), format="png", quality="low", out=HERE / "films")
    with tempfile.TemporaryDirectory() as scratch:
        (still,) = render(["mnist"], format="png", quality="low", lang="zh", out=scratch)
        (HERE / "mnist.zh.png").write_bytes(still.read_bytes())
