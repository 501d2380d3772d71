/* Senders that an admin wants nothing from: their mail is held, and nobody is told of it. */
#pragma once

#include <postern/store.h>

typedef struct {
    char *address; /* folded */
    char *who;     /* refused it */
    gint64 at_us;
} RefusedSender;
void refused_sender_free(RefusedSender *sender);

/* In a transaction. Refusing twice is no error. ERROR_MALFORMED when it is no address. */
gboolean sender_refuse(Store *store, const char *address, const char *who, gint64 now_us, GError **error);
/* In a transaction. ERROR_NOT_FOUND when it is not refused. */
gboolean sender_allow(Store *store, const char *address, const char *who, gint64 now_us, GError **error);
/* FALSE without an error when it is not. */
gboolean sender_is_refused(Store *store, const char *address, GError **error);
/* Newest first. Array of RefusedSender. */
GPtrArray *sender_list(Store *store, GError **error);
