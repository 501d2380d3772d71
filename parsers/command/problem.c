#include <postern/command_sheet.h>

void sheet_add_problem(CommandSheet *sheet, guint line, const char *written, const char *words)
{
    ActProblem *problem = g_new0(ActProblem, 1);
    *problem = (ActProblem){.line = line, .written = g_strdup(written), .words = g_strdup(words)};
    g_ptr_array_add(sheet->problems, problem);
}
