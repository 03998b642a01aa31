CREATE INDEX CONCURRENTLY visit_at ON visit (at);
