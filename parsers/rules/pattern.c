#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <parsers/rules/pattern.h>
#include <postern/base/clock.h>

#include <string.h>

/* Steps PCRE2 may take from one start position. It does not bound a search: each start has its own
 * count, which is why a search goes in windows with a look at the clock between them. */
#define STEPS_PER_START 20000u
#define DEPTH_PER_START 5000u
#define HEAP_KIB 4096u
#define STARTS_PER_WINDOW 256u
#define JIT_STACK_LEAST (32u * 1024)
#define JIT_STACK_MOST (1024u * 1024)

struct Pattern {
    gatomicrefcount references;
    pcre2_code *code;
    guint groups;
    char *source;
    gsize length;
    PatternFlags flags;
    const guint8 *firsts; /* of `code` */
};

struct Matcher {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    gint64 deadline_us, started_us;
    const char *reason;
};

static uint32_t compile_options(PatternFlags flags)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    if (flags & PATTERN_CASELESS)
        options |= PCRE2_CASELESS;
    if (flags & PATTERN_MULTILINE)
        options |= PCRE2_MULTILINE;
    if (flags & PATTERN_DOTALL)
        options |= PCRE2_DOTALL;
    if (flags & PATTERN_EXTENDED)
        options |= PCRE2_EXTENDED;
    return options;
}

static char *error_message(int error)
{
    PCRE2_UCHAR message[256];
    if (pcre2_get_error_message(error, message, sizeof message) < 0)
        return g_strdup_printf("error %d", error);
    return g_strdup((const char *)message);
}

Pattern *pattern_compile(const char *source, gsize length, PatternFlags flags, char **out_message,
                         gsize *out_offset)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)source, length, compile_options(flags), &error, &offset, NULL);
    if (!code) {
        *out_message = error_message(error);
        *out_offset = MIN(offset, length);
        return NULL;
    }
    Pattern *pattern = g_new0(Pattern, 1);
    g_atomic_ref_count_init(&pattern->references);
    pattern->code = code;
    uint32_t groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    pattern->groups = groups;
    pattern->source = g_strndup(source, length);
    pattern->length = length;
    pattern->flags = flags;
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTBITMAP, &pattern->firsts);
    /* Where code cannot be made executable the interpreter does the same, slower. */
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return pattern;
}

Pattern *pattern_ref(Pattern *pattern)
{
    g_atomic_ref_count_inc(&pattern->references);
    return pattern;
}

void pattern_unref(Pattern *pattern)
{
    if (!pattern || !g_atomic_ref_count_dec(&pattern->references))
        return;
    pcre2_code_free(pattern->code);
    g_free(pattern->source);
    g_free(pattern);
}

const char *pattern_source(const Pattern *pattern, gsize *out_length, PatternFlags *out_flags)
{
    *out_length = pattern->length;
    *out_flags = pattern->flags;
    return pattern->source;
}

const guint8 *pattern_firsts(const Pattern *pattern)
{
    return pattern->firsts;
}

guint pattern_group(const Pattern *pattern, const char *name)
{
    int number = pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)name);
    return number > 0 ? (guint)number : 0;
}

guint pattern_group_count(const Pattern *pattern)
{
    return pattern->groups;
}

Matcher *matcher_new(guint groups)
{
    Matcher *matcher = g_new0(Matcher, 1);
    matcher->data = pcre2_match_data_create(groups + 1, NULL);
    matcher->context = pcre2_match_context_create(NULL);
    matcher->stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL);
    if (!matcher->data || !matcher->context)
        g_error("out of memory");
    pcre2_set_match_limit(matcher->context, STEPS_PER_START);
    pcre2_set_depth_limit(matcher->context, DEPTH_PER_START);
    pcre2_set_heap_limit(matcher->context, HEAP_KIB);
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

static gboolean has_time(Matcher *matcher)
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

static const char *give_up_reason(int code)
{
    switch (code) {
    case PCRE2_ERROR_MATCHLIMIT:
        return "too many steps at one place";
    case PCRE2_ERROR_DEPTHLIMIT:
        return "nested too deep";
    case PCRE2_ERROR_HEAPLIMIT:
        return "too much memory";
    case PCRE2_ERROR_JIT_STACKLIMIT:
        return "too much stack";
    default:
        return "the pattern engine failed";
    }
}

static SearchResult match_once(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                               gsize from, gsize last_start, uint32_t options)
{
    pcre2_set_offset_limit(matcher->context, last_start);
    int code = pcre2_match(pattern->code, (PCRE2_SPTR)text, length, from, options | PCRE2_NO_UTF_CHECK,
                           matcher->data, matcher->context);
    /* The interpreter keeps its state on the heap and manages some patterns that overflow the JIT stack. */
    if (code == PCRE2_ERROR_JIT_STACKLIMIT)
        code = pcre2_match(pattern->code, (PCRE2_SPTR)text, length, from,
                           options | PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, matcher->data, matcher->context);
    if (code >= 0)
        return SEARCH_FOUND;
    if (code == PCRE2_ERROR_NOMATCH)
        return SEARCH_NOTHING;
    matcher->reason = give_up_reason(code);
    return SEARCH_GAVE_UP;
}

static gsize window_end(const char *text, gsize length, gsize from, gsize until)
{
    gsize end = MIN(until, from + STARTS_PER_WINDOW);
    while (end < length && ((guchar)text[end] & 0xc0) == 0x80)
        end++;
    return MIN(end, length);
}

SearchResult pattern_search(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                            gsize from, gsize until)
{
    SearchResult result = SEARCH_NOTHING;
    until = MIN(until, length);
    while (from < until && result == SEARCH_NOTHING) {
        if (!has_time(matcher))
            return SEARCH_GAVE_UP;
        gsize end = window_end(text, length, from, until);
        result = match_once(pattern, matcher, text, length, from, end - 1, 0);
        from = end;
    }
    return result;
}

SearchResult pattern_match_at(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                              gsize at)
{
    return match_once(pattern, matcher, text, length, at, at, PCRE2_ANCHORED);
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
