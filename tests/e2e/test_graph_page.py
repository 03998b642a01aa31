"""The page of rev graph in headless Chromium: what it shows, what a click, a key, a wheel does, and how it looks."""

import json

import pixels
import pytest
from browser import Browser, installed
from projects import Project, Revision
from test_graph_command import HOSTILE

pytestmark = pytest.mark.skipif(not installed(), reason="chromium is not installed")

LIGHT = {"paper": (255, 255, 255), "applied": (0x1A, 0x7F, 0x37), "pending": (0x9A, 0x67, 0), "selected": (0xDD, 0xF0, 0xFF)}
DARK = {"paper": (0x0D, 0x11, 0x17), "applied": (0x3F, 0xB9, 0x50), "pending": (0xD2, 0x99, 0x22), "selected": (0x15, 0x30, 0x4F)}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A branch and a merge; the database is where they part."""
    project = Project(tmp_path_factory.mktemp("page"), "sqlite:///dev.db")
    project.draw("a1; b2<a1; c3<a1 (invoices); d4<b2,c3; e5<d4 !a1")
    project.rev("upgrade", "d4").ok()
    project.rev("graph", "-o", "graph.html", "--applied").ok()
    return project.root / "graph.html"


@pytest.fixture(scope="module")
def long_page(tmp_path_factory):
    """2,000 revisions: a long line with side branches that are merged again."""
    project = Project(tmp_path_factory.mktemp("long"))
    revisions = [Revision("r0", message="the very first")]
    for i in range(1, 2000):
        parents = [f"r{i - 1}"] if i % 10 != 5 else [f"r{i - 3}"]
        parents += [f"r{i - 3}"] if i % 10 == 7 else []
        parents = [f"r{i - 1}", f"r{i - 4}"] if i % 10 == 8 else parents
        revisions.append(Revision(f"r{i}", parents, message=f"change number {i}", up=[f"CREATE TABLE t_{i} (id integer)"]))
    project.add(*revisions)
    project.rev("graph", "-o", "graph.html").ok()
    return project.root / "graph.html"


@pytest.fixture(scope="module")
def chromium():
    with Browser() as browser:
        yield browser


@pytest.fixture
def browser(chromium):
    chromium.complaints.clear()
    chromium.requests.clear()
    yield chromium
    assert chromium.complaints == []
    assert [url for url in chromium.requests if not url.startswith("file:")] == []


def middle(browser, selector):
    box = browser.evaluate(
        "(b => [b.left + b.width / 2, b.top + b.height / 2])"
        f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
    )
    return box[0], box[1]


def row(browser, number):
    """A place on the row's text: rows are counted from the newest."""
    return middle(browser, f".revisions > g:nth-child({number}) .id")


def test_shows_the_graph_and_the_newest_revision(browser, page):
    browser.open(page)
    assert "5 revisions" in browser.text("header")
    assert browser.text("#legend").split() == (
        "current 1 pending 1 applied 4 head 1 branch point 1 merge point 1".split() + browser.text("#origin").split()
    )
    assert browser.text("#origin").startswith("sqlite:///dev.db, 20")
    drawn = browser.evaluate("[...document.querySelectorAll('.revisions .id')].map(e => e.textContent)")
    assert drawn == ["e5", "d4", "c3", "b2", "a1"]
    panel = browser.text("#panel")
    for part in ("e5", "pending", "head", "make e5", "Parents", "d4", "Depends on", "a1",
                 "up.sql", "CREATE TABLE t_e5 (id integer);", "down.sql", "DROP TABLE t_e5;"):  # fmt: skip
        assert part in panel


def test_a_click_shows_a_revision_and_links_lead_on(browser, page):
    browser.open(page)
    browser.click(*row(browser, 3))
    assert "make c3" in browser.text("#panel") and "CREATE TABLE t_c3" in browser.text("#panel")
    assert browser.evaluate("location.hash") == "#c3"
    assert browser.evaluate("document.querySelectorAll('.edges .on').length") == 2
    browser.click(*middle(browser, "#panel a[href='#a1']"))
    assert "make a1" in browser.text("#panel")
    browser.key("ArrowUp", 38)
    assert "make b2" in browser.text("#panel")
    browser.click(*middle(browser, "#panel .close"))
    assert browser.evaluate("document.querySelector('#panel').hidden")
    browser.open(page, "#b2")
    assert "make b2" in browser.text("#panel")


@pytest.mark.parametrize("asked, found", [
    ("c3", ["c3"]), ("MAKE b", ["b2"]), ("invoices", ["e5", "d4", "c3"]), ("make", ["e5", "d4", "c3", "b2", "a1"]),
    ("nothing like it", []), ("is:pending", ["e5"]), ("is:applied 3", ["c3"]), ("is:mergepoint", ["d4"]),
])  # fmt: skip
def test_search(browser, page, asked, found):
    browser.open(page)
    browser.key("/", 191, "/")
    browser.type(asked)
    hits = browser.evaluate("[...document.querySelectorAll('.revisions > .hit .id')].map(e => e.textContent)")
    assert hits == found
    assert browser.text("#found") == f"{len(found)} found"
    for at, revision in enumerate(found, 1):
        browser.key("Enter", 13)
        assert browser.text("#panel h2") == revision
        assert browser.text("#found") == f"{at} of {len(found)}"
    browser.key("Escape", 27)
    assert browser.evaluate("document.querySelectorAll('.hit, .searching').length") == 0


