"""PowerPoint templates of all sorts: what can be used works, and what cannot is said before any work is done."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO

import matplotlib.pyplot as plt
import pytest
from click.testing import CliRunner

from landscape import slides
from landscape.cli.main import main
from landscape.core.errors import LandscapeError
from landscape.slides import template_file

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MEDIA = "http://schemas.microsoft.com/office/2007/relationships/media"
OPEN, MAIN = b"vnd.openxmlformats-officedocument.", b"presentationml.presentation.main+xml"
MACROS = b"vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
SIZE = b'cx="9144000" cy="6858000"'
OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def with_part(place, name, kind, *relations):
    """A template with one more part, at one of its layouts or its master."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    def make(path):
        template = pptx.Presentation()
        owner = template.slide_master if place == "master" else template.slide_layouts[place]
        part = Part(PackURI(f"/ppt/media/{name}"), kind, owner.part.package, b"content of no kind at all")
        for relation in relations:
            owner.part.relate_to(part, relation)
        template.save(path)

    return make


def edited(**changes):
    """A template whose files are changed: those of a name by (old, new) bytes, or left out."""

    def make(path):
        pptx.Presentation().save(whole := BytesIO())
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                change = next((change for end, change in changes.items() if name.endswith(f"{end}.xml")), (b"", b""))
                content = old.read(name)
                assert change is None or change[0] in content, name
                if change is not None:
                    new.writestr(name, content.replace(*change))

    return make


def plain(content):
    return lambda path: path.write_bytes(content)


