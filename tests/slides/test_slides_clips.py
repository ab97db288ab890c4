"""Films and their stills that others made: what cannot be shown is said before a deck is made."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

from landscape import slides
from landscape.core.errors import LandscapeError

pytest.importorskip("av", reason="films are read by PyAV")


def half(film):
    """Any film, beside half of its still."""
    film.write_bytes(b"film")
    plt.figure().savefig(picture := film.with_suffix(".png"))
    picture.write_bytes(picture.read_bytes()[:700])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda film: None, "No such file or directory"),
        (lambda film: film.mkdir(), "Is a directory"),
        (lambda film: film.write_bytes(b"film"), "Invalid data found"),
        (half, r"ravine\.png' cannot be read"),
    ],
    ids=["missing", "folder", "no-film", "half-a-still"],
)
def test_clips_that_cannot_be_read_are_refused_before_the_work(make, said, runs, tmp_path, monkeypatch):
    monkeypatch.setattr("landscape.slides.story.Facts", lambda *given: pytest.fail("this comes later"))
    film = tmp_path / "ravine.mp4"
    make(film)
    with pytest.raises(LandscapeError, match=rf"^cannot use clip '.*ravine\.mp4': .*{said}"):
        slides.deck(runs, clips={"ravine": film})
