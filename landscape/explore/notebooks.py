"""The playground in a notebook, by anywidget."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from numpy.typing import ArrayLike

from ..core import checks
from ..core.errors import LandscapeError
from ..datasets import Dataset
from ..optimizers import Walker
from ..terrains import Terrain
from ..walks.trajectory import Trajectory, Walk
from .address import walks_of
from .network_content import IMAGES
from .pages import made


def widget(
    terrain: Terrain | str | None = None,
    optimizers: Sequence[Walker | str] = (),
    trajectories: Walk | Sequence[Walk] = (),
    *,
    start: ArrayLike | None = None,
    steps: int = 200,
    theme: str = "auto",
    lang: str = "en",
    height: int = 640,
    data: Sequence[Dataset | str] = (),
    images: int = IMAGES,
) -> Any:
    """The playground as a widget for Jupyter, Colab and VS Code, opened as `page` is; `height` in pixels.

    What is changed there comes back: `.address` is the state in the command line's notation, `.trajectories` are the
    walks that it shows, as `ls.descend` takes them.

    Raises what `page` raises; LandscapeError if anywidget is not installed.
    """
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise LandscapeError("ls.explore.widget needs anywidget: pip install anywidget") from None
    found = made(
        terrain, trajectories, optimizers, start=start, steps=steps, theme=theme, lang=lang, data=data, images=images
    )

    class Playground(anywidget.AnyWidget):  # type: ignore[misc,unused-ignore]
        """The playground, and what is chosen in it."""

        _esm = (resources.files(__package__) / "built/playground.js").read_text(encoding="utf-8")
        _css = found.styles
        content = traitlets.Unicode(found.data).tag(sync=True)
        address = traitlets.Unicode(found.address).tag(sync=True)
        height = traitlets.Int(640).tag(sync=True)

        @property
        def trajectories(self) -> list[Trajectory]:
            """The walks that are shown, recorded ones apart."""
            return walks_of(self.address, found.ground)

    return Playground(height=checks.within("height", height, 200, 5000))