def test_legend_searches(browser, page):
    browser.open(page)
    browser.click(*middle(browser, "button[data-word='is:branchpoint']"))
    assert browser.evaluate("document.querySelector('#query').value") == "is:branchpoint"
    assert browser.evaluate("[...document.querySelectorAll('.hit .id')].map(e => e.textContent)") == ["a1"]
    browser.click(*middle(browser, "button[data-word='is:branchpoint']"))
    assert browser.evaluate("document.querySelectorAll('.hit').length") == 0


def test_zoom_and_pan(browser, long_page):
    browser.open(long_page)
    scrolled = "document.querySelector('#view').scrollTop"
    assert browser.text("#size") == "100 %"
    browser.drag(300, 700, 300, 300)
    assert browser.evaluate(scrolled) == 400
    assert browser.text("#panel h2") == "r1999", "a drag is no click"
    x, y = row(browser, 20)
    browser.wheel(x, y, -300, control=True)
    assert browser.text("#size") != "100 %"
    after = row(browser, 20)
    assert abs(after[1] - y) < 3, "what is under the pointer stays there"
    browser.click(*middle(browser, "#size"))
    assert browser.text("#size") == "100 %"
    browser.key("-", 189, "-")
    assert browser.text("#size") == "80 %"


def test_two_thousand_revisions(browser, long_page):
    assert long_page.stat().st_size < 3_000_000
    browser.open(long_page)
    assert "2,000 revisions" in browser.text("header")
    browser.key("/", 191, "/")
    browser.type("very first")
    browser.key("Enter", 13)
    assert browser.text("#panel h2") == "r0"
    x, y = row(browser, 2000)
    assert 0 < y < 800, "the match is in sight"
    assert browser.evaluate(f"document.elementFromPoint({x}, {y}).closest('.revisions > g').querySelector('.id').textContent") == "r0"
    left, top, height = browser.evaluate("(b => [b.left, b.top, b.height])(document.querySelector('#overview').getBoundingClientRect())")
    browser.click(left + 20, top + height / 2)
    there = browser.evaluate("document.querySelector('#view').scrollTop + document.querySelector('#view').clientHeight / 2")
    assert abs(there / browser.evaluate("document.querySelector('#sheet').offsetHeight") - 0.5) < 0.01


def test_hostile_texts_are_shown_and_do_nothing(browser, files):
    files.add(*(Revision(f"r{i}", [f"r{i - 1}"] if i else [], message=text) for i, text in enumerate(HOSTILE)))
    files.sql("r0", "SELECT '</script><script>window.hacked = 1</script>' /* \u202e */;")
    files.rev("graph", "-o", "graph.html").ok()
    browser.open(files.root / "graph.html", "#r0")
    panel = browser.text("#panel")
    assert HOSTILE[0] in panel and "SELECT '</script><script>" in panel and "\\u202E" in panel
    for i in range(len(HOSTILE)):
        browser.key("ArrowUp", 38)
    browser.open(files.root / "graph.html", "#r5")
    assert "turned \\u202Egnp.sql\\u2066 hidden \\u200B\\uFEFF" in browser.text("#panel .message")
    assert browser.evaluate("typeof window.hacked") == "undefined"
    assert browser.evaluate("document.images.length") == 0


def near(found, color):
    return sum(count for pixel, count in found.items() if all(abs(a - b) < 12 for a, b in zip(pixel, color)))


@pytest.mark.parametrize("dark, colors", [(False, LIGHT), (True, DARK)], ids=["light", "dark"])
def test_looks(page, tmp_path, dark, colors):
    """Not blank: the paper is most of it, and the marks, the chosen row and the texts have their colours."""
    with Browser(1100, 500, dark) as browser:
        png = browser.open(page).screenshot()
        (tmp_path / "graph.png").write_bytes(png)
        assert browser.complaints == []
    found = pixels.colors(png)
    total = sum(found.values())
    assert total == 1100 * 500
    assert near(found, colors["paper"]) > total / 2
    for name in ("applied", "pending", "selected"):
        assert near(found, colors[name]) > 100, name
    assert len(found) > 200, "texts have soft edges"


def test_drawing_alone_looks_the_same(page, tmp_path):
    project = Project(page.parent)
    project.rev("graph", "-o", tmp_path / "graph.svg", "--url", "sqlite:///dev.db", "--applied").ok()
    with Browser(700, 300) as browser:
        found = pixels.colors(browser.open(tmp_path / "graph.svg").screenshot())
        assert browser.complaints == []
    for name in ("applied", "pending"):
        assert near(found, LIGHT[name]) > 50, name
