/* What a reply holds of the conversation before, though nothing in it says so. */
#include <postern/reply.h>

#include "parsers/reply/runs.h"
#include "parsers/reply/signature.h"
#include "parsers/reply/spans.h"
#include "parsers/reply/words.h"

#include <string.h>

/* Fewer words may be said twice. */
#define WORDS_LEAST 12u
/* A quote that neither begins nor ends where the message does must be so much of it. */
#define SHARE_LEAST 40u
/* What the writer said himself may be pasted again, a log above all: only a whole mail of his is a quote. */
#define OWN_SHARE_LEAST 90u
#define INTRO_LINES 6u     /* header-like lines above a known text */
#define WORDS_READ 200000u /* of the mail: more take no part */

typedef struct {
    guint words;        /* of the line */
    guint matched;      /* of these */
    guint first, after; /* in the words of the text */
} LineWords;

typedef struct {
    TextLines *lines;
    GArray *matches; /* WordMatch */
    LineWords *at;   /* one a line */
    const KnownText *known;
    const KnownWords *texts;
    guint *moved; /* lines, of each known text */
} Search;

typedef struct {
    gsize first, end; /* lines */
    guint words;
} KnownBlock;

/* The roles of lines are those of the spans that they stand in. */
static void take_roles(TextLines *lines, const char *text, const GPtrArray *spans)
{
    guint at = 0;
    for (gsize i = 0; i < lines->count; i++) {
        gsize start = (gsize)(lines->at[i].start - text);
        while (at < spans->len && ((const TextSpan *)spans->pdata[at])->end <= start)
            at++;
        const TextSpan *span = at < spans->len ? spans->pdata[at] : NULL;
        lines->at[i].role = span && span->start <= start ? span->role : SPAN_REPLY;
    }
}

static LineWords *count_words(const TextLines *lines, const char *text, const GArray *words,
                              const GArray *matches)
{
    LineWords *all = g_new0(LineWords, lines->count + 1);
    guint at = 0;
    for (gsize i = 0; i < lines->count; i++) {
        gsize end = (gsize)(lines->at[i].start - text) + lines->at[i].length;
        all[i].first = at;
        for (; at < words->len && g_array_index(words, TextWord, at).at < end; at++) {
            all[i].words++;
            all[i].matched += g_array_index(matches, WordMatch, at).known != G_MAXUINT;
        }
        all[i].after = at;
    }
    return all;
}

static gboolean is_own(const Search *search, gsize line)
{
    return search->lines->at[line].role == SPAN_REPLY && search->at[line].words > 0 &&
           search->at[line].matched < search->at[line].words;
}

static gboolean is_known(const Search *search, gsize line)
{
    return search->lines->at[line].role == SPAN_REPLY && search->at[line].words > 0 &&
           search->at[line].matched == search->at[line].words;
}

/* What was taken for the writer's signature, and is that of a text that somebody else wrote. */
static gboolean is_known_signature(const Search *search, gsize line)
{
    if (search->lines->at[line].role != SPAN_SIGNATURE || search->at[line].words == 0)
        return FALSE;
    for (guint at = search->at[line].first; at < search->at[line].after; at++) {
        guint known = g_array_index(search->matches, WordMatch, at).known;
        if (known == G_MAXUINT || search->known[known].is_writers)
            return FALSE;
    }
    return TRUE;
}

static gboolean is_moved(const Search *search, gsize line)
{
    return search->lines->at[line].role == SPAN_REPLY || is_known_signature(search, line);
}

static gboolean any_own(const Search *search, gsize first, gsize end)
{
    for (gsize i = first; i < end; i++)
        if (is_own(search, i))
            return TRUE;
    return FALSE;
}

/* The lines from a known one on to the next that is not. */
static KnownBlock block_at(const Search *search, gsize first)
{
    KnownBlock block = {first, first, 0};
    for (gsize i = first; i < search->lines->count; i++) {
        if (text_line_is_blank(&search->lines->at[i]))
            continue;
        if (!is_moved(search, i) || is_own(search, i))
            break;
        if (search->at[i].words == 0)
            continue;
        block.words += search->at[i].words;
        block.end = i + 1;
    }
    return block;
}

typedef struct {
    gboolean begins, ends; /* with the message */
    guint share;           /* of it, in percent */
    gboolean is_writers;
} Piece;

/* What the block has of the text that its words from `at` on stand in; returns the word behind. */
static guint piece_at(const Search *search, guint at, guint after, Piece *out)
{
    const WordMatch *first = &g_array_index(search->matches, WordMatch, at), *match = first;
    guint32 all = search->texts->starts[first->known + 1] - search->texts->starts[first->known];
    guint start = at, known = first->known;
    for (; at < after && g_array_index(search->matches, WordMatch, at).known == known; at++)
        match = &g_array_index(search->matches, WordMatch, at);
    *out = (Piece){.begins = first->place <= 2,
                   .ends = match->place + 3 >= all,
                   .share = (guint)((guint64)(at - start) * 100 / MAX(all, 1)),
                   .is_writers = search->known[known].is_writers};
    return at;
}

/* "The log says:" shows what follows; "On … wrote:" has a date or an address. */
static gboolean is_shown(const Search *search, gsize first)
{
    while (first > 0 && text_line_is_blank(&search->lines->at[first - 1]))
        first--;
    if (first == 0)
        return FALSE;
    const TextLine *above = &search->lines->at[first - 1];
    return g_str_has_suffix(above->folded, ":") && !strpbrk(above->folded, "@0123456789");
}

