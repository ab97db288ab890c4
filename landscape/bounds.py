"""How much memory, disk and time work may take: estimated before it begins, so that it is refused and not killed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from .errors import RunError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# What a user sets to say how much may be taken: "64G". It stands for the memory that is free, and for the disk.
VARIABLE = "LANDSCAPE_MEMORY"
HOURS = "LANDSCAPE_HOURS"  # and how long work may take

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_SMALL = 10**7
_UNKNOWN = 2**62  # where the system does not say


def memory(needs: Mapping[str, int]) -> None:
    """ValueError where all together takes more bytes than are free, which names what takes the most of them.

    needs : from what was given, such as "snapshots = 1000000", to bytes.
    """
    total, most = sum(needs.values()), max(needs, key=lambda one: needs[one])
    # Small work is not worth the question.
    if total > _SMALL and total > (free := available()):
        raise ValueError(
            f"{most} is not allowed: about {size(total)} of memory would be needed, and {size(free)} are free (say "
            f"{VARIABLE}={_enough(total)} to allow it nevertheless)"
        )


def disk(needed: int, place: Path, what: str) -> None:
    """RunError where `what` takes more bytes than the disk of `place`, which may still have to be made, has free."""
    if needed < _SMALL:
        return  # the system says so as it is written
    if VARIABLE in os.environ:
        return
    there = Path(os.path.abspath(place))
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    if needed > free:
        raise RunError(f"{what}: about {size(needed)} would be needed in '{place}', where {size(free)} are free")


def hours(seconds: float, what: str) -> None:
    """ValueError where `what` would take longer than anybody waits: "steps = 10000000000000"."""
    most = 3600.0 * _number(HOURS, os.environ.get(HOURS) or "240")
    if seconds > most:
        raise ValueError(
            f"{what} is not allowed: about {_long(seconds)} of work, and at most {_long(most)} are begun (say "
            f"{HOURS}={min(seconds, 1e300) / 3600 + 1:.0f} to allow it nevertheless)"
        )


def available() -> float:
    """Bytes that are free: of the machine, of the group of processes, and of what this process may have."""
    if told := os.environ.get(VARIABLE, "").strip():
        return _told(told)
    return max(0.0, min(_machine(), _group(), own()))


def size(count: float) -> str:
    """Bytes for a reader: "3.2 GB"."""
    if count >= 10**18:
        return "more than 1000 PB"
    unit, one = next((pair for pair in reversed(_UNITS.items()) if count >= pair[1]), ("", 1))
    return f"{count / one:.3g} {unit}B"


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not number > 0:
        raise ValueError(f"{name} = '{text}' is not allowed: it must be a number above 0")
    return number


def _long(seconds: float) -> str:
    days = seconds / 86400
    return f"{days:.3g} days" if days < 1000 else f"{min(days / 365, 1e9):,.0f} years"


def _told(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGTP]?)B?", text.upper())
    if found is None:
        raise ValueError(f"{VARIABLE} = '{text}' is not allowed: it must be a number of bytes, such as 64G")
    return float(found[1]) * _UNITS[found[2]]


def _enough(needed: int) -> str:
    unit, one = next((pair for pair in reversed(_UNITS.items()) if needed >= pair[1]), ("", 1))
    return f"{-(-needed // one)}{unit}"


def _machine() -> float:
    """What Linux gives without moving anything to disk; elsewhere all that there is."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
        if found:
            return int(found[1]) * 1024.0
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError, AttributeError):
        try:
            return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        except (OSError, ValueError, AttributeError):
            return _UNKNOWN


def _group() -> float:
    """What a container may still take."""
    folder = Path("/sys/fs/cgroup")
    for most, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            return float((folder / most).read_text()) - float((folder / used).read_text())
        except (OSError, ValueError):
            continue
    return _UNKNOWN


def own() -> float:
    """What `ulimit -v` leaves of this process's addresses."""
    if resource is None:
        return _UNKNOWN
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    if most == resource.RLIM_INFINITY:
        return _UNKNOWN
    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        used = 0
    return float(most - used)
