CREATE FUNCTION twice_sum(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * ($1 + $2)';
CREATE OPERATOR @-@ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = twice_sum);
CREATE OPERATOR */@ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = twice_sum);
SELECT 1 @-@ 2; SELECT 3 */@ 4; SELECT 5 +-- ; comment
6;
SELECT 7 */* ; */ 8; SELECT 9 -/**/10; SELECT 11 - -12; SELECT 13-+14;
SELECT '1'::integer, '{1,2}'::integer[], (ARRAY[1, 2, 3])[2:3], ARRAY[';'::text], 1::text::integer;
SELECT 1e5, 1.e-2, .5, 15::numeric(4, 1), 1 AS x;
SELECT 'a' || ';' || 'b', 1 <> 2, 3 != 4, 5 <= 6, '{"a": 1}'::jsonb -> 'a', '{"a": 1}'::jsonb ? 'b;';
SELECT 'x' ~ ';', 'y' !~* ';', 2 ^ 3, @ -5, |/ 4.0, 7 # 3, ~1, 1 << 2;
DROP OPERATOR @-@ (integer, integer); DROP OPERATOR */@ (integer, integer); DROP FUNCTION twice_sum;
