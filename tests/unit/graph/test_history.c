/* history -r A:B (docs/specs.md, section 5). */
#include "graph/drawn.h"
#include "graph/resolve.h"

static void ranges(void **state)
{
    static const char *const LINE = "a1; a2<a1; a3<a2; a4<a3; a5<a4";
    static const char *const FORK = "a; b<a (B); c<a (C); b2<b; x !b";
    static const struct {
        const char *drawing, *rows, *range;
        const char *shown;   /* NULL: refused */
        const char *message; /* with this */
    } cases[] = {
        {LINE, "", "a2:a4", "a4 a3 a2"},
        {LINE, "", NULL, "a5 a4 a3 a2 a1"},
        {LINE, "", ":", "a5 a4 a3 a2 a1"},
        {LINE, "", "a4:", "a5 a4"},
        {LINE, "", ":a2", "a2 a1"},
        {LINE, "", "base:head", "a5 a4 a3 a2 a1"},
        {LINE, "", "a3:a3", "a3"},
        {LINE, "", "base:base", ""},
        {LINE, "a4", "-3:current", "a4 a3 a2 a1"},
        {LINE, "a4", "-1:current", "a4 a3"},
        {LINE, "a4", "-30:current", "a4 a3 a2 a1"}, /* no more than there is */
        {LINE, "a2", "current:+1", "a3 a2"},
        {LINE, "a2", "current:+30", "a5 a4 a3 a2"},
        {LINE, "a2", "current:", "a5 a4 a3 a2"},
        {LINE, "", "current:", "a5 a4 a3 a2 a1"},
        {LINE, "", ":current", ""},
        {LINE, "", "-2:current", ""},
        {LINE, "a4", "current-1:current", "a4 a3"},
        {LINE, "", ":+2", "a2 a1"},
        {LINE, "", "-2:", "a5 a4 a3"},
        {LINE, "", "a2+1:head-1", "a4 a3"},
        {LINE, "", "a1-5:a1", "a1"},
        {LINE, "", "a4:a2", NULL, "'a4:a2' does not refer to ancestor/descendant revisions along the same branch"},
        {LINE, "", "a4", NULL, "has no colon"},
        {LINE, "", "a:b:c", NULL, "more than one colon"},
        {LINE, "", "+1:head", NULL, "'+1' cannot begin a range"},
        {LINE, "", "a1:-1", NULL, "'-1' cannot end a range"},
        {LINE, "", "-1:+1", NULL, "'-1:+1' has no end to count from"},
        {LINE, "", "zz:", NULL, "no such revision or branch 'zz'"},
        {LINE, "", ":zz", NULL, "no such revision or branch 'zz'"},
        {LINE, "", "base-1:", NULL, "'base-1' is below base"},
        {LINE, "", "-0:", NULL, "'-0' goes nowhere"},
        {FORK, "", "a:b2", "b2 b a"},
        {FORK, "", "a:", "c b2 b a"}, /* x is no versioned descendant of a */
        {FORK, "", ":x", "x b a"},
        {FORK, "", "b:", "b2 b"},
        {FORK, "b c", ":current", "c b a"},
        {FORK, "b c", "current:heads", "c b2 b"},
        {FORK, "b c", "current:b2", NULL, "does not refer to ancestor/descendant"},
        {FORK, "b c", "-1:current", NULL, "'-1' is ambiguous with multiple current revisions"},
        {FORK, "b c", "B@-1:current", "c b a"},
        {FORK, "", "a:+1", NULL, "ambiguous walk: '+1'"},
        {FORK, "", "a:B@+1", "b a"},
        {FORK, "", ":head", NULL, "multiple heads: 'b2', 'c', 'x'"},
        {FORK, "", "B@base:heads", "b2 b a"},
        {FORK, "", "c@base:heads", "c a"},      /* an id that carries one label means that label */
        {FORK, "", "a@base:heads", "c b2 b a"}, /* and one that carries none its line */
        {FORK, "", "C@base:b2", ""},
        /* what is applied by dependency on another branch is left out above A, and shown from base */
        {"a1; a2<a1; b1; b2<b1 !a2; b3<b2", "", "b1:b3", "b3 b2 b1"},
        {"a1; a2<a1; b1; b2<b1 !a2; b3<b2", "", ":b3", "b3 b2 b1 a2 a1"},
        {"a1; a2<a1; b1; b2<b1 !a2; b3<b2", "", "a1:b3", "a2 a1"},
        {"", "", NULL, ""},
        {"", "", ":", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *name = cases[i].range ? cases[i].range : "(everything)";
        struct rv_graph *graph = drawn_graph(cases[i].drawing);
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        rv_nodes_auto struct rv_nodes rows = {0}, shown = {0};
        rv_str_auto struct rv_str ids = {0};
        rev_error *err = NULL;
        assert_succeeds(rv_rows_nodes(graph, drawn_strings(arena, cases[i].rows), &rows, &err), &err);
        bool succeeded = rv_resolve_history(graph, cases[i].range, rv_nodes_list(&rows), &shown, &err);
        CHECK(name, succeeded == (err == NULL));
        for (size_t j = 0; j < shown.count; j++) {
            drawn_join(&ids, rv_graph_id(graph, shown.items[j]));
        }
        if (cases[i].shown) {
            check_none(name, err);
            check_text(name, rv_str_text(&ids), cases[i].shown);
        } else {
            check_error(name, err,
                        strstr(cases[i].message, "multiple heads") ? REV_ERROR_MULTIPLE_HEADS : REV_ERROR_SPEC, 0, 0,
                        cases[i].message);
        }
        rev_error_free(err);
        rv_graph_free(graph);
    }
}

TESTS(TEST(ranges))
