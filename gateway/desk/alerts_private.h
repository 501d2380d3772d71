/* What mails to admins share. */
#pragma once

#include "gateway/desk/desk_private.h"

#include <postern/alerts.h>

typedef struct {
    const char *avoided;        /* name of a route that it must not take, or NULL */
    const ConfigServer *server; /* that is out, or NULL */
    gboolean may_answer;        /* answers to it are read as an admin's */
    const char *in_reply_to;    /* or NULL */
} AdminMail;

/* About Postern itself: it has no return path (RFC 3834 3.3), so nothing can go round. */
Outgoing *alert_write_to_admin(const AlertCase *alert, const char *kind, const TemplateValues *values,
                               const char *admin, const AdminMail *how);
