/* Addresses of header fields (RFC 5322 3.4, RFC 6531), by our own grammars:
 * a strict one for who wrote, and a lenient one for what is only shown. */
#pragma once

#include <postern/values.h>

/* Exactly one mailbox, or NULL with the reason(s) in `findings` (char *, appended):
 * no From, several From fields, several addresses, group, no domain, trailing garbage,
 * control characters, encoded words inside the address, display name that looks like
 * another address (that last one alone does not refuse). `raw` as in HeaderField. */
Mailbox *address_parse_sender(const Headers *headers, GPtrArray *findings);

/* The same grammar for one raw value of another field: NULL unless it is exactly one mailbox. A name that
 * looks like another address is left out. */
Mailbox *address_parse_mailbox(const char *raw);

/* All mailboxes that a person would see in a raw field value (groups opened, semicolons
 * taken as commas), at most LIMIT_ADDRESSES, at most LIMIT_ADDRESS_HEADER_BYTES looked at.
 * Array of Mailbox, owned. Never NULL. */
GPtrArray *address_parse_list(const char *raw);

/* Canonical form for comparing and storing: domain in lower-case ASCII (IDNA 2008), local part
 * as written but for quotes that it does not need. NULL when it is no addr-spec. The caller frees. */
char *address_normalise(const char *addr_spec);
/* As address_normalise, with the ASCII letters of the local part in lower case: the key under which
 * equal addresses meet in a table. NULL when it is no addr-spec. The caller frees. */
char *address_fold(const char *addr_spec);
/* Same person for our purposes: domains equal, local parts equal without (ASCII) case. FALSE when either is
 * none. */
gboolean address_equal(const char *a, const char *b);
/* The domain, borrowed from the argument; "" when there is none. */
const char *address_domain(const char *addr_spec);

/* Envelope path of RFC 5321 as given in MAIL/RCPT, without angle brackets: TRUE when it may
 * be passed on. At most 254 octets. Empty (null sender) is FALSE. */
gboolean address_is_envelope(const char *address);

/* Authentication-Results (RFC 8601): TRUE when the topmost field whose authserv-id is
 * `authserv_id` says dmarc=pass, or dkim/spf pass aligned, for the domain of `from`. */
gboolean address_is_authentic(const Headers *headers, const char *authserv_id, const char *from);

/* TRUE when that field says that the domain of `from` failed: dmarc=fail, or spf=fail with nothing that
 * vouches for it. Where it only says nothing, nothing is refuted. */
gboolean address_is_refuted(const Headers *headers, const char *authserv_id, const char *from);

/* What that field says of SPF, DKIM, DMARC and ARC (RFC 8601 2.7), in its order, for a person to see:
 * appended to `out` (AuthenticationResult), at most LIMIT_AUTHENTICATION. Whether a domain is aligned with
 * the one of `from` is judged by organisation.h. Nothing where the field breaks the grammar. */
void address_read_authentication(const Headers *headers, const char *authserv_id, const char *from,
                                 GPtrArray *out);

/* Authenticated Received Chain (RFC 8617): TRUE when our border server saw a mail with this author before
 * somebody passed it on, and says that nobody has touched what it wrote down then: the topmost
 * Authentication-Results of `authserv_id` says arc=pass, and an ARC-Authentication-Results of the same
 * authserv-id says dmarc=pass or aligned dkim=pass for the domain of `author`. */
gboolean address_arc_vouches(const Headers *headers, const char *authserv_id, const char *author);
