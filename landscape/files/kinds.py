"""What lies at a path, told by its content: so that nothing is taken for, or written over, what it is not."""

from __future__ import annotations

import errno
import os
import stat
import zipfile
from pathlib import Path

SUMMARY = "run.json"

NOTHING, EMPTY, FOLDER, RUN, PIPE = "nothing", "an empty file", "a folder", "a run folder", "no file"
SURFACE, WALK, DATA, ARCHIVE = "a saved surface", "a saved trajectory", "a data set", "an archive of something else"
DAMAGED, PART, JSON, PAGE = "a damaged archive", "an unfinished surface", "a JSON file", "a web page"
HISTORY, CHECKPOINT, PROJECTIONS = "the history of a run", "the checkpoint of a run", "the projections of a run"
PNG, SVG, PDF, FILM, GIF = "a PNG picture", "an SVG picture", "a PDF file", "a film", "a GIF"
WEIGHTS, SLIDES, ARRAY, OTHER = "a file of weights", "a PowerPoint file", "a NumPy array", "another file"
SWEEP, PARQUET = "a table of a sweep", "a Parquet file"
NARRATION = "a narrator's script"
UNREADABLE = "a file that may not be read"

# What may lie in a run folder beside the run, and can be computed from it again.
PROJECTIONS_FILE = "projections.npz"

# By name, what each file of a run folder is.
RUN_FILES = {
    SUMMARY: JSON,
    "checkpoint.npz": CHECKPOINT,
    "snapshots.npy": ARRAY,
    "history.npz": HISTORY,
    "weights.safetensors": WEIGHTS,
    PROJECTIONS_FILE: PROJECTIONS,
}

# By an array that it has.
_SIGNS = {
    "extent": SURFACE,
    "terrain_name": WALK,
    "x_train": DATA,
    "tiles": PART,
    "history/loss": CHECKPOINT,
    "snapshot_step": HISTORY,
    "kept": PROJECTIONS,
}
_BEGINNINGS = {
    b"\x89PNG": PNG,
    b"%PDF": PDF,
    b"GIF8": GIF,
    b"\x93NUMPY": ARRAY,
    b"\x1aE\xdf\xa3": FILM,  # Matroska, WebM
    b"PAR1": PARQUET,
    b'# {"kind": "a table of a sweep"': SWEEP,
    b"<!-- a narrator's script": NARRATION,
}

# How the names of results end.
ENDINGS = {
    ".png": PNG,
    ".svg": SVG,
    ".pdf": PDF,
    ".html": PAGE,
    ".pptx": SLIDES,
    ".json": JSON,
    ".safetensors": WEIGHTS,
    ".mp4": FILM,
    ".webm": FILM,
    ".gif": GIF,
    ".parquet": PARQUET,
}


def ends_as(path: Path, kind: str) -> bool:
    """Whether the name of a file ends as that of a result of that kind does."""
    return kind in _SIGNS.values() if path.suffix in (".npz", ".part") else ENDINGS.get(path.suffix) == kind


def kind(path: Path) -> str:
    """What is there; a link is followed."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            os.scandir(path).close()
            return RUN if (path / SUMMARY).exists() else FOLDER
        if not stat.S_ISREG(mode):
            return PIPE
        with open(path, "rb") as file:
            head = file.read(512)
    # A name may have a zero in it.
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return NOTHING
    except OSError as error:
        return NOTHING if error.errno in (errno.ELOOP, errno.ENAMETOOLONG) else UNREADABLE
    if not head:
        return EMPTY
    if head.startswith(b"PK"):
        return _zipped(path)
    if head[4:8] == b"ftyp":
        return FILM
    if head[8:9] == b"{":
        return WEIGHTS
    for beginning, what in _BEGINNINGS.items():
        if head.startswith(beginning):
            return what
    return _text(head.lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def lies_at(path: Path) -> str:
    """What there is at a path where something else was wanted: "it is a saved surface" …"""
    found = kind(path)
    if found == UNREADABLE and os.path.isdir(path):
        return "it is a folder that may not be read"
    if found == NOTHING:
        return "there is no such file or folder"
    if found == FOLDER:
        runs = sorted(path.glob(f"*/{SUMMARY}"))
        return f"it is a folder of runs, such as '{runs[0].parent}'" if runs else f"it is a folder without {SUMMARY}"
    if path.name in RUN_FILES and os.path.exists(path.parent / SUMMARY):
        return f"it is one file of the run folder '{path.parent}'"
    if found == DAMAGED:
        return "it is damaged"
    return f"it is {'a file' if found == OTHER else found}"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.removesuffix(".npy") for name in archive.namelist()}
    # What is raised on a damaged archive depends on where the damage lies.
    except Exception:
        return DAMAGED
    if "ppt/presentation.xml" in names:
        return SLIDES
    return next((what for sign, what in _SIGNS.items() if sign in names), ARCHIVE)


def _text(head: bytes) -> str:
    if head.startswith((b"<!doctype html", b"<html")):
        return PAGE
    if head.startswith((b"<?xml", b"<svg")):
        return SVG if b"<svg" in head else OTHER
    return JSON if head.startswith((b"{", b"[")) else OTHER
