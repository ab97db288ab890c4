"""The command line in a folder of a test's own."""

from __future__ import annotations

import pytest
from commands import command


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return command
