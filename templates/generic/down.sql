-- Undoes: %(message)s
-- Delete this file if the revision can't be undone: then `rev downgrade` refuses to pass it.

