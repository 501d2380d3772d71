/* One regular expression, and the search for it in bounded time. PCRE2 is
 * called in pattern*.c only. */
#pragma once

#include <glib.h>

typedef struct Pattern Pattern;
typedef struct Matcher Matcher;

typedef enum {
    PATTERN_CASELESS = 1 << 0,
    PATTERN_MULTILINE = 1 << 1, /* ^ and $ at lines */
    PATTERN_DOTALL = 1 << 2,    /* . takes line ends */
    PATTERN_EXTENDED = 1 << 3,  /* blanks and # comments in the pattern do not count */
} PatternFlags;

#define PATTERN_BYTES_MAX (32u * 1024)
#define PATTERN_DEPTH_MAX 100u /* groups in groups */
#define PATTERN_GROUPS_MAX 500u

/* Always UTF and UCP, never \C. On failure NULL, a message in words (the caller frees) and the byte
 * offset in `source` where it broke. */
Pattern *pattern_compile(const char *source, gsize length, PatternFlags flags, char **out_message,
                         gsize *out_offset);
Pattern *pattern_ref(Pattern *pattern);
void pattern_unref(Pattern *pattern);
/* The number of the named group, or 0 when there is none of that name (or several). */
guint pattern_group(const Pattern *pattern, const char *name);
/* What it was compiled from. Borrowed. */
const char *pattern_source(const Pattern *pattern, gsize *out_length, PatternFlags *out_flags);
/* 256 bits: the bytes that a match can begin with; NULL: any, or nobody knows. Borrowed. */
const guint8 *pattern_firsts(const Pattern *pattern);
guint pattern_group_count(const Pattern *pattern);
/* The names of its groups, char *, by number: NULL where one has none. The caller frees. */
GPtrArray *pattern_group_names(const Pattern *pattern);

/* Match data, limits and JIT stack of one thread, for patterns of at most `groups` groups. */
Matcher *matcher_new(guint groups);
void matcher_free(Matcher *matcher);
/* Begins a rule, which may search several times: it may run until `deadline_us` (clock_monotonic_us(); 0: no
 * limit), and no longer than RULE_SHARE_US. */
void matcher_begin(Matcher *matcher, gint64 deadline_us);

/* One slow rule leaves time for the others. */
#define RULE_SHARE_US (100u * 1000)

typedef enum {
    SEARCH_FOUND,
    SEARCH_NOTHING,
    SEARCH_GAVE_UP /* a limit was met: there may or may not be a match */
} SearchResult;

/* FALSE when the rule's time is over. */
gboolean matcher_has_time(Matcher *matcher);

/* The first match that starts at `from` or later, but before `until`. `text` is valid UTF-8 and `from` at a
 * character. */
SearchResult pattern_search(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                            gsize from, gsize until);
/* A match that starts exactly at `at`. */
SearchResult pattern_match_at(const Pattern *pattern, Matcher *matcher, const char *text, gsize length,
                              gsize at);
/* From now on searches count their steps, and give up after `most` of all of them; 0: no longer. Slow, and
 * not for patterns that several threads use: for proving that a rule is slow. */
void matcher_count(Matcher *matcher, guint64 most);
guint64 matcher_steps(const Matcher *matcher);
/* Of the last search that found something. FALSE when the group took no part. */
gboolean matcher_span(const Matcher *matcher, guint group, gsize *out_start, gsize *out_end);
/* The same for groups 0 to `count` - 1, as pairs of start and end; G_MAXSIZE twice where a group took no
 * part. */
void matcher_spans(const Matcher *matcher, guint count, gsize *out_pairs);
/* Somebody else gives up in the name of the rule at hand; `reason` is a constant. */
void matcher_give_up(Matcher *matcher, const char *reason);
/* Why the last search gave up. */
const char *matcher_reason(const Matcher *matcher);
