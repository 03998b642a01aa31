  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ revision a1
  $ revision b2 a1
  $ rev current
  $ ls
  migrations
  rev.yaml
  $ rev upgrade +1 --quiet
  $ rev current
  a1
  $ rev current --check-heads
  a1
  ! the database is not at the heads; `rev upgrade heads` brings it there
  [3]
  $ rev upgrade head --quiet
  $ rev current --check-heads
  b2 (head)
  $ rev current --verbose | sed "s|$CRAMTMP|TMP|"
  Current revision(s) for sqlite:///dev.db:
  Rev: b2 (head)
  Parent: a1
  Path: migrations/b2
  
      make b2
  
      Revision ID: b2
      Revises: a1
      Create Date: 2025-10-24 17:40:00+00:00
  

A row that no file defines, but that the database has kept:

  $ rm -r migrations/b2
  $ rev current
  b2 (head)
  ! warning: no file defines revision b2: what the database has kept of it is used
  $ rev upgrade head
  ! warning: no file defines revision b2: what the database has kept of it is used
  ! nothing to do: the database is at b2

A row that nothing defines:

  $ sqlite3 dev.db "UPDATE alembic_version SET version_num = 'deadbeef'"
  $ rev current
  ! rev: error: the database is at 'deadbeef', which no file here defines
  !   hint: Another version of this project migrated this database, or it belongs to another project. Get the files of that version, or type `rev stamp --purge SPEC` to say where the database is.
  [2]
  $ rev upgrade head
  ! rev: error: the database is at 'deadbeef', which no file here defines
  !   hint: Another version of this project migrated this database, or it belongs to another project. Get the files of that version, or type `rev stamp --purge SPEC` to say where the database is.
  [2]
