/* Private to tnef*.c. */
#pragma once

#include "tnef.h"

typedef struct {
    Tnef *tnef;
    gboolean has_long_name; /* of the file at hand */
} TnefReader;

/* The first one counts. */
void tnef_note_broken(Tnef *tnef, const char *what);
/* A name that the charset ladder knows. The caller frees. */
char *code_page_charset(guint32 code_page);

/* attMsgProps and attAttachment. */
void tnef_take_properties(TnefReader *reader, Octets list);
void tnef_take_file_properties(TnefReader *reader, TnefFile *file, Octets list);
