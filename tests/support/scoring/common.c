#include "tests/support/scoring/score.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define HANG_SECONDS 10

const char *column(const Score *score, const char *name)
{
    for (guint i = 0; i < score->names->len && i < score->columns->len; i++)
        if (strcmp(score->names->pdata[i], name) == 0)
            return score->columns->pdata[i];
    return "";
}

char *read_named(const Score *score, const char *name, gsize *out_length)
{
    g_autofree char *path = g_build_filename(score->folder, name, NULL);
    char *text = NULL;
    gsize length = 0;
    if (strcmp(name, "-") == 0 || !g_file_get_contents(path, &text, &length, NULL))
        return NULL;
    if (out_length)
        *out_length = length;
    return text;
}

/* ---- one mail in a process of its own ---- */

static char *read_all(int fd)
{
    GString *text = g_string_new(NULL);
    char block[4096];
    for (gssize got; (got = read(fd, block, sizeof block)) != 0;) {
        if (got > 0)
            g_string_append_len(text, block, got);
        else if (errno != EINTR)
            break;
    }
    return g_string_free(text, FALSE);
}

ChildEnd in_child(const Score *score, Work work, char **out_text)
{
    int ends[2];
    if (pipe(ends) != 0)
        g_error("pipe: %s", g_strerror(errno));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        alarm(HANG_SECONDS);
        FILE *out = fdopen(ends[1], "w");
        work(score, out);
        fclose(out);
        _exit(0);
    }
    close(ends[1]);
    *out_text = read_all(ends[0]);
    close(ends[0]);
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGALRM ? CHILD_HUNG : CHILD_DIED;
    return WEXITSTATUS(status) == 0 ? CHILD_FINE : CHILD_DIED;
}

void each_row(Score *score, const char *index, Row row, gpointer user)
{
    g_autofree char *name = g_strconcat("index/", index, NULL);
    g_autofree char *text = read_named(score, name, NULL);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    if (!lines[0] || !lines[1] || *lines[1] == '\0') {
        printf("%s: %s\n", name, text ? "has no row" : "is missing");
        score->is_below = TRUE;
        return;
    }
    for (guint i = 0; lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        GPtrArray *into = i == 0 ? score->names : score->columns;
        if (*lines[i] == '\0')
            continue;
        g_ptr_array_set_size(into, 0);
        for (guint c = 0; cells[c]; c++)
            g_ptr_array_add(into, g_strdup(cells[c]));
        if (i > 0)
            row(score, user);
    }
}

static int memory_of(GBytes *mail)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    int fd = memfd_create("mail", MFD_CLOEXEC);
    for (gsize done = 0; done < length;) {
        gssize wrote = write(fd, bytes + done, length - done);
        if (wrote <= 0)
            g_error("memory: %s", g_strerror(errno));
        done += (gsize)wrote;
    }
    return fd;
}

int open_mail(const Score *score)
{
    g_autofree char *path = g_build_filename(score->folder, column(score, "file"), NULL);
    return score->mail ? memory_of(score->mail) : open(path, O_RDONLY | O_CLOEXEC);
}

Reading *read_mail(const Score *score)
{
    int fd = open_mail(score);
    ReadingSettings settings = {0};
    g_autoptr(GError) error = NULL;
    Reading *reading = fd < 0 ? NULL : reading_make_fd(fd, &settings, &error);
    if (fd >= 0)
        close(fd);
    return reading;
}
