/* Text that turned out to be quoted leaves the reply, and takes with it what was found there. */
#include <postern/reading.h>

#include <string.h>

/* Where each line of one text stands in another that has them all, in this order, and more between. */
typedef struct {
    const char *from, *to;
    GArray *starts; /* gsize pairs: offset in `from`, offset in `to` */
} LineMap;

static gsize line_length(const char *line)
{
    return strcspn(line, "\n");
}

/* `is_shorter`: lines of `from` are missing in `to`; else the other way round. */
static void map_lines(const char *from, const char *to, gboolean is_shorter, LineMap *out)
{
    *out = (LineMap){from, to, g_array_new(FALSE, FALSE, sizeof(gsize))};
    const char *some = is_shorter ? to : from, *all = is_shorter ? from : to;
    while (*some && *all) {
        gsize length = line_length(some), other = line_length(all);
        if (length == other && memcmp(some, all, length) == 0) {
            gsize pair[] = {(gsize)((is_shorter ? all : some) - from),
                            (gsize)((is_shorter ? some : all) - to)};
            g_array_append_vals(out->starts, pair, 2);
            some += length + (some[length] == '\n');
        }
        all += other + (all[other] == '\n');
    }
}

/* FALSE when it is not there any more as it was. */
static gboolean place(const LineMap *map, gsize *start, gsize *end)
{
    gsize low = 0, high = map->starts->len / 2;
    if (high == 0 || g_array_index(map->starts, gsize, 0) > *start)
        return FALSE;
    while (high - low > 1) {
        gsize middle = (low + high) / 2;
        *(g_array_index(map->starts, gsize, 2 * middle) <= *start ? &low : &high) = middle;
    }
    gsize to =
        g_array_index(map->starts, gsize, 2 * low + 1) + *start - g_array_index(map->starts, gsize, 2 * low);
    gsize length = *end - *start;
    if (to + length > strlen(map->to) || memcmp(map->from + *start, map->to + to, length) != 0 ||
        (length > 0 && memchr(map->to + g_array_index(map->starts, gsize, 2 * low + 1), '\n',
                              to - g_array_index(map->starts, gsize, 2 * low + 1))))
        return FALSE;
    *start = to;
    *end = to + length;
    return TRUE;
}

typedef struct {
    LineMap reply, quoted;
} Moves;

static gboolean place_in(const Moves *moves, const char *where, gsize *start, gsize *end)
{
    if (strcmp(where, "reply") == 0)
        return place(&moves->reply, start, end);
    return strcmp(where, "quoted") != 0 || place(&moves->quoted, start, end);
}

static void place_fields(const Moves *moves, GPtrArray *fields)
{
    for (guint i = fields->len; i-- > 0;) {
        Field *field = fields->pdata[i];
        if (!place_in(moves, field->where, &field->start, &field->end))
            g_ptr_array_remove_index(fields, i);
    }
}

static void place_candidates(const Moves *moves, GPtrArray *candidates)
{
    for (guint i = candidates->len; i-- > 0;) {
        Candidate *candidate = candidates->pdata[i];
        if (!place_in(moves, candidate->where, &candidate->start, &candidate->end))
            g_ptr_array_remove_index(candidates, i);
    }
}

/* "+3 cannot-connect: "can't connect" in reply 4-17": FALSE when that is not in the reply any more. */
static gboolean place_reason(const Moves *moves, char **reason)
{
    static const char label[] = " in reply ";
    const char *found = g_strrstr(*reason, label);
    char *behind = NULL;
    if (!found)
        return TRUE;
    gsize start = g_ascii_strtoull(found + strlen(label), &behind, 10);
    gsize end = *behind == '-' ? g_ascii_strtoull(behind + 1, &behind, 10) : 0;
    if (*behind || end < start || end > strlen(moves->reply.from))
        return TRUE;
    if (!place(&moves->reply, &start, &end))
        return FALSE;
    char *next = g_strdup_printf("%.*s%s%" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, (int)(found - *reason),
                                 *reason, label, start, end);
    g_free(*reason);
    *reason = next;
    return TRUE;
}

/* What lost points is not chosen any more: nobody knows whether the rest would be enough. */
static void place_meanings(const Moves *moves, GPtrArray *meanings)
{
    for (guint i = meanings->len; i-- > 0;) {
        Meaning *meaning = meanings->pdata[i];
        for (guint r = meaning->reasons->len; r-- > 0;) {
            if (place_reason(moves, (char **)&meaning->reasons->pdata[r]))
                continue;
            gint points = (gint)g_ascii_strtoll(meaning->reasons->pdata[r], NULL, 10);
            meaning->score -= points;
            meaning->is_chosen &= points < 0;
            g_ptr_array_remove_index(meaning->reasons, r);
        }
        if (meaning->reasons->len == 0)
            g_ptr_array_remove_index(meanings, i);
    }
}

static void place_all(Reading *reading, const Moves *moves)
{
    GPtrArray *fields[] = {reading->fields, reading->losers, reading->other_fields};
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        place_fields(moves, fields[i]);
    place_candidates(moves, reading->candidates);
    place_meanings(moves, reading->meanings);
    place_meanings(moves, reading->other_meanings);
}

static void swap(char **a, char **b)
{
    char *kept = *a;
    *a = *b;
    *b = kept;
}

guint reading_take_known(Reading *reading, const KnownText *known, guint count, guint *out_known)
{
    g_auto(ReplyParts) parts = {0};
    if (count == 0)
        return 0;
    guint lines = reply_take_known(reading->text, reading->spans, known, count, out_known, &parts);
    if (lines == 0)
        return 0;
    Moves moves;
    map_lines(reading->reply, parts.reply, TRUE, &moves.reply);
    map_lines(reading->quoted, parts.quoted, FALSE, &moves.quoted);
    place_all(reading, &moves);
    g_array_unref(moves.reply.starts);
    g_array_unref(moves.quoted.starts);
    swap(&reading->reply, &parts.reply);
    swap(&reading->quoted, &parts.quoted);
    swap(&reading->signature, &parts.signature);
    GPtrArray *spans = reading->spans;
    reading->spans = parts.spans;
    parts.spans = spans;
    return lines;
}
