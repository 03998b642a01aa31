"""The differences between rev and Debian's Alembic 1.8.1 that are meant, each as a rule that is as narrow as it can be.

A rule looks at the graph, the rows, the command and both outcomes. "§" is the section of the project's semantics page
(docs/specs.md has the same numbers) that decides against Alembic. Whatever no rule explains is a failure.
"""

import re
from dataclasses import dataclass, field, replace

from graphs import RESERVED
from sides import history_ids
from specs import Spec, parse

# Alembic's pattern of relative specs: what it reads, and what it leaves unread.
ALEMBIC_RELATIVE = re.compile(r"(?:(.+?)@)?(\w+)?((?:\+|-)\d+)")

MIGRATIONS = ("upgrade", "downgrade")
CHANGES = (*MIGRATIONS, "stamp")


@dataclass
class Case:
    """One command on one state, and what both tools made of it."""

    graph: object
    rows: set
    command: str
    specs: list
    alembic: object
    rev: object
    options: tuple = ()
    side: object = None  # Alembic's own reading of specs and labels
    run_alembic: object = None  # runs the command again, with these specs
    parsed: list = field(init=False)

    def __post_init__(self):
        self.parsed = [parse(text) for text in self.specs]  # an element is None if the text is no spec

    def names(self, spec):
        """What a spec names, by Alembic's own code; None if it refuses."""
        return self.side.revisions(spec)

    @property
    def only_rev_refuses(self):
        return self.alembic.is_ok and not self.rev.is_ok

    @property
    def only_alembic_refuses(self):
        return self.rev.is_ok and not self.alembic.is_ok

    @property
    def both_ok(self):
        return self.rev.is_ok and self.alembic.is_ok

    @property
    def spec(self):
        """The one spec, or an empty one."""
        return self.parsed[0] if self.parsed and self.parsed[0] else Spec(None, None, None, None)

    @property
    def rev_ids(self):
        return {id for _, id in self.rev.steps}

    @property
    def alembic_ids(self):
        return {id for _, id in self.alembic.steps}

    @property
    def is_same_change(self):
        if self.both_ok:
            return self.rev.rows == self.alembic.rows and self.rev_ids == self.alembic_ids
        return self.rev.is_ok == self.alembic.is_ok

    def is_as_with(self, specs):
        """Alembic, given these specs instead, does what rev did (or differs by a rule again)."""
        self.side.database.set_rows(self.rows)
        other = replace(self, specs=specs, alembic=self.run_alembic(specs))
        return other.is_same_change or explain(other) is not None

    def died(self, *kinds):
        """Alembic ended in one of these exceptions, which is no refusal."""
        return self.alembic.error.startswith(tuple(kind + ":" for kind in kinds))

    def says(self, text):
        return text in self.alembic.error

    def rows_after(self, ids):
        """By the row rule, when these have run up or down."""
        applied = self.graph.applied(self.rows)
        return self.graph.maximal(applied | ids if self.command == "upgrade" else applied - ids)

    def where_id(self, spec):
        return self.graph.find(spec.where)


# --- specs that rev reads whole or not at all ---


def unread_rest(case):
    """`abc-1x`: Alembic takes abc-1 and forgets the rest."""
    return case.only_rev_refuses and any(
        is_cut_short(text) and names_nothing(case, spec) for text, spec in zip(case.specs, case.parsed)
    )


def names_nothing(case, spec):
    return spec is None or (not spec.sign and case.graph.find(spec.symbol) is None)


def is_cut_short(text):
    match = ALEMBIC_RELATIVE.match(text)
    return bool(match) and match.end() < len(text)


def not_a_spec(case):
    """`L@`, `@a`: no text of the grammar."""
    return case.only_rev_refuses and any(
        spec is None and not is_cut_short(text) for text, spec in zip(case.specs, case.parsed)
    )


def reserved_where(case):
    """`heads@a`"""
    return case.only_rev_refuses and any(spec and spec.where in RESERVED for spec in case.parsed)


def where_names_nothing(case):
    """`nosuch@base`"""
    return case.only_rev_refuses and any(
        spec and spec.where and spec.where not in RESERVED and case.where_id(spec) is None for spec in case.parsed
    )


