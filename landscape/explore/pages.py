"""The playground as one HTML page, which needs no network, or as the parts of a widget."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib import resources
from pathlib import Path
from string import Template, printable
from typing import Any
from urllib.parse import quote

from numpy.typing import ArrayLike

from .. import optimizers as zoo
from ..core import checks, foreign_text
from ..core.wording import Words
from ..datasets import Dataset
from ..figures import given
from ..figures.saving import font_faces
from ..figures.styles import style
from ..figures.themes import palette
from ..optimizers import Walker
from ..terrains import Terrain
from ..walks.trajectory import Walk
from .challenges import challenges
from .content import dumped
from .network_content import IMAGES, network_content
from .opened import Opened, opened

THEMES = ("auto", "light", "dark")
_MOST = 20_000  # steps of a walk
_TITLE = 500  # letters
_SYMBOLS = "×÷−±·…→←≈≤∞–√πβαμσρεγλτψκφθΔ∇η½¼²³⁴ᵀ‖∥⟂⟨⟩∝∑∏°⁰¹⁵⁶⁷⁸⁹⁻₀₁₂₃₄ₜₖ₋₊ᵗ̂⌊⌋⊙"

_COLOURS = ("ground", "panel", "ink", "muted", "grid", "accent", "star")  # of the page, and of its pictures


@dataclass(frozen=True)
class Made:
    """What a page is made of.

    Attributes
    ----------
    title, words, data : its heading, its words by their keys, and all that it holds, as JSON.
    styles : its fonts, colours and rules, as CSS.
    address : where it opens. ground : what it was made of, if that is one.
    """

    title: str
    words: dict[str, str]
    data: str
    styles: str
    address: str
    ground: Terrain | None


def made(
    terrain: Terrain | str | None = None,
    trajectories: Walk | Sequence[Walk] = (),
    optimizers: Sequence[Walker | str] = (),
    *,
    start: ArrayLike | None = None,
    steps: int = 200,
    theme: str = "light",
    lang: str = "en",
    title: str | None = None,
    address: str = "",
    tasks: str | Path | None = None,
    data: Sequence[Dataset | str] = (),
    images: int = IMAGES,
) -> Made:
    """What a page is made of; everything as in `page`."""
    checks.one_of("theme", theme, THEMES)
    words = dict(Words(lang, __package__).known)
    steps = checks.within("steps", steps, 1, _MOST)
    ground = None if terrain is None else given.as_terrain(terrain)
    recorded = given.as_list(trajectories, Walk)
    if any(walk.loss.ndim != 1 for walk in recorded):
        raise ValueError("a page shows walks of one start each: take one of a trajectory's starts")
    walkers = [zoo.walker(one) if isinstance(one, str) else one for one in optimizers]
    begin = None if start is None else checks.start(start)

    with style("dark" if theme == "dark" else "light", lang=lang):
        found = opened(ground, recorded, walkers, begin, steps, words, _guide(lang))
        network = network_content(data, images, lang)
        heading = foreign_text.shown(words["playground"] if title is None else title, most=_TITLE)
        content: dict[str, Any] = {
            "theme": theme,
            "lang": lang,
            "title": heading,
            "words": words,
            "colours": {name: _colours(name) for name in ("light", "dark")},
            "catalogue": found.catalogue,
            "texts": found.texts,
            "opened": address or _first(found, network, data),
            "given": found.given,
            "challenges": challenges(tasks, lang),
            "network": network,
        }
        data = dumped(content)
    # All that may come to be written: what the page holds, and the keys of a keyboard.
    letters = "".join(sorted({*printable, *_SYMBOLS, *data}))
    styles = "\n".join([font_faces(letters), _variables(theme), _read("built/style.css")])
    return Made(heading, words, data, styles, content["opened"], ground)


def page(
    terrain: Terrain | str | None = None,
    trajectories: Walk | Sequence[Walk] = (),
    optimizers: Sequence[Walker | str] = (),
    *,
    start: ArrayLike | None = None,
    steps: int = 200,
    theme: str = "light",
    lang: str = "en",
    title: str | None = None,
    address: str = "",
    tasks: str | Path | None = None,
    data: Sequence[Dataset | str] = (),
    images: int = IMAGES,
) -> str:
    """The text of an HTML page in which all terrains and optimizers can be chosen and changed, and walk at once.

    It opens with what is given; without anything, in Rosenbrock's valley. Registered terrains and optimizers are live,
    also a user's own as far as their formulas decide by no values; so are formulas. All other paths (SciPy's methods,
    trajectories, and whatever walks on a surface or over a function of one's own) stay as they were recorded.

    Parameters
    ----------
    terrain : as an object or as its notation. Under a `Surface` the page says how much of the movement its plane holds.
    trajectories : walks of one start each on `terrain`, to be drawn as recorded.
    optimizers : objects or notations, which walk here for `steps` steps from `start` (2,); the terrain's own if None.
    theme : "light", "dark", or "auto" for whichever the viewer prefers. lang : of the words, "en" or "zh".
    title : the terrain's name if None. address : what stands after # in the address of a page, to be opened again.
    tasks : a TOML file of challenges of your own, as docs/challenges.md describes them; ours if None.
    data : what networks can learn in the page beside points in the plane, as "mnist", each as `datasets.load` takes it;
        with these it opens there. images : training images of each, if it has more.

    Raises ValueError for what is not allowed, and for a terrain that has no finite loss in its domain.
    """
    found = made(
        terrain,
        trajectories,
        optimizers,
        start=start,
        steps=steps,
        theme=theme,
        lang=lang,
        title=title,
        address=address,
        tasks=tasks,
        data=data,
        images=images,
    )
    script = _script(_read("built/playground.js"))
    return Template(_read("page.html")).substitute(
        {name: escape(text) for name, text in found.words.items()},
        lang="zh-CN" if lang == "zh" else lang,
        schemes="light dark" if theme == "auto" else theme,
        title=escape(found.title),
        style=found.styles,
        styles=_hash(found.styles),
        script=script,
        scripts=_hash(script),
        data=found.data,
    )


def _first(found: Opened, network: dict[str, Any], data: Sequence[Dataset | str]) -> str:
    """Where the page opens: among networks, if it was given what they learn."""
    if not data:
        return found.address
    last = [*network["data"]][-1]
    of_it = [one["net"] for one in network["presets"] if one["net"].startswith(f"data={quote(last)}&")]
    begun = of_it[0] if of_it else f"data={quote(last)}"
    return f"{found.address}&tab=network&net={quote(begun, safe=':=,')}"


def _guide(lang: str) -> dict[str, dict[str, str]]:
    """What is said of each optimizer and of each terrain."""
    found: dict[str, dict[str, str]] = {}
    for key, text in Words(lang, __package__, "guide.toml").known.items():
        family, _, name = key.partition(".")
        found.setdefault(family, {})[name] = text
    return found


def _read(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _script(code: str) -> str:
    """Code that does not end the element that it stands in."""
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _hash(text: str) -> str:
    """By which a page's policy knows what it may run."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _colours(theme: str) -> dict[str, Any]:
    """A palette's own, by their names."""
    return {name: getattr(palette(theme), name) for name in (*_COLOURS, "terrain")}


def _variables(theme: str) -> str:
    """The colours of the page as variables of CSS."""

    def rule(name: str) -> str:
        pairs = " ".join(f"--{key}: {value};" for key, value in _colours(name).items() if isinstance(value, str))
        return f":root {{ color-scheme: {name}; {pairs} }}"

    if theme != "auto":
        return rule(theme)
    return f"{rule('light')}\n@media (prefers-color-scheme: dark) {{ {rule('dark')} }}"
