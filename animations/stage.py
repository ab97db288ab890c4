"""The stage that all lessons share: type scale, colours, captions at the foot, equations, pauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    FadeIn,
    FadeOut,
    Group,
    ImageMobject,
    MathTypst,
    Mobject,
    Rectangle,
    RoundedRectangle,
    VGroup,
    config,
)
from PIL import Image

from landscape.core.errors import InputError
from landscape.core.wording import filled, share
from landscape.figures import palette, style
from landscape.figures.breaking import balanced
from landscape.figures.names import lost_at, short_name
from landscape.figures.palettes import Look
from landscape.terrains import Himmelblau, Terrain
from landscape.walks.trajectory import Walk

from . import voices
from .captioning import Caption, Chapter, title_of
from .lettering import Words, reading_time
from .material import Material
from .own_scripts import words_of
from .shapes import Room
from .theatre import Theatre
from .travelling import Traveller
from .walking import Way
from .world import OrbitCamera, World

TITLE, HEADING, BODY, SMALL = 42, 32, 29, 25
_COVER = 72  # the size of the title on a film's cover
MARGIN = 0.45  # of the frame, in manim's units
_RANGE = Himmelblau()  # what stands far behind
_DARK = 0.64  # of a world that is far behind
_LEAVES = 0.25  # seconds in which a caption fades
_BREATH = 0.4  # seconds between what is spoken
_LOGO = (1.8, 0.5)  # how wide and how high one is, at most
_AXIS = 1.3  # beside a chart, for the numbers at its axis
_STRETCH = 1.45  # how much higher a chart may be that has to be narrower
_WORD = 0.0064  # the width of a letter of a title, for each of its size


class Mover(Protocol):
    """Whatever shows a walk up to a step."""

    def move(self, step: float) -> None: ...


class Lesson(Theatre):
    """A film that teaches one thing. Subclasses write `construct`; their words are in a script beside their file,
    mine.toml of mine.py, or in `captions`.

    What it shows is computed by `solve`, before the first mobject is made, and then is `solved`.

    theme : "dark" or "light", or a file of one's own colours, school.toml. lang : language of the captions, "en" or
    "zh". solved : what `solve` gave before, to save its time. burnt : whether captions are in the picture, or are told
    by `subtitles` alone. voice : finds the file in which somebody speaks the caption of a key, with its words; pauses
    are as long as that. words : by key, in place of its own. What `Material.of` takes, as far as the lesson takes it,
    is shown in place of its own. Other arguments are manim's own.

    subtitles : the captions that were said, with their times. chapters : a section each, which a pause ends, called by
    what is said in it first.
    """

    # By language and key, what a subclass says beside what it inherits, or otherwise.
    captions: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    # What of `Material` it takes, beside the speed; and what else where no other lesson is rendered with it.
    takes: ClassVar[frozenset[str]] = frozenset()
    takes_alone: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        theme: str = "dark",
        lang: str = "en",
        solved: Any = None,
        burnt: bool = True,
        voice: Callable[[str, str], Path | None] | None = None,
        words: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        brought = {one.name: kwargs.pop(one.name) for one in fields(Material) if one.name in kwargs}
        super().__init__(palette=palette(theme), **kwargs)
        self.material = Material.of(**brought)
        for name in sorted(self.material.given - self.takes - self.takes_alone):
            raise InputError(f"{type(self).__name__} takes no {name}: leave it out")
        self.burnt, self._voice = burnt, voice
        self.subtitles: list[Caption] = []
        self.chapters: list[Chapter] = []
        self._section: float | None = 0.0  # when one began of which nothing is told yet
        self.lang, self.solved = lang, solved
        self.words = words_of(type(self), lang) | dict(words or {})
        self._headline: VGroup | None = None
        self._logo = _picture(self.palette.logo) if self.palette.logo else None
        self._caption: VGroup | None = None
        self._dark: Mobject | None = None
        self._cover: tuple[tuple[int, float], Any] | None = None
        self._read_at = 0.0

    def render(self, preview: bool = False) -> Any:
        # What figures call optimizers and terrains is in the language of their style.
        with style("light" if self.palette.is_light else "dark", lang=self.lang):
            rendered = super().render(preview)
        self._end_caption()
        return rendered

    def setup(self) -> None:
        if self._logo is not None:
            self.add_foreground_mobject(self._logo)
        if self.solved is None:
            self.solved = self.solve()

    @classmethod
    def check(cls, material: Material) -> None:
        """Raise, in one line, for what was brought that the lesson cannot show; before anything is rendered."""

    def solve(self) -> Any:
        """All that the lesson shows."""

    def set_scene(self, azimuth: float = -40.0) -> None:
        """Put a mountain range far behind what is drawn, in the dark, for a lesson that is about something else; or
        nothing, where that is to be transparent."""
        if not self.camera.background_opacity:
            return
        self.enter(_RANGE, OrbitCamera(azimuth=azimuth, elevation=9, span=1.6, field_of_view=55))
        dark = Rectangle(width=config.frame_width, height=config.frame_height, stroke_width=0)
        self._dark = dark.set_fill(self.palette.ground, opacity=_DARK)
        self.bring_to_back(self._dark)

    def play(self, *animations: Any, **kwargs: Any) -> None:
        super().play(*animations, **kwargs)
        # Of what was drawn, with as many vehicles as there are, the richest in light and shade.
        there = self.camera.backdrop is not None and self._dark is None and self.view.relief == 1
        if there and self._drawn is not None:
            picture = self._drawn[1]
            score = (len(self.vehicles()), float(picture[..., :3].std()))
            if self._cover is None or score > self._cover[0]:
                self._cover = score, picture.copy()

    def cover(self) -> Any:
        """A picture that stands for the film, with its title on it, once it was rendered; the last still if it shows no
        world."""
        if self._cover is None:
            return self.renderer.camera.get_image()
        words = "" if self._headline is None else " ".join(line.words for line in self._headline)
        columns = int(self._width / (_WORD * _COVER))
        title = self.haloed(self.lines(words or self.word("title"), columns, _COVER, weight="BOLD"))
        title.scale(min(1.0, self._width / title.width)).to_corner(DOWN + LEFT, buff=1.5 * MARGIN)
        self.remove_updater(self._breath)
        self.clear()
        picture = self._cover[1]
        self.camera.backdrop = lambda: picture
        self.add(title, *([] if self._logo is None else [self._logo]))
        self.renderer.static_image = None
        self.renderer.update_frame(self)
        return self.renderer.camera.get_image()

    def leave(self, *animations: Animation, run_time: float = 0.6) -> None:
        gone = self._caption is not None and self.burnt
        self._wait_for_readers(0)
        self._end_caption()
        super().leave(*animations, *([FadeOut(self._caption)] if gone else []), run_time=run_time)
        self._caption = None

    def enter(self, terrain: Terrain | World, view: OrbitCamera | None = None, **kwargs: Any) -> World:
        if self._dark is not None:
            self.remove(self._dark)
            self._dark = None
        return super().enter(terrain, view, **kwargs)

    # Words ------------------------------------------------------------------------------------------------------

    def word(self, key: str, **values: object) -> str:
        """The words under `key`, with `values` put in."""
        return filled(self.words.get(key, key), self.lang, **values)

    def percent(self, part: float | np.floating[Any], digits: int = 0) -> str:
        """A share as a percentage."""
        return share(float(part), digits, self.lang)

    def text(self, words: str, size: float = BODY, colour: str | None = None, weight: str = "NORMAL") -> Words:
        """A line of text, or several separated by newlines."""
        return Words(words, size, colour or self.palette.ink, weight)

    def lines(
        self,
        words: str,
        columns: int,
        size: float = BODY,
        colour: str | None = None,
        align: Any = LEFT,
        weight: str = "NORMAL",
    ) -> VGroup:
        """Words in lines of at most so many letters, one under the other."""
        wrapped = [line for part in words.split("\n") for line in balanced(part, columns)]
        set_ = VGroup(*(self.text(line, size, colour, weight) for line in wrapped))
        return set_.arrange(DOWN, buff=0.0048 * size, aligned_edge=align)

    def equation(self, typst: str, size: float = HEADING, colour: str | None = None) -> MathTypst:
        """An equation in Typst's notation; `{{ … : name }}` marks a part that `select("name")` gives."""
        return MathTypst(typst, font_size=1.3 * size, color=colour or self.palette.ink)

    def title(self, key: str = "title", **values: object) -> VGroup:
        """The lesson's title, at the upper left; not yet shown."""
        return self.headed(self.word(key, **values))

    def headed(self, words: str) -> VGroup:
        """A title of these words."""
        most = self._width
        text = self.lines(words, int(most / (_WORD * TITLE)), TITLE, weight="SEMIBOLD")
        text.scale(min(1.0, most / text.width))
        self._headline = self.haloed(text.to_corner(UP + LEFT, buff=MARGIN))
        return text

    def height_note(self) -> Words:
        """What the height of the world's terrain means, at the upper right, or under the title."""
        return self.aside(self.text(self.word(f"height_{self.world.relief.scale}"), SMALL))

    @property
    def _width(self) -> float:
        """Of the frame's head, where there is room for words."""
        return config.frame_width - 2 * MARGIN - (0.0 if self._logo is None else self._logo.width + 0.4)

    def aside(self, mobject: Mobject) -> Any:
        """The same, at the upper right, or under the title where there is no room beside it."""
        taken = self._headline.width + 0.9 if self._headline is not None else 0.0
        if taken + mobject.width <= self._width:
            mobject.to_corner(UP + RIGHT, buff=MARGIN)
            return self.haloed(mobject.shift([self._width + 2 * MARGIN - config.frame_width, 0, 0]))
        return self.haloed(mobject.next_to(self._headline, DOWN, buff=0.2, aligned_edge=LEFT))

    def say(self, key: str, *animations: Animation, run_time: float = 0.6, **values: object) -> None:
        """Change the caption at the foot to the words under `key`, together with other animations."""
        words = self.word(key, **values)
        caption = self.lines(words, self.shape.columns, align=[0, 0, 0])
        caption.move_to([0, MARGIN - config.frame_height / 2, 0], aligned_edge=DOWN)
        self.haloed(caption)
        if self._caption is not None:
            self._wait_for_readers(0)
            self._end_caption()
            if self.burnt:
                self.play(FadeOut(self._caption), run_time=_LEAVES)
            else:
                self.wait(_LEAVES)
        self._caption = caption
        now = float(self.renderer.time)
        told = filled(self.words.get(f"spoken.{key}", self.words.get(key, key)), self.lang, **values)
        spoken = voices.aloud(told, self.lang)
        sound = self._voice and self._voice(key, spoken)
        self.subtitles.append(Caption(words, now, now, "", key, spoken, str(sound or "")))
        if self._section is not None:
            self.chapters.append(Chapter(title_of(words), self._section))
            self._section = None
        shown = [FadeIn(caption)] if self.burnt else []
        if shown or animations:
            self.play(*shown, *animations, run_time=run_time)
        else:
            self.wait(run_time)
        until = now + _BREATH + voices.seconds(sound) if sound else 0.0
        self._read_at = max(self.renderer.time + reading_time("".join(line.words for line in caption)), until)

    @property
    def beside(self) -> tuple[float, float]:
        """Where in the frame a camera has its target, where a column of panels stands beside it."""
        return (-0.36, 0.04)

    def column(self, *panels: Mobject, gap: float = 0.3) -> Group:
        """Panels on a backing each: under each other at the right, or below the world, in as many columns as let them
        be the largest; not yet shown."""
        room = self.shape.panels
        widest = max(panel.width for panel in panels)
        backed = Group()
        for panel in panels:
            back = self.backing(panel).stretch_to_fit_width(widest + 0.5)
            backed.add(Group(back, panel.align_to(back, LEFT).shift([0.25, 0, 0])))
        self._gather(backed, room, gap)
        if room.is_aside:
            return backed.to_edge(RIGHT, buff=MARGIN).align_to([0, room.high, 0], UP)
        return backed.set_x(0).align_to([0, room.low, 0], DOWN)

    def gathered(self, *parts: Mobject, gap: float = 0.5) -> Group:
        """Parts of a picture in rows, as many in each as let them be the largest, in the middle of the frame."""
        room = self.shape.room
        return self._gather(Group(*parts), room, gap).move_to([*room.middle, 0])

    def fitted(self, mobject: Any, most: float = 1.0) -> Any:
        """The same in the middle of the frame, made smaller if there is no room for it, or up to `most` times as large
        if there is."""
        room = self.shape.room
        mobject.scale(min(most, room.width / mobject.width, room.height / mobject.height))
        return mobject.move_to([*room.middle, 0])

    def chart_size(self, width: float, height: float) -> tuple[float, float]:
        """Of a chart that is meant to be so wide and high: where the frame has no room for that, it is narrower, and
        higher."""
        narrower = min(width, self.shape.room.width - _AXIS)
        return narrower, height * min(_STRETCH, width / narrower)

    def _gather(self, parts: Group, room: Room, gap: float) -> Group:
        """Arrange parts in columns, and make them smaller if there is no room for them."""

        def scale(columns: int) -> float:
            parts.arrange_in_grid(cols=columns, buff=gap, flow_order="rd")
            return min(1.0, room.width / parts.width, room.height / parts.height)

        # Of those that are as large, the flattest.
        best = max(range(1, len(parts) + 1), key=lambda one: (round(scale(one), 3), -one if room.is_aside else one))
        return parts.scale(scale(best))

    def pause(self, seconds: float = 2.0) -> None:
        """Stand still for so long; in a talk made with manim-slides, until the speaker goes on."""
        self._wait_for_readers(seconds)
        self.next_section()
        self._section = float(self.renderer.time)

    def _end_caption(self) -> None:
        """It is read until now."""
        if self.subtitles and self.subtitles[-1].end <= self.subtitles[-1].begin:
            self.subtitles[-1] = replace(self.subtitles[-1], end=float(self.renderer.time))

    def _wait_for_readers(self, seconds: float) -> None:
        """Wait so long, and until the caption can have been read."""
        seconds = max(seconds, self._read_at - self.renderer.time)
        if seconds > 0.1:
            self.wait(seconds)

    def haloed(self, mobject: Mobject) -> Any:
        """The same, legible over a picture."""
        for part in mobject.family_members_with_points():
            part.set_stroke(self.palette.ground, width=5, opacity=0.75, background=True)
        return mobject

    def backing(self, mobject: Mobject, buff: float = 0.25) -> RoundedRectangle:
        """A panel to stand behind `mobject`, so that it is legible over a picture."""
        return RoundedRectangle(
            corner_radius=0.12,
            width=mobject.width + 2 * buff,
            height=mobject.height + 2 * buff,
            fill_color=self.palette.panel,
            fill_opacity=0.86,
            stroke_width=0,
        ).move_to(mobject)

    # Motion -----------------------------------------------------------------------------------------------------

    def drive(
        self,
        movers: Sequence[Mover],
        last: float,
        *animations: Animation,
        first: float = 0.0,
        run_time: float = 6.0,
        pace: float = 1.0,
        **view: Any,
    ) -> None:
        """Move them all from step `first` to step `last`, in time share**pace, while the camera eases to a `view`."""
        parts = [part for mover in movers for part in mover_parts(mover)]
        self.add(*parts)

        def move(share: float) -> None:
            for mover in movers:
                mover.move(first + (last - first) * share**pace)

        self.fly(*animations, moves=move, movers=parts, run_time=run_time / self.material.speed, **view)

    def ball(self, walk: Walk, look: Look, name: str = "", width: float = 7.0, arrival: str = "") -> Traveller:
        """A vehicle in the world for a walk, its optimizer's name beside it; not yet moved. `width` is its trail's, and
        `arrival` what is added to its name at the end."""
        name = name or short_name(walk.optimizer)
        way = Way.of_walk(walk)
        lost = way.diverged or way.out is not None
        end = self.farewell(walk, way) if lost else arrival
        words = [name, self.word("ended", name=name, how=end)] if end else [name]
        labels = [self.haloed(self.text(one, SMALL, look.colour, "SEMIBOLD")) for one in words]
        ball = self.traveller(walk, labels[0], look, width, labels[-1], arrives=bool(arrival))
        self.add(*labels)
        return ball

    def farewell(self, walk: Walk, way: Way) -> str:
        """Words on how a walk ended that diverged, or left the map for good."""
        if way.diverged:
            return lost_at(walk)
        return self.word("left", step=int(np.ceil(way.end)))


def _picture(file: str) -> ImageMobject:
    """A logo, at the upper right."""
    with Image.open(file) as image:
        logo = ImageMobject(np.asarray(image.convert("RGBA")))
    logo.scale(min(_LOGO[0] / logo.width, _LOGO[1] / logo.height))
    return logo.to_corner(UP + RIGHT, buff=MARGIN)


def mover_parts(mover: Mover) -> list[Mobject]:
    """What manim draws of it; of balls in a world, which OpenGL draws, only the label."""
    if isinstance(mover, Mobject):
        return [mover]
    return list(getattr(mover, "names", ()))
