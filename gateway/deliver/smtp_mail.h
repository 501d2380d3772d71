/* One mail ready for the wire: checked envelope, checked bytes, commands (RFC 5321 4.1.1). Pure. */
#pragma once

#include <postern/outbox.h>
#include <postern/smtp_link.h>

#define SMTP_ENVID_BYTES 100u /* RFC 3461 4.4 */
#define SMTP_PATH_BYTES 254u  /* RFC 5321 4.5.3.1.3: 256 with the angle brackets */

typedef struct {
    char *from; /* "" is the null sender */
    char *to;
    GBytes *bytes;
    char *envid;         /* our Message-ID as xtext (RFC 3461 4.4), or NULL when it is too long for that */
    gboolean has_8bit;   /* anywhere */
    gboolean needs_utf8; /* an address that cannot be written without SMTPUTF8 */
    gboolean wants_utf8; /* or bytes over 0x7f in the header */
} SmtpMail;

/* NULL when the row must never be sent as it is: `out_words` (owned) then says why. */
SmtpMail *smtp_mail_new(const OutboxRow *row, char **out_words);
void smtp_mail_free(SmtpMail *mail);

/* Why this server cannot take the mail, or NULL. The caller frees. */
char *smtp_mail_misfit(const SmtpMail *mail, const SmtpOffers *offers);

/* Command lines with CR LF; the mail itself dot-stuffed (RFC 5321 4.5.2) and with its final dot. */
void smtp_mail_append_from(const SmtpMail *mail, const SmtpOffers *offers, GString *out);
void smtp_mail_append_to(const SmtpMail *mail, const SmtpOffers *offers, GString *out);
void smtp_mail_append_body(const SmtpMail *mail, GString *out);
