"""Models that go to other processes by how they are made, as code and compiled functions cannot be pickled."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..core.errors import InputError


class Travelling:
    """Is not pickled, but made again where it comes to.

    making : how, as `models.making` says it; None where that is not known.
    """

    making: Any = None

    def __reduce__(self) -> Any:
        if self.making is None:
            raise InputError(
                "this model cannot be sent to other processes: let them make it, by models.made('mine.py:build', "
                "'mine.py:data', 'mine.py:loss') in place of models.torch or models.jax"
            )
        return _again, (self.making,)


@lru_cache(maxsize=4)
def _again(making: Any) -> Any:
    """Once in a process."""
    return making.made()
