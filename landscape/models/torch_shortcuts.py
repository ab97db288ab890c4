"""A PyTorch module that gives the same outputs for less work, where many points of a plane are computed.

Two things need not be computed again and again. Batch normalisation whose statistics are frozen is a scale and a shift
for each channel, which the convolution before it can do with other weights. And the first layer is affine in the
plane's coordinates, z = A + aB + bC, so its products with the data are needed three times. What seems to be so is tried
out: where outputs come out otherwise, the module is computed as it is.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from .torch_data import Batch

_CONVOLUTIONS = nn.Conv1d, nn.Conv2d, nn.Conv3d
_LAYERS = (*_CONVOLUTIONS, nn.Linear)
_WORTH = 32  # inputs of each output, from which on products are dearer than adding up what they were
_NEAR = {torch.float32: 1e-4, torch.float64: 1e-10}  # of the largest output, by which rounding may change one

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Plan:
    """What can be left out.

    folds : pairs of a convolution, or linear layer, and the normalisation of its outputs. first : the layer that sees
    the data. last : whether channels come last in memory, which convolutions on processors work faster with.
    """

    folds: tuple[tuple[str, str], ...] = ()
    first: str = ""
    last: bool = False

    @classmethod
    def of(cls, module: nn.Module, batch: Batch, run: Callable[[], Any], fold: bool) -> Plan:
        """What could be left out of a module, as one pass over a batch tells."""
        watched = _Watched(module, batch)
        with watched:
            run()
        folds = watched.folds if fold else ()
        first = watched.first
        if first and _inputs(module.get_submodule(first)) < _WORTH:
            first = ""
        convolves = any(isinstance(one, nn.Conv2d) for one in module.modules())
        on_processor = next(module.parameters()).device.type == "cpu"
        return cls(tuple(pair for pair in folds if pair[0] != first), first, convolves and on_processor)

    def less(self) -> list[Plan]:
        """Itself, and plans that leave out less and less."""
        return [self, replace(self, first=""), Plan(last=self.last), Plan()]


class Shortcut:
    """A copy of a module, for one thread, that follows a plan."""

    def __init__(self, module: nn.Module, plan: Plan) -> None:
        held = {id(one): one for one in (*module.parameters(), *module.buffers())}
        self.plan, self._whole = plan, module
        # The numbers are shared: they are never written to.
        self.module = copy.deepcopy(module, held)
        self._given: _Given | None = None
        self._turned: tuple[Batch, tuple[Any, ...]] | None = None  # the last batch, with channels last
        for layer, norm in plan.folds:
            _replace(self.module, norm, nn.Identity())
            owner = self.module.get_submodule(layer)
            if owner.bias is None:
                channels = owner.weight.shape[0]
                owner.bias = nn.Parameter(owner.weight.new_zeros(channels), requires_grad=False)
        if plan.first:
            self._given = _Given()
            _replace(self.module, plan.first, self._given)

    def outputs(self, tensors: Tensors, batch: Batch, first: torch.Tensor | None = None) -> Any:
        """What the module gives with these parameters; `first` is what its first layer gives."""
        if self._given is not None:
            self._given.z = first
        given = self._folded(tensors)
        arguments = batch.arguments
        if self.plan.last:
            given = {name: _channels_last(one) for name, one in given.items()}
            if self._turned is None or self._turned[0] is not batch:
                self._turned = batch, tuple(_channels_last(one) for one in arguments)
            arguments = self._turned[1]
        return torch.func.functional_call(self.module, given, arguments, dict(batch.named))

    def products(self, basis: list[Tensors], batch: Batch) -> list[torch.Tensor]:
        """What the first layer's weights and biases of each of some vectors give for a batch."""
        layer = self._whole.get_submodule(self.plan.first)
        seen = _seen(self._whole, layer, batch)
        names = {name: f"{self.plan.first}.{name}" for name, _ in layer.named_parameters()}
        found = []
        for k, tensors in enumerate(basis):
            # What does not span the space is there once, at the origin.
            own = {
                name: tensors.get(full, one if k == 0 else torch.zeros_like(one))
                for (name, full), one in zip(names.items(), layer.parameters(), strict=True)
            }
            z = torch.func.functional_call(layer, own, (seen,))
            found.append(_channels_last(z) if self.plan.last else z)
        return found

    def _folded(self, tensors: Tensors) -> dict[str, torch.Tensor]:
        given = dict(tensors)
        for layer, norm in self.plan.folds:
            weight, bias = self._of(tensors, layer, "weight"), self._of(tensors, layer, "bias")
            part = self._whole.get_submodule(norm)
            scale = torch.rsqrt(part.running_var + part.eps)
            gamma, beta = self._of(tensors, norm, "weight"), self._of(tensors, norm, "bias")
            scale = scale if gamma is None else scale * gamma
            shift = -part.running_mean if bias is None else bias - part.running_mean
            shift = shift * scale
            given[f"{layer}.weight"] = weight * scale.reshape(-1, *[1] * (weight.ndim - 1))
            given[f"{layer}.bias"] = shift if beta is None else shift + beta
        # What is no longer there cannot be given.
        gone = tuple(f"{norm}." for _, norm in self.plan.folds) + ((f"{self.plan.first}.",) if self.plan.first else ())
        return {name: one for name, one in given.items() if not name.startswith(gone)} if gone else given

    def _of(self, tensors: Tensors, part: str, name: str) -> Any:
        """A parameter of a part: the one that is given, or the module's own; None where there is none."""
        full = f"{part}.{name}"
        return tensors[full] if full in tensors else getattr(self._whole.get_submodule(part), name)


