/* The log: one line an event on stderr, "LEVEL role mail-id: text". What came
 * from outside is cleaned here once more, so a mail cannot forge a line. Safe
 * from any thread. */
#pragma once

#include <glib.h>

typedef enum { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } LogLevel;

/* `role` ("gate", "sender", …) is borrowed for ever: give a literal. */
void log_setup(const char *role, LogLevel most);

/* `mail_id` may be 0 where no mail is concerned. */
void log_line(LogLevel level, gint64 mail_id, const char *format, ...) G_GNUC_PRINTF(3, 4);

#define log_error(mail_id, ...) log_line(LOG_LEVEL_ERROR, mail_id, __VA_ARGS__)
#define log_warning(mail_id, ...) log_line(LOG_LEVEL_WARNING, mail_id, __VA_ARGS__)
#define log_info(mail_id, ...) log_line(LOG_LEVEL_INFO, mail_id, __VA_ARGS__)
#define log_debug(mail_id, ...) log_line(LOG_LEVEL_DEBUG, mail_id, __VA_ARGS__)
