"""Eigenvalues and spectra of Hessians."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import block_diag

import landscape as ls
from landscape.networks import hessian
from landscape.networks.hessian import Hessian


def hessian_of(net, params, x, y):
    """The whole Hessian (P, P), a column a product."""
    return np.array([net.hvp(params, row, x, y) for row in np.eye(net.params.size)])


@pytest.fixture(scope="module")
def tiny():
    """A network so small that its Hessian can be written down: 5-4-3, 47 parameters."""
    rng = np.random.default_rng(0)
    net = ls.MLP((5, 4, 3), "tanh", dtype=np.float64)
    return (
        net,
        net.params + 0.3 * rng.normal(size=net.params.size),
        rng.normal(size=(60, 5)),
        rng.integers(0, 3, size=60),
    )


def test_softmax_regression_has_its_closed_form(mnist):
    """mean (diag p − ppᵀ) ⊗ x̃x̃ᵀ, with x̃ = (x, 1), in the order of the buffer: W (in, out), then b."""
    x, y = mnist.x_train[:40, 300:312].astype(np.float64), mnist.y_train[:40]
    net = ls.MLP((12, 10), dtype=np.float64)
    p = np.exp(logits := net.logits(net.params, x)) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = np.zeros((130, 130))
    for image, share in zip(np.column_stack([x, np.ones(40)]), p, strict=True):
        expected += np.kron(np.outer(image, image), np.diag(share) - np.outer(share, share)) / 40
    np.testing.assert_allclose(hessian_of(net, net.params, x, y), expected, atol=1e-8)
    values, _, _ = ls.curvature.top(net, net.params, x, y, k=5, tolerance=1e-10)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(expected)[::-1][:5], atol=1e-8)


def test_top_finds_eigenpairs_and_their_residuals(tiny):
    net, params, x, y = tiny
    whole = hessian_of(net, params, x, y)
    values, vectors, residuals = ls.curvature.top(net, params, x, y, k=5)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(whole)[::-1][:5], rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1)
    expected = [np.linalg.norm(whole @ v - value * v) for v, value in zip(vectors, values, strict=True)]
    np.testing.assert_allclose(residuals, expected, atol=1e-12)


def test_top_of_a_real_network_can_be_trusted(mnist):
    net = ls.MLP((784, 128, 10))
    run = ls.train(net, mnist.subset(3200), "sgd:lr=0.1", snapshots=1)
    values, _, residuals = ls.curvature.top(net, run.params, mnist.x_train[:1000], mnist.y_train[:1000])
    assert (np.diff(values) < 0).all()
    assert (residuals < 1e-3 * values).all()


def test_density_has_the_moments_of_the_spectrum(tiny):
    """Quadrature is exact for the moments of each probe; with many probes they are those of the eigenvalues."""
    net, params, x, y = tiny
    eigenvalues = np.linalg.eigvalsh(hessian_of(net, params, x, y))
    grid, density = ls.curvature.density(net, params, x, y, probes=300, steps=30, width=1e-3, points=4001)
    mass = density * (grid[1] - grid[0])
    assert mass.sum() == pytest.approx(1, abs=1e-5)
    assert (mass * grid).sum() == pytest.approx(eigenvalues.mean(), rel=0.05)
    assert (mass * grid**2).sum() == pytest.approx(np.square(eigenvalues).mean(), rel=0.05)
    # With as many steps as parameters every eigenvalue has its bump, the largest 1/P of the mass.
    top = mass[grid > (eigenvalues[-1] + eigenvalues[-2]) / 2].sum()
    assert top == pytest.approx(1 / len(eigenvalues), rel=0.15)


def test_lanczos_sees_no_eigenvalue_twice():
    """Without reorthogonalisation a dominant eigenvalue comes back again and again."""
    from landscape.models.spectrum import _tridiagonal

    values = np.concatenate([[100.0, 50.0], np.linspace(0, 1, 198)])

    class Diagonal:
        size = 200

        def times(self, v):
            return values * v

    start = np.random.default_rng(0).normal(size=200)
    matrix = _tridiagonal(Diagonal(), start, 80, lambda step: None)
    found = np.linalg.eigvalsh(matrix)
    np.testing.assert_allclose(found[-2:], [50, 100], rtol=1e-10)
    assert (found > 2).sum() == 2
    assert np.abs(np.diff(found)).min() > 1e-6


def test_density_ends_where_the_krylov_space_ends():
    """A Hessian of rank 2 of a linear model: three different eigenvalues at the most, 0 among them."""
    net = ls.MLP((3, 2), loss="mse", dtype=np.float64)
    x, y = np.ones((4, 3)), np.array([0, 1, 0, 1])
    block = np.ones((4, 4))  # x̃x̃ᵀ for inputs and bias 1; the mean over two classes halves 2
    eigenvalues = np.linalg.eigvalsh(block_diag(block, block))
    grid, density = ls.curvature.density(net, net.params, x, y, probes=200, steps=8, width=0.01)
    assert eigenvalues[-1] == pytest.approx(4)
    near = np.abs(grid - 4) < 0.1
    assert (density * (grid[1] - grid[0]))[near].sum() == pytest.approx(0.25, rel=0.15)


def test_sharpness_along_a_run(runs, mnist):
    x, y = mnist.x_train[:300], mnist.y_train[:300]
    run, told = runs[0], []
    curve = ls.curvature.along(run, x, y, k=2, count=4, data="some", progress=lambda *done: told.append(done))
    assert curve.steps.tolist() == [0, run.steps[13], run.steps[27], run.steps[-1]]
    assert told[-1] == (4, 4)
    values, _, _ = ls.curvature.top(run.network, run.params, x, y, k=2)
    np.testing.assert_allclose(curve.eigenvalues[-1], values)
    assert (curve.residuals < 1e-3 * curve.eigenvalues[:, :1]).all()
    assert ls.curvature.along(run, x, y, count=1).steps.tolist() == [run.steps[-1]]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda net, *rest: ls.curvature.top(net, *rest, k=0), "k = 0"),
        (lambda net, *rest: ls.curvature.top(net, *rest, k=39), "39 eigenvalues"),
        (lambda net, *rest: ls.curvature.density(net, *rest, probes=0), "probes = 0"),
        (lambda net, *rest: ls.curvature.density(net, *rest, steps=1), "steps = 1"),
        (lambda net, *rest: ls.curvature.density(net, *rest, width=-1), "width = -1"),
    ],
)
def test_what_is_not_allowed_is_told(tiny, call, said):
    with pytest.raises(ValueError, match=said) as error:
        call(*tiny)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("sizes", [(784, 10), (784, 12, 10)])
def test_rare_pixels_make_no_difference(sizes, mnist, monkeypatch):
    """Columns that are nearly always 0 are worked on as a sparse matrix, which is faster and nothing else."""
    net, (x, y) = ls.MLP(sizes, "tanh", dtype=np.float64), (mnist.x_train[:1200], mnist.y_train[:1200])
    v = np.random.default_rng(3).normal(size=net.params.size)
    product = Hessian(net, net.params, x, y).times(v)
    monkeypatch.setattr(hessian, "_MANY", 10_000)
    np.testing.assert_allclose(product, Hessian(net, net.params, x, y).times(v), rtol=1e-10, atol=1e-12)


def test_a_spectrum_of_nothing_and_of_what_is_not_finite(mnist):
    """A network of zeros with a hidden layer has a Hessian of 0 but for the last layer's biases; one of 1e30 none."""
    x, y = mnist.x_train[:50], mnist.y_train[:50]
    net = ls.MLP((784, 4, 10))
    grid, density = ls.curvature.density(net, np.zeros_like(net.params), x, y, probes=1, steps=10)
    assert np.isfinite(density).all()
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=1e-3)
    with pytest.raises(ValueError, match="not finite"):
        ls.curvature.density(net, np.full_like(net.params, 1e30), x, y, probes=1, steps=10)


@pytest.mark.parametrize("width", [0.01, 1e-4])
def test_narrow_bumps_are_as_wide_as_the_grid_can_show(tiny, width):
    net, params, x, y = tiny
    grid, density = ls.curvature.density(net, params, x, y, points=101, width=width)
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=2e-3)


def test_images_and_labels_must_fit(tiny):
    net, params, x, y = tiny
    for wrong, said in (
        ((x[:, :-1], y), "needs"),
        ((x[:0], y[:0]), "needs"),
        ((x, y[:-1]), "needs"),
        ((x, y - y.max() - 1), "labels from"),
        ((x, y + net.sizes[-1]), "labels from"),
    ):
        with pytest.raises(ValueError, match=said):
            ls.curvature.top(net, params, *wrong, k=1)
        with pytest.raises(ValueError, match=said):
            net.hvp(params, params, *wrong)
    with pytest.raises(ValueError, match="this model has"):
        ls.curvature.top(net, params[:-1], x, y, k=1)
