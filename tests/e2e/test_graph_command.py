"""rev graph: each picture is parsed by a reader of its format, and must be the graph."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import corpora
import pytest
from projects import Project, Revision, draw, tree

SVG = "{http://www.w3.org/2000/svg}"
KINDS = {"dot": ".dot", "mermaid": ".mmd", "svg": ".svg", "html": ".html"}
HOSTILE = [
    "</script><script>window.hacked = 1</script>",
    "<!-- <script> ]]> &lt; &amp; <img src=x onerror='window.hacked = 1'>",
    "\"]; a -> b; \\N \\\" ' `",
    "%%{init: {}}%% #quot; end",
    "one\ntwo\n\nand a paragraph",
    "turned \u202egnp.sql\u2066 hidden \u200b\ufeff",
    "bell \x07 escape \x1b[31m delete \x7f c1 \x85",
    "\u00e9t\u00e9 \u4e2d\u6587 \U0001f418 \ufffe\uffff",
    "x" * 4096,
]
SHARP = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def wanted(revisions):
    """(parent, child, is_dependency)"""
    labels = {label: revision.id for revision in revisions for label in revision.labels}
    return {(parent, revision.id, False) for revision in revisions for parent in revision.parents} | {
        (labels.get(name, name), revision.id, True) for revision in revisions for name in revision.depends_on
    }


class Page(HTMLParser):
    """A page's elements: (tag, attributes, text directly inside)."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.open = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append([tag, dict(attributes), ""])
        self.open.append(self.elements[-1])

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if self.open:
            self.open[-1][2] += text

    def all(self, tag, **attributes):
        return [e for e in self.elements if e[0] == tag and all(e[1].get(k) == v for k, v in attributes.items())]

    def data(self):
        return json.loads(self.all("script", id="data")[0][2])


def svg_edges(root, ids):
    """(parent, child, is_dependency) of the paths."""
    found = set()
    for path in root.iter(f"{SVG}path"):
        if path.get("data-ends"):
            child, parent = map(int, path.get("data-ends").split())
            found.add((ids[parent], ids[child], "dependency" in path.get("class").split()))
    return found


def svg_ids(root):
    return [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "id"]


