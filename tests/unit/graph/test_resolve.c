/* Specs resolved, for each command that reads them (docs/specs.md, sections 2, 4, 6 and 7). What a plan makes of the
 * answer is tested in tests/unit/plan. */
#include "graph/drawn.h"
#include "graph/resolve.h"

enum reader { UPGRADE, DOWNGRADE, STAMP, SHOW, PARENTS };

/* What the spec names, as text: ids, or base. */
static bool read_spec(enum reader reader, const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                      struct rv_str *out, rev_error **err)
{
    rv_nodes_auto struct rv_nodes nodes = {0};
    struct rv_downgrade_target target = {0};
    struct rv_stamp_target stamp = {0};
    bool succeeded = false;
    switch (reader) {
    case UPGRADE:
        succeeded = rv_resolve_upgrade(graph, spec, rows, &nodes, err);
        break;
    case SHOW:
        succeeded = rv_resolve_show(graph, spec, rows, &nodes, err);
        break;
    case PARENTS:
        succeeded = rv_resolve_parents(graph, spec, &nodes, err);
        break;
    case DOWNGRADE:
        succeeded = rv_resolve_downgrade(graph, spec, rows, &target, err);
        if (succeeded && target.undoes_where) {
            rv_str_printf(out, "undo of %s", rv_graph_id(graph, target.where));
        } else if (succeeded) {
            drawn_join(out, target.is_base ? "base" : rv_graph_id(graph, target.node));
        }
        if (succeeded && target.has_where && !target.undoes_where) {
            rv_str_printf(out, " by %s", rv_graph_id(graph, target.where));
        }
        break;
    case STAMP:
        succeeded = rv_resolve_stamp(graph, spec, &stamp, err);
        if (succeeded && stamp.is_base) {
            rv_str_printf(out, "base%s%s", stamp.has_where ? " of " : "",
                          stamp.has_where ? rv_graph_id(graph, stamp.where) : "");
        }
        for (size_t i = 0; i < stamp.dests.count; i++) {
            drawn_join(out, rv_graph_id(graph, stamp.dests.items[i]));
        }
        rv_vec_clear(&stamp.dests);
        break;
    }
    for (size_t i = 0; i < nodes.count; i++) {
        drawn_join(out, rv_graph_id(graph, nodes.items[i]));
    }
    return succeeded;
}

struct spec_case {
    enum reader reader;
    const char *drawing, *rows, *spec;
    const char *names;   /* NULL: refused */
    const char *message; /* with this in the message */
    const char *hint;    /* and this in the hint */
};

static void check_case(const struct spec_case *each)
{
    struct rv_graph *graph = drawn_graph(each->drawing);
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_nodes_auto struct rv_nodes rows = {0};
    rv_str_auto struct rv_str names = {0};
    rev_error *err = NULL;
    assert_succeeds(rv_rows_nodes(graph, drawn_strings(arena, each->rows), &rows, &err), &err);
    bool succeeded = read_spec(each->reader, graph, each->spec, rv_nodes_list(&rows), &names, &err);
    CHECK(each->spec, succeeded == (err == NULL));
    if (each->names) {
        check_none(each->spec, err);
        check_text(each->spec, rv_str_text(&names), each->names);
    } else {
        CHECK(each->spec, err != NULL);
        check_error(each->spec, err,
                    strstr(each->message, "multiple heads") ? REV_ERROR_MULTIPLE_HEADS : REV_ERROR_SPEC, 0, 0,
                    each->message);
        CHECK(each->spec, strstr(err->message, each->spec));
        CHECK(each->spec, err->hint && (!each->hint || strstr(err->hint, each->hint)));
    }
    rev_error_free(err);
    rv_graph_free(graph);
}

static void check_cases(const struct spec_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_case(&cases[i]);
    }
}

