#include "base/map.h"

#include "harness.h"

static void many_keys_are_kept_apart(void **state)
{
    (void)state;
    enum { KEYS = 50000 };
    static char keys[KEYS][8];
    rv_map_auto struct rv_map *map = rv_map_new();
    for (uint32_t i = 0; i < KEYS; i++) {
        snprintf(keys[i], sizeof keys[i], "%x", (unsigned)i);
        assert_true(rv_map_put(map, rv_view_of(keys[i]), i));
    }
    for (uint32_t i = 0; i < KEYS; i++) {
        uint32_t value;
        assert_true(rv_map_get(map, rv_view_of(keys[i]), &value));
        assert_int_equal(value, i);
    }
    uint32_t value = 7;
    assert_false(rv_map_get(map, rv_view_of("missing"), &value));
    assert_int_equal(value, 7);
}

static void the_first_value_stays(void **state)
{
    (void)state;
    rv_map_auto struct rv_map *map = rv_map_new();
    uint32_t value;
    assert_true(rv_map_put(map, rv_view_of("key"), 1));
    assert_false(rv_map_put(map, rv_view_of("key"), 2));
    assert_true(rv_map_get(map, rv_view_of("key"), &value));
    assert_int_equal(value, 1);
}

static void keys_are_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *ptr;
        size_t len;
    } keys[] = {{"", 0}, {"\0", 1}, {"\0\0", 2}, {"a", 1}, {"a\0", 2}, {"a\0b", 3}, {"A", 1}, {"\xff", 1}};
    rv_map_auto struct rv_map *map = rv_map_new();
    for (uint32_t i = 0; i < COUNT(keys); i++) {
        assert_false(rv_map_has(map, rv_view(keys[i].ptr, keys[i].len)));
        assert_true(rv_map_put(map, rv_view(keys[i].ptr, keys[i].len), i));
    }
    for (uint32_t i = 0; i < COUNT(keys); i++) {
        uint32_t value;
        assert_true(rv_map_get(map, rv_view(keys[i].ptr, keys[i].len), &value));
        assert_int_equal(value, i);
    }
    rv_map_free(NULL);
}

TESTS(TEST(many_keys_are_kept_apart), TEST(the_first_value_stays), TEST(keys_are_bytes))
