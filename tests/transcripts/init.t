A project in an empty folder:

  $ . "$TESTDIR/setup.sh"
  $ mkdir shop && cd shop
  $ rev init
  rev.yaml
  migrations/README.md
  ! Next: rev revision -m "first tables"
  $ ls -A
  migrations
  rev.yaml
  $ cat rev.yaml
  # The project's settings. Each key may also stand below an environment, chosen with `-e NAME`.
  
  # The database: sqlite:///file.db, postgresql://user@host/database, or a libpq keyword string such as service=NAME.
  # REV_DATABASE_URL and DATABASE_URL, exported or in a file .env beside this one, come before it.
  url: sqlite:///dev.db
  
  migrations: migrations
  version_table: alembic_version
  
  # environments:
  #   production: { url: "${PRODUCTION_URL}" }
  $ ls migrations
  README.md

It works at once, with no server:

  $ rev upgrade head
  ! nothing to do: the database is at base

A second time nothing is written over:

  $ rev init
  ! rev: error: rev.yaml exists already in .
  !   hint: This folder has a project already; `rev init DIR` starts one elsewhere.
  [2]
  $ cd ..

A folder that is not there yet, and another template:

  $ rev init warehouse -t postgresql
  warehouse/rev.yaml
  warehouse/migrations/README.md
  ! Next: cd warehouse && rev revision -m "first tables"
  $ rev init other -t postgers
  ! rev: error: no template 'postgers'
  !   hint: Did you mean 'postgresql'? A folder of your own is named with a slash: ./postgers.
  [2]
  $ ls
  shop
  warehouse