def chosen(
    module: nn.Module, batch: Batch, points: Sequence[Tensors], run: Callable[[Any], Any], fold: bool
) -> tuple[Plan, str]:
    """The plan that leaves out most and still gives the module's outputs for a batch at some points, and why it leaves
    out less than could be thought; `run` gives the outputs of the module as it is."""
    plan, why = Plan.of(module, batch, lambda: run(points[0]), fold), ""
    exact = [run(one) for one in points]
    for less in plan.less():
        try:
            shortcut = Shortcut(module, less)
            firsts = [shortcut.products([one], batch)[0] for one in points] if less.first else [None] * len(points)
            found = [shortcut.outputs(one, batch, first) for one, first in zip(points, firsts, strict=True)]
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            continue
        if all(map(_alike, found, exact)):
            return less, why
        why = "outputs came out otherwise"
    return Plan(), why


class _Given(nn.Module):
    """Stands for a layer whose outputs are known."""

    z: torch.Tensor | None = None

    def forward(self, *_: Any, **__: Any) -> Any:
        return self.z


class _Watched:
    """Watches one pass through a module: which layer sees the data, and which normalisation which layer's outputs."""

    def __init__(self, module: nn.Module, batch: Batch) -> None:
        self.first, self._pairs, self._calls = "", dict[str, str](), dict[str, int]()
        self._module, self._inputs = module, [one for one in batch.arguments if isinstance(one, torch.Tensor)]
        self._outputs: list[tuple[Any, str]] = []
        self._hooks: list[Any] = []

    @property
    def folds(self) -> tuple[tuple[str, str], ...]:
        """Pairs of which each part was called once."""
        once = {name for name, count in self._calls.items() if count == 1}
        return tuple((layer, norm) for norm, layer in self._pairs.items() if {layer, norm} <= once)

    def __enter__(self) -> None:
        for name, part in self._module.named_modules():
            if isinstance(part, (*_LAYERS, _BatchNorm)):
                self._hooks.append(part.register_forward_hook(self._seen(name)))

    def __exit__(self, *_: Any) -> None:
        for hook in self._hooks:
            hook.remove()

    def _seen(self, name: str) -> Callable[..., None]:
        def hook(part: nn.Module, given: Any, output: Any) -> None:
            self._calls[name] = self._calls.get(name, 0) + 1
            if isinstance(part, _BatchNorm):
                layer = next((one for output, one in self._outputs if given and output is given[0]), "")
                if layer and part.track_running_stats and not part.training:
                    self._pairs[name] = layer
                return
            if not self._outputs and given and any(_same_numbers(given[0], one) for one in self._inputs):
                self.first = name
            self._outputs.append((output, name))

        return hook


class _Stop(Exception):  # noqa: N818  it is no error
    """The first layer has been reached."""


def _seen(module: nn.Module, layer: nn.Module, batch: Batch) -> torch.Tensor:
    """What a layer sees of a batch."""
    seen: list[torch.Tensor] = []

    def hook(_: nn.Module, given: Any) -> None:
        seen.append(given[0])
        raise _Stop

    handle = layer.register_forward_pre_hook(hook)
    try:
        module(*batch.arguments, **dict(batch.named))
    except _Stop:
        pass
    finally:
        handle.remove()
    return seen[0]


def _same_numbers(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether one is the other, perhaps in another shape."""
    return one.numel() == other.numel() and one.data_ptr() == other.data_ptr()


def _inputs(layer: nn.Module) -> int:
    """How many numbers each output of a layer is made of."""
    return int(layer.weight[0].numel())


def _replace(module: nn.Module, name: str, part: nn.Module) -> None:
    before, _, last = name.rpartition(".")
    setattr(module.get_submodule(before), last, part)


def _channels_last(one: Any) -> Any:
    four = isinstance(one, torch.Tensor) and one.ndim == 4
    # Not by `contiguous`, for which a single channel comes last wherever it is, though convolutions look at strides.
    return one.to(memory_format=torch.channels_last) if four else one


def _alike(one: Any, other: Any) -> bool:
    """Whether two outputs are the same but for rounding."""
    if isinstance(one, torch.Tensor):
        if not isinstance(other, torch.Tensor) or one.shape != other.shape:
            return False
        near = _NEAR.get(other.dtype, 1e-4) * max(float(other.abs().max()), 1e-6) if other.numel() else 0.0
        return torch.allclose(one.double(), other.double(), rtol=0, atol=near, equal_nan=True)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    same: bool = one == other
    return same
