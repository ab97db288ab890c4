"""How a model is made: by names in Python files, so that run folders can say it, and other processes can do it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from ..core import own
from ..core.errors import InputError
from .objective import Model
from .remaking import Travelling


def made(model: str, data: str = "", loss: str = "", **options: Any) -> Model:
    """The model that a file makes, as in made("mine.py:build", "mine.py:digits", "mine.py:loss").

    model : what gives a PyTorch module; or a Model, as `ls.models` makes them, which needs neither data nor loss.
    data, loss : what gives its data as `models.torch` takes them, and its loss of outputs and targets.
    options : further ones of `models.torch`, such as trainable; running statistics of batch normalisation are
        recomputed if these do not say what becomes of them, as those of a new module are not those of one that was
        trained.

    Such a model can be sent to other processes, as to those of a cluster: they make it again, from the same files.
    ValueError, in one line, for what is missing in the files, or fails.
    """
    return Making(model, data, loss, tuple(options.items())).absolute().made()


@dataclass(frozen=True)
class Making:
    """How a model is made: a name in a Python file each, as in mine.py:build.

    model : gives a module, or is one; or a Model, as `ls.models` makes them, which needs neither data nor loss.
    data : gives data as `ls.models.torch` takes them, or is such.
    loss : of outputs and targets, or a class of such.
    options : further ones of `ls.models.torch`, such as buffers and trainable.
    """

    model: str
    data: str = ""
    loss: str = ""
    options: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        for name in ("model", "data", "loss"):
            if (given := getattr(self, name)) and not own.is_file(given):
                raise InputError(f"{name} = '{given}' is not allowed: it must have the form path/to/file.py:name")

    def absolute(self) -> Making:
        """The same from any folder; ValueError where a file is missing."""
        texts = {}
        for name in ("model", "data", "loss"):
            if given := getattr(self, name):
                path, (_, _, part) = own.path_of(given), own.halves(given)[0].rpartition(":")
                if path is None or not path.is_file():
                    raise InputError(f"{name} = '{given}' is not allowed: there is no file '{path}'")
                texts[name] = f"{path.resolve()}:{part}"
        return replace(self, **texts)  # type: ignore[arg-type]

    def told(self) -> dict[str, Any]:
        """The same as a run folder has it."""
        said: dict[str, Any] = {name: getattr(self, name) for name in ("model", "data", "loss") if getattr(self, name)}
        return said | ({"options": dict(self.options)} if self.options else {})

    def made(self) -> Model:
        """The model. The files are run; ValueError, in one line, for what is missing in them or fails."""
        from .torch_modules import torch

        built = _called("model", self.model)
        if isinstance(built, Model):
            return self._of(built)
        if not hasattr(built, "named_parameters"):
            what = type(built).__name__
            raise InputError(f"'{self.model}' gives {what}: a PyTorch module or a model of ls.models is needed")
        if not (self.data and self.loss):
            lost = " and ".join(name for name in ("data", "loss") if not getattr(self, name))
            raise InputError(f"'{self.model}' gives a PyTorch module, which needs {lost}, too, as mine.py:name")
        loss = _named("loss", self.loss)
        loss = loss() if isinstance(loss, type) else loss
        options = dict(self.options)
        # Nobody trained the module that is made: its own statistics are not those of the run's networks.
        if any(getattr(part, "track_running_stats", False) for part in built.modules()):
            options = {"buffers": "recomputed"} | options
        made: Model = torch(built, loss, _called("data", self.data), **options)
        return self._of(made)

    def _of(self, made: Model) -> Model:
        """The same, which knows how it was made if it has to, to be sent elsewhere."""
        if isinstance(made, Travelling):
            made.making = self
        return made


def _named(what: str, notation: str) -> Any:
    name, there = own.members(notation, what)
    if name not in there:
        # What a file has imported is not its own.
        known = [
            key
            for key, one in there.items()
            if not key.startswith("_")
            and not isinstance(one, ModuleType)
            and (not hasattr(one, "__name__") or getattr(one, "__module__", "") == there["__name__"])
        ]
        near = f" (there are: {', '.join(known)})" if known else ""
        raise InputError(f"there is no '{name}' in '{own.path_of(notation)}'{near}")
    return there[name]


def _called(what: str, notation: str) -> Any:
    """What a name in a file gives: the thing itself, or what it returns where it is a function or a class."""
    found = _named(what, notation)
    if isinstance(found, type) or (callable(found) and hasattr(found, "__code__")):
        try:
            return found()
        except (Exception, SystemExit) as error:
            raise InputError(own.told(error) or f"'{notation}' raises {type(error).__name__}: {error}") from error
    return found
