  $ . "$TESTDIR/setup.sh"
  $ project shop
  $ cat >>rev.yaml <<'END'
  > version_table: shop_version
  > lock_timeout: 2s
  > environments:
  >   other: {url: "sqlite:///${NOT_SET}", version_table: "${TABLE}"}
  > END
  $ revision a1
  $ revision b2 a1
  $ rm migrations/b2/down.sql

One file, whose bytes depend on nothing else; what is no revision is not in it.

  $ mkdir migrations/notes && echo hello >migrations/notes/README
  $ rev bundle --output ../shop.bundle
  ../shop.bundle
  $ cat ../shop.bundle
  rev-bundle 1 [0-9a-f]{64} (re)
  settings 62
  version_table: "shop_version"
  lock: "auto"
  lock_timeout: 2000
  
  a1/down.sql 17
  DROP TABLE t_a1;
  
  a1/revision.yaml 84
  revision: "a1"
  down_revision: []
  message: make a1
  create_date: 2025-10-24T17:40:00Z
  
  a1/up.sql 32
  CREATE TABLE t_a1 (id integer);
  
  b2/revision.yaml 88
  revision: "b2"
  down_revision: ["a1"]
  message: make b2
  create_date: 2025-10-24T17:40:00Z
  
  b2/up.sql 32
  CREATE TABLE t_b2 (id integer);
  
  $ rev bundle | cmp - ../shop.bundle
  $ TABLE='other "table"' rev -e other bundle | sed -n 3p
  version_table: "other \"table\""

It takes the place of the folder, and of rev.yaml.

  $ cd ..
  $ rev -d shop.bundle history
  a1 -> b2 (head), make b2
  <base> -> a1, make a1
  $ rev -d shop.bundle upgrade head
  ! rev: error: no database URL
  !   hint: Give one with --url, -e NAME, REV_DATABASE_URL or DATABASE_URL (exported or in .env beside rev.yaml), or as `url:` in rev.yaml.
  [2]
  $ rev -d shop.bundle --url sqlite:///shop/dev.db upgrade a1
  ! Running upgrade  -> a1, make a1
  !   done in N ms (1 of 1)
  $ rev -C shop upgrade head
  ! Running upgrade a1 -> b2, make b2
  !   done in N ms (1 of 1)
  $ rev -d shop.bundle --url sqlite:///shop/dev.db check
  ! the database is at the heads
  $ rev -d shop.bundle --url sqlite:///shop/dev.db downgrade base
  ! shop.bundle/b2: error: revision b2 is irreversible: it has no down.sql
  !   hint: Write shop.bundle/b2/down.sql, or choose a target above this revision. Nothing was run.
  [1]
  $ rev -d shop.bundle bundle | cmp - shop.bundle

What needs the files, or goes with them, does not go with it.

  $ rev -d shop.bundle revision -m more
  ! shop.bundle: error: this needs the migrations folder: a bundle can only be read
  !   hint: Run it in the project that the bundle was made from.
  [2]
  $ rev -d shop.bundle edit head
  ! rev: error: there are no files to edit in a bundle
  !   hint: Edit them in the project that it was made from.
  [2]
  $ rev -d shop.bundle -e other heads
  ! rev: error: a bundle has its settings in itself: no rev.yaml and no environment goes with it
  !   hint: Choose the environment when the bundle is made: `rev -e NAME bundle`.
  [2]
  $ sed s/integer/bigint/ shop.bundle >changed.bundle
  $ rev -d changed.bundle heads
  ! changed.bundle: error: the bundle is damaged
  !   hint: Make it again with `rev bundle`.
  [2]
  $ rev -d shop/rev.yaml heads
  ! shop/rev.yaml: error: this is no bundle
  !   hint: `rev bundle` makes one.
  [2]

In C: an array and its size.

  $ cd shop
  $ rev bundle --name shop_migrations -o shop.c
  shop.c
  $ head -n 12 shop.c
  /* A bundle of migrations, made by `rev bundle`: make it again instead of changing it. */
  #include <stddef.h>
  
  #ifdef __cplusplus
  extern "C" {
  #endif
  extern const unsigned char shop_migrations[];
  extern const size_t shop_migrations_size;
  #ifdef __cplusplus
  }
  #endif
  
  $ rev bundle --as c | grep -c '^const'
  2
  $ rev bundle --name shop-migrations -o shop.c
  ! rev: error: --name takes a name of C's: letters, digits, _; not 'shop-migrations'
  [2]
  $ rev bundle --name shop
  ! rev: error: --name goes with --as c
  [2]
  $ rev bundle --as zip
  ! rev: error: --as takes file or c, not 'zip'
  [2]

An older bundle is replaced; nothing else is.

  $ rev bundle -o shop.c
  shop.c
  $ rev bundle -o rev.yaml
  ! rev.yaml: error: exists already, and is no bundle
  !   hint: Give another name, or remove it first. Without --output it goes to standard output.
  [2]
  $ rev bundle --help
  Usage: rev bundle [OPTIONS]
  
  Packs what an upgrade needs into one file: each revision's revision.yaml, up.sql and down.sql, and the
  settings of rev.yaml that matter to a database (with -e, as they are in that environment). The URL is
  not in it. The same files give the same bytes, and the checksums stay those of the files.
  
    file      for `-d FILE`, in place of the migrations folder;
              there is no rev.yaml then
    c         for an application with librev: rev_open_bundle() takes the array
  
  Options:
        --as KIND                file or c (default: c where FILE ends in .c, else file)
        --name NAME              of the array in C; NAME_size is its size (default: migrations)
    -o, --output FILE            write it there; an older bundle is replaced
  
  Examples:
    rev bundle --output shop.bundle
    rev -d shop.bundle --url postgresql://db/shop upgrade head
    rev bundle --name shop_migrations --output shop_migrations.c
  
  Options of the whole program: `rev --help`.
