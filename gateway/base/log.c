#include <postern/base/clean.h>
#include <postern/base/log.h>
#include <postern/base/mail_id.h>

#include <stdarg.h>
#include <unistd.h>

static const char *log_role = "postern";
static LogLevel log_most = LOG_LEVEL_INFO;

void log_setup(const char *role, LogLevel most)
{
    log_role = role;
    log_most = most;
}

void log_line(LogLevel level, gint64 mail_id, const char *format, ...)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    if (level > log_most)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *line = clean_line(text, -1, 2000);
    g_autofree char *id = mail_id ? mail_id_format(mail_id) : NULL;
    g_autofree char *whole =
        g_strdup_printf("%s %s%s%s: %s\n", names[level], log_role, id ? " " : "", id ? id : "", line);
    /* One write a line: lines of several processes do not mix. */
    if (write(STDERR_FILENO, whole, strlen(whole)) < 0)
        return;
}
