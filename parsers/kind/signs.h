/* What speaks for a mail being of some kind: each sign with its weight and its words. */
#pragma once

#include <postern/kind.h>

/* A single sign of this weight, or several that add up to it, decide. */
#define SIGN_PROOF 4u

typedef struct {
    guint weight[KIND_COUNT];
    gboolean has_client; /* a program that people write with made it */
    gboolean no_answer;  /* asked not to be answered, or nobody is there */
    GPtrArray *reasons;  /* char * */
} Signs;

/* Adds a weight for a kind and why, in words. */
void signs_add(Signs *signs, MailKind kind, guint weight, const char *format, ...) G_GNUC_PRINTF(4, 5);
void signs_collect(Signs *signs, const KindEvidence *evidence);
void signs_clear(Signs *signs);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signs, signs_clear)
