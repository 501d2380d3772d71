/* What an admin's answer to a list of held mail does. The desk has judged that it is his, and what of it can
 * never be; what the store says comes here. */
#include <postern/admin_acts.h>
#include <postern/alerts.h>
#include <postern/base/clean.h>
#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>
#include <postern/senders.h>

#define SHOWN_BYTES 100u

static void add_line(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void add_line(GPtrArray *lines, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(lines, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static void tell_problems(const CommandSheet *sheet, GPtrArray *lines)
{
    for (guint i = 0; i < sheet->problems->len; i++) {
        const ActProblem *problem = sheet->problems->pdata[i];
        gboolean has_text = problem->written && *problem->written;
        add_line(lines, "line %u%s%s: %s", problem->line, has_text ? ", " : "",
                 has_text ? problem->written : "", problem->words);
    }
}

/* "from anna@customer.test, Broken" */
static char *shown(const HeldMail *mail)
{
    g_autofree char *from = clean_line(mail->from ? mail->from : "", -1, SHOWN_BYTES);
    g_autofree char *subject = clean_line(mail->subject ? mail->subject : "", -1, SHOWN_BYTES);
    return g_strdup_printf("from %s, %s", *from ? from : "an unknown sender",
                           *subject ? subject : "without a subject");
}

/* FALSE only for trouble with the store; what cannot be done is said in `lines`. */
static gboolean check_act(Store *store, const Act *act, GPtrArray *lines, GError **error)
{
    if (act->type == ACT_BLOCK)
        return TRUE;
    g_autoptr(GError) inner = NULL;
    g_autoptr(HeldMail) mail = held_get(store, mail_id_parse(act->word), &inner);
    if (error_is(inner, ERROR_NOT_FOUND))
        add_line(lines, "line %u: no mail %s is held; somebody may have been quicker", act->line, act->word);
    else if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else if (mail->is_dropped)
        add_line(lines, "line %u: %s was dropped before; 'postern held release %s' still lets it pass",
                 act->line, act->word, act->word);
    return mail || !*error;
}

static gboolean perform_held(const ActsDesk *desk, const Act *act, const char *admin, GPtrArray *lines,
                             GError **error)
{
    gint64 id = mail_id_parse(act->word);
    g_autoptr(HeldMail) mail = held_get(desk->store, id, error);
    g_autofree char *what = mail ? shown(mail) : NULL;
    gboolean releases = act->type == ACT_RELEASE;
    if (!mail || !(releases ? held_release_within(desk->store, id, admin, desk->now_us, error)
                            : held_drop_within(desk->store, id, admin, desk->now_us, error)))
        return FALSE;
    add_line(lines,
             releases ? "%s goes on its way: %s" : "%s is dropped; its original stays in the store: %s",
             act->word, what);
    return TRUE;
}

static gboolean perform(const ActsDesk *desk, const Act *act, const char *admin, GPtrArray *lines,
                        GError **error)
{
    if (act->type != ACT_BLOCK)
        return perform_held(desk, act, admin, lines, error);
    if (!sender_refuse(desk->store, act->word, admin, desk->now_us, error))
        return FALSE;
    add_line(lines, "mail of %s is held from now on, and nobody is told; 'postern held unblock' ends it",
             act->word);
    return TRUE;
}

static gboolean perform_all(const ActsDesk *desk, const Decision *decision, GPtrArray *lines,
                            gboolean *out_released, GError **error)
{
    const GPtrArray *acts = decision->held_sheet->acts;
    for (guint i = 0; i < acts->len; i++) {
        const Act *act = acts->pdata[i];
        if (!perform(desk, act, decision->admin, lines, error))
            return FALSE;
        *out_released |= act->type == ACT_RELEASE;
    }
    return TRUE;
}

static gboolean check_all(const ActsDesk *desk, const CommandSheet *sheet, GPtrArray *lines, GError **error)
{
    tell_problems(sheet, lines);
    for (guint i = 0; i < sheet->acts->len && sheet->problems->len == 0; i++) {
        g_autoptr(GError) inner = NULL;
        if (check_act(desk->store, sheet->acts->pdata[i], lines, &inner))
            continue;
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    return TRUE;
}

gboolean admin_acts_perform(const ActsDesk *desk, Decision *decision, const Reading *reading, gint64 mail_id,
                            gboolean *out_released, GError **error)
{
    *out_released = FALSE;
    if (!decision->admin)
        return TRUE;
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    if (!check_all(desk, decision->held_sheet, lines, error))
        return FALSE;
    gboolean is_refused = lines->len > 0;
    if (!is_refused && !perform_all(desk, decision, lines, out_released, error))
        return FALSE;
    AlertCase alert = {.config = desk->config,
                       .notices = desk->notices,
                       .keys = desk->keys,
                       .now_us = desk->now_us,
                       .mail_id = mail_id};
    const char *message_id = reading ? reading->message_id : NULL;
    g_ptr_array_add(decision->outgoing,
                    alert_admin_receipt(&alert, is_refused, lines, message_id, decision->admin));
    for (guint i = 0; i < lines->len; i++)
        decision_event(decision, is_refused ? "not done" : "done", decision->admin, "%s",
                       (const char *)lines->pdata[i]);
    return TRUE;
}
