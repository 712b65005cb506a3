"""What is in `deploy/`, by the strictest readers that there are without a cluster or an engine."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from openhours.running import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = DEPLOY / "compose"
UNITS = tuple(sorted(file.name for file in (DEPLOY / "systemd").glob("*.service")))
EXPOSED_AT_MOST = 15
"""Tenths, of ten: systemd calls up to 19 safe."""


def _run(*command: str | Path, **how: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, **how)


def _tool(name: str) -> str:
    if found := shutil.which(name):
        return found
    pytest.skip(f"{name} is not installed")


def _services() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((COMPOSE / "compose.yaml").read_text())["services"])


def test_the_compose_file_follows_the_specification() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    done = _run(_tool("check-jsonschema"), *schema, COMPOSE / "compose.yaml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", _services())
def test_a_container_may_write_only_where_it_must_and_has_bounds(name: str) -> None:
    service = _services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"cpus", "memory"} <= service["deploy"]["resources"]["limits"].keys()


def test_every_process_is_a_user_of_the_broker_that_may_do_its_work_and_no_more() -> None:
    users = _access()
    for name in _services():
        if name.startswith("ingest"):
            assert users[f"openhours-{name}"] == ["topic read #"]
        if name.startswith("planner"):
            assert users[f"openhours-{name}"] == ["topic write openhours/v1/venues/#"]
    assert users[""] == ["pattern write openhours/v1/%u/counts"]


def _access() -> dict[str, list[str]]:
    users: dict[str, list[str]] = {"": []}
    name = ""
    for line in (COMPOSE / "mosquitto" / "access").read_text().splitlines():
        if line.startswith("user "):
            name = line.removeprefix("user ")
            users[name] = []
        elif line and not line.startswith("#"):
            users[name].append(line)
    return users


def test_secrets_are_made_once_and_a_sensor_more_changes_no_other(tmp_path: Path) -> None:
    _tool("openssl"), _tool("mosquitto_passwd")
    shutil.copy(COMPOSE / "prepare", tmp_path)
    assert _run(tmp_path / "prepare", "hours.example.org", "door").returncode == 0
    secrets = tmp_path / "secrets"
    mounted = re.findall(r"(?:\./)?secrets/([\w.]+)", (COMPOSE / "compose.yaml").read_text())
    assert {name for name in mounted if not (secrets / name).is_file()} == set()
    before = {file.name: file.read_text() for file in secrets.iterdir()}

    assert _run(tmp_path / "prepare", "hours.example.org", "door", "gate").returncode == 0
    changed = {n for n, text in before.items() if (secrets / n).read_text() != text}
    assert changed == {"passwords", "sensors.txt"}
    assert (secrets / "sensors.txt").read_text().startswith(before["sensors.txt"])
    passwords = (secrets / "passwords").read_text()
    assert all(line.split(":")[1].startswith("$7$") for line in passwords.splitlines())


@pytest.mark.parametrize("name", ["openhours-ingest-0", "display", "a/b", "a+b"])
def test_a_sensor_cannot_be_given_the_name_of_another_user(tmp_path: Path, name: str) -> None:
    _tool("openssl"), _tool("mosquitto_passwd")
    shutil.copy(COMPOSE / "prepare", tmp_path)
    done = _run(tmp_path / "prepare", "hours.example.org", name)
    assert (done.returncode, name in done.stderr) == (1, True)


def test_the_image_is_built_as_hadolint_wants_it() -> None:
    done = _run(_tool("hadolint"), COMPOSE / "Dockerfile")
    assert done.returncode == 0, done.stdout


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A root with the units, as docs/install.md has them installed, and a program to start."""
    folder = tmp_path / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text()
        assert "ExecStart=/opt/openhours/bin/openhours " in text
        (folder / name).write_text(text.replace("/opt/openhours/bin/openhours", "/bin/true"))
    for prefix in ("openhours", "openhours-"):
        (folder / f"{prefix}.service.d").mkdir()
        shutil.copy(DEPLOY / "systemd" / "hardening.conf", folder / f"{prefix}.service.d")
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_line_of_a_unit_and_finds_it_safe(unit: str, units: Path) -> None:
    analyze = _tool("systemd-analyze")
    folder, instance = units / "etc/systemd/system", unit.replace("@.", "@0.")
    path = {"SYSTEMD_UNIT_PATH": f"{folder}:"}
    verified = _run(analyze, "verify", "--man=no", folder / instance, env=path)
    assert (verified.returncode, verified.stderr) == (0, "")
    words = ("--offline=true", f"--root={units}", f"--threshold={EXPOSED_AT_MOST}", "--no-pager")
    found = _run(analyze, "security", *words, instance)
    assert found.returncode == 0, found.stdout


@pytest.fixture(scope="module")
def manifests() -> str:
    """What `kubectl apply` would be given."""
    words = ("kustomize", "--load-restrictor", "LoadRestrictionsNone", DEPLOY / "kubernetes")
    done = _run(_tool("kubectl"), *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_manifests_follow_the_schemas_of_kubernetes(manifests: str, tmp_path: Path) -> None:
    file = tmp_path / "manifests.yaml"
    file.write_text(manifests)
    done = _run(_tool("kubernetes-validate"), "--strict", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_pod_is_confined_bounded_and_watched(manifests: str) -> None:
    found = [m for m in yaml.safe_load_all(manifests) if "template" in m.get("spec", {})]
    assert len(found) == 5
    for manifest in found:
        pod = manifest["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"].keys() == {"requests", "limits"}
            assert not container["image"].endswith(":latest")
            if manifest["kind"] != "Job":
                assert "livenessProbe" in container


def test_every_process_of_the_cluster_is_a_user_of_the_broker(manifests: str) -> None:
    replicas = {
        m["metadata"]["name"]: m["spec"]["replicas"]
        for m in yaml.safe_load_all(manifests)
        if m["kind"] == "StatefulSet" and m["metadata"]["name"].startswith("openhours")
    }
    assert replicas.keys() == {"openhours-ingest", "openhours-planner"}
    pods = {f"{name}-{n}" for name, count in replicas.items() for n in range(count)}
    assert pods <= _access().keys()


def test_the_dashboard_of_operations_shows_metrics_that_there_are() -> None:
    there_are = set(re.findall(r'"(openhours_\w+)"', Path(metrics.__file__).read_text()))
    text = (DEPLOY / "grafana" / "operations.json").read_text()
    shown = {name.removesuffix("_bucket") for name in re.findall(r"\bopenhours_\w+", text)}
    assert shown - there_are == set()
