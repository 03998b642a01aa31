/* `bundle`. The bytes are the library's; here they become a file, or a C source that holds them. */
#include "cli/commands.h"

#include "base/error.h"
#include "base/str.h"
#include "cli/exit.h"
#include "cli/out/made_file.h"

#include <string.h>

#define FILE_MARK "rev-bundle "
#define SOURCE_MARK "A bundle of migrations, made by "

static const struct option options[] = {
    {"as", 0, "KIND", false, "file or c (default: c where FILE ends in .c, else file)", "file c"},
    {"name", 0, "NAME", false, "of the array in C; NAME_size is its size (default: migrations)"},
    {"output", 'o', "FILE", false, "write it there; an older bundle is replaced", .kinds = WORD_FILE},
};

static bool ends_in_c(const char *path)
{
    size_t len = path ? strlen(path) : 0;
    return len > 2 && strcmp(path + len - 2, ".c") == 0;
}

static bool read_kind(const struct cli *cli, bool *out_is_source, rev_error **err)
{
    const char *as = option_value(&cli->arguments, "as"), *path = option_value(&cli->arguments, "output");
    *out_is_source = as ? strcmp(as, "c") == 0 : ends_in_c(path);
    if (!*out_is_source && option_is_set(&cli->arguments, "name")) {
        return rv_fail(err, REV_ERROR_USAGE, "--name goes with --as c");
    }
    return true;
}

static bool read_name(const struct cli *cli, const char **out, rev_error **err)
{
    const char *name = option_value(&cli->arguments, "name");
    *out = name ? name : "migrations";
    bool ok = !rv_is_digit(**out);
    for (const char *p = *out; *p; p++) {
        ok = ok && (rv_is_alpha(*p) || rv_is_digit(*p) || *p == '_');
    }
    return ok || rv_fail(err, REV_ERROR_USAGE, "--name takes a name of C's: letters, digits, _; not '%s'", name);
}

static void add_bytes(struct rv_str *out, struct rv_view bytes)
{
    enum { BYTES_A_LINE = 24 };
    for (size_t i = 0; i < bytes.len; i++) {
        rv_str_printf(out, "%s%u,", i % BYTES_A_LINE ? "" : "\n    ", (unsigned)(unsigned char)bytes.ptr[i]);
    }
}

/* Declared before they are defined: for C++, where a constant is not seen elsewhere otherwise, and for those who want a
 * warning of what is not declared. */
static void add_source(struct rv_str *out, struct rv_view bundle, const char *name)
{
    rv_str_printf(out,
                  "/* " SOURCE_MARK "`" PROGRAM_NAME " bundle`: make it again instead of changing it. */\n"
                  "#include <stddef.h>\n\n"
                  "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
                  "extern const unsigned char %s[];\n"
                  "extern const size_t %s_size;\n"
                  "#ifdef __cplusplus\n}\n#endif\n\n"
                  "const unsigned char %s[] = {",
                  name, name, name);
    add_bytes(out, bundle);
    rv_str_printf(out, "\n};\nconst size_t %s_size = sizeof %s;\n", name, name);
}

static bool write_bundle(struct cli *cli, struct rv_view text, bool is_source, rev_error **err)
{
    const char *path = option_value(&cli->arguments, "output");
    const struct made_file file = {"bundle", is_source ? SOURCE_MARK : FILE_MARK, text};
    if (path && !made_file_write(path, &file, err)) {
        return false;
    }
    if (path) {
        term_line(&cli->out, path);
        term_plain(&cli->out, "\n");
    } else if (cli->out.is_terminal && !is_source) {
        rv_fail(err, REV_ERROR_USAGE, "a bundle is nothing for a terminal");
        rv_error_hint(*err, "Say where it goes: --output FILE.");
        return false;
    } else {
        fwrite(text.ptr, 1, text.len, cli->out.stream);
    }
    return true;
}

static bool make(struct cli *cli, const rev_project *project, rev_error **err)
{
    rv_str_auto struct rv_str source = {0};
    const char *name;
    char *data = NULL;
    size_t size;
    bool is_source;
    if (!read_kind(cli, &is_source, err) || !read_name(cli, &name, err) ||
        !rev_make_bundle(project, &data, &size, err)) {
        return false;
    }
    struct rv_view text = rv_view(data, size);
    if (is_source) {
        add_source(&source, text, name);
        text = rv_view(rv_str_text(&source), source.len);
    }
    bool ok = write_bundle(cli, text, is_source, err);
    rev_text_free(data);
    return ok;
}

static int run(struct cli *cli)
{
    int status;
    rev_error *error = NULL;
    const rev_project *project = cli_open(cli, &status);
    if (!project) {
        return status;
    }
    return make(cli, project, &error) ? EXIT_DONE : cli_fail(cli, error);
}

const struct command command_bundle = {
    .name = "bundle",
    .words = "",
    .summary = "pack the migrations into one file, or into a C source",
    .description =
        "Packs what an upgrade needs into one file: each revision's revision.yaml, up.sql and down.sql, and the\n"
        "settings of rev.yaml that matter to a database (with -e, as they are in that environment). The URL is\n"
        "not in it. The same files give the same bytes, and the checksums stay those of the files.\n"
        "\n"
        "  file      for `-d FILE`, in place of the migrations folder;\n"
        "            there is no rev.yaml then\n"
        "  c         for an application with librev: rev_open_bundle() takes the array",
    .examples = "% bundle --output shop.bundle\n"
                "% -d shop.bundle --url postgresql://db/shop upgrade head\n"
                "% bundle --name shop_migrations --output shop_migrations.c",
    OPTIONS(options),
    .run = run,
};
