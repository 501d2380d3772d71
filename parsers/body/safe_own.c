/* The words of a page against a text that a mail program made of them, or that we did. The page is a row of
 * items: every visible character must be met in the text, while the text may also have what is written for
 * elements: targets of links, numbers of lists, names of images, and signs such as "*" around bold words. All
 * ways to read the text are followed at the same time. */
#include "parsers/body/safe_own.h"

#include "parsers/body/safe_row.h"
#include "parsers/body/safe_words.h"

#include <string.h>

/* Ways to read that are followed at once; more come from long rows of the same sign alone. */
#define WAYS 32u
/* Characters compared, with all the places where the text might begin. */
#define STEPS 20000000u

typedef struct {
    SafeTree *tree;
    GArray *items; /* SafeItem */
    GArray *text;  /* gunichar: what is seen of the own text */
    guint tail;    /* from here on it has nothing but signs */
    guint steps;
} Search;

typedef struct {
    guint at[WAYS]; /* places in the text, no two the same */
    guint count;
} Ways;

/* The characters that are seen. */
static GArray *visible(const char *text)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(gunichar));
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (!safe_is_unseen(c))
            g_array_append_val(out, c);
    }
    return out;
}

static gunichar text_at(const Search *search, guint at)
{
    return at < search->text->len ? g_array_index(search->text, gunichar, at) : 0;
}

/* What mail programs put around words, before items and quotes, and in place of rules. */
static gboolean is_sign(gunichar c)
{
    return c == 0x2022 || c == 0x25e6 || c == 0x25aa || c == 0x2023 || c == 0xb7 ||
           (c && c < 128 && strchr("*_/-<>[]|+=#^\"", (char)c));
}

static void add_way(Ways *ways, guint at)
{
    for (guint i = 0; i < ways->count; i++)
        if (ways->at[i] == at)
            return;
    if (ways->count < WAYS)
        ways->at[ways->count++] = at;
}

/* Every place behind a `c` that only signs stand before. */
static void meet_character(Search *search, const Ways *from, gunichar c, Ways *to)
{
    for (guint i = 0; i < from->count; i++) {
        guint at = from->at[i];
        for (guint signs = 0; signs < 2 * WAYS; signs++, at++) {
            search->steps++;
            if (text_at(search, at) == c)
                add_way(to, at + 1);
            if (!is_sign(text_at(search, at)))
                break;
        }
    }
}

/* The place behind the words, or 0. */
static guint behind_words(Search *search, guint at, const char *words)
{
    gboolean any = FALSE;
    for (; *words; words = g_utf8_next_char(words)) {
        gunichar c = g_utf8_get_char(words);
        if (safe_is_unseen(c))
            continue;
        search->steps++;
        if (text_at(search, at++) != c)
            return 0;
        any = TRUE;
    }
    return any ? at : 0;
}

static void meet_words(Search *search, const Ways *from, const char *words, Ways *to)
{
    for (guint i = 0; i < from->count && *words; i++) {
        guint at = from->at[i];
        for (guint signs = 0; signs < WAYS; signs++, at++) {
            guint behind = behind_words(search, at, words);
            if (behind)
                add_way(to, behind);
            if (!is_sign(text_at(search, at)))
                break;
        }
    }
}

static void meet_image(Search *search, const Ways *from, const SafeNode *node, Ways *to)
{
    const SafeTree *tree = search->tree;
    g_autofree char *named = g_strconcat("image:", node->alt, NULL);
    meet_words(search, from, node->alt, to);
    meet_words(search, from, named, to);
    if (node->image >= 0) {
        g_autofree char *source = g_strconcat("cid:", tree->images[node->image].content_id, NULL);
        meet_words(search, from, source, to);
    }
}

