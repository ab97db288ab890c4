"""The sound of a film: what is spoken, each at its time, mixed into one track as long as the film."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000  # samples a second
_CODECS = {".mp4": "aac", ".webm": "libopus"}
_FRAME = 960  # samples that are given to the encoder at a time


def with_sound(film: Path, spoken: Iterable[tuple[float, Path]], out: Path) -> Path:
    """A film with a track of sound, in which each file is heard from its time, in seconds, on."""
    with av.open(str(film)) as source, av.open(str(out), "w", format=out.suffix.lstrip(".")) as target:
        video = source.streams.video[0]
        length = float(source.duration or 0) / av.time_base
        pictures = target.add_stream_from_template(video)
        pictures.time_base = video.time_base
        heard = target.add_stream(_CODECS[out.suffix], rate=RATE, layout="mono")
        for packet in merge(_pictures(source, video, pictures), _encoded(heard, mixed(spoken, length)), key=_when):
            target.mux(packet)
    return out


def mixed(spoken: Iterable[tuple[float, Path]], length: float) -> NDArray[np.float32]:
    """The samples (n,) of one channel, so many seconds long."""
    track = np.zeros(round(length * RATE), dtype=np.float32)
    for begin, path in spoken:
        first = round(begin * RATE)
        samples = decoded(path)[: max(0, len(track) - first)]
        track[first : first + len(samples)] += samples
    return np.clip(track, -1, 1)


def decoded(path: Path) -> NDArray[np.float32]:
    """A recording's samples (n,), as one channel at `RATE`."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        parts = [one.to_ndarray().ravel() for frame in frames for one in resampler.resample(frame)]
    return np.concatenate([np.zeros(0, dtype=np.float32), *parts])


def _pictures(source: Any, video: Any, target: Any) -> Iterator[Any]:
    for packet in source.demux(video):
        if packet.dts is not None:
            packet.stream = target
            yield packet


def _encoded(stream: Any, track: NDArray[np.float32]) -> Iterator[Any]:
    for begin in range(0, len(track), _FRAME):
        frame = av.AudioFrame.from_ndarray(track[None, begin : begin + _FRAME], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _when(packet: Any) -> float:
    return float(packet.dts * packet.time_base)
