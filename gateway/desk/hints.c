/* What is known about the errors of a mail, in what we write because of it. */
#include "gateway/desk/letter.h"
#include "gateway/desk/notice_parts.h"

#include <postern/base/clean.h>

#include <string.h>

#define HINT_BYTES 2000u

static void set_state_words(TemplateValues *item, const char *state)
{
    static const char *const names[][2] = {
        {"investigating", "is_investigating"}, {"workaround", "is_workaround"}, {"fixed", "is_fixed"}};
    template_set(item, "state", state);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        template_set(item, names[i][1], strcmp(names[i][0], state) == 0 ? "yes" : NULL);
}

void hints_add(const DeskCase *mail, TemplateValues *values)
{
    const GPtrArray *hints = mail->facts->hints;
    for (guint i = 0; hints && i < hints->len; i++) {
        const ErrorHint *hint = hints->pdata[i];
        /* A mail may have waited longer than its hint counts. */
        if (!hint->text || hint->until_us <= mail->now_us)
            continue;
        TemplateValues *item = template_add_item(values, "hints");
        g_autofree char *text = clean_text(hint->text, -1, HINT_BYTES);
        g_autofree char *until = letter_moment(hint->until_us);
        template_set(item, "text", text);
        template_set(item, "until", until);
        set_state_words(item, hint->state);
    }
}

void hints_add_for_agent(const DeskCase *mail, TemplateValues *values)
{
    const GPtrArray *hints = mail->facts->hints;
    for (guint i = 0; hints && i < hints->len; i++) {
        const ErrorHint *hint = hints->pdata[i];
        g_autoptr(GString) line = g_string_new(NULL);
        g_string_append_printf(line, "E%" G_GINT64_FORMAT ", seen by %u%s customer%s before", hint->error_id,
                               hint->customers, hint->is_more ? " or more" : "",
                               hint->customers == 1 ? "" : "s");
        if (hint->is_incident)
            g_string_append(line, ", many just now");
        if (hint->text && hint->until_us > mail->now_us)
            g_string_append_printf(line, "; hint (%s): %s", hint->state, hint->text);
        else
            g_string_append_printf(line, "; %s, no hint", hint->state);
        g_autofree char *shown = clean_line(line->str, -1, HINT_BYTES);
        template_set(template_add_item(values, "known_errors"), "text", shown);
    }
}

/* The subject is a stranger's text until one of us has answered, or somebody vouched for its writer. */
static gboolean may_show_subject(const Ticket *ticket, gboolean is_proven)
{
    for (guint i = 0; i < ticket->messages->len; i++)
        if (g_strcmp0(((const TicketMessage *)ticket->messages->pdata[i])->direction, "out") == 0)
            return TRUE;
    return is_proven || ticket->voice;
}

GPtrArray *letter_fixed(LetterCase *letter, const GPtrArray *to, const char *words, gboolean is_proven,
                        char **out_text)
{
    GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)outgoing_free);
    for (guint i = 0; i < to->len; i++) {
        const Mailbox *one = to->pdata[i];
        g_autoptr(TemplateValues) values = template_values_new();
        letter_set_common(letter, values);
        letter_set_customer(values, one->name, one->address, is_proven);
        if (!may_show_subject(letter->ticket, is_proven))
            template_set(values, "subject", NULL);
        template_set(values, "text", words);
        LetterMail mail = {
            .kind = "fixed", .to_name = one->name, .to_address = one->address, .role = ROLE_CUSTOMER};
        g_ptr_array_add(mails, letter_render(letter, &mail, values));
        if (i == 0 && out_text) {
            g_autofree char *subject = NULL, *html = NULL;
            notice_render(letter->notices, "fixed", values, &subject, out_text, &html);
        }
    }
    return mails;
}

GPtrArray *letter_readers(const LetterCase *letter)
{
    return letter_recipients(letter);
}
