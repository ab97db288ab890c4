"""Exponentials in float32 to its last digits but one, written so that the compiler can do eight or sixteen at once,
which it cannot with those of the system."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from .compiling import fused, instructions

_F = np.float32


@instructions
def _two_to(context: Any, n: Any) -> Any:
    """2ⁿ for a float32 n that is whole, between −126 and 127."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        whole = builder.fptosi(args[0], ir.IntType(32))
        exponent = builder.shl(builder.add(whole, ir.Constant(ir.IntType(32), 127)), ir.Constant(ir.IntType(32), 23))
        return builder.bitcast(exponent, ir.FloatType())

    return types.float32(types.float32), code


# Fitted by tests/golden/float32_fits.py, which says what is fitted where.
_E0, _E1, _E2, _E3, _E4 = map(_F, (0.0013941108, 0.008375126, 0.04166635, 0.16666415, 0.5))
_T0, _T1, _T2, _T3, _T4 = map(_F, (-0.005599785, 0.020536972, -0.053704277, 0.13330917, -0.3333325))
_M0, _M1, _M2, _M3, _M4, _M5 = map(_F, (0.010927409, -0.116385035, 0.4497806, -0.82335234, 0.72025037, -0.35069448))
_M6, _M7, _M8, _M9, _M10 = map(_F, (0.3054383, 0.17839523, 0.27953282, 0.29939693, 0.30002427))
_BEND = _F(0.3)

_ZERO, _HALF, _ONE, _TWO = map(_F, (0.0, 0.5, 1.0, 2.0))
_NEAR = _F(0.4)  # of squares: for arguments whose square is below, tanh is a polynomial
_LOG2_E = _F(np.log2(np.e))
# ln 2 in two parts, of which the first has few digits, so that whole multiples of it are exact.
_LN2_HIGH, _LN2_LOW = _F(0.693359375), _F(np.log(2) - 0.693359375)
_LEAST, _MOST = _F(-87.0), _F(88.0)  # beyond which eᶻ is as good as 0, or infinite
_ROOT_2PI = _F(1 / np.sqrt(2 * np.pi))


@fused
def power(z: Any) -> Any:
    """eᶻ; for z below −87 as if it were −87, which is 1e-38."""
    held = min(max(z, _LEAST), _MOST)
    n = np.floor(held * _LOG2_E + _HALF)
    r = (held - n * _LN2_HIGH) - n * _LN2_LOW
    p = ((((_E0 * r + _E1) * r + _E2) * r + _E3) * r + _E4) * r * r + r + _ONE
    return p * _two_to(n)


@fused
def sigmoid(z: Any) -> Any:
    """σ(z) and σ′(z)."""
    t = power(-abs(z))
    s = _ONE / (_ONE + t)
    return (s if z >= _ZERO else t * s), t * s * s


@fused
def tanh(z: Any) -> Any:
    """tanh z and its slope, 4 σ′(2z)."""
    u = z * z
    near = z * (((((_T0 * u + _T1) * u + _T2) * u + _T3) * u + _T4) * u + _ONE)
    t = power(-_TWO * abs(z))
    s = _ONE / (_ONE + t)
    far = (_ONE - t) * s
    far = far if z >= _ZERO else -far
    return (near if u < _NEAR else far), _F(4) * t * s * s


@fused
def normal(z: Any) -> Any:
    """The normal distribution Φ(z) and its density φ(z)."""
    size = abs(z)
    density = power(-_HALF * size * size) * _ROOT_2PI
    t = _ONE / (_ONE + _BEND * size)
    p = ((((_M0 * t + _M1) * t + _M2) * t + _M3) * t + _M4) * t + _M5
    p = ((((p * t + _M6) * t + _M7) * t + _M8) * t + _M9) * t + _M10
    beyond = density * t * p
    return (_ONE - beyond if z >= _ZERO else beyond), density
