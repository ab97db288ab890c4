"""Films that are made in a moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def short_film(path: Path) -> Path:
    """One second of a real film, small; returns the path."""
    import av

    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for k in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 20 * k, np.uint8), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path
