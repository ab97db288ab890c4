"""Decks about runs: the PowerPoint file as python-pptx reads it again, and the page as Chromium shows it."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import combinations

import av
import click
import pytest
from click.testing import CliRunner
from short_films import short_film

import landscape as ls
from landscape import slides
from landscape.animations import lessons
from landscape.cli.verbs import Verbs

pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")

EMU = 914_400
MOVED = 2  # EMU that rounding to whole ones may move an edge


@pytest.fixture(scope="module")
def part(mnist):
    """600 images to train on and 300 to test with."""
    small = mnist.subset(600)
    return ls.datasets.Dataset("mnist", small.x_train, small.y_train, small.x_test[:300], small.y_test[:300], "mnist")


@pytest.fixture(scope="module")
def trained(part):
    """Runs of one network, one of them diverged, and one of another network."""
    network = ls.MLP((784, 16, 10))
    return {
        "sgd": ls.train(network, part, "sgd:lr=0.1", 2, snapshots=8),
        "adam": ls.train(network, part, "adam:lr=0.003", 2, snapshots=8),
        "lost": ls.train(network, part, "sgd:lr=1e30", 1, snapshots=4),
        "deep": ls.train(ls.MLP((784, 8, 8, 8, 8, 10), "sigmoid", "glorot"), part, "sgd:lr=0.1", 1, snapshots=4),
    }


@pytest.fixture(scope="module")
def sample(part):
    return part.sample(200)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """One second of a real film, small, and its still."""
    return short_film(tmp_path_factory.mktemp("clips") / "ravine.mp4")


@pytest.fixture(scope="module")
def deck(trained, part, sample, clip):
    runs = [trained["sgd"], trained["adam"]]
    clips = {"ravine": clip, "mnist": clip}
    scripts = {name: lessons.script(name) for name in clips}
    return slides.deck(runs, part, sample, clips=clips, scripts=scripts, flown=runs, resolution=7)


@pytest.fixture(scope="module")
def saved(deck, tmp_path_factory):
    return deck.save(tmp_path_factory.mktemp("deck") / "talk.pptx")


@pytest.fixture(scope="module")
def presentation(saved):
    return pptx.Presentation(str(saved))


def box(shape):
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


def check_layout(presentation, under_title=True):
    """Titles and notes are there; everything is inside its slide, nothing on anything else."""
    for slide in presentation.slides:
        assert slide.shapes.title.text_frame.text
        sentences = re.findall(r"[^.。!?？]+[.。!?？](?:\s|$|(?=[^\d]))", slide.notes_slide.notes_text_frame.text)
        assert 3 <= len(sentences) <= 7, slide.notes_slide.notes_text_frame.text
        boxes = [box(shape) for shape in slide.shapes]
        for left, top, right, bottom in boxes:
            assert left >= -MOVED
            assert top >= -MOVED
            assert right <= presentation.slide_width + MOVED
            assert bottom <= presentation.slide_height + MOVED
        for a, b in combinations(boxes, 2):
            assert min(a[2], b[2]) - max(a[0], b[0]) <= MOVED or min(a[3], b[3]) - max(a[1], b[1]) <= MOVED
        title = box(slide.shapes.title)
        opening = slide.slide_layout.placeholders[0].placeholder_format.type == pptx.enum.shapes.PP_PLACEHOLDER(3)
        for shape in slide.shapes:
            if shape != slide.shapes.title and not opening:
                assert shape.top >= title[3] - MOVED, shape.name


def texts(presentation):
    """All words on slides and in notes, a slide an entry."""
    found = []
    for slide in presentation.slides:
        words = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        for shape in slide.shapes:
            if shape.has_table:
                words += [cell.text for row in shape.table.rows for cell in row.cells]
        words.append(slide.notes_slide.notes_text_frame.text)
        found.append("\n".join(words))
    return found


def table_of(presentation, head):
    """The cells of the table that has such a word in its header."""
    for slide in presentation.slides:
        for shape in slide.shapes:
            if shape.has_table:
                rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
                if any(head == cell for cell in rows[0]):
                    return rows
    raise AssertionError(f"no table with a column '{head}'")


def test_slides_are_whole(presentation, deck):
    assert len(presentation.slides) == len(deck.slides) == 18
    assert (presentation.slide_width, presentation.slide_height) == (round(13.333 * EMU), round(7.5 * EMU))
    check_layout(presentation)


def test_pictures_are_sharp_and_not_stretched(presentation):
    pictures = [shape for slide in presentation.slides for shape in slide.shapes if shape.shape_type == 13]
    assert len(pictures) == 9  # both covers, and seven figures
    for picture in pictures:
        wide, high = picture.image.size
        assert wide >= 1920
        assert picture.width / picture.height == pytest.approx(wide / high, rel=0.005)
        assert picture.crop_left == picture.crop_right == 0
        assert picture._element.nvPicPr.cNvPr.get("descr")


def test_tables_hold_the_numbers_of_the_runs(presentation, trained):
    rows = table_of(presentation, "test accuracy")
    # The best comes first.
    ranked = sorted((trained["sgd"], trained["adam"]), key=lambda run: -run.test_accuracy)
    for row, run in zip(rows[1:], ranked, strict=True):
        assert row[1] == f"{100 * run.test_accuracy:.2f}\N{NO-BREAK SPACE}%"
        assert float(row[3]) == pytest.approx(run.history["test_loss"][-1], abs=6e-3)
        assert row[4] == str(len(run.history["loss"]))
    settings = table_of(presentation, "learning rate")
    assert [row[settings[0].index("learning rate")] for row in settings[1:]] == ["0.1", "0.003"]


def test_distances_off_the_plane_are_those_of_the_plane(presentation, trained):
    rows = table_of(presentation, "off the plane at the end")
    runs = [trained["sgd"], trained["adam"]]
    plane = ls.planes.pca(runs)
    distances = sorted((float(plane.project(run.params)[1]) for run in runs), reverse=True)
    assert [float(row[2]) for row in rows[1:]] == pytest.approx(distances, rel=0.02)


def test_films_are_the_very_files(presentation, clip):
    films = 0
    for slide in presentation.slides:
        for relation in slide.part.rels.values():
            if relation.reltype.endswith("/media"):
                films += 1
                content = relation.target_part.blob
                assert content == clip.read_bytes()
                with av.open(BytesIO(content)) as film:
                    assert sum(1 for _ in film.decode(video=0)) == 10
        for shape in slide.shapes:
            if shape.shape_type == 16:
                assert shape.poster_frame is not None
                assert shape.width / shape.height == pytest.approx(16 / 9, rel=0.005)
                starts = slide.element.findall(f".//{pptx.oxml.ns.qn('p:cond')}")
                assert [start.get("delay") for start in starts] == ["0"]
    assert films == 2


def test_own_design_is_in_the_master(presentation):
    master = presentation.slide_master
    theme = master.part.part_related_by(pptx.opc.constants.RELATIONSHIP_TYPE.THEME).blob.decode()
    assert 'typeface="Source Sans 3"' in theme
    assert 'typeface="Microsoft YaHei"' in theme
    assert ls.figures.palette("light").accent[1:].upper() in theme
    # Nothing on a slide says which font it is: the theme does.
    for slide in presentation.slides:
        assert not list(slide.element.iter(pptx.oxml.ns.qn("a:latin")))


def test_sentences_are_backed_by_the_runs(presentation, trained, part):
    words = "\n".join(texts(presentation))
    both = sorted((trained["sgd"], trained["adam"]), key=lambda run: -run.test_accuracy)
    gap = f"{100 * (both[0].test_accuracy - both[1].test_accuracy):.2f} points"
    assert f"With one run each, {gap} between" in words
    right = [run.network.logits(run.params, part.x_test).argmax(axis=1) == part.y_test for run in both]
    a, b = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    test = ls.statistics.discordant(a, b, 300)
    interval = " to ".join(f"{100 * end:.2f}".replace("-", "−") for end in (test.low, test.high))
    said = f"on {a + b} test digits only one is right"
    assert said in words
    assert f": {gap} (95\N{NO-BREAK SPACE}% interval {interval}, p" in words[words.index(said) :]
    for claim in ("most test digits", "furthest:", "ends lowest"):
        assert claim not in words
    assert "other seeds may turn the order round" in words
    assert "each optimizer ran at one" in words


def test_a_template_keeps_its_size_and_layouts(deck, tmp_path):
    template = pptx.Presentation()  # python-pptx's own is 4:3
    sample_slide = template.slides.add_slide(template.slide_layouts[1])
    sample_slide.shapes.title.text_frame.text = "a sample to be removed"
    template.slide_layouts[5].name = "Mine alone"
    template.save(tmp_path / "mine.pptx")
    with_table = tuple(slide for slide in deck.slides if not isinstance(slide.content, slides.Picture))
    few = slides.Deck((*deck.slides[:2], *with_table, deck.slides[-1]), deck.look, deck.title)
    found = pptx.Presentation(str(few.save(tmp_path / "talk.pptx", tmp_path / "mine.pptx")))
    assert (found.slide_width, found.slide_height) == (template.slide_width, template.slide_height)
    assert len(found.slides) == len(few.slides)
    assert "a sample" not in "\n".join(texts(found))
    layouts = {slide.slide_layout.name for slide in found.slides}
    assert layouts == {"Title Slide", "Mine alone"}
    check_layout(found)
    for slide in found.slides:
        assert all(shape.text_frame.text for shape in slide.placeholders if shape.has_text_frame)


def test_a_chinese_deck_has_no_english_left(trained, part, sample, clip):
    runs = [trained["sgd"], trained["adam"], trained["lost"], trained["deep"]]
    scripts = {name: lessons.script(name) for name in lessons.tour()}
    clips = dict.fromkeys(scripts, clip)
    deck = slides.deck(runs, part, sample, clips=clips, scripts=scripts, lang="zh", theme="dark", resolution=5)
    names = {
        "SGD",
        "Adam",
        "MNIST",
        "tanh",
        "ReLU",
        "Sigmoid",
        "He",
        "Glorot",
        "landscape",
        "RMSProp",
    }
    for slide in deck.slides:
        words = [slide.title, slide.notes, *slide.lines]
        words += [text for column in slide.columns for text in (column.heading, *column.lines)]
        if isinstance(slide.content, slides.Table):
            words += [*slide.content.header, *(cell for row in slide.content.rows for cell in row.cells)]
        elif slide.content is not None:
            words.append(slide.content.alt)
        for text in words:
            assert set(re.findall(r"[A-Za-z]{2,}", text)) <= names, text
    assert "Microsoft" not in deck.title


@pytest.mark.parametrize("name", ["lost", "deep"])
def test_a_single_run_and_a_diverged_one(name, trained, part, sample, tmp_path):
    run = trained[name]
    deck = slides.deck([run], part, sample, resolution=5)
    found = pptx.Presentation(str(deck.save(tmp_path / "one.pptx")))
    check_layout(found)
    words = "\n".join(texts(found))
    if name == "lost":
        assert f"diverged at step {run.diverged_at}" in words or "diverged at step 0" in words
        assert "did not come down" in words
        assert "nan" not in words
    else:
        assert f"{100 * run.test_accuracy:.2f}" in words
        assert "another seed" in words


def test_runs_of_all_kinds_and_seeds(trained, part, sample):
    again = ls.train(ls.MLP((784, 16, 10), seed=1), part, "adam:lr=0.003", 2, seed=1, snapshots=8)
    other = ls.train(ls.MLP((784, 16, 10), seed=1), part, "sgd:lr=0.1", 2, seed=1, snapshots=8)
    deck = slides.deck([trained["sgd"], trained["adam"], again, other], part, sample, resolution=5)
    said = "\n".join(line for slide in deck.slides for column in slide.columns for line in column.lines)
    assert "Means over the seeds" in said
    assert "over two seeds" in said.lower()
    assert "one run each" not in said.lower()
    deck = slides.deck(list(trained.values()), part, sample, resolution=5)
    titles = [slide.title for slide in deck.slides]
    assert any(title.startswith("What reaches the first layer") for title in titles)
    said = "\n".join(line for slide in deck.slides for column in slide.columns for line in column.lines)
    assert "\nDiverged: SGD (" in said
    assert "the runs differ in" in said.lower()


def test_without_the_data(trained, monkeypatch):
    def missing(run):
        raise ls.DataError("gone")

    monkeypatch.setattr(ls.Run, "data", missing)
    deck = slides.deck([trained["sgd"], trained["adam"]])
    said = [line for slide in deck.slides for column in slide.columns for line in column.lines]
    assert any("could not be read" in line for line in said)
    assert not any("misread" in slide.title or "terrain they" in slide.title for slide in deck.slides)


def test_a_long_table_goes_on_on_another_slide(trained, part, sample):
    runs = [trained["sgd"]] * 13
    deck = slides.deck(runs, part, sample, resolution=5)
    assert any(slide.title.endswith("(2/2)") for slide in deck.slides)


@pytest.fixture(scope="module")
def page(deck, quick_browser, tmp_path_factory):
    """The deck in headless Chromium: the page, and what went wrong in it."""
    path = deck.save(tmp_path_factory.mktemp("page") / "talk.html")
    shown = quick_browser.new_page(viewport={"width": 1366, "height": 768})
    shown.set_default_timeout(300_000)  # for machines that have much else to do
    shown.wrong = []
    shown.on("console", lambda message: shown.wrong.append(message.text) if message.type == "error" else None)
    shown.on("pageerror", lambda error: shown.wrong.append(str(error)))
    shown.asked = []
    shown.on("request", lambda request: shown.asked.append(request.url))
    shown.goto(path.as_uri())
    shown.evaluate("document.fonts.ready")
    yield shown
    shown.close()


def number(page):
    return int(page.evaluate("location.hash").removeprefix("#"))


def test_keys_and_edges_move(page, deck):
    last = len(deck.slides)
    page.keyboard.press("Home")
    for key, expected in [("ArrowRight", 2), ("Space", 3), ("PageDown", 4), ("ArrowLeft", 3), ("PageUp", 2)]:
        page.keyboard.press(key)
        assert number(page) == expected
    page.keyboard.press("End")
    assert number(page) == last
    page.keyboard.press("ArrowRight")
    assert number(page) == last
    page.mouse.click(5, 300)
    assert number(page) == last - 1
    assert page.locator(".slide.shown").count() == 1
    assert f"Slide {last - 1} of {last}" in page.locator("#said").text_content()
    page.goto(page.url.partition("#")[0] + "#3")
    assert page.locator(".slide.shown").get_attribute("id") == "slide3"
    assert page.locator("#count").text_content() == f"3 / {last}"


def test_notes_and_help(page, deck):
    page.keyboard.press("Home")
    assert not page.locator("#notes").is_visible()
    page.keyboard.press("n")
    assert page.locator("#notes").text_content() == deck.slides[0].notes
    slide, notes = (page.locator(name).bounding_box() for name in (".slide.shown", "#notes"))
    assert slide["y"] + slide["height"] <= notes["y"] + 1
    page.keyboard.press("n")
    assert not page.locator("#notes").is_visible()
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_films_play_when_their_slide_comes(page, deck):
    first = next(k for k, slide in enumerate(deck.slides, 1) if isinstance(slide.content, slides.Clip))
    page.evaluate(f"location.hash = '#{first}'")
    film = page.locator(f"#slide{first} video")
    handle = film.element_handle()
    page.wait_for_function("film => film.readyState >= 2 && film.currentTime > 0", arg=handle)
    assert film.get_attribute("poster").startswith("data:image/png")
    assert page.evaluate("film => film.muted && film.playsInline && film.controls", handle)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("film => film.paused", arg=handle)


def test_the_page_fits_and_needs_nothing_else(page, deck):
    for wide, high in [(1366, 768), (800, 900)]:
        page.set_viewport_size({"width": wide, "height": high})
        page.keyboard.press("Home")
        for _ in deck.slides:
            outside = page.evaluate(
                """() => {
                    const slide = document.querySelector(".slide.shown"), edge = slide.getBoundingClientRect();
                    return [...slide.querySelectorAll("h1, h2, p, li, table, img, video")].filter((part) => {
                        const box = part.getBoundingClientRect();
                        return box.left < edge.left - 1 || box.top < edge.top - 1
                            || box.right > edge.right + 1 || box.bottom > edge.bottom + 1;
                    }).map((part) => part.outerHTML.slice(0, 80));
                }"""
            )
            assert outside == []
            page.keyboard.press("ArrowRight")
        edge = page.locator(".slide.shown").bounding_box()
        assert edge["width"] / edge["height"] == pytest.approx(16 / 9, rel=0.01)
    assert page.wrong == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in page.asked)
    assert len({url.partition("#")[0] for url in page.asked if url.startswith("file:")}) == 1


@pytest.fixture
def verb():
    """The verb as the command group runs it."""
    from landscape.cli.slides import slides as command

    group = Verbs("landscape")
    assert isinstance(group, click.Group)
    group.add_command(command)
    return lambda *words: CliRunner().invoke(group, ["slides", *map(str, words)])


def test_on_the_command_line(verb, mnist, clip, tmp_path, monkeypatch):
    walkers, network = {"sgd": "sgd:lr=0.1", "adam": "adam:lr=0.003"}, ls.MLP((784, 16, 10))
    for name, walker in walkers.items():
        ls.train(network, mnist.subset(600), walker, 2, snapshots=8).save(tmp_path / name)
    folders, asked = [tmp_path / name for name in walkers], {}

    def films(lessons, **how):
        asked.update(how, lessons=lessons)
        return [clip]

    monkeypatch.setattr("landscape.cli.animate.films", films)
    words = ("--data", "test:200", "--clips", "mnist", "--theme", "dark", "--title", "My talk")
    result = verb(*folders, "--out", tmp_path / "talk.pptx", *words)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(tmp_path / "talk.pptx")
    assert asked["lessons"] == ("mnist",)
    assert asked["runs"] == tuple(folders)
    assert asked["out"] == tmp_path / "talk-clips"
    found = pptx.Presentation(str(tmp_path / "talk.pptx"))
    assert found.slides[0].shapes.title.text_frame.text == "My talk"
    assert table_of(found, "run")[1][0] == "sgd"

    def impossible(lessons, **how):
        raise ls.RenderError("no OpenGL: apt install libegl1")

    monkeypatch.setattr("landscape.cli.animate.films", impossible)
    result = verb(folders[0], "--out", tmp_path / "one.pptx", "--data", "test:200", "--clips", "ravine")
    assert result.exit_code == 0, result.output
    assert result.stderr.strip() == "The slides have no films: no OpenGL: apt install libegl1"
    assert result.stdout.strip() == str(tmp_path / "one.pptx")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "talk.pdf"), "must end in .pptx or .html"),
        (("--clips", "plateu,adam"), "did you mean 'plateau'"),
        (("--out", "talk.html", "--template", "mine.pptx"), "leave it out for .html"),
        (("--template", "nowhere.pptx"), "cannot use template 'nowhere.pptx': there is no file of that name"),
        (("--template", __file__), "cannot be read as a PowerPoint file"),
        ((), "not a run folder"),
    ],
)
def test_bad_input_is_one_line(verb, words, message):
    result = verb("nowhere", *words)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    assert message in last
