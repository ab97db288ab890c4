"""The plan of the house: names that are not mistaken for others."""

from __future__ import annotations

import ast
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FILES = [file for folder in ("landscape", "animations", "cli") for file in (ROOT / folder).rglob("*.py")]
PACKAGES = [file.parent for file in FILES if file.stem == "__init__"]


def test_no_two_modules_have_one_name():
    # A claim and the lesson that shows it are called alike, and stand in folders of their own kind.
    files = [file for file in FILES if file.parent.name != "claims"]
    counted = Counter(file.stem for file in files if file.stem != "__init__")
    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_no_module_is_hidden_by_what_has_its_name(folder):
    name = ".".join(folder.relative_to(ROOT).parts)
    package = import_module(name if name.startswith("landscape") else f"landscape.{name}")
    modules = [file.stem for file in folder.glob("*.py") if file.stem != "__init__"]
    there = {module: getattr(package, module) for module in modules if module in vars(package)}
    assert [module for module, found in there.items() if not isinstance(found, ModuleType)] == []


def test_the_tests_mirror_the_tree():
    folders = {folder.name for folder in (ROOT / "tests").iterdir() if list(folder.glob("test_*.py"))}
    top = {folder.name for folder in PACKAGES if folder.parent in (ROOT, ROOT / "landscape")} - {"landscape"}
    assert folders - {"fuzz"} <= top


def test_public_modules_say_what_they_are():
    assert [file.name for file in FILES if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))] == []
