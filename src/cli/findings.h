/* Findings as text and as JSON. */
#ifndef RV_CLI_FINDINGS_H
#define RV_CLI_FINDINGS_H

#include "cli/cli.h"
#include "cli/out/json.h"

struct out_json *findings_make(const void *findings, size_t i); /* for out_json_list() and its kin */
void findings_print(struct cli *cli, const rev_findings *findings);
/* The remark, or that there are none; and the exit status. */
int findings_finish(struct cli *cli, const rev_findings *findings, const char *none);

#endif
