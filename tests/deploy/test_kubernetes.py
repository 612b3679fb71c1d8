"""The manifests: what the schemas say, and their containers' commands with what they mount."""

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from sync.cli import run
from sync.settings.settings import read_installation, read_settings
from tests.architecture.repository import ROOT
from tests.deploy.checkers import KUBERNETES, check_by
from tests.deploy.sandbox import USER, Sandbox, skip_without_rights
from tests.docs.commands import COMMANDS
from tests.loaded import TIMEOUT
from tests.postgres import Postgres
from tests.runs.place import Places
from tests.runs.programs import wait_until

FOLDER = ROOT / "docs" / "deploy" / "kubernetes"
FILES = sorted(FOLDER.glob("*.yaml"))
OBJECTS = [each for file in FILES for each in yaml.safe_load_all(file.read_text("utf-8"))]
SECRETS = "/run/secrets/headway"
BY_SCHEMA = f"""
import sys, yaml, kubernetes_validate
from pathlib import Path
for file in sys.argv[1:]:
    for each in yaml.safe_load_all(Path(file).read_text()):
        for version in {KUBERNETES!r}:
            kubernetes_validate.validate(each, version, strict=True)
"""


def find_object(kind: str, name: str = "headway") -> dict[str, Any]:
    (found,) = (o for o in OBJECTS if (o["kind"], o["metadata"]["name"]) == (kind, name))
    return dict(found)


def find_pod(owner: dict[str, Any]) -> dict[str, Any]:
    spec = owner["spec"].get("jobTemplate", owner)["spec"]
    return dict(spec["template"]["spec"])


OWNERS = [each for each in OBJECTS if each["kind"] in {"Job", "Deployment", "CronJob"}]
over_pods = pytest.mark.parametrize(
    "pod", [find_pod(owner) for owner in OWNERS], ids=[o["metadata"]["name"] for o in OWNERS]
)
SITES = "/etc/headway/sites"
JOBS = "HEADWAY_WORKERS_URL"


def of_many(owner: dict[str, Any]) -> bool:
    """Whether it is for the lists of a sites file, and not for one."""
    return any(volume["name"] == "sites" for volume in find_pod(owner)["volumes"])


OF_ONE = [owner for owner in OWNERS if not of_many(owner)]
OF_MANY = [owner for owner in OWNERS if of_many(owner)]
NEEDS_JOBS = [o for o in OF_MANY if o["kind"] != "CronJob"]


def find_command(pod: dict[str, Any]) -> str:
    """The command of a pod, behind the options that stand before it."""
    args = pod["containers"][0]["args"]
    return str(args[2] if args[0] == "--list" else args[0])


@pytest.mark.all
def test_the_schemas_of_kubernetes_know_all_of_it(schemas: Path) -> None:
    assert check_by(schemas, BY_SCHEMA, *FILES) == ""


