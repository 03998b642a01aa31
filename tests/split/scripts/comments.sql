-- first; 'not a quote
/* nor "this; */ SELECT 1; -- $$ nor this
SELECT /* ; /* nested; */ still; */ 2; /* one */ /* two; */ SELECT 3 /* ; */;
SELECT 4 -- ;
; SELECT 5 --
;
/**/ SELECT 6 /***/; /*/ SELECT 0; /*/ SELECT 7; */ */ SELECT 8; /* -- */ SELECT 9;
-- /* this opens nothing
SELECT 10;
--;
SELECT 11;--no blank; before
SELECT/**/12;SELECT--x
13;

-- at the end; without a newline