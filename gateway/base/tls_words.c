#include "tls_private.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>

#include <gnutls/x509.h>

#define NAMES_SHOWN 8u

static gnutls_x509_crt_t chain_at(gnutls_session_t session, guint index)
{
    guint count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t certificate = NULL;
    if (!chain || index >= count || gnutls_x509_crt_init(&certificate) != 0)
        return NULL;
    if (gnutls_x509_crt_import(certificate, &chain[index], GNUTLS_X509_FMT_DER) == 0)
        return certificate;
    gnutls_x509_crt_deinit(certificate);
    return NULL;
}

static void add_address_name(GString *names, const unsigned char *bytes, gsize size)
{
    if (size == 4)
        g_string_append_printf(names, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
    else
        for (gsize at = 0; at + 1 < size; at += 2)
            g_string_append_printf(names, "%s%x", at ? ":" : "", bytes[at] * 256u + bytes[at + 1]);
}

static void add_common_name(GString *names, gnutls_x509_crt_t certificate)
{
    char name[256];
    size_t size = sizeof name;
    if (gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size) == 0)
        g_string_append_len(names, name, (gssize)size);
}

/* The names that it is for, as far as they are few. */
static char *names_of(gnutls_x509_crt_t certificate)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint index = 0; index < NAMES_SHOWN; index++) {
        char name[256];
        size_t size = sizeof name;
        int type = gnutls_x509_crt_get_subject_alt_name(certificate, index, name, &size, NULL);
        if (type < 0)
            break;
        if (type != GNUTLS_SAN_DNSNAME && type != GNUTLS_SAN_IPADDRESS)
            continue;
        if (names->len > 0)
            g_string_append(names, ", ");
        if (type == GNUTLS_SAN_DNSNAME)
            g_string_append_len(names, name, (gssize)size);
        else
            add_address_name(names, (const unsigned char *)name, size);
    }
    if (names->len == 0)
        add_common_name(names, certificate);
    char *clean = clean_line(names->str, (gssize)names->len, 300);
    if (*clean)
        return clean;
    g_free(clean);
    return g_strdup("no name");
}

static char *issuer_of(gnutls_x509_crt_t certificate)
{
    gnutls_datum_t text = {NULL, 0};
    if (gnutls_x509_crt_get_issuer_dn3(certificate, &text, 0) != 0)
        return g_strdup("?");
    char *clean = clean_line((const char *)text.data, text.size, 200);
    gnutls_free(text.data);
    return clean;
}

gint64 tls_chain_end_us(gnutls_session_t session)
{
    gint64 first_us = 0;
    gnutls_x509_crt_t certificate = NULL;
    for (guint index = 0; (certificate = chain_at(session, index)); index++) {
        gint64 end_us = (gint64)gnutls_x509_crt_get_expiration_time(certificate) * G_USEC_PER_SEC;
        first_us = first_us == 0 ? end_us : MIN(first_us, end_us);
        gnutls_x509_crt_deinit(certificate);
    }
    return first_us;
}

static char *unknown_authority_words(gnutls_session_t session)
{
    guint last = 0;
    gnutls_certificate_get_peers(session, &last);
    gnutls_x509_crt_t certificate = chain_at(session, last > 0 ? last - 1 : 0);
    g_autofree char *issuer = certificate ? issuer_of(certificate) : g_strdup("?");
    if (certificate)
        gnutls_x509_crt_deinit(certificate);
    return g_strdup_printf(
        "its TLS certificate comes from an authority that is not trusted here (\"%s\"); if "
        "it is yours, name the authority's certificate in ca_file",
        issuer);
}

static char *wrong_name_words(gnutls_session_t session, const char *host)
{
    gnutls_x509_crt_t certificate = chain_at(session, 0);
    g_autofree char *names = certificate ? names_of(certificate) : g_strdup("no name");
    if (certificate)
        gnutls_x509_crt_deinit(certificate);
    return g_strdup_printf("its TLS certificate is not for \"%s\" but for %s; use a name that it has as host",
                           host, names);
}

static char *date_words(gnutls_session_t session, gboolean is_expired)
{
    if (!is_expired)
        return g_strdup("its TLS certificate is not valid yet; look at the clocks of both sides");
    g_autofree char *since = clock_rfc3339(tls_chain_end_us(session));
    return g_strdup_printf("its TLS certificate ran out at %s; the server must get a new one", since);
}

static char *status_words(guint status)
{
    gnutls_datum_t text = {NULL, 0};
    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0) != 0)
        return g_strdup("its TLS certificate cannot be trusted");
    g_autofree char *clean = clean_line((const char *)text.data, text.size, 300);
    gnutls_free(text.data);
    return g_strdup_printf("its TLS certificate cannot be trusted: %s", clean);
}

char *tls_certificate_words(gnutls_session_t session, const char *host)
{
    guint status = gnutls_session_get_verify_cert_status(session);
    if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
        return unknown_authority_words(session);
    if (status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED))
        return date_words(session, (status & GNUTLS_CERT_EXPIRED) != 0);
    if (status & GNUTLS_CERT_UNEXPECTED_OWNER)
        return wrong_name_words(session, host);
    return status_words(status);
}