def unreadable_label(case):
    """`x-y+1`, `x-1y@head`: Alembic's pattern knows only the characters of ids before a sign."""
    if not any(
        bool(spec) and (reads_wrong(text) or reads_no_walk(spec)) for text, spec in zip(case.specs, case.parsed)
    ):
        return False
    if case.command in CHANGES:
        by_id = [by_ids(case, spec) or text for text, spec in zip(case.specs, case.parsed)]
        return by_id != case.specs and case.is_as_with(by_id)
    return is_range(case, *both_ends(case)) or show_walk(case)


def by_ids(case, spec):
    """The spec with ids instead of labels."""
    if not spec:
        return None
    where, symbol = spec.where, spec.symbol
    if where:
        where = case.where_id(spec) or where
    if symbol and symbol not in RESERVED:
        line = case.graph.line(where) if where in case.graph.by_id else None
        symbol = case.graph.find(symbol, line) or case.graph.find(symbol) or symbol
    return (f"{where}@" if where else "") + (symbol or "") + (f"{spec.sign}{spec.count}" if spec.sign else "")


def reads_wrong(text):
    """A walk within the label."""
    return is_cut_short(text) and "-" in text


def reads_no_walk(spec):
    return bool(spec.sign and spec.symbol) and not re.fullmatch(r"\w+", spec.symbol)


def symbol_on_its_line(case):
    """`W@abc+1`, `stamp W@abc`, `downgrade W@head-0`: what is unique on W's line; Alembic looks everywhere."""
    if not case.only_alembic_refuses or not (case.says("Can't locate") or case.says("Multiple head revisions")):
        return False
    written_out = [write_out(case, spec) for spec in case.parsed]
    if case.command not in CHANGES or not any(written_out):
        return False
    return case.is_as_with([new or old for new, old in zip(written_out, case.specs)])


def write_out(case, spec):
    """The spec with an id instead of such a prefix, head or heads; None if there is none in it."""
    if not spec or not spec.where or not spec.symbol or case.where_id(spec) is None:
        return None
    line = case.graph.line(case.where_id(spec))
    if spec.symbol in ("head", "heads"):
        found = case.graph.heads & line
    else:
        found = {case.graph.id_of(name) for name in case.graph.candidates(spec.symbol, line)}
        found = found if len(case.graph.candidates(spec.symbol)) > 1 else ()
    if len(found) != 1:
        return None
    return f"{spec.where}@{''.join(found)}" + (f"{spec.sign}{spec.count}" if spec.sign else "")


def below_base(case):
    """`base-1`: a head, says Alembic."""
    return case.only_rev_refuses and case.spec.symbol == "base" and case.spec.sign == "-"


def nothing_above_base(case):
    """`base+0` is base; Alembic dies."""
    return case.only_alembic_refuses and case.spec.symbol == "base" and case.spec.sign == "+" and case.spec.count == 0


# --- rows ---


def row_is_a_prefix(case):
    """A row must equal an id; Alembic also takes the beginning of one."""
    return case.only_rev_refuses and any(
        row not in case.graph.by_id and case.graph.find(row) is not None for row in case.rows
    )


def leaves_implied_row(case):
    """The same steps, but Alembic's rows still hold what another row implies."""
    return (
        case.both_ok
        and case.command in MIGRATIONS
        and case.rev_ids == case.alembic_ids
        and case.rev.rows != case.alembic.rows
        and case.graph.maximal(case.alembic.rows) == case.rev.rows
    )


def dies_changing_rows(case):
    """Alembic made the same plan, and an exception ended it in the middle: no refusal but a bug."""
    return (
        case.only_alembic_refuses
        and case.command in MIGRATIONS
        and case.died("KeyError", "AssertionError", "IndexError")
        and case.alembic.planned is not None
        and set(case.alembic.planned) == case.rev_ids
        and has_implied_parent(case)
    )


def has_implied_parent(case):
    """A step's revision has three or more full parents of which one is an ancestor of another."""
    for id in case.rev_ids:
        needs = case.graph.needs[id]
        if len(needs) >= 3 and case.graph.maximal(set(needs)) != set(needs):
            return True
    return False