static void meet_element(Search *search, const Ways *from, guint index, Ways *to)
{
    const SafeNode *node = safe_node(search->tree, index);
    if (node->tag == TAG_IMG) {
        meet_image(search, from, node, to);
    } else if (node->tag == TAG_A) {
        meet_words(search, from, node->link, to);
        if (g_str_has_prefix(node->link, "mailto:"))
            meet_words(search, from, node->link + strlen("mailto:"), to);
    } else if (node->number > 0) {
        g_autofree char *dot = g_strdup_printf("%u.", node->number);
        g_autofree char *bracket = g_strdup_printf("%u)", node->number);
        meet_words(search, from, dot, to);
        meet_words(search, from, bracket, to);
    }
}

static gboolean is_done(const Search *search, const Ways *ways)
{
    for (guint i = 0; i < ways->count; i++)
        if (ways->at[i] >= search->tail)
            return TRUE;
    return FALSE;
}

/* Whether the lines from `first` on say the text; `out_last`: the last item that does. */
static gboolean says_text(Search *search, guint first, guint *out_last)
{
    Ways ways = {.at = {0}, .count = 1};
    guint count = search->items->len;
    *out_last = first;
    for (guint i = first; i < count; i++) {
        const SafeItem *item = &g_array_index(search->items, SafeItem, i);
        if (item->type == ITEM_BREAK) {
            if (is_done(search, &ways))
                return TRUE;
            continue;
        }
        Ways next = {.count = 0};
        if (item->type != ITEM_CHARACTER)
            next = ways;
        if (item->type == ITEM_ELEMENT)
            meet_element(search, &ways, item->node, &next);
        else
            meet_character(search, &ways, item->c, &next);
        if (next.count == 0 || search->steps > STEPS)
            return FALSE;
        ways = next;
        *out_last = i;
    }
    return is_done(search, &ways);
}

static gboolean has_unquoted(const Search *search, const SafeSpan *span)
{
    for (guint i = span->first; i <= span->last; i++) {
        const SafeItem *item = &g_array_index(search->items, SafeItem, i);
        if (!item->is_quoted && item->type == ITEM_CHARACTER)
            return TRUE;
    }
    return FALSE;
}

/* The first line that begins it; one that is not quoted comes first. */
static gboolean find_lines(Search *search, gboolean is_quoted, SafeSpan *out)
{
    gboolean begins = TRUE;
    for (guint i = 0; i < search->items->len && search->steps <= STEPS; i++) {
        const SafeItem *item = &g_array_index(search->items, SafeItem, i);
        if (begins && item->type != ITEM_BREAK && item->is_quoted == is_quoted) {
            SafeSpan span = {.first = i};
            if (says_text(search, i, &span.last) && has_unquoted(search, &span)) {
                *out = span;
                return TRUE;
            }
        }
        begins = item->type == ITEM_BREAK;
    }
    return FALSE;
}

/* FALSE where the writer's own part ends: at words, at a quotation, at a signature. */
static gboolean take_item(const Search *search, guint index, guint *edge)
{
    const SafeItem *item = &g_array_index(search->items, SafeItem, index);
    const SafeNode *node = safe_node(search->tree, item->node);
    if (item->type == ITEM_CHARACTER || item->is_quoted || node->is_signature)
        return FALSE;
    if (item->type == ITEM_ELEMENT && node->image >= 0)
        *edge = index;
    return TRUE;
}

/* Images that stand alone above or below the words have no words of their own in some texts. */
static void take_images(const Search *search, SafeSpan *span)
{
    for (guint i = span->first; i > 0 && take_item(search, i - 1, &span->first); i--)
        continue;
    for (guint i = span->last + 1; i < search->items->len && take_item(search, i, &span->last); i++)
        continue;
}

static guint tail_of(const Search *search)
{
    guint tail = search->text->len;
    while (tail > 0 && is_sign(text_at(search, tail - 1)))
        tail--;
    return tail;
}

gboolean safe_own_find(SafeTree *tree, const char *own_text, SafeSpan *out)
{
    g_autoptr(GArray) items = safe_row(tree);
    g_autoptr(GArray) text = visible(own_text);
    Search search = {.tree = tree, .items = items, .text = text};
    search.tail = tail_of(&search);
    if (search.tail == 0 || !(find_lines(&search, FALSE, out) || find_lines(&search, TRUE, out)))
        return FALSE;
    take_images(&search, out);
    return TRUE;
}
