"""A manim scene with a world behind it: balls that travel there, labels that follow them, and a camera that flies.

Any manim scene may be one:

    class Mine(Theatre):
        def construct(self):
            self.enter(landscape.terrains.get("rosenbrock"))
            walk = landscape.descend(self.world.relief.terrain, "adam:lr=0.1")
            ball = self.traveller(walk, Text("Adam"))
            self.fly(moves=lambda share: ball.move(200 * share), run_time=6, azimuth=40)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from manim import Animation, FadeOut, Group, ManimColor, Mobject, RoundedRectangle, Scene, Text, config, linear, smooth
from matplotlib.colors import to_rgb

from landscape.core.annotations import Array
from landscape.figures import palette as palette_of
from landscape.figures.palettes import Look, Palette
from landscape.terrains import Terrain
from landscape.walks.trajectory import Walk

from .backdrop import WorldRenderer
from .lettering import Words, register_fonts
from .travelling import Traveller
from .world import OrbitCamera, Trail, Vehicle, World

Box = tuple[Array, Array]  # the lower left and the upper right corner

_GAP = 0.14  # between a ball and its label, in manim's units
_LETTER = 0.12  # the width of one, in manim's units
_GLIDE = 0.12  # seconds in which a label comes most of the way to a better place


class Theatre(Scene):
    """A scene that may have a world behind it; without `enter` it is like any other.

    palette : the colours, of a theme of `landscape.figures`. Other arguments are manim's own.
    """

    renderer: WorldRenderer

    def __init__(self, palette: Palette | None = None, renderer: Any = None, **kwargs: Any) -> None:
        # Before the first word is set, as Pango does not look for fonts again.
        register_fonts()
        super().__init__(renderer=renderer or WorldRenderer(), **kwargs)
        self.palette = palette or palette_of("dark")
        self.camera.background_color = ManimColor(self.palette.ground)
        self.world: World
        self.view = OrbitCamera()
        self.travellers: list[Traveller] = []
        self.strokes: list[Trail] = []  # further lines in the world
        self._drawn: tuple[Any, Array] | None = None

    def enter(self, terrain: Terrain | World, view: OrbitCamera | None = None, **kwargs: Any) -> World:
        """Put a world behind the scene, in place of the one before; kwargs are passed on to `World`."""
        if not isinstance(terrain, World):
            size = (self.camera.pixel_width, self.camera.pixel_height)
            terrain = World(terrain, size, self.palette, **kwargs)
        self.world, self.view = terrain, terrain.clear(view or self.view)
        self.travellers, self.strokes, self._drawn = [], [], None
        self.camera.backdrop = self._backdrop
        return self.world

    def leave(self, *animations: Animation, run_time: float = 0.6) -> None:
        """Fade the world away, with all that is in it, while other animations play."""
        labels = [name for ball in self.travellers for name in ball.names]
        ground = np.array([*to_rgb(self.palette.ground), 1.0]) * 255
        last = self._backdrop()

        def fade(share: float) -> None:
            self.camera.backdrop = lambda: ((1 - share) * last + share * ground).astype(np.uint8)

        self.play(Drive(fade, run_time=run_time), *map(FadeOut, labels), *animations)
        self.travellers, self.strokes = [], []
        self.camera.backdrop = None

    def traveller(
        self,
        walk: Walk,
        label: Mobject | None = None,
        look: Look | None = None,
        width: float = 7.0,
        farewell: Mobject | None = None,
    ) -> Traveller:
        """Add a ball at the walk's first point; its label follows it.

        look : the optimizer's own, or one that no ball before it has, if None. width : of its trail, in pixels at
            1080p. farewell : what stands in the label's place once the walk has left the terrain, or diverged.
        """
        if look is None:
            look = self.palette.styles([*(ball.walk.optimizer for ball in self.travellers), walk.optimizer])[-1]
        ball = Traveller(self.world, walk, look, label, width, farewell)
        self.travellers.append(ball)
        self._place_labels(at_once=True)
        return ball

    def fly(
        self,
        *animations: Animation,
        view: OrbitCamera | None = None,
        moves: Callable[[float], None] | None = None,
        movers: Sequence[Mobject] = (),
        follow: Traveller | None = None,
        run_time: float = 3.0,
        **changes: Any,
    ) -> None:
        """Ease the camera to another `view`, or to changes of this one, while other animations play.

        moves : called with the share of time that has passed, to move `movers` and travellers.
        follow : a ball that the camera turns to in the first third of the time, and then keeps as its target.
        """
        start, end = self.view, replace(view or self.view, **changes)
        labels = [name for ball in self.travellers for name in ball.names]

        def act(share: float) -> None:
            if moves is not None:
                moves(share)
            if start != end:
                self.view = start.towards(end, float(smooth(share)))
            if follow is not None and (place := follow.here()) is not None:
                turned = float(smooth(min(1.0, 3 * share)))
                target = (1 - turned) * np.array(self.view.target) + turned * place
                self.view = replace(self.view, target=tuple(target.tolist()))
            if hasattr(self, "world"):
                self.view = self.world.clear(self.view)
            self._place_labels(at_once=share >= 1)

        self.play(Drive(act, *movers, *labels, run_time=run_time), *animations)

    def screen_point(self, place: Array) -> Array:
        """Scene coordinates (3,) of a place (3,) in the world."""
        x, y, _ = self.view.project(place, self.world.aspect)
        return np.array([x * config.frame_width / 2, y * config.frame_height / 2, 0.0])

    def vehicles(self) -> list[Vehicle]:
        """What is on the terrain, as it stands now: each at its walk's point for its step, or in flight to the next."""
        return [found for one in self.travellers if (found := one.vehicle()) is not None]

    def _backdrop(self) -> Array:
        state = (self.view, [(ball, ball.step) for ball in self.travellers], list(self.strokes))
        # Drawn anew only if something has changed: captions come and go over a world that stands still.
        if self._drawn is None or self._drawn[0] != state:
            trails = [trail for ball in self.travellers for trail in ball.trails()]
            self._drawn = (state, self.world.frame(self.view, (), [*self.strokes, *trails], self.vehicles()))
        return self._drawn[1]

    def _place_labels(self, at_once: bool = False) -> None:
        """Each label beside its ball, where it hides neither another label nor a ball; it glides to a better place."""
        seen = [(ball, place) for ball in self.travellers if (place := ball.here()) is not None]
        discs = []
        for _, place in seen:
            radius = 0.5 * self.world.size_of(place, self.view)
            centre = place + radius * self.view.axes()[1]
            edge = self.screen_point(centre + radius * self.view.axes()[1])
            discs.append((middle := self.screen_point(centre), float(np.linalg.norm(edge - middle))))
        taken: list[Box] = [(middle - radius, middle + radius) for middle, radius in discs]
        labels = [name for ball in self.travellers for name in ball.names]
        taken += [box for mobject in self.mobjects for box in _boxes(mobject, labels)]
        walked = self._trails_seen()
        share = 1.0 if at_once else 1 - np.exp(-1 / (_GLIDE * config.frame_rate))
        for ball in self.travellers:
            for name in ball.names:
                name.set_opacity(float(name is ball.label and ball.here() is not None))
        for (ball, _), (middle, radius) in zip(seen, discs, strict=True):
            if ball.label is None:
                continue
            half = np.array([ball.label.width, ball.label.height, 0]) / 2
            offset = _best_offset(middle, half, radius, taken, walked, ball.offset)
            ball.offset = offset if ball.offset is None else ball.offset + share * (offset - ball.offset)
            ball.label.move_to(middle + ball.offset)
            taken.append((middle + offset - half, middle + offset + half))

    def _trails_seen(self) -> Array:
        """Scene coordinates (n, 2) of points of the trails, about a letter's width apart."""
        size = np.array([config.frame_width, config.frame_height]) / 2
        seen = [np.empty((0, 2))]
        for ball in self.travellers:
            for trail in ball.trails():
                points = self.view.project(trail.points, self.world.aspect)[:, :2] * size
                points = points[np.isfinite(points).all(axis=1)]
                way = np.cumsum(np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)) // _LETTER
                seen.append(points[np.flatnonzero(np.diff(way, prepend=-1))])
        return np.concatenate(seen)


