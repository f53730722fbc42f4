"""What can be known of deploy/kubernetes without a cluster: schemas, the classes that read the settings, the pods they make."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Callable
from typing import Any

import jupyterhub.app
import kubernetes_validate
import kubespawner.spawner
import oauthenticator.generic
import pytest
import sample_class
import yaml
from dask_gateway_server.auth import JupyterHubAuthenticator
from dask_gateway_server.backends.kubernetes.backend import KubeClusterConfig
from dask_gateway_server.backends.kubernetes.controller import KubeController
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import Spawner
from kubernetes_asyncio.client import ApiClient
from kubespawner import KubeSpawner
from traitlets.config import Config

from grader.engine.limits import Limits

HERE = sample_class.ROOT / "deploy/kubernetes"
MANIFESTS = ("ngshare.yaml", "postgresql.yaml", "network.yaml")
VALUES = ("jupyterhub.yaml", "dask-gateway.yaml")
COURSE = "deep-learning"
VERSION = "1.30"  # of Kubernetes: the oldest that knows appArmorProfile


def read(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((HERE / name).read_text(encoding="utf-8")))


def code(name: str) -> list[str]:
    """The Python in a file of values."""
    found = read(name)[0]
    return list(found[{"jupyterhub.yaml": "hub", "dask-gateway.yaml": "gateway"}[name]]["extraConfig"].values())


def configuration(name: str) -> Config:
    """The settings that a file of values makes, as the chart's own configuration runs it."""
    c = Config(read(name)[0].get("hub", {}).get("config", {}))
    for source in code(name):
        exec(compile(source, name, "exec"), {"c": c})
    return c


def validate(manifest: dict[str, Any]) -> None:
    for version in (VERSION, kubernetes_validate.latest_version()):
        kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests_are_as_kubernetes_wants_them(name):
    for manifest in read(name):
        validate(manifest)


def test_a_mistake_in_a_manifest_is_found():
    for change in ({"replicas": "one"}, {"replica": 1}):
        deployment = next(one for one in read("ngshare.yaml") if one["kind"] == "Deployment")
        deployment["spec"].update(change)
        with pytest.raises(kubernetes_validate.ValidationError):
            validate(deployment)


def test_every_setting_of_the_hub_is_one_that_its_classes_have():
    config = configuration("jupyterhub.yaml")
    classes = {
        "JupyterHub": jupyterhub.app.JupyterHub,
        "Authenticator": Authenticator,
        "GenericOAuthenticator": oauthenticator.generic.GenericOAuthenticator,
        "Spawner": Spawner,
        "KubeSpawner": KubeSpawner,
    }
    assert set(config) == set(classes)
    for name, kind in classes.items():
        assert not set(config[name]) - set(kind.class_traits(config=True)), name
    made = oauthenticator.generic.GenericOAuthenticator(config=config)  # a value of the wrong type is refused
    assert made.allow_all and made.username_claim == "preferred_username"


@pytest.fixture
def pod_of(monkeypatch) -> Callable[[str], dict[str, Any]]:
    """Make the pod that the hub's spawner makes for a user, as it would be sent to Kubernetes."""

    monkeypatch.setattr(kubespawner.spawner, "load_config", lambda **_: None)  # there is no cluster to know of

    async def make(user: str) -> dict[str, Any]:
        spawner = KubeSpawner(_mock=True, config=configuration("jupyterhub.yaml"), image="course:1")
        spawner.user.name = user
        spawner.run_pre_spawn_hook()
        async with ApiClient() as client:
            return client.sanitize_for_serialization(await spawner.get_pod_manifest())

    return lambda user: asyncio.run(make(user))


def test_a_student_s_pod_has_walls_and_no_secret_and_the_course_s_has_what_grading_needs(pod_of):
    for user in ("ada", COURSE):
        pod = pod_of(user)
        validate(pod)
        (container,) = pod["spec"]["containers"]
        environment = {one["name"]: one for one in container["env"]}
        security, labels = container["securityContext"], pod["metadata"]["labels"]
        assert security["allowPrivilegeEscalation"] is False and security["capabilities"] == {"drop": ["ALL"]}
        assert labels["component"] == "singleuser-server"  # what network.yaml goes by
        secrets = {"COURSE_GRADEBOOK": "gradebook", "COURSE_SEED": "seed"}
        if user == COURSE:
            assert security["seccompProfile"] == security["appArmorProfile"] == {"type": "Unconfined"}
            for name, key in secrets.items():
                assert environment[name]["valueFrom"] == {"secretKeyRef": {"name": "course", "key": key}}
            assert labels["course"] == "server" and "DASK_GATEWAY__ADDRESS" in environment
        else:
            assert security["seccompProfile"] == {"type": "RuntimeDefault"} and "course" not in labels
            assert not set(secrets) & set(environment) and "secretKeyRef" not in str(pod)


