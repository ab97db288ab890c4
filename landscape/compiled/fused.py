"""Steps of training as one compiled loop: forward, back and update, with nothing left between them in memory.

What it computes, `networks/passes.py` and the optimizers say plainly. Here the samples of a batch, and then the rows of
the weights, are divided among threads; a row's gradient is complete before its step is taken, and is not kept. All sums
are in one order, so that one thread and two give the same bits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..core.annotations import Array
from .compiling import fused, kept
from .meeting import meet
from .products import TALL, add_chosen_rows, add_rows
from .rows import activate, advance, cross_entropy, squared_error, squares

# Literals would each make another function of what is called with them.
_NONE: Any = np.int64(0)
_ONE: Any = np.int64(1)
_AT_ONCE = 2 * TALL  # rows of weights that are updated together


class Shape(NamedTuple):
    """A network, and how its layers lie in the buffers.

    Attributes
    ----------
    sizes, wide : (L + 1,), units of each layer, and those up to a multiple of LANES.
    at : (L,), where a layer's weights begin in the parameters; in buffers of weights with full rows, `full`, and of
        weights with rows and columns exchanged, `turned`.
    unit : (L + 1,), where a layer begins in a buffer of units of one sample.
    row : (L,), where the rows of a layer's weights, and after them its biases, begin among those of all.
    kind, slope : of the activation, as `rows` numbers them, and the leaky ReLU's slope.
    squared, smoothing : whether the loss is the mean squared error, and its label smoothing.
    """

    sizes: NDArray[np.int64]
    wide: NDArray[np.int64]
    at: NDArray[np.int64]
    full: NDArray[np.int64]
    turned: NDArray[np.int64]
    unit: NDArray[np.int64]
    row: NDArray[np.int64]
    kind: int
    slope: np.float32
    squared: bool
    smoothing: float


class Images(NamedTuple):
    """The images, as `pixels.Pixels` has them, and their labels."""

    dense: bool
    x: Array
    first: NDArray[np.int64]
    column: NDArray[np.uint16]
    value: Array
    labels: NDArray[np.int64]


class Memory(NamedTuple):
    """What a step changes: the parameters (P,), the optimizer's moments and its last step; and the weights again, in
    rows of full width where their own are not, and exchanged. rule : which optimizer, as `rows` numbers them."""

    rule: int
    params: Array
    m: Array
    v: Array
    delta: Array
    full: Array
    turned: Array


class Work(NamedTuple):
    """Buffers: of the batch's units after their activation, its slopes, and the errors, layer by layer; of the samples'
    losses; of the squares of each row's gradient; and of the batch's sparse images by column."""

    a: Array
    slope: Array
    error: Array
    lost: NDArray[np.float64]
    shares: NDArray[np.float64]
    filled: NDArray[np.int64]
    who: NDArray[np.uint16]
    what: Array


class Results(NamedTuple):
    """Loss and gradient norm before each step (T,), and how it ended (1,), as `steps` says."""

    loss: NDArray[np.float64]
    norm: NDArray[np.float64]
    ended: NDArray[np.int64]


@kept
@fused
def steps(
    me: int,
    threads: int,
    counter: int,
    batches: NDArray[np.int64],
    by: Array,
    limit: float,
    net: Shape,
    images: Images,
    memory: Memory,
    work: Work,
    results: Results,
) -> None:
    """Take one step for each row of `batches` (T, B), the places of images; this is thread `me` of so many.

    counter : the address of one that begins at 0, where they meet. by : (T, 6), the optimizer's numbers of each step.

    It ends early before the step of a batch whose loss is not finite, or above the limit: `ended` is then the number of
    steps taken, which is T otherwise; and after a step whose gradient was not finite, the k-th from 0: −1 − k.
    """
    batch, meeting = batches.shape[1], 0
    groups = (batch + TALL - 1) // TALL
    low, high = TALL * (me * groups // threads), TALL * ((me + 1) * groups // threads)
    g = np.zeros(_AT_ONCE * net.wide.max(), np.float32)
    for step in range(batches.shape[0]):
        _forward(low, high, batches[step], net, images, memory, work)
        _back(low, high, batches[step], net, images, memory, work)
        meeting += 1
        meet(counter, threads, meeting)
        loss = 0.0
        for i in range(batch):
            loss += work.lost[i]
        loss /= batch
        if not (loss <= limit and np.isfinite(loss)):
            # All threads have come to the same sum.
            if me == 0:
                results.ended[0] = step
            return

        keep = step == batches.shape[0] - 1
        _update(me, threads, batches[step], by[step], keep, g, net, images, memory, work)
        meeting += 1
        meet(counter, threads, meeting)
        total = 0.0
        for row in range(work.shares.shape[0]):
            total += work.shares[row]
        if not np.isfinite(total):
            if me == 0:
                results.ended[0] = -1 - step
            return
        if me == 0:
            results.loss[step], results.norm[step] = loss, np.sqrt(total)
    if me == 0:
        results.ended[0] = batches.shape[0]


@fused
def _weights(layer: int, net: Shape, memory: Memory) -> Any:
    """Where a layer's weights begin that have rows of full width."""
    if net.sizes[layer + 1] == net.wide[layer + 1]:
        return memory.params.ctypes.data + 4 * net.at[layer]
    return memory.full.ctypes.data + 4 * net.full[layer]