# --- upgrade ---


def targets_overlap(case):
    """`L@heads` with an effective head."""
    if case.command != "upgrade" or not case.only_alembic_refuses or not case.says("overlaps with other requested"):
        return False
    targets = case.names(case.specs[0])
    if targets is None or case.graph.maximal(targets) == targets:
        return False
    return case.rev_ids == case.graph.applied(targets) - case.graph.applied(case.rows)


# --- downgrade ---


def minus_from_several_rows(case):
    """`-1`: Alembic goes by whichever row the database returns first."""
    return (
        case.command == "downgrade"
        and case.only_rev_refuses
        and case.spec.is_bare
        and not case.spec.where
        and len(case.rows) > 1
    )


def minus_one_undoes_a_merge(case):
    """A bare `-1` on the one row of a merge: its parents become the rows."""
    return (
        case.command == "downgrade"
        and case.only_alembic_refuses
        and case.says("Ambiguous walk")
        and case.spec.is_bare
        and not case.spec.where
        and case.spec.count == 1
        and len(case.rows) == 1
        and case.rev.steps == [("down", *case.rows)]
    )


# --- stamp ---


def stamp_is_relative(case):
    return case.command == "stamp" and case.only_rev_refuses and any(spec and spec.sign for spec in case.parsed)


def stamp_destinations(case):
    """The union of what the specs name, by Alembic's own reading; None if one is refused."""
    named = [case.names(text) for text in case.specs]
    return None if None in named else set().union(*named)


def stamp_overlap(case):
    """A destination that needs another one."""
    if case.command != "stamp" or not case.only_rev_refuses:
        return False
    destinations = stamp_destinations(case)
    return destinations is not None and case.graph.maximal(destinations) != destinations


def stamp_base_and_more(case):
    return (
        case.command == "stamp"
        and case.only_rev_refuses
        and len(case.specs) > 1
        and any(spec and spec.symbol == "base" and not spec.sign for spec in case.parsed)
    )


def stamp_by_the_rule(case):
    """rev left what the page's formula says, for destinations that Alembic reads the same."""
    destinations = stamp_destinations(case)
    if case.command != "stamp" or not case.rev.is_ok or not destinations:
        return False
    before = set() if "--purge" in case.options else case.graph.maximal(case.rows)
    return case.rev.rows == before - case.graph.related(destinations) | destinations


def stamp_several(case):
    """Several destinations: Alembic moves a row twice, or loses rows that it was asked to keep."""
    is_several = len(case.specs) > 1 or len(stamp_destinations(case) or ()) > 1
    return is_several and stamp_by_the_rule(case) and loses_rows(case)


def stamp_where(case):
    """W@x, where Alembic takes all rows on W's line with it instead of those on x's."""
    return (
        stamp_by_the_rule(case)
        and len(case.specs) == 1
        and bool(case.spec.where)
        and len(case.rows) > 1
        and loses_rows(case)
    )


def loses_rows(case):
    return case.both_ok or case.died("KeyError", "AssertionError")


# --- history and show ---


def ids_of_end(case, spec, text):
    """What an end of a range names that is not counted from the other end; None if it is refused."""
    if spec is None or spec.is_bare:
        return None
    if not spec.sign:
        return case.rows if text == "current" else case.names(text)
    starts = starts_of_walk(case, spec)
    if starts is None or len(starts) > 1:
        return None
    line = case.graph.line(case.where_id(spec)) if spec.where else None
    end = case.graph.walk(*(starts or ["base"]), int(f"{spec.sign}{spec.count}"), line)
    return {end} - {"base"} if end else None


def starts_of_walk(case, spec):
    if spec.symbol == "current" and not spec.where:
        return case.rows
    if not spec.where:
        return case.names(spec.symbol)
    if case.where_id(spec) is None:
        return None
    starts = case.names(f"{spec.where}@{spec.symbol}")
    return case.names(spec.symbol) if starts is None and spec.sign == "+" else starts