class Drive(Animation):
    """Calls `action` with a number from 0 to 1 as time passes; `action` changes the given mobjects, and whatever else
    it likes, such as the camera of a world."""

    def __init__(self, action: Callable[[float], None], *mobjects: Mobject, **kwargs: Any) -> None:
        self._action = action
        super().__init__(Group(*mobjects), **({"rate_func": linear} | kwargs))

    def interpolate_mobject(self, alpha: float) -> None:
        self._action(self.rate_func(alpha))


def _boxes(mobject: Mobject, but: Sequence[Mobject]) -> list[Box]:
    """Of all words and panels in a mobject, but for some."""
    if any(mobject is one for one in but):
        return []
    if isinstance(mobject, Text | Words | RoundedRectangle):
        # From the ends of all curves, as manim's corners, each of which goes through them three times.
        ends = [part.points[k::4] for part in mobject.family_members_with_points() for k in (0, 3)]
        return [(np.concatenate(ends).min(axis=0), np.concatenate(ends).max(axis=0))] if ends else []
    return [box for part in mobject.submobjects for box in _boxes(part, but)]


def _best_offset(
    middle: Array, half: Array, radius: float, taken: Sequence[Box], walked: Array, now: Array | None
) -> Array:
    """Where a label of half sizes `half` should stand from a ball's middle: above it if there is room, clear of the
    points (n, 2) of trails, and not far from where it is now."""
    frame = np.array([config.frame_width, config.frame_height, 0]) / 2 - 0.1
    angles = np.deg2rad([90, 60, 120, 30, 150, 0, 180, -30, -150, -60, -120, -90])
    towards = np.column_stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)])
    far = np.array([[[1.0]], [[2.2]], [[3.6]]])
    offsets = (half * np.clip(1.5 * towards, -1, 1) + (radius + far * _GAP) * towards).reshape(-1, 3)

    middles = middle + offsets
    low, high = middles - half - 0.05, middles + half + 0.05
    cost = (2 * far[..., 0] + 1.5 * (1 - np.sin(angles))).ravel()
    cost += 30 * np.maximum(np.abs(middles) + half - frame, 0).sum(axis=1)
    for a, b in taken:
        cost += 20 * ((a < high) & (low < b))[:, :2].all(axis=1)
    on = (walked > low[:, None, :2]) & (walked < high[:, None, :2])
    cost += np.minimum(12.0, 2.0 * on.all(axis=2).sum(axis=1))
    if now is not None:
        cost += 1.5 * np.linalg.norm(offsets - now, axis=1)
    return np.asarray(offsets[np.argmin(cost)])
