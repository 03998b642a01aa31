-- rev: repeat until 0 rows limit 3 times, sleep 100ms
UPDATE t SET a = 1;
BEGIN; -- rev: repeat until 0 rows
DELETE FROM t; COMMIT;
-- rev: , 
-- rev: repeat until
/* a /* */ -- rev: repeat until 0 rows sleep 1min limit 99999999999 times
INSERT INTO t SELECT 1;