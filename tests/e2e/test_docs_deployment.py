"""What docs/production.md shows to copy: it is what it looks like, and its commands do what the page says."""

import configparser
import re
import shlex
import subprocess

import pages
import pytest
import yaml
from projects import Project, Revision
from rev import REPOSITORY

PAGE = REPOSITORY / "docs" / "production.md"
FILES = {block.file: block.text for block in pages.blocks(PAGE) if block.file}
SNIPPETS = [
    pytest.param(block, id=f"{page.name}:{block.line}")
    for page in pages.pages()
    for block in pages.blocks(page)
    if block.language == "yaml"
]


@pytest.mark.parametrize("block", SNIPPETS)
def test_yaml_is_yaml(block):
    assert isinstance(yaml.safe_load(block.text), dict)


@pytest.fixture
def shop(tmp_path, postgresql):
    """A project with two revisions, of which main, and schema.sql there, have the first."""
    project = Project(tmp_path / "shop", config="url: ${DATABASE_URL}\n")
    create = "CREATE TABLE customer (id integer PRIMARY KEY)"
    project.add(Revision("a1", message="first tables", up=[create], down=["DROP TABLE customer"]))
    (project.root / "schema.sql").write_text(create + ";\n")
    commit(project.root, "init")
    git(project.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    add = "ALTER TABLE customer ADD COLUMN email text"
    project.add(Revision("b2", ["a1"], message="add email", up=[add], down=["ALTER TABLE customer DROP COLUMN email"]))
    commit(project.root)
    return project


def git(folder, *words):
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def commit(folder, *first):
    if first:
        git(folder, *first)
    git(folder, "add", ".")
    git(folder, "commit", "-m", "more")


def containers(name):
    """The containers of a Kubernetes object that are to migrate."""
    pod = yaml.safe_load(FILES[name])["spec"]["template"]["spec"]
    return [part for part in pod.get("initContainers", pod["containers"]) if part["name"] == "migrate"]


def migrates(shop, postgresql, command):
    assert command[0] == "rev"
    shop.rev(*command[1:], env={"DATABASE_URL": postgresql.url}).ok()
    assert postgresql.rows() == ["b2"]


@pytest.mark.parametrize("name", ["migrate-job.yaml", "deployment.yaml"])
def test_kubernetes(name, shop, postgresql):
    (container,) = containers(name)
    assert [variable["name"] for variable in container["env"]] == ["DATABASE_URL"]
    migrates(shop, postgresql, container["command"])


def test_a_job_gives_up_on_what_does_not_get_better(shop, postgresql):
    """The exit statuses that the job's policy names are those of a wrong script and of an interrupted step."""
    (rule,) = yaml.safe_load(FILES["migrate-job.yaml"])["spec"]["podFailurePolicy"]["rules"]
    database = {"DATABASE_URL": postgresql.url}
    shop.sql("b2", "COMMIT;")
    refused = shop.rev("upgrade", "head", env=database).status
    shop.sql("b2", "CREATE TABLE done (id integer);\nnonsense;\n")
    header = shop.folder("b2") / "revision.yaml"
    header.write_text(header.read_text() + "transactional: false\n")
    shop.rev("upgrade", "head", env=database).fails(1)
    interrupted = shop.rev("upgrade", "head", env=database).status
    assert rule["onExitCodes"]["values"] == [refused, interrupted]


def test_compose(shop, postgresql):
    services = yaml.safe_load(FILES["compose.yaml"])["services"]
    assert services["app"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert "healthcheck" in services["db"]
    migrates(shop, postgresql, services["migrate"]["command"])


def test_systemd(shop, postgresql):
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(FILES["shop-migrate.service"])
    assert unit["Service"]["Type"] == "oneshot"
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    migrates(shop, postgresql, [re.sub(r".*/", "", program), *words])


def workflow():
    return yaml.safe_load(FILES[".github/workflows/migrations.yaml"])["jobs"]["check"]


BEFORE, *CHECKS = [step for step in workflow()["steps"] if "run" in step]
CHECKS = {step["name"]: step["run"] for step in CHECKS}
CREATED = sorted(set(re.findall(r"createdb (\w+)", FILES[".github/workflows/migrations.yaml"])))


@pytest.fixture
def run_step(shop, server, tmp_path):
    """A check of the workflow, run as GitHub's runners do, after the step before all of them."""

    def run(name):
        environment = pages.environment(tmp_path, server.url("postgres"))
        environment.update(PGHOST="127.0.0.1", PGPORT=str(server.port), PGUSER="rev_test")
        assert set(workflow()["env"]) <= set(environment)
        return subprocess.run(
            ["bash", "-e", "-c", BEFORE["run"] + "\n" + CHECKS[name]], cwd=shop.root, env=environment, capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    yield run
    for name in CREATED:
        options = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "rev_test", "--if-exists", name]
        subprocess.run(["dropdb", *options], check=True, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_of_the_workflow_passes(name, run_step):
    done = run_step(name)
    assert done.returncode == 0, done.stdout + done.stderr


def second_head(shop):
    """Somebody else's revision on main, with the same parent."""
    git(shop.root, "switch", "-c", "elsewhere", "HEAD~1")
    shop.add(Revision("c3", ["a1"], message="add phone"))
    commit(shop.root)
    git(shop.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(shop.root, "switch", "-")


def wrong_script(shop):
    shop.sql("b2", "ALTER TABLE custommer ADD COLUMN email text;")


def other_schema(shop):
    """What is out there is not what the revisions build on."""
    git(shop.root, "switch", "--detach", "HEAD~1")
    (shop.root / "schema.sql").write_text("CREATE TABLE client (id integer PRIMARY KEY);\n")
    commit(shop.root)
    git(shop.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(shop.root, "switch", "-")


def empty_down(shop):
    shop.sql("b2", "", "down.sql")


@pytest.mark.parametrize("name, spoil", zip(CHECKS, [second_head, wrong_script, other_schema, empty_down]))
def test_a_check_of_the_workflow_finds_what_it_is_for(name, spoil, shop, run_step):
    spoil(shop)
    done = run_step(name)
    assert done.returncode != 0, done.stdout + done.stderr
