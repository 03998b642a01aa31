SET standard_conforming_strings = off; SET escape_string_warning = off;
SELECT 'a\';', 'b\\', E'c\'', N'd\';';
SELECT 'goes\''
'\';on', B'1', X'1';
SET standard_conforming_strings TO on;
SELECT 'a\'; SELECT 'b\';
SET SESSION "standard_conforming_strings" = 'false';
SELECT '\';'; RESET standard_conforming_strings;
SELECT '\';
