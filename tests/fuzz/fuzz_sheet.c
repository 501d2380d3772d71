/* What an agent asks for: acts are whole, and nothing that deceives the eye comes through. */
#include <postern/base/clean.h>
#include <postern/command_sheet.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    g_assert(g_utf8_validate(text, -1, NULL));
    for (; *text; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        g_assert((c >= 0x20 || c == '\n' || c == '\t') && (c < 0x7f || c > 0x9f));
        g_assert((c < 0x2028 || c > 0x202e) && (c < 0x2066 || c > 0x2069));
    }
}

static void check_line(const char *line)
{
    if (!line)
        return;
    check_text(line);
    g_assert(*line && clean_is_line(line));
}

static void check_act(const Act *act)
{
    g_assert(act->type < ACT_COUNT && act->line > 0);
    check_line(act->ref);
    check_line(act->word);
    if (act->type != ACT_NOTE)
        check_line(act->text);
    g_assert(act->type == ACT_HINT || (act->type == ACT_SNOOZE) == (act->duration_us > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const prefixes[] = {"SUP", "A1", NULL};
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(CommandSheet) sheet = sheet_read(text, prefixes);
    check_text(sheet->text);
    g_assert(sheet->acts->len <= 20 && sheet->problems->len <= 20);
    gboolean has_note = FALSE;
    for (guint i = 0; i < sheet->acts->len; i++) {
        const Act *act = sheet->acts->pdata[i];
        check_act(act);
        has_note |= act->type == ACT_NOTE;
    }
    g_assert(has_note == sheet->is_note);
    for (guint i = 0; i < sheet->problems->len; i++) {
        const ActProblem *problem = sheet->problems->pdata[i];
        check_line(problem->words);
        check_line(problem->written);
        g_assert(problem->line > 0 && strlen(problem->written) <= 300);
    }
    return 0;
}
