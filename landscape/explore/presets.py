"""Experiments with networks that the page begins with."""

from __future__ import annotations

import tomllib
from collections.abc import Container
from importlib import resources
from typing import Any
from urllib.parse import parse_qs


def presets(lang: str, data: Container[str]) -> list[dict[str, Any]]:
    """Those whose data the page holds, in their order, with their texts in a language."""
    text = (resources.files(__package__) / "presets.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)["preset"]
    kept = [one for one in found if parse_qs(one["net"])["data"][0] in data]
    return [
        {"id": one["id"], "net": one["net"], "watch": one["watch"], "shows": one["shows"], **one[lang]} for one in kept
    ]
