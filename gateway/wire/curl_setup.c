#include "curl_setup.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

/* curl asks at least once a second. */
static int on_progress(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const int *stop_fd = data;
    (void)a, (void)b, (void)c, (void)d;
    struct pollfd stop = {.fd = *stop_fd, .events = POLLIN};
    return *stop_fd >= 0 && poll(&stop, 1, 0) > 0;
}

void curl_setup(CURL *curl, const char *ca_file, const int *stop_fd, char *trouble)
{
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, trouble);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs holds nobody up */
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)(guintptr)stop_fd);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL); /* else the system's CAs would count as well */
    }
}

/* "2026-11-24 16:06:57 GMT", as curl with GnuTLS writes it; curl_getdate does not know that form. */
static gint64 parse_end(const char *text)
{
    int year, month, day, hour, minute, second;
    if (sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6)
        return 0;
    g_autoptr(GDateTime) end = g_date_time_new_utc(year, month, day, hour, minute, second);
    return end ? g_date_time_to_unix(end) * G_USEC_PER_SEC : 0;
}

gint64 curl_certificate_end_us(CURL *curl)
{
    static const char name[] = "Expire Date:";
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
        return 0;
    /* The first is the server's own. */
    for (const struct curl_slist *line = chain->certinfo[0]; line; line = line->next)
        if (g_ascii_strncasecmp(line->data, name, strlen(name)) == 0)
            return parse_end(line->data + strlen(name));
    return 0;
}
