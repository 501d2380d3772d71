/* What header fields and sender addresses say about the kind of a mail: data. */
#pragma once

#include <postern/values.h>

/* A weight: tells nothing about the kind, but where it is, an automatic answer may come back for ever. */
#define NO_ANSWER 0u

typedef struct {
    const char *name;
    const char *value; /* a token the field must begin with; NULL: any; lower case */
    MailKind kind;
    guint weight;
} HeaderSign;

extern const HeaderSign kind_header_signs[]; /* ends with a NULL name */

typedef struct {
    const char *local; /* beginning of the local part, lower case, without "-", "_" and "." */
    gboolean is_whole;
    MailKind kind;
    guint weight;
} SenderSign;
extern const SenderSign kind_sender_signs[]; /* ends with a NULL local part */

/* Whole local parts (as in SenderSign) of programs: they prove nothing alone, but beside the words of a
 * delivery report. */
extern const char *const kind_system_senders[];

/* Local parts (as in SenderSign) that are also the role or the name of a person: they say nothing where a
 * person's mail program wrote the mail. */
extern const char *const kind_sender_roles[];