def renamed(path):
    """An archive of something else."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("holidays.txt", "nothing")


def bomb(name):
    """Some thousand bytes that unpack to millions."""

    def make(path):
        pptx.Presentation().save(path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as file:
            file.write(bytes(25 << 20))

    return make


def flipped(path):
    """One byte in the middle of a part."""
    make = edited()
    make(path)
    content = bytearray(path.read_bytes())
    content[content.index(b"slideLayout6") + 999] ^= 4
    path.write_bytes(content)


@pytest.fixture
def deck(tmp_path):
    """Two slides, the second with a film that is a stub, which no writer looks into."""
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    plt.figure().savefig(film.with_suffix(".png"))
    picture = slides.Picture(plt.figure, "nothing")
    both = (
        slides.Slide("A talk", "Notes.", ("a line",), content=picture, kind="opening"),
        slides.Slide("A film", "Notes.", ("a line",), content=slides.Clip(film, "nothing")),
    )
    return slides.Deck(both, slides.Look("light", "en"), 100 * "long ")  # a file's property has room for 255 characters


@pytest.mark.parametrize(
    "make",
    [
        with_part(5, "media1.mp3", "audio/mpeg", f"{RELATIONS}/audio", MEDIA),
        with_part("master", "media1.wav", "audio/x-wav", f"{RELATIONS}/audio", MEDIA),
        with_part(0, "media1.webm", "video/webm", f"{RELATIONS}/video", MEDIA),
        with_part(0, "media1.mp4", "video/mp4", f"{RELATIONS}/video", MEDIA),
        with_part(5, "image1.svg", "image/svg+xml", f"{RELATIONS}/image"),
        with_part(5, "object1.bin", f"application/{OPEN.decode()}oleObject", f"{RELATIONS}/oleObject"),
        edited(**{"Types]": (MAIN, b"presentationml.template.main+xml")}),
        edited(**{"Types]": (MAIN, b"presentationml.slideshow.main+xml")}),
        edited(**{"Types]": (OPEN + MAIN, MACROS)}),
        edited(presentation=(SIZE, b'cx="6858000" cy="12192000"')),
        edited(presentation=(SIZE, b'cx="1828800" cy="1371600"')),
    ],
    ids=["sound", "sound-in-master", "webm", "film", "svg", "ole", "potx", "ppsx", "pptm", "portrait", "two-inches"],
)
def test_templates_with_more_than_layouts_work(make, deck, tmp_path):
    make(tmp_path / "mine.pptx")
    slides.check(tmp_path / "talk.pptx", tmp_path / "mine.pptx")
    found = pptx.Presentation(str(deck.save(tmp_path / "talk.pptx", tmp_path / "mine.pptx")))
    assert [slide.shapes.title.text_frame.text for slide in found.slides] == ["A talk", "A film"]
    assert any(shape.shape_type == pptx.enum.shapes.MSO_SHAPE_TYPE.MEDIA for shape in found.slides[1].shapes)
    # Under the name .pptx PowerPoint opens nothing else.
    assert found.part.content_type == f"application/{(OPEN + MAIN).decode()}"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (plain(OLE2 + bytes(600)), "is an old .ppt file, or protected by a password"),
        (plain(b"PK of nothing"), "cannot be read as a PowerPoint file"),
        (plain(b""), "it is empty"),
        (lambda path: None, "there is no file of that name"),
        (lambda path: path.mkdir(), "it is a folder"),
        (os.mkfifo, "it is a pipe, and no file"),
        (renamed, "it is an archive of something else"),
        (bomb("ppt/media/image1.png"), "its parts unpack to more than 20 MB"),
        (bomb("ppt/theme/theme9.xml"), "its XML parts unpack to more than 10 MB"),
        (flipped, "it is damaged: Bad CRC-32 for file"),
        (edited(**{"Types]": (MAIN, b"wordprocessingml.document.main+xml")}), "(.pptx, .potx): it is a Word file"),
        (edited(slideLayout6=None), "no relationship with key"),
        (edited(slideLayout6=(b"</p:cSld>", b"")), "Opening and ending tag mismatch"),
        (edited(slideLayout6=(b'type="title"', b'type="mine"')), "has no XML mapping for 'mine'"),
        (edited(slideLayout1=(b'type="ctrTitle"', b'type="ctrTitle" sz="9"')), "must be"),
        (edited(presentation=(SIZE, b'cx="0" cy="0"')), "slides of 0 × 0 inches: both must be 1"),
        (edited(presentation=(b"<p:sldSz " + SIZE + b' type="screen4x3"/>', b"")), "slides of 0 × 0 inches"),
        (edited(presentation=(b"<p:sldMasterId ", b"<p:nothing ")), "has no layout with a title"),
    ],
)
def test_templates_that_cannot_be_used_are_found_out_before_the_work(make, said, runs, tmp_path, monkeypatch):
    for work in ("landscape.cli.animate.films", "landscape.slides.deck"):
        monkeypatch.setattr(work, lambda *given, **how: pytest.fail("this comes later"))
    for most, megabytes in (("_MOST", 20), ("_MOST_XML", 10)):
        monkeypatch.setattr(template_file, most, megabytes << 20)
    make(tmp_path / "mine.pptx")
    words = [runs[0].save(tmp_path / "sgd"), "--template", tmp_path / "mine.pptx", "--out", tmp_path / "talk.pptx"]
    result = CliRunner().invoke(main, ["slides", *map(str, words)])
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"Error: cannot use template '{tmp_path / 'mine.pptx'}': ")
    assert said in line
    assert not (tmp_path / "talk.pptx").exists()


def test_a_template_is_read_once(deck, tmp_path):
    pptx.Presentation().save(tmp_path / "mine.pptx")
    template = slides.check(tmp_path / "talk.pptx", tmp_path / "mine.pptx")
    (tmp_path / "mine.pptx").unlink()
    assert len(pptx.Presentation(str(deck.save(tmp_path / "talk.pptx", template))).slides) == 2


def test_a_deck_that_is_saved_unchecked_refuses_its_template_in_the_same_words(deck, tmp_path):
    edited(slideLayout1=(b'type="ctrTitle"', b'type="ctrTitle" sz="9"'))(tmp_path / "mine.pptx")
    for act in (slides.check, deck.save):
        with pytest.raises(LandscapeError, match=r"^cannot use template '.*mine\.pptx': must be"):
            act(tmp_path / "talk.pptx", tmp_path / "mine.pptx")


def test_a_template_is_not_replaced_by_its_deck(deck, tmp_path):
    (tmp_path / "folder").mkdir()
    pptx.Presentation().save(tmp_path / "mine.pptx")
    before = (tmp_path / "mine.pptx").read_bytes()
    for act in (slides.check, deck.save):
        with pytest.raises(ValueError, match="is the template: give the deck another name"):
            act(tmp_path / "folder/../mine.pptx", tmp_path / "mine.pptx")
    assert (tmp_path / "mine.pptx").read_bytes() == before


@pytest.mark.parametrize("title", ["a\x00b", "a\x01b", "caf\udce9", "\ufffe", "a\u202eb"])
def test_titles_that_cannot_be_shown_are_refused_before_the_work(title, runs):
    said = "cannot be shown"
    with pytest.raises(ValueError, match=said):
        slides.check("talk.pptx", title=title)
    for given in ({"title": title}, {"names": [title]}):
        with pytest.raises(ValueError, match=said):
            slides.deck(runs[:1], **given)


def test_a_title_has_to_fit_on_its_slide_and_a_long_name_is_shortened(runs):
    for act in (lambda title: slides.check("talk.pptx", title=title), lambda title: slides.deck(runs, title=title)):
        with pytest.raises(ValueError, match="a title of 1,000 letters is not allowed: a slide has room for 200"):
            act(1000 * "a")
    made = slides.deck(runs[:1], names=[250 * "a"], title="two\nlines", resolution=5)
    assert made.slides[0].title == "two\nlines"
    tables = [slide.content for slide in made.slides if isinstance(slide.content, slides.Table)]
    assert max(len(cell) for table in tables for row in table.rows for cell in row.cells) < 100
