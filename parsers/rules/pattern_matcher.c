#include <parsers/rules/pattern_private.h>
#include <postern/base/clock.h>

#define DEPTH_PER_START 5000u
#define HEAP_KIB 4096u
#define JIT_STACK_LEAST (32u * 1024)
#define JIT_STACK_MOST (1024u * 1024)

/* Where each step is seen, the clock is looked at every so many. */
#define STEPS_PER_LOOK 16u

gboolean matcher_has_time(Matcher *matcher)
{
    if (matcher->deadline_us == 0)
        return TRUE;
    gint64 now = clock_monotonic_us();
    if (matcher->started_us == 0)
        matcher->started_us = now;
    if (now < matcher->deadline_us && now - matcher->started_us < RULE_SHARE_US)
        return TRUE;
    matcher->reason = "out of time";
    return FALSE;
}

static int on_step(pcre2_callout_block *block, void *user)
{
    (void)block;
    Matcher *matcher = user;
    if (++matcher->steps > matcher->steps_most) {
        matcher->reason = "too many steps";
        return PCRE2_ERROR_CALLOUT;
    }
    return matcher->steps % STEPS_PER_LOOK || matcher_has_time(matcher) ? 0 : PCRE2_ERROR_CALLOUT;
}

Matcher *matcher_new(guint groups)
{
    Matcher *matcher = g_new0(Matcher, 1);
    matcher->data = pcre2_match_data_create(groups + 1, NULL);
    matcher->context = pcre2_match_context_create(NULL);
    matcher->stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL);
    if (!matcher->data || !matcher->context)
        g_error("out of memory");
    pcre2_set_depth_limit(matcher->context, DEPTH_PER_START);
    pcre2_set_heap_limit(matcher->context, HEAP_KIB);
    pcre2_set_callout(matcher->context, on_step, matcher);
    if (matcher->stack)
        pcre2_jit_stack_assign(matcher->context, NULL, matcher->stack);
    return matcher;
}

void matcher_free(Matcher *matcher)
{
    if (!matcher)
        return;
    pcre2_match_data_free(matcher->data);
    pcre2_match_context_free(matcher->context);
    pcre2_jit_stack_free(matcher->stack);
    g_free(matcher);
}

void matcher_begin(Matcher *matcher, gint64 deadline_us)
{
    matcher->deadline_us = deadline_us;
    matcher->started_us = 0;
}

void matcher_count(Matcher *matcher, guint64 most)
{
    matcher->is_counting = most > 0;
    matcher->steps = 0;
    matcher->steps_most = most;
}

guint64 matcher_steps(const Matcher *matcher)
{
    return matcher->steps;
}

gboolean matcher_span(const Matcher *matcher, guint group, gsize *out_start, gsize *out_end)
{
    const PCRE2_SIZE *vector = pcre2_get_ovector_pointer(matcher->data);
    if (group >= pcre2_get_ovector_count(matcher->data) || vector[2 * group] == PCRE2_UNSET)
        return FALSE;
    /* \K in a look-ahead may put the start behind the end. */
    if (vector[2 * group] > vector[2 * group + 1])
        return FALSE;
    *out_start = vector[2 * group];
    *out_end = vector[2 * group + 1];
    return TRUE;
}

void matcher_spans(const Matcher *matcher, guint count, gsize *out_pairs)
{
    for (guint group = 0; group < count; group++) {
        gsize start = G_MAXSIZE, end = G_MAXSIZE;
        (void)matcher_span(matcher, group, &start, &end);
        out_pairs[2 * group] = start;
        out_pairs[2 * group + 1] = end;
    }
}

void matcher_give_up(Matcher *matcher, const char *reason)
{
    matcher->reason = reason;
}

const char *matcher_reason(const Matcher *matcher)
{
    return matcher->reason;
}
