  $ . "$TESTDIR/setup.sh"
  $ rev init >/dev/null 2>&1
  $ revision a1
  $ revision b2 a1
  $ rev upgrade head 2>/dev/null
  ! Running upgrade  -> a1, make a1
  !   done in N ms (1 of 2)
  ! Running upgrade a1 -> b2, make b2
  !   done in N ms (2 of 2)
  $ rev doctor | sed 's/SQLite .*/SQLite VERSION/'
  Database  sqlite:///dev.db
  Server    SQLite VERSION
  Engine    SQLite: schema changes are transactional, lock: transaction
  ! nothing is wrong
  $ sqlite3 dev.db "UPDATE alembic_version SET version_num = 'gone'"
  $ rev doctor | sed 's/SQLite .*/SQLite VERSION/'
  Database  sqlite:///dev.db
  Server    SQLite VERSION
  Engine    SQLite: schema changes are transactional, lock: transaction
  the database is at 'gone', which no file and no kept script defines
    Get the files of the version that migrated it, or type `rev stamp --purge SPEC` to say where it is.
  $ rev doctor >/dev/null
  [3]
