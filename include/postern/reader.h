/* Confined reader children: raw bytes go in, a Reading comes out, and nothing
 * that a mail does to GMime can reach anything else. A child has one socket
 * to us and otherwise no files, no network, no new privileges, limited memory,
 * CPU, stack. One thread may use one Reader at a time; the child dies with the
 * thread that made it (PR_SET_PDEATHSIG), and the next mail gets another. */
#pragma once

#include <postern/content.h>
#include <postern/rules_source.h>
#include <postern/values.h>

typedef struct {
    const char *program;            /* /proc/self/exe, or the program that has the "reader" role */
    const RulesSource *rules;       /* NULL: no rules */
    const RulesSource *other_rules; /* a second set for the same mails, to be compared; or NULL */
    gboolean with_candidates;       /* of `rules`: to be explained */
    const char *authserv_id;        /* or NULL */
    guint64 memory_bytes;           /* 0: LIMIT_READER_MEMORY_BYTES */
    guint seconds;                  /* for one mail; 0: LIMIT_READER_SECONDS */
    guint mails;                    /* replaced after so many; 0: LIMIT_READER_MAILS */
} ReaderSettings;

typedef struct Reader Reader;

/* Starts lazily: the child is made at the first mail. Settings are copied. */
Reader *reader_new(const ReaderSettings *settings);
void reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

/* Makes the child now if there is none, so that the next mail meets a ready one. ERROR_TEMPORARY no child can
 * be started. */
gboolean reader_prepare(Reader *reader, GError **error);

/* The same without waiting for it: to compile many rules takes a while. ERROR_TEMPORARY as above. */
gboolean reader_begin(Reader *reader, GError **error);
/* FALSE while a child that was begun works on that; afterwards reader_prepare does not wait, and says what
 * became of it. */
gboolean reader_has_begun(const Reader *reader);

/* One of `bytes` and `fd` (>= 0) gives the mail. Errors: ERROR_LIMIT the pre-scan refused (reading again
 * will not help), ERROR_CORRUPT the child died or lied on this mail (message says how: "killed by
 * SIGSEGV", "over 20 s", …), ERROR_TEMPORARY no child can be started. After ERROR_CORRUPT the next mail gets
 * a fresh child. */
Reading *reader_read(Reader *reader, GBytes *bytes, int fd, const char *envelope_from, GError **error);

/* The same for what is passed on of the mail. */
Content *reader_content(Reader *reader, GBytes *bytes, int fd, const ContentWish *wish, GError **error);

/* The child's own main, for a process started with the role "reader", before any thread; its socket is
 * descriptor 3. Does not return: the process ends when the gate closes the socket. */
int reader_main(int socket_fd);

/* Number of children made so far (tests, stats). */
guint reader_generation(const Reader *reader);
/* Process id of the living child, or 0. */
int reader_pid(const Reader *reader);
