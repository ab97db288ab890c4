"""What is installed beside the library itself, whether it works, and the command that brings what is missing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

_LAST = 300  # seconds, after which what is tried does not come to an end


@dataclass(frozen=True)
class Extra:
    """Something that can be installed beside the library.

    name : of the extra in pyproject.toml. gives : what it is for. modules : that it consists of. tries : code that uses
    it, a statement; importing is tried in any case.
    """

    name: str
    gives: str
    modules: tuple[str, ...]
    tries: str = ""
    done: str = "works"

    @property
    def brings(self) -> str:
        """The command that installs it."""
        return f"pip install 'landscape-lab[{self.name}]'"


@dataclass(frozen=True)
class State:
    """How an extra fares: a mark, words, what mends it, and whether it is there and does not work."""

    mark: str
    words: str
    mends: str = ""
    broken: bool = False


_FRAME, _CLIP = (f"from landscape.cli.trials import {one}; {one}()" for one in ("draw_frame", "encode_clip"))

EXTRAS = (
    Extra("animate", "films, whose frames are drawn in OpenGL", ("moderngl",), _FRAME, "a frame was drawn"),
    Extra("animate", "films, which are encoded", ("av",), _CLIP, "a clip was encoded and read"),
    Extra("animate", "films, whose words and panels are set by manim", ("manim",)),
    Extra("slides", "talks for PowerPoint", ("pptx",)),
    Extra("talk", "films as slides", ("manim_slides",)),
    Extra("web", "the playground in notebooks", ("anywidget",)),
    Extra("torch", "models in PyTorch", ("torch",)),
    Extra("jax", "models in JAX", ("jax",)),
    Extra("dask", "clusters", ("dask", "distributed")),
    Extra("mesh", "surfaces as meshes", ("trimesh",)),
    Extra("tables", "tables as frames and Parquet files", ("pandas", "pyarrow")),
    Extra("fast", "compiled walks and training", ("numba",)),
)


def look(extra: Extra) -> State:
    """Whether an extra is there, and works: tried in a process of its own, which it may end."""
    lacks = [module for module in extra.modules if find_spec(module) is None]
    if lacks:
        return State("–", f"not installed ({', '.join(lacks)})", extra.brings)
    said = tried("; ".join([f"import {', '.join(extra.modules)}", *filter(None, [extra.tries])]))
    if said:
        return State("✗", f"installed, but does not work: {said}", _mends(extra, said), broken=True)
    return State("✓", extra.done)


def _mends(extra: Extra, said: str) -> str:
    """What helps: what the error itself says, or to install it anew."""
    return "" if "install" in said else f"{extra.brings} --force-reinstall"


def tried(code: str) -> str:
    """The last line of what Python says about code that fails; empty where it does not."""
    try:
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, errors="replace", timeout=_LAST
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    if ended.returncode == 0:
        return ""
    lines = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
    signal = f"it was ended by signal {-ended.returncode}" if ended.returncode < 0 else ""
    return signal or (lines[-1] if lines else f"exit code {ended.returncode}")
