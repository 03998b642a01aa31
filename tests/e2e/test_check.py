"""rev check: is the database at the heads; and what becomes of the graph once this work tree and a git ref are merged."""

import json
import os
import shutil
import subprocess

import pytest
from database import PostgresDatabase
from projects import Project, Revision, draw, line, tree


# --- the database ---


@pytest.fixture(scope="module")
def shared(server):
    made = PostgresDatabase(server, "check")
    yield made
    made.drop()


@pytest.fixture
def postgresql(shared):
    shared.clear()
    return shared


def test_database_at_the_heads(project, db):
    project.draw("a1; b2<a1; c3<a1; z1 !b2")
    result = project.rev("check")
    assert result.status == 3
    for name in ("a1", "b2", "c3", "z1"):
        assert name in result.stdout
    assert db.all_tables() == [], "a question creates nothing"
    project.rev("upgrade", "b2").ok()
    result = project.rev("check")
    assert result.status == 3
    assert "c3" in result.stdout and "z1" in result.stdout and "a1" not in result.stdout.replace("a1,", "")
    assert "rev upgrade heads" in result.stdout
    project.rev("upgrade", "heads").ok()
    assert db.rows() == ["c3", "z1"], "b2 is an effective head: no row of its own"
    assert project.rev("check").ok().stdout == ""


def test_database_with_rows_that_another_implies(project, db):
    project.draw("a1; b2<a1")
    project.rev("upgrade", "head").ok()
    db.execute("INSERT INTO alembic_version VALUES ('a1')")
    project.rev("check").ok()


def test_unknown_row(project, db):
    project.draw("a1")
    project.rev("upgrade", "head").ok()
    db.execute("UPDATE alembic_version SET version_num = 'deadbeef'")
    project.rev("check").fails(2, "deadbeef")


def test_empty_project(project, db):
    project.rev("check").ok()


def test_no_url(files):
    files.draw("a1")
    files.rev("check").fails(2, "--url")


def test_json_of_the_database(project, db):
    project.draw("a1; b2<a1")
    result = project.rev("check", "--format", "json")
    assert result.status == 3
    (finding,) = json.loads(result.stdout)
    assert sorted(finding) == ["hint", "kind", "message", "revisions"]
    assert (finding["kind"], finding["revisions"]) == ("not_at_heads", ["a1", "b2"])
    project.rev("upgrade", "head").ok()
    assert json.loads(project.rev("check", "--format", "json").ok().stdout) == []


# --- git ---


