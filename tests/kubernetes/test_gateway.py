"""Workers from a real Dask Gateway, which starts them as processes of this machine instead of pods."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import sample_class
import yaml
from events import PATIENCE
from servers import held_ports, running, wait_for

ROOT = sample_class.ROOT
CONFIG = """
c.DaskGateway.backend_class = "dask_gateway_server.backends.local.UnsafeLocalBackend"
c.DaskGateway.authenticator_class = "dask_gateway_server.auth.SimpleAuthenticator"
c.DaskGateway.address = "127.0.0.1:{server}"
c.Proxy.address = "127.0.0.1:{http}"
c.Proxy.tcp_address = "127.0.0.1:{scheduler}"
c.UnsafeLocalBackend.clusters_directory = {folder!r}
c.UnsafeLocalBackend.cluster_start_timeout = c.UnsafeLocalBackend.worker_start_timeout = {patience}
c.UnsafeLocalBackend.cluster_heartbeat_timeout = {patience}
c.ClusterConfig.idle_timeout = 2 * {patience}  # where all of this is killed, a cluster ends itself
"""

RUN = """
import json
from grader import pool
from test_pool import double
tasks = [(n, n) for n in range(12)]
print(json.dumps([result for _, result in pool.run(double, tasks, workers=2, scheduler="gateway")]))
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A gateway with the commands and threads of dask-gateway.yaml, and the environment of who uses it."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": paths}
    command, log = [sys.executable, "-m", "dask_gateway_server", "-f", tmp_path / "gateway.py"], tmp_path / "log"
    with held_ports(3) as (server, http, scheduler):
        text = CONFIG.format(
            folder=str(tmp_path / "clusters"), server=server, http=http, scheduler=scheduler, patience=PATIENCE
        )
        values = yaml.safe_load((ROOT / "deploy/kubernetes/dask-gateway.yaml").read_text(encoding="utf-8"))
        for line in values["gateway"]["extraConfig"]["course"].splitlines():
            if any(f".{name} =" in line for name in ("scheduler_cmd", "worker_cmd", "worker_threads")):
                text += line.replace("KubeClusterConfig", "ClusterConfig") + "\n"
        assert text.count("_cmd") == 2
        (tmp_path / "gateway.py").write_text(text)
        address = f"http://127.0.0.1:{http}"
        settings = {
            "DASK_GATEWAY__ADDRESS": address,
            "DASK_GATEWAY__PROXY_ADDRESS": f"gateway://127.0.0.1:{scheduler}",
            "DASK_GATEWAY__AUTH__TYPE": "basic",
            "DASK_GATEWAY__AUTH__KWARGS": '{"username": "course", "password": "x"}',
        }
        with running(command, log, cwd=tmp_path, env=environment) as process:
            wait_for(f"{address}/api/health", process, log)
            yield {**environment, **settings}
            started = psutil.Process(process.pid).children(recursive=True)
        assert psutil.wait_procs(started, PATIENCE)[1] == []


def test_the_gateway_makes_a_cluster_for_a_run_and_ends_it(gateway):
    done = subprocess.run(
        [sys.executable, "-c", RUN], env=gateway, capture_output=True, text=True, timeout=3 * PATIENCE
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    found = json.loads(done.stdout)
    assert sorted(twice for twice, _ in found) == [2 * n for n in range(12)]
    pids = {pid for _, pid in found}
    assert 1 <= len(pids) <= 2
    assert psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], PATIENCE)[1] == []
