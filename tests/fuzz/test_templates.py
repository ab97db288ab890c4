"""Damaged templates: each works or is refused in one line, whatever is wrong with it."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape import slides
from landscape.core.errors import LandscapeError

from .attempts import few

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")


def template():
    pptx.Presentation().save(file := BytesIO())
    return file.getvalue()


WHOLE = template()
with zipfile.ZipFile(BytesIO(WHOLE)) as archive:
    PARTS = {name: archive.read(name) for name in archive.namelist()}


def packed(parts):
    """Parts as a file, with checksums that fit."""
    with zipfile.ZipFile(file := BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def flip(content, place, bit):
    place %= len(content)
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def refused(path):
    """The line that says what is wrong with a template; nothing if it can be used."""
    try:
        slides.check(path.with_name("talk.pptx"), path)
    except LandscapeError as error:
        return str(error)
    return ""


flips = st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 7))
names = st.sampled_from(sorted(PARTS))
damaged = st.one_of(
    flips.map(lambda how: flip(WHOLE, *how)),
    st.integers(0, len(WHOLE) - 1).map(lambda end: WHOLE[:end]),
    names.map(lambda name: packed({one: content for one, content in PARTS.items() if one != name})),
    st.tuples(names, flips).map(lambda how: packed(PARTS | {how[0]: flip(PARTS[how[0]], *how[1])})),
    st.tuples(names, names).map(lambda two: packed(PARTS | {two[0]: PARTS[two[1]]})),
)


@few
@given(damaged)
def test_a_damaged_template_works_or_is_refused_in_one_line(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "mine.pptx"
    path.write_bytes(content)
    said = refused(path)
    assert not said or said.startswith(f"cannot use template '{path}': ")
    assert "\n" not in said