def is_range(case, lower, upper):
    """rev shows just what lies between these."""
    if not case.rev.is_ok or lower is None or upper is None:
        return False
    graph = case.graph
    shown = (graph.applied(upper) - graph.applied(lower)) | lower
    if lower:
        shown = {id for id in shown if graph.versioned_below[id] & lower}
    return set(history_ids(case.rev.answer)) == shown


def both_ends(case):
    """What A and B name; None for an A that is counted from B, and for an end that is refused."""
    if case.command != "history" or len(case.specs) != 2:
        return None, None
    lower, upper = [ids_of_end(case, spec, text) for spec, text in zip(case.parsed, case.specs)]
    last = case.parsed[1]
    if last and last.is_bare and last.sign == "+" and lower is not None:
        upper = case.side.counted_up(case.specs[1], lower)
    return lower, upper


def history_minus(case):
    """`-3:current`: counted down from B; Alembic counts from the project's heads."""
    spec = case.spec
    if case.command != "history" or not spec.is_bare or spec.sign != "-":
        return False
    _, upper = both_ends(case)
    starts = starts_of_minus(case, upper)
    lower = case.graph.walk(*(starts or ["base"]), -spec.count) if starts is not None and len(starts) < 2 else None
    is_refused = lower is None or spec.count == 0
    return not case.rev.is_ok if is_refused else is_range(case, {lower} - {"base"}, upper)


def starts_of_minus(case, upper):
    """B, or with W@-N what of B is on W's line: else the tips there of all that B needs."""
    if not case.spec.where or not upper:
        return upper
    if case.where_id(case.spec) is None:
        return None
    graph, line = case.graph, case.graph.line(case.where_id(case.spec))
    applied = graph.applied(upper)
    tips = {id for id in applied if not applied & set(graph.children[id])}
    return upper & line or tips & line or None


def history_walk(case):
    """`x+1:` and `x-1:`: Alembic walks to the upper end only."""
    return (
        case.only_alembic_refuses
        and bool(case.spec.symbol)
        and bool(case.spec.sign)
        and case.says("Can't locate revision")
        and is_range(case, *both_ends(case))
    )


def history_down_to_base(case):
    """`:x-2`, and x is a base: nothing, where Alembic dies."""
    lower, upper = both_ends(case)
    return case.died("AssertionError") and upper == set() and is_range(case, lower, upper)


def history_current_twice(case):
    """`current:current`"""
    return case.only_alembic_refuses and case.specs == ["current"] * 2 and is_range(case, case.rows, case.rows)


def history_current_of_nothing(case):
    """`x:current` with no rows: Alembic takes the project's heads instead. rev shows nothing, or refuses any x."""
    if case.specs[1:] != ["current"] or case.rows or not case.alembic.is_ok:
        return False
    lower, _ = both_ends(case)
    return is_range(case, lower, set()) if case.rev.is_ok else bool(lower)


def history_branch_by_id(case):
    """`W@base:` with an id as W: Alembic insists on one label there."""
    where = case.spec.where
    if where not in case.graph.by_id or len(case.side.labels(where)) == 1 or not case.died("AssertionError"):
        return False
    return is_range_of_branch(case, case.graph.line(where))


def history_branch_by_prefix(case):
    """`W@base:` with a prefix as W: Alembic looks for revisions that carry the prefix itself, and finds none."""
    names = case.graph.candidates(case.spec.where) if case.spec.where else []
    if names in ([], [case.spec.where]) or case.alembic.answer.strip():
        return False
    id = case.graph.id_of(names[0])
    labels = case.side.labels(id) if names[0] == id else {names[0]}
    if len(labels) != 1:
        return is_range_of_branch(case, case.graph.line(id))
    return is_range_of_branch(case, {other for other in case.graph.ids if labels <= case.side.labels(other)})


def is_range_of_branch(case, branch):
    """As is_range(), or rightly refused; from W@base only what of B is on the branch counts."""
    lower, upper = both_ends(case)
    if upper is not None and case.spec.symbol == "base":
        upper &= branch
    if case.rev.is_ok:
        return is_range(case, lower, upper)
    return lower is not None and upper is not None and not lower <= case.graph.applied(upper)


def history_of_nothing(case):
    """`base:+2` in an empty project shows what there is: nothing."""
    return case.only_alembic_refuses and case.command == "history" and not case.graph.ids and not case.rev.answer


