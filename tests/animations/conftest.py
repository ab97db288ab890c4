"""Scenes that run through in little time: drawn only where a test asks for it."""

from __future__ import annotations

import numpy as np
import pytest
from manim import config, tempconfig
from PIL import Image

from landscape.animations.backdrop import WorldRenderer
from landscape.animations.world import view
from landscape.evidence import real_grounds, stability, three_places

FEW = 65  # grid points along the sides of a relief


class Undrawn(WorldRenderer):
    """A renderer that draws only what it is asked for: where things are is known without that."""

    def update_frame(self, scene, mobjects=None, **kwargs):
        pass

    def save_static_frame_data(self, scene, static_mobjects):
        pass

    def draw(self, scene):
        super().update_frame(scene)


class Watching(WorldRenderer):
    """A renderer that draws every frame, and notes how much changes from one to the next, of 255, on a picture of 320 ×
    180."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.changes, self._last = [], None

    def add_frame(self, frame, num_frames=1):
        small = np.asarray(Image.fromarray(frame[..., :3]).resize((320, 180)), dtype=np.int16)
        for _ in range(num_frames):
            if self._last is not None:
                self.changes.append(float(np.abs(small - self._last).mean()))
            self._last = small
        self.time += num_frames / config.frame_rate

    def draw(self, scene):
        pass


@pytest.fixture
def undrawn():
    return Undrawn


@pytest.fixture
def watching():
    return Watching


@pytest.fixture
def quick(tmp_path):
    """Manim settings with which a lesson runs through without a file."""
    settings = {"dry_run": True, "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig(settings | {"media_dir": str(tmp_path), "frame_rate": 4, "pixel_width": 427, "pixel_height": 240}):
        yield


@pytest.fixture
def built_once(monkeypatch):
    """Reliefs of one terrain are built once, of few points, however often a lesson is played."""
    built, build = {}, view.Relief

    def cached(terrain, resolution, *how):
        # What they are built of is kept, so that nothing else gets its id.
        key = (id(terrain), *how[:2], id(how[2]), how[3])
        if key not in built:
            built[key] = (terrain, how, build(terrain, min(resolution, FEW), *how))
        return built[key][-1]

    monkeypatch.setattr(view, "Relief", cached)


@pytest.fixture
def small_grounds(monkeypatch):
    """Grounds of few points and images, and few rates in the three places, where the numbers are of no interest."""
    few = {"FINE": 25, "_COARSE": 17, "SEEN": 100, "_MEAN": 300, "_SNAPSHOTS": 20}
    for name, count in few.items():
        monkeypatch.setattr(real_grounds, name, count)
    monkeypatch.setattr(three_places, "_PER_DECADE", 1)
    monkeypatch.setattr(three_places, "_MOST", 400)
    monkeypatch.setattr(stability, "_EPOCHS", 50)
    monkeypatch.setattr(stability, "_EVERY", 5)
    monkeypatch.setattr(stability, "IMAGES", 100)
    kept = [real_grounds.trained, real_grounds.real_ground]
    kept += [three_places.ravine, three_places.saddle, three_places.cliff]
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()
