#include "base/arena.h"

#include "harness.h"

/* Every size near a border of blocks, filled to its last byte, stays what it was while others come and go. */
static void objects_never_overlap(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,     1,     15,    16,    17,    4080,  4095,  4096, 4097,  8192,
                                   16367, 16368, 16383, 16384, 16385, 16400, 40000, 1,    16384, 3};
    enum { ROUNDS = 20 };
    struct rv_arena *arena = rv_arena_new();
    unsigned char *objects[ROUNDS * COUNT(sizes)];
    for (size_t i = 0; i < COUNT(objects); i++) {
        size_t size = sizes[i % COUNT(sizes)];
        objects[i] = rv_arena_alloc(arena, size);
        assert_non_null(objects[i]);
        assert_int_equal((uintptr_t)objects[i] % _Alignof(max_align_t), 0);
        for (size_t j = 0; j < size; j++) {
            assert_int_equal(objects[i][j], 0);
        }
        if (size) {
            memset(objects[i], (int)(i % 251) + 1, size);
        }
    }
    for (size_t i = 0; i < COUNT(objects); i++) {
        for (size_t j = 0; j < sizes[i % COUNT(sizes)]; j++) {
            assert_int_equal(objects[i][j], i % 251 + 1);
        }
    }
    rv_arena_free(arena);
}

static void a_first_object_may_be_huge(void **state)
{
    (void)state;
    struct rv_arena *arena = rv_arena_new();
    char *huge = rv_arena_alloc(arena, 1 << 20);
    char *small = rv_arena_strdup(arena, "small");
    huge[(1 << 20) - 1] = 'x';
    assert_string_equal(small, "small");
    rv_arena_free(arena);
    rv_arena_free(NULL);
    rv_arena_free(rv_arena_new());
}

static void texts_end_in_nul(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    assert_string_equal(rv_arena_text(arena, "abcdef", 3), "abc");
    assert_string_equal(rv_arena_text(arena, NULL, 0), "");
    assert_string_equal(rv_arena_strdup(arena, ""), "");
    assert_null(rv_arena_strdup(arena, NULL));
    assert_memory_equal(rv_arena_copy(arena, "a\0b", 3), "a\0b", 3);
    assert_non_null(rv_arena_copy(arena, NULL, 0));
    assert_string_equal(rv_arena_printf(arena, "%s-%d", "x", 7), "x-7");
    char *wide = rv_arena_printf(arena, "%050000d", 1);
    assert_int_equal(strlen(wide), 50000);
    uint64_t *numbers = RV_NEW_ARRAY(arena, uint64_t, 100);
    assert_int_equal(numbers[0] + numbers[99], 0);
}

/* What an application asks for because a file says so: no abort. */
static void sizes_from_outside_may_fail(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    assert_null(rv_arena_try(arena, SIZE_MAX));
    char *first = rv_arena_try(arena, 100);
    char *small = rv_arena_strdup(arena, "small");
    char *second = rv_arena_try(arena, 100000);
    memset(first, 'x', 100);
    memset(second, 'y', 100000);
    assert_string_equal(small, "small");
}

TESTS(TEST(sizes_from_outside_may_fail), TEST(objects_never_overlap), TEST(a_first_object_may_be_huge),
      TEST(texts_end_in_nul))
