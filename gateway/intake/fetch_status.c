/* What people see of a fetcher: its row in the store, and few lines in the log. */
#include "fetch.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/log.h>

#include <string.h>

#define WRITE_EVERY_US (30 * (gint64)G_USEC_PER_SEC)
#define WORDS_BYTES 500u

static void count_waiting(Fetcher *fetcher)
{
    fetcher->status.waiting = 0;
    fetcher->status.oldest_us = 0;
    for (guint i = 0; i < fetcher->mailbox->folders->len; i++) {
        const FetchFolder *folder = &fetcher->folders[i];
        fetcher->status.waiting += folder->waiting;
        if (folder->waiting > 0 && folder->oldest_us > 0 &&
            (fetcher->status.oldest_us == 0 || folder->oldest_us < fetcher->status.oldest_us))
            fetcher->status.oldest_us = folder->oldest_us;
    }
}

/* It can be told again, so no disk is waited for. */
static void write_status(Fetcher *fetcher)
{
    g_autoptr(GError) error = NULL;
    count_waiting(fetcher);
    gboolean ok = store_begin_lazy(fetcher->store, &error) &&
                  mailbox_status_set(fetcher->store, &fetcher->status, &error) &&
                  store_commit(fetcher->store, &error);
    if (!ok) {
        store_rollback(fetcher->store);
        log_warning(0, "mailbox %s: cannot note how it fares: %s", fetcher->mailbox->name,
                    error ? error->message : "no reason given");
        fetcher_store_error(fetcher, &error);
    }
    fetcher->written_us = clock_monotonic_us();
}

static void set(Fetcher *fetcher, const char *state, const char *words)
{
    MailboxStatus *status = &fetcher->status;
    gboolean is_other_state = g_strcmp0(status->state, state) != 0;
    gboolean is_other_error = g_strcmp0(status->error, words) != 0;
    if (is_other_state) {
        g_free(status->state);
        status->state = g_strdup(state);
        status->since_us = clock_now_us();
    }
    if (is_other_error) {
        g_free(status->error);
        status->error = words ? clean_line(words, -1, WORDS_BYTES) : NULL;
        if (words)
            status->error_us = clock_now_us();
    }
    if (is_other_state || is_other_error || clock_monotonic_us() - fetcher->written_us >= WRITE_EVERY_US)
        write_status(fetcher);
}

void fetch_status_state(Fetcher *fetcher, const char *state)
{
    g_autofree char *words = g_strdup(fetcher->status.error);
    set(fetcher, state, words);
}

void fetch_status_contact(Fetcher *fetcher)
{
    fetcher->status.contact_us = clock_now_us();
    fetch_status_state(fetcher, fetcher->status.state);
}

void fetch_status_works(Fetcher *fetcher, const char *state)
{
    const char *name = fetcher->mailbox->name;
    if (fetcher->pity && g_strcmp0(fetcher->pity, fetcher->status.error) != 0)
        log_warning(0, "mailbox %s: %s", name, fetcher->pity);
    else if (!fetcher->pity && fetcher->was_told)
        log_info(0, "mailbox %s: works again", name);
    fetcher->was_told = fetcher->pity != NULL;
    fetcher->status.contact_us = clock_now_us();
    set(fetcher, state, fetcher->pity);
}

void fetch_status_stopped(Fetcher *fetcher, const char *words, gint64 pause_us)
{
    gboolean is_news =
        g_strcmp0(fetcher->status.state, "stopped") != 0 || g_strcmp0(fetcher->status.error, words) != 0;
    log_line(is_news && !fetcher->was_told ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG, 0,
             "mailbox %s: stopped, again in %" G_GINT64_FORMAT " s: %s", fetcher->mailbox->name,
             pause_us / G_USEC_PER_SEC, words);
    fetcher->was_told = TRUE;
    set(fetcher, "stopped", words);
}

void fetch_status_pity(Fetcher *fetcher, const char *format, ...)
{
    va_list arguments;
    if (fetcher->pity)
        return;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    fetcher->pity = clean_line(text, -1, WORDS_BYTES);
}
