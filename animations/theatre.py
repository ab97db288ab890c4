"""A manim scene with a world behind it: vehicles that travel there, labels that follow them, and a camera that flies.

Any manim scene may be one:

    class Mine(Theatre):
        def construct(self):
            self.enter(landscape.terrains.get("rosenbrock"))
            walk = landscape.descend(self.world.relief.terrain, "adam:lr=0.1")
            car = self.traveller(walk, Text("Adam"))
            self.fly(moves=lambda share: car.move(200 * share), run_time=6, azimuth=40)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from manim import Animation, FadeOut, Group, ManimColor, Mobject, RoundedRectangle, Scene, Text, config, linear, smooth
from matplotlib.colors import to_rgb

from landscape.core.annotations import Array
from landscape.figures import palette as palette_of
from landscape.figures.palettes import Look, Palette
from landscape.terrains import Terrain
from landscape.walks.trajectory import Walk

from . import shapes
from .backdrop import WorldRenderer
from .lettering import Words, register_fonts
from .travelling import Traveller
from .world import Arrow, OrbitCamera, Radar, Trail, Vehicle, World

Box = tuple[Array, Array]  # the lower left and the upper right corner

_SHARE, _LARGE = 0.7, 720  # of a frame's rows and columns, where it has so many rows
_GAP = 0.14  # between a vehicle and its label, in manim's units
_LETTER = 0.12  # the width of one, in manim's units
_SWAY = np.array([4.5, 1.3, 0.02])  # of a camera: degrees of azimuth and elevation, and a share of its span
_PERIODS = np.array([17.0, 11.0, 23.0])  # seconds
_TURN = 0.9  # seconds in which a camera that chases comes most of the way round
_SLOW = 0.09  # seconds for which a sway that is drawn does
_LOOK = 0.15  # seconds after which labels look for better places
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
        self.shape = shapes.nearest(config.frame_width, config.frame_height)
        self.view = OrbitCamera()
        self.travellers: list[Traveller] = []
        self.strokes: list[Trail] = []  # further lines in the world
        self.arrows: list[Arrow] = []  # beside those that travellers show
        self.radar: Radar | None = None
        self._becoming: tuple[World, float] | None = None
        self._drawn: tuple[Any, Array] | None = None
        self._looked = 0.0  # seconds since labels have looked for their places
        self._swayed = 0.0  # the time of the sway that is drawn
        self._state: Any = None  # and what else is
        self._pins: list[Mobject] = []
        self._breath = self._breathe  # one object, as manim tells updaters apart by what they are

    def enter(self, terrain: Terrain | World, view: OrbitCamera | None = None, **kwargs: Any) -> World:
        """Put a world behind the scene, in place of the one before; kwargs are passed on to `World`."""
        if not isinstance(terrain, World):
            terrain = self.world_of(terrain, **kwargs)
        self.world, self.view = terrain, terrain.clear(view or self.view)
        self._clear_away()
        self.camera.backdrop = self._backdrop
        # Nothing in a world ever stands quite still.
        if self._breath not in self.updaters:
            self.add_updater(self._breath)
        return self.world

    def world_of(self, terrain: Terrain, **kwargs: Any) -> World:
        """A world for the scene to enter; kwargs are passed on to `World`."""
        height = self.camera.pixel_height
        # The air is soft: large worlds are drawn smaller, and stretched.
        share = _SHARE if height >= _LARGE else 1.0
        return World(terrain, (round(share * self.camera.pixel_width), round(share * height)), self.palette, **kwargs)

    def become(self, world: World, *animations: Animation, run_time: float = 3.0, **view: Any) -> None:
        """Let the ground turn into that of another world, of the same domain, size and height, while the camera moves
        to a `view`; ValueError for any other."""
        one, other = self.world.relief, world.relief
        if one.terrain.domain != other.terrain.domain or one.z.shape != other.z.shape or one.height != other.height:
            raise ValueError("a ground can only become one of the same domain, size and height")

        def turn(share: float) -> None:
            self._becoming = world, float(smooth(share))

        self.fly(*animations, moves=turn, run_time=run_time, **view)
        self._becoming = None
        self.enter(world, self.view)

    def leave(self, *animations: Animation, run_time: float = 0.6) -> None:
        """Fade the world away, with all that is in it, while other animations play."""
        labels = [*self._pins, *(name for one in self.travellers for name in one.names)]
        there = self.get_mobject_family_members()
        labels = [one for one in labels if one in there]
        if self.camera.backdrop is None:
            self.play(*map(FadeOut, labels), *animations)
            self.remove(*labels)
            return
        ground = np.array([*to_rgb(self.palette.ground), 1.0]) * 255 * self.camera.background_opacity
        # The last picture of it is drawn when it is asked for, as all others are.
        last = lru_cache(1)(self._backdrop)

        def fade(share: float) -> None:
            self.camera.backdrop = lambda: ((1 - share) * last() + share * ground).astype(np.uint8)

        self.remove_updater(self._breath)
        self.play(Drive(fade, run_time=run_time), *map(FadeOut, labels), *animations)
        self.remove(*labels)
        self._clear_away()
        self.camera.backdrop = None

    def traveller(
        self,
        walk: Walk,
        label: Mobject | None = None,
        look: Look | None = None,
        width: float = 7.0,
        farewell: Mobject | None = None,
        arrives: bool = False,
    ) -> Traveller:
        """Add a vehicle at the walk's first point; its label follows it.

        look : the optimizer's own, or one that no vehicle before it has, if None. width : of its trail, in pixels at
            1080p. farewell : what stands in the label's place once the walk has left the terrain, or diverged; if it
            `arrives`, also once it has come to its end.
        """
        if look is None:
            look = self.palette.styles([*(one.walk.optimizer for one in self.travellers), walk.optimizer])[-1]
        one = Traveller(self.world, walk, look, label, width, farewell, arrives)
        self.travellers.append(one)
        for name in one.names:
            # So that manim does not take it for something that stands still.
            name.add_updater(lambda _: None)
        self._place_labels()
        return one

    def play(self, *animations: Any, **kwargs: Any) -> None:
        # What stands before something that moves in the order of drawing, manim draws once.
        self.add(*(name for one in self.travellers for name in one.names if name in self.mobjects))
        super().play(*animations, **kwargs)

    def fly(
        self,
        *animations: Animation,
        view: OrbitCamera | None = None,
        moves: Callable[[float], None] | None = None,
        movers: Sequence[Mobject] = (),
        follow: Traveller | None = None,
        chase: bool = False,
        run_time: float = 3.0,
        **changes: Any,
    ) -> None:
        """Ease the camera to another `view`, or to changes of this one, while other animations play.

        moves : called with the share of time that has passed, to move `movers` and travellers.
        follow : a traveller that the camera turns to in the first third of the time, and then keeps as its target;
        chase : from behind, so that it looks where the traveller goes.
        """
        start, end = self.view, replace(view or self.view, **changes)
        easing = 1 - np.exp(-1 / (_TURN * config.frame_rate))

        def act(share: float) -> None:
            if moves is not None:
                moves(share)
            azimuth = self.view.azimuth
            if start != end:
                self.view = start.towards(end, float(smooth(share)))
            if follow is not None and chase:
                ahead = follow.heading()
                turn = 0.0 if ahead is None else (ahead - azimuth + 180) % 360 - 180
                self.view = replace(self.view, azimuth=azimuth + easing * turn)
            if follow is not None and (place := follow.here()) is not None:
                turned = float(smooth(min(1.0, 3 * share)))
                target = (1 - turned) * np.array(self.view.target) + turned * place
                self.view = replace(self.view, target=tuple(target.tolist()))
            if hasattr(self, "world"):
                self.view = self.world.clear(self.view)

        self.play(Drive(act, *movers, run_time=run_time), *animations)

    @property
    def seen(self) -> OrbitCamera:
        """The view as it is drawn: in the frame's shape, and it sways a little around where it was put, but for a
        map's."""
        sway = _SWAY * np.sin(2 * np.pi * self._swayed / _PERIODS) * self.view.relief
        turned = {"azimuth": self.view.azimuth + sway[0], "elevation": self.view.elevation + sway[1]}
        return self.shape.taken(replace(self.view, **turned, span=self.view.span * (1 + sway[2])))

    def screen_point(self, place: Array) -> Array:
        """Scene coordinates (3,) of a place (3,) in the world."""
        x, y, _ = self.seen.project(place, self.world.aspect)
        return np.array([x * config.frame_width / 2, y * config.frame_height / 2, 0.0])

    def pinned(self, mobject: Mobject, place: Callable[[], Array], offset: Array) -> Mobject:
        """A mobject that stays by a place (3,) of the world, at an offset (3,) in the scene, while that is there."""

        def follow(one: Mobject) -> None:
            one.move_to(self.screen_point(place()) + offset)

        follow(mobject)
        self._pins.append(mobject)
        return mobject.add_updater(follow)

    def vehicles(self) -> list[Vehicle]:
        """What is on the terrain, as it stands now: each at its walk's point for its step, or in flight to the next."""
        return [found for one in self.travellers if (found := one.vehicle()) is not None]

    def _backdrop(self) -> Array:
        travelling = [(one, one.step, tuple(one.shown.items())) for one in self.travellers]
        state = (self.seen, travelling, list(self.strokes), list(self.arrows), self.radar, self._becoming)
        # Drawn anew only if something has changed: captions come and go over a world that stands still.
        if self._drawn is None or self._drawn[0] != state:
            trails = [trail for one in self.travellers for trail in one.trails()]
            arrows = [arrow for one in self.travellers for arrow in one.arrows()]
            things = (self.vehicles(), [*self.strokes, *trails], [*self.arrows, *arrows], self.radar, self._becoming)
            self._drawn = (state, self.world.frame(self.seen, *things))
        return self._drawn[1]

    def _clear_away(self) -> None:
        self.travellers, self.strokes, self.arrows, self.radar, self._drawn = [], [], [], None, None
        self._becoming = None
        self.remove(*self._pins)
        self._pins = []

    def _breathe(self, dt: float) -> None:
        """Sway, and keep labels beside what they name, whatever else is played."""
        # Where nothing else moves it is so slow that a frame in three is enough.
        now, state = self.renderer.time, (self.view, [(one, one.step) for one in self.travellers])
        if state != self._state or not 0 <= now - self._swayed < _SLOW:
            self._swayed, self._state = now, state
        self._place_labels(dt)

    def _place_labels(self, seconds: float = np.inf) -> None:
        """Each label beside its vehicle, where it hides no other label or vehicle; it glides to a better place."""
        seen = []
        for one in self.travellers:
            place = one.here()
            in_view = place is not None and self._is_in_view(place)
            for name in one.names:
                name.set_opacity(float(in_view and name is one.label))
            if place is not None and in_view:
                seen.append((one, *self._disc(place)))
            elif place is not None and one.label is not None:
                # It goes along unseen, and comes from there.
                one.offset = None
                one.label.move_to(self.screen_point(place))
        looks = any(one.label is not None and one.offset is None for one, *_ in seen)
        self._looked += seconds
        if looks or self._looked >= _LOOK:
            self._looked = 0.0
            self._look_around(seen)
        share = 1 - np.exp(-seconds / _GLIDE)
        for one, middle, _ in seen:
            if one.label is not None and one.goal is not None:
                one.offset = one.goal if one.offset is None else one.offset + share * (one.goal - one.offset)
                # A longer one may have come in its place.
                room = _frame() - np.array([one.label.width, one.label.height, 0]) / 2
                one.label.move_to(np.clip(middle + one.offset, -room, room))

    def _disc(self, place: Array) -> tuple[Array, float]:
        """The middle (3,) and the radius, in the scene, of a vehicle that stands at a place (3,) of the world."""
        radius, up = 0.5 * self.world.size_of(place, self.seen), self.seen.axes()[1]
        centre = place + radius * up
        middle, edge = self.screen_point(centre), self.screen_point(centre + radius * up)
        return middle, float(np.linalg.norm(edge - middle))

    def _look_around(self, seen: Sequence[tuple[Traveller, Array, float]]) -> None:
        """Where labels should stand."""
        taken: list[Box] = [(middle - radius, middle + radius) for _, middle, radius in seen]
        labels = [name for one in self.travellers for name in one.names]
        taken += [box for mobject in self.mobjects for box in _boxes(mobject, labels)]
        walked = self._trails_seen()
        for one, middle, radius in seen:
            if one.label is not None:
                half = np.array([one.label.width, one.label.height, 0]) / 2
                one.goal = _best_offset(middle, half, radius, taken, walked, one.offset)
                taken.append((middle + one.goal - half, middle + one.goal + half))

    def _is_in_view(self, place: Array) -> bool:
        """Whether a place (3,) of the world is before the camera and in the frame."""
        x, y, depth = self.seen.project(place, self.world.aspect)
        return bool(abs(x) <= 1 and abs(y) <= 1 and abs(depth) <= 1)

    def _trails_seen(self) -> Array:
        """Scene coordinates (n, 2) of points of the trails, about a letter's width apart."""
        size = np.array([config.frame_width, config.frame_height]) / 2
        seen = [np.empty((0, 2))]
        for one in self.travellers:
            for trail in one.trails():
                points = self.seen.project(trail.points, self.world.aspect)[:, :2] * size
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


def _frame() -> Array:
    """(3,), the corner that labels keep within."""
    return np.array([config.frame_width, config.frame_height, 0.2]) / 2 - 0.1


def _best_offset(
    middle: Array, half: Array, radius: float, taken: Sequence[Box], walked: Array, now: Array | None
) -> Array:
    """Where a label of half sizes `half` should stand from a vehicle's middle: above it if there is room, clear of the
    points (n, 2) of trails, and not far from where it is now."""
    frame = _frame()
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