def test_the_workers_of_dask_gateway_have_what_grading_needs():
    config = configuration("dask-gateway.yaml")
    classes = {"JupyterHubAuthenticator": JupyterHubAuthenticator, "KubeClusterConfig": KubeClusterConfig}
    assert set(config) == set(classes)
    for name, kind in classes.items():
        assert not set(config[name]) - set(kind.class_traits(config=True)), name
    controller = KubeController(gateway_instance="dask-gateway", api_url="http://api")
    cluster = KubeClusterConfig(config=config)
    for is_worker in (True, False):
        pod = controller.make_pod("default", "one", cluster, is_worker)
        validate(pod)
        (container,) = pod["spec"]["containers"]
        assert container["args"][:2] == ["dask", "worker" if is_worker else "scheduler"]
        assert pod["metadata"]["labels"]["app.kubernetes.io/name"] == "dask-gateway"  # what network.yaml goes by
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        profile = container.get("securityContext", {}).get("seccompProfile")
        assert profile == ({"type": "Unconfined"} if is_worker else None)
        if is_worker:
            assert container["args"][container["args"].index("--nthreads") + 1] == "1"
            assert int(container["resources"]["limits"]["memory"]) > Limits().memory << 20


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a selector of network.yaml means a pod with these labels."""
    for rule in selector.get("matchExpressions", []):
        assert rule["operator"] in ("In", "NotIn")
        if (labels.get(rule["key"]) in rule["values"]) != (rule["operator"] == "In"):
            return False
    return selector.get("matchLabels", {}).items() <= labels.items()


def test_whoever_asks_the_hub_about_tokens_gets_through_to_it():
    """The hub's chart admits pods with its label, and network.yaml admits others; what runs hand-ins is not among them."""
    assert read("jupyterhub.yaml")[0]["hub"]["networkPolicy"]["enabled"]

    def admitted(labels: dict[str, str]) -> bool:
        if labels.get("hub.jupyter.org/network-access-hub") == "true":
            return True
        return any(
            selects(peer["podSelector"], labels)
            for policy in read("network.yaml")
            if policy["spec"]["podSelector"].get("matchLabels") == {"component": "hub"}
            for rule in policy["spec"].get("ingress", [])
            if {"port": 8081} in rule["ports"]
            for peer in rule["from"]
        )

    ngshare = next(one for one in read("ngshare.yaml") if one["kind"] == "Deployment")
    assert admitted(ngshare["spec"]["template"]["metadata"]["labels"])
    gateway = {"app.kubernetes.io/name": "dask-gateway"}  # assumed: its chart was not to be had
    assert admitted({**gateway, "app.kubernetes.io/component": "gateway"})
    controller = KubeController(gateway_instance="dask-gateway", api_url="http://api")
    cluster = KubeClusterConfig(config=configuration("dask-gateway.yaml"))
    for is_worker in (True, False):
        assert not admitted(controller.make_pod("default", "one", cluster, is_worker)["metadata"]["labels"])
    assert not admitted({"app": "postgresql"})


def test_the_image_takes_only_what_its_steps_need_and_nobody_runs_as_root_in_it():
    lines = (HERE / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = {name for line in lines if line.startswith("COPY ") for name in line.split()[1:-1]}
    assert copied == {
        *("LICENSE", "README.md", "pyproject.toml", "requirements/hub.txt", "grader", "utils"),
        *(f"deploy/jupyterhub/{name}" for name in ("page_config.json", "overrides.json")),
        *(f"deploy/kubernetes/{name}" for name in ("install.sh", "requirements.txt", "ngshare.txt")),
        *(f"deploy/kubernetes/{name}" for name in ("nbgrader_config.py", "jupyter_server_config.py")),
    }
    assert not [line for line in lines if line.startswith("ADD ")]
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER 1000"
    subprocess.run(["sh", "-n", HERE / "install.sh"], check=True)


def test_the_parts_agree_on_names():
    hub, gateway = (read(name)[0] for name in VALUES)
    tag = f"{hub['singleuser']['image']['name']}:{hub['singleuser']['image']['tag']}"
    texts = {path.name: path.read_text(encoding="utf-8") for path in HERE.iterdir()}
    assert f'IMAGE = "{tag}"' in texts["dask-gateway.yaml"] and f"image: {tag} " in texts["ngshare.yaml"]
    key = gateway["gateway"]["auth"]["jupyterhub"]["apiTokenFromSecretKey"]
    assert key.removeprefix("hub.services.").removesuffix(".apiToken") in hub["hub"]["services"]
    used = set(re.findall(r"name: course, key: ([a-z-]+)", "".join(texts[name] for name in (*MANIFESTS, *VALUES))))
    used |= set(re.findall(r'secret\("([a-z-]+)"\)', texts["jupyterhub.yaml"]))
    made = set(re.findall(r"--from-literal=([a-z-]+)=", texts["README.md"]))
    assert used == made
    assert f'course_id = "{COURSE}"' in texts["nbgrader_config.py"]
    assert all(f"{COURSE}" in texts[name] for name in ("jupyterhub.yaml", "ngshare.yaml"))


def test_no_secret_stands_in_a_file():
    """Whatever is called a secret is a reference to one."""

    def walk(value: Any, path: str = "") -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}")
            name = str(value.get("name", ""))
            assert not (re.search("TOKEN|PASSWORD|SECRET", name) and "value" in value), path
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)
        else:
            assert value is False or not re.search(r"(password|secret|token|cookie)$", path, re.IGNORECASE), path

    for name in (*MANIFESTS, *VALUES):
        for document in read(name):
            assert document.get("kind") != "Secret"
            walk(document)
        assert not re.search(r"://[^/\s:@]+:[^/\s@]+@", (HERE / name).read_text(encoding="utf-8"))
