/* The answer of `check` and `doctor`. */
#include "cli/findings.h"

#include "cli/exit.h"

static const char *kind_name(rev_finding_kind kind)
{
    switch (kind) {
    case REV_FINDING_NOT_AT_HEADS:
        return "not_at_heads";
    case REV_FINDING_HEADS:
        return "heads";
    case REV_FINDING_DUPLICATE:
        return "duplicate";
    case REV_FINDING_EDITED:
        return "edited";
    case REV_FINDING_DELETED:
        return "deleted";
    case REV_FINDING_GRAPH:
        return "graph";
    case REV_FINDING_CHANGED:
        return "changed";
    case REV_FINDING_INTERRUPTED:
        return "interrupted";
    case REV_FINDING_VERSION_TABLE:
        return "version_table";
    case REV_FINDING_ROWS:
        return "rows";
    case REV_FINDING_LOG:
        return "log";
    case REV_FINDING_INDEX:
        return "index";
    case REV_FINDING_LOCK:
        return "lock";
    case REV_FINDING_BOOKS:
        return "books";
    case REV_FINDING_READ_ONLY:
        return "read_only";
    }
    return "";
}

struct out_json *findings_make(const void *context, size_t i)
{
    const rev_finding *finding = &((const rev_findings *)context)->items[i];
    struct out_json *object = out_json_object();
    out_json_text(object, "kind", kind_name(finding->kind));
    out_json_text(object, "message", finding->message);
    out_json_text(object, "hint", finding->hint);
    out_json_strings(object, "revisions", finding->revisions);
    return object;
}

void findings_print(struct cli *cli, const rev_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        term_line(&cli->out, findings->items[i].message);
        term_plain(&cli->out, "\n  ");
        term_line(&cli->out, findings->items[i].hint);
        term_plain(&cli->out, "\n");
    }
}

int findings_finish(struct cli *cli, const rev_findings *findings, const char *none)
{
    if (findings->remark) {
        cli_remark(cli, "note: %s", findings->remark);
    }
    if (!findings->count) {
        cli_remark(cli, "%s", none);
    }
    return findings->count ? EXIT_NO : EXIT_DONE;
}
