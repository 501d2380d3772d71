/* Mails out of files: one RFC 5322 message, an mbox (RFC 4155, with the ">From " quoting of mboxrd), a
 * Maildir, or a folder with any of these. */
#pragma once

#include <postern/raw.h>

/* Called once a mail; takes over `raw`. `source` names file and number, `envelope_from` is that of the
 * mbox line or the Return-Path field, else "". */
typedef void (*ImportMail)(gpointer user, const char *source, const char *envelope_from, Raw *raw);

/* ERROR_NOT_FOUND, ERROR_TEMPORARY. What was given before the error stays given. */
gboolean import_each(const char *path, const char *raw_folder, ImportMail each, gpointer user,
                     GError **error);
