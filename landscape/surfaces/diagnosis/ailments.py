"""What a diagnosis says: numbers that were looked at, and those of them that are beyond what a picture can bear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from ...core.errors import one_line


@dataclass(frozen=True)
class Reading:
    """A number that was looked at.

    name : of what was looked for, such as "range-too-small". words : a sentence with the number. value : the number.
    limit : where what was looked for begins.
    """

    name: str
    words: str
    value: float
    limit: float

    def __post_init__(self) -> None:
        # Names of folders and models may hold anything.
        object.__setattr__(self, "words", one_line(self.words))


@dataclass(frozen=True)
class Ailment(Reading):
    """A number that is beyond its limit, and what mends it: a command, a call in Python, or both."""

    command: str = ""
    call: str = ""

    @property
    def remedy(self) -> str:
        """The command, or the call where no command does it."""
        return self.command or self.call


class Diagnosis(Sequence[Ailment]):
    """The ailments of a picture, the gravest first; none where all is well.

    readings : all that was looked at, the ailments among it.
    """

    def __init__(self, readings: Iterable[Reading]) -> None:
        self.readings = tuple(readings)
        self._ailments = tuple(one for one in self.readings if isinstance(one, Ailment))

    @overload
    def __getitem__(self, at: int) -> Ailment: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Ailment, ...]: ...
    def __getitem__(self, at: int | slice) -> Ailment | tuple[Ailment, ...]:
        return self._ailments[at]

    def __len__(self) -> int:
        return len(self._ailments)

    def __repr__(self) -> str:
        return f"<Diagnosis: {', '.join(one.name for one in self) or 'all is well'}>"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        """The page."""
        counted = {0: "All is well.", 1: "1 finding."}.get(len(self), f"{len(self)} findings, the gravest first.")
        yield counted
        for number, one in enumerate(self, start=1):
            yield f"\n{number}. {one.name}: {one.words}"
            if one.command:
                yield f"   {one.command}"
            if one.call:
                yield f"   in Python: {one.call}"
        well = [one for one in self.readings if not isinstance(one, Ailment)]
        if well:
            yield "\nLooked at, and well:"
            yield from (f"   {one.words}" for one in well)
