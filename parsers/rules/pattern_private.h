/* What compiling (pattern.c), searching (pattern_match.c) and the state of a search (pattern_matcher.c)
 * share. */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <parsers/rules/literals.h>

struct Pattern {
    gatomicrefcount references;
    pcre2_code *code;
    pcre2_code
        *stepping; /* with a callout at each step, so that it can be stopped; NULL when it is not needed */
    pcre2_code *counting; /* the same, for matcher_count; NULL until then */
    guint groups;
    char *source;
    gsize length;
    PatternFlags flags;
    Effort effort;
    const guint8 *firsts; /* of `code` */
};

/* With a callout at each step, and where a loop goes ahead also for each character that it took and gives
 * back: otherwise the way through a long text may be one step. */
pcre2_code *pattern_compile_counting(const Pattern *pattern);

struct Matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    gint64 deadline_us, started_us;
    guint64 steps, steps_most;
    gboolean is_counting;
    const char *reason;
};
