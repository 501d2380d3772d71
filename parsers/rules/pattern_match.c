#include <parsers/rules/pattern_private.h>
#include <postern/base/clock.h>

/* Steps PCRE2 may take from one start position; fewer where each may go through much text. */
#define STEPS_PER_START 20000u
#define STEPS_LEAST 200u
#define DEPTH_PER_START 5000u
#define HEAP_KIB 4096u
#define JIT_STACK_LEAST (32u * 1024)
#define JIT_STACK_MOST (1024u * 1024)

/* A search goes in windows of starts, with a look at the clock between them. The limit of steps does not
 * bound a window: each start has its own count, and the way ahead through the text counts as one step however
 * long it is. So first there are few steps for many starts, enough nearly everywhere. Where they are not, the
 * window is halved, and each half may take twice as many for a start; a few starts that are left have each
 * its own turn, with all the steps that fit into CAREFUL_NS. */
#define STARTS_PER_WINDOW 256u
#define STARTS_OF_DEAR 64u
#define STARTS_ONE_BY_ONE 4u
#define DEAR_NS 20000.0
#define QUICK_NS 50e6
#define QUICK_STEPS_LEAST 16u
#define CAREFUL_NS 100e6
/* Where loops in loops may go through the text many times without a step that counts. */
#define BLIND_NS 50e6

/* Of a wild pattern each step is seen; every so many the clock is looked at. */
#define STEPS_PER_LOOK 16u
#define STEPS_OF_SEARCH 50000000u

struct Matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    gint64 deadline_us, started_us;
    guint64 steps, steps_most;
    gboolean is_counting;
    const char *reason;
};

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

static SearchResult result_of(Matcher *matcher, int code)
{
    if (code >= 0)
        return SEARCH_FOUND;
    switch (code) {
    case PCRE2_ERROR_NOMATCH:
        return SEARCH_NOTHING;
    case PCRE2_ERROR_MATCHLIMIT:
        matcher->reason = "too many steps at one place";
        break;
    case PCRE2_ERROR_DEPTHLIMIT:
        matcher->reason = "nested too deep";
        break;
    case PCRE2_ERROR_HEAPLIMIT:
        matcher->reason = "too much memory";
        break;
    case PCRE2_ERROR_JIT_STACKLIMIT:
        matcher->reason = "too much stack";
        break;
    case PCRE2_ERROR_CALLOUT:
        break; /* on_step has said why */
    default:
        matcher->reason = "the pattern engine failed";
        break;
    }
    return SEARCH_GAVE_UP;
}

/* What is searched. */
typedef struct {
    const Pattern *pattern;
    const pcre2_code *code;
    const char *text;
    gsize length;
    uint32_t options;
} Task;

static int match(const Task *task, Matcher *matcher, gsize from, gsize last_start, guint32 steps,
                 uint32_t options)
{
    pcre2_set_offset_limit(matcher->context, last_start);
    pcre2_set_match_limit(matcher->context, steps);
    return pcre2_match(task->code, (PCRE2_SPTR)task->text, task->length, from,
                       task->options | options | PCRE2_NO_UTF_CHECK, matcher->data, matcher->context);
}

static gsize next_start(const Task *task, gsize from, gsize starts, gsize until)
{
    gsize end = MIN(until, from + starts);
    while (end < task->length && ((guchar)task->text[end] & 0xc0) == 0x80)
        end++;
    return MIN(end, task->length);
}

static guint32 steps_within(double ns, double starts, double step_ns, guint32 least)
{
    return (guint32)CLAMP(ns / (starts * step_ns), (double)least, (double)STEPS_PER_START);
}

/* What one step may take. */
static double step_ns(const Task *task, gsize from)
{
    const Effort *effort = &task->pattern->effort;
    return effort->fixed + effort->far * (double)(task->length - from) + 1;
}

/* Whether each step must be seen; how many starts can go in one window. */
static gsize choose(Task *task, gsize from)
{
    const Pattern *pattern = task->pattern;
    const Effort *effort = &pattern->effort;
    double left = (double)(task->length - from), step = step_ns(task, from);
    double blind_ns = effort->degree > 1 ? left * left * effort->far / 2 : step;
    gboolean is_wild = effort->is_wild || effort->degree > 2 || (effort->degree > 1 && blind_ns > BLIND_NS);
    task->code = is_wild && pattern->stepping ? pattern->stepping : pattern->code;
    if (is_wild)
        return STARTS_PER_WINDOW;
    gsize most = step > DEAR_NS ? STARTS_OF_DEAR : STARTS_PER_WINDOW;
    return effort->degree > 1 ? (gsize)CLAMP(BLIND_NS / blind_ns, 1, (double)most) : most;
}

