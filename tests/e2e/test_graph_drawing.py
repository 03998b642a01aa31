"""history --graph: the drawing is read back into edges, following its lines as an eye would, and must be the graph."""

import random
import re

import corpora
import pytest
from projects import Project, Revision, draw

STAR = re.compile(r"^((?:[| ] )*\* (?:[| ] )*)(\S.*)$")
DIAGONAL = re.compile(r"^[|/\\_ ]*[/\\_][|/\\_ ]*$")


class Drawing:
    """Reads rows from the top. A lane is a column with the revisions that wait there for their parent."""

    def __init__(self, text):
        self.text = text
        self.lanes = {}
        self.edges = set()
        self.order = []
        self.texts = []
        self.drawn = None  # the revision whose star came last: its lane may end
        self.column = 0  # of that star
        for number, row in enumerate(text.splitlines(), 1):
            self.row = f"row {number}: {row!r}"
            assert row == row.rstrip(), self.error("space at the end")
            if DIAGONAL.match(row):
                self.diagonal(row)
            elif STAR.match(row):
                self.star(*STAR.match(row).groups())
            else:
                self.beside(row)
        for waiting in self.lanes.values():
            assert waiting == {self.drawn}, self.error(f"{waiting} still wait at the end")

    def error(self, what):
        return f"{what}\n{self.row}\n{self.text}"

    def keep(self, after):
        """The next lanes; only that of the revision just drawn may have ended."""
        for column, waiting in self.lanes.items():
            gone = waiting - set().union(*after.values(), set())
            assert gone <= {self.drawn}, self.error(f"the line of {gone} in column {column} ends in nothing")
        self.lanes = after

    def through(self, row, column):
        assert column in self.lanes, self.error(f"a line in column {column} comes from nowhere")
        return set(self.lanes[column])

    def star(self, prefix, text):
        name = re.search(r"-> (\w+)", text) or re.search(r"^Rev: (\w+)", text)
        assert name, self.error("a star without a revision")
        name = name.group(1)
        after = {}
        for column in range(0, len(prefix), 2):
            if prefix[column] == "|":
                after[column] = self.through(prefix, column)
        column = prefix.index("*")
        above = self.lanes.get(column, set())
        arrived = {**after, column: above}
        self.keep(arrived)
        self.edges |= {(child, name) for child in above}
        self.lanes = {**after, column: {name}}
        self.drawn, self.column = name, column
        self.order.append(name)
        self.texts.append([text])

    def beside(self, row):
        """A further line of a revision's text; where its lane has ended, a gap keeps the text in its place."""
        width = 2 * (max([*self.lanes, self.column]) // 2 + 1)
        prefix = row.ljust(width)[:width]
        assert re.fullmatch(r"(?:[| ] )*", prefix), self.error("not a drawing")
        self.keep({column: self.through(row, column) for column in range(0, width, 2) if prefix[column] == "|"})
        self.texts[-1].append(row[width:])

    def diagonal(self, row):
        after = {}

        def arrive(column, waiting):
            after.setdefault(column, set()).update(waiting)

        for column, sign in enumerate(row):
            if sign == "|":
                assert column % 2 == 0, self.error("a line between two lanes")
                arrive(column, self.through(row, column))
            elif sign == "\\":
                assert column % 2 == 1, self.error("a diagonal on a lane")
                arrive(column + 1, self.through(row, column - 1))
            elif sign == "/":
                assert column % 2 == 1, self.error("a diagonal on a lane")
                target = column
                while target >= 2 and row[target - 2] == "_":
                    target -= 2
                assert target == column or row[target - 1] == "|", self.error("a line that joins nothing")
                arrive(target - 1, self.through(row, column + 1))
            elif sign == "_":
                assert "/" in row[column:], self.error("an underscore that leads nowhere")
        self.keep(after)


def edges_of(revisions, shown):
    return {(each.id, parent) for each in revisions for parent in each.parents if each.id in shown and parent in shown}


def words(lines):
    """Lines without what a drawing may change: empty ones and space at the end."""
    return [text.rstrip() for text in lines if text.strip()]


def check(project, revisions, *arguments):
    """The drawing, plain and verbose, against the revisions and against the list without it."""
    listed = project.rev("history", *arguments).ok().lines
    drawing = Drawing(project.rev("history", "--graph", *arguments).ok().stdout)
    assert [text for texts in drawing.texts for text in texts if text] == listed
    assert drawing.edges == edges_of(revisions, drawing.order), drawing.text

    plain = project.rev("history", "--verbose", *arguments).ok().stdout
    verbose = Drawing(project.rev("history", "--graph", "--verbose", *arguments).ok().stdout)
    assert verbose.edges == drawing.edges, verbose.text
    assert words(text for texts in verbose.texts for text in texts) == words(plain.splitlines())


def random_graph(seed):
    """Branches, merges of up to four, several bases, dependencies; the more seeds the wilder."""
    choose = random.Random(seed)
    revisions = []
    for number in range(choose.randint(1, 30)):
        count = choose.choice([0, 1, 1, 1, 1, 1, 2, 2, 3, 4]) if revisions else 0
        recent = revisions[-choose.randint(1, 12) :]
        parents = [each.id for each in choose.sample(recent, min(count, len(recent)))]
        known = [each.id for each in revisions if each.id not in parents]
        needs = choose.sample(known, 1) if known and choose.random() < 0.15 else []
        revisions.append(Revision(f"{choose.randrange(16**6):06x}{number:02}", parents, needs, message=f"no {number}"))
    return revisions


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs(tmp_path, seed):
    revisions = random_graph(seed)
    check(Project(tmp_path / "project").add(*revisions), revisions)


@pytest.mark.parametrize("seed", range(100, 112))
def test_random_ranges(tmp_path, seed):
    revisions = random_graph(seed)
    project = Project(tmp_path / "project").add(*revisions)
    choose = random.Random(seed)
    for _ in range(3):
        name = choose.choice(revisions).id
        check(project, revisions, "-r", f"{name}:")
        check(project, revisions, "-r", f":{name}")


@pytest.mark.parametrize("name", sorted(corpora.EXPECTED))
def test_real_graphs(tmp_path, name):
    revisions = corpora.load(name)
    project = Project(tmp_path / "project").add(*revisions)
    check(project, revisions)
    middle = revisions[len(revisions) // 2].id
    check(project, revisions, "-r", f":{middle}")


SHAPES = {
    "one": "a",
    "line": "a; b<a; c<b",
    "two bases": "a; b",
    "two lines": "a; b<a; x; y<x",
    "fork": "a; b<a; c<a",
    "diamond": "a; b<a; c<a; d<b,c",
    "criss-cross": "a; b; c<a,b; d<a,b; e<c,d; f<c,d",
    "merge of an ancestor": "a; b<a; c<a,b",
    "octopus": "a; b<a; c<a; d<a; e<a; m<b,c,d,e",
    "octopus backwards": "a; b<a; c<a; d<a; e<a; m<e,d,c,b",
    "three bases into one": "a; b; c; m<a,b,c; n<m",
    "base in the middle": "a; b; m<a,b; c<a; x; n<m,c,x",
    "long way round": "a; b<a; c<b; d<c; e<d; m<e,a; n<m,b",
    "fan": "a; " + "; ".join(f"f{n}<a" for n in range(12)),
    "fan and back": "a; " + "; ".join(f"f{n}<a" for n in range(8)) + "; m<" + ",".join(f"f{n}" for n in range(8)),
    "dependency only": "a; b !a; c !b",
    "ladder": "a0; b0; a1<a0; b1<b0,a0; a2<a1,b0; b2<b1,a1; a3<a2,b1; b3<b2,a2; m<a3,b3",
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(files, name):
    revisions = draw(SHAPES[name])
    check(files.add(*revisions), revisions)


def test_exact(files):
    files.draw("a1; b2<a1; c3<a1; m4<b2,c3; d5<m4")
    assert files.rev("history", "--graph").ok().lines == [
        "* m4 -> d5 (head), make d5",
        "* b2, c3 -> m4 (mergepoint), make m4",
        "|\\",
        "| * a1 -> c3, make c3",
        "* | a1 -> b2, make b2",
        "|/",
        "* <base> -> a1 (branchpoint), make a1",
    ]


def test_ranges_whose_ends_are_cut(files):
    """Parents that are not shown leave no line behind."""
    revisions = draw("a; b<a; c<a; d<b,c; e<d; f<d; g<e,f")
    files.add(*revisions)
    for span in ("b:", "d:g", "e:", "b:d", ":c", "c:d"):
        check(files, revisions, "-r", span)


def test_current(project, db):
    revisions = draw("a1; b2<a1; c3<a1; m4<b2,c3")
    project.add(*revisions)
    project.rev("upgrade", "b2").ok()
    check(project, revisions, "--indicate-current")
    check(project, revisions, "-r", "base:current")
    assert "(current)" in project.rev("history", "--graph", "-i").ok().stdout


def test_empty_project(files):
    assert files.rev("history", "--graph").ok().stdout == ""
    assert files.rev("history", "--graph", "--verbose").ok().stdout == ""


def test_messages_that_look_like_a_drawing(files):
    revisions = [
        Revision("a1", message="one\n\n  * two\n| three\n\\ / _"),
        Revision("b2", ["a1"], message="x | * \\ / end"),
        Revision("c3", ["a1"], message="line\u2028separator"),
    ]
    files.add(*revisions)
    assert files.rev("history", "--graph").ok().stdout.count("\n") == 4, "three stars and a join"
    verbose = files.rev("history", "--graph", "--verbose").ok().stdout
    assert [row for row in verbose.splitlines() if row.strip() == "* two"] != []
