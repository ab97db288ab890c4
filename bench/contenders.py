"""The contenders of bench/train.py: the same network, weights, images, order and Adam, each in its fastest form.

    python bench/contenders.py NAME THREADS START.npz EPOCHS    # what bench/train.py starts, for its cold runs

PyTorch keeps the images as one tensor and takes a batch by its row numbers, with functions in place of modules. Tried
and not faster: nn.Linear's layout (out, in), shuffling all images at the start of an epoch, compiling the loss or
Adam's step alone, and `max_autotune`. For JAX: shuffling first, unrolling the scan, one-hot labels, 512-bit vectors.
"""

from __future__ import annotations

import os
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np

SIZES, BATCH, LR, SEED = (784, 128, 10), 32, 1e-3, 0
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
TARGET = 0.975
MNIST = Path(__file__).parent.parent / "landscape" / "datasets" / "mnist.npz"


def images() -> list[np.ndarray]:
    """Images (N, 784) in [0, 1] and labels (N,), for training and for the test; without importing landscape."""
    with np.load(MNIST) as archive:
        x_train, x_test = (
            np.multiply(archive[key].reshape(-1, SIZES[0]), np.float32(1 / 255), dtype=np.float32)
            for key in ("x_train", "x_test")
        )
        return [x_train, archive["y_train"].astype(np.int64), x_test, archive["y_test"].astype(np.int64)]


class Contender(ABC):
    """A network to be trained by whole epochs; `restart` comes first."""

    def restart(self) -> None:
        """Go back to the starting weights and the first order of the images."""
        self.rng = np.random.default_rng(SEED)
        self.reset()

    def epoch(self) -> float:
        """Train one more epoch; the seconds it took, without any evaluation."""
        began = time.perf_counter()
        self.train(self.rng.permutation(60_000).reshape(-1, BATCH))
        return time.perf_counter() - began

    def reach(self, epochs: int) -> tuple[int, float]:
        """Train until the test accuracy is TARGET at the end of an epoch; the epochs needed, and the accuracy.

        epochs : how many it will take, for a contender that does not stop by itself.
        """
        self.restart()
        needed, accuracy = 0, 0.0
        while accuracy < TARGET:
            self.epoch()
            needed, accuracy = needed + 1, self.test()[1]
        return needed, accuracy

    @abstractmethod
    def reset(self) -> None:
        """Set weights and moments back to the start."""

    @abstractmethod
    def train(self, order: np.ndarray) -> None:
        """Train on the batches (1875, 32) of row numbers."""

    @abstractmethod
    def test(self) -> tuple[float, float]:
        """Mean loss and accuracy on the test images."""


class Landscape(Contender):
    """This project. `ls.train` begins at the start each time, and `run.seconds` counts training only."""

    def __init__(self, form: str, threads: int, start: list[np.ndarray]) -> None:
        import landscape as ls

        self.form, self.net, self.data = form, ls.MLP(SIZES), ls.datasets.load()
        assert np.array_equal(np.concatenate([array.ravel() for array in start]), self.net.params)

    def restart(self) -> None:
        pass

    def epoch(self) -> float:
        return self._train(1)

    def reach(self, epochs: int) -> tuple[int, float]:
        self._train(epochs)
        return epochs, self.run.test_accuracy

    def _train(self, epochs: int) -> float:
        import landscape as ls

        adam, given = ls.optimizers.Adam(LR), {"seed": SEED, "snapshots": 1, "engine": self.form}
        self.run = ls.train(self.net, self.data, adam, epochs, BATCH, **given)
        return float(self.run.seconds)

    def reset(self) -> None: ...

    def train(self, order: np.ndarray) -> None: ...

    def test(self) -> tuple[float, float]:
        return float(self.run.history["test_loss"][-1]), self.run.test_accuracy