def dot_graph(text):
    """Nodes with their attributes, and edges, as Graphviz reads them."""
    done = subprocess.run(["dot", "-Tdot_json"], input=text, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    graph = json.loads(done.stdout)
    nodes = {node["_gvid"]: node for node in graph["objects"]}
    edges = {(nodes[e["tail"]]["name"], nodes[e["head"]]["name"], e.get("style") == "dashed") for e in graph.get("edges", [])}
    return {node["name"]: node for node in nodes.values()}, edges


@pytest.fixture(scope="module", params=sorted(corpora.EXPECTED))
def corpus(request, tmp_path_factory):
    revisions = corpora.load(request.param)
    return Project(tmp_path_factory.mktemp(request.param)).add(*revisions), revisions


@pytest.mark.skipif(not shutil.which("dot"), reason="graphviz is not installed")
def test_dot_is_the_graph(corpus):
    project, revisions = corpus
    nodes, edges = dot_graph(project.rev("graph").ok().stdout)
    assert sorted(nodes) == sorted(revision.id for revision in revisions)
    assert edges == wanted(revisions)


def test_mermaid_is_the_graph(corpus):
    project, revisions = corpus
    text = project.rev("graph", "--as", "mermaid").ok().stdout
    assert text.splitlines()[1] == "flowchart BT"
    nodes = re.findall(r'^    r_(\w+)\["[^"]*"\](?::::\w+)?$', text, re.M)
    edges = re.findall(r"^    r_(\w+) (-->|-\.->) r_(\w+)$", text, re.M)
    assert sorted(nodes) == sorted(revision.id for revision in revisions)
    assert {(parent, child, arrow != "-->") for parent, arrow, child in edges} == wanted(revisions)
    rest = [line for line in text.splitlines()[2:] if not line.startswith("    classDef ")]
    assert len(rest) == len(nodes) + len(edges)


def test_svg_is_the_graph(corpus):
    project, revisions = corpus
    root = ET.fromstring(project.rev("graph", "--as", "svg").ok().stdout)
    ids = svg_ids(root)
    assert ids == [line.split("-> ")[1].split()[0].rstrip(",") for line in project.rev("history").ok().lines]
    assert svg_edges(root, ids) == wanted(revisions)


def test_svg_stays_inside_its_frame(corpus):
    project, _ = corpus
    root = ET.fromstring(project.rev("graph", "--as", "svg").ok().stdout)
    width, height = float(root.get("width")), float(root.get("height"))
    places = [(float(text.get("x")), float(text.get("y"))) for text in root.iter(f"{SVG}text")]
    assert all(0 < x < width and 0 < y < height for x, y in places)
    assert len({y for text, (x, y) in zip(root.iter(f"{SVG}text"), places) if text.get("class") == "id"}) == len(
        svg_ids(root)
    )


def test_page_has_the_graph_and_its_scripts(corpus):
    project, revisions = corpus
    page = Page(project.rev("graph", "--as", "html").ok().stdout)
    data = page.data()["revisions"]
    assert [entry["id"] for entry in data] == [text for tag, a, text in page.all("text") if a.get("class") == "id"]
    known = {revision.id: revision for revision in revisions}
    for entry in data:
        assert entry["parents"] == known[entry["id"]].parents
        assert entry["up"] == f"CREATE TABLE t_{entry['id']} (id integer);\n"
        assert entry["down"] == f"DROP TABLE t_{entry['id']};\n"
    heads = [entry["id"] for entry in data if "head" in entry["is"] or "effective-head" in entry["is"]]
    expected = corpora.EXPECTED[next(name for name in corpora.EXPECTED if len(corpora.load(name)) == len(data))]
    assert sorted(heads) == sorted(expected["heads"].split())
    assert sorted(e["id"] for e in data if "mergepoint" in e["is"]) == sorted(expected["merge_points"].split())


def test_page_needs_nothing_from_outside(files):
    files.draw("a; b<a; c<a; d<b,c")
    text = files.rev("graph", "--as", "html").ok().stdout
    page = Page(text)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg\")|@import|url\(", text)
    assert [name for e in page.elements for name in e[1] if name in ("src", "href", "style") or name.startswith("on")] == []
    (policy,) = [e[1]["content"] for e in page.all("meta") if e[1].get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    for part, kind in ((text.split("<style>")[1].split("</style>")[0], "style"),
                       (text.rsplit("<script>")[1].split("</script>")[0], "script")):  # fmt: skip
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_no_foreign_text_acts(files):
    files.add(*(Revision(f"r{i}", [f"r{i - 1}"] if i else [], message=text) for i, text in enumerate(HOSTILE)))
    pictures = {kind: files.rev("graph", "--as", kind).ok().stdout for kind in KINDS}
    for kind, text in pictures.items():
        assert SHARP.search(text) is None, kind
        assert "x" * 4096 not in text or kind == "html"

    page = Page(pictures["html"])
    assert len(page.all("script")) == 2 and page.all("img") == []
    messages = {entry["id"]: entry["message"] for entry in page.data()["revisions"]}
    assert messages == {f"r{i}": text for i, text in enumerate(HOSTILE)}

    root = ET.fromstring(pictures["svg"])
    titles = dict(zip(svg_ids(root), (e.text for e in root.iter(f"{SVG}text") if e.get("class") == "title")))
    assert titles["r0"] == HOSTILE[0]
    assert titles["r4"] == "one two"
    assert titles["r5"].startswith("turned \\u202Egnp.sql\\u2066 hidden \\u200B")
    assert titles["r8"] == "x" * 71 + "\u2026"
    assert {e.tag for e in root.iter()} <= {SVG + name for name in "svg style rect text g path circle title".split()}

    lines = pictures["mermaid"].splitlines()
    assert sum(line.startswith("    r_") and '["' in line for line in lines) == len(HOSTILE)
    assert not re.search(r"%%\{|<script|<img", pictures["mermaid"])


@pytest.mark.skipif(not shutil.which("dot"), reason="graphviz is not installed")
def test_graphviz_reads_hostile_messages_as_texts(files):
    files.add(*(Revision(f"r{i}", message=text) for i, text in enumerate(HOSTILE)))
    text = files.rev("graph").ok().stdout
    nodes, edges = dot_graph(text)
    assert sorted(nodes) == sorted(f"r{i}" for i in range(len(HOSTILE))) and edges == set()
    drawn = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True).stdout
    shown = [e.text for e in ET.fromstring(drawn).iter(f"{SVG}text")]
    assert HOSTILE[2] in [line.replace("\u00a0", " ") for line in shown]
    assert any(line.startswith("<!-- <script> ]]> &lt; &amp;") for line in shown)


