"""Makes the pictures of docs/films.md, in docs/images/films: the last still of each lesson."""

from __future__ import annotations

from pathlib import Path

from landscape.animations import lessons, render

if __name__ == "__main__":
    render(list(lessons.tour()), format="png", quality="low", out=Path(__file__).parent / "films")
