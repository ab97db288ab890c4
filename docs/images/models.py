"""Runs the examples of docs/models, and writes their pictures, and what they say, where the page shows them."""

from __future__ import annotations

import re
import runpy
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from shutil import copy

EXAMPLES = Path(__file__).parents[1] / "models"
OUT = Path(__file__).parent / "models"


def said(name: str) -> str:
    """What an example prints; its pictures are copied to where the page finds them."""
    told = StringIO()
    with tempfile.TemporaryDirectory() as folder, chdir(folder), redirect_stdout(told):
        runpy.run_path(str(EXAMPLES / f"{name}.py"))
        for picture in Path(folder).glob("*.png"):
            copy(picture, OUT / picture.name)
    return told.getvalue()


def written(text: str, name: str, told: str) -> str:
    """The page with what an example has said; ValueError where it has no place for that."""
    anew, count = re.subn(
        rf"(<!-- {name} -->\n```text\n).*?(```\n)", lambda found: found[1] + told + found[2], text, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"docs/models/README.md has {count} places for what {name}.py says: one is wanted")
    return anew


def main(names: list[str]) -> None:
    if find_spec("torch") is None:
        print("The pictures of docs/models stay as they are: make test-models installs PyTorch.", file=sys.stderr)
        return
    OUT.mkdir(exist_ok=True)
    page = EXAMPLES / "README.md"
    for name in names or sorted(one.stem for one in EXAMPLES.glob("*.py")):
        page.write_text(written(page.read_text(encoding="utf-8"), name, said(name)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
