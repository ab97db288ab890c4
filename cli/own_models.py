"""Models of other libraries on the command line: how they are made, and checkpoints of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import options

if TYPE_CHECKING:
    from landscape.models import Model
    from landscape.models.making import Making
    from landscape.networks.weights import Checkpoints


@dataclass(frozen=True)
class OwnModel:
    """What was said of a model of another library.

    model : a name in a file that gives it, as in mine.py:build; empty for none. checkpoints : a pattern of files for
    each training of it. buffers : what becomes of its running statistics, as `ls.models.torch` takes it.
    """

    model: str | None
    checkpoints: tuple[str, ...]
    buffers: str | None

    def __post_init__(self) -> None:
        if self.buffers and not self.model:
            raise ValueError("--buffers: only with --model, which says whose they are")
        if self.checkpoints and not self.model:
            raise ValueError("--checkpoints need --model, which says what they are of, as mine.py:build")

    def making(self, data: str, loss: str) -> Making:
        """How it is made; data and loss as --data and --loss say it, if they name something in a file."""
        from landscape.core.own import is_file
        from landscape.models.making import Making

        for option, text in (("--data", data), ("--loss", loss)):
            if text and not is_file(text):
                raise ValueError(f"{option} '{text}' is not allowed with --model: it must have the form mine.py:name")
        options = (("buffers", self.buffers),) if self.buffers else ()
        return Making(self.model or "", data, loss, options).absolute()

    def snapshots(self, model: Model, steps: tuple[str, ...]) -> list[Checkpoints]:
        """Those of each training; which files are taken as which steps is printed."""
        from landscape.networks import weights

        from . import screen

        if steps and len(steps) != len(self.checkpoints):
            raise ValueError(
                f"{len(steps)} --steps for {len(self.checkpoints)} --checkpoints are not allowed: one each is needed"
            )
        found = []
        for k, pattern in enumerate(self.checkpoints):
            given: list[Any] | None = options.numbers(steps[k], "--steps", int) if steps else None
            found.append(weights.snapshots(pattern, model, given))
            taken = ", ".join(map(str, found[-1].steps))
            said = f"{pattern}: {len(found[-1].files)} checkpoints at steps {taken} ({found[-1].told})"
            screen.console.print(said, soft_wrap=True)
        return found


BUFFERS = ("recomputed", "frozen", "train")  # as in the library, which is not loaded yet

# Of models of other libraries.
given = options.packed(
    "own",
    OwnModel,
    options.option("--model", metavar="FILE:NAME", help="What gives a PyTorch module, or one of ls.models; see below."),
    options.option(
        "--checkpoints",
        multiple=True,
        metavar="PATTERN",
        help="Instead of runs: snapshots of it, as 'ckpt/*.pt', safetensors, or folders of these.",
    ),
    options.option(
        "--buffers",
        type=options.OneOf(BUFFERS),
        help="Statistics of batch normalisation at each point.  [default: recomputed]",
    ),
)
