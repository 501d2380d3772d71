/* From raw bytes to a Reading: the one place where mail, address, ids, kind,
 * body, reply and rules come together. Pure apart from the descriptor it is
 * given. Also the two outward forms of a Reading. */
#pragma once

#include <postern/base/json.h>
#include <postern/reply.h>
#include <postern/rules.h>
#include <postern/values.h>

typedef struct {
    const RuleSet *rules; /* NULL: no fields */
    RulesScratch *scratch;
    /* A second set, only to be compared: its values are masked by `rules`, and no text by it; or NULL. */
    const RuleSet *other_rules;
    RulesScratch *other_scratch;
    gboolean with_candidates;  /* of `rules` */
    const char *authserv_id;   /* or NULL */
    const char *envelope_from; /* "" null sender, NULL not known: then Return-Path tells it */
} ReadingSettings;

/* Never NULL for a mail that can be read at all; ERROR_LIMIT where the pre-scan refuses. Values of secret
 * fields are masked everywhere in it. */
Reading *reading_make_bytes(const char *bytes, gsize length, const ReadingSettings *settings, GError **error);
Reading *reading_make_fd(int fd, const ReadingSettings *settings, GError **error);

/* The JSON that programs rely on, "postern parse --json". `file` may be NULL. */
Json *reading_to_json(const Reading *reading, const char *file);

/* Moves what stands in `known` (reply.h; the newest first) from the reply of a person's mail to what is
 * quoted. Fields and reasons of meanings that were found only there are none of this mail any more; the
 * others keep their places. Returns the number of lines; 0: nothing is changed. */
guint reading_take_known(Reading *reading, const KnownText *known, guint count, guint *out_known);

/* Between the confined reader and the gate, two processes of the same program (the bytes are not for
 * storing). Unpacking trusts nothing: NULL with ERROR_CORRUPT, which names the member, unless every
 * string is UTF-8 without control characters, every count and length within base/limits.h, and every
 * field inside the text that it names. */
GBytes *reading_pack(const Reading *reading);
Reading *reading_unpack(GBytes *bytes, GError **error);
