CREATE VIEW v AS SELECT begin atomic; SELECT 2; END;
CREATE RULE function AS ON INSERT TO t DO begin; SELECT 1; end;
CREATE TABLE function (begin int); SELECT 1;
