#include "tree/checksum.h"

#include "harness.h"

struct input {
    const char *id, *parents[2], *depends_on[2], *message, *label;
    struct rv_view up, down;
    bool is_statementwise, foreign_keys_off;
};

static rev_strings strings(const char *const *items)
{
    return (rev_strings){items[0] ? (items[1] ? 2U : 1U) : 0U, items};
}

static void digest(const struct input *input, char out[RV_SHA256_TEXT_SIZE])
{
    rev_revision revision = {.id = input->id,
                             .message = input->message ? input->message : "",
                             .create_date = input->message,
                             .path = input->message,
                             .down_revision = strings(input->parents),
                             .depends_on = strings(input->depends_on),
                             .branch_labels = {input->label ? 1 : 0, &input->label},
                             .tags = {input->label ? 1 : 0, &input->label},
                             .labels = {input->label ? 1 : 0, &input->label},
                             .is_head = input->label != NULL,
                             .is_transactional = !input->is_statementwise,
                             .foreign_keys_off = input->foreign_keys_off};
    rv_checksum(&revision, input->up, input->down, out);
}

#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }
#define UP BYTES("CREATE TABLE t (a int);\nSELECT 1;\n")
#define DOWN BYTES("DROP TABLE t;\n")

static const struct input plain = {.id = "b2", .parents = {"a1"}, .message = "m", .up = UP, .down = DOWN};

/* These stand in databases: they never change. Made with coreutils' sha256sum over the text in the comment. */
static void the_digest_never_changes(void **state)
{
    (void)state;
    char hex[RV_SHA256_TEXT_SIZE];
    /* "revision 2:b2\ndown_revision 2:a1\ntransactional 4:true\nforeign_keys 2:on\nup 34:CREATE …\ndown 14:DROP …\n" */
    digest(&plain, hex);
    assert_string_equal(hex, "86f5dc0da35fdfb030f959b8e627d08ba633de7825986009699e5f09e15e8283");
    /* "revision 5:merge\ndown_revision 2:a1\ndown_revision 2:b2\ndepends_on 5:label\ntransactional 4:true\n"
     * "foreign_keys 2:on\nup 0:\n" */
    digest(&(struct input){.id = "merge", .parents = {"a1", "b2"}, .depends_on = {"label"}, .up = BYTES("")}, hex);
    assert_string_equal(hex, "1adf68f6de0ae9580b7d5e80b818684c6ee3b755970f4027e0a4eb00c774be8c");
}

static void what_does_not_count(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct input input;
    } cases[] = {
        {"message, date, path", {.id = "b2", .parents = {"a1"}, .message = "other", .up = UP, .down = DOWN}},
        {"labels and tags", {.id = "b2", .parents = {"a1"}, .label = "l", .up = UP, .down = DOWN}},
        {"CRLF in up.sql",
         {.id = "b2", .parents = {"a1"}, .up = BYTES("CREATE TABLE t (a int);\r\nSELECT 1;\r\n"), .down = DOWN}},
        {"CRLF here and there",
         {.id = "b2", .parents = {"a1"}, .up = BYTES("CREATE TABLE t (a int);\r\nSELECT 1;\n"), .down = DOWN}},
        {"CR alone",
         {.id = "b2", .parents = {"a1"}, .up = BYTES("CREATE TABLE t (a int);\rSELECT 1;\r"), .down = DOWN}},
        {"BOM",
         {.id = "b2",
          .parents = {"a1"},
          .up = BYTES("\xef\xbb\xbf"
                      "CREATE TABLE t (a int);\nSELECT 1;\n"),
          .down = BYTES("\xef\xbb\xbf"
                        "DROP TABLE t;\r\n")}},
    };
    char expected[RV_SHA256_TEXT_SIZE], hex[RV_SHA256_TEXT_SIZE];
    digest(&plain, expected);
    for (size_t i = 0; i < COUNT(cases); i++) {
        digest(&cases[i].input, hex);
        check_text(cases[i].name, hex, expected);
    }
}

