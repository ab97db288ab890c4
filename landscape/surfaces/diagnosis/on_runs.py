"""What is wrong with runs: they do not belong together, are one, say too little, or drown each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from ... import optimizers
from ...core.numerals import number, percentage
from ...datasets.sample import Images
from ...training.run import Run
from .ailments import Ailment, Reading
from .case import Case, Path, network_of

_FEWEST = 7  # snapshots: through 6 a plane holds 81 % of a random walk, 5 % more of it than through many
_MOST = 0.5  # of a path in one stride: then most of the line is a guess
_HIDDEN = 30.0  # times as far as another run, from which on that one's path is as short as a marker is wide
_DEAD = 0.75  # of a layer's units; half of them die in good runs with large steps


def other_network(case: Case) -> Iterator[Reading]:
    """Runs of several networks, or another than that of the surface."""
    kinds = {network_of(path.run): path for path in case.paths}
    if len(kinds) > 1:
        words = (
            f"the runs are of {len(kinds)} networks: {'; '.join(f'{one.name}, {kind}' for kind, one in kinds.items())}"
        )
        some = [path for path in case.paths if network_of(path.run) == network_of(case.runs[0])]
        yield Ailment("other-network", words, float(len(kinds)), 1.0, command=case.project(paths=some))
    elif kinds:
        yield Reading("other-network", f"all runs are of one network, {next(iter(kinds))}", 1.0, 1.0)
    if case.surface is not None:
        size = case.surface.plane.origin.size
        for path in case.paths:
            if path.run.params.size != size:
                words = f"{path.name} has {path.run.params.size:,} parameters, and the plane lies among {size:,}"
                command = case.project(paths=[path])
                yield Ailment("other-network", words, float(path.run.params.size), float(size), command=command)
                return


def other_data(case: Case) -> Iterator[Reading]:
    """Runs on several data sets, or on another than that of the surface."""
    sets: dict[Hashable, list[Path]] = {}
    for path in case.paths:
        sets.setdefault(_data_of(path.run), []).append(path)
    if len(sets) > 1:
        told = "; ".join(f"{one[0].name}, {one[0].run.settings['data']}" for one in sets.values())
        words, first = f"the runs were trained on {len(sets)} data sets: {told}", next(iter(sets.values()))
        yield Ailment("other-data", words, float(len(sets)), 1.0, command=case.project(paths=first))
        return
    if sets:
        words = f"all runs were trained on one data set, {case.runs[0].settings['data'] or 'of their own'}"
        yield Reading("other-data", words, 1.0, 1.0)
    caption = None if case.surface is None else case.surface.data
    strange = [path for path in case.paths if isinstance(caption, Images) and not path.run.is_recorded]
    for path in strange:
        name = path.run.settings["data"]
        if isinstance(caption, Images) and caption.name != name:
            words = f"the surface is over {caption}, and {path.name} was trained on {name}"
            yield Ailment("other-data", words, 2.0, 1.0, command=case.project(paths=[path]))
            return


def _data_of(run: Run) -> Hashable:
    """What tells a run's data from others: their content, of which it may have seen a part, and what was done to it."""
    said = run.settings
    if run.is_recorded:
        return str(said["data"])
    content = said.get("whole_pixels", said["data"]), said.get("test_pixels")
    return (*content, said.get("mean", 0.0), said.get("std", 1.0))


def same_run(case: Case) -> Iterator[Reading]:
    """Two runs that are one: of equal settings and seeds, or with equal parameters at the end."""
    pairs = [(a, b) for a, b in combinations(case.paths, 2) if a.run.params.size == b.run.params.size]
    nearest, found = np.inf, 0
    for a, b in pairs:
        apart = float(np.linalg.norm(a.run.params.astype(np.float64) - b.run.params))
        nearest = min(nearest, apart)
        if apart > 0 and not _of_one_seed(a.run, b.run):
            continue
        found += 1
        how = "their parameters at the end are equal" if apart == 0 else "settings and seeds are equal"
        words = f"{a.name} and {b.name} are one run: {how}, {number(apart)} apart"
        seed = int(b.run.settings.get("seed", 0)) + 1
        optimizer = str(b.run.settings["optimizer"])
        command = "" if b.run.is_recorded else f"landscape train -o {_brief(optimizer)} --seed {seed}"
        call = f"ls.train(net, data, optimizer, seed={seed})"
        if b.run.is_recorded:
            call = f"torch.manual_seed({seed}) before the model and its batches are made"
        yield Ailment("same-run-twice", words, apart, 0.0, command=command, call=call)
    if pairs and not found:
        yield Reading("same-run-twice", f"the nearest two runs end {number(nearest)} apart", nearest, 0.0)


