"""A terrain and the paths of optimizers on it as one HTML page to be played with, which needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template, printable
from typing import Any

from numpy.typing import ArrayLike

from .. import optimizers as zoo
from .. import terrains
from ..core import checks, foreign_text
from ..core.errors import LandscapeError
from ..core.wording import Words
from ..figures import given
from ..figures.contours import is_to_scale
from ..figures.names import title_of
from ..figures.saving import font_faces
from ..figures.styles import style
from ..figures.themes import palette
from ..figures.words import caveat, of_data, say
from ..optimizers import Walker
from ..terrains import Terrain
from ..walks.descent import descend
from ..walks.trajectory import Walk
from . import symbols
from .content import dumped, of_paths, of_terrain, runnable
from .translation import javascript

THEMES = ("auto", "light", "dark")
_MOST = 20_000  # steps of a walk
_TITLE = 500  # letters
_SYMBOLS = "×÷−±·…→≈∞–√πβαμσΔ∇κ°⁰¹²³⁴⁵⁶⁷⁸⁹⁻₁₂"

_COLOURS = ("ground", "panel", "ink", "muted", "grid", "accent")  # of the page, and of its pictures
_MARKS = ("*", "o", "X")  # of minima, of starts, and of what ended where it was

# In this order, as each uses what stands before it.
COMPUTING = (
    *("terrains", "hessians", "formula", "optimizers", "matrices", "walking"),
    *("numbers", "scales", "exits", "geometry"),
)
_SCRIPTS = (*COMPUTING, "looks", "relief", "map", "losses", "controls", "start", "page")


def page(
    terrain: Terrain | str,
    trajectories: Walk | Sequence[Walk] = (),
    optimizers: Sequence[Walker | str] = (),
    *,
    start: ArrayLike | None = None,
    steps: int = 200,
    theme: str = "light",
    lang: str = "en",
    title: str | None = None,
) -> str:
    """The text of an HTML page that shows a terrain as a relief and as a map, with paths that a slider moves along.

    On registered terrains and formulas the page itself walks the registered `optimizers`, clipped or in SAM, too: from
    wherever the map is clicked, at whatever rates its sliders say. All other paths (SciPy's methods, optimizers of
    one's own, trajectories, and whatever walks on a surface or a terrain of one's own) stay as they were recorded, and
    are set apart once the others start elsewhere.

    Parameters
    ----------
    terrain : as an object or as its notation. Under a `Surface` the page says how much of the movement its plane holds.
    trajectories : walks of one start each on `terrain`, to be drawn as recorded.
    optimizers : objects or notations, which walk here for `steps` steps from `start` (2,); the terrain's own if None.
    theme : "light", "dark", or "auto" for whichever the viewer prefers. lang : of the words, "en" or "zh".
    title : the terrain's name and parameters if None.

    Raises ValueError for what is not allowed, and for a terrain that has no finite loss in its domain; LandscapeError
    if plotly is not installed.
    """
    checks.one_of("theme", theme, THEMES)
    words = dict(Words(lang, __package__).known)
    plotly = _plotly()
    # A page moves smoothly over no more than that.
    steps = checks.within("steps", steps, 1, _MOST)
    ground, recorded = given.as_terrain(terrain), given.as_list(trajectories, Walk)
    if any(walk.loss.ndim != 1 for walk in recorded):
        raise ValueError("a page shows walks of one start each: take one of a trajectory's starts")
    begin = checks.start(ground.start if start is None else start)
    walkers = [zoo.walker(one) if isinstance(one, str) else one for one in optimizers]
    walks = recorded + [descend(ground, one, begin, steps) for one in walkers]
    ground = ground.seen(ground.domain)
    live = [False] * len(recorded) + [runnable(ground, one) for one in walkers]

    with style("dark" if theme == "dark" else "light", lang=lang):
        heading = foreign_text.shown(_heading(ground, words) if title is None else title, most=_TITLE)
        notes = [foreign_text.shown(note) for note in _notes(ground, walks, live, words)]
        content: dict[str, Any] = {
            "theme": theme,
            "words": words,
            "colours": {name: _colours(name, (*_COLOURS, "star", "terrain")) for name in ("light", "dark")},
            "terrain": of_terrain(ground, any(live), walks),
            "start": begin.tolist() if any(live) else None,
            "steps": steps,
            "paths": of_paths(walks, live),
            "letters": {marker: symbols.letter(marker) for marker in _MARKS},
        }
    # All that may come to be written, numbers and keys in words included.
    letters = "".join(
        [printable, _SYMBOLS, heading, *notes, *words.values(), *(str(path["name"]) for path in content["paths"])]
    )
    scripts = {name: _read(f"{name}.js") for name in _SCRIPTS}
    if isinstance(ground, terrains.ExpressionTerrain):
        scripts["formula"] += f"\nterrains.formula = () => ({javascript(ground.name)});\n"
    said = {name: escape(text) for name, text in words.items()}
    return Template(_read("page.html")).substitute(
        said,
        lang="zh-CN" if lang == "zh" else lang,
        schemes="light dark" if theme == "auto" else theme,
        title=escape(heading),
        notes=f"<p>{words['space'].join(map(escape, notes))}</p>" if notes else "",
        map=_map_attributes(any(live), words),
        start=Template(_read("start.html")).substitute(said) if any(live) else "",
        fonts=font_faces(letters) + symbols.font_face([*symbols.SYMBOLS]),
        colours=_variables(theme),
        css=_read("page.css"),
        data=dumped(content),
        plotly=_script(plotly),
        javascript=_script("\n".join(scripts.values())),
    )


def _plotly() -> str:
    """Plotly's JavaScript, all of it."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError:
        raise LandscapeError("landscape explore needs plotly: pip install plotly") from None
    code = str(get_plotlyjs()).rstrip()
    # A browser reads a function in parentheses once, and any other twice, before and when it is called. For the
    # function that is all of Plotly this is a tenth of a second.
    begin, end = "this, () => {", "}));"
    if code.count(begin) == 1 and code.endswith(end):
        code = f"{code.removesuffix(end).replace(begin, 'this, (() => {')}}})));"
    return code


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _script(code: str) -> str:
    """Code that does not end the element that it stands in."""
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _heading(ground: Terrain, words: dict[str, str]) -> str:
    """The terrain's name and parameters; for a surface, of what it is the loss."""
    name = title_of(ground)
    name = name[:1].upper() + name[1:] if ground.is_plane else name
    if ground.data:
        return words["over"].format(what=name, data=of_data(ground.data))
    return name


