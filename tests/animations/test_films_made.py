"""Films as files: what they are kept for, and what becomes of them when a process is killed."""

import os
import re
import select
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from importlib import import_module
from itertools import pairwise

import av
import killing
import numpy as np
import pytest
from commands import command, refusal
from tqdm import tqdm

import landscape as ls
from landscape.animations import captioning, filming, films, voices
from landscape.animations.material import Material
from landscape.animations.orders import Order
from landscape.core.errors import RenderError
from landscape.files.locks import writing

# The module, which a function of its name hides.
render = import_module("landscape.animations.rendering")


def test_a_film_is_made_anew_when_what_it_shows_has_changed(tmp_path):
    """The source of an own function, and every file of a run."""
    source = tmp_path / "mine.py"
    source.write_text("def f(x, y): return x * x + y * y")
    order = Order("race", "low", "dark", "en", "png", material=Material(f"{source}:f", ("sgd",)))
    before = order.key
    source.write_text("def f(x, y): return x * x + 2 * y * y")
    assert order.key != before

    x, y = np.eye(4), np.arange(4)
    run = ls.train(ls.MLP((4, 4)), ls.datasets.Dataset("own", x, y, x, y), "sgd", 3, 2, snapshots=3)
    run.save(tmp_path / "run")
    order = replace(order, lesson="mnist", material=Material(runs=(str(tmp_path / "run"),)))
    before = order.key
    assert before == order.key
    for name in ("snapshots.npy", "history.npz", "weights.safetensors", "run.json"):
        kept = (tmp_path / "run" / name).read_bytes()
        (tmp_path / "run" / name).write_bytes(kept + b" ")
        assert order.key != before
        (tmp_path / "run" / name).write_bytes(kept)


# A process with a renderer that is at work, whose number it prints.
AT_WORK = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from landscape.core.workers import start

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, start, (context.Queue(), 1)) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 1e6)
        sys.stdin.readline()
"""


def test_renderers_end_with_the_process_that_started_them(tmp_path):
    (script := tmp_path / "at_work.py").write_text(AT_WORK)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, str(script)], text=True, **pipes)
    renderer = os.pidfd_open(int(process.stdout.readline()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert select.select([renderer], [], [], 60)[0], "the renderer is still at work"
    os.close(renderer)


def test_a_renderer_that_is_lost_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / ".film-of-a-process-that-was-killed").mkdir()
    (tmp_path / ".film-tour.mp4").touch()
    monkeypatch.setattr(render, "film", killing.killed)
    with pytest.raises(
        RenderError, match=r"^a process that rendered films was killed.*the same command goes on"
    ) as error:
        render.render(["race"], format="png", terrain="saddle", optimizers=["sgd"], out=tmp_path)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir())


def test_two_processes_do_not_write_films_into_one_folder(tmp_path):
    with (
        writing(tmp_path / "films.json"),
        pytest.raises(ls.RunError, match=r"films\.json' is being written by"),
    ):
        render.render(["race"], format="png", terrain="saddle", optimizers=["sgd"], out=tmp_path)


def test_a_renderer_that_is_ended_leaves_no_lock_of_a_bar_behind(tmp_path, monkeypatch):
    """Python would name such locks on the terminal after Ctrl-C."""

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(tqdm, "_lock", None, raising=False)
    monkeypatch.setattr(filming, "_scene", stopped)
    with pytest.raises(KeyboardInterrupt):
        filming.film(Order("race", "low", "dark", "en", "png"), tmp_path)
    assert isinstance(tqdm.get_lock(), type(threading.RLock()))
    assert not list(tmp_path.iterdir())


SPOKEN = """
from landscape.animations import Lesson

class Spoken(Lesson):
    captions = {"en": {"one": "First this. Then more of it.", "two": "And that.", "three": "The end"}}

    def construct(self):
        self.say("one")
        self.say("two")
        self.pause(1)
        self.say("three")
        self.pause(1)
