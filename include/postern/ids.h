/* Message-IDs and References (RFC 5322 3.6.4), ticket references and tokens. */
#pragma once

#include <glib.h>

/* Every <id@host> in a raw field value, without angle brackets, in order, without repeats,
 * at most LIMIT_REFERENCES (the first and the last ones when there are more). Array of char *. */
GPtrArray *ids_scan(const char *raw);

/* 64 bits of SHA-256 over the id, for narrow tables; never 0. */
gint64 ids_hash(const char *message_id);

/* Ticket references: "SUP-7K3QW2": prefix, hyphen, six characters that nobody mistakes for
 * one another on the phone. */
#define TICKET_REF_LENGTH 6
/* From random bytes (TICKET_REF_LENGTH * 2 of them). The caller frees. */
char *ticket_ref_make(const char *prefix, const guint8 *random);
/* All references in `text` with one of the prefixes (NULL-terminated), upper-cased, without repeats. Array of
 * char *. */
GPtrArray *ticket_ref_scan(const char *text, const char *const *prefixes);

/* Tokens: what lets a mail into a ticket. Payload and 80 bits of HMAC-SHA256, base32. */
typedef enum {
    ROLE_CUSTOMER = 1,
    ROLE_AGENT = 2,
    ROLE_RETURN_PATH = 3,
    ROLE_CONFIRM = 4, /* an agent's one-time word; `ticket_id` is the held mail that waits for it */
    ROLE_ADMIN = 5    /* answers to digests; `ticket_id` is 0 */
} TokenRole;
typedef struct {
    gint64 ticket_id;
    guint32 person; /* token_person of the address that it was made for */
    TokenRole role;
    guint16 day; /* days since 1970 when it was made */
    guint8 key;  /* which key signed it */
} Token;
typedef struct {
    guint8 id;
    guint8 secret[32];
} TokenKey;

guint32 token_person(const char *address);
/* `key->id` goes into the token. The caller frees. */
char *token_make(const Token *token, const TokenKey *key);
/* TRUE when `text` (any case) is a token that one of `keys` signed. Constant time over the MAC. */
gboolean token_check(const char *text, const TokenKey *keys, gsize key_count, Token *out);
/* `text` with what looks like a token in an address ("support+TOKEN@x") or a Message-ID ("nonce.TOKEN@x") as
 * "…". For words of others that are logged and shown. The caller frees. */
char *token_hide(const char *text);