@over_pods
def test_a_pod_writes_nowhere_and_has_no_rights(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    security = container["securityContext"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == USER
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert find_command(pod) in COMMANDS


@over_pods
def test_what_a_pod_names_is_there_and_what_it_mounts_is_a_volume(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}

    assert {mount["name"] for mount in container["volumeMounts"]} == volumes.keys()
    for volume in volumes.values():
        if "secret" in volume:
            find_object("Secret", volume["secret"]["secretName"])
        if "configMap" in volume:
            find_object("ConfigMap", volume["configMap"]["name"])
    for source in container.get("envFrom", ()):
        find_object("ConfigMap", source["configMapRef"]["name"])


def read_environment(pod: dict[str, Any], secrets: Path | str = SECRETS) -> dict[str, str]:
    (container,) = pod["containers"]
    given: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        given |= find_object("ConfigMap", source["configMapRef"]["name"])["data"]
    given |= {each["name"]: each["value"] for each in container["env"]}
    return {name: value.replace(SECRETS, str(secrets)) for name, value in given.items()}


def write_secret(folder: Path, name: str, **values: str) -> Path:
    """What a Secret is as a volume; `values` in place of those that stand there."""
    for key, value in (find_object("Secret", name)["stringData"] | values).items():
        (folder / key).write_text(value)
    return folder


@pytest.mark.parametrize("owner", OF_ONE, ids=lambda owner: owner["metadata"]["name"])
def test_what_a_pod_is_given_are_settings_of_ours(owner: dict[str, Any], tmp_path: Path) -> None:
    pod = find_pod(owner)
    (volume,) = (each for each in pod["volumes"] if "secret" in each)
    write_secret(tmp_path, volume["secret"]["secretName"])

    settings = read_settings(
        read_environment(pod, tmp_path), for_jira=pod["containers"][0]["args"] != ["migrate"]
    )

    assert settings.clean_url.database == "headway"
    assert settings.state_url.database == "headway_state"


@pytest.mark.parametrize("owner", OF_MANY, ids=lambda owner: owner["metadata"]["name"])
def test_pods_of_many_lists_know_each_with_its_secrets_and_rules(
    owner: dict[str, Any], tmp_path: Path
) -> None:
    pod = find_pod(owner)
    (volume,) = (each for each in pod["volumes"] if "secret" in each)
    write_secret(tmp_path, volume["secret"]["secretName"])
    sites = mount_config(tmp_path / "sites", find_object("ConfigMap", "headway-sites")["data"])
    given = read_environment(pod, tmp_path)
    given["HEADWAY_SITES_FILE"] = given["HEADWAY_SITES_FILE"].replace(SITES, str(sites))
    mounted = {m["mountPath"] for m in pod["containers"][0]["volumeMounts"]}

    lists = read_installation(given)

    assert lists.names == ("acme", "globex")
    for name in lists.names:
        settings = lists.select_list(name, for_jira=True)
        assert (settings.clean_url.database, settings.state_url.database) == (name, f"{name}_state")
        assert str(settings.config_dir) in mounted
        if owner in NEEDS_JOBS:
            assert settings.workers_url is not None
            assert settings.workers_url.database == "headway_jobs"


@pytest.mark.parametrize("name", ["headway-clock", "headway-worker"])
def test_a_clock_and_a_worker_are_probed_and_drained_one_at_a_time(name: str) -> None:
    deployment = find_object("Deployment", name)
    (container,) = find_pod(deployment)["containers"]
    budget = find_object("PodDisruptionBudget", name)["spec"]
    settings = find_object("ConfigMap", "headway-lists")["data"]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]

    assert [probe["path"] for probe in probes] == ["/healthz", "/healthz", "/readyz"]
    assert settings["HEADWAY_HTTP_ADDRESS"].endswith(str(container["ports"][0]["containerPort"]))
    assert budget["selector"] == deployment["spec"]["selector"]
    assert 0 < budget["maxUnavailable"] < deployment["spec"]["replicas"]


def test_clock_and_workers_are_one_image_with_the_engine_in_it() -> None:
    images = {find_pod(owner)["containers"][0]["image"] for owner in NEEDS_JOBS}
    arguments = re.findall(r"^ARG (\w+)=(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    engine = (ROOT / "requirements-scale.txt").read_text("utf-8")

    assert images == {"headway-scale:latest"}
    assert dict(arguments)["REQUIREMENTS"] == "requirements.txt"
    assert re.search(r"^procrastinate==3\.10\.", engine, re.MULTILINE)


def test_it_is_probed_where_it_answers_and_alive_whatever_jira_does() -> None:
    (container,) = find_pod(find_object("Deployment"))["containers"]
    (port,) = container["ports"]
    address = {each["name"]: each["value"] for each in container["env"]}["HEADWAY_HTTP_ADDRESS"]
    probed = {
        kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")
    }

    assert address.endswith(f":{port['containerPort']}")
    assert {each["port"] for each in probed.values()} == {port["name"]}
    assert {kind: each["path"] for kind, each in probed.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert find_object("Service")["spec"]["ports"][0]["targetPort"] == port["name"]


@pytest.mark.parametrize("name", ["headway-sync", "headway-sync-acme"])
def test_two_jobs_never_run_at_once_and_one_that_waits_too_long_is_left(name: str) -> None:
    job = find_object("CronJob", name)["spec"]

    assert job["concurrencyPolicy"] == "Forbid"
    assert job["startingDeadlineSeconds"] > 0
    assert job["jobTemplate"]["spec"]["backoffLimit"] == 0


def mount_config(folder: Path, texts: dict[str, str]) -> Path:
    """What a ConfigMap is as a volume: links to a link to a folder that is exchanged as a whole."""
    data = folder / "..2026_11_29_06_00_00.123"
    data.mkdir(parents=True)
    (folder / "..data").symlink_to(data.name)
    for name, text in texts.items():
        (data / name).write_text(text)
        (folder / name).symlink_to(f"..data/{name}")
    return folder


def test_the_rules_are_read_and_checked_as_a_config_map_is_mounted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = mount_config(tmp_path / "mounted", find_object("ConfigMap", "headway-rules")["data"])
    env = tmp_path / "env"
    addresses = (
        f"HEADWAY_{name}_URL=sqlite:///{tmp_path / name}.db" for name in ("STATE", "CLEAN")
    )
    env.write_text("\n".join([*addresses, f"HEADWAY_CONFIG_DIR={folder}"]))

    code = run(["--env-file", str(env), "check"])

    said = capsys.readouterr()
    assert (code, said.err) == (0, ""), said.out
    assert "2 passed" in said.out


@pytest.mark.all
@pytest.mark.parametrize("owner", OF_ONE[::-1], ids=lambda owner: str(owner["kind"]))
def test_the_very_commands_run_with_what_is_mounted(
    places: Places, tmp_path: Path, postgres_server: Postgres, owner: dict[str, Any]
) -> None:
    skip_without_rights()
    pod = find_pod(owner)
    (container,) = pod["containers"]
    with places.open_place(tmp_path, projects=("ID",), server=postgres_server) as place:
        secrets = tmp_path / "secrets"
        secrets.mkdir()
        values = {"HEADWAY_CLEAN_URL": place.clean_url, "HEADWAY_STATE_URL": place.state_url}
        values |= {"HEADWAY_JIRA_TOKEN": place.jira.token}
        write_secret(secrets, "headway", **values)
        texts = {f.name: f.read_text("utf-8") for f in (place.folder / "config").glob("*.yaml")}
        mounted = {SECRETS: secrets, "/etc/headway": tmp_path / "etc"}
        mount_config(tmp_path / "etc" / "rules", texts)
        given = read_environment(pod) | {
            "HEADWAY_JIRA_URL": place.jira.url,
            "HEADWAY_JIRA_EMAIL": str(place.jira.email),
            "HEADWAY_CLOCK_TOLERANCE": "none",
        }
        given.pop("HEADWAY_HTTP_ADDRESS", None)
        headway = str(ROOT / ".venv" / "bin" / "headway")
        log = tmp_path / "log"
        with log.open("w") as told:
            process = subprocess.Popen(
                Sandbox(mounted).command(headway, *container["args"], **given),
                stdout=told,
                stderr=told,
            )
        try:
            if container["args"] == ["serve"]:
                wait_until(lambda: "sync.finished" in log.read_text(), log)
                process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=TIMEOUT) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()

        assert not re.search(r'"level": "(warning|error)"', log.read_text())
        if container["args"] != ["migrate"]:
            assert place.freshness()["status"] == "current"
