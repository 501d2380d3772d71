/* The texts below tests/replies: what clients of many languages write around a reply, and what must be left
 * alone. Their README tells the form. TESTS_REPLIES names another folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/body.h>
#include <postern/reply.h>
#include <stdio.h>
#include <string.h>

static char *file_read(const char *name)
{
    const char *folder = g_getenv("TESTS_REPLIES");
    g_autofree char *path = g_build_filename(folder ? folder : "tests/replies", name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        fail_msg("%s is missing", path);
    return text;
}

/* Parted by empty lines; lines that begin with "#" are for the reader. */
static GPtrArray *blocks_read(const char *name)
{
    g_autofree char *text = file_read(name);
    GPtrArray *blocks = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) block = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        if (lines[i][0] == '#' && !g_str_has_prefix(lines[i], "##"))
            continue;
        if (lines[i][0])
            g_string_append_printf(block, "%s%s", block->len > 0 ? "\n" : "", lines[i]);
        if ((!lines[i][0] || !lines[i + 1]) && block->len > 0) {
            g_ptr_array_add(blocks, g_strdup(block->str));
            g_string_truncate(block, 0);
        }
    }
    return blocks;
}

typedef struct {
    guint all, wrong;
} Tally;

static void tally_end(const Tally *tally, const char *what)
{
    if (tally->wrong > 0)
        fail_msg("%s: %u of %u wrong", what, tally->wrong, tally->all);
    assert_true(tally->all > 0);
}

/* What is around "Mine." falls away; the part that must hold it is told by `signature`. */
static void expect_mine(Tally *tally, const char *text, gboolean signature)
{
    g_auto(ReplyParts) parts = {0};
    reply_split(text, -1, &parts);
    tally->all++;
    if (strcmp(parts.reply, "Mine.") == 0 && (*parts.signature != '\0') == signature)
        return;
    tally->wrong++;
    printf("---- in\n%s\n---- reply\n%s\n---- signature\n%s\n\n", text, parts.reply, parts.signature);
}

static void test_attributions(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autoptr(GPtrArray) blocks = blocks_read("attributions.txt");
    for (guint i = 0; i < blocks->len; i++) {
        const char *block = blocks->pdata[i];
        gboolean is_weak = block[0] == '~';
        g_autofree char *marked = g_strdup_printf("Mine.\n\n%s\n\n> Theirs.\n> More.\n", block + is_weak);
        expect_mine(&tally, marked, FALSE);
        g_autofree char *bare = g_strdup_printf("Mine.\n\n%s\n\nTheirs.\n\nMore.\n", block);
        if (!is_weak)
            expect_mine(&tally, bare, FALSE);
    }
    tally_end(&tally, "attributions");
}

static char *bold(const char *headers)
{
    g_auto(GStrv) lines = g_strsplit(headers, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++) {
        char *colon = strstr(lines[i], "：");
        gsize length = strlen("：");
        if (!colon) {
            colon = strchr(lines[i], ':');
            length = 1;
        }
        g_string_append_printf(out, "*%.*s*%s\n", (int)(colon - lines[i] + (gssize)length), lines[i],
                               colon + length);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void test_headers(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autoptr(GPtrArray) blocks = blocks_read("headers.txt");
    for (guint i = 0; i < blocks->len; i++) {
        const char *block = blocks->pdata[i];
        g_auto(GStrv) lines = g_strsplit(block, "\n", -1);
        g_autofree char *doubled = g_strjoinv("\n\n", lines), *strong = bold(block);
        const char *const forms[] = {block, doubled, strong};
        for (guint form = 0; form < G_N_ELEMENTS(forms); form++) {
            g_autofree char *text = g_strdup_printf("Mine.\n\n%s\n\nTheirs.\n", forms[form]);
            expect_mine(&tally, text, FALSE);
        }
    }
    tally_end(&tally, "headers");
}

static void test_markers(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autoptr(GPtrArray) blocks = blocks_read("markers.txt");
    for (guint i = 0; i < blocks->len; i++) {
        g_autofree char *text = g_strdup_printf("Mine.\n\n%s\n\nTheirs.\n", (char *)blocks->pdata[i]);
        expect_mine(&tally, text, FALSE);
    }
    tally_end(&tally, "markers");
}

static void test_devices(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autoptr(GPtrArray) blocks = blocks_read("devices.txt");
    for (guint i = 0; i < blocks->len; i++) {
        g_autofree char *text = g_strdup_printf("Mine.\n\n%s\n", (char *)blocks->pdata[i]);
        expect_mine(&tally, text, TRUE);
        g_autofree char *above = g_strdup_printf("Mine.\n\n%s\n\nOn 3 May 2021, Help wrote:\n> Theirs\n",
                                                 (char *)blocks->pdata[i]);
        expect_mine(&tally, above, TRUE);
    }
    tally_end(&tally, "devices");
}

static void test_whole(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autofree char *all = file_read("whole.txt");
    g_auto(GStrv) texts = g_strsplit(strchr(all, '\n') + 1, "\n====\n", -1);
    for (guint i = 0; texts[i]; i++) {
        g_auto(ReplyParts) parts = {0};
        reply_split(texts[i], -1, &parts);
        tally.all++;
        if (!*parts.quoted && !*parts.signature)
            continue;
        tally.wrong++;
        printf("---- in\n%s\n---- quoted\n%s\n---- signature\n%s\n\n", texts[i], parts.quoted,
               parts.signature);
    }
    tally_end(&tally, "whole texts");
}

static char letter_of(SpanRole role)
{
    static const char letters[] = {[SPAN_REPLY] = 'r',     [SPAN_INTRO] = 'i',  [SPAN_QUOTED] = 'q',
                                   [SPAN_SIGNATURE] = 's', [SPAN_DEVICE] = 'd', [SPAN_FINE_PRINT] = 'f'};
    return letters[role];
}

/* Of the line at `offset`; '-' for a blank one. */
static char letter_at(const ReplyParts *parts, gsize offset)
{
    for (guint i = 0; i < parts->spans->len; i++) {
        const TextSpan *span = parts->spans->pdata[i];
        if (span->start <= offset && offset < span->end)
            return letter_of(span->role);
    }
    return '-';
}

static gboolean is_seen(const char *line)
{
    return line[strspn(line, " \t\r")] != '\0';
}

/* `marked`: lines with the letter of their role before them. */
static void expect_roles(Tally *tally, const char *name, char **marked)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; marked[i]; i++)
        g_string_append_printf(text, "%s\n", strlen(marked[i]) > 2 ? marked[i] + 2 : "");
    g_auto(ReplyParts) parts = {0};
    reply_split(text->str, -1, &parts);
    g_autoptr(GString) shown = g_string_new(NULL);
    guint wrong = 0;
    gsize offset = 0;
    for (guint i = 0; marked[i]; i++) {
        const char *line = strlen(marked[i]) > 2 ? marked[i] + 2 : "";
        char is = letter_at(&parts, offset + strspn(line, " \t"));
        gboolean differs = is_seen(line) && marked[i][0] != '?' && is != marked[i][0];
        wrong += differs;
        g_string_append_printf(shown, "%c%c %s\n", is, differs ? '!' : ' ', line);
        offset += strlen(line) + 1;
    }
    tally->all++;
    tally->wrong += wrong > 0;
    if (wrong > 0)
        printf("---- %s\n%s\n", name, shown->str);
}

