/* Which mail is being fetched, in a file that outlives this process but need not outlive the machine: when a
 * mail kills the fetcher (a protocol library on a server's odd answer), the next one knows which it was. The
 * ledger would be the place, were not a row for each mail before it is fetched far too dear. */
#include "fetch.h"

#include <postern/base/clock.h>
#include <postern/base/file.h>
#include <postern/base/log.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NOTE_BYTES 160u /* of a key, filled up with blanks */

static char *path_of(const Fetcher *fetcher)
{
    g_autofree char *name = g_strdup_printf("fetch-%s.now", fetcher->mailbox->name);
    return g_build_filename(fetcher->config->store, name, NULL);
}

/* A note that cannot be written costs nothing but the knowledge of who the killer was. */
static void write_note(const Fetcher *fetcher, const char *text)
{
    char note[NOTE_BYTES];
    memset(note, ' ', sizeof note);
    note[sizeof note - 1] = '\n';
    memcpy(note, text, MIN(strlen(text), sizeof note - 1));
    if (fetcher->note_fd >= 0 && pwrite(fetcher->note_fd, note, sizeof note, 0) < 0)
        log_debug(0, "mailbox %s: cannot note which mail is fetched: %s", fetcher->mailbox->name,
                  g_strerror(errno));
}

void fetch_note_begin(const Fetcher *fetcher, const char *key)
{
    write_note(fetcher, key);
}

void fetch_note_end(const Fetcher *fetcher)
{
    write_note(fetcher, "");
}

static void count(Fetcher *fetcher, const FetchKey *key)
{
    const LedgerFolder folder = {.id = key->folder_id, .uidvalidity = key->uidvalidity};
    FetchedRow row = {0};
    gboolean found = FALSE;
    g_autoptr(GError) error = NULL;
    gboolean ok = ledger_row(fetcher->store, &folder, key->uid, &row, &found, &error);
    row.uid = key->uid;
    row.state = FETCHED_FAILED;
    row.attempts++;
    row.next_us = clock_now_us() + fetch_plan_retry_us(row.attempts, fetcher_noise());
    ok = ok && ledger_set_aside(fetcher->store, &folder, &row, "the fetcher died while it fetched this mail",
                                clock_now_us(), &error);
    if (!ok)
        log_warning(0, "mailbox %s: cannot note that UID %u may have killed the fetcher: %s",
                    fetcher->mailbox->name, key->uid, error->message);
}

void fetch_note_open(Fetcher *fetcher)
{
    g_auto(FetchKey) key = {0};
    g_autofree char *path = path_of(fetcher);
    g_autofree char *text = file_read(path, NOTE_BYTES, NULL, NULL);
    fetcher->note_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (text && fetch_key_parse(g_strstrip(text), &key) && strcmp(key.mailbox, fetcher->mailbox->name) == 0)
        count(fetcher, &key);
    fetch_note_end(fetcher);
}

void fetch_note_close(Fetcher *fetcher)
{
    if (fetcher->note_fd >= 0)
        close(fetcher->note_fd);
}
