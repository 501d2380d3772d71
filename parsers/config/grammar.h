/* What names, addresses and places of the configuration may look like. Narrower
 * than the standards where a narrow form avoids trouble: an admin chooses these,
 * a stranger never does. Pure. */
#pragma once

#include <glib.h>

/* Letters, digits, '.', '_', '-'; first a letter or digit; at most 64 bytes. */
gboolean grammar_is_word(const char *text);
/* Two to six capital letters or digits, first a letter. */
gboolean grammar_is_prefix(const char *text);
/* ASCII labels of letters, digits and hyphens (RFC 1035 2.3.1), one or more. */
gboolean grammar_is_domain(const char *text);
/* A domain or a numeric address, without brackets or port. */
gboolean grammar_is_host(const char *text);
/* dot-atom "@" domain (RFC 5322 3.4.1, RFC 6531): no quotes, no comments, no literals. */
gboolean grammar_is_address(const char *text);
/* One of the two. */
gboolean grammar_is_customer(const char *text);
/* One line without control characters, not blank, no longer than a display name may be. */
gboolean grammar_is_line(const char *text);
/* Printable ASCII without blanks, quotes or ';' (the value of RFC 8601 2.2). */
gboolean grammar_is_authserv_id(const char *text);
/* Name of an environment variable. */
gboolean grammar_is_variable(const char *text);
/* A path without control characters; '~' is not expanded and thus refused. */
gboolean grammar_is_path(const char *text);

/* TRUE when what is said to `host` stays on this machine. */
gboolean grammar_is_loopback(const char *host);
