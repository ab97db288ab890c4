"""The inner loop of every product here: a tile of the result that stays in registers while rows are added to it.

    out[r, j] += Σₖ factors[r, k] · rows[k, j]      j in a tile of 16 columns or several times as many

Loops over single numbers are turned into vector instructions by the compiler, but it leaves their sums in memory; these
are vectors from the start. Places are given as addresses, strides in numbers.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from .compiling import fused, instructions

LANES = 16  # numbers of a vector; processors with shorter ones take two or four of theirs
TALL = 4  # rows of the result that a tile has, but for chosen rows, of which it has one

_FLOAT, _WHOLE = ir.FloatType(), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, LANES)


def _tile(tall: int, wide: int, chosen: bool) -> Any:
    """A tile of `tall` rows and `wide` vectors; the rows that are added follow one another, or are `chosen`."""

    @instructions
    def tile(context: Any, out: Any, out_row: Any, rows: Any, row: Any, which: Any, factors: Any, factor_row: Any,
             factor_step: Any, count: Any) -> Any:  # fmt: skip
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            out, out_row, rows, row, which, factors, factor_row, factor_step, count = args
            kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
            fused = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{LANES}f32")

            def place(base: Any, numbers: Any, kind: Any = _FLOAT, size: int = 4) -> Any:
                shifted = builder.add(base, builder.mul(numbers, ir.Constant(_WHOLE, size)))
                return builder.inttoptr(shifted, kind.as_pointer())

            def vector(base: Any, numbers: Any, v: int) -> Any:
                return place(base, builder.add(numbers, ir.Constant(_WHOLE, v * LANES)), _VECTOR)

            starts = [builder.mul(out_row, ir.Constant(_WHOLE, r)) for r in range(tall)]
            sums = [[cgutils.alloca_once(builder, _VECTOR) for _ in range(wide)] for _ in range(tall)]
            for start, line in zip(starts, sums, strict=True):
                for v, total in enumerate(line):
                    builder.store(builder.load(vector(out, start, v), align=4), total)
            with cgutils.for_range(builder, count) as loop:
                n = loop.index
                if chosen:
                    n = builder.zext(builder.load(place(which, n, ir.IntType(16), 2), align=2), _WHOLE)
                begin = builder.mul(n, row)
                vectors = [builder.load(vector(rows, begin, v), align=4) for v in range(wide)]
                for r, line in enumerate(sums):
                    at = builder.add(
                        builder.mul(factor_row, ir.Constant(_WHOLE, r)), builder.mul(loop.index, factor_step)
                    )
                    single = builder.insert_element(
                        ir.Constant(_VECTOR, ir.Undefined),
                        builder.load(place(factors, at), align=4),
                        ir.Constant(ir.IntType(32), 0),
                    )
                    zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
                    factor = builder.shuffle_vector(single, ir.Constant(_VECTOR, ir.Undefined), zeros)
                    for total, numbers in zip(line, vectors, strict=True):
                        builder.store(builder.call(fused, [factor, numbers, builder.load(total)]), total)
            for start, line in zip(starts, sums, strict=True):
                for v, total in enumerate(line):
                    builder.store(builder.load(total), vector(out, start, v), align=4)
            return context.get_dummy_value()

        return types.void(*[types.int64] * 9), code

    return tile


_tall_2, _tall_1 = _tile(TALL, 2, False), _tile(TALL, 1, False)
_chosen_8, _chosen_4, _chosen_1 = (_tile(1, wide, True) for wide in (8, 4, 1))


@fused
def add_rows(
    out: int, out_row: int, rows: int, row: int, width: int, factors: int, factor_row: int, factor_step: int, count: int
) -> None:
    """Add to TALL rows of the result; `width` is a multiple of LANES."""
    at = 0
    while at + 2 * LANES <= width:
        _tall_2(out + 4 * at, out_row, rows + 4 * at, row, 0, factors, factor_row, factor_step, count)
        at += 2 * LANES
    while at < width:
        _tall_1(out + 4 * at, out_row, rows + 4 * at, row, 0, factors, factor_row, factor_step, count)
        at += LANES


@fused
def add_chosen_rows(out: int, rows: int, row: int, width: int, which: int, factors: int, count: int) -> None:
    """Add to one row of the result those rows that `which`, of 16 bits each, names."""
    at = 0
    while at + 8 * LANES <= width:
        _chosen_8(out + 4 * at, 0, rows + 4 * at, row, which, factors, 0, 1, count)
        at += 8 * LANES
    while at + 4 * LANES <= width:
        _chosen_4(out + 4 * at, 0, rows + 4 * at, row, which, factors, 0, 1, count)
        at += 4 * LANES
    while at < width:
        _chosen_1(out + 4 * at, 0, rows + 4 * at, row, which, factors, 0, 1, count)
        at += LANES
