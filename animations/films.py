"""Finished films: cut together, and turned into GIFs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import av

from .captioning import Chapter

_TICK = Fraction(1, 1000)  # second, in which chapters are counted
_GIF_SIDE, _GIF_RATE = 480, 12


def join(parts: Sequence[Path], out: Path, chapters: Sequence[Chapter] = (), transparent: bool = False) -> None:
    """Put films of one format after the other, without encoding them again, with chapters, which players show; if they
    have sound, or are transparent, all of them are."""
    with av.open(str(out), "w", format=out.suffix.lstrip(".")) as target:
        streams: list[Any] = []
        ended, lasts = Fraction(0), dict[int, int]()
        ends = [one.begin for one in chapters[1:]] + [sum(map(seconds, parts))]
        target.set_chapters(
            [
                {
                    "id": k,
                    "start": round(one.begin / _TICK),
                    "end": max(round(one.begin / _TICK), round(end / _TICK)),
                    "time_base": _TICK,
                    "metadata": {"title": one.title},
                }
                for k, (one, end) in enumerate(zip(chapters, ends, strict=True) if chapters else ())
            ]
        )
        for part in parts:
            with av.open(str(part)) as source:
                given = [*source.streams.video[:1], *source.streams.audio[:1]]
                if not streams:
                    streams = [target.add_stream_from_template(one) for one in given]
                    for stream, one in zip(streams, given, strict=True):
                        stream.time_base = one.time_base
                    if transparent:
                        # Without it players of WebM do not look for what lies beside each picture.
                        streams[0].metadata["alpha_mode"] = "1"
                end = ended
                for packet in source.demux(given):
                    if packet.dts is None or packet.pts is None:
                        continue
                    offset = round(ended / packet.time_base)
                    packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
                    k = given.index(packet.stream)
                    # An encoder of sound begins a little before its first sample, where another part has ended.
                    if packet.dts <= lasts.get(k, packet.dts - 1):
                        continue
                    lasts[k] = packet.dts
                    if packet.stream.type == "video":
                        end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
                    packet.stream = streams[k]
                    target.mux(packet)
                ended = end


def seconds(film: Path) -> float:
    """How long it runs; 0 for a still."""
    if film.suffix == ".png":
        return 0.0
    with av.open(str(film)) as container:
        return float(container.duration or 0) / av.time_base


def gif(films: Sequence[Path], out: Path) -> Path:
    """Films of one size, one after the other, as a GIF of 256 colours of its own, its shorter side at most 480 pixels,
    12 frames a second."""
    with av.open(str(films[0])) as first:
        like = first.streams.video[0]
        rate = min(_GIF_RATE, round(float(like.average_rate or 30)))
        smaller = min(1.0, _GIF_SIDE / min(like.width, like.height))
        size = round(smaller * like.width / 2) * 2, round(smaller * like.height / 2) * 2
        # Twice through all frames, as the colours are chosen from all of them; so only a few are in memory at a time.
        graph, source, last = _thinned(like, rate, size)
        _chain(graph, last, graph.add("palettegen", "stats_mode=diff"), graph.add("buffersink"))
        for frame in _frames(films, like):
            source.push(frame)
        source.push(None)
        colours = graph.pull()

        graph, source, last = _thinned(like, rate, size)
        palette = graph.add_buffer(width=16, height=16, format=colours.format, time_base=like.time_base)
        use, sink = graph.add("paletteuse", "dither=sierra2_4a"), graph.add("buffersink")
        last.link_to(use, 0, 0)
        palette.link_to(use, 0, 1)
        _chain(graph, use, sink)
        palette.push(colours)
        palette.push(None)
        with av.open(str(out), "w", format="gif") as target:
            stream = target.add_stream("gif", rate=rate)
            stream.width, stream.height, stream.pix_fmt = *size, "pal8"
            for frame in chain(_frames(films, like), [None]):
                source.push(frame)
                for shown in _pulled(graph):
                    target.mux(stream.encode(shown))
            target.mux(stream.encode(None))
    return out


def _frames(films: Sequence[Path], like: Any) -> Iterator[Any]:
    """The frames of all films, numbered through in the time base of the stream `like`."""
    ticks, k = 1 / (like.average_rate * like.time_base), 0
    for film in films:
        with av.open(str(film)) as source:
            for frame in source.decode(video=0):
                frame.pts = round(k * ticks)
                k += 1
                yield frame


def _thinned(like: Any, rate: int, size: tuple[int, int]) -> tuple[Any, Any, Any]:
    """A filter graph that makes frames fewer and smaller: the graph, its source, and its end so far."""
    graph = av.filter.Graph()
    source = graph.add_buffer(template=like)
    fewer, smaller = graph.add("fps", str(rate)), graph.add("scale", f"{size[0]}:{size[1]}:flags=lanczos")
    source.link_to(fewer)
    fewer.link_to(smaller)
    return graph, source, smaller


def _chain(graph: Any, *filters: Any) -> None:
    """Link filters one to the next, and be ready."""
    for one, other in pairwise(filters):
        one.link_to(other)
    graph.configure()


def _pulled(graph: Any) -> Iterator[Any]:
    while True:
        try:
            yield graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
