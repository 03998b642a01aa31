"""Random graphs of revisions, and the few notions of the field that the comparison needs."""

from functools import cached_property

from projects import Revision

RESERVED = ("head", "heads", "base", "current")

# (letters, shortest, longest): few letters and long names give many prefixes in common.
ALPHABETS = (
    ("abcdefghijklmnop", 1, 1),
    ("abc", 1, 5),
    ("ab", 4, 8),
    ("abcd01", 3, 9),
    ("0123456789", 4, 10),
    ("0123456789abcdef", 12, 12),
    ("aAbB_0", 2, 6),
)


class Graph:
    """Revisions, each listed after what it needs, and the relations between them."""

    def __init__(self, revisions):
        self.revisions = list(revisions)
        self.by_id = {revision.id: revision for revision in self.revisions}
        self.declaring = {label: revision.id for revision in self.revisions for label in revision.labels}
        self.parents = {revision.id: list(revision.parents) for revision in self.revisions}
        self.needs = {
            revision.id: list(dict.fromkeys(revision.parents + [self.id_of(name) for name in revision.depends_on]))
            for revision in self.revisions
        }

    def id_of(self, name):
        """The revision of an exact id or label, or None."""
        return name if name in self.by_id else self.declaring.get(name)

    @cached_property
    def ids(self):
        return list(self.by_id)

    @cached_property
    def names(self):
        return self.ids + list(self.declaring)

    @cached_property
    def children(self):
        return {id: [other for other in self.ids if id in self.parents[other]] for id in self.ids}

    @cached_property
    def dependents(self):
        return {id: [other for other in self.ids if id in self.needs[other]] for id in self.ids}

    @cached_property
    def heads(self):
        return {id for id in self.ids if not self.children[id]}

    @cached_property
    def real_heads(self):
        return {id for id in self.ids if not self.dependents[id]}

    @cached_property
    def bases(self):
        return {id for id in self.ids if not self.parents[id]}

    @cached_property
    def versioned_below(self):
        return self._closure(self.parents)

    @cached_property
    def full_below(self):
        return self._closure(self.needs)

    def _closure(self, edges):
        below = {}
        for id in self.ids:
            below[id] = {id}.union(*(below[other] for other in edges[id]))
        return below

    def line(self, id):
        """The versioned ancestors and descendants of a revision, and itself."""
        return self.versioned_below[id] | {other for other in self.ids if id in self.versioned_below[other]}

    def applied(self, rows):
        """The rows' full ancestors; rows that no revision defines count for nothing."""
        return set().union(*(self.full_below[row] for row in rows if row in self.by_id))

    def maximal(self, ids):
        """The row rule: those that no other one needs."""
        return {id for id in ids if not any(id in self.full_below[other] for other in ids if other != id)}

    def related(self, ids):
        """The full ancestors and descendants of these."""
        above = {other for other in self.ids if self.full_below[other] & set(ids)}
        return above | self.applied(ids)

    def walk(self, start, steps, line=None):
        """Versioned edges one by one, up (on this line) or down: their end stops it. "base": below all; None: ambiguous."""
        for _ in range(abs(steps)):
            if steps > 0:
                ways = sorted(self.bases) if start == "base" else self.children[start]
                ways = [id for id in ways if line is None or id in line]
            else:
                ways = [] if start == "base" else self.parents[start] or ["base"]
            if len(ways) > 1:
                return None
            start = ways[0] if ways else start
        return start

    def candidates(self, text, among=None):
        """The names that a spec's text may mean (one is meant if it is the only one)."""
        if self.id_of(text):
            return [text] if among is None or self.id_of(text) in among else []
        return [
            name
            for name in self.names
            if len(name) >= 4 and name.startswith(text) and (among is None or self.id_of(name) in among)
        ]

    def find(self, text, among=None):
        """The id that a text means, exactly or as a prefix; None if nothing or several."""
        found = self.candidates(text, among)
        return self.id_of(found[0]) if len(found) == 1 else None

    def draw(self):
        """The graph in one line: `b<a,c !x (L)`."""
        return "; ".join(draw_revision(revision) for revision in self.revisions)


