"""Two threads of compiled code that wait for each other by looking at a counter: a step takes a tenth of a millisecond,
in which the system would not even have woken one of them."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from .compiling import fused, instructions

_PATIENCE = 3000  # looks before the core is offered to others, some ten microseconds


@instructions
def _arrive(context: Any, address: Any) -> Any:
    """Add 1 to the counter at an address, which no other thread can come between."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.inttoptr(args[0], ir.IntType(64).as_pointer())
        return builder.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "seq_cst")

    return types.int64(types.uint64), code


@instructions
def _arrived(context: Any, address: Any) -> Any:
    """The counter at an address, as other threads have left it."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.inttoptr(args[0], ir.IntType(64).as_pointer())
        return builder.load_atomic(place, "acquire", 8)

    return types.int64(types.uint64), code


@instructions
def _offer_core(context: Any) -> Any:
    """Let another thread have the core, if one waits for it."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "sched_yield"), [])
        return context.get_dummy_value()

    return types.void(), code


@fused
def meet(address: int, threads: int, turn: int) -> None:
    """Wait until all threads have come here for the `turn`-th time, counted from 1; the counter at the address, of 64
    bits, begins at 0."""
    if threads == 1:
        return
    _arrive(address)
    looks = 0
    while _arrived(address) < turn * threads:
        looks += 1
        if looks > _PATIENCE:
            _offer_core()
