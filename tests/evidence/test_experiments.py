"""Several claims measured at a time: each finding is kept as it is there, also where the rest is stopped."""

from __future__ import annotations

import threading
from typing import ClassVar

import numpy as np
import pytest

from landscape import evidence
from landscape.evidence import experiments
from landscape.evidence.claim import Measured, Rule, needs

CHEAP = ("step", "iteration")  # measured in a process beside


class HereClaim(evidence.Claim):
    """Of no file that another process could find."""

    name, number = "here", "99"
    rule = Rule(needs(true=lambda v: True))
    words: ClassVar = {"en": {"claim": "Here."}}
    stop: threading.Semaphore | None = None  # where it is stopped, once as many others have ended as there are

    def measure(self, scale, progress=None):
        if self.stop:
            for _ in CHEAP:
                self.stop.acquire()
            raise KeyboardInterrupt("stopped")
        progress(1, 2)
        return Measured({"one": evidence.Quantity.single(1.0)})

    def draw(self, finding, figure):
        figure.subplots()


@pytest.fixture
def here():
    experiments.register(HereClaim)
    yield HereClaim
    del experiments.known()["here"]
    HereClaim.stop = None


def watch(told, name):
    return lambda done, total: told.setdefault(name, []).append((done, total))


def test_claims_beside_each_other_say_what_they_say_alone(here):
    found, told = {}, {}
    experiments.run_all(
        [*CHEAP, "here"], lambda one: found.setdefault(one.claim, one), lambda name: watch(told, name), place=None
    )
    assert set(found) == {*CHEAP, "here"}
    assert told["here"] == [(1, 2)]
    for name in CHEAP:
        assert told[name][-1] == (1, 1)
        alone = experiments.run(name)
        assert alone.verdict == found[name].verdict
        for key, value in alone.values.items():
            np.testing.assert_equal(found[name].values[key].value, value.value)


def test_what_is_there_is_kept_where_the_rest_is_stopped(here):
    found = []
    stopping = []

    def keep(one):
        found.append(one.claim)
        stopping.append(one)
        if len(found) == 1:
            raise KeyboardInterrupt("enough")

    with pytest.raises(KeyboardInterrupt, match="enough"):
        experiments.run_all([*CHEAP], keep, lambda name: watch({}, name))
    assert found
    ended = here.stop = threading.Semaphore(0)
    found.clear()
    with pytest.raises(KeyboardInterrupt, match="stopped"):
        experiments.run_all(
            [*CHEAP, "here"], lambda one: found.append(one.claim), lambda name: lambda done, total: ended.release()
        )
    assert set(found) == set(CHEAP)