/* Each differs from every other. */
static void what_counts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct input input;
    } cases[] = {
        {"plain", {.id = "b2", .parents = {"a1"}, .up = UP, .down = DOWN}},
        {"transactional: false", {.id = "b2", .parents = {"a1"}, .up = UP, .down = DOWN, .is_statementwise = true}},
        {"foreign_keys: off", {.id = "b2", .parents = {"a1"}, .up = UP, .down = DOWN, .foreign_keys_off = true}},
        {"id", {.id = "b3", .parents = {"a1"}, .up = UP, .down = DOWN}},
        {"capitals", {.id = "B2", .parents = {"a1"}, .up = UP, .down = DOWN}},
        {"parent", {.id = "b2", .parents = {"a2"}, .up = UP, .down = DOWN}},
        {"no parent", {.id = "b2", .up = UP, .down = DOWN}},
        {"two parents", {.id = "b2", .parents = {"a1", "a2"}, .up = UP, .down = DOWN}},
        {"their order", {.id = "b2", .parents = {"a2", "a1"}, .up = UP, .down = DOWN}},
        {"parents joined", {.id = "b2", .parents = {"a1a2"}, .up = UP, .down = DOWN}},
        {"a dependency", {.id = "b2", .parents = {"a1"}, .depends_on = {"a2"}, .up = UP, .down = DOWN}},
        {"a dependency for a parent", {.id = "b2", .depends_on = {"a1"}, .up = UP, .down = DOWN}},
        {"two dependencies", {.id = "b2", .parents = {"a1"}, .depends_on = {"a2", "a3"}, .up = UP, .down = DOWN}},
        {"a forged field", {.id = "b2\ndown_revision 2:a1", .up = UP, .down = DOWN}},
        {"up.sql", {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT 2;\n"), .down = DOWN}},
        {"up.sql without its end", {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT 2;"), .down = DOWN}},
        {"up.sql with a space", {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT  2;\n"), .down = DOWN}},
        {"up.sql with two ends", {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT 2;\n\r"), .down = DOWN}},
        {"up.sql with a BOM inside",
         {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT\xef\xbb\xbf 2;"), .down = DOWN}},
        {"up.sql with two BOMs",
         {.id = "b2",
          .parents = {"a1"},
          .up = BYTES("\xef\xbb\xbf\xef\xbb\xbf"
                      "SELECT 2;"),
          .down = DOWN}},
        {"up.sql with a comment", {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT 2; -- x\n"), .down = DOWN}},
        {"up.sql with NUL", {.id = "b2", .parents = {"a1"}, .up = BYTES("SELECT 2;\0x"), .down = DOWN}},
        {"an empty up.sql", {.id = "b2", .parents = {"a1"}, .up = BYTES(""), .down = DOWN}},
        {"down.sql", {.id = "b2", .parents = {"a1"}, .up = UP, .down = BYTES("DROP TABLE t\n")}},
        {"an empty down.sql", {.id = "b2", .parents = {"a1"}, .up = UP, .down = BYTES("")}},
        {"no down.sql", {.id = "b2", .parents = {"a1"}, .up = UP}},
        {"down.sql for up.sql", {.id = "b2", .parents = {"a1"}, .up = DOWN, .down = UP}},
        {"a forged down.sql", {.id = "b2", .parents = {"a1"}, .up = BYTES("\ndown 0:\n")}},
    };
    static char seen[COUNT(cases)][RV_SHA256_TEXT_SIZE];
    for (size_t i = 0; i < COUNT(cases); i++) {
        digest(&cases[i].input, seen[i]);
        CHECK(cases[i].name, strlen(seen[i]) == 64);
        CHECK(cases[i].name, strspn(seen[i], "0123456789abcdef") == 64);
        for (size_t j = 0; j < i; j++) {
            CHECK(cases[i].name, strcmp(seen[i], seen[j]) != 0);
        }
    }
}

TESTS(TEST(the_digest_never_changes), TEST(what_does_not_count), TEST(what_counts))