def history_branch_of_revision(case):
    """`W@x:`: Alembic drops of B what does not carry W, as for W@base."""
    return (
        bool(case.spec.where)
        and case.spec.symbol != "base"
        and (case.both_ok or case.says("does not refer to ancestor"))
        and is_range(case, *both_ends(case))
    )


def history_of_overlap(case):
    """`current:` or `:W@heads`, where one of them needs another: Alembic refuses such ends."""
    ends = both_ends(case)
    return (
        case.only_alembic_refuses
        and case.says("overlaps with other requested")
        and any(end is not None and case.graph.maximal(end) != end for end in ends)
        and is_range(case, *ends)
    )


def history_with_a_gap(case):
    """What of a range is reached only through what is left out of it: Alembic's sort dies of it."""
    lower, upper = both_ends(case)
    return case.died("AssertionError") and is_range(case, lower, upper) and not is_connected(case, upper)


def is_connected(case, upper):
    """Everything shown is reached from the upper end through what is shown."""
    shown = set(history_ids(case.rev.answer))
    reached, todo = set(), list(upper & shown)
    while todo:
        id = todo.pop()
        reached.add(id)
        todo += [other for other in case.graph.needs[id] if other in shown - reached]
    return reached == shown


def show_walk(case):
    """`show x+1`: Alembic knows walks in upgrade and downgrade only."""
    if case.command != "show" or not case.only_alembic_refuses or not case.says("Can't locate revision"):
        return False
    named = ids_of_end(case, case.spec, case.specs[0])
    return bool(case.spec.sign) and named is not None and shown_ids(case) == named


def shown_ids(case):
    return set(re.findall(r"^Rev: (\w+)", case.rev.answer, re.M))


def show_minus(case):
    """`show -1`, `show W@-1`: from the project's heads, says Alembic; rev asks from where."""
    return case.command == "show" and case.only_rev_refuses and case.spec.is_bare and case.spec.sign == "-"


RULES = (
    # name, section, predicate
    ("the rest of a spec is not read", "2", unread_rest),
    ("not a spec at all", "2", not_a_spec),
    ("reserved word before @", "2", reserved_where),
    ("nothing has the name before @", "2", where_names_nothing),
    ("walk from a label with - or .", "2", unreadable_label),
    ("W@x, x unique on W's line only", "2", symbol_on_its_line),
    ("base-N", "2", below_base),
    ("base+0", "2", nothing_above_base),
    ("a row is the prefix of an id", "3", row_is_a_prefix),
    ("targets of which one needs the other", "3", targets_overlap),
    ("-N from several rows", "2", minus_from_several_rows),
    ("-1 undoes the one merge", "issue", minus_one_undoes_a_merge),
    ("a row stays that another implies", "6", leaves_implied_row),
    ("dies while it changes the rows", "6", dies_changing_rows),
    ("stamp: relative spec", "2", stamp_is_relative),
    ("stamp: base and another spec", "6", stamp_base_and_more),
    ("stamp: one destination needs another", "6", stamp_overlap),
    ("stamp: several destinations", "6", stamp_several),
    ("stamp: W@x and several rows", "6", stamp_where),
    ("history: A counts down from B", "5", history_minus),
    ("history: A is a walk from a revision", "5", history_walk),
    ("history: B walks down to base", "5", history_down_to_base),
    ("history: +N in an empty project", "5", history_of_nothing),
    ("history: current at both ends", "5", history_current_twice),
    ("history: up to current, and no rows", "5", history_current_of_nothing),
    ("history: W@… from an id", "5", history_branch_by_id),
    ("history: W@… from a prefix", "5", history_branch_by_prefix),
    ("history: W@x leaves W's branch", "5", history_branch_of_revision),
    ("history: at an end one needs another", "5", history_of_overlap),
    ("history: a range with a gap", "5", history_with_a_gap),
    ("show: a walk from a revision", "8", show_walk),
    ("show: -N from nowhere", "2", show_minus),
)


def explain(case):
    """The name of the first rule that allows this difference, or None."""
    for name, section, predicate in RULES:
        if predicate(case):
            return name, section
    return None
