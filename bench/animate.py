"""Films: an orbit around a terrain beside manim's own 3-D scene, and a lesson beside its own length.

    python bench/animate.py            # or some of: orbit lesson all; SECONDS of the orbit are read too

orbit: a camera flies once around Rosenbrock's terrain of 256 × 256 squares at 1080p, 30 frames a second, with two balls
    and their trails, from the start of a process to the finished file. Beside it manim's ThreeDScene with a Surface of
    64 × 64 squares and two Dot3D on it, a few frames of the same orbit. The time for a frame is the difference between
    two films of different lengths, by the number of frames, so that neither's start counts.
lesson: the ravine, a lesson in two dimensions, at 720p, 30 frames a second: seconds of work beside seconds of film.
all: `landscape animate all --quality medium --jobs 2`, and the same again.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SECONDS = float(os.environ.get("SECONDS", "10"))  # and half of that for the shorter film
RATE, SIZE = 30, (1920, 1080)
PEER_FRAMES = (2, 8)
SPAWN = multiprocessing.get_context("spawn")


def settings(folder: str, **more: Any) -> dict[str, Any]:
    width, height = SIZE
    quiet = {"verbosity": "ERROR", "progress_bar": "none", "disable_caching": True}
    return quiet | {"pixel_width": width, "pixel_height": height, "frame_rate": RATE, "media_dir": folder} | more


def walks() -> tuple[Any, list[Any]]:
    import landscape as ls

    terrain = ls.terrains.get("rosenbrock")
    return terrain, [ls.descend(terrain, text, steps=200) for text in ("adam:lr=0.1", "momentum:lr=0.0005")]


def ours(folder: str, seconds: float) -> None:
    from manim import tempconfig

    from landscape.animations import Theatre
    from landscape.animations.world import OrbitCamera

    class Orbit(Theatre):
        def construct(self) -> None:
            terrain, paths = walks()
            self.enter(terrain, OrbitCamera(azimuth=-180), resolution=256)
            balls = [self.traveller(path) for path in paths]
            self.fly(moves=lambda share: [ball.move(200 * share) for ball in balls], run_time=seconds, azimuth=180)

    with tempconfig(settings(folder)):
        scene = Orbit()
        scene.render()
        Path(scene.renderer.file_writer.movie_file_path).rename(Path(folder) / "ours.mp4")


def peer(folder: str, frames: int) -> None:
    from manim import BLUE, ORANGE, Dot3D, Surface, ThreeDScene, tempconfig

    class Orbit(ThreeDScene):
        def construct(self) -> None:
            terrain, paths = walks()
            (x0, x1), (y0, y1) = terrain.domain

            def place(x: float, y: float) -> Any:
                height = float(terrain.elevation(terrain.value([x, y])))
                return np.array([1.5 * x, 1.5 * (y - 1), 0.5 * height])

            self.add(Surface(place, u_range=(x0, x1), v_range=(y0, y1), resolution=64))
            self.add(*(Dot3D(place(*path.x[-1]), color=c) for path, c in zip(paths, (BLUE, ORANGE), strict=True)))
            self.set_camera_orientation(phi=0.9, theta=0)
            self.begin_ambient_camera_rotation(rate=2 * np.pi / SECONDS)
            self.wait(frames / RATE)

    with tempconfig(settings(folder)):
        Orbit().render()


def timed(function: Any, *arguments: Any) -> float:
    """Seconds of a process of its own."""
    began = time.perf_counter()
    process = SPAWN.Process(target=function, args=arguments)
    process.start()
    process.join()
    assert process.exitcode == 0
    return time.perf_counter() - began


def frames_of(folder: str) -> int:
    import av

    with av.open(str(Path(folder) / "ours.mp4")) as container:
        return int(container.streams.video[0].frames)


def orbit() -> None:
    with tempfile.TemporaryDirectory() as folder:
        short, frames_short = timed(ours, folder, SECONDS / 2), frames_of(folder)
        took, frames = timed(ours, folder, SECONDS), frames_of(folder)
        few, many = (timed(peer, folder, n) for n in PEER_FRAMES)
    assert frames >= SECONDS * RATE
    mine, theirs = (took - short) / (frames - frames_short), (many - few) / (PEER_FRAMES[1] - PEER_FRAMES[0])
    print(f"\norbit at 1080p: {frames} frames in {took:.1f} s from start to file, {frames / took:.1f} a second")
    print(f"{'':34}{'ms a frame':>12}{'÷ landscape':>14}")
    print(f"{'landscape, 256 × 256':34}{1e3 * mine:12.0f}{1:14.1f}")
    print(f"{'manim ThreeDScene, 64 × 64':34}{1e3 * theirs:12.0f}{theirs / mine:14.1f}")
    sys.stdout.flush()


def lesson() -> None:
    from landscape.animations import films, render

    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        (film,) = render(["ravine"], quality="medium", out=folder, jobs=1)
        took, length = time.perf_counter() - began, films.seconds(film)
    print(
        f"\nravine at 720p: {took:.1f} s of work for {length:.1f} s of film, {length / took:.2f} × as fast as it plays"
    )
    sys.stdout.flush()


def everything() -> None:
    with tempfile.TemporaryDirectory() as folder:
        words = ["landscape", "animate", "all", "--quality", "medium", "--jobs", "2", "--out", folder]
        for name in ("all", "the same again"):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "landscape.cli.main", *words[1:]], check=True, capture_output=True)
            print(f"\n{name}: {time.perf_counter() - began:.1f} s")
            sys.stdout.flush()


PARTS = {"orbit": orbit, "lesson": lesson, "all": everything}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