class PyTorch(Contender):
    """Eager with Adam as it comes ("foreach"), eager with fused Adam, or the whole step compiled, Adam included."""

    def __init__(self, form: str, threads: int, start: list[np.ndarray]) -> None:
        import torch
        from torch.nn import functional

        torch.set_num_threads(threads)
        self.torch, self.form = torch, form
        self.x, self.y, self.x_test, self.y_test = (torch.from_numpy(array) for array in images())
        self.start = [torch.from_numpy(array) for array in start]
        self.params = [w.clone() for w in self.start]
        self.cross_entropy = functional.cross_entropy

        if form in ("foreach", "fused"):
            for w in self.params:
                w.requires_grad_()
            self.adam = torch.optim.Adam(self.params, lr=LR, fused=form == "fused")
            return
        self.per_call = 5 if form == "5 steps a call" else 1
        self.m, self.v = ([torch.zeros_like(w) for w in self.params] for _ in range(2))
        self.t = torch.zeros(())
        self.steps = torch.compile(self._steps, fullgraph=True)

    def reset(self) -> None:
        with self.torch.no_grad():
            for w, start in zip(self.params, self.start, strict=True):
                w.copy_(start)
            if self.form in ("foreach", "fused"):
                moments = [array for state in self.adam.state.values() for array in state.values()]
            else:
                moments = [*self.m, *self.v, self.t]
            for array in moments:
                array.zero_()

    def train(self, order: np.ndarray) -> None:
        if self.form in ("foreach", "fused"):
            for batch in self.torch.from_numpy(order):
                self.adam.zero_grad(set_to_none=True)
                self._loss(self.params, self.x[batch], self.y[batch]).backward()
                self.adam.step()
        else:
            for batches in self.torch.from_numpy(order.reshape(-1, self.per_call, BATCH)):
                self.steps(self.params, self.m, self.v, self.t, self.x, self.y, batches)

    def _logits(self, params: list[Any], x: Any) -> Any:
        w1, b1, w2, b2 = params
        return self.torch.addmm(b2, self.torch.addmm(b1, x, w1).relu(), w2)

    def _loss(self, params: list[Any], x: Any, y: Any) -> Any:
        return self.cross_entropy(self._logits(params, x), y)

    def _steps(self, params: list[Any], m: list[Any], v: list[Any], t: Any, x: Any, y: Any, batches: Any) -> None:
        for k in range(self.per_call):
            gradient = self.torch.func.grad(self._loss)(params, x[batches[k]], y[batches[k]])
            t += 1
            rate, root = LR / (1 - BETA1**t), (1 - BETA2**t).rsqrt()
            for w_k, m_k, v_k, g in zip(params, m, v, gradient, strict=True):
                m_k.lerp_(g, 1 - BETA1)
                v_k.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
                w_k -= rate * m_k / (v_k.sqrt() * root + EPS)

    def test(self) -> tuple[float, float]:
        with self.torch.no_grad():
            logits = self._logits(self.params, self.x_test)
            right = (logits.argmax(1) == self.y_test).float().mean()
            return self.cross_entropy(logits, self.y_test).item(), right.item()


class JAX(Contender):
    """jit over a scan of the whole epoch, which takes the batches from images that lie on the device."""

    def __init__(self, form: str, threads: int, start: list[np.ndarray]) -> None:
        if threads == 1:
            os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
        import jax
        import jax.numpy as jnp

        self.jax, self.jnp, self.start = jax, jnp, start
        self.x, self.y, self.x_test, self.y_test = (jnp.asarray(array) for array in images())
        self.walk = jax.jit(self._walk, donate_argnums=0)
        self.evaluate = jax.jit(self._evaluate)

    def reset(self) -> None:
        params, m, v = ([self.jnp.array(array * scale) for array in self.start] for scale in (1, 0, 0))
        self.state = params, m, v, self.jnp.float32(0)

    def train(self, order: np.ndarray) -> None:
        self.state = self.jax.block_until_ready(self.walk(self.state, order, self.x, self.y))

    def _logits(self, params: list[Any], x: Any) -> Any:
        w1, b1, w2, b2 = params
        return self.jax.nn.relu(x @ w1 + b1) @ w2 + b2

    def _loss(self, params: list[Any], x: Any, y: Any) -> Any:
        log_p = self.jax.nn.log_softmax(self._logits(params, x))
        return -log_p[self.jnp.arange(len(y)), y].mean()

    def _walk(self, state: tuple, order: Any, x: Any, y: Any) -> tuple:
        def step(state: tuple, batch: Any) -> tuple:
            params, m, v, t = state
            gradient = self.jax.grad(self._loss)(params, x[batch], y[batch])
            t += 1
            rate, root = LR / (1 - BETA1**t), self.jnp.sqrt(1 - BETA2**t)
            m = [BETA1 * m_k + (1 - BETA1) * g for m_k, g in zip(m, gradient, strict=True)]
            v = [BETA2 * v_k + (1 - BETA2) * g * g for v_k, g in zip(v, gradient, strict=True)]
            params = [
                w - rate * m_k / (self.jnp.sqrt(v_k) / root + EPS) for w, m_k, v_k in zip(params, m, v, strict=True)
            ]
            return (params, m, v, t), None

        return self.jax.lax.scan(step, state, order)[0]

    def _evaluate(self, params: list[Any], x: Any, y: Any) -> tuple[Any, Any]:
        return self._loss(params, x, y), (self._logits(params, x).argmax(1) == y).mean()

    def test(self) -> tuple[float, float]:
        loss, accuracy = self.evaluate(self.state[0], self.x_test, self.y_test)
        return float(loss), float(accuracy)


CONTENDERS: dict[str, tuple[type[Contender], str]] = {
    "landscape": (Landscape, "compiled"),
    "landscape, NumPy": (Landscape, "numpy"),
    "PyTorch eager": (PyTorch, "foreach"),
    "PyTorch eager, fused Adam": (PyTorch, "fused"),
    "PyTorch compiled step": (PyTorch, "compiled"),
    "PyTorch compiled, 5 steps a call": (PyTorch, "5 steps a call"),
    "JAX jit + scan": (JAX, "scan"),
}


def make(name: str, threads: int, start: list[np.ndarray]) -> Contender:
    contender, form = CONTENDERS[name]
    return contender(form, threads, start)


if __name__ == "__main__":
    name, threads, path, epochs = sys.argv[1:]
    with np.load(path) as archive:
        start = [archive[key] for key in archive.files]
    print(*make(name, int(threads), start).reach(int(epochs)), flush=True)
