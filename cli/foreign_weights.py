"""Networks that were trained elsewhere: their weights in files, and the data that they were trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import options

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from landscape import MLP
    from landscape.datasets import Dataset

    from .data import Images

_SCALES = ("given", "standard")


@dataclass(frozen=True)
class Foreign:
    """What was said on the command line of networks trained elsewhere.

    weights : a pattern of files for each of them. steps : the steps of each, in place of those in the names; or none.
    layers, activation, loss : the network. order : of its layers in the files. scale, mean, std : of the pixels.
    """

    weights: tuple[str, ...]
    layers: str
    activation: str
    loss: str
    order: str | None
    steps: tuple[str, ...]
    scale: str
    mean: float | None
    std: float | None

    def __post_init__(self) -> None:
        """ValueError for options that do not go together."""
        numbers = [name for name, value in (("--mean", self.mean), ("--std", self.std)) if value is not None]
        if len(numbers) == 1 or (numbers and self.scale != "given"):
            raise ValueError("give --mean and --std, both of them, or --scale standard, or none of these")
        if self.steps and self.weights and len(self.steps) != len(self.weights):
            raise ValueError(
                f"{len(self.steps)} --steps for {len(self.weights)} --weights are not allowed: one each is needed"
            )
        if self.weights:
            return
        own = {"--order": self.order, "--mean": self.mean, "--std": self.std}
        said = [name for name, value in own.items() if value is not None] + ["--scale"] * (self.scale != "given")
        if said:
            raise ValueError(f"{', '.join(said)}: only for --weights; runs know theirs")

    def network(self) -> MLP:
        """The network, without its weights."""
        import landscape as ls

        return ls.MLP(options.numbers(self.layers, "--layers", int), self.activation, loss=self.loss)

    def data(self, images: Images) -> Dataset:
        """The data, with the pixels on the scale that was asked for."""
        import landscape as ls

        data = ls.datasets.load(images.where or "mnist")
        return data if self.scale == "given" and self.mean is None else data.standardised(self.mean, self.std)

    def snapshots(self, network: MLP) -> list[tuple[NDArray[Any], NDArray[np.int64], float | None]]:
        """For each pattern snapshots (S, P), their steps (S,), and the loss that the last of them says it has; which
        files are taken as which steps is printed."""
        import numpy as np

        from landscape.networks import weights

        from . import screen

        found = []
        order = self.order.split(",") if self.order else None
        for k, pattern in enumerate(self.weights):
            steps = options.numbers(self.steps[k], "--steps", int) if self.steps else None
            series = weights.series(weights.find(pattern), steps)
            if len(series.files) > 1 or series.left_out:
                screen.console.print(f"{pattern}: {series}", soft_wrap=True)
            params = np.stack([weights.load(path, network, order) for path in series.files])
            found.append((params, series.steps, weights.recorded_loss(series.files[-1])))
        return found


# Of networks that were trained elsewhere.
given = options.packed(
    "foreign",
    Foreign,
    options.option(
        "--weights", multiple=True, metavar="PATTERN", help="Instead of runs: snapshots, as 'mine/*.safetensors'."
    ),
    options.layers,
    options.activation,
    options.loss,
    options.option(
        "--order", metavar="NAME,NAME,…", help="Of the layers in --weights, where shapes and numbers leave it open."
    ),
    options.option(
        "--steps",
        multiple=True,
        metavar="N,N,…",
        help="Of the files of each --weights, in the order of their names, in place of the numbers in them.",
    ),
    options.option(
        "--scale",
        type=options.OneOf(_SCALES),
        default="given",
        help="Of the pixels that --weights were trained on; standard: less their mean, divided by their deviation.",
    ),
    options.option("--mean", type=float, help="In place of --scale: taken off each pixel, which lies in [0, 1] …"),
    options.option("--std", type=float, help="… which is then divided by this, as torchvision's Normalize does it."),
)