def _notes(ground: Terrain, walks: Sequence[Walk], live: Sequence[bool], words: dict[str, str]) -> list[str]:
    """The sentences under the title."""
    notes = [caveat(ground)] if ground.is_plane else []
    notes += [] if is_to_scale(ground, ground.domain) else [say("The map is not to scale.")]
    if not all(walk.on_ground for walk in walks):
        notes.append(words["two_losses"])
    if any(live):
        notes += [words["hint"]] if all(live) else [words["hint"], words["hint_recorded"]]
    elif walks:
        notes.append(words["hint_fixed"])
    return notes


def _map_attributes(live: bool, words: dict[str, str]) -> str:
    """A live map can be reached and moved on by keyboard; any other is a picture."""
    if live:
        return f'tabindex="0" role="application" aria-label="{escape(words["start_map"])}"'
    return f'role="img" aria-label="{escape(words["map"])}"'


def _colours(theme: str, names: Sequence[str] = _COLOURS) -> dict[str, Any]:
    """A palette's own, by their names."""
    return {name: getattr(palette(theme), name) for name in names}


def _variables(theme: str) -> str:
    """The colours of the page as variables of CSS."""

    def rule(name: str) -> str:
        pairs = " ".join(f"--{key}: {value};" for key, value in _colours(name).items())
        return f":root {{ color-scheme: {name}; {pairs} }}"

    if theme != "auto":
        return rule(theme)
    return f"{rule('light')}\n@media (prefers-color-scheme: dark) {{ {rule('dark')} }}"


__all__ = ["THEMES", "page"]
