/* What every curl handle of this room has in common. */
#pragma once

#include <curl/curl.h>
#include <glib.h>

/* No signals, no proxy of the environment, TLS 1.2 at least with a verified chain and name. `ca_file` NULL:
 * the system's CAs. `stop_fd` (or -1) is borrowed with its place and ends the transfer when it becomes
 * readable. `trouble` gets CURL_ERROR_SIZE bytes of words. */
void curl_setup(CURL *curl, const char *ca_file, const int *stop_fd, char *trouble);
/* When the server's certificate ends, for a handle with CURLOPT_CERTINFO after its handshake; 0: not known.
 */
gint64 curl_certificate_end_us(CURL *curl);
