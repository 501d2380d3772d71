/* Aligned tables for people (libsmartcols lives only in table.c). */
#pragma once

#include <glib.h>

typedef struct Table Table;

/* Column names, NULL-terminated; the one named in `flexible` (or NULL) is cut on a narrow terminal. */
Table *table_new(const char *const *columns, const char *flexible);
/* As many texts as columns; each is cleaned. */
void table_add(Table *table, const char *const *cells);
/* Prints and frees. */
void table_print(Table *table);