# Files


@pytest.mark.parametrize("name, beginning", [
    ("a.dot", "// drawn by rev graph\ndigraph"), ("a.gv", "// drawn"), ("a.mmd", "%% drawn"), ("a.mermaid", "%% drawn"),
    ("a.svg", "<?xml"), ("A.SVG", "<?xml"), ("a.html", "<!DOCTYPE html>"), ("sub/a.htm", "<!DOCTYPE html>"),
])  # fmt: skip
def test_name_says_the_kind(files, name, beginning):
    files.draw("a; b<a")
    (files.root / "sub").mkdir()
    result = files.rev("graph", "--output", name).ok()
    assert result.stdout == f"{name}\n" and result.stderr == ""
    assert (files.root / name).read_text(encoding="utf-8").startswith(beginning)
    assert sorted(os.listdir((files.root / name).parent)) == sorted({"migrations", "rev.yaml", "sub", name} if "/" not in name else {"a.htm"})  # fmt: skip


def test_as_overrules_the_name(files):
    files.draw("a")
    files.rev("graph", "-o", "picture.html", "--as", "svg").ok()
    ET.fromstring((files.root / "picture.html").read_text(encoding="utf-8"))
    files.rev("graph", "-o", "picture.png").fails(2, "'picture.png' does not say what kind", "--as", "dot -Tpng")
    files.rev("graph", "--as", "png").fails(2, "dot, mermaid, svg or html, not 'png'")
    files.rev("graph", "--format", "json").fails(2, "no json form")


def test_only_a_picture_is_replaced(files):
    files.draw("a")
    path = files.root / "graph.svg"
    path.write_text("")
    for kind in KINDS:
        files.rev("graph", "-o", "graph.svg", "--as", kind).ok()
    files.draw("b<a")
    files.rev("graph", "-o", "graph.svg").ok()
    assert svg_ids(ET.fromstring(path.read_text(encoding="utf-8"))) == ["b", "a"]

    files.sql("b", "SELECT 1;\n")
    os.mkfifo(files.root / "fifo")
    before = tree(files.migrations)
    script = next(files.migrations.glob("*b_make_b/up.sql"))
    for taken in (script, files.root / "fifo", files.root / "migrations"):
        files.rev("graph", "--as", "dot", "-o", taken).fails(2, "exists already, and is no picture", "another name")
    assert tree(files.migrations) == before
    files.rev("graph", "-o", "gone/graph.svg").fails(1, "gone/graph.svg", "No such file")
    assert sorted(os.listdir(files.root)) == ["fifo", "graph.svg", "migrations", "rev.yaml"]


def test_no_revision_at_all(files):
    for kind in KINDS:
        text = files.rev("graph", "--as", kind).ok().stdout
        if kind == "svg":
            assert svg_ids(ET.fromstring(text)) == []
        if kind == "html":
            assert Page(text).data() == {"revisions": []}


def test_range_shows_a_part_and_where_it_is_cut(files):
    files.draw("a; b<a; c<b; d<c")
    root = ET.fromstring(files.rev("graph", "--as", "svg", "-r", "b:c").ok().stdout)
    assert svg_ids(root) == ["c", "b"]
    assert len([p for p in root.iter(f"{SVG}path") if "cut" in (p.get("class") or "").split()]) == 1
    text = files.rev("graph", "-r", "b:c").ok().stdout
    assert '"before b" -> "b" [style=dotted];' in text and '"before c"' not in text and '"d"' not in text
    files.rev("graph", "-r", "c").fails(2, "has no colon")