/* At one start, with all the steps there are. */
static SearchResult match_carefully(const Task *task, Matcher *matcher, gsize at)
{
    if (!matcher_has_time(matcher))
        return SEARCH_GAVE_UP;
    guint32 steps = steps_within(CAREFUL_NS, 1, step_ns(task, at), STEPS_LEAST);
    int code = match(task, matcher, at, at, steps, 0);
    /* The interpreter keeps its state on the heap and manages some patterns that overflow the JIT stack. */
    if (code == PCRE2_ERROR_JIT_STACKLIMIT)
        code = match(task, matcher, at, at, steps, PCRE2_NO_JIT);
    return result_of(matcher, code);
}

static SearchResult search_carefully(const Task *task, Matcher *matcher, gsize from, gsize until)
{
    SearchResult result = SEARCH_NOTHING;
    while (from < until && result == SEARCH_NOTHING) {
        result = match_carefully(task, matcher, from);
        from = next_start(task, from, 1, until);
    }
    return result;
}

static SearchResult search_window(const Task *task, Matcher *matcher, gsize from, gsize until, gsize starts);

/* Only the half with the start that took too many steps is asked again with more. */
static SearchResult search_halves(const Task *task, Matcher *matcher, gsize from, gsize until, gsize starts)
{
    if (starts <= STARTS_ONE_BY_ONE)
        return search_carefully(task, matcher, from, until);
    gsize middle = next_start(task, from, starts / 2, until);
    SearchResult result = search_window(task, matcher, from, middle, starts / 2);
    if (result != SEARCH_NOTHING || middle >= until)
        return result;
    return search_window(task, matcher, middle, until, starts - starts / 2);
}

static SearchResult search_window(const Task *task, Matcher *matcher, gsize from, gsize until, gsize starts)
{
    if (!matcher_has_time(matcher))
        return SEARCH_GAVE_UP;
    guint32 steps = STEPS_PER_START;
    starts = MIN(starts, until - from);
    if (task->code == task->pattern->code)
        steps = steps_within(QUICK_NS, (double)starts, step_ns(task, from), QUICK_STEPS_LEAST);
    int code = match(task, matcher, from, until - 1, steps, 0);
    gboolean is_too_quick = code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_JIT_STACKLIMIT;
    if (is_too_quick && (steps < STEPS_PER_START || code == PCRE2_ERROR_JIT_STACKLIMIT))
        return search_halves(task, matcher, from, until, starts);
    return result_of(matcher, code);
}

/* All at once, step by step. */
static SearchResult search_counting(Task *task, Matcher *matcher, gsize from, gsize until)
{
    Pattern *pattern = (Pattern *)(gsize)task->pattern;
    if (!pattern->counting)
        pattern->counting = pattern_compile_counting(pattern);
    task->code = pattern->counting ? pattern->counting : pattern->code;
    if (from >= until || matcher->steps >= matcher->steps_most)
        return from >= until ? SEARCH_NOTHING : SEARCH_GAVE_UP;
    int code = match(task, matcher, from, until - 1, G_MAXUINT32, 0);
    if (code == PCRE2_ERROR_JIT_STACKLIMIT)
        matcher->steps = matcher->steps_most;
    return result_of(matcher, code);
}

SearchResult pattern_search(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                            gsize from, gsize until)
{
    Task task = {pattern, NULL, text, length, 0};
    SearchResult result = SEARCH_NOTHING;
    until = MIN(until, length);
    if (matcher->is_counting)
        return search_counting(&task, matcher, from, until);
    gsize starts = choose(&task, MIN(from, length));
    matcher->steps = 0;
    matcher->steps_most = STEPS_OF_SEARCH;
    while (from < until && result == SEARCH_NOTHING) {
        gsize end = next_start(&task, from, starts, until);
        result = search_window(&task, matcher, from, end, starts);
        from = end;
    }
    return result;
}

SearchResult pattern_match_at(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                              gsize at)
{
    Task task = {pattern, NULL, text, length, PCRE2_ANCHORED};
    if (matcher->is_counting)
        return search_counting(&task, matcher, at, at + 1);
    (void)choose(&task, at);
    matcher->steps = 0;
    matcher->steps_most = STEPS_OF_SEARCH;
    return match_carefully(&task, matcher, at);
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
