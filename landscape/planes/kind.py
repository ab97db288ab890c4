"""How a plane was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Way = Literal["own", "pca", "pca_of_others", "random", "hessian", "gradient", "through", "through_runs"]

_TEXTS: dict[Way, str] = {
    "pca": "pca",
    "pca_of_others": "pca of other runs",
    "random": "random",
    "hessian": "Hessian's top eigenvectors",
    "gradient": "gradient and curvature",
    "through": "through three points",
    "through_runs": "through points of the runs",
}


@dataclass(frozen=True)
class Kind:
    """How a plane was made; as a text it stands in captions.

    way : "pca" was fitted to the movement that the plane is judged by, "pca_of_others" to that of other runs;
        "through_runs" goes through three of their snapshots, "through" through any three points; "own" is a user's.
    normalize : what the norms of random directions were made equal to: "filter", "layer" or None.
    words : what a user calls a plane of one's own.
    """

    way: Way = "own"
    normalize: str | None = None
    words: str = "plane"

    def __str__(self) -> str:
        text = _TEXTS.get(self.way, self.words)
        return text if self.normalize is None else f"{text}, {self.normalize} norms"

    @classmethod
    def read(cls, text: str) -> Kind:
        """What `str` wrote; any other text is the name of a user's own."""
        made = [cls(way) for way in _TEXTS] + [cls("random", norms) for norms in ("filter", "layer")]
        return next((kind for kind in made if str(kind) == text), cls(words=text))

    @property
    def judged_by_walks(self) -> bool:
        """Whether chance, beside what the plane holds, is that of random walks, and not of random planes."""
        return self.way in ("pca", "through_runs")

    @property
    def networks(self) -> list[tuple[float, float]]:
        """The coordinates of the networks that it was laid around, or through, as far as they are known."""
        if self.way in ("random", "hessian", "gradient"):
            return [(0.0, 0.0)]
        return [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)] if self.way in ("through", "through_runs") else []


OWN = Kind()
