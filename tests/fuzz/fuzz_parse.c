/* What `postern parse` shows of a mail: a page without anything that acts, and a terminal that is only told
 * to change its letters. */
#include "gateway/app/parse_view.h"
#include "promise.h"

#include <postern/base/starter.h>
#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static RuleSet *rules;
static RulesScratch *scratch;

/* Every tag of the page is one that the page itself writes. */
static void check_page(const char *page)
{
    static const char tags[] = " !DOCTYPE html head meta title style body h1 h2 p span u table tr td th pre ";
    if (!g_utf8_validate(page, -1, NULL))
        g_error("no UTF-8");
    const char *at = strstr(page, "</style>");
    for (at = at + 8; (at = strchr(at, '<')); at++) {
        const char *name = at + 1 + (at[1] == '/');
        gsize length = strcspn(name, " >");
        g_autofree char *word = g_strdup_printf(" %.*s ", (int)length, name);
        if (!strstr(tags, word) || strcspn(name, "<") < strcspn(name, ">"))
            g_error("a tag of a stranger: %.60s", at);
    }
}

/* The pieces are the whole text, in order, in whole characters. */
static void check_pieces(const Reading *reading)
{
    g_autoptr(GArray) pieces = parse_pieces(reading);
    gsize at = 0;
    for (guint i = 0; i < pieces->len; i++) {
        const ParsePiece *piece = &g_array_index(pieces, ParsePiece, i);
        const char *text = reading->text;
        if (piece->start != at || piece->end < at || (text[piece->start] & 0xc0) == 0x80 ||
            (text[piece->end] & 0xc0) == 0x80)
            g_error("piece %u is broken", i);
        at = piece->end + (piece->ends_line && text[piece->end] == '\n');
    }
    if (at != strlen(reading->text))
        g_error("the text is longer");
}

/* A field is marked where its own words stand, and nowhere else. */
static void check_marks(const Reading *reading)
{
    g_autoptr(GArray) pieces = parse_pieces(reading);
    for (guint i = 0; i < pieces->len; i++) {
        const ParsePiece *piece = &g_array_index(pieces, ParsePiece, i);
        if (!piece->field || strcmp(piece->field->where, "reply") != 0)
            continue;
        g_autofree char *shown = g_strndup(reading->text + piece->start, piece->end - piece->start);
        g_autofree char *found =
            g_strndup(reading->reply + piece->field->start, piece->field->end - piece->field->start);
        if (!strstr(found, shown))
            g_error("“%s” is marked for “%s”", shown, found);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!rules) {
        g_autoptr(GPtrArray) problems = g_ptr_array_new();
        const char *text = starter_text("rules.yaml");
        rules = rules_compile("rules.yaml", text, strlen(text), problems);
        scratch = rules_scratch_new(rules);
    }
    const ReadingSettings settings = {.rules = rules, .scratch = scratch, .authserv_id = "mx.example.com"};
    g_autoptr(Reading) reading = reading_make_bytes((const char *)data, size, &settings, NULL);
    if (!reading)
        return 0;
    const ParseView view = {.name = "mail.eml", .reading = reading};
    g_autofree char *page = parse_html(&view);
    check_page(page);
    check_pieces(reading);
    check_marks(reading);
    return 0;
}
