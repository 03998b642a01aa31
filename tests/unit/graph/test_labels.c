/* Which revisions carry a label (docs/specs.md, section 1). */
#include "graph/drawn.h"

/* "a:L,M b:" in the order of the ids */
static void describe_labels(const struct rv_graph *graph, struct rv_str *out)
{
    for (uint32_t node = 0; node < rv_graph_count(graph); node++) {
        const rev_revision *revision = rv_graph_revision(graph, node);
        rv_str_printf(out, "%s%s:", node > 0 ? " " : "", revision->id);
        for (size_t i = 0; i < revision->labels.count; i++) {
            rv_str_printf(out, "%s%s", i > 0 ? "," : "", revision->labels.items[i]);
        }
    }
}

static void labels_spread(void **state)
{
    static const struct {
        const char *name, *drawing, *labels;
    } cases[] = {
        {"the page's first", "a; b<a (L); c<b", "a:L b:L c:L"},
        {"the page's second", "a; b<a (L); c<b; d1<c; d2<c", "a: b:L c:L d1:L d2:L"},
        {"never through depends_on", "a (L); b !a", "a:L b:"},
        {"several, sorted", "a (M); b<a (L K); c<b", "a:K,L,M b:K,L,M c:K,L,M"},
        {"down to a branch point", "a; b<a; x<a; c<b (L); d<c", "a: b:L c:L d:L x:"},
        {"a dependent ends it too", "a; b<a; c<b (L); x !a", "a: b:L c:L x:"},
        {"a dependent above keeps it up", "a; b<a (L); c<b; x !b", "a: b:L c:L x:"},
        {"a dependent of the tip alone is no fork", "a; b<a (L); x !b", "a:L b:L x:"},
        {"not down through a merge point", "a; b; m<a,b; c<m (L)", "a: b: c:L m:"},
        {"not down from a merge point", "a; b; m<a,b (L)", "a: b: m:L"},
        {"a merge above keeps it up", "a; b<a (L); y; m<b,y", "a: b:L m:L y:"},
        {"a merge unites", "a (A); b (B); c (C); m<a,b; n<m,c", "a:A b:B c:C m:A,B n:A,B,C"},
        {"a diamond has them once", "a (A); b<a; c<a; d<b,c", "a:A b:A c:A d:A"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rv_graph *graph = drawn_graph(cases[i].drawing);
        rv_str_auto struct rv_str labels = {0};
        describe_labels(graph, &labels);
        check_text(cases[i].name, rv_str_text(&labels), cases[i].labels);
        rv_graph_free(graph);
    }
}

/* 7,000 revisions in a line, each with a label, carry 24 million if a fork above keeps the labels from going down (else
 * all of them have the same list). */
static void too_many_are_refused(void **state)
{
    (void)state;
    enum { COUNT_OF_REVISIONS = 7000 };
    rv_str_auto struct rv_str drawing = {0};
    for (int i = 0; i < COUNT_OF_REVISIONS; i++) {
        rv_str_printf(&drawing, "r%d", i);
        if (i > 0) {
            rv_str_printf(&drawing, "<r%d", i - 1);
        }
        rv_str_printf(&drawing, " (L%dx); ", i);
    }
    rv_str_printf(&drawing, "x<r%d; y<r%d", COUNT_OF_REVISIONS - 1, COUNT_OF_REVISIONS - 1);
    rev_error *err = NULL;
    struct rv_graph *graph = drawn_try(rv_str_text(&drawing), &err);
    assert_fails(graph != NULL, &err, REV_ERROR_GRAPH, "too many branch labels");
}

TESTS(TEST(labels_spread), TEST(too_many_are_refused))
