"""The file of a template, read as a whole before anything is made of it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from ..core.errors import LandscapeError
from ..files.opening import whole

_OLD = bytes.fromhex("d0cf11e0a1b11ae1")  # what files of Office before 2007 begin with, and those with a password
_LIST = "[Content_Types].xml"
_MEGABYTE = 1 << 20
_MOST, _MOST_XML = 1000 * _MEGABYTE, 100 * _MEGABYTE  # bytes of all parts, and of those that are parsed
_PARSED = (".xml", ".rels")
UNREADABLE = "it cannot be read as a PowerPoint file (.pptx, .potx)"


@dataclass(frozen=True)
class Template:
    """A PowerPoint file for its design, in memory: what happens to the file later changes nothing."""

    path: Path
    content: bytes

    def wrong(self, reason: object) -> LandscapeError:
        """The one line for what makes it no template."""
        return cannot_use(self.path, reason)


def cannot_use(path: Path, reason: object) -> LandscapeError:
    """The one line for a file that is no template; `reason` may be what a parser raised."""
    told = reason.args[0] if isinstance(reason, KeyError) and reason.args else reason
    return LandscapeError(f"cannot use template '{path}': {' '.join(str(told).split()) or type(reason).__name__}")


def read(path: str | Path) -> Template:
    """A file whose every part can be unpacked; LandscapeError, which says why, for any other."""
    path = Path(path)
    try:
        content = whole(path, _MOST)
    except FileNotFoundError:
        raise cannot_use(path, "there is no file of that name") from None
    except IsADirectoryError:
        raise cannot_use(path, "it is a folder") from None
    # The latter for a name with a zero in it.
    except (OSError, ValueError) as error:
        raise cannot_use(path, getattr(error, "strerror", None) or error) from error
    template = Template(path, content)
    if content.startswith(_OLD):
        raise template.wrong("it is an old .ppt file, or protected by a password: save it as .pptx without one")
    if not content:
        raise template.wrong("it is empty")
    if not is_zipfile(BytesIO(content)):
        raise template.wrong(UNREADABLE)
    try:
        with ZipFile(BytesIO(content)) as archive:
            if _LIST not in archive.namelist():
                raise template.wrong(f"{UNREADABLE}: it is an archive of something else")
            _unpack(archive, template)
    # What Python's reader raises depends on where the damage lies.
    except (BadZipFile, zlib.error, OSError, EOFError, ValueError, KeyError, RuntimeError, OverflowError) as bad:
        raise template.wrong(f"{UNREADABLE}: it is damaged: {bad}") from bad
    return template


def _unpack(archive: ZipFile, template: Template) -> None:
    """Read every part, which compares its checksum, as long as they are not more than memory should hold: some
    thousand bytes may unpack to as many millions."""
    every = parsed = 0
    for part in archive.infolist():
        with archive.open(part) as file:
            while read_now := file.read(_MEGABYTE):
                every += len(read_now)
                parsed += len(read_now) * part.filename.lower().endswith(_PARSED)
                for size, most, what in ((every, _MOST, "parts"), (parsed, _MOST_XML, "XML parts")):
                    if size > most:
                        raise template.wrong(f"its {what} unpack to more than {most // _MEGABYTE:,} MB")
