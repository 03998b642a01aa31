-- %(message)s
-- The whole file runs in one transaction: all of it happens, or none.