def test_mermaid_says_when_it_is_too_much(files):
    files.add(*(Revision(f"r{i}", [f"r{i - 1}"] if i else []) for i in range(502)))
    files.rev("graph", "--as", "mermaid").ok("501 edges", "maxEdges")
    assert files.rev("graph", "--as", "mermaid", "-r", "r1:").ok().stderr == ""
    assert files.rev("graph", "--as", "dot").ok().stderr == ""


# With a database


def statuses(project, *arguments):
    entries = Page(project.rev("graph", "--as", "html", *arguments).ok().stdout).data()["revisions"]
    return {entry["id"]: " ".join(entry["is"]) for entry in entries}


def test_applied_shows_what_the_database_has(project, db):
    project.draw("a; b<a; c<a; d<b,c; e<d")
    project.rev("upgrade", "b").ok()
    found = statuses(project, "--applied")
    assert found == {
        "a": "applied branchpoint base",
        "b": "applied current",
        "c": "pending",
        "d": "pending mergepoint",
        "e": "pending head",
    }
    root = ET.fromstring(project.rev("graph", "--as", "svg", "--applied").ok().stdout)
    pills = [text.text for text in root.iter(f"{SVG}text") if text.get("class").startswith("in-pill")]
    assert sorted(pills) == ["current", "head", "pending", "pending", "pending"]
    assert re.search(r'r_b\["b \(current\)<br/>make b"\]:::current', project.rev("graph", "--as", "mermaid", "--applied").stdout)
    assert '"c" [label="c (pending)' in project.rev("graph", "--applied").stdout
    assert set(statuses(project)["b"].split()) == set()
    assert list(statuses(project, "-r", ":current")) == ["b", "a"]
    assert list(statuses(project, "-r", ":current", "--applied")) == ["b", "a"]


def test_interrupted_step_stands_out(project, db):
    project.draw("a; b<a")
    project.folder("b").joinpath("revision.yaml").open("a").write("transactional: false\n")
    project.sql("b", "CREATE TABLE t_b (id integer); CREATE TABLE t_a (id integer);")
    project.rev("upgrade", "head").fails(1)
    assert statuses(project, "--applied") == {"a": "applied current base", "b": "interrupted head"}


def test_no_database_is_asked_unless_told(files):
    files.draw("a")
    broken = ("--url", "postgresql://nobody:secret@127.0.0.1:1/none")
    files.rev("graph", *broken).ok()
    files.rev("graph", "--applied", *broken, "--wait", "0").fails(1).says_not("secret")
    files.rev("graph", "--applied").fails(2, "url")


def test_page_has_no_password(project, postgresql):
    project.draw("a")
    joined = "&" if "?" in postgresql.url else "?"
    url = f"{postgresql.url}{joined}password=hunter2"
    text = project.rev("graph", "--as", "html", "--applied", "--url", url).ok().stdout
    assert "hunter2" not in text and Page(text).data()["url"].startswith("postgresql")


# Scripts


def test_scripts_as_they_are(files):
    files.draw("a; b<a; c<b")
    files.sql("a", "SELECT '</script>', '\u202e' -- \u00e9\n")
    files.sql("a", "", "down.sql")
    (files.folder("b") / "up.sql").write_bytes(b"SELECT '\xff\x00';")
    (files.folder("b") / "down.sql").unlink()
    files.sql("c", "\u00e9" * 20000)
    found = {e["id"]: e for e in Page(files.rev("graph", "--as", "html").ok().stdout).data()["revisions"]}
    assert found["a"]["up"] == "SELECT '</script>', '\u202e' -- \u00e9\n"
    assert found["a"]["down"] == "" and found["b"]["down"] is None
    assert found["b"]["up"].startswith("SELECT '\ufffd")
    assert found["c"]["up"] == "\u00e9" * (32 * 1024 // 2)
    assert (found["c"]["up_is_cut"], found["c"]["up_size"]) == (True, 40000)
    assert found["a"]["up_is_cut"] is False


def test_script_that_cannot_be_read(files):
    files.draw("a")
    (files.folder("a") / "up.sql").unlink()
    (files.folder("a") / "up.sql").symlink_to("gone.sql")
    files.rev("graph", "-o", "graph.html").fails(1, "up.sql")
    assert not (files.root / "graph.html").exists()
    files.rev("graph", "-o", "graph.svg").ok()
