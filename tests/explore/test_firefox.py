"""The page in Firefox, by Puppeteer, which drives an unchanged one: its numbers, and that all is drawn."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from learning import trained_in_python
from nodes import NODE, WEB

import landscape as ls
from landscape.explore import page

WALKERS = ("sgd:lr=0.002", "momentum:lr=0.001", "adam:lr=0.05")
NET = "data=moons&two=1&epochs=8&seed=3&o=sgd:lr=0.1&o=adam:lr=0.01"


def test_the_page_in_firefox(tmp_path):
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None:
        pytest.skip("Firefox is not on this machine")
    file = tmp_path / "page.html"
    file.write_text(page("rosenbrock", (), WALKERS), encoding="utf-8")
    walkers = "&".join(f"o={one}" for one in WALKERS)
    address = f"{file.as_uri()}#t=rosenbrock&{walkers}&net={quote(NET)}"
    script = Path(__file__).with_name("firefox.mjs")
    done = subprocess.run([NODE, script, WEB, firefox, address], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["complaints"] == []
    for walk, notation in zip(found["walks"], WALKERS, strict=True):
        expected = ls.descend("rosenbrock", notation, steps=200).x
        np.testing.assert_allclose(np.stack([walk["x"], walk["y"]], axis=1), expected, rtol=1e-9, atol=1e-9)
    for losses, optimizer in zip(found["losses"], ("sgd:lr=0.1", "adam:lr=0.01"), strict=True):
        np.testing.assert_allclose(
            losses, trained_in_python("moons", optimizer=optimizer)[0].history["loss"], rtol=1e-5
        )
    # Boards, curves, bars and the map; of those with layers above each other some are clear.
    assert sum(many > 20 for many in found["colours"]) >= 7