class Repository(Project):
    """A project in a git repository."""

    def __init__(self, root, below=""):
        self.top = root
        super().__init__(root / below, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
        self.git("init", "-q", "-b", "main")
        (self.root / "rev.yaml").write_text("{}\n")

    def git(self, *arguments, check=True):
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@y.invalid", "-c", "commit.gpgsign=false", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
        done = subprocess.run(command, cwd=self.top, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 or not check, f"{command}: {done.stdout}{done.stderr}"
        return done

    def commit(self, drawing=""):
        self.draw(drawing)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "more")
        return self

    def on(self, branch, start=None):
        self.git("checkout", "-q", "-B" if start else branch, *([branch, start] if start else []))
        return self

    def branch(self, name, start="HEAD"):
        return self.on(name, start)

    def merged(self, *words, **options):
        return asked(self, "--merged-with", *words, **options)

    def against(self, *words, **options):
        return asked(self, "--against", *words, **options)


def asked(project, *words, **options):
    """`check` in both forms: their kinds and ids must agree."""
    text = project.rev("check", *words, **options)
    answer = project.rev("check", *words, "--format", "json", **options)
    assert answer.status == text.status, (text, answer)
    found = json.loads(answer.stdout)
    assert (text.status, text.stdout != "") == ((3, True) if found else (0, False)), text
    for finding in found:
        assert finding["message"] in text.stdout and finding["hint"] in text.stdout
        for name in finding["revisions"]:
            assert name in finding["message"]
    text.found = sorted((finding["kind"], *finding["revisions"]) for finding in found)
    text.hints = [finding["hint"] for finding in found]
    return text


@pytest.fixture
def repo(tmp_path):
    """main has a1 and b2; topic was cut there, and is checked out."""
    made = Repository(tmp_path / "repository").commit("a1; b2<a1")
    return made.branch("topic")


def test_one_head(repo):
    assert repo.merged("main").found == []
    repo.commit("c3<b2; d4<c3")
    assert repo.merged("main").found == []
    repo.on("main").commit()
    assert repo.merged("topic").found == []


def test_two_heads(repo):
    """The issue's own case; and the printed line works once the branches are merged."""
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    result = repo.merged("main")
    assert result.found == [("heads", "c3", "d4")]
    assert "there will be 2 heads" in result.stdout
    where = [line_ for line_ in result.stdout.splitlines() if "rev merge" in line_]
    assert len(where) == 1
    words = where[0][where[0].index("rev merge") :].split()
    assert sorted(words[2:]) == ["c3", "d4"]

    repo.git("merge", "-q", "-m", "merge", "main")
    repo.rev(*words[1:]).ok()
    assert len(repo.rev("heads").ok().lines) == 1
    repo.commit()
    assert repo.merged("main").found == []


def test_head_with_a_dependent_is_no_second_head(repo):
    repo.commit("c3<b2; x1 !c3").on("main").commit().on("topic")
    assert repo.merged("main").found == []


def test_three_heads_and_heads_that_were_there_before(repo):
    repo.on("main").commit("c3<b2; d4<b2").branch("topic2").commit("e5<d4").on("main").commit("f6<d4").on("topic2")
    result = repo.merged("main")
    assert result.found == [("heads", "c3", "e5", "f6")]
    assert "rev merge c3 e5 f6" in result.stdout


def test_two_heads_here_alone(repo):
    repo.commit("c3<b2; d4<b2")
    assert repo.merged("main").found == [("heads", "c3", "d4")]
    assert repo.against("main").found == []


def test_merged_already(repo):
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    repo.git("merge", "-q", "-m", "merge", "main")
    repo.commit("m5<c3,d4")
    assert repo.merged("main").found == []
    repo.on("main")
    assert repo.merged("topic").found == []


def test_nothing_is_written(repo):
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    before = tree(repo.top)
    repo.merged("main")
    repo.against("main")
    assert tree(repo.top) == before


def test_same_id_on_both_sides(repo):
    """Two folders, one id: git would merge both without a word."""
    repo.commit()
    repo.add(Revision("c3", ["b2"], message="mine")).commit()
    repo.on("main").add(Revision("c3", ["b2"], message="theirs"))
    repo.commit().on("topic")
    result = repo.merged("main")
    assert ("duplicate", "c3") in result.found
    assert "mine" in result.stdout and "theirs" in result.stdout


def test_same_id_and_same_content_in_two_folders(repo):
    """Cherry-picked and renamed: the merged tree would have the id twice."""
    repo.add(Revision("c3", ["b2"], message="mine", up=["SELECT 1"])).commit()
    repo.on("main").add(Revision("c3", ["b2"], message="theirs", up=["SELECT 1"]))
    repo.commit().on("topic")
    assert repo.merged("main").found == [("duplicate", "c3")]


def test_same_revision_on_both_sides(repo):
    """Cherry-picked as it is."""
    repo.commit("c3<b2").on("main").commit("c3<b2").on("topic")
    assert repo.merged("main").found == []
    assert repo.against("main").found == []


def test_same_folder_new_on_both_sides_with_other_content(repo):
    repo.commit("c3<b2").on("main").draw("c3<b2")
    repo.sql("c3", "SELECT 2;\n")
    repo.commit().on("topic")
    result = repo.merged("main")
    assert result.status == 3 and [found[1] for found in result.found] == ["c3"]


def test_label_used_twice(repo):
    repo.commit("c3<b2 (extra)").on("main").commit("d4<b2 (extra)").on("topic")
    result = repo.merged("main")
    assert "graph" in [found[0] for found in result.found] and "extra" in result.stdout


def test_cycle_that_only_the_merge_has(repo):
    """Each side is fine; together they go round."""
    repo.on("main").commit("c3<b2; d4<b2").branch("left")
    header(repo, "c3", "depends_on: []", 'depends_on: ["d4"]')
    repo.commit().branch("right", "main")
    header(repo, "d4", "depends_on: []", 'depends_on: ["c3"]')
    repo.commit()
    result = repo.merged("left")
    assert "graph" in [found[0] for found in result.found], result
    assert "cycle" in result.stdout


def header(repo, name, old, new):
    path = repo.folder(name) / "revision.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("name", ["up.sql", "down.sql"])
def test_edited_here(repo, name):
    repo.sql("b2", "SELECT 2;\n", name)
    for result in (repo.merged("main"), repo.against("main")):
        assert result.found == [("edited", "b2")], "the work tree counts, committed or not"
        assert "migrations/" in result.stdout
    repo.commit()
    assert repo.against("main").found == repo.merged("main").found == [("edited", "b2")]


def test_down_removed_or_added(repo):
    (repo.folder("b2") / "down.sql").unlink()
    assert repo.against("main").found == [("edited", "b2")]
    repo.commit().branch("back")
    repo.sql("b2", "", "down.sql")
    assert repo.against("topic").found == [("edited", "b2")], "none is irreversible, an empty one is a step"


def test_edited_there_only(repo):
    """They mended it on main, we have the old one: git takes theirs, nothing of ours is lost."""
    repo.on("main").sql("b2", "SELECT 2;\n")
    repo.commit().on("topic")
    assert repo.merged("main").found == []
    assert repo.against("main").found == []


def test_edited_on_both_sides_alike_and_differently(repo):
    repo.sql("b2", "SELECT 2;\n")
    repo.commit().on("main").sql("b2", "SELECT 2;\n")
    repo.commit().on("topic")
    assert repo.against("main").found == []
    repo.sql("b2", "SELECT 3;\n")
    assert repo.against("main").found == [("edited", "b2")]
    assert repo.merged("main").found == [("edited", "b2")]


def test_re_parented(repo):
    """An unreleased revision may move; one that main has may not."""
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    header(repo, "c3", 'down_revision: ["b2"]', 'down_revision: ["a1"]')
    assert repo.against("main").found == []
    header(repo, "c3", 'down_revision: ["a1"]', 'down_revision: ["b2"]')
    repo.git("merge", "-q", "-m", "merge", "main")
    header(repo, "d4", 'down_revision: ["b2"]', 'down_revision: ["c3"]')
    assert repo.against("main").found == [("edited", "d4")]


def test_linearised_onto_what_main_brought(repo):
    """Re-parented onto a revision that only main has yet: one head after the merge."""
    repo.on("main").commit("d4<b2").on("topic").git("merge", "-q", "main")
    repo.commit("c3<d4")
    assert repo.merged("main").found == []


@pytest.mark.parametrize(
    "old, new",
    [
        ("message: ", "message: x #"),
        ("create_date: 2025", "create_date: 2024"),
        ("branch_labels: []", 'branch_labels: ["fresh"]'),
        ("message: ", "tags: [v1]\nmessage: "),
        ("message: ", "x-ticket: 12\nmessage: "),
    ],
)
def test_what_does_not_count_as_an_edit(repo, old, new):
    header(repo, "b2", old, new)
    assert repo.against("main").found == []
    assert repo.merged("main").found == []


@pytest.mark.parametrize(
    "old, new", [("depends_on: []", 'depends_on: ["z1"]'), ('down_revision: ["a1"]', "down_revision: []")]
)
def test_what_counts_as_an_edit(repo, old, new):
    repo.on("main").commit("z1").branch("topic")
    header(repo, "b2", old, new)
    assert repo.against("main").found == [("edited", "b2")]


def test_line_endings_and_byte_order_mark_are_no_edits(repo):
    for path in repo.migrations.rglob("*.sql"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    repo.commit()
    assert repo.against("main").found == []
    assert repo.merged("main").found == []


def test_deleted_here(repo):
    shutil.rmtree(repo.folder("b2"))
    for result in (repo.merged("main"), repo.against("main")):
        assert ("deleted", "b2") in result.found
        assert "make_b2" in result.stdout, "names the folder to restore"


def test_deleted_there(repo):
    """Gone there, untouched here: git deletes it; what stood on it is left without a parent."""
    repo.on("main")
    shutil.rmtree(repo.folder("b2"))
    repo.commit().on("topic")
    assert repo.merged("main").found == []
    repo.commit("c3<b2")
    result = repo.merged("main")
    assert "graph" in [found[0] for found in result.found] and "b2" in result.stdout
    assert repo.against("main").found == []


def test_renamed_directory(repo):
    folder = repo.folder("b2")
    folder.rename(folder.with_name("renamed"))
    assert repo.against("main").found == []
    assert repo.merged("main").found == []
    repo.commit()
    assert repo.merged("main").found == []
    repo.sql("b2", "SELECT 2;\n")
    assert repo.against("main").found == [("edited", "b2")]


def test_renamed_there(repo):
    repo.on("main")
    folder = repo.folder("b2")
    folder.rename(folder.with_name("renamed"))
    repo.commit().on("topic").commit("c3<b2")
    assert repo.merged("main").found == []


def test_id_changed_here(repo):
    header(repo, "b2", 'revision: "b2"', 'revision: "b9"')
    assert ("deleted", "b2") in repo.against("main").found


def test_new_there_is_not_deleted_here(repo):
    repo.on("main").commit("c3<b2").on("topic")
    assert repo.against("main").found == []
    assert repo.merged("main").found == []


def test_unrelated_histories(repo):
    """No merge base: what is there and not here was never here."""
    repo.git("checkout", "-q", "--orphan", "other")
    shutil.rmtree(repo.folder("b2"))
    repo.commit("x9<a1")
    result = repo.merged("main")
    assert ("heads", "b2", "x9") in result.found
    assert [found for found in result.found if found[0] in ("edited", "duplicate")] == []
    repo.sql("a1", "SELECT 2;\n")
    assert ("edited", "a1") in repo.against("main").found


def test_no_commit_yet(repo):
    """A fresh branch without a commit: there is no HEAD."""
    repo.git("checkout", "-q", "--orphan", "other")
    assert repo.merged("main").found == []
    assert repo.against("main").found == []


def test_detached(repo):
    repo.commit("c3<b2").on("main").commit("d4<b2")
    repo.git("checkout", "-q", "--detach", "topic")
    assert repo.merged("main").found == [("heads", "c3", "d4")]


def test_migrations_not_there_yet(tmp_path):
    """The other side has no migrations folder at all, or an empty one."""
    repo = Repository(tmp_path / "repository")
    (repo.top / "README").write_text("x\n")
    repo.commit().branch("topic").commit("a1; b2<a1")
    assert repo.merged("main").found == []
    assert repo.against("main").found == []
    repo.on("main")
    shutil.rmtree(repo.migrations, ignore_errors=True)
    repo.migrations.mkdir()
    assert repo.merged("topic").found == []
    assert repo.against("topic").found == []


def test_project_below_the_repository(tmp_path):
    repo = Repository(tmp_path / "repository", "services/shop db").commit("a1; b2<a1")
    (repo.top / "services" / "other" / "migrations").mkdir(parents=True)
    repo.branch("topic").commit("c3<b2").on("main").commit("d4<b2").on("topic")
    assert repo.merged("main").found == [("heads", "c3", "d4")]
    below = repo.migrations / "x"
    below.mkdir()
    assert repo.merged("main", cwd=below).found == [("heads", "c3", "d4")], "from a folder below the project"
    words = ["-C", repo.root, "check", "--merged-with", "main"]
    assert repo.rev(*words, cwd=tmp_path).status == 3, "from outside"
    assert repo.rev("check", "--merged-with", "main", "-c", repo.root / "rev.yaml", cwd=tmp_path).status == 3


def test_migrations_at_the_top_of_the_repository(tmp_path):
    """-d names the repository's own top folder."""
    top = tmp_path / "repository"
    repo = Repository(top)
    repo.migrations.rmdir()
    (top / "rev.yaml").write_text("migrations: .\n")
    repo.migrations = top
    repo.commit("a1; b2<a1").branch("topic").commit("c3<b2").on("main").commit("d4<b2").on("topic")
    assert repo.merged("main").found == [("heads", "c3", "d4")]


def test_migrations_folder_moved(repo):
    """The project was moved: at the ref the migrations lie elsewhere, which must not pass as 'all is well'."""
    repo.git("mv", "migrations", "db")
    (repo.root / "rev.yaml").write_text("migrations: db\n")
    repo.migrations = repo.root / "db"
    repo.commit()
    result = repo.merged("main")
    assert result.status in (0, 2, 3)
    if result.status == 0:
        assert result.stderr.strip() != "one head, no conflicts", "says that there are no migrations at the ref"


@pytest.mark.parametrize(
    "kind",
    ["branch", "tag", "annotated tag", "commit", "short", "HEAD~1", "@", "remote", "date", "peeled", "FETCH_HEAD"],
)
def test_ways_to_name_a_commit(repo, kind):
    repo.commit("c3<b2").on("main").commit("d4<b2")
    repo.git("tag", "light")
    repo.git("tag", "-a", "-m", "x", "heavy")
    hash_ = repo.git("rev-parse", "main").stdout.strip()
    repo.git("remote", "add", "origin", str(repo.top))
    repo.git("fetch", "-q", "origin", "main")
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    repo.on("topic")
    names = {
        "branch": "main", "tag": "light", "annotated tag": "heavy", "commit": hash_, "short": hash_[:10],
        "HEAD~1": "main~0", "@": "main@{0}", "remote": "origin/main", "date": "main^{/more}", "peeled": "heavy^{commit}",
        "FETCH_HEAD": "FETCH_HEAD",
    }  # fmt: skip
    assert repo.merged(names[kind]).found == [("heads", "c3", "d4")]


def test_head_before(repo):
    repo.commit("c3<b2")
    assert repo.merged("HEAD~1").found == repo.against("HEAD").found == []
    repo.sql("c3", "SELECT 2;\n")
    assert repo.against("HEAD").found == [("edited", "c3")]
    assert repo.against("HEAD~1").found == []


@pytest.mark.parametrize(
    "name",
    ["nosuch", "--help", "-x", "--all", "main..topic", "main...topic", "main topic", " ", "^main", "main:migrations",
     "main:rev.yaml", "HEAD~99", ":", "a;b", "$(touch hacked)", "`touch hacked`", "-", "x" * 5000, "\n", "main\n", "é"],
)  # fmt: skip
def test_names_that_are_no_commit(repo, name):
    before = tree(repo.root)
    for option in ("--merged-with", "--against"):
        result = repo.rev("check", f"{option}={name}").fails(
            2, name.strip() if len(name) < 99 and name.isascii() else ""
        )
        assert result.stdout == ""
        if not name.startswith("-"):
            repo.rev("check", option, name).fails(2)
    assert tree(repo.root) == before


def test_empty_name(repo):
    repo.rev("check", "--merged-with", "").fails(2, "--merged-with")
    repo.rev("check", "--against=").fails(2, "--against")
    repo.rev("check", "--merged-with").fails(2, "--merged-with")
    repo.rev("check", "--merged-with", "main", "--against", "main").fails(2, "--against")
    repo.rev("check", "main").fails(2)


@pytest.mark.parametrize(
    "name", ["feature/x", "a'b", "wörk", "a&b", "a%20b", "$HOME", "heads", "base", "migrations", "-"]
)
def test_branches_of_any_name(repo, name):
    """Whatever git takes as a branch."""
    repo.commit("c3<b2").on("main").commit("d4<b2")
    repo.git("update-ref", f"refs/heads/{name}", "main")
    repo.on("topic")
    word = name if name != "-" else "refs/heads/-"
    assert repo.merged(word).found == [("heads", "c3", "d4")]


def test_branch_whose_name_begins_with_a_dash(repo):
    repo.commit("c3<b2").on("main").commit("d4<b2")
    repo.git("update-ref", "refs/heads/--help", "main")
    repo.on("topic")
    result = repo.rev("check", "--merged-with=--help")
    assert result.status == 3 and "d4" in result.stdout


def test_folder_and_branch_of_one_name(repo, tmp_path):
    """The branch wins; with a slash in its name it is the folder."""
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    Project(repo.root / "main").draw("a1; b2<a1; e5<b2")
    assert repo.merged("main").found == [("heads", "c3", "d4")]
    assert repo.merged("./main").found == [("heads", "c3", "e5")]
    assert repo.merged("./main/migrations").found == [("heads", "c3", "e5")]
    assert repo.merged(str(repo.root / "main")).found == [("heads", "c3", "e5")]


def test_folder_without_a_branch_of_its_name(repo):
    Project(repo.root / "other").draw("a1; b2<a1; e5<b2")
    repo.draw("c3<b2")
    assert repo.merged("other").found == [("heads", "c3", "e5")]
    assert repo.merged("other/").found == [("heads", "c3", "e5")]
    result = repo.rev("check", "--merged-with", "./nosuch")
    assert result.status in (1, 2) and "nosuch" in result.stderr


def test_folders_need_no_git(files, tmp_path):
    """Two folders, no repository, no git in the PATH; no base, so what only one side has is simply there."""
    files.draw("a1; b2<a1; c3<b2")
    other = Project(tmp_path / "other").draw("a1; b2<a1; d4<b2")
    nowhere = {"PATH": str(tmp_path / "bin")}
    assert asked(files, "--merged-with", "../other", env=nowhere).found == [("heads", "c3", "d4")]
    assert asked(files, "--against", "../other", env=nowhere).found == [("deleted", "d4")]
    other.sql("b2", "SELECT 2;\n")
    assert ("edited", "b2") in asked(files, "--against", "../other", env=nowhere).found
    assert ("edited", "b2") in asked(files, "--merged-with", "../other/migrations", env=nowhere).found


def test_same_folder_is_one_with_itself(files):
    files.draw("a1; b2<a1")
    assert asked(files, "--merged-with", ".").found == []
    assert asked(files, "--against", "./migrations").found == []


def test_broken_graph_here(repo):
    repo.draw("x9<nosuch")
    repo.rev("check", "--merged-with", "main").fails(2, "nosuch")


def test_broken_header_there(repo):
    """Named with the ref and the path, so that one knows where to look."""
    repo.on("main")
    header(repo, "b2", "depends_on", "depend_son")
    repo.commit().on("topic")
    result = repo.rev("check", "--merged-with", "main").fails(2, "main", "revision.yaml:3:1", "depend_son")
    assert result.stdout == ""


def test_no_repository(files, tmp_path):
    """Says that it is no git repository, not that a branch is missing."""
    files.draw("a1")
    env = {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    files.rev("check", "--merged-with", "main", env=env).fails(2, "not a git repository")
    files.rev("check", "--against", "main", env=env).fails(2, "not a git repository")


def test_git_is_missing(repo, tmp_path):
    repo.rev("check", "--merged-with", "main", env={"PATH": str(tmp_path / "bin")}).fails(1, "git")


def test_git_that_fails(repo, tmp_path):
    """What git says reaches the user."""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "git"
    fake.write_text("#!/bin/sh\necho 'fatal: the disk is on fire' >&2\nexit 128\n")
    fake.chmod(0o755)
    result = repo.rev("check", "--merged-with", "main", env={"PATH": str(tmp_path / "bin")})
    assert result.status in (1, 2)
    result.fails(result.status, "the disk is on fire")


def test_clone_of_a_bare_repository(repo, tmp_path):
    repo.commit("c3<b2").on("main").commit("d4<b2")
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    repo.git("clone", "-q", "-b", "topic", str(tmp_path / "bare.git"), str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone", GIT_CONFIG_GLOBAL="/dev/null")
    (clone.root / "rev.yaml").write_text("{}\n")
    assert asked(clone, "--merged-with", "origin/main").found == [("heads", "c3", "d4")]


def test_shallow_clone(repo, tmp_path):
    """A CI's usual checkout: one commit of each branch and no merge base. Heads are still found; nothing is accused."""
    repo.commit("c3<b2").on("main").commit("d4<b2")
    url = f"file://{repo.top}"
    repo.git("clone", "-q", "--depth", "1", "--no-single-branch", "-b", "topic", url, str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone", GIT_CONFIG_GLOBAL="/dev/null")
    (clone.root / "rev.yaml").write_text("{}\n")
    assert asked(clone, "--merged-with", "origin/main").found == [("heads", "c3", "d4")]
    assert ("deleted", "d4") not in asked(clone, "--against", "origin/main").found, "it was never here"
    clone.sql("b2", "SELECT 2;\n")
    assert ("edited", "b2") in asked(clone, "--against", "origin/main").found


def test_linked_worktree(repo, tmp_path):
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"), "main")
    there = Project(tmp_path / "tree", GIT_CONFIG_GLOBAL="/dev/null")
    (there.root / "rev.yaml").write_text("{}\n")
    assert asked(there, "--merged-with", "topic").found == [("heads", "c3", "d4")]


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_DIR and GIT_WORK_TREE", "GIT_INDEX_FILE", "relative GIT_DIR"])
def test_inside_a_git_hook(repo, variable):
    """git sets these for hooks; the repository is the one in which the migrations lie, whatever they say."""
    repo.commit("c3<b2").on("main").commit("d4<b2").on("topic")
    values = {
        "GIT_DIR": {"GIT_DIR": repo.top / ".git"},
        "GIT_DIR and GIT_WORK_TREE": {"GIT_DIR": repo.top / ".git", "GIT_WORK_TREE": repo.top},
        "GIT_INDEX_FILE": {"GIT_INDEX_FILE": ".git/index", "GIT_PREFIX": ""},
        "relative GIT_DIR": {"GIT_DIR": ".git"},
    }
    assert repo.merged("main", env=values[variable]).found == [("heads", "c3", "d4")]


def test_pre_commit_hook_of_a_linked_worktree(repo, tmp_path):
    """The real thing: a commit that would make two heads is stopped."""
    from rev import binary

    repo.commit("c3<b2").on("main").commit("d4<b2")
    repo.git("worktree", "add", "-q", str(tmp_path / "tree"), "topic")
    hook = repo.top / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{binary()}' check --merged-with main\n")
    hook.chmod(0o755)
    (tmp_path / "tree" / "new").write_text("x\n")
    for top in (str(tmp_path / "tree"), str(repo.top)):
        repo.git("-C", top, "add", "-A")
        done = repo.git("-C", top, "commit", "-q", "--allow-empty", "-m", "x", check=False)
        expected = top == str(repo.top)
        assert (done.returncode == 0) == expected, done.stdout + done.stderr
        assert expected or "rev merge c3 d4" in done.stdout + done.stderr


def test_untracked_and_ignored_files_count_as_here(repo):
    (repo.top / ".gitignore").write_text("migrations/*c3*\n")
    repo.draw("c3<b2; d4<b2")
    assert repo.merged("main").found == [("heads", "c3", "d4")]


def test_staged_but_removed_from_the_work_tree(repo):
    repo.draw("c3<b2; d4<b2")
    repo.git("add", "-A")
    shutil.rmtree(repo.folder("d4"))
    assert repo.merged("main").found == []


def test_linked_script(repo):
    """A script that is a link to a file below the project reads the same on both sides."""
    (repo.root / "shared.sql").write_text("CREATE TABLE shared (id integer);\n")
    repo.draw("c3<b2")
    path = repo.folder("c3") / "up.sql"
    path.unlink()
    path.symlink_to("../../shared.sql")
    repo.commit()
    assert repo.against("HEAD").found == []
    assert repo.merged("HEAD").found == []


def test_odd_directories(repo):
    """Quotes, spaces, newlines and bytes that are not ASCII in the names of directories."""
    for number, name in enumerate(['with "quotes"', "tab\there", "new\nline", "wörk 移行", "-dash", "back\\slash"]):
        before = f"o{number - 1}" if number else "b2"
        folder = repo.write(Revision(f"o{number}", [before], message="odd", up=["SELECT 1"]))
        folder.rename(folder.with_name(name))
    repo.commit()
    assert repo.merged("main").found == []
    repo.on("main")
    assert repo.merged("topic").found == []
    repo.on("topic").sql("o2", "SELECT 2;\n")
    assert repo.against("HEAD").found == [("edited", "o2")]


def test_many_and_large(tmp_path):
    """More than a pipe holds, in both directions."""
    repo = Repository(tmp_path / "repository")
    repo.add(*line(*(f"r{number:04}" for number in range(600))))
    repo.sql("r0300", "-- " + "x" * 300000 + "\n")
    repo.commit().branch("topic").draw("x9<r0598")
    result = repo.merged("main")
    assert result.found == [("heads", "r0599", "x9")]
    repo.sql("r0300", "-- " + "y" * 300000 + "\n")
    assert repo.against("main").found == [("edited", "r0300")]


def test_color_and_control_characters(repo):
    """A message of the other side is foreign text."""
    repo.on("main").add(Revision("c3", ["b2"], message="red \x1b[31m"), *draw("d4<b2"))
    for path in repo.headers():
        path.write_text(path.read_text().replace("\\u001b", "\\e"))
    repo.commit().on("topic")
    result = repo.rev("check", "--merged-with", "main")
    assert "\x1b" not in result.stdout + result.stderr


def test_quiet(repo):
    result = repo.rev("check", "--merged-with", "main", "-q").ok()
    assert (result.stdout, result.stderr) == ("", "")
    repo.draw("c3<b2; d4<b2")
    assert "rev merge c3 d4" in repo.rev("check", "--merged-with", "main", "-q").stdout
