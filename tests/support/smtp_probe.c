/* What `postern doctor` would find at a route's server:
 *   smtp_probe POSTERN.YAML ROUTE
 * One line a step: "ok|pity|bad WHAT: words". Ends with 0 when all is ok. */
#include <postern/smtp_link.h>

#include <signal.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    g_autofree char *text = NULL;
    gsize length;
    signal(SIGPIPE, SIG_IGN);
    if (argc != 3 || !g_file_get_contents(argv[1], &text, &length, NULL))
        return 64;
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Config) config = config_parse(argv[1], text, length, problems);
    const ConfigRoute *route = config ? config_route(config, argv[2]) : NULL;
    if (!route)
        return 78;
    g_autoptr(ServerSecret) secret = server_secret_new(config, &route->server, "route");
    g_autoptr(GPtrArray) steps = smtp_link_probe(&route->server, route->hello, secret, 20000, -1);
    int code = 0;
    for (guint i = 0; i < steps->len; i++) {
        const ProbeStep *step = steps->pdata[i];
        static const char *const names[] = {[PROBE_OK] = "ok", [PROBE_PITY] = "pity", [PROBE_BAD] = "bad"};
        printf("%s %s: %s\n", names[step->result], step->what, step->words);
        code |= step->result != PROBE_OK;
    }
    return code;
}
