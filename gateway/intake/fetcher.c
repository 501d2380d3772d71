#include <postern/fetcher.h>

#include <poll.h>
#include <sysexits.h>

int fetcher_run(const Config *config, const ConfigMailbox *mailbox, Store *store, int stop_fd)
{
    (void)config, (void)mailbox, (void)store;
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    poll(&stop, 1, -1);
    return EX_OK;
}

char *fetcher_socket_path(const Config *config)
{
    return g_build_filename(config->store, "fetch.sock", NULL);
}
