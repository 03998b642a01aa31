#include "config/url.h"

#include "base/str.h"
#include "harness.h"

static void urls_are_told_apart_and_shown_without_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *name, *url, *dialect;
        const char *text;  /* NULL: as given */
        const char *shown; /* NULL: as text */
    } cases[] = {
        {"postgresql", "postgresql://me@host/db", "postgresql", NULL, NULL},
        {"postgres", "postgres://me@host/db", "postgresql", "postgresql://me@host/db", NULL},
        {"psycopg2", "postgresql+psycopg2://me@host/db", "postgresql", "postgresql://me@host/db", NULL},
        {"psycopg", "postgresql+psycopg://h", "postgresql", "postgresql://h", NULL},
        {"asyncpg", "postgresql+asyncpg://h", "postgresql", "postgresql://h", NULL},
        {"pg8000", "postgres+pg8000://h", "postgresql", "postgresql://h", NULL},
        {"nothing", "postgresql://", "postgresql", NULL, NULL},
        {"only a database", "postgresql:///db", "postgresql", NULL, NULL},
        {"a port", "postgresql://host:5433/db", "postgresql", NULL, NULL},
        {"an empty port", "postgresql://host:/db", "postgresql", NULL, NULL},
        {"a socket", "postgresql://%2Fvar%2Frun/db", "postgresql", NULL, NULL},
        {"a socket as parameter", "postgresql:///db?host=/tmp&port=5433", "postgresql", NULL, NULL},
        {"IPv6", "postgresql://me@[::1]:5433/db", "postgresql", NULL, NULL},
        {"IPv6 without a port", "postgresql://[2001:db8::1]/db", "postgresql", NULL, NULL},
        {"several hosts", "postgresql://me@a:1,b:2,[::1]:3,c/db", "postgresql", NULL, NULL},
        {"a user with an @ as parameter", "postgresql://host/db?user=me@corp&sslmode=require", "postgresql", NULL,
         NULL},
        {"an @ in a later parameter", "postgresql://me@host/db?application_name=a@b", "postgresql", NULL, NULL},
        {"a password", "postgresql://me:secret@host/db", "postgresql", NULL, "postgresql://me:***@host/db"},
        {"an empty password", "postgresql://me:@host/db", "postgresql", NULL, "postgresql://me:***@host/db"},
        {"a password of nobody", "postgresql://:secret@host", "postgresql", NULL, "postgresql://:***@host"},
        {"a password with colons", "postgresql://me:se:cr:et@host:1/db", "postgresql", NULL,
         "postgresql://me:***@host:1/db"},
        {"an encoded password", "postgresql://me:se%40cr%2Fet@host/db", "postgresql", NULL,
         "postgresql://me:***@host/db"},
        {"a password with a hash", "postgresql://me:se#cret@host/db", "postgresql", NULL,
         "postgresql://me:***@host/db"},
        {"a password with a space", "postgresql://me:se cret@host/db", "postgresql", NULL,
         "postgresql://me:***@host/db"},
        {"a password with control characters", "postgresql://me:secret\x1b[2J\n@host/db", "postgresql", NULL,
         "postgresql://me:***@host/db"},
        {"a password and a suffix", "postgresql+psycopg2://me:secret@host/db", "postgresql",
         "postgresql://me:secret@host/db", "postgresql://me:***@host/db"},
        {"a password as parameter", "postgresql://me@host/db?password=secret&sslmode=require", "postgresql", NULL,
         "postgresql://me@host/db?password=***&sslmode=require"},
        {"as last parameter", "postgresql://h/db?sslmode=require&password=secret", "postgresql", NULL,
         "postgresql://h/db?sslmode=require&password=***"},
        {"as parameter without a path", "postgresql://host?password=secret", "postgresql", NULL,
         "postgresql://host?password=***"},
        {"as parameter, with everything in it", "postgresql://h/db?password=se@c:r/e?t=x#y&a=b", "postgresql", NULL,
         "postgresql://h/db?password=***&a=b"},
        {"an empty one as parameter", "postgresql://h/db?password=&a=b", "postgresql", NULL,
         "postgresql://h/db?password=***&a=b"},
        {"both", "postgresql://me:secret@h/db?password=secret", "postgresql", NULL,
         "postgresql://me:***@h/db?password=***"},
        {"twice", "postgresql://h/db?password=secret&password=secret", "postgresql", NULL,
         "postgresql://h/db?password=***&password=***"},
        {"capitals", "postgresql://h/db?PassWord=secret", "postgresql", NULL, "postgresql://h/db?PassWord=***"},
        {"an encoded name", "postgresql://h/db?p%61ssword=secret", "postgresql", NULL,
         "postgresql://h/db?p%61ssword=***"},
        {"a name mistyped", "postgresql://h/db?passwd=secret&pwd=secret&pass=secret", "postgresql", NULL,
         "postgresql://h/db?passwd=***&pwd=***&pass=***"},
        {"a key's password", "postgresql://h/db?sslpassword=secret&sslkey=a.key", "postgresql", NULL,
         "postgresql://h/db?sslpassword=***&sslkey=a.key"},
        {"newer secrets", "postgresql://h/db?oauth_client_secret=secret&scram_client_key=secret", "postgresql", NULL,
         "postgresql://h/db?oauth_client_secret=***&scram_client_key=***"},
        {"a password file is none", "postgresql://h/db?passfile=/home/me/.pgpass", "postgresql", NULL, NULL},
        {"a URL in a URL", "postgresql://h?dbname=postgresql://me:secret@h/db&a=b", "postgresql", NULL,
         "postgresql://h?dbname=***&a=b"},
        {"more than anybody has",
         "postgresql://me:secret@h/db?password=secret&password=secret&password=secret&password=secret&password=secret&"
         "password=secret&password=secret&password=secret&password=secret&password=secret",
         "postgresql", NULL,
         "postgresql://me:***@h/db?password=***&password=***&password=***&password=***&password=***&password=***&"
         "password=***&password=***&password=***&password=***"},
        {"a parameter without a value", "postgresql://h/db?password&a=b", "postgresql", NULL, NULL},
        {"keywords", "host=h port=5433 dbname=db", "postgresql", NULL, NULL},
        {"a service", "service=prod", "postgresql", NULL, NULL},
        {"a password among keywords", "host=h password=secret user=me", "postgresql", NULL,
         "host=h password=*** user=me"},
        {"in quotes", "password='se cret' host=h", "postgresql", NULL, "password='***' host=h"},
        {"in quotes, with quotes", "host=h password='se\\'cr et' user=me", "postgresql", NULL,
         "host=h password='***' user=me"},
        {"in quotes, with a backslash at the end", "host=h password='secret\\\\' user=me", "postgresql", NULL,
         "host=h password='***' user=me"},
        {"quotes inside are none", "password=se'cret user='me'", "postgresql", NULL, "password=*** user='me'"},
        {"an escaped space", "password=se\\ cret host=h", "postgresql", NULL, "password=*** host=h"},
        {"a backslash at the end", "host=h password=secret\\", "postgresql", NULL, "host=h password=***"},
        {"spaces round the sign", "host = h password = secret user = me", "postgresql", NULL,
         "host = h password = *** user = me"},
        {"tabs and newlines", "host=h\tpassword\n=\n'secret'\nuser=me", "postgresql", NULL,
         "host=h\tpassword\n=\n'***'\nuser=me"},
        {"spaces at the ends", "  password=secret  ", "postgresql", NULL, "  password=***  "},
        {"capital keywords", "PASSWORD=secret SslPassword=secret", "postgresql", NULL, "PASSWORD=*** SslPassword=***"},
        {"an empty value takes the next word", "password= secret host=h", "postgresql", NULL, "password= *** host=h"},
        {"quotes touching the next", "password='secret'host=h", "postgresql", NULL, "password='***'host=h"},
        {"quotes touching the next, and a space", "password='se\\'cret'host = h", "postgresql", NULL,
         "password='***'host = h"},
        {"empty quotes", "password=''host=h", "postgresql", NULL, "password='***'host=h"},
        {"another's value that looks like one", "application_name='password=x' host=h", "postgresql", NULL, NULL},
        {"a URL as keyword's value", "dbname=postgresql://me:secret@h/db a=b", "postgresql", NULL, "dbname=*** a=b"},
        {"relative", "sqlite:///dev.db", "sqlite", "sqlite:////base/dir/dev.db", "sqlite:///dev.db"},
        {"relative, upwards", "sqlite:///../dev.db", "sqlite", "sqlite:////base/dir/../dev.db", "sqlite:///../dev.db"},
        {"absolute", "sqlite:////var/dev.db", "sqlite", NULL, NULL},
        {"a suffix", "sqlite+pysqlite:///dev.db", "sqlite", "sqlite:////base/dir/dev.db", "sqlite:///dev.db"},
        {"in memory", "sqlite://", "sqlite", NULL, NULL},
        {"in memory, a slash more", "sqlite:///", "sqlite", "sqlite://", NULL},
        {"in memory, by name", "sqlite:///:memory:", "sqlite", "sqlite://", NULL},
        {"nothing is decoded", "sqlite:///a%20b#c d.db", "sqlite", "sqlite:////base/dir/a%20b#c d.db",
         "sqlite:///a%20b#c d.db"},
        {"UTF-8", "sqlite:///caf\xc3\xa9.db", "sqlite", "sqlite:////base/dir/caf\xc3\xa9.db",
         "sqlite:///caf\xc3\xa9.db"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_url url;
        rev_error *err = NULL;
        rv_url_parse(arena, cases[i].url, "/base/dir", &url, &err);
        check_none(cases[i].name, err);
        const char *text = cases[i].text ? cases[i].text : cases[i].url;
        check_text(cases[i].name, url.dialect, cases[i].dialect);
        check_text(cases[i].name, url.text, text);
        check_text(cases[i].name, url.shown, cases[i].shown ? cases[i].shown : text);
        CHECK(cases[i].name, !strstr(url.shown, "secret@") && !strstr(url.shown, "=secret"));
    }
}