"""


def test_what_a_film_says_lies_beside_it_and_its_sections_in_it(tmp_path):
    (tmp_path / "mine.py").write_text(SPOKEN)
    (film,) = render.render([f"{tmp_path / 'mine.py'}:Spoken"], out=tmp_path / "films", captions="both")
    with av.open(str(film)) as container:
        chapters = [(one["metadata"]["title"], float(one["start"] * one["time_base"])) for one in container.chapters()]
        length = container.duration / av.time_base
        assert not any(stream.type == "audio" for stream in container.streams)
    said = captioning.told(film)
    assert [one.words for one in said] == ["First this. Then more of it.", "And that.", "The end"]
    # Each is there as soon as the one before it has faded, and long enough to be read.
    for one, after in pairwise(said):
        assert after.begin - one.end == pytest.approx(0.25, abs=0.1)
        assert one.end - one.begin > len(one.words) / 18
    assert said[-1].end == pytest.approx(length, abs=0.1)
    assert [title for title, _ in chapters] == ["First this", "The end"]
    assert chapters[0][1] == 0
    assert chapters[1][1] == pytest.approx(said[1].end, abs=0.1)
    web = film.with_suffix(".vtt").read_text(encoding="utf-8")
    assert web.startswith("WEBVTT\n\n1\n00:00:00.000 --> ")
    # Without captions in the picture it says the same at the same times.
    (plain,) = render.render([f"{tmp_path / 'mine.py'}:Spoken"], out=tmp_path / "plain", captions="file")
    for one, other in zip(captioning.told(plain), said, strict=True):
        assert one.words == other.words
        assert (one.begin, one.end) == pytest.approx((other.begin, other.end), abs=0.1)
    assert brightest(plain) < 60 < brightest(film)


def brightest(film):
    """Of all pixels of a film's middle frame: words are white, and the ground is dark."""
    with av.open(str(film)) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return frames[len(frames) // 2].max()


SPEAKER = """
import sys, wave
import numpy as np

out, text = sys.argv[1:]
# A second for each word, of a tone.
tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(16_000 * len(text.split())) / 16_000)
with wave.open(out, "wb") as file:
    file.setnchannels(1), file.setsampwidth(2), file.setframerate(16_000)
    file.writeframes(tone.astype("<i2").tobytes())
"""


def heard(film):
    """How loud each tenth of a second of a film is."""
    with av.open(str(film)) as container:
        rate = container.streams.audio[0].rate
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])
    tenths = len(samples) // (rate // 10)
    return np.abs(samples[: tenths * (rate // 10)].reshape(tenths, -1)).mean(axis=1)


def test_films_wait_for_what_is_spoken_and_say_it(tmp_path, monkeypatch):
    """By recordings where there are some, and by a program else; and the narrator's script says when."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(SPOKEN)
    longer = 'spoken.three = "This is, of all that is said here, by far the longest."'
    (tmp_path / "mine.toml").write_text(f"[en]\n{longer}\n")
    (tmp_path / "speaker.py").write_text(SPEAKER)
    (tmp_path / "voice" / "spoken").mkdir(parents=True)
    recorded = tmp_path / "voice" / "spoken" / "two.wav"
    subprocess.run([sys.executable, "speaker.py", str(recorded), "a b c d e f"], check=True)
    speaks = {"voice": "voice", "voice_command": f"{sys.executable} speaker.py {{out}} {{text}}"}
    (film,) = render.render(["mine.py:Spoken"], out="films", script="script.md", **speaks)
    said = captioning.told(film)
    assert said[2].spoken.startswith("This is, of all")
    assert said[2].words == "The end"
    loud = heard(film) > 0.02
    with av.open(str(film)) as container:
        assert len(loud) / 10 == pytest.approx(container.duration / av.time_base, abs=0.2)
        assert [one["metadata"]["title"] for one in container.chapters()] == ["First this", "The end"]
    for one, seconds in zip(said, (6, 6, 12), strict=True):
        first = round(10 * one.begin)
        assert loud[first + 1 : first + 10 * seconds - 1].all()
        assert not loud[first + 10 * seconds + 2 : round(10 * one.end)].any()
        assert one.end - one.begin > seconds
    script = (tmp_path / "script.md").read_text(encoding="utf-8").split("\n\n")
    assert script[2] == "00:00  spoken/one\n    First this. Then more of it."
    assert script[3].startswith(f"00:{int(said[1].begin):02}  spoken/two")

    # Another recording makes another film, and two in a row sound one after the other.
    key = Order("mine.py:Spoken", "low", "dark", "en", "mp4", voice=voices.Voice("voice")).key
    recorded.write_bytes(recorded.read_bytes()[:-2])
    assert Order("mine.py:Spoken", "low", "dark", "en", "mp4", voice=voices.Voice("voice")).key != key
    films.join([film, film], tmp_path / "twice.mp4")
    twice = heard(tmp_path / "twice.mp4") > 0.02
    assert abs(twice.sum() - 2 * loud.sum()) < 4
    assert len(twice) == pytest.approx(2 * len(loud), abs=3)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"voice": "nowhere"}, "voice 'nowhere' is not a folder"),
        ({"voice_command": "espeak {text}"}, "{text} and {out} must be in it"),
        ({"voice_command": "no-such-program {text} {out}"}, "there is no program 'no-such-program'"),
        ({"voice_command": "sh 'a {text} {out}"}, "No closing quotation"),
        ({"voice_command": "sh {text} {out}", "format": "gif"}, "format 'gif' has no sound"),
        ({"script": "s.md", "format": "png"}, "a still says nothing"),
        ({"script": "no-such-folder/s.md"}, "there is no folder 'no-such-folder'"),
        ({"script": __file__}, "it is a file, not a narrator's script, and would be lost"),
    ],
)
def test_voices_that_cannot_speak_are_refused_before_any_work(given, said, tmp_path):
    with pytest.raises((ValueError, ls.RunError), match=re.escape(said)):
        render.render(["race"], out=tmp_path / "films", **given)
    assert not (tmp_path / "films").exists()


def test_a_program_that_fails_is_one_line(tmp_path):
    voice = voices.Voice(command="sh -c 'echo no words >&2; exit 3' {text} {out}")
    with pytest.raises(RenderError, match=r"^the voice command failed, exit code 3: no words$"):
        voice.says("race", "question", "Where?", "en", tmp_path)
    (tmp_path / "noise.wav").write_text("no sound")
    with pytest.raises(RenderError, match="cannot be read as sound"):
        voices.seconds(tmp_path / "noise.wav")


def test_signs_are_read_aloud():
    assert voices.aloud("2×10⁻⁶ of z₁, x² at 45°", "en") == "2 times 10 to the minus 6 of z 1, x squared at 45 degrees"
    assert voices.aloud("损失 10⁻³，x²", "zh") == "损失 10 的负3 次方，x 的平方"


BARE = """
from manim import FadeIn
from landscape.animations import Lesson

class Bare(Lesson):
    captions = {"en": {"title": "Bare"}}

    def construct(self):
        self.set_scene()
        self.add(self.title())
        self.say("title")
"""


def test_what_has_no_world_may_be_transparent(tmp_path, monkeypatch):
    """Players of WebM are told so; only words are there, and all else is clear."""
    import av
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(BARE)
    order = ("animate", "mine.py:Bare", "--transparent", "--out", "films", "--format")
    assert "format 'mp4' has no transparency: it must be webm or mov or png" in refusal(command(*order, "mp4"))
    for format_, decoder in (("webm", "libvpx-vp9"), ("mov", "qtrle"), ("png", "")):
        assert command(*order, format_).exit_code == 0
        film = tmp_path / "films" / f"bare.{format_}"
        if format_ == "png":
            alpha = np.asarray(Image.open(film))[..., 3]
        else:
            with av.open(str(film)) as container:
                stream = container.streams.video[0]
                told = stream.metadata.get("alpha_mode") or stream.metadata.get("ALPHA_MODE")
                assert told == ("1" if format_ == "webm" else None)
                codec = av.CodecContext.create(decoder, "r")
                codec.width, codec.height, codec.pix_fmt = stream.width, stream.height, stream.pix_fmt
                codec.extradata, codec.bits_per_coded_sample = stream.codec_context.extradata, 32
                frames = [frame for packet in container.demux(stream) for frame in codec.decode(packet)]
            alpha = frames[-1].to_ndarray(format="rgba")[..., 3]
        assert 0.001 < (alpha > 200).mean() < 0.2
        assert (alpha < 20).mean() > 0.8
    with Image.open(tmp_path / "films" / "bare.jpg") as cover:
        assert cover.mode == "RGB"


def test_what_is_there_is_found_without_what_draws(tmp_path):
    """A second call looks at files alone, and is over before manim would be loaded; a film of films is kept, too."""
    script = """
import sys
from pathlib import Path
from landscape.animations import checksums, rendering
from landscape.animations.orders import Order

out = Path(sys.argv[1])
checksums.Keys.fits = lambda self, film, key: film.exists()
for name in rendering._wanted(["story"]):
    for end in (".png", ".jpg"):
        (out / f"{name}{end}").touch()
rendering.render(["roles", "truth"], format="png", out=out)
print(*(name for name in ("manim", "matplotlib.pyplot", "moderngl", "scipy") if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
