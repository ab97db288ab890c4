"""Hostile input, drawn by hypothesis: a short run in the suite, `make fuzz` for a long one.

FUZZ_CASES is how many cases each test tries. A case fails if anything but one of the project's own errors comes
through, if that has more than a line, if it takes more than a second, or more than a gigabyte of memory.
"""

from __future__ import annotations

import gc
import os
import resource
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

CASES = int(os.environ.get("FUZZ_CASES", "30"))
_SECONDS, _BYTES = 1.0, 10**9

# To be put above `given`; `few` where a case takes a tenth of a second.
fuzz = settings(
    max_examples=CASES,
    deadline=None,
    derandomize=CASES <= 100,  # in the suite the same cases each time
    database=None,
    suppress_health_check=list(HealthCheck),
)
few = settings(fuzz, max_examples=max(10, CASES // 4))


def attempt(call: Callable[[], Any]) -> Any:
    """What a call gives, or None where it refuses in one line; AssertionError for a hang or for too much memory."""
    from landscape import LandscapeError

    # After thousands of cases a second may go by in looking for garbage, which is none of the call's.
    gc.disable()
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        found = call()
    except (ValueError, LandscapeError) as error:
        said = str(error)
        assert said, "an error says something"
        assert "\n" not in said
        assert len(said) < 2000
        found = None
    finally:
        seconds = time.process_time() - began
        gc.enable()
    taken = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    assert taken < _BYTES
    assert seconds < _SECONDS
    return found