def draw_revision(revision):
    text = revision.id
    if revision.parents:
        text += "<" + ",".join(revision.parents)
    if revision.depends_on:
        text += " !" + ",".join(revision.depends_on)
    if revision.labels:
        text += " (" + ", ".join(revision.labels) + ")"
    return text


class Names:
    """Invents names that are used nowhere else in the graph."""

    def __init__(self, chance):
        self.chance = chance
        self.alphabet = chance.choice(ALPHABETS)
        self.used = set(RESERVED)

    def invent(self, is_label=False):
        while True:
            letters, shortest, longest = self.chance.choice(ALPHABETS) if self.chance.random() < 0.1 else self.alphabet
            name = "".join(self.chance.choice(letters) for _ in range(self.chance.randint(shortest, longest)))
            if is_label and self.chance.random() < 0.15:
                name = self.chance.choice(("x-", "v.", "é", "L_")) + name
            if is_label and (name[-1].isdigit() and "-" in name):
                continue
            if name not in self.used:
                self.used.add(name)
                return name


def random_graph(chance):
    """One to fourteen revisions (seldom none at all), of a random temper."""
    if chance.random() < 0.004:
        return Graph([])
    names = Names(chance)
    temper = {
        "base": chance.choice((0, 0, 0.1, 0.3)),
        "fork": chance.choice((0, 0.15, 0.4)),
        "merge": chance.choice((0, 0.15, 0.35)),
        "need": chance.choice((0, 0, 0.15, 0.35)),
        "label": chance.choice((0, 0.15, 0.3)),
    }
    revisions = []
    for _ in range(chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 14))):
        revisions.append(random_revision(chance, Graph(revisions), names, temper))
    return Graph(revisions)


def random_revision(chance, graph, names, temper):
    id = names.invent()
    revision = Revision(id, message=f"make {id}")
    revision.up = [f"INSERT INTO journal (step) VALUES ('up {id}')"]
    revision.down = [f"INSERT INTO journal (step) VALUES ('down {id}')"]
    revision.parents = random_parents(chance, graph, temper)
    others = [other for other in graph.ids if other not in revision.parents]
    while others and chance.random() < temper["need"] and len(revision.depends_on) < 3:
        add_need(chance, graph, revision, chance.choice(graph.ids if chance.random() < 0.1 else others))
    while chance.random() < temper["label"] and len(revision.labels) < 2:
        revision.labels.append(names.invent(is_label=True))
    return revision


def add_need(chance, graph, revision, needed):
    """depends_on, by id or by label."""
    name = chance.choice([needed] + graph.by_id[needed].labels)
    if needed not in [graph.id_of(other) for other in revision.depends_on]:
        revision.depends_on.append(name)


def random_parents(chance, graph, temper):
    if not graph.ids or chance.random() < temper["base"]:
        return []
    if len(graph.ids) > 1 and chance.random() < temper["merge"]:
        return merged_parents(chance, graph)
    if chance.random() < temper["fork"]:
        return [chance.choice(graph.ids)]
    return [graph.ids[-1] if chance.random() < 0.5 else chance.choice(sorted(graph.heads))]


def merged_parents(chance, graph):
    """Two to four; seldom one is an ancestor of another, which is legal, if odd."""
    pool = graph.ids if chance.random() < 0.3 else sorted(graph.heads)
    parents = chance.sample(pool, min(len(pool), chance.choice((2, 2, 2, 3, 4))))
    if chance.random() < 0.15:
        return parents
    independent = [
        id for id in parents if not any(id in graph.versioned_below[other] for other in parents if other != id)
    ]
    return independent


def random_rows(chance, graph):
    """Rows as some run might have left them: what is applied is closed, and the rows are its tips."""
    count = chance.choice((0, 1, 1, 2, 2, 3, 4))
    return graph.maximal(graph.applied(chance.sample(graph.ids, min(count, len(graph.ids)))))