def _of_one_seed(a: Run, b: Run) -> bool:
    """Whether all is equal that a run depends on, seeds included; of runs that do not tell theirs nothing is known."""
    seeds = [(one.settings.get("seed"), one.settings["network"].get("seed")) for one in (a, b)]
    return not a.is_recorded and a.setup == b.setup and seeds[0] == seeds[1] and _weights(a) == _weights(b)


def _weights(run: Run) -> Any:
    return run.settings.get("weights")


def dead_units(case: Case) -> Iterator[Reading]:
    """Units with no slope for any image, in the worst layer at the end: nothing that leads to them changes the loss."""
    for path in case.paths:
        dead = path.run.history.get("dead", np.empty((0, 0)))
        if not dead.size:
            continue
        share, layer = float(dead[-1].max()), int(dead[-1].argmax()) + 1
        words = f"{percentage(share)} % of the units in layer {layer} of {path.name} are dead at the end"
        if share <= _DEAD:
            yield Reading("dead-filters", words, share, _DEAD)
            continue
        optimizer = path.run.optimizer
        slower = (
            f"{type(optimizer).name}:lr={getattr(optimizer, 'lr', 0.1) / 10:.3g}" if _has_rate(optimizer) else "sgd"
        )
        command = "" if path.run.is_recorded else f"landscape train -o {slower}"
        call = f'ls.train(net, data, "{slower}")'
        yield Ailment("dead-filters", words, share, _DEAD, command=command, call=call)


def _has_rate(optimizer: Any) -> bool:
    return isinstance(getattr(type(optimizer), "name", None), str) and hasattr(optimizer, "lr")


def snapshots(case: Case) -> Iterator[Reading]:
    """Whether a path is told by its snapshots."""
    for path in case.paths:
        count = len(path.run.snapshots)
        record = "ls.record(net, path, optimizer, snapshots=200)"
        train = f"landscape train -o {_brief(str(path.run.settings['optimizer']))} --snapshots"
        mends = {"call": record} if path.run.is_recorded else {"command": f"{train} 200"}
        closer = (
            {"call": f"{record[:-1]}, spacing='log')"}
            if path.run.is_recorded
            else mends | {"command": f"{train} 200 --spacing log"}
        )
        if count < _FEWEST:
            words = f"the path of {path.name} is {count} snapshots, and any {count} lie nearly on a plane"
            yield Ailment("snapshots-too-few", words, float(count), float(_FEWEST), **mends)
            continue
        if not path.movement > 0:
            words = f"{path.name} does not move: its {count} snapshots are equal"
            yield Ailment("snapshots-too-few", words, 1.0, float(_FEWEST), **mends)
            continue
        steps, share = path.run.steps, float(path.strides.max() / path.strides.sum())
        first, longest = int(steps[0]), int(np.diff(steps).max())
        if first > longest:
            words = f"the snapshots of {path.name} begin at step {first:,}: the way there is not known"
            yield Ailment("snapshots-late", words, float(first), float(longest), **mends)
            continue
        at = int(path.strides.argmax())
        words = (
            f"{percentage(share)} % of the path of {path.name} lies between steps {steps[at]:,} and {steps[at + 1]:,}"
        )
        if share <= _MOST:
            words = f"the longest of {count - 1} strides of {path.name} is {percentage(share)} % of its path"
            yield Reading("snapshots-late", words, share, _MOST)
        else:
            yield Ailment("snapshots-late", words, share, _MOST, **closer)


def scales(case: Case) -> Iterator[Reading]:
    """Whether all runs move about as far, so that one picture can show them."""
    moving = sorted((path for path in case.paths if path.movement > 0), key=lambda path: path.movement)
    if len(moving) < 2:
        return
    least, most = moving[0], moving[-1]
    ratio = most.movement / least.movement
    words = f"{most.name} moves {number(ratio, 2)} times as far as {least.name}: {number(most.movement)} and "
    words += number(least.movement)
    if ratio <= _HIDDEN:
        yield Reading("scale-hides", words, ratio, _HIDDEN)
    else:
        alone = [path for path in moving if path.movement * _HIDDEN < most.movement]
        command = case.project(paths=alone, kind="pca")
        yield Ailment("scale-hides", words, ratio, _HIDDEN, command=command, call="ls.projected([…]) of one of them")


def _brief(notation: str) -> str:
    """An optimizer's notation without its defaults."""
    return optimizers.registry.brief(notation)
