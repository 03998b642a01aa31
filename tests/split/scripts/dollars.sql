SELECT $$;$$, $a$;$a$, $a$ $$;$$ $b$ ; $a$, $$'$$, $$"$$, $$--$$, $$/*$$;
SELECT $_1$;$_1$, $A$ $a$ ; $A$, $é$;$é$;
CREATE TABLE a$b$c (d$ integer, e$$ integer); SELECT d$, e$$ FROM a$b$c; DROP TABLE a$b$c;
PREPARE p (integer, text) AS SELECT $1, $2; EXECUTE p (1, '$1;'); DEALLOCATE p;
DO $$ BEGIN PERFORM ';'; END $$; DO LANGUAGE plpgsql $do$
BEGIN
    EXECUTE $x$ SELECT $y$;$y$ $x$;
END
$do$;
SELECT $$line
;
break$$;
SELECT $x$$y$;$x$;
