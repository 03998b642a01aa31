#include "base/id.h"
#include "base/map.h"

#include "harness.h"

static void ids_are_random_hexadecimal_digits(void **state)
{
    (void)state;
    enum { IDS = 2000 };
    static char ids[IDS][RV_ID_LENGTH + 1];
    size_t seen[RV_ID_LENGTH][16] = {0};
    static const char digits[] = "0123456789abcdef";
    rv_map_auto struct rv_map *map = rv_map_new();
    for (size_t i = 0; i < IDS; i++) {
        rv_id_new(ids[i]);
        assert_int_equal(strlen(ids[i]), RV_ID_LENGTH);
        assert_int_equal(strspn(ids[i], digits), RV_ID_LENGTH);
        assert_true(rv_map_put(map, rv_view_of(ids[i]), 0));
        for (size_t j = 0; j < RV_ID_LENGTH; j++) {
            seen[j][strchr(digits, ids[i][j]) - digits]++;
        }
    }
    /* No place is fixed, as a UUID's version and variant would be. */
    for (size_t j = 0; j < RV_ID_LENGTH; j++) {
        for (size_t digit = 0; digit < 16; digit++) {
            assert_true(seen[j][digit] > 0);
        }
    }
}

TESTS(TEST(ids_are_random_hexadecimal_digits))
