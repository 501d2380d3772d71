/* The fetcher: takes the mail of one mailbox (IMAP, RFC 3501, 9051; libetpan lives only in
 * gateway/intake) and hands it to the gate over LMTP, like any other client. A ledger of UIDs in the store,
 * never a flag of the server, tells what is new; a mail is marked, moved or deleted on the server only after
 * the gate's 250. */
#pragma once

#include <postern/config.h>
#include <postern/store.h>
#include <postern/values.h>

/* The loop of one mailbox: until `stop_fd` becomes readable (EX_OK), or (EX_IOERR) the store must be opened
 * anew. Its state is kept in the store for `postern mailboxes`. */
int fetcher_run(const Config *config, const ConfigMailbox *mailbox, Store *store, int stop_fd);

/* Tries the mailbox without changing anything in it: TLS name and expiry, login, every folder and the rights
 * there, IDLE, MOVE, CONDSTORE. Array of ProbeStep; it ends with the first step that the next ones need. */
GPtrArray *fetcher_probe(const Config *config, const ConfigMailbox *mailbox);

/* The path of the socket on which the gate takes mail from fetchers alone. The caller frees. */
char *fetcher_socket_path(const Config *config);
