#include "sheet.h"

#include <postern/base/clean.h>

void act_free(Act *act)
{
    if (!act)
        return;
    g_free(act->ref);
    g_free(act->word);
    g_free(act->text);
    g_free(act);
}

char *act_write(const Act *act)
{
    GString *line = g_string_new("/");
    g_string_append(line, act_name(act->type));
    g_autofree char *error = act->number ? g_strdup_printf("E%" G_GINT64_FORMAT, act->number) : NULL;
    gint64 minutes = act->duration_us / (60 * (gint64)G_USEC_PER_SEC);
    g_autofree char *time =
        minutes > 0
            ? g_strdup_printf("%d%c", (int)(minutes % 60 ? minutes : minutes / 60), minutes % 60 ? 'm' : 'h')
            : NULL;
    const char *words[] = {act->ref, error, act->word, time, act->text};
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (words[i])
            g_string_append_printf(line, " %s", words[i]);
    g_autofree char *whole = g_string_free(line, FALSE);
    return clean_line(whole, -1, ACT_WRITTEN_BYTES);
}

void act_problem_free(ActProblem *problem)
{
    if (!problem)
        return;
    g_free(problem->written);
    g_free(problem->words);
    g_free(problem);
}

void command_sheet_free(CommandSheet *sheet)
{
    if (!sheet)
        return;
    g_ptr_array_unref(sheet->acts);
    g_ptr_array_unref(sheet->problems);
    g_free(sheet->text);
    g_free(sheet);
}

CommandSheet *sheet_new(void)
{
    CommandSheet *sheet = g_new0(CommandSheet, 1);
    sheet->acts = g_ptr_array_new_with_free_func((GDestroyNotify)act_free);
    sheet->problems = g_ptr_array_new_with_free_func((GDestroyNotify)act_problem_free);
    return sheet;
}

CommandSheet *sheet_of(ActType type, char *word, char *text)
{
    CommandSheet *sheet = sheet_new();
    Act *act = g_new0(Act, 1);
    *act = (Act){.type = type, .line = 1, .word = word, .text = text};
    g_ptr_array_add(sheet->acts, act);
    sheet->is_note = type == ACT_NOTE;
    sheet->text = g_strdup(sheet->is_note && text ? text : "");
    return sheet;
}
