"""rev init and rev list_templates: a new project that works at once and never writes over anything."""

import pytest
from projects import tree

TEMPLATES = ("generic", "postgresql", "sqlite")


def test_first_upgrade_works_with_no_server(rev):
    rev("init").ok()
    rev("revision", "-m", "first").ok()
    (up,) = rev.directory.glob("migrations/*/up.sql")
    up.write_text("CREATE TABLE t (id integer);\n")

    rev("upgrade", "head").ok()

    assert (rev.directory / "dev.db").exists()
    rev("current").ok("(head)")


def test_writes_configuration_migrations_and_readme(rev):
    rev("init").ok()
    config = (rev.directory / "rev.yaml").read_text()
    assert "sqlite:///dev.db" in config
    assert (rev.directory / "migrations").is_dir()
    assert list(rev.directory.rglob("README*"))
    rev("history").ok()
    rev("upgrade", "head").ok("nothing to do")


def test_into_a_folder_that_it_makes(rev):
    rev("init", "service/db").ok()
    assert (rev.directory / "service/db/rev.yaml").exists()
    rev("heads", cwd=rev.directory / "service/db").ok()
    rev("heads", "-C", "service/db").ok()


def test_works_beside_other_files(rev):
    (rev.directory / "main.c").write_text("int main(void) { return 0; }\n")
    rev("init").ok()
    assert (rev.directory / "main.c").read_text() == "int main(void) { return 0; }\n"


@pytest.mark.parametrize("existing", ["rev.yaml", "migrations"])
def test_refuses_where_a_project_is(rev, existing):
    path = rev.directory / existing
    path.write_text("# mine\n") if existing == "rev.yaml" else path.mkdir()
    before = tree(rev.directory)

    result = rev("init")

    assert result.status in (1, 2), result
    result.fails(result.status, existing)
    assert tree(rev.directory) == before
    assert sorted(path.name for path in rev.directory.iterdir()) == [existing]


def test_readme_of_the_user_is_left_alone(rev):
    for name in ("README.md", "README"):
        (rev.directory / name).write_text("mine\n")
    rev("init").ok()
    for name in ("README.md", "README"):
        assert (rev.directory / name).read_text() == "mine\n"


def test_twice(rev):
    rev("init").ok()
    before = tree(rev.directory)
    assert rev("init").status in (1, 2)
    assert tree(rev.directory) == before


def test_list_templates(rev):
    listed = rev("list_templates").ok().stdout
    for name in TEMPLATES:
        assert name in listed


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_gives_a_project_that_loads(rev, template, sqlite):
    rev("init", "-t", template).ok()
    rev("revision", "-m", "first").ok()
    rev("heads", "--url", sqlite.url).ok("(head)")


def test_unknown_template(rev):
    rev("init", "-t", "postgres").fails(2, "postgres", "postgresql")
    assert list(rev.directory.iterdir()) == []


def test_config_is_found_from_a_folder_below(rev):
    rev("init").ok()
    rev("revision", "-m", "first").ok()
    below = rev.directory / "src" / "deep"
    below.mkdir(parents=True)
    rev("upgrade", "head", cwd=below).ok()
    assert (rev.directory / "dev.db").exists(), "a relative SQLite URL starts at rev.yaml's folder"
    assert not (below / "dev.db").exists()