static void names(void **state)
{
    static const char *const PAGE = "abcd1; abce2; f", *const LABELS = "a1; a2<a1 (left); b1 (right) #v1; b2<b1";
    static const struct spec_case cases[] = {
        {SHOW, PAGE, "", "abce", "abce2"},
        {SHOW, PAGE, "", "abcd", "abcd1"},
        {SHOW, PAGE, "", "abc", NULL, "multiple revisions start with 'abc': 'abcd1', 'abce2'"},
        {SHOW, PAGE, "", "a", NULL, "multiple revisions start with 'a'"},
        {SHOW, PAGE, "", "f", "f"},
        {SHOW, "abcd; abcde; abcdef", "", "abcd", "abcd"}, /* exact before prefix */
        {SHOW, "abcd; abcde; abcdef", "", "abcde", "abcde"},
        {SHOW, "xyz; abc", "", "xy", NULL, "no such revision or branch 'xy'"}, /* too short to be found by a prefix */
        {SHOW, "xyz1; abc", "", "x", "xyz1"},
        {SHOW, "aaaa1; aaaa2; aaaa3; aaaa4; aaaa5", "", "aaaa", NULL, "'aaaa1', 'aaaa2', 'aaaa3' and 2 more"},
        {SHOW, LABELS, "", "left", "a2"}, /* the revision that declares it, not its tip */
        {SHOW, LABELS, "", "lef", "a2"},
        {SHOW, LABELS, "", "v1", "b1"},
        {SHOW, LABELS, "", "v", NULL, "no such revision or branch 'v'"}, /* tags are exact only */
        {SHOW, LABELS, "", "rihgt", NULL, "no such revision or branch 'rihgt'", "Near: 'right'"},
        {SHOW, LABELS, "", "haed", NULL, "no such revision or branch 'haed'", "Near: 'head'"},
        {SHOW, LABELS, "", "qqqqqqqq", NULL, "no such revision or branch", "rev history"},
        {SHOW, "0012; 12", "", "0012", "0012"},
        {SHOW, "0012; 12", "", "12", "12"},
        /* after where@ only what is on the line counts */
        {SHOW, "r; abcd1<r (one); abcd2<r (two!)", "", "one@abcd", "abcd1"},
        {SHOW, "r; abcd1<r; abcd2<r", "", "abcd2@abcd1", NULL, "revision 'abcd1' is not a member of branch 'abcd2'"},
        {SHOW, "r; abcd1<r; x2<r", "", "x2@abcd", NULL, "revision 'abcd1' is not a member of branch 'x2'"},
        {SHOW, "r; abcd1<r; abcd2<r", "", "abcd1@r", "r"},
        {SHOW, "r; x<r", "", "nosuch@base", NULL, "no such revision or branch 'nosuch' in 'nosuch@base'"},
        {SHOW, "abcd1; abcd2", "", "abc@head", NULL, "multiple revisions start with 'abc' in 'abc@head'"},
        {SHOW, LABELS, "", "v1@head", NULL, "'v1@head' has a tag before the @", "revision 'b1'"},
        {SHOW, LABELS, "", "left@b1", NULL, "is not a member of branch 'left'", "'a2'"},
    };
    (void)state;
    check_cases(cases, COUNT(cases));
}

