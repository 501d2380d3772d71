#include <postern/base/signed_content.h>

#include <gnutls/gnutls.h>
#include <gnutls/pkcs7.h>
#include <string.h>

char *signed_content(const char *der, gsize length, gsize *out_length)
{
    gnutls_pkcs7_t container;
    gnutls_datum_t within = {NULL, 0};
    char *content = NULL;
    if (length > G_MAXUINT32 || gnutls_pkcs7_init(&container) != 0)
        return NULL;
    const gnutls_datum_t outside = {(unsigned char *)der, (unsigned)length};
    if (gnutls_pkcs7_import(container, &outside, GNUTLS_X509_FMT_DER) == 0 &&
        gnutls_pkcs7_get_embedded_data(container, 0, &within) == 0 && within.size > 0) {
        *out_length = MIN(within.size, length);
        content = g_malloc(*out_length + 1);
        memcpy(content, within.data, *out_length);
        content[*out_length] = '\0';
    }
    if (within.data)
        gnutls_free(within.data);
    gnutls_pkcs7_deinit(container);
    return content;
}