static void refusals_show_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *name, *url, *message;
    } cases[] = {
        {"a raw @", "postgresql://me:p@secret@host/db", "raw '@', '/' or '?'"},
        {"a raw @ in the user", "postgresql://me@corp:secret@host/db", "raw '@', '/' or '?'"},
        {"a raw /", "postgresql://me:p/secret@host/db", "raw '@', '/' or '?'"},
        {"a raw / first", "postgresql://me:/secret@host/db", "raw '@', '/' or '?'"},
        {"a raw ?", "postgresql://me:p?secret@host/db", "raw '@', '/' or '?'"},
        {"a raw ? first", "postgresql://me:?secret@host/db", "raw '@', '/' or '?'"},
        {"a raw ? behind digits", "postgresql://me:12?secret@host/db", "raw '@', '/' or '?'"},
        {"a raw / and ?", "postgresql://me:p/x?secret@host/db", "raw '@', '/' or '?'"},
        {"a raw ? and @", "postgresql://me:p?x@secret@host/db", "raw '@', '/' or '?'"},
        {"a raw ? and what looks like a parameter", "postgresql://me:p?x=secret@host/db", "raw '@', '/' or '?'"},
        {"the same without a database", "postgresql://me:?x=y&secret@host", "raw '@', '/' or '?'"},
        {"an @ in the database", "postgresql://me:secret@host/d@b", "raw '@', '/' or '?'"},
        {"a raw @ and a suffix", "postgresql+psycopg2://me:p@secret@host/db", "raw '@', '/' or '?'"},
        {"a raw @ and postgres", "postgres://me:p@secret@host/db", "raw '@', '/' or '?'"},
        {"no host", "postgresql://me:secret/db", "port is not a number"},
        {"no host, a password that is encoded", "postgresql://me:secret%40/db", "port is not a number"},
        {"no host and no database", "postgresql://me:secret", "port is not a number"},
        {"no host, parameters", "postgresql://me:secret?sslmode=require", "port is not a number"},
        {"no host, digits first", "postgresql://me:12secret/db", "port is not a number"},
        {"no number", "postgresql://me:secret@host:port/db", "port is not a number"},
        {"a negative port", "postgresql://me:secret@host:-1/db", "port is not a number"},
        {"two colons", "postgresql://me:secret@host:1:2/db", "port is not a number"},
        {"a second host", "postgresql://me:secret@a:1,b:x/db", "port is not a number"},
        {"behind IPv6", "postgresql://me:secret@[::1]:x/db", "port is not a number"},
        {"IPv6 without its end", "postgresql://me:secret@[::1/db", "'[' without its ']'"},
        {"a ? in brackets", "postgresql://h,[:?a]:1/db?password=secret", "'[' without its ']'"},
        {"a / in brackets", "postgresql://[::1/x?y]/db?password=secret", "'[' without its ']'"},
        {"another database", "mysql://me:secret@host/db", "no driver for URLs that begin with 'mysql://'"},
        {"another with a suffix", "mysql+pymysql://me:secret@host/db", "'mysql+pymysql://'"},
        {"capitals", "POSTGRESQL://me:secret@host/db", "'POSTGRESQL://'"},
        {"a name that begins alike", "postgresqlx://me:secret@host/db", "'postgresqlx://'"},
        {"no scheme", "me:secret@host/db", "the URL has no scheme"},
        {"no colon", "postgresql//me:secret@host/db", "the URL has no scheme"},
        {"one slash", "postgresql:/me:secret@host/db", "the URL has no scheme"},
        {"a space before", " postgresql://me:secret@host/db", "the URL has no scheme"},
        {"only a scheme's end", "://me:secret@host/db", "the URL has no scheme"},
        {"empty", "", "the URL has no scheme"},
        {"one slash and a parameter", "postgresql:/me:secret@host/db?sslmode=require", "key=value pairs"},
        {"no scheme and a parameter", "me:secret@host/db?sslmode=require", "key=value pairs"},
        {"a space before, and a parameter", " postgresql://me:secret@h/db?sslmode=require", "key=value pairs"},
        {"a word among keywords", "host=h password=x secret", "key=value pairs"},
        {"a keyword without its sign", "host=h password secret", "key=value pairs"},
        {"a keyword in two words", "pass word=secret", "key=value pairs"},
        {"a quote without its end", "password='secret host=h", "key=value pairs"},
        {"an escaped quote for an end", "host=h password='secret\\'", "key=value pairs"},
        {"text behind a quote", "password='a' secret host=h", "key=value pairs"},
        {"a sign alone", "=secret", "key=value pairs"},
        {"SQLite with a host", "sqlite://secret/dev.db", "a SQLite URL has no host"},
        {"SQLite with two slashes", "sqlite://dev-secret.db", "a SQLite URL has no host"},
        {"SQLCipher", "sqlite+pysqlcipher://:secret@/dev.db", "a SQLite URL has no host"},
        {"SQLite with options", "sqlite:///dev.db?key=secret", "a SQLite URL takes no options"},
        {"not UTF-8", "postgresql://me:secret\xff@host/db", "the URL is not UTF-8"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rv_arena_auto struct rv_arena *arena = rv_arena_new();
        struct rv_url url;
        rev_error *err = NULL;
        CHECK(cases[i].name, !rv_url_parse(arena, cases[i].url, "/base/dir", &url, &err));
        check_error(cases[i].name, err, REV_ERROR_CONFIG, 0, 0, cases[i].message);
        CHECK(cases[i].name, !strstr(err->message, "secret") && !strstr(err->message, "host/"));
        CHECK(cases[i].name, !err->hint || !strstr(err->hint, "secret"));
        CHECK(cases[i].name, !err->detail && !err->excerpt);
        rev_error_free(err);
    }
}

static void the_length_is_bounded(void **state)
{
    (void)state;
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rv_str_auto struct rv_str text = {0};
    struct rv_url url;
    rev_error *err = NULL;
    rv_str_add_text(&text, "postgresql://me:");
    while (text.len < RV_URL_LIMIT - 2) {
        rv_str_add_char(&text, 'x');
    }
    rv_str_add_text(&text, "@h");
    assert_true(rv_url_parse(arena, rv_str_text(&text), "/", &url, &err));
    check_text("long", url.shown, "postgresql://me:***@h");
    rv_str_add_char(&text, 'h');
    assert_false(rv_url_parse(arena, rv_str_text(&text), "/", &url, &err));
    check_error("too long", err, REV_ERROR_CONFIG, 0, 0, "the URL is longer than 8192 bytes");
    assert_null(strstr(err->message, "xx"));
    rev_error_free(err);
}

TESTS(TEST(urls_are_told_apart_and_shown_without_secrets), TEST(refusals_show_nothing), TEST(the_length_is_bounded))
