"""The mean loss of a PyTorch module over fixed data, as a function of its flat parameters."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.modules.batchnorm import _NormBase

from ..core.annotations import Array, Floats
from ..core.errors import InputError, one_line
from ..core.turns import one_at_a_time
from ..datasets.sample import Samples
from .keras_variables import is_keras
from .objective import LOSS, RIGHT, SLOPES, SQUARES, Objective, Part
from .remaking import Travelling
from .specification import Specification
from .torch_data import Batch, batches
from .torch_losses import accuracy_of, classifies, detached, real_number, singly
from .torch_parameters import Layout
from .torch_points import Affine, along, at_point
from .torch_shortcuts import Plan, Shortcut, chosen
from .torch_taking import copied, device_of
from .torch_untouched import untouched

_KEPT = 2**30  # bytes of a Hessian's graphs that are kept for further products, at the most
_CELLS = 64  # points that a part is asked for at a time
_ALIKE = 1e-4  # of a loss, by which the mean of single losses may differ from a batch's


Measure = Callable[..., Any]


class TorchModel(Travelling, Objective):
    """A PyTorch module, a loss and data, as `models.torch` takes them.

    Attributes
    ----------
    params : (P,), those of the module when this was made.
    specification : the tensors that they are made of.
    samples, losses : how many samples there are, and of how many the loss is known alone: batches, where it is not
        known of single samples.
    precision_error : of losses in mixed precision, the largest share by which they differ from those in the module's
        own, at its parameters and three places some way off; 0 where that is used.
    caption : what captions say of the data.
    """

    specification: Specification

    def __init__(
        self,
        module: nn.Module,
        loss: Callable[..., Any],
        data: Any,
        device: str,
        trainable: Any,
        buffers: str,
        accuracy: Callable[..., Any] | None,
        batch_size: int | None,
        weight_decay: float,
        caption: str,
        precision: str,
    ) -> None:
        self._local, self._shared, self._chunk, self._slow = threading.local(), False, _CELLS, False
        self._mixed: torch.dtype | None = None
        module = _plain(module)
        self.layout = Layout(module, trainable)
        self.device = device_of(device, module)
        self.module, self.buffers, self.loss, self.weight_decay = copied(module), buffers, loss, weight_decay
        self.specification = self.layout.specification
        self.dtype = np.dtype(np.float64 if self.layout.dtype == torch.float64 else np.float32)
        self.params = self.flat(module)
        self.module.to(self.device).requires_grad_(False).eval()
        if buffers == "train":
            for part in self._normalising:
                part.train()
        size = batch_size or (125 if self.device.type == "cpu" else 2000)
        self.batches = batches(data, size, self.device, self.layout.dtype)
        self.samples = sum(batch.size for batch in self.batches)
        self._each, self._right = self._found(accuracy)
        self.caption = caption or Samples(self.samples)
        self.at_once = self.device.type == "cpu" and buffers == "frozen"
        self.cells = _CELLS if buffers == "frozen" else 1
        with self._computing():
            self.plan, self.why_not = self._planned()
        self.precision_error = 0.0
        if precision != "float32":
            self.precision_error = self._mixing(getattr(torch, precision))

    def __repr__(self) -> str:
        kind, size = type(self.module).__name__, self.specification.size
        return f"<Model of {kind}, {size:,} parameters, {self.samples:,} samples>"

    @property
    def losses(self) -> int:
        return len(self.batches) if self._each is None else self.samples

    @cached_property
    def about(self) -> list[Any]:
        held = {name: one for name, one in self.module.state_dict().items() if name not in self.layout.names}
        numbers = [one.detach().cpu() for one in held.values() if isinstance(one, torch.Tensor)]
        numbers += [one.detach().cpu() for batch in self.batches for one in batch.tensors()]
        arrays = [(one.float() if one.dtype == torch.bfloat16 else one).numpy() for one in numbers]
        how = [str(self.module), self.layout.names, self.buffers, self.weight_decay, str(self.device.type)]
        how += [str(self._mixed)] if self._mixed else []
        return ["torch", *how, list(held), *arrays]

    def flat(self, source: Any) -> Array:
        """The parameters (P,) in a module of the same kind, or in a dict of tensors by name such as a state dict."""
        tensors = dict(_plain(source).named_parameters()) if isinstance(source, nn.Module) else source
        return np.array(self.layout.flat(tensors).numpy())

    @property
    def unfitted(self) -> int:
        """How many layers are normalised by running statistics to which no batch has contributed."""
        counts = [part.num_batches_tracked for part in self._normalising]
        return sum(self.buffers == "frozen" and count is not None and not int(count) for count in counts)

    @property
    def others(self) -> list[str]:
        """The names of what the module has beside these parameters: buffers, and parameters that stay as they are."""
        return [name for name in self.module.state_dict() if name not in self.layout.names]

    def state(self, params: ArrayLike) -> dict[str, torch.Tensor]:
        """Parameters (P,) by name, for `module.load_state_dict(model.state(params), strict=False)`."""
        tensors = self.layout.tensors(torch.from_numpy(self.check(params).copy()))
        return {name: one.clone() for name, one in tensors.items()}

    def parts(self) -> Sequence[Part]:
        everything = range(len(self.batches))
        if self.buffers == "recomputed":
            return [_Batches(self, tuple(everything))]  # of which the statistics are
        return [_Batches(self, (number,)) for number in everything]

    @contextmanager
    def session(self) -> Iterator[None]:
        """Many calls, perhaps in several threads, which then have a core each."""
        threads = torch.get_num_threads()
        with one_at_a_time, untouched():
            self._shared = True
            try:
                if self.at_once:
                    torch.set_num_threads(1)
                yield
            finally:
                torch.set_num_threads(threads)
                self._shared = False

    def evaluate(self, params: Array) -> tuple[float, float]:
        here = self.check(params)[None]
        sums = self._sums(here, np.zeros((1, 0)), range(len(self.batches)), slopes=False)
        return float(sums[LOSS, 0]) / self.samples, float(sums[RIGHT, 0]) / self.samples

    def loss_and_gradient(self, params: Array) -> tuple[float, Array]:
        with self._computing(derivatives=True):
            flat, total = self._tensor(self.check(params)).requires_grad_(), 0.0
            gradient = torch.zeros_like(flat, dtype=torch.float64)
            more = self._held(flat)
            for batch in self.batches:
                loss = self._batch_loss(flat, batch, more)
                gradient += torch.autograd.grad(loss, flat)[0].double() * batch.size
                total += loss.item() * batch.size
        gradient = gradient.cpu().numpy() / self.samples + self.weight_decay * params
        return total / self.samples + self._decay(params), gradient.astype(self.dtype)

    def products(self, params: Array) -> TorchProducts:
        return TorchProducts(self, self.check(params))

    @contextmanager
    def _computing(self, derivatives: bool = False) -> Iterator[None]:
        """Nothing of the user's changes, and what PyTorch cannot do is said in one line."""
        # The fast kernels of attention have no second derivative.
        kernels = sdpa_kernel(SDPBackend.MATH) if derivatives else nullcontext()
        mode = torch.enable_grad() if derivatives else torch.inference_mode()
        mixed = self._mixed is not None and not derivatives
        cast = torch.autocast(self.device.type, self._mixed) if mixed else nullcontext()
        with nullcontext() if self._shared else self._alone(), mode, kernels, cast:
            yield

    def _mixing(self, precision: torch.dtype) -> float:
        """From here on compute losses in mixed precision: the largest share by which some differ from the exact."""
        rng = np.random.default_rng(0)
        ways = [0, *(0.1 * rng.standard_normal((3, self.params.size)).astype(self.dtype))]
        places = [self.params * (1 + way) for way in ways]
        exact = [self.loss_value(one) for one in places]
        self._mixed = precision
        apart = [
            abs(self.loss_value(one) - loss) / abs(loss)
            for one, loss in zip(places, exact, strict=True)
            if np.isfinite(loss) and loss
        ]
        return max(apart, default=0.0)

    @property
    def rounding(self) -> float:
        return max(super().rounding, self.precision_error)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with one_at_a_time, untouched():
            yield

    def _planned(self) -> tuple[Plan, str]:
        """What can be left out, tried out here and some way off."""
        if self.buffers != "frozen":
            return Plan(), f"running statistics are {self.buffers}"
        here, generator = self._tensor(self.params), torch.Generator().manual_seed(0)
        noise = torch.randn(here.shape, generator=generator).to(here)
        points = [self.layout.tensors(one) for one in (here, here * (1 + 0.1 * noise))]
        batch = self.batches[0]
        return chosen(self.module, batch, points, lambda tensors: self._outputs(tensors, batch), fold=True)

    @property
    def _exact(self) -> Shortcut:
        """The module as it is, for this thread alone: a call puts its parameters into it."""
        if not hasattr(self._local, "exact"):
            self._local.exact = Shortcut(self.module, Plan())
        found: Shortcut = self._local.exact
        return found

    @property
    def _shortcut(self) -> Shortcut:
        """The same, following the plan."""
        if not hasattr(self._local, "shortcut"):
            self._local.shortcut = Shortcut(self.module, self.plan)
        found: Shortcut = self._local.shortcut
        return found

    def _tensor(self, params: ArrayLike) -> torch.Tensor:
        return torch.tensor(np.asarray(params), dtype=self.layout.dtype, device=self.device)

    def _decay(self, params: Array) -> float:
        return 0.5 * self.weight_decay * float(np.square(params, dtype=np.float64).sum()) if self.weight_decay else 0.0

    def _outputs(self, tensors: dict[str, torch.Tensor], batch: Batch) -> Any:
        # What normalisations count as they go is written into copies.
        if self.buffers == "train":
            tensors = tensors | {name: one.clone() for name, one in self.module.named_buffers()}
        module = self._exact.module if self._shared and self.at_once else self.module
        return torch.func.functional_call(module, tensors, batch.arguments, dict(batch.named))

    def _batch_loss(self, flat: torch.Tensor, batch: Batch, more: dict[str, torch.Tensor]) -> torch.Tensor:
        """The mean loss over a batch, which can be derived, with what is held there."""
        return real_number(self.loss(self._outputs(self.layout.tensors(flat) | more, batch), batch.targets))

    def _held(self, flat: torch.Tensor) -> dict[str, torch.Tensor]:
        """The statistics of the network there, which derivatives hold: they are those of the network as it is used."""
        return self._statistics(self.layout.tensors(flat.detach())) if self.buffers == "recomputed" else {}

    def _sums(self, vectors: Array, points: Floats, numbers: Sequence[int], slopes: bool) -> Floats:
        """What `Part.sums` gives over some batches, at points (n, k) along vectors (1 + k, P)."""
        found = np.zeros((5 if slopes else 3, len(points)))
        basis = [self._tensor(vector) for vector in vectors]
        if slopes and self.buffers == "recomputed":
            raise InputError(
                "slopes of a surface are not those of a loss with recomputed statistics, as these are held: give "
                "buffers='frozen' or 'train' for that"
            )
        with self._computing(derivatives=slopes):
            if slopes:
                self._sloped(basis, points, numbers, found)
            else:
                fresh = self._fresh(basis, points)
                for number in numbers:
                    batch = self.batches[number]
                    counted = self._measured(partial(self._counted, batch=batch), basis, points, batch, fresh)
                    found[:3] += counted.T.cpu().numpy()
        if self.weight_decay:
            self._add_decay(found, vectors, points, sum(self.batches[number].size for number in numbers))
        return found

    def _fresh(self, basis: list[torch.Tensor], points: Floats) -> list[dict[str, torch.Tensor]]:
        """The buffers at each of points (n, k) that are not the module's own: once for all batches, as they take as
        long as these."""
        if self.buffers != "recomputed":
            return [{}] * len(points)
        return [self._statistics(self.layout.tensors(at_point(basis, point))) for point in points.tolist()]

    def _measured(
        self,
        measure: Callable[[Any], torch.Tensor],
        basis: list[torch.Tensor],
        points: Floats,
        batch: Batch,
        fresh: list[dict[str, torch.Tensor]],
    ) -> torch.Tensor:
        """What is measured of the module's outputs for a batch at each of points (n, k), with buffers of their own:
        (n, …)."""
        products: list[torch.Tensor] = []
        if self.plan.first:
            products = self._shortcut.products([self.layout.tensors(one) for one in basis], batch)
        if self.device.type == "cuda" and self.buffers == "frozen" and len(points) > 1 and not self._slow:
            found = self._at_once(measure, basis, products, points, batch)
            if found is not None:
                return found
        return torch.stack([measure(outputs) for outputs in self._one_by_one(basis, products, points, batch, fresh)])

    def _one_by_one(
        self,
        basis: list[torch.Tensor],
        products: list[torch.Tensor],
        points: Floats,
        batch: Batch,
        fresh: list[dict[str, torch.Tensor]],
    ) -> Iterator[Any]:
        first = Affine(products) if products else None
        for point, more in zip(points.tolist(), fresh, strict=True):
            tensors = self.layout.tensors(at_point(basis, point))
            if self.buffers == "frozen":
                yield self._shortcut.outputs(tensors, batch, first.at(point) if first else None)
            else:
                yield self._outputs(tensors | more, batch)

    def _at_once(
        self,
        measure: Callable[[Any], torch.Tensor],
        basis: list[torch.Tensor],
        products: list[torch.Tensor],
        points: Floats,
        batch: Batch,
    ) -> torch.Tensor | None:
        """The same, as many points at once as there is memory for; None where that cannot be done, as `why_not`
        says."""
        shortcut, found, at = self._shortcut, [], 0

        def here(shares: torch.Tensor) -> torch.Tensor:
            flat, *first = (along(vectors, shares) for vectors in ([basis, products] if products else [basis]))
            return measure(shortcut.outputs(self.layout.tensors(flat), batch, first[0] if first else None))

        while at < len(points):
            shares = torch.tensor(points[at : at + self._chunk], dtype=basis[0].dtype, device=self.device)
            try:
                found.append(torch.func.vmap(here)(shares))
            except torch.cuda.OutOfMemoryError:
                if self._chunk == 1:
                    raise
                self._chunk = max(1, self._chunk // 2)
                continue
            except (RuntimeError, ValueError) as error:
                self._slow, self.why_not = True, f"one point after the other: {one_line(str(error))[:200]}"
                return None
            at += len(shares)
        return torch.cat(found)

    def _sloped(self, basis: list[torch.Tensor], points: Floats, numbers: Sequence[int], found: Floats) -> None:
        """The same sums with slopes, by the module as it is."""
        for k, point in enumerate(points.tolist()):
            flat = at_point(basis, point).requires_grad_()
            tensors = self.layout.tensors(flat)
            for number in numbers:
                batch = self.batches[number]
                outputs = self._outputs(tensors, batch)
                loss = real_number(self.loss(outputs, batch.targets))
                (gradient,) = torch.autograd.grad(loss, flat, retain_graph=True)
                found[SLOPES, k] += [batch.size * float(gradient @ axis) for axis in basis[1:]]
                found[:3, k] += self._counted(outputs, batch).cpu().numpy()

    def _counted(self, outputs: Any, batch: Batch) -> torch.Tensor:
        """Sums (3,) of the loss, of its squares and of right answers over a batch; not yet waited for on a card."""
        losses, right = self._losses(outputs, batch)
        each = batch.size if self._each is None else 1
        return torch.stack([each * losses.sum(), each * losses.square().sum(), batch.size * right])

    def _rows(self, outputs: Any, batch: Batch) -> torch.Tensor:
        """Each loss that is known, and the share of right answers, which is known of the batch alone: (2, G)."""
        losses, right = self._losses(outputs, batch)
        return torch.stack([losses, right.expand(losses.shape)])

    def _losses(self, outputs: Any, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Each loss that is known of a batch (G,), and its share of right answers."""
        outputs = detached(outputs)
        if self._mixed is not None and isinstance(outputs, torch.Tensor):
            outputs = outputs.to(self.layout.dtype)
        if self._each is None:
            losses = real_number(self.loss(outputs, batch.targets)).detach().double().reshape(1)
        else:
            losses = self._each(outputs, batch.targets).detach().double()
        right = math.nan if self._right is None else self._right(outputs, batch.targets)
        if not isinstance(right, torch.Tensor):
            right = torch.tensor(float(right), device=losses.device)
        return losses, right.detach().double().reshape(())

    def _add_decay(self, found: Floats, vectors: Array, points: Floats, samples: int) -> None:
        """Add the weight decay's term to sums over so many samples."""
        for k, point in enumerate(points):
            params = vectors[0].astype(np.float64) + point @ vectors[1:]
            more = self._decay(params)
            found[SQUARES, k] += samples * more * more + 2 * more * found[LOSS, k]
            found[LOSS, k] += samples * more
            if len(found) > 3:
                found[SLOPES, k] += samples * self.weight_decay * (vectors[1:] @ params)

    @property
    def _normalising(self) -> list[nn.Module]:
        """The parts that keep running statistics."""
        return [part for part in self.module.modules() if isinstance(part, _NormBase) and part.track_running_stats]

    def _statistics(self, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The buffers as they are once all data have gone through in training, from nothing on."""
        kept = {id(one): name for name, one in self.module.named_buffers()}
        fresh, momenta = {}, []
        for part in self._normalising:
            for own, start in (("running_mean", 0), ("running_var", 1), ("num_batches_tracked", 0)):
                if (buffer := getattr(part, own)) is not None:
                    fresh[kept[id(buffer)]] = torch.full_like(buffer, start)
            momenta.append((part, part.momentum))
        try:
            for part, _ in momenta:
                part.momentum = None  # the mean over all batches
                part.train()
            with torch.no_grad():
                for batch in self.batches:
                    torch.func.functional_call(self.module, tensors | fresh, batch.arguments, dict(batch.named))
        finally:
            for part, momentum in momenta:
                part.momentum = momentum
                part.eval()
        return fresh

    def _found(self, accuracy: Measure | None) -> tuple[Measure | None, Measure | None]:
        """What tells the losses of single samples, and the share of right answers, if anything does, as tried out on
        the first batch. ValueError, in one line, where module, data and loss do not go together."""
        batch, each = self.batches[0], singly(self.loss)
        with self._computing():
            try:
                outputs = self._outputs(self.layout.tensors(self._tensor(self.params)), batch)
            except Exception as error:
                raise InputError(
                    f"the module fails on a batch: {type(error).__name__}: {one_line(str(error))[:300]}"
                ) from error
            try:
                mean = self.loss(outputs, batch.targets)
            except Exception as error:
                raise InputError(
                    f"the loss fails on a batch: {type(error).__name__}: {one_line(str(error))[:300]}"
                ) from error
            mean = real_number(mean).item()
            if each is not None:
                try:
                    terms = each(outputs, batch.targets)
                    terms = terms.reshape(batch.size, -1).mean(dim=1)
                    alike = abs(terms.double().mean().item() - mean) <= _ALIKE * max(abs(mean), 1e-6)
                except Exception:
                    alike = False
                single = each
                each = (lambda out, y: single(out, y).reshape(len(out), -1).mean(dim=1)) if alike else None
            if accuracy is None and classifies(outputs, batch.targets):
                accuracy = accuracy_of
        return each, accuracy


@dataclass(frozen=True)
class _Batches:
    """Some of the batches."""

    model: TorchModel
    numbers: tuple[int, ...]

    @property
    def sizes(self) -> Floats:
        sizes = np.array([float(self.model.batches[number].size) for number in self.numbers])
        return sizes if self.model._each is None else np.ones(int(sizes.sum()))

    def sums(self, vectors: Array, points: Floats, slopes: bool) -> Floats:
        return self.model._sums(vectors, points, self.numbers, slopes)

    def each(self, vectors: Array, alphas: Floats) -> Floats:
        model, found = self.model, []
        basis = [model._tensor(vector) for vector in vectors]
        with model._computing():
            fresh = model._fresh(basis, alphas[:, None])
            for number in self.numbers:
                batch = model.batches[number]
                rows = model._measured(partial(model._rows, batch=batch), basis, alphas[:, None], batch, fresh)
                found.append(np.moveaxis(rows.cpu().numpy(), 0, -1))
        losses = np.concatenate(found, axis=1)
        if model.weight_decay:
            losses[0] += [model._decay(vectors[0] + alpha * vectors[1]) for alpha in alphas]
        return losses


class TorchProducts:
    """The Hessian of the mean loss at parameters (P,), by deriving the gradient once more.

    What does not depend on the vector is kept, as far as there is room for it.
    """

    def __init__(self, model: TorchModel, params: Array) -> None:
        self.model, self.size = model, params.size
        with model._computing(derivatives=True):
            self.flat, self.kept, room = model._tensor(params).requires_grad_(), [], float(_KEPT)
            self.more = model._held(self.flat)
            for batch in model.batches:
                counted = _Counted()
                with counted:
                    gradient = self._gradient(batch)
                room -= counted.bytes
                if room < 0:
                    break
                self.kept.append(gradient)

    def times(self, v: ArrayLike) -> Array:
        model = self.model
        with model._computing(derivatives=True):
            along, total = model._tensor(v), torch.zeros_like(self.flat, dtype=torch.float64)
            for number, batch in enumerate(model.batches):
                gradient = self.kept[number] if number < len(self.kept) else self._gradient(batch)
                if gradient.requires_grad:  # a loss that is linear has none
                    keep = number < len(self.kept)
                    (product,) = torch.autograd.grad(gradient, self.flat, along, retain_graph=keep, allow_unused=True)
                    total += 0 if product is None else product.detach().double() * batch.size
        found = total.cpu().numpy() / model.samples + model.weight_decay * np.asarray(v, dtype=np.float64)
        return np.asarray(found.astype(model.dtype))

    def _gradient(self, batch: Batch) -> torch.Tensor:
        """The gradient (P,) of the mean loss over a batch, which can be derived."""
        loss = self.model._batch_loss(self.flat, batch, self.more)
        (gradient,) = torch.autograd.grad(loss, self.flat, create_graph=True)
        return gradient


class _Counted(torch.autograd.graph.saved_tensors_hooks):
    """Counts the bytes that graphs keep."""

    def __init__(self) -> None:
        self.bytes, seen = 0, set[int]()

        def count(tensor: torch.Tensor) -> torch.Tensor:
            if (where := tensor.untyped_storage().data_ptr()) not in seen:
                seen.add(where)
                self.bytes += tensor.untyped_storage().nbytes()
            return tensor

        super().__init__(count, lambda tensor: tensor)


def _plain(module: nn.Module) -> nn.Module:
    """A module whose parameters PyTorch can put in: itself, but for a model of Keras."""
    if is_keras(module):
        from .keras_module import KerasModule

        return KerasModule(module)
    return module
