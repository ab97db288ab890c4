"""Training a network by minibatches."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from . import optimizers
from .checks import at_least
from .datasets import Dataset
from .network import MLP, Workspace
from .optimizers import Optimizer
from .run import Run

Progress = Callable[[int, int, float], None]
_REPORT_EVERY = 50  # steps


def train(
    net: MLP,
    data: Dataset,
    optimizer: Optimizer,
    epochs: int = 1,
    batch_size: int = 32,
    seed: int = 0,
    snapshots: int = 200,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Train `net` from its initial parameters, which stay as they are, and return the Run.

    Parameters
    ----------
    seed : of the order of the images, drawn anew each epoch; a last batch that is not full is left out.
    snapshots : how many times, evenly spread over the steps, the parameters are recorded; the start comes on top.
    out : a run folder to be written at the end.
    progress : called now and then as progress(step, steps, loss).

    A loss or gradient that is not finite ends the training; the run says `diverged` and keeps all before it.
    """
    at_least("epochs", epochs, 0)
    at_least("batch_size", batch_size, 1)
    at_least("snapshots", snapshots, 1)
    _check_fit(net, data, batch_size)

    batches = len(data.x_train) // batch_size
    total = epochs * batches
    due = np.unique(np.round(np.linspace(0, total, snapshots + 1)).astype(np.int64))

    params, gradient = net.params.copy(), np.empty_like(net.params)
    state, workspace = optimizer.init(params, net.blocks), net.workspace(batch_size)
    rng, probe = np.random.default_rng(seed), _Probe(workspace, params)
    xb = np.empty((batch_size, data.x_train.shape[1]), dtype=net.dtype)
    x_train = data.x_train.astype(net.dtype, copy=False)

    recorded = np.empty((len(due), params.size), dtype=params.dtype)
    recorded[0], kept = params, 1
    losses, norms = np.empty(total), np.empty(total)
    per_epoch: dict[str, list[float]] = {"epoch_step": [], "train_accuracy": [], "test_loss": [], "test_accuracy": []}
    step, diverged, seconds = 0, False, 0.0

    # One BLAS thread is faster than two for matrices as small as a batch's.
    with threadpool_limits(1, "blas"), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for _ in range(epochs):
            began = time.perf_counter()
            order = rng.permutation(len(x_train))
            for batch in order[: batches * batch_size].reshape(batches, batch_size):
                np.take(x_train, batch, axis=0, out=xb, mode="clip")
                probe.x, probe.y = xb, data.y_train[batch]
                losses[step] = workspace.loss_and_gradient(params, xb, probe.y, gradient)
                norms[step] = math.sqrt(np.dot(gradient, gradient))
                diverged = not (math.isfinite(losses[step]) and math.isfinite(norms[step]))
                if diverged:
                    break
                optimizer.step_(params, gradient, state, probe=probe)
                step += 1
                if step == due[kept]:
                    recorded[kept] = params
                    kept += 1
                if progress is not None and (step % _REPORT_EVERY == 0 or step == total):
                    progress(step, total, losses[step - 1])
            seconds += time.perf_counter() - began

            per_epoch["epoch_step"].append(step)
            per_epoch["train_accuracy"].append(net.accuracy(params, x_train[:10_000], data.y_train[:10_000]))
            test_loss, test_accuracy = net.evaluate(params, data.x_test, data.y_test)
            per_epoch["test_loss"].append(test_loss)
            per_epoch["test_accuracy"].append(test_accuracy)
            if diverged:
                break

    run = Run(
        settings={
            "network": net.settings,
            "optimizer": optimizers.text(optimizer),
            "data": data.name,
            "images": len(x_train),
            "epochs": epochs,
            "batch_size": batch_size,
            "seed": seed,
            "version": _version(),
        },
        params=params,
        snapshots=recorded[:kept],
        steps=due[:kept],
        history={
            "step": np.arange(step),
            "loss": losses[:step],
            "gradient_norm": norms[:step],
            **{name: np.array(values) for name, values in per_epoch.items()},
        },
        diverged=diverged,
        seconds=seconds,
    )
    if out is not None:
        run.save(out)
    return run


class _Probe:
    """Further questions about the loss of the present batch."""

    def __init__(self, workspace: Workspace, params: NDArray[Any]) -> None:
        self.workspace, self.answer = workspace, np.empty_like(params)
        self.x: NDArray[Any]
        self.y: NDArray[np.int64]

    def gradient(self, x: NDArray[Any]) -> NDArray[Any]:
        self.workspace.loss_and_gradient(x, self.x, self.y, self.answer)
        return self.answer

    def hvp(self, x: NDArray[Any], v: NDArray[Any]) -> NDArray[Any]:
        raise ValueError("an optimizer that needs curvature walks terrains only: networks have no Hessian products yet")


def _check_fit(net: MLP, data: Dataset, batch_size: int) -> None:
    features, classes = data.x_train.shape[1], data.classes
    if net.sizes[0] != features or net.sizes[-1] < classes:
        raise ValueError(
            f"layers = {','.join(map(str, net.sizes))} is not allowed: "
            f"{data.name} needs {features} inputs and {classes} outputs"
        )
    if batch_size > len(data.x_train):
        raise ValueError(f"batch_size = {batch_size} is not allowed: there are {len(data.x_train)} training images")


def _version() -> str:
    try:
        return version("landscape-lab")
    except PackageNotFoundError:
        return "unknown"