static void symbols(void **state)
{
    /* b1 is an effective head: c1 depends on it */
    static const char *const FORK = "a; b<a (B); c<a (C)", *const EFFECTIVE = "a1; b1 !a1; b2<b1";
    static const struct spec_case cases[] = {
        {UPGRADE, "", "", "head", ""},
        {UPGRADE, "", "", "heads", ""},
        {UPGRADE, "", "", "base", ""},
        {UPGRADE, "a; b<a", "", "head", "b"},
        {UPGRADE, "a; b<a", "", "base", ""},
        {UPGRADE, "a; b<a", "", "a@base", ""},
        {UPGRADE, FORK, "", "head", NULL, "multiple heads: 'b', 'c'; 'head' needs exactly one",
         "The heads are b (make b), c (make c). Type `rev upgrade heads` for all of them, `rev upgrade B@head` for "
         "one, or "
         "`rev merge heads` to join them."},
        {UPGRADE, FORK, "", "heads", "b c"},
        {UPGRADE, FORK, "", "B@head", "b"},
        {UPGRADE, FORK, "", "a@head", NULL, "multiple heads: 'b', 'c'", "`rev upgrade a@heads`"},
        {UPGRADE, FORK, "", "a@heads", "b c"},
        {UPGRADE, FORK, "", "c@heads", "c"},
        {UPGRADE, EFFECTIVE, "", "head", NULL, "multiple heads: 'a1', 'b2'", "a1 (make a1) (effective head"},
        {UPGRADE, EFFECTIVE, "", "heads", "b2"},
        {UPGRADE, EFFECTIVE, "", "a1@heads", "a1"},
        {UPGRADE, EFFECTIVE, "", "a1@head", "a1"},
        {UPGRADE, FORK, "b", "current", NULL, "'current' is not a revision that this command can take"},
        {DOWNGRADE, FORK, "b", "head", NULL, "multiple heads: 'b', 'c'", "rev downgrade ID"},
        {DOWNGRADE, FORK, "b", "B@head", NULL, "multiple heads: 'b', 'c'"}, /* the project's, not W's */
        {DOWNGRADE, "a; b<a", "b", "head", "b"},
        {DOWNGRADE, "a; b<a", "b", "heads", "b"},
        {DOWNGRADE, "", "", "head", "base"},
        {DOWNGRADE, FORK, "b", "current", NULL, "'current' is not"},
        {STAMP, FORK, "", "head", NULL, "multiple heads: 'b', 'c'", "rev stamp heads"},
        {STAMP, FORK, "", "heads", "b c"},
        {STAMP, FORK, "", "base", "base"},
        {STAMP, FORK, "", "B@base", "base of b"},
        {STAMP, FORK, "", "C@head", "c"},
        {STAMP, FORK, "", "head-1", NULL, "'head-1' is relative, which stamp does not take"},
        {STAMP, FORK, "", "+1", NULL, "'+1' is relative"},
        {SHOW, FORK, "", "heads", "b c"},
        {SHOW, FORK, "b c", "current", "b c"},
        {SHOW, FORK, "", "current", ""},
        {SHOW, FORK, "", "base", ""},
        {SHOW, FORK, "", "head", NULL, "multiple heads", "rev show heads"},
        {SHOW, FORK, "b", "B@current", NULL, "'B@current' is not possible"},
        {SHOW, FORK, "b", "current-1", "a"},
        {SHOW, FORK, "b c", "current-1", NULL, "the database is at several revisions"},
        {SHOW, FORK, "b", "-1", NULL, "'-1' does not say from where"},
        {SHOW, FORK, "b", "a-1", ""},
        {PARENTS, FORK, "", "head", NULL, "multiple heads: 'b', 'c'", "`--head B@head`"},
        {PARENTS, "a; b<a; c<a", "", "head", NULL, "multiple heads: 'b', 'c'", "`--head b@head`"},
        {PARENTS, FORK, "", "heads", "b c"},
        {PARENTS, FORK, "", "base", ""},
        {PARENTS, FORK, "", "B@head", "b"},
        {PARENTS, FORK, "", "C", "c"},
        {PARENTS, FORK, "", "head-1", NULL, "'head-1' is relative"},
        {PARENTS, FORK, "", "current", NULL, "'current' is not a revision"},
        {PARENTS, "", "", "head", ""},
    };
    (void)state;
    check_cases(cases, COUNT(cases));
}

