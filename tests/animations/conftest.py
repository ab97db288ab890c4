"""Scenes that run through in little time: with small maps, and drawn only where a test asks for it."""

from __future__ import annotations

import pytest
from manim import tempconfig

from landscape.animations.backdrop import WorldRenderer


class Undrawn(WorldRenderer):
    """A renderer that draws only what it is asked for: where things are is known without that."""

    def update_frame(self, scene, mobjects=None, **kwargs):
        pass

    def save_static_frame_data(self, scene, static_mobjects):
        pass

    def draw(self, scene):
        super().update_frame(scene)


@pytest.fixture
def undrawn():
    return Undrawn


@pytest.fixture
def quick(tmp_path):
    """Manim settings with which a lesson runs through without a file."""
    settings = {"dry_run": True, "disable_caching": True, "verbosity": "ERROR", "progress_bar": "none"}
    with tempconfig(settings | {"media_dir": str(tmp_path), "frame_rate": 4, "pixel_width": 427, "pixel_height": 240}):
        yield


@pytest.fixture(autouse=True)
def small_maps(monkeypatch):
    """Maps of few pixels, as their places and words are what is looked at."""
    monkeypatch.setattr("landscape.animations.maps._COLUMNS", 144)
