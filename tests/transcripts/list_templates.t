  $ . "$TESTDIR/setup.sh"
  $ rev list_templates
  generic      Migrations for PostgreSQL or SQLite
  postgresql   Migrations for PostgreSQL
  sqlite       Migrations for SQLite
