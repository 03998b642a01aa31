SET standard_conforming_strings = off; SET escape_string_warning = off; SELECT 'a\';b';
SELECT 2;
