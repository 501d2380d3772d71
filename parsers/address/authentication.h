/* What Authentication-Results and its copy in an ARC set (RFC 8601, 8617) share, for this room. */
#pragma once

#include "scan.h"

#include <postern/values.h>

/* authserv-id; FALSE when the field is another server's. */
gboolean authentication_take_server(Scanner *scanner, const char *authserv_id);
/* Finds the topmost field of that server and leaves `scanner` behind its authserv-id. */
gboolean authentication_find(const Headers *headers, const char *authserv_id, Scanner *scanner);

typedef struct {
    gboolean vouches; /* dmarc=pass or dkim=pass, and with `spf` spf=pass, aligned with the domain */
    gboolean arc;     /* arc=pass */
    gboolean refutes; /* dmarc=fail, or spf=fail and nothing vouches */
} AuthenticationSays;
/* What stands behind the authserv-id says about this domain (lower-case ASCII; NULL: about none). Nothing
 * where it breaks the grammar or says dmarc=fail. */
AuthenticationSays authentication_read(Scanner *scanner, const char *domain, gboolean spf);
