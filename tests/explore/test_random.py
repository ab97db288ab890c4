"""The page's random numbers against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from nodes import Node

import landscape as ls

SEEDS = [0, 1, 42, 2**31, 2**32, 2**63 - 1, (0, 0), (3, 5), (2**40, 7, 9, 1, 2, 3)]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    process = Node(tmp_path_factory.mktemp("node"), "random.ts")
    yield process
    process.close()


def drawn(node, seed, code):
    words = [str(one) for one in (seed if isinstance(seed, tuple) else (seed,))]
    given = "words.map(BigInt)" if isinstance(seed, tuple) else "BigInt(words[0])"
    return node(f"const one = new random.Generator({given}); return {code}", words=words)


@pytest.mark.parametrize("seed", SEEDS)
def test_bits_are_numpys(node, seed):
    found = drawn(node, seed, "Array.from({length: 100}, () => one.random())")
    np.testing.assert_array_equal(found, np.random.default_rng(seed).random(100))


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_normal_numbers_are_numpys(node, seed):
    """So many that the tails, of which one number in 4,000 is, are among them."""
    found = drawn(node, seed, "Array.from({length: 40000}, () => one.normal())")
    expected = np.random.default_rng(seed).normal(size=40000)
    assert np.abs(expected).max() > 3.66
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("many", [1, 2, 3, 10, 1000, 4097])
def test_permutations_are_numpys(node, many):
    found = drawn(node, 7, f"[one.permutation({many}), one.permutation({many})]")
    generator = np.random.default_rng(7)
    for order in found:
        np.testing.assert_array_equal(order, generator.permutation(many))


@pytest.mark.parametrize("most", [0, 1, 2, 6, 255, 1000, 2**31])
def test_whole_numbers_are_numpys(node, most):
    found = drawn(node, 11, f"Array.from({{length: 200}}, () => one.integer({most}))")
    np.testing.assert_array_equal(found, np.random.default_rng(11).integers(0, most, size=200, endpoint=True))


def test_signs_are_sophias(node):
    optimizer = ls.optimizers.get("sophia", seed=3)
    found = node("return [1, 2, 3, 50].map(random.signsOf(3))")
    np.testing.assert_array_equal(found, [optimizer.signs(step, 2) for step in (1, 2, 3, 50)])
