#include <parsers/rules/pattern_private.h>

/* Steps PCRE2 may take from one start position; fewer where each may go through much text. */
#define STEPS_PER_START 20000u
#define STEPS_LEAST 200u

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

/* Of a wild pattern, where each step is seen. */
#define STEPS_OF_SEARCH 50000000u

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
