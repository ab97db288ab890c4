"""What the page of networks alone is made of: `python web/dev/network.py`, which network.mjs then takes."""

from pathlib import Path

import landscape as ls
from landscape.explore.content import dumped
from landscape.explore.inventory import inventory
from landscape.explore.network_content import held, network_parts

found = inventory()
sets = [*((name, None) for name in ("spiral", "circles", "xor", "moons", "spiral:arms=3")), ("mnist", 1500)]
content = {
    "parts": {**network_parts(), "optimizers": found["optimizers"], "schedules": found["schedules"]},
    "looks": found["looks"],
    "data": {name: held(ls.datasets.load(name), images) for name, images in sets},
}
Path(__file__).with_suffix(".json").write_text(dumped(content), encoding="utf-8")
