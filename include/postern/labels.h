/* What people said is right: the value of a field in one mail. Rules are measured by it. Labels are only ever
 * added to; of several about one field of one mail the last right one counts. Secrets are never labelled. */
#pragma once

#include <postern/store.h>

typedef struct {
    gint64 mail_id; /* of the message */
    char *field;
    char *value;       /* normalised; "": nothing of this field is in the mail */
    gboolean is_right; /* FALSE: a rule found it, and it is wrong */
    gboolean is_seen;  /* it stands in the text that is kept of the mail: rules can be asked to find it */
    char *rule;        /* of a wrong one: that found it; else "" */
    char *how;         /* "field": an agent set the ticket's field; "label": somebody looked at the mail */
    char *who;
    gint64 at_us;
} Label;
void label_free(Label *label);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Label, label_free)

/* One row; by itself or in a transaction. */
gboolean label_add(Store *store, const Label *label, GError **error);
/* Oldest first. Array of Label. */
GPtrArray *label_list(Store *store, GError **error);

/* In a transaction: an agent set a field of a ticket. The value belongs to the newest customer's mail of it
 * in whose subject or reply it occurs (case and blanks do not matter), or in which a rule found it; else to
 * the mail that the field was found in, else to the first one, and is then not `is_seen`. What rules found
 * there instead is labelled wrong. Nothing is added where the field is a secret on this ticket, the value is
 * masked, or the ticket has no mail of a customer. The caller knows which fields the rules keep secret. */
gboolean label_correct(Store *store, gint64 ticket_id, const char *field, const char *value, const char *who,
                       gint64 now_us, GError **error);