static void relative_upgrades(void **state)
{
    static const char *const LINE = "a; b<a; c<b; d<c", *const DIAMOND = "a; b<a; c<a; d<b,c";
    static const struct spec_case cases[] = {
        {UPGRADE, LINE, "", "+1", "a"},
        {UPGRADE, LINE, "b", "+2", "d"},
        {UPGRADE, LINE, "b", "+3", NULL, "relative revision '+3' didn't produce 3 migrations"},
        {UPGRADE, LINE, "", "+0", NULL, "'+0' goes nowhere"},
        {UPGRADE, LINE, "", "b@+0", NULL, "'b@+0' goes nowhere"},
        {UPGRADE, LINE, "b", "-1", NULL, "'-1' goes down, which upgrade never does"},
        {UPGRADE, LINE, "b", "c@-1", NULL, "'c@-1' goes down"},
        {UPGRADE, LINE, "", "a+2", "c"},
        {UPGRADE, LINE, "", "b+0", "b"},
        {UPGRADE, LINE, "", "b-0", "b"},
        {UPGRADE, LINE, "", "head-1", "c"},
        {UPGRADE, LINE, "", "heads-1", "c"},
        {UPGRADE, LINE, "", "base+1", "a"},
        {UPGRADE, LINE, "", "base+0", ""},
        {UPGRADE, LINE, "", "base-1", NULL, "'base-1' is below base"},
        {UPGRADE, LINE, "", "b-2", NULL, "'b-2' reaches base"},
        {UPGRADE, LINE, "", "b-3", NULL, "relative revision 'b-3' didn't produce 3 migrations"},
        {UPGRADE, LINE, "", "d+1", NULL, "relative revision 'd+1' didn't produce 1 migrations"},
        {UPGRADE, LINE, "", "a+99999999999999999999", NULL, "relative revision 'a+9"},
        {UPGRADE, "", "", "+1", NULL, "relative revision '+1' didn't produce 1 migrations"},
        {UPGRADE, "", "", "head+1", NULL, "'head+1' does not resolve: there are no revisions"},
        {UPGRADE, "a; b", "", "+1", NULL, "ambiguous walk: '+1' can go on from base to 'a', 'b'", "`a@+1`"},
        {UPGRADE, "a; b", "", "b@+1", "b"},
        {UPGRADE, "a; b", "", "head-1", NULL, "multiple heads: 'a', 'b'"},
        {UPGRADE, "a; b", "", "heads+0", NULL, "multiple heads: 'a', 'b'"},
        /* the page's diamond */
        {UPGRADE, DIAMOND, "b c", "+1", NULL, "'+1' is ambiguous with multiple current revisions: 'b', 'c'",
         "`rev upgrade b@+1` or `rev upgrade c@+1`"},
        {UPGRADE, DIAMOND, "b c", "b@+1", "d"},
        {UPGRADE, DIAMOND, "b", "+1", "d"},
        {UPGRADE, DIAMOND, "a", "+1", NULL, "ambiguous walk: '+1' can go on from a to 'b', 'c'"},
        {UPGRADE, DIAMOND, "a", "c@+1", "c"},
        {UPGRADE, DIAMOND, "", "c@+2", "c"},
        {UPGRADE, DIAMOND, "", "c@a+1", "c"},
        {UPGRADE, DIAMOND, "", "c@b+1", "d"}, /* x itself may lie beside the line */
        {UPGRADE, DIAMOND, "", "c@d-0", "d"},
        {UPGRADE, DIAMOND, "", "c@b-1", NULL, "revision 'b' is not a member of branch 'c' in 'c@b-1'"},
        {UPGRADE, DIAMOND, "", "d-1", NULL, "ambiguous walk: 'd-1' can go on from d to 'b', 'c'", "as in `b`"},
        /* no row on the line: from the tip of what is applied there */
        {UPGRADE, "a; b<a; c<b; x<b", "x", "c@+1", "c"},
        {UPGRADE, "a; b<a; y", "y", "b@+1", "a"},
        {UPGRADE, "a; b<a; c<a; d<b", "b c", "a@+1", NULL, "'a@+1' is ambiguous with multiple current revisions"},
        /* prefixes on the line go first */
        {UPGRADE, "r; abcd1<r; abcd2<r; e<abcd1", "", "e@abcd+1", "e"},
    };
    (void)state;
    check_cases(cases, COUNT(cases));
}

static void relative_downgrades(void **state)
{
    static const char *const FORK = "a; b<a; c<a", *const DIAMOND = "a; b<a; c<a; d<b,c";
    static const char *const DEPENDENT = "a1; b1 !a1; b2<b1";
    static const struct spec_case cases[] = {
        {DOWNGRADE, FORK, "b", "-1", "a by b"},
        {DOWNGRADE, FORK, "b", "-2", "base by b"},
        {DOWNGRADE, FORK, "b", "-3", NULL, "relative revision '-3' didn't produce 3 migrations"},
        {DOWNGRADE, FORK, "b", "-0", NULL, "'-0' goes nowhere"},
        {DOWNGRADE, FORK, "", "-1", NULL, "relative revision '-1' didn't produce 1 migrations", "Nothing is applied"},
        {DOWNGRADE, FORK, "b c", "-1", NULL, "'-1' is ambiguous with multiple current revisions: 'b', 'c'",
         "Say which: `rev downgrade b@-1` or `rev downgrade c@-1`."},
        {DOWNGRADE, FORK, "b c", "b@-1", "a by b"},
        {DOWNGRADE, FORK, "b c", "a@-1", NULL, "'a@-1' is ambiguous", "b@-1"},
        {DOWNGRADE, FORK, "b c", "b-1", "a"},
        /* of c's line a is applied, but b stands on it */
        {DOWNGRADE, FORK, "b", "c@-1", NULL, "relative revision 'c@-1' didn't", "other applied branches"},
        {DOWNGRADE, FORK, "b c", "+1", NULL, "'+1' goes up, which downgrade never does"},
        {DOWNGRADE, FORK, "b c", "a+1", NULL, "ambiguous walk: 'a+1'"},
        {DOWNGRADE, FORK, "b c", "b@a+1", "b by b"},
        {DOWNGRADE, FORK, "b c", "a-1", "base"},
        {DOWNGRADE, FORK, "b c", "a-2", NULL, "relative revision 'a-2' didn't"},
        {DOWNGRADE, FORK, "b c", "base-1", NULL, "'base-1' is below base"},
        {DOWNGRADE, FORK, "b c", "base+0", "base"},
        {DOWNGRADE, FORK, "b c", "b@c", "c by b"}, /* not checked against each other */
        {DOWNGRADE, FORK, "b c", "c@b-1", NULL, "revision 'b' is not a member of branch 'c'"},
        {DOWNGRADE, FORK, "b c", "nosuch@a", NULL, "no such revision or branch 'nosuch'"},
        {DOWNGRADE, DIAMOND, "d", "-1", "undo of d"}, /* nothing to choose: the merge is what goes */
        {DOWNGRADE, DIAMOND, "d", "-2", NULL, "ambiguous walk: '-2' can go on from d to 'b', 'c'", "`b`"},
        {DOWNGRADE, DIAMOND, "d", "b@-1", NULL, "ambiguous walk: 'b@-1'"},
        {DOWNGRADE, DEPENDENT, "b2", "-2", "base by b2"},
        {DOWNGRADE, DEPENDENT, "b2", "a1@-1", "base by a1"},
        {DOWNGRADE, "a; b<a; x; y<x", "b", "y@-1", NULL, "'y@-1' didn't", "Of that branch nothing is applied"},
    };
    (void)state;
    check_cases(cases, COUNT(cases));
}

