#include <parsers/rules/pattern_private.h>

#include <string.h>

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

static pcre2_code *compile_code(const char *source, gsize length, uint32_t options, int *out_error,
                                PCRE2_SIZE *out_offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        g_error("out of memory");
    pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAX);
    pcre2_set_parens_nest_limit(context, PATTERN_DEPTH_MAX);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)source, length, options, out_error, out_offset, context);
    pcre2_compile_context_free(context);
    /* Where code cannot be made executable the interpreter does the same, slower. */
    if (code)
        (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

/* With a callout at each step. */
static pcre2_code *compile_stepping(const char *source, gsize length, uint32_t options)
{
    int error;
    PCRE2_SIZE offset;
    return compile_code(source, length, options | PCRE2_AUTO_CALLOUT, &error, &offset);
}

pcre2_code *pattern_compile_counting(const Pattern *pattern)
{
    return compile_stepping(pattern->source, pattern->length,
                            compile_options(pattern->flags) | PCRE2_NO_AUTO_POSSESS);
}

static guint group_count(const pcre2_code *code)
{
    uint32_t groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    return groups;
}

/* Loops in loops that nobody could stop are refused: NULL with the message in words. */
static Pattern *pattern_new(pcre2_code *code, const char *source, gsize length, PatternFlags flags,
                            char **out_message)
{
    Pattern *pattern = g_new0(Pattern, 1);
    g_atomic_ref_count_init(&pattern->references);
    pattern->code = code;
    pattern->groups = group_count(code);
    pattern->source = g_strndup(source, length);
    pattern->length = length;
    pattern->flags = flags;
    pattern->effort = literals_effort(source, length, flags);
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTBITMAP, &pattern->firsts);
    gboolean must_step = pattern->effort.is_wild || pattern->effort.degree > 1;
    if (must_step)
        pattern->stepping = compile_stepping(source, length, compile_options(flags));
    if (pattern->groups > PATTERN_GROUPS_MAX)
        *out_message =
            g_strdup_printf("over %u groups; write (?:…) where nothing is to be caught", PATTERN_GROUPS_MAX);
    else if (must_step && !pattern->stepping)
        *out_message = g_strdup("too long for a pattern with loops in loops; make several rules of it");
    else
        return pattern;
    pattern_unref(pattern);
    return NULL;
}

Pattern *pattern_compile(const char *source, gsize length, PatternFlags flags, char **out_message,
                         gsize *out_offset)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code = compile_code(source, length, compile_options(flags), &error, &offset);
    *out_offset = code ? 0 : MIN(offset, length);
    if (code)
        return pattern_new(code, source, length, flags, out_message);
    *out_message = error_message(error);
    return NULL;
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
    pcre2_code_free(pattern->stepping);
    pcre2_code_free(pattern->counting);
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

GPtrArray *pattern_group_names(const Pattern *pattern)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_set_size(names, (gint)pattern->groups + 1);
    for (uint32_t i = 0; i < count; i++, table += size) {
        guint number = (guint)table[0] << 8 | table[1];
        if (number <= pattern->groups && !names->pdata[number])
            names->pdata[number] = g_strdup((const char *)table + 2);
    }
    return names;
}

guint pattern_group_count(const Pattern *pattern)
{
    return pattern->groups;
}