static void test_roles(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autofree char *all = file_read("cases.txt");
    g_auto(GStrv) cases = g_strsplit(all, "\n== ", -1);
    for (guint i = 1; cases[i]; i++) {
        g_auto(GStrv) lines = g_strsplit(cases[i], "\n", -1);
        expect_roles(&tally, lines[0], lines + 1);
    }
    tally_end(&tally, "cases");
}

static char *without_blanks(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text++)
        if (!g_ascii_isspace(*text))
            g_string_append_c(out, *text);
    return g_string_free(out, FALSE);
}

static void expect_page(Tally *tally, const char *name, const char *page, const char *expected)
{
    gssize quote_start;
    g_autofree char *text = body_html_to_text(page, strlen(page), &quote_start, NULL);
    g_auto(ReplyParts) parts = {0};
    reply_split(text, quote_start, &parts);
    g_autofree char *is = without_blanks(parts.reply), *should = without_blanks(expected);
    tally->all++;
    if (strcmp(is, should) == 0)
        return;
    tally->wrong++;
    printf("---- %s\n%s\n---- reply\n%s\n\n", name, text, parts.reply);
}

static void test_pages(void **state)
{
    (void)state;
    Tally tally = {0};
    g_autofree char *all = file_read("pages.txt");
    g_auto(GStrv) pages = g_strsplit(all, "\n== ", -1);
    for (guint i = 1; pages[i]; i++) {
        char *page = strchr(pages[i], '\n'), *expected = strstr(pages[i], "\n--\n");
        assert_non_null(expected);
        *page = *expected = '\0';
        expect_page(&tally, pages[i], page + 1, expected + 4);
    }
    tally_end(&tally, "pages");
}

static gsize count_seen(const char *text)
{
    gsize seen = 0;
    for (; *text; text++)
        seen += !g_ascii_isspace(*text);
    return seen;
}

/* Each sign that can be seen is in one part and in one span, in the order of the text. */
static void expect_all_there(const char *text, gssize quote_start)
{
    g_auto(ReplyParts) parts = {0};
    reply_split(text, quote_start, &parts);
    gsize seen = count_seen(parts.reply) + count_seen(parts.quoted) + count_seen(parts.signature);
    if (seen != count_seen(text))
        fail_msg("%zu signs of %zu in [%s]", seen, count_seen(text), text);
    gsize at = 0, in_spans = 0;
    for (guint i = 0; i < parts.spans->len; i++) {
        const TextSpan *span = parts.spans->pdata[i];
        assert_true(at <= span->start && span->start < span->end && span->end <= strlen(text));
        at = span->end;
        g_autofree char *words = g_strndup(text + span->start, span->end - span->start);
        in_spans += count_seen(words);
    }
    if (in_spans != count_seen(text))
        fail_msg("spans hold %zu signs of [%s]", in_spans, text);
}

static const char *const files[] = {"attributions.txt", "headers.txt", "markers.txt",
                                    "devices.txt",      "whole.txt",   "cases.txt"};

static void test_nothing_is_lost(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *text = file_read(files[i]);
        expect_all_there(text, -1);
        g_auto(GStrv) cut = g_strsplit(text, "\n", -1);
        gboolean is_marked = g_str_equal(files[i], "cases.txt");
        for (guint line = 0; cut[line]; line++)
            g_ptr_array_add(lines, g_strdup(cut[line] + (is_marked ? MIN(strlen(cut[line]), 2) : 0)));
    }
    GRand *random = g_rand_new_with_seed(2);
    for (guint round = 0; round < 4000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (gint n = g_rand_int_range(random, 1, 40); n > 0; n--)
            g_string_append_printf(text, "%s%s\n", g_rand_boolean(random) ? "" : "> ",
                                   (char *)lines->pdata[g_rand_int_range(random, 0, (gint)lines->len)]);
        expect_all_there(text->str, g_rand_int_range(random, -1, (gint)text->len));
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attributions), cmocka_unit_test(test_headers),
        cmocka_unit_test(test_markers),      cmocka_unit_test(test_devices),
        cmocka_unit_test(test_whole),        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_pages),        cmocka_unit_test(test_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
