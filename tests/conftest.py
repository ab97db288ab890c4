"""Data that several tests share."""

from __future__ import annotations

import gc
import logging
import shutil

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import scipy.linalg  # noqa: F401  it has a BLAS of its own, of which only what is loaded can be limited
from threadpoolctl import threadpool_limits

import landscape as ls

matplotlib.use("agg")
# As commands do, whichever test imports manim first.
logging.getLogger().addHandler(logging.lastResort)
# Figures are cycles of many objects; looking for garbage as often as usual is a tenth of the time of all tests.
gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def one_blas_thread():
    """As many workers as cores, with as many threads each, would slow each other down."""
    with threadpool_limits(1, "blas"):
        yield


@pytest.fixture(autouse=True)
def figures_are_closed():
    """None that a test leaves open is there in the next one."""
    yield
    plt.close("all")


@pytest.fixture(scope="session", autouse=True)
def bundled_data_are_read_once():
    """And kept for all tests of a process, of which many run commands that read them."""
    read, kept = ls.datasets.load, {}

    def load(name="mnist"):
        if name not in ls.datasets.BUNDLED:
            return read(name)
        return kept.get(name) or kept.setdefault(name, read(name))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ls.datasets, "load", load)
        yield


@pytest.fixture(scope="session")
def mnist() -> ls.datasets.Dataset:
    return ls.datasets.load("mnist")


@pytest.fixture(scope="session")
def runs(mnist: ls.datasets.Dataset) -> list[ls.Run]:
    """SGD and Adam on 3,200 images: real runs, small enough for every test."""
    part = mnist.subset(3200)
    network = ls.MLP((784, 32, 10))
    return [ls.train(network, part, one, snapshots=40) for one in (ls.optimizers.SGD(0.1), ls.optimizers.Adam(3e-3))]


@pytest.fixture(scope="session")
def surface(mnist: ls.datasets.Dataset, runs: list[ls.Run]) -> ls.Surface:
    plane = ls.planes.pca(runs)
    return ls.surface(runs[0].network, plane, mnist.x_train[:700], mnist.y_train[:700], resolution=17)


SOFTMAX = """
import numpy as np
import landscape as ls

data = ls.datasets.load()
x = data.x_train[:200].reshape(-1, 28, 28)[:, 2::4, 2::4].reshape(200, -1).astype(float)
y = np.eye(10)[data.y_train[:200]]


def probabilities(p):
    scores = x @ p[:490].reshape(10, 49).T + p[490:]
    share = np.exp(scores - scores.max(axis=1, keepdims=True))
    return share / share.sum(axis=1, keepdims=True)


def loss(p):
    return float(-np.log((probabilities(p) * y).sum(axis=1)).mean())


def gradient(p):
    error = (probabilities(p) - y) / len(y)
    return np.concatenate([(error.T @ x).ravel(), error.sum(axis=0)])


def accuracy(p):
    return float((probabilities(p).argmax(axis=1) == y.argmax(axis=1)).mean())


def model():
    return ls.models.function(loss, gradient, accuracy=accuracy, tensors={"weight": (10, 49), "bias": (10,)})
"""


@pytest.fixture(scope="session")
def recorded(tmp_path_factory) -> dict[str, ls.Run]:
    """Two runs that a loop of somebody else's recorded, of a model of a function, and a third that is called as the
    second, but began elsewhere."""
    place = tmp_path_factory.mktemp("recorded")
    (place / "softmax.py").write_text(SOFTMAX)
    names: dict = {}
    exec(SOFTMAX, names)
    for name, rate, begin in (("slow", 0.1, 0), ("quick", 1.0, 0), ("again", 1.0, 1)):
        p = 0.01 * np.random.default_rng(begin).standard_normal(500)

        def softmax(p=p):
            return {"weight": p[:490].reshape(10, 49), "bias": p[490:]}

        made = f"{place / 'softmax.py'}:model"
        with ls.record(softmax, place / name, optimizer=f"sgd:lr={rate}", snapshots=30, model=made) as rec:
            for _ in range(60):
                before = names["loss"](p)
                p -= rate * names["gradient"](p)
                rec.step(before)
    return {name: ls.Run.load(place / name) for name in ("slow", "quick", "again")}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def dask_cluster(tmp_path_factory):
    """A cluster of two processes, on which work that kills its worker has no second try."""
    distributed = pytest.importorskip("distributed", reason="clusters are Dask's")
    import dask

    place = {"dashboard_address": None, "local_directory": str(tmp_path_factory.mktemp("dask"))}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, **place) as started,
    ):
        yield started


@pytest.fixture(scope="session")
def chromium():
    """Starts Chromium without a window, and without what is named."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pages are tested with Playwright")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not on this machine")
    with playwright.sync_playwright() as driver:

        def started(*without):
            without += ("gpu", "quic", "background-networking", "component-update", "sync")
            settings = ["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{one}" for one in without)]
            return driver.chromium.launch(executable_path=path, args=settings)

        yield started


@pytest.fixture(scope="session")
def browser(chromium):
    """For pages that are to be looked at as they are."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def quick_browser(chromium):
    """For pages of which all but the relief is looked at, which takes a processor a second to begin with."""
    with chromium("software-rasterizer") as started:
        yield started
