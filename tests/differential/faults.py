"""Graphs that rev refuses to load on purpose, and what Alembic may make of each."""

from copy import deepcopy

from graphs import RESERVED, Graph
from projects import Revision

REFUSES, DIES, ACCEPTS = "refuses", "dies", "accepts"


def itself_as_parent(chance, revisions):
    revision = chance.choice(revisions)
    revision.parents = [*revision.parents, revision.id]


def itself_as_need(chance, revisions):
    revision = chance.choice(revisions)
    revision.depends_on = [*revision.depends_on, revision.id]


def above(revisions, edges):
    """Pairs of a revision and one above it."""
    graph = Graph(revisions)
    below = getattr(graph, edges)
    return [(low, high) for high in graph.ids for low in sorted(below[high]) if low != high]


def cycle(chance, revisions):
    """A revision becomes the child of its own descendant."""
    pairs = above(revisions, "versioned_below")
    if pairs:
        low, high = chance.choice(pairs)
        find(revisions, low).parents.append(high)
    return bool(pairs)


def cycle_of_needs(chance, revisions):
    """A revision depends on its own descendant."""
    pairs = above(revisions, "full_below")
    if pairs:
        low, high = chance.choice(pairs)
        find(revisions, low).depends_on.append(high)
    return bool(pairs)


def find(revisions, id):
    return next(revision for revision in revisions if revision.id == id)


def unknown_parent(chance, revisions):
    chance.choice(revisions).parents.append("nowhere")


def unknown_need(chance, revisions):
    chance.choice(revisions).depends_on.append("nowhere")


def id_twice(chance, revisions):
    again = deepcopy(chance.choice(revisions))
    again.message += " again"
    again.labels = []
    revisions.append(again)


def label_twice(chance, revisions):
    label = chance.choice([*Graph(revisions).names, "twice"])
    if label == "twice":
        chance.choice(revisions).labels.append(label)
    revisions.append(Revision("another", labels=[label]))


def parent_twice(chance, revisions):
    revision = chance.choice(revisions)
    revision.parents = [*revision.parents, chance.choice(revision.parents)] if revision.parents else []
    return bool(revision.parents)


def reserved_id(chance, revisions):
    revisions.append(Revision(chance.choice(RESERVED)))


def reserved_label(chance, revisions):
    revisions.append(Revision("another", labels=[chance.choice(RESERVED)]))


# What is wrong, how to make it (False: not on this graph), and what Alembic may do.
FAULTS = (
    ("down_revision names itself", itself_as_parent, {REFUSES}),
    ("depends_on names itself", itself_as_need, {REFUSES}),
    ("cycle of down_revisions", cycle, {REFUSES, ACCEPTS}),
    ("cycle through depends_on", cycle_of_needs, {REFUSES, ACCEPTS}),
    ("unknown down_revision", unknown_parent, {DIES}),
    ("unknown depends_on", unknown_need, {DIES}),
    ("one id twice", id_twice, {ACCEPTS, DIES, REFUSES}),
    ("label clash", label_twice, {REFUSES}),
    ("a parent listed twice", parent_twice, {ACCEPTS}),
    ("reserved word as an id", reserved_id, {ACCEPTS}),
    ("reserved word as a label", reserved_label, {ACCEPTS}),
)


def random_fault(chance, graph):
    """(what is wrong, what Alembic may do, the faulty revisions), or None."""
    revisions = deepcopy(graph.revisions)
    if not revisions:
        return None
    name, spoil, may = chance.choice(FAULTS)
    if spoil(chance, revisions) is False:
        return None
    return name, may, revisions
