"""Activations and losses in float32 and float64, over all that they can hold, against mpmath."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

import landscape as ls

DIGITS = 60
SIZES = [1e-300, 1e-44, 1e-38, 1e-20, 1e-8, 1e-4, 0.1, 0.5, 0.75, 1.19, 1.278, 2, 3, 5, 8, 9, 10, 12, 15, 17, 20, 25]
SIZES += [30, 40, 60, 80, 87, 88.5, 100, 104, 150, 300, 500, 700, 709.5, 740, 1e3, 1e4, 1e10, 1e18, 1e20, 1e30]
PLACES = [0.0, *SIZES, *(-size for size in SIZES)]


def _sigmoid(z):
    """σ, σ′, σ″ and σ‴."""
    s1 = 1 / (1 + mp.exp(-z)) / (1 + mp.exp(z))
    return 1 / (1 + mp.exp(-z)), s1, -s1 * mp.tanh(z / 2), s1 * (1 - 6 * s1)


def _times_z(z, f):
    """z f, and its derivatives."""
    return tuple(k * f[k - 1] + z * f[k] if k else z * f[0] for k in range(4))


def _softplus(z):
    return max(z, 0) + mp.log1p(mp.exp(-abs(z)))


def _tanh(z):
    t, q = mp.tanh(z), mp.sech(z) ** 2
    return t, q, -2 * t * q, q * (6 * t * t - 2)


def _normal(z):
    phi = mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)
    return mp.erfc(-z / mp.sqrt(2)) / 2, phi, -z * phi, (z * z - 1) * phi


def _tanh_softplus(z):
    (t, t1, t2, t3), (s, s1, s2, _) = _tanh(_softplus(z)), _sigmoid(z)
    return t, t1 * s, t2 * s * s + t1 * s1, t3 * s**3 + 3 * t2 * s * s1 + t1 * s2


# f, f′, f″ and f‴ at z, kinks as straight.
EXACT = {
    "identity": lambda z: (z, 1, 0, 0),
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "relu": lambda z: (z, 1, 0, 0) if z > 0 else (0, 0, 0, 0),
    "leaky_relu": lambda z: (z, 1, 0, 0) if z > 0 else (mp.mpf(0.01) * z, mp.mpf(0.01), 0, 0),
    "elu": lambda z: (z, 1, 0, 0) if z > 0 else (mp.expm1(z), *[mp.exp(z)] * 3),
    "gelu": lambda z: _times_z(z, _normal(z)),
    "silu": lambda z: _times_z(z, _sigmoid(z)),
    "softplus": lambda z: (_softplus(z), *_sigmoid(z)[:3]),
    "mish": lambda z: _times_z(z, _tanh_softplus(z)),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ls.activations.names())
def test_activations_have_all_their_digits(name, dtype):
    activation, z = ls.activations.get(name), np.array(PLACES, dtype)
    a, first, second, work = (np.full_like(z, np.nan) for _ in range(4))
    activation.function(z, out=a)
    activation.derivative(z, a, out=first, work=work)
    activation.second(z, a, out=second, work=work)
    eps, tiny = (mp.mpf(float(getattr(np.finfo(dtype), one))) for one in ("eps", "tiny"))
    with mp.workdps(DIGITS):
        for place, *found in zip(z, a, first, second, strict=True):
            at = mp.mpf(float(place))
            exact = EXACT[name](at)
            for k, got in enumerate(found):
                # A few units in the last digit of the value, or of z. What is smaller than the smallest number that
                # has all its digits counts as 0.
                allowed = 8 * (eps * (abs(exact[k]) + abs(at * exact[k + 1])) + 2 * tiny)
                case = f"{'f' + k * '′'}({place}) of {name} in {dtype}"
                assert abs(float(got) - exact[k]) <= allowed, f"{case}: {mp.nstr(exact[k], 8)}, not {got!r}"


@pytest.mark.parametrize(("activation", "bias"), [("sigmoid", -25), ("sigmoid", 25), ("tanh", 15), ("elu", -25)])
def test_units_that_saturate_are_not_dead(activation, bias):
    # In float32 their slopes were 0 exactly: 1 − a of an a that rounds to 1, a + α of an a that rounds to −α.
    net = ls.MLP((3, 4, 2), activation)
    (_, b1), _ = net.layers(net.params)
    b1 += bias
    x = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    (slopes,) = net.trace(net.params, x, np.zeros(50, dtype=np.int64)).slopes
    assert slopes.dtype == np.float32
    assert (slopes > 0).all()
    assert (slopes < 1e-6).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("gap", [0.1, 3.0, 10.0, 15.0, 17.0, 20.0, 22.0, 30.0, 100.0, 1e4])
def test_a_small_loss_has_its_digits(gap, dtype):
    loss, y, eps = ls.losses.get("cross_entropy"), np.array([0]), float(np.finfo(dtype).eps)
    for own in (gap, -gap):
        logits = np.array([[own, 0, -1, -2]], dtype)
        with mp.workdps(DIGITS):
            weights = [mp.exp(float(one)) for one in logits[0]]
            others = sum(weights[1:])
            exact = float(mp.log1p(others / weights[0]))
            slope = [float(one / (weights[0] + others)) for one in (-others, *weights[1:])]
        ((term,), _) = loss.per_sample(logits.T.copy(), y)
        mean = loss.gradient_(logits, y, 1)
        # Sums are float64's: digits end at 1e-16, where float32's alone would at 1e-7.
        assert term == pytest.approx(exact, rel=4 * eps, abs=4e-16)
        assert mean == pytest.approx(exact, rel=4 * eps, abs=4e-16)
        np.testing.assert_allclose(logits[0], slope, rtol=0, atol=2 * eps)
