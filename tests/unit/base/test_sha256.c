#include "base/sha256.h"

#include "harness.h"

/* FIPS 180-2's examples and the empty text. */
static void known_digests(void **state)
{
    (void)state;
    static const struct {
        const char *text, *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char hex[RV_SHA256_TEXT_SIZE];
        struct rv_sha256 *sha = rv_sha256_new();
        rv_sha256_add(sha, rv_view_of(cases[i].text));
        rv_sha256_finish(sha, hex);
        assert_string_equal(hex, cases[i].digest);
    }
}

static void pieces_make_one_digest(void **state)
{
    (void)state;
    char hex[RV_SHA256_TEXT_SIZE];
    struct rv_sha256 *sha = rv_sha256_new();
    for (size_t i = 0; i < 1000000; i++) {
        rv_sha256_add(sha, rv_view("a", 1));
        rv_sha256_add(sha, rv_view(NULL, 0));
    }
    rv_sha256_finish(sha, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TESTS(TEST(known_digests), TEST(pieces_make_one_digest))