@fused
def _forward(
    low: int, high: int, chosen: NDArray[np.int64], net: Shape, images: Images, memory: Memory, work: Work
) -> None:
    """Units and slopes of the samples low … high, which end with those that fill the last tile."""
    layers, batch = net.sizes.shape[0] - 1, chosen.shape[0]
    padded = TALL * ((batch + TALL - 1) // TALL)
    a, place = work.a, work.a.ctypes.data
    if images.dense:
        for i in range(low, min(high, batch)):
            for j in range(net.sizes[0]):
                a[i * net.wide[0] + j] = images.x[chosen[i], j]
    for layer in range(layers):
        units, width, before = net.sizes[layer + 1], net.wide[layer + 1], net.wide[layer]
        here, behind = padded * net.unit[layer + 1], padded * net.unit[layer]
        bias = net.at[layer] + net.sizes[layer] * units
        w = _weights(layer, net, memory)
        for i in range(low, high):
            for j in range(units):
                a[here + i * width + j] = memory.params[bias + j]
        if layer > 0 or images.dense:
            for i in range(low, high, TALL):
                at = place + 4 * (behind + i * before)
                add_rows(place + 4 * (here + i * width), width, w, width, width, at, before, _ONE, net.sizes[layer])
        else:
            which, factors = images.column.ctypes.data, images.value.ctypes.data
            for i in range(low, min(high, batch)):
                k, end = images.first[chosen[i]], images.first[chosen[i] + 1]
                add_chosen_rows(
                    place + 4 * (here + i * width), w, width, width, which + 2 * k, factors + 4 * k, end - k
                )
        if layer < layers - 1:
            begin, end = here + low * width, here + min(high, batch) * width
            activate(net.kind, net.slope, a[begin:end], work.slope[begin:end])


@fused
def _back(
    low: int, high: int, chosen: NDArray[np.int64], net: Shape, images: Images, memory: Memory, work: Work
) -> None:
    """Losses and errors of the same samples."""
    layers, batch = net.sizes.shape[0] - 1, chosen.shape[0]
    padded = TALL * ((batch + TALL - 1) // TALL)
    error, place = work.error, work.error.ctypes.data
    here, classes, width = padded * net.unit[layers], net.sizes[layers], net.wide[layers]
    for i in range(low, min(high, batch)):
        begin = here + i * width
        o, y = error[begin : begin + classes], images.labels[chosen[i]]
        for j in range(classes):
            o[j] = work.a[begin + j]
        if net.squared:
            work.lost[i] = squared_error(o, y, net.smoothing, batch)
        else:
            work.lost[i] = cross_entropy(o, y, net.smoothing, batch)
    for layer in range(layers - 1, 0, -1):
        width, after = net.wide[layer], net.wide[layer + 1]
        here, behind = padded * net.unit[layer], padded * net.unit[layer + 1]
        w = memory.turned.ctypes.data + 4 * net.turned[layer]
        begin, end = here + low * width, here + high * width
        for k in range(begin, end):
            error[k] = 0
        for i in range(low, high, TALL):
            at = place + 4 * (behind + i * after)
            add_rows(place + 4 * (here + i * width), width, w, width, width, at, after, _ONE, net.sizes[layer + 1])
        e, slope = error[begin:end], work.slope[begin:end]
        for k in range(e.shape[0]):
            e[k] *= slope[k]


@fused
def _update(
    me: int,
    threads: int,
    chosen: NDArray[np.int64],
    by: Array,
    keep: bool,
    g: Array,
    net: Shape,
    images: Images,
    memory: Memory,
    work: Work,
) -> None:
    """The gradient of this thread's share of each layer's weights, row by row, and the step along it."""
    layers, batch = net.sizes.shape[0] - 1, chosen.shape[0]
    padded = TALL * ((batch + TALL - 1) // TALL)
    rule, params, m, v, delta = memory.rule, memory.params, memory.m, memory.v, memory.delta
    a, error, gradient = work.a.ctypes.data, work.error.ctypes.data, g.ctypes.data
    for layer in range(layers):
        inputs, units, width = net.sizes[layer], net.sizes[layer + 1], net.wide[layer + 1]
        blocks = (inputs + _AT_ONCE - 1) // _AT_ONCE
        begin, end = _AT_ONCE * (me * blocks // threads), min(inputs, _AT_ONCE * ((me + 1) * blocks // threads))
        errors = padded * net.unit[layer + 1]
        sparse = layer == 0 and not images.dense
        if sparse:
            _by_column(begin, end, chosen, net, images, work)
        for k in range(begin, end, _AT_ONCE):
            rows = min(_AT_ONCE, end - k)
            for j in range(_AT_ONCE * width):
                g[j] = 0
            if sparse:
                for row in range(rows):
                    which = work.who.ctypes.data + 2 * (k + row) * batch
                    factors = work.what.ctypes.data + 4 * (k + row) * batch
                    out = gradient + 4 * row * width
                    add_chosen_rows(out, error + 4 * errors, width, width, which, factors, work.filled[k + row])
            else:
                for row in range(0, rows, TALL):
                    factors = a + 4 * (padded * net.unit[layer] + k + row)
                    out = gradient + 4 * row * width
                    add_rows(out, width, error + 4 * errors, width, width, factors, _ONE, net.wide[layer], batch)
            for row in range(rows):
                own = g[row * width : row * width + units]
                work.shares[net.row[layer] + k + row] = squares(own)
                if units < width and row > 0:
                    for j in range(units):
                        g[row * units + j] = own[j]
            here = slice(net.at[layer] + k * units, net.at[layer] + (k + rows) * units)
            advance(rule, by, params[here], g[: rows * units], m[here], v[here], delta[here], keep)
        if begin < end:
            _copy(begin, end, layer, net, memory)
        if me == threads - 1:
            own = g[:units]
            for j in range(units):
                own[j] = 0
            for i in range(batch):
                for j in range(units):
                    own[j] += work.error[errors + i * width + j]
            work.shares[net.row[layer] + inputs] = squares(own)
            here = slice(net.at[layer] + inputs * units, net.at[layer] + (inputs + 1) * units)
            advance(rule, by, params[here], own, m[here], v[here], delta[here], keep)


@fused
def _copy(begin: int, end: int, layer: int, net: Shape, memory: Memory) -> None:
    """The rows begin … end of a layer's weights, where they are needed in rows of full width, and exchanged."""
    units, width, before = net.sizes[layer + 1], net.wide[layer + 1], net.wide[layer]
    w, full, turned = net.at[layer], net.full[layer], net.turned[layer]
    if units < width:
        for k in range(begin, end):
            for j in range(units):
                memory.full[full + k * width + j] = memory.params[w + k * units + j]
    if layer > 0:
        for j in range(units):
            for k in range(begin, end):
                memory.turned[turned + j * before + k] = memory.params[w + k * units + j]


@kept
@fused
def copies(net: Shape, memory: Memory) -> None:
    """Fill the copies of the weights before the first step."""
    for layer in range(net.sizes.shape[0] - 1):
        _copy(_NONE, net.sizes[layer], layer, net, memory)


@fused
def _by_column(begin: int, end: int, chosen: NDArray[np.int64], net: Shape, images: Images, work: Work) -> None:
    """Of the columns begin … end of a batch of sparse images: which of them are not 0 there, and their values."""
    for k in range(begin, end):
        work.filled[k] = 0
    for i in range(chosen.shape[0]):
        at, stop = images.first[chosen[i]], images.first[chosen[i] + 1]
        if begin > 0:
            at += np.searchsorted(images.column[at:stop], begin)
        if end < net.sizes[0]:
            stop = at + np.searchsorted(images.column[at:stop], end)
        for n in range(at, stop):
            k = images.column[n]
            count = work.filled[k]
            work.who[k, count], work.what[k, count] = i, images.value[n]
            work.filled[k] = count + 1