static gboolean is_quote(const Search *search, const KnownBlock *block)
{
    if (block->words < WORDS_LEAST)
        return FALSE;
    guint after = search->at[block->end - 1].after;
    gboolean found = FALSE, begins = FALSE;
    for (guint at = search->at[block->first].first; at < after;) {
        Piece piece;
        guint start = at;
        at = piece_at(search, at, after, &piece);
        begins |= start == search->at[block->first].first && piece.begins;
        found |= piece.is_writers ? piece.begins && piece.share >= OWN_SHARE_LEAST
                                  : piece.begins || piece.ends || piece.share >= SHARE_LEAST;
    }
    return found && (begins || !is_shown(search, block->first));
}

static gboolean is_header_like(const TextLine *line)
{
    const char *colon = strpbrk(line->folded, ":");
    return colon && colon != line->folded && colon - line->folded < 24 && colon[1] == ' ';
}

/* Who wrote it, in whatever language: above a whole message, what ends in a colon and has an address or a
 * date, or three headers with an address. Returns its first line, or `first`. */
static gsize intro_above(const Search *search, gsize first)
{
    const TextLine *lines = search->lines->at;
    gsize end = first;
    while (end > 0 && text_line_is_blank(&lines[end - 1]))
        end--;
    gsize at = end;
    gboolean has_address = FALSE;
    while (at > 0 && end - at < INTRO_LINES && is_own(search, at - 1) && is_header_like(&lines[at - 1])) {
        has_address |= strchr(lines[at - 1].folded, '@') != NULL;
        at--;
    }
    if (end - at >= 3 && has_address)
        return at;
    if (end == 0 || !is_own(search, end - 1) || !g_str_has_suffix(lines[end - 1].folded, ":"))
        return first;
    guint digits = 0;
    for (const char *c = lines[end - 1].folded; *c; c++)
        digits += g_ascii_isdigit(*c);
    gboolean is_alone = end == 1 || text_line_is_blank(&lines[end - 2]);
    return is_alone && (digits >= 4 || strchr(lines[end - 1].folded, '@')) ? end - 1 : first;
}

static void move(const Search *search, gsize first, gsize end)
{
    for (gsize i = first; i < end; i++) {
        if (!is_moved(search, i) && !text_line_is_blank(&search->lines->at[i]))
            continue;
        if (search->at[i].words > 0)
            search->moved[g_array_index(search->matches, WordMatch, search->at[i].first).known]++;
        search->lines->at[i].role = SPAN_QUOTED;
    }
}

/* With the intro above it; the words that are left may end in a signature. FALSE when none would be left. */
static gboolean move_tail(const Search *search, const KnownBlock *block)
{
    TextLines *lines = search->lines;
    gsize intro = intro_above(search, block->first);
    if (!any_own(search, 0, intro))
        intro = block->first;
    if (!any_own(search, 0, intro))
        return FALSE;
    for (gsize i = intro; i < block->first; i++)
        lines->at[i].role = SPAN_INTRO;
    move(search, block->first, block->end);
    for (gsize i = 0; i < intro; i++)
        if (lines->at[i].role != SPAN_REPLY)
            return TRUE;
    gsize bottom = text_lines_end(lines, 0, intro), end = signature_find(lines, 0, intro);
    if (text_lines_next(lines, 0, end) < end)
        signature_mark(lines, text_lines_next(lines, end, bottom), bottom);
    return TRUE;
}

/* What is answered below stays with the answer: the last paragraph. A whole message on top goes. */
static void move_upper(const Search *search, const KnownBlock *block)
{
    Piece piece;
    guint after = search->at[block->end - 1].after;
    gsize end = block->end;
    gboolean is_one = piece_at(search, search->at[block->first].first, after, &piece) == after;
    gboolean is_whole = is_one && piece.begins && piece.ends && !any_own(search, 0, block->first);
    while (!is_whole && end > block->first && !text_line_is_blank(&search->lines->at[end - 1]))
        end--;
    move(search, block->first, end);
}

static void judge(const Search *search)
{
    for (gsize i = 0; i < search->lines->count; i++) {
        if (!is_known(search, i))
            continue;
        KnownBlock block = block_at(search, i);
        i = block.end - 1;
        if (!is_quote(search, &block))
            continue;
        if (any_own(search, block.end, search->lines->count))
            move_upper(search, &block);
        else
            move_tail(search, &block);
    }
}

static guint sum_up(const guint *moved, guint count, guint *out_known)
{
    guint all = 0;
    *out_known = 0;
    for (guint i = 0; i < count; i++) {
        all += moved[i];
        *out_known = moved[i] > moved[*out_known] ? i : *out_known;
    }
    return all;
}

guint reply_take_known(const char *text, const GPtrArray *spans, const KnownText *known, guint count,
                       guint *out_known, ReplyParts *out)
{
    g_auto(TextLines) lines = {0};
    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(TextWord));
    g_auto(KnownWords) texts = {0};
    text_lines_init(&lines, text);
    take_roles(&lines, text, spans);
    text_words(text, WORDS_READ, words);
    known_words_init(&texts, known, count);
    g_autoptr(GArray) matches = known_words_match(&texts, words);
    g_autofree LineWords *at = count_words(&lines, text, words, matches);
    g_autofree guint *moved = g_new0(guint, count + 1);
    Search search = {&lines, matches, at, known, &texts, moved};
    judge(&search);
    guint all = sum_up(moved, count, out_known);
    if (all > 0)
        spans_collect(&lines, text, out);
    return all;
}
