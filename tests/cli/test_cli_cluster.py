"""`--dask`: what is wrong with an address, and what becomes of work whose cluster is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from landscape.cli import cluster
from landscape.core.errors import LandscapeError

pytest.importorskip("distributed", reason="clusters are Dask's")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "--dask '' is not allowed: expected a host and a port"),
        ("garbage", "--dask 'garbage' is not allowed: expected a host and a port, as in tcp://scheduler:8786"),
        ("tcp://127.0.0.1", "expected a host and a port"),
        ("tcp://:8786", "expected a host and a port"),
        ("tcp://127.0.0.1:x", "expected a host and a port"),
        ("tcp://127.0.0.1:99999", "expected a host and a port"),
        ("tcp://[::1:8786", "expected a host and a port"),
        ("http://127.0.0.1:8786", "unknown scheme of --dask 'http' (allowed: tcp, tls, ws, wss, ucx)"),
        ("tpc://127.0.0.1:8786", "did you mean 'tcp'?"),
        ("tls://127.0.0.1:1", "no Dask scheduler at 'tls://127.0.0.1:1': tls needs certificates"),
        ("ucx://127.0.0.1:1", "no Dask scheduler at 'ucx://127.0.0.1:1': ucx needs a package of its own"),
    ],
)
def test_what_is_wrong_with_an_address_is_one_line(address, said):
    with pytest.raises((ValueError, LandscapeError)) as error, cluster.executor(address):
        pass
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def _no_such_module():
    raise ModuleNotFoundError("No module named 'landscape'")


def lost(address, begin):
    """What is said of a cluster on which the work that `begin` gives to it does not end well."""

    def work():
        with cluster.executor(address) as pool:
            begin(pool).result(20)

    with pytest.raises(LandscapeError) as error:
        work()
    assert str(error.value).startswith(f"the Dask cluster at '{address}' was lost: ")
    assert str(error.value).endswith("; the same command goes on from what is finished")
    return str(error.value)


def test_why_work_on_a_cluster_ended_is_said(dask_cluster):
    address = dask_cluster.scheduler_address
    assert "its workers died again and again, perhaps as memory" in lost(address, lambda pool: pool.submit(os._exit, 1))
    said = lost(address, lambda pool: pool.submit(_no_such_module))
    assert "its workers lack what the work needs: No module named 'landscape'" in said


def test_work_ends_with_its_scheduler(capsys):
    words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", *words]
    scheduler = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://[\d.:]+", line)))

        def begin(pool):
            waiting = pool.submit(abs, -1)
            scheduler.kill()
            return waiting

        assert "its scheduler cannot be reached any more" in lost(address, begin)
    finally:
        scheduler.kill()
        scheduler.communicate()
    assert "has no workers: waiting for one" in " ".join(capsys.readouterr().err.split())
