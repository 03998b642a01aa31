/* The graph drawn in text beside a list of revisions, as `git log --graph` does. */
#ifndef RV_CLI_OUT_GRAPH_TEXT_H
#define RV_CLI_OUT_GRAPH_TEXT_H

#include <rev/rev.h>

#include "base/str.h"

struct graph_text;

/* `revisions` newest first (each before its parents), borrowed. Parents that are not among them are not drawn. */
struct graph_text *graph_text_new(const rev_revisions *revisions);
void graph_text_free(struct graph_text *graph);

/* For revision i, in order, each once: the rows above its own (whole lines), what stands before the first line of its
 * text, what stands before further lines of its text, and the rows below (whole lines). */
void graph_text_above(struct graph_text *graph, size_t i, struct rv_str *out);
void graph_text_star(struct graph_text *graph, size_t i, struct rv_str *out);
void graph_text_beside(struct graph_text *graph, size_t i, struct rv_str *out);
void graph_text_below(struct graph_text *graph, size_t i, struct rv_str *out);

#endif
