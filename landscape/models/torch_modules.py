"""PyTorch modules as models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..core.checks import at_least, non_negative, one_of
from ..core.errors import InputError, LandscapeError
from .keras_variables import is_keras

if TYPE_CHECKING:
    from .torch_objective import TorchModel

BUFFERS = ("frozen", "recomputed", "train")
PRECISIONS = ("float32", "bfloat16", "float16")

Trainable = Callable[[str], bool] | str | Sequence[str]


def torch(
    module: Any,
    loss: Callable[..., Any],
    data: Any,
    device: str = "auto",
    trainable: Trainable | None = None,
    buffers: str = "frozen",
    *,
    accuracy: Callable[..., Any] | None = None,
    batch_size: int | None = None,
    weight_decay: float = 0.0,
    precision: str = "float32",
    caption: str = "",
) -> TorchModel:
    """A Model of a PyTorch module: the mean loss over `data` as a function of its flat parameters.

    Parameters
    ----------
    module : any nn.Module, or a Keras model that PyTorch computes. A copy of it is computed with; the module itself
        stays as it is, bit for bit, with its mode, parameters, buffers and gradients, and so does the state of all
        random generators. What is trained later does not change the model: its parameters are an argument of
        everything.
    loss : called as loss(outputs, targets), such as nn.CrossEntropyLoss() or F.cross_entropy, the mean over a batch.
        The module gets a batch's inputs: a tensor, or a tuple of them as its arguments, or a dict of them by name.
        Where a batch is a dict, or a single tensor, it is loss(outputs, batch).
    data : a tuple (inputs, targets) of tensors or arrays, a Dataset, a DataLoader, or any iterable of batches. It is
        gone through once, here: what is random in it, such as its order or an augmentation, stays as it then is, and a
        warning says so.
    device : "auto" is the module's own, or the first GPU where it is on none; or "cpu", "cuda:1" …
    trainable : which parameters span the space: a pattern for their names such as "head.*", several of them, or a
        function of the name. All that require gradients if None. All others stay as they are.
    buffers : what becomes of the running statistics of batch normalisation, at points away from the module:

        - "frozen": they stay those of the module. The loss is then a function of the parameters alone, and what is seen
          is how the module as it is used reacts to other weights. Far out it is often much higher than "recomputed".
        - "recomputed": at each point they are computed anew, from all data. Seen is what a network there would be
          worth; changes of scale that batch normalisation undoes do not show. It takes twice as long. Gradients and
          Hessian products hold the statistics at what they are there, as those of the network in use do.
        - "train": each batch is normalised by its own statistics, as in training. The loss then depends on how the data
          are split into batches.

        In all three, dropout and whatever else differs in training is as in evaluation. Keras models have the first.
    accuracy : called as accuracy(outputs, targets), the share of right answers; found out for outputs (N, C, …) and
        class numbers (N, …) if None.
    batch_size : samples at a time, where `data` come without batches; 125 on processors, so that what layers give stays
        in their caches, and 2000 elsewhere, if None.
    weight_decay : λ, of a term ½ λ |params|² that is added to the loss. What an optimizer adds as weight decay is not
        in the loss otherwise.
    precision : "bfloat16" or "float16" compute losses of surfaces, lines and paths in mixed precision, which is quicker
        on graphics cards; `precision_error` of what is made says how far they are off. Derivatives have the module's
        own precision in any case.
    caption : what captions say of the data; how many samples there are if empty.

    Raises
    ------
    ValueError, in one line, for what is no module, has no parameters, or does not go together; LandscapeError where
    PyTorch is not installed.
    """
    try:
        from .torch_objective import TorchModel
        from .torch_taking import checked
    except ImportError as error:
        if error.name != "torch":
            raise
        raise LandscapeError("PyTorch is not installed: pip install torch") from None
    checked(module)
    if is_keras(module) and buffers != "frozen":
        raise InputError(f"buffers = {buffers!r} is not allowed for a Keras model: what it does not train is 'frozen'")
    if not callable(loss):
        raise InputError(f"loss = {loss!r} is not allowed: it must be a function of outputs and targets")
    one_of("buffers", buffers, BUFFERS)
    one_of("precision", precision, PRECISIONS)
    size = None if batch_size is None else at_least("batch_size", batch_size, 1)
    decay = non_negative("weight_decay", weight_decay)
    return TorchModel(module, loss, data, device, trainable, buffers, accuracy, size, decay, caption, precision)
