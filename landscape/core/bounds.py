"""How much memory, disk and time work may take: estimated before it begins, so that it is refused and not killed."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
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
_GROUPS, _CONTROLLED = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
_NO_ROOM = ("failed to map segment", "cannot allocate memory", "can't start new thread", "cannot allocate tls")
_UNKNOWN = 2**62  # where the system does not say


def memory(needs: Mapping[str, int]) -> None:
    """ValueError where all together takes more bytes than are free, which names what takes the most of them.

    needs : from what was given, such as "snapshots = 1000000", to bytes.
    """
    total, most = sum(needs.values()), max(needs, key=lambda one: needs[one])
    # Small work is not worth the question.
    if total > _SMALL and total > (free := available()):
        unit, one = _unit(total)
        raise ValueError(
            f"{most} is not allowed: about {size(total)} of memory would be needed, and {size(free)} are free (say "
            f"{VARIABLE}={-(-total // one)}{unit} to allow it nevertheless)"
        )


def disk(needed: int, place: Path, what: str) -> None:
    """RunError where `what` takes more bytes than the disk of `place`, which may still have to be made, has free."""
    # Of small ones the system says so as they are written.
    if needed < _SMALL or VARIABLE in os.environ:
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


def ran_out(error: BaseException) -> bool:
    """Whether an error tells that there is no memory; where libraries, threads and C code find none, they say so in
    ways of their own."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    # C code that has forgotten to say what failed; with room enough it is a mistake of another kind.
    if isinstance(error, SystemError):
        return own() < _UNKNOWN
    said = str(error).lower()
    return isinstance(error, ImportError | OSError | RuntimeError) and any(words in said for words in _NO_ROOM)


def size(count: float) -> str:
    """Bytes for a reader: "3.2 GB"."""
    if count >= 10**18:
        return "more than 1000 PB"
    unit, one = _unit(count)
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


def _unit(count: float) -> tuple[str, int]:
    """The largest unit of which there is one at least."""
    return next((pair for pair in reversed(_UNITS.items()) if count >= pair[1]), ("", 1))


def _machine() -> float:
    """What Linux gives without moving anything to disk; elsewhere all that there is."""
    with suppress(OSError, ValueError):
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
        if found:
            return int(found[1]) * 1024.0
    with suppress(OSError, ValueError, AttributeError):
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return _UNKNOWN


def _group() -> float:
    """What the group of processes that this one is in, a container's for example, and each group around it, may still
    take."""
    groups = {Path("/")}
    # "0::/a/b" of the second version of control groups, and "4:cpu,memory:/a/b" of the first.
    with suppress(OSError, ValueError):
        for line in _GROUPS.read_text().splitlines():
            _, controllers, place = line.split(":", 2)
            if not controllers or "memory" in controllers.split(","):
                groups |= {Path(place), *Path(place).parents}
    left: float = _UNKNOWN
    for group in groups:
        for most, used in (
            (_CONTROLLED / group.relative_to("/") / "memory.max", "memory.current"),
            (_CONTROLLED / "memory" / group.relative_to("/") / "memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            # In a container its own group is the root; of one without a limit the file says "max".
            with suppress(OSError, ValueError):
                taken = float(most.with_name(used).read_text()) - _files(most.with_name("memory.stat"))
                left = min(left, float(most.read_text()) - taken)
    return left


def _files(statistics: Path) -> float:
    """How much of what a group has taken are files, which the system gives up when memory is needed."""
    try:
        found = re.search(r"^(?:total_)?inactive_file (\d+)$", statistics.read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return float(found[1]) if found else 0.0


def addresses() -> float:
    """What `ulimit -v` allows each process."""
    if resource is None:
        return _UNKNOWN
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return _UNKNOWN if most == resource.RLIM_INFINITY else float(most)


def own() -> float:
    """What `ulimit -v` leaves of this process's addresses."""
    most = addresses()
    if most == _UNKNOWN:
        return most
    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        used = 0
    return most - used
