"""An optimizer of another library in this project's notation."""

from __future__ import annotations

from collections.abc import Mapping

from .. import optimizers


def notation(name: str, given: Mapping[str, float], library: str) -> str:
    """The optimizer of that name and with these settings, lr among them; where it is none that is known here, or has
    more to it, its name and learning rate alone: "adam_of_torch:lr=0.1"."""
    try:
        known = set(vars(optimizers.get(name))) if optimizers.registry.knows(name) else set()
        # What is not 0 and has no name here is no detail: then the name alone is said.
        if known and all(key in known or not value for key, value in given.items()):
            kept = {key: value for key, value in given.items() if key in known}
            return optimizers.text(optimizers.get(name, **kept))
    except ValueError:
        pass
    word = "".join(char for char in name if char.isalnum() or char == "_") or "unknown"
    return f"{word}{f'_of_{library}' if optimizers.registry.knows(word) else ''}:lr={given['lr']:g}"
