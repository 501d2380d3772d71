/* Texts that a pattern matches, or would match if it did not look around: made at random out of what it says,
 * always the same ones. For looking at patterns, not at mail. */
#pragma once

#include <parsers/rules/pattern.h>

typedef struct Sampler Sampler;

/* NULL when the pattern is not understood. `pattern` must live as long. */
Sampler *sampler_new(const Pattern *pattern);
void sampler_free(Sampler *sampler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sampler, sampler_free)
/* A text; at most SAMPLE_BYTES long. The caller frees. */
#define SAMPLE_BYTES 4000u
char *sampler_text(Sampler *sampler);
/* Each character that stands in the pattern as itself, once. Without those that it must end with, PCRE2 does not even
 * begin. Borrowed. */
const char *sampler_letters(const Sampler *sampler);
/* How many loops of more than a few times it has. */
guint sampler_loops(const Sampler *sampler);
/* A text of about `length` bytes that keeps loop number `loop` busy: what comes before it, then what it
 * takes, again and again, and no end. `variant` chooses the characters; with SAMPLE_ALL what comes before is
 * repeated, too. */
#define SAMPLE_VARIANTS 4u
char *sampler_attack(Sampler *sampler, guint loop, guint variant, gboolean repeats_all, gsize length);
