#include "gateway/app/table.h"

#include <postern/base/clean.h>

#include <libsmartcols/libsmartcols.h>
#include <string.h>

struct Table {
    struct libscols_table *table;
    guint columns;
};

Table *table_new(const char *const *columns, const char *flexible)
{
    Table *table = g_new0(Table, 1);
    table->table = scols_new_table();
    for (; columns[table->columns]; table->columns++) {
        gboolean bends = flexible && strcmp(columns[table->columns], flexible) == 0;
        scols_table_new_column(table->table, columns[table->columns], bends ? 0.3 : 0,
                               bends ? SCOLS_FL_TRUNC : 0);
    }
    return table;
}

void table_add(Table *table, const char *const *cells)
{
    struct libscols_line *line = scols_table_new_line(table->table, NULL);
    for (guint i = 0; i < table->columns; i++) {
        g_autofree char *clean = clean_terminal(cells[i] ? cells[i] : "");
        scols_line_set_data(line, i, clean);
    }
}

void table_print(Table *table)
{
    scols_print_table(table->table);
    scols_unref_table(table->table);
    g_free(table);
}
