/* Every fault that loading can find, with its place. */
#include "graph/drawn.h"

static void faults(void **state)
{
    static const struct {
        const char *name, *drawing;
        rev_error_code code;
        uint32_t line, column;
        const char *message, *hint;
    } cases[] = {
        {"self", "a<a", REV_ERROR_GRAPH, 1, 3, "self-loop is detected in revision 'a'", NULL},
        {"self by dependency", "a !a", REV_ERROR_GRAPH, 1, 4, "dependency self-loop is detected in revision 'a'", NULL},
        {"self by label", "a (L) !L", REV_ERROR_GRAPH, 1, 8, "dependency self-loop is detected in revision 'a'", NULL},
        {"cycle", "a<b; b<a", REV_ERROR_GRAPH, 1, 3, "cycle is detected in revisions: a -> b -> a", "Each of these"},
        {"cycle below a head and above a base", "z; a<z,b; b<a; h<b", REV_ERROR_GRAPH, 2, 8,
         "cycle is detected in revisions: a -> b -> a", NULL},
        {"cycle of three", "c<b; b<a; a<c", REV_ERROR_GRAPH, 3, 13, "cycle is detected in revisions: a -> b -> c -> a",
         NULL},
        {"cycle by dependency", "a; b<a !d; c; d<c !b", REV_ERROR_GRAPH, 2, 9,
         "dependency cycle is detected in revisions: b -> d -> b", "or depends_on"},
        {"cycle by label", "a (L) !b2; b !L; b2<b", REV_ERROR_GRAPH, 1, 8,
         "dependency cycle is detected in revisions: a -> b -> b2 -> a", NULL},
        {"unknown parent", "abcdef; b<abcdfe", REV_ERROR_GRAPH, 2, 11,
         "down_revision 'abcdfe' of revision 'b' is not "
         "present",
         "Did you mean 'abcdef'?"},
        {"prefix as parent", "abcdef; b<ab", REV_ERROR_GRAPH, 2, 11, "'ab' of revision 'b' is not present", "'abcdef'"},
        {"label as parent", "a (L); b<L", REV_ERROR_GRAPH, 2, 10, "'L' of revision 'b' is not present",
         "'L' is a name of revision 'a'"},
        {"tag as parent", "a #t; b !t", REV_ERROR_GRAPH, 2, 10, "depends_on 't' of revision 'b' is not present",
         "revision 'a'"},
        {"unknown dependency", "a; b !zzzzzzzz", REV_ERROR_GRAPH, 2, 7, "depends_on 'zzzzzzzz'", "No revision here"},
        {"parent twice", "a; b<a,a", REV_ERROR_GRAPH, 2, 8, "down_revision 'a' of revision 'b' is listed twice", NULL},
        {"one id twice", "a; b; a<b", REV_ERROR_GRAPH, 3, 7, "revision 'a' is present more than once: in m1 and in m3",
         NULL},
        {"label twice", "a (L); b (L)", REV_ERROR_GRAPH, 2, 11,
         "branch label 'L' in revision 'b' is already used by revision 'a'", "in m1"},
        {"label twice in one header", "a (L L)", REV_ERROR_GRAPH, 1, 6, "is already used by revision 'a'", NULL},
        {"label is an id", "a (b); b", REV_ERROR_GRAPH, 1, 4, "branch label 'b' in revision 'a' is already used",
         "revision id"},
        {"tag is a label", "a #L; b (L)", REV_ERROR_GRAPH, 1, 4,
         "tag 'L' in revision 'a' is already used by revision 'b'", NULL},
        {"reserved id", "head", REV_ERROR_HEADER, 1, 1, "revision id 'head' is a reserved word", NULL},
        {"reserved label", "a (current)", REV_ERROR_HEADER, 1, 4, "branch label 'current' is a reserved word", NULL},
        {"reserved tag", "a #base", REV_ERROR_HEADER, 1, 4, "tag 'base' is a reserved word", NULL},
        {"bad id", "a-b", REV_ERROR_HEADER, 1, 1, "revision id 'a-b' has a character other", NULL},
        {"bad label", "a (x@y)", REV_ERROR_HEADER, 1, 4, "branch label 'x@y' has one of the characters", NULL},
        {"redundant dependency is legal", "a; b<a; c<b !a,b", 0, 0, 0, NULL, NULL},
        {"parents above each other are legal", "a; b<a; m<a,b", 0, 0, 0, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        rev_error *err = NULL;
        struct rv_graph *graph = drawn_try(cases[i].drawing, &err);
        if (!cases[i].message) {
            check_none(cases[i].name, err);
            rv_graph_free(graph);
            continue;
        }
        CHECK(cases[i].name, graph == NULL && err != NULL);
        check_error(cases[i].name, err, cases[i].code, cases[i].line, cases[i].column, cases[i].message);
        CHECK(cases[i].name, err->next == NULL);
        CHECK(cases[i].name, !cases[i].hint || (err->hint && strstr(err->hint, cases[i].hint)));
        rev_error_free(err);
    }
}

static void all_faults_come_at_once(void **state)
{
    (void)state;
    rev_error *err = NULL;
    assert_null(drawn_try("head; a<nope; b<b; c !x; d (L); e (L); f<g; g<f; a", &err));
    size_t count = 0;
    for (const rev_error *each = err; each; each = each->next) {
        assert_non_null(each->file);
        count++;
    }
    assert_int_equal(count, 7);
    rev_error_free(err);
}

static void many_faults_are_counted(void **state)
{
    (void)state;
    rv_str_auto struct rv_str drawing = {0};
    for (int i = 0; i < 50; i++) {
        rv_str_printf(&drawing, "r%d<nope%d; ", i, i);
    }
    rev_error *err = NULL;
    assert_null(drawn_try(rv_str_text(&drawing), &err));
    const rev_error *last = err;
    while (last->next) {
        last = last->next;
    }
    assert_string_equal(last->message, "and 30 more");
    rev_error_free(err);
}

static void long_cycles_are_cut(void **state)
{
    (void)state;
    rv_str_auto struct rv_str drawing = {0};
    for (int i = 0; i < 30; i++) {
        rv_str_printf(&drawing, "r%02d<r%02d; ", i, (i + 29) % 30);
    }
    rev_error *err = NULL;
    assert_null(drawn_try(rv_str_text(&drawing), &err));
    assert_non_null(strstr(err->message, ": r00 -> r01 -> "));
    assert_non_null(strstr(err->message, "r19 -> (10 more) -> r00"));
    rev_error_free(err);
}

/* Two cycles that do not touch are two faults; what hangs above them is none. */
static void each_cycle_is_reported(void **state)
{
    (void)state;
    rev_error *err = NULL;
    assert_null(drawn_try("a<b; b<a; c<a; x<y; y<x; z<y,c", &err));
    assert_string_equal(err->message, "cycle is detected in revisions: a -> b -> a");
    assert_string_equal(err->next->message, "cycle is detected in revisions: x -> y -> x");
    assert_null(err->next->next);
    rev_error_free(err);
}

static void names(void **state)
{
    static const struct {
        const char *text;
        bool is_id, is_label;
    } cases[] = {
        {"a", true, true},
        {"A_9", true, true},
        {"0012", true, true},
        {"12345678901234567890123456789012", true, true},
        {"123456789012345678901234567890123", false, true},
        {"1234567890123456789012345678901234567890123456789012345678901234", false, true},
        {"12345678901234567890123456789012345678901234567890123456789012345", false, false},
        {"", false, false},
        {"heads", false, false},
        {"head", false, false},
        {"base", false, false},
        {"current", false, false},
        {"Head", true, true},
        {"caf\xc3\xa9", false, true},
        {"x\xff", false, false},
        {"x.y/z,w", false, true},
        {"x y", false, false},
        {"x\xc2\xa0y", false, false}, /* no-break space */
        {"x\ty", false, false},
        {"x\x7f", false, false},
        {"x@y", false, false},
        {"x:y", false, false},
        {"x+y", false, false},
        {"-x", false, false},
        {"x-", false, true},
        {"x-y", false, true},
        {"x-1", false, false},
        {"x-12y", false, true},
        {"x--9", false, false},
        {"9", true, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(cases[i].text, (rv_graph_id_fault(cases[i].text) == NULL) == cases[i].is_id);
        CHECK(cases[i].text, (rv_graph_label_fault(cases[i].text) == NULL) == cases[i].is_label);
    }
}

static void too_many_revisions_are_refused(void **state)
{
    (void)state;
    struct rv_descriptor *descriptors = calloc(RV_REVISION_LIMIT + 1, sizeof *descriptors);
    assert_non_null(descriptors);
    rev_error *err = NULL;
    struct rv_graph *graph = rv_graph_new(descriptors, RV_REVISION_LIMIT + 1, &err);
    assert_fails(graph != NULL, &err, REV_ERROR_GRAPH, "more than the 100000");
    free(descriptors);
}

/* A hundred thousand in a circle: no recursion, and a message that can be read. */
static void a_long_cycle_is_found(void **state)
{
    (void)state;
    struct rv_arena *arena = rv_arena_new();
    struct rv_descriptor *descriptors = RV_NEW_ARRAY(arena, struct rv_descriptor, RV_REVISION_LIMIT);
    for (int i = 0; i < RV_REVISION_LIMIT; i++) {
        struct rv_name *parent = RV_NEW(arena, struct rv_name);
        parent->text = rv_arena_printf(arena, "r%d", (i + RV_REVISION_LIMIT - 1) % RV_REVISION_LIMIT);
        descriptors[i] = (struct rv_descriptor){.file = "f",
                                                .path = "p",
                                                .id = {.text = rv_arena_printf(arena, "r%d", i)},
                                                .down_revision = {parent, 1},
                                                .message = ""};
    }
    rev_error *err = NULL;
    struct rv_graph *graph = rv_graph_new(descriptors, RV_REVISION_LIMIT, &err);
    assert_fails(graph != NULL, &err, REV_ERROR_GRAPH, "(99980 more) -> r0");
    rv_arena_free(arena);
}

TESTS(TEST(faults), TEST(all_faults_come_at_once), TEST(many_faults_are_counted), TEST(long_cycles_are_cut),
      TEST(each_cycle_is_reported), TEST(names), TEST(too_many_revisions_are_refused), TEST(a_long_cycle_is_found))
