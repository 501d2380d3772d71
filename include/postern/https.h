/* One HTTPS request (RFC 9110, 9112): TLS 1.2 at least with a verified name, no redirects, no proxy of the
 * environment, an answer of at most 64 KiB. */
#pragma once

#include <glib.h>

typedef struct {
    const char *url;          /* https only */
    const char *content_type; /* of the body */
    const char *body;
    gsize length;
    const char *const *headers; /* "Name: value", NULL-terminated, or NULL; what has a line end is refused */
    const char *ca_file;        /* own CA, or NULL */
    gboolean allow_private;     /* the host may be in a private, loopback or link-local network */
    guint timeout_ms;           /* of everything */
    int stop_fd;                /* or -1: readable ends the request */
} HttpsRequest;

typedef struct {
    int status; /* 200 … */
    char *body; /* with a NUL behind it; not cleaned */
    gsize length;
    gint64 retry_after_us; /* of a Retry-After, at most 30 days; 0: none */
} HttpsAnswer;
void https_answer_clear(HttpsAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HttpsAnswer, https_answer_clear)

/* POST. TRUE when there was an answer, whatever its status. ERROR_TEMPORARY, ERROR_CONFIG (URL, certificate,
 * a private address), ERROR_MALFORMED (a header that cannot be sent), ERROR_LIMIT (answer too long).
 * ERROR_UNCERTAIN: the request went out whole and no whole answer came. After an error `out->status` is that
 * of an answer that had begun, else 0. Messages name the host and never the URL. The caller clears `out`
 * always. */
gboolean https_post(const HttpsRequest *request, HttpsAnswer *out, GError **error);

/* Connects as https_post does, looks at the certificate, and sends nothing. `out_certificate_end_us` may get
 * 0: not known. Errors as above. */
gboolean https_try(const HttpsRequest *request, gint64 *out_certificate_end_us, GError **error);