static void rows_are_asked_for_only_if_needed(void **state)
{
    (void)state;
    assert_true(rv_spec_needs_rows("current"));
    assert_true(rv_spec_needs_rows("current-1"));
    assert_true(rv_spec_needs_rows("-3:current"));
    assert_true(rv_spec_needs_rows("current:+2"));
    assert_true(rv_spec_needs_rows("current:"));
    assert_false(rv_spec_needs_rows("head"));
    assert_false(rv_spec_needs_rows("-3:head"));
    assert_false(rv_spec_needs_rows("a:+2"));
    assert_false(rv_spec_needs_rows(":"));
    assert_false(rv_spec_needs_rows("current:a:b"));
    assert_false(rv_spec_needs_rows("@:current@"));
    assert_false(rv_spec_needs_rows(""));
}

/* Many heads make a message that can still be read. */
static void many_heads_are_cut(void **state)
{
    (void)state;
    rv_str_auto struct rv_str drawing = {0};
    for (int i = 0; i < 25; i++) {
        rv_str_printf(&drawing, "r%02d; ", i);
    }
    struct rv_graph *graph = drawn_graph(rv_str_text(&drawing));
    rv_nodes_auto struct rv_nodes nodes = {0};
    rev_error *err = NULL;
    assert_false(rv_resolve_parents(graph, "head", &nodes, &err));
    assert_non_null(strstr(err->message, "'r18', 'r19' and 5 more;"));
    assert_non_null(strstr(err->hint, "r19 (make r19) and 5 more. "));
    rev_error_free(err);
    rv_graph_free(graph);
}

static void long_messages_are_cut_between_characters(void **state)
{
    (void)state;
    struct rv_descriptor items[] = {
        {.file = "f",
         .path = "p",
         .id = {.text = "a"},
         .message = "123456789012345678901234567890123456789\xc3\xa9nd more"},
        {.file = "f", .path = "p", .id = {.text = "b"}, .message = "first line\nsecond line"},
    };
    rev_error *err = NULL;
    struct rv_graph *graph = rv_graph_new(items, COUNT(items), &err);
    assert_succeeds(graph != NULL, &err);
    rv_nodes_auto struct rv_nodes nodes = {0};
    assert_false(rv_resolve_parents(graph, "head", &nodes, &err));
    assert_non_null(strstr(err->hint, "a (123456789012345678901234567890123456789…), b (first line). "));
    rev_error_free(err);
    rv_graph_free(graph);
}

TESTS(TEST(names), TEST(symbols), TEST(relative_upgrades), TEST(relative_downgrades),
      TEST(rows_are_asked_for_only_if_needed), TEST(many_heads_are_cut), TEST(long_messages_are_cut_between_characters))
