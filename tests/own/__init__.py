"""Parts of a user's own that tests share: as a file, or as a package that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import landscape as ls
from landscape.animations import lessons
from landscape.cli import verbs
from landscape.core import own

FAMILIES = (ls.optimizers, ls.terrains, ls.schedules, ls.activations, ls.initialisers, ls.losses)

_REGISTERED = """
from landscape import animations
from landscape.cli.verbs import register

ls.optimizers.register(SignMomentum), ls.activations.register(Wavy), ls.terrains.register(Bowl)
animations.register(MyLesson), register(greet)
"""
_BUILD = """
import zipfile

def build_wheel(place, *_):
    about = {
        "METADATA": "Metadata-Version: 2.1\\nName: signs\\nVersion: 1\\n",
        "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "entry_points.txt": "[landscape.plugins]\\nbad = broken_plugin\\nsigns = signs_plugin\\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(f"{place}/signs-1-py3-none-any.whl", "w") as wheel:
        for name, content in about.items():
            wheel.writestr(f"signs-1.dist-info/{name}", content)
        for name in ("signs_plugin.py", "signs_plugin.toml", "broken_plugin.py"):
            wheel.write(name)
    return "signs-1-py3-none-any.whl"
"""
_PROJECT = """
[build-system]
requires = []
build-backend = "build"
backend-path = ["."]
[project]
name = "signs"
version = "1"
"""


def write(folder: Path, more: str = "", name: str = "mine") -> Path:
    """The file of all of them in a folder, with `more` at its end, and the script of its lesson beside it."""
    for ending in ("py", "toml"):
        shutil.copy(Path(__file__).with_name(f"mine.{ending}"), folder / f"{name}.{ending}")
    path = folder / f"{name}.py"
    path.write_text(path.read_text() + more)
    return path


def install(folder: Path) -> Path:
    """Install them as a plug-in, beside one that fails; returns the place where the packages are."""
    (package := folder / "package").mkdir()
    write(package, _REGISTERED, "signs_plugin")
    (package / "broken_plugin.py").write_text("raise RuntimeError('no\\nway')\n")
    (package / "build.py").write_text(_BUILD)
    (package / "pyproject.toml").write_text(_PROJECT)
    place = folder / "place"
    words = ["install", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(place), str(package)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True, timeout=300)
    return place


@contextmanager
def apart() -> Iterator[None]:
    """Whatever is registered or met inside is forgotten after it."""
    registries = [*(one.registry for one in FAMILIES), ls.figures.kinds]
    kept = [(one, dict(one.classes), dict(one.ready)) for one in registries]
    others = [(one, dict(one)) for one in (lessons._registered, verbs._own)]
    try:
        yield
    finally:
        own.meet()
        for registry, classes, ready in kept:
            registry.classes, registry.ready = classes, ready
            registry._met.clear()
        for there, before in others:
            there.clear()
            there.update(before)


def python(code: str, *words: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program that did what it should."""
    given = {"cwd": cwd, "env": os.environ | variables, "capture_output": True, "text": True, "check": False}
    done = subprocess.run([sys.executable, "-c", code, *words], **given)
    assert done.returncode == 0, done.stderr
    return done
