"""How much memory and disk work may take: estimated before it begins, so that it is refused and not killed."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from .errors import RunError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# What a user sets to say how much may be taken: "64G". It stands for the memory that is free, and for the disk.
VARIABLE = "LANDSCAPE_MEMORY"

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_UNKNOWN = 2**62  # where the system does not say


def check(needed: float, what: str, advice: str) -> None:
    """ValueError where `what` takes more bytes than are free: "snapshots = 1000000", "take fewer"."""
    if needed > (free := available()):
        raise ValueError(
            f"{what} is not allowed: it needs about {size(needed)} of memory, and {size(free)} are free; {advice}, or "
            f"say how much may be taken ({VARIABLE}={_enough(needed)})"
        )


def check_disk(needed: float, place: Path, what: str) -> None:
    """RunError where `what` takes more bytes than the disk of `place`, which may still have to be made, has free."""
    if VARIABLE in os.environ:
        return
    there = Path(os.path.abspath(place))
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    if needed > free:
        raise RunError(f"{what} needs about {size(needed)} in '{place}', where {size(free)} are free")


def available() -> float:
    """Bytes that are free: of the machine, of the group of processes, and of what this process may have."""
    if told := os.environ.get(VARIABLE, "").strip():
        return _told(told)
    return max(0.0, min(_machine(), _group(), _own()))


def size(count: float) -> str:
    """Bytes for a reader: "3.2 GB"."""
    for unit, one in reversed(_UNITS.items()):
        if count >= one:
            return f"{count / one:.3g} {unit}B" if count < 1000 * one else f"more than 1000 {unit}B"
    return "0 B"


def _told(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([KMGTP]?)B?", text.upper())
    if found is None:
        raise ValueError(f"{VARIABLE} = '{text}' is not allowed: it must be a number of bytes, such as 64G")
    return float(found[1]) * _UNITS[found[2]]


def _enough(needed: float) -> str:
    unit, one = next((pair for pair in reversed(_UNITS.items()) if needed >= pair[1]), ("", 1))
    return f"{-(-int(min(needed, 1e18)) // one)}{unit}"


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


def _own() -> float:
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
