/* Letters to customers: an agent's own words, and what we say to them because of what agents do. */
#include "gateway/desk/answer_filter.h"
#include "gateway/desk/letter.h"

#include <string.h>

Content *letter_clean_answer(const Ticket *ticket, const Content *content)
{
    return answer_filter(ticket, content);
}

static char *html_page(const char *body)
{
    return body && *body
               ? g_strdup_printf("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n</head>\n"
                                 "<body>\n%s\n</body>\n</html>\n",
                                 body)
               : NULL;
}

GPtrArray *letter_answer(LetterCase *letter, const ConfigAgent *agent, const Content *content)
{
    GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)outgoing_free);
    g_autoptr(GPtrArray) all = letter_recipients(letter);
    /* Whoever calls has done so already; no way to a customer goes by the filter. */
    g_autoptr(Content) clean = answer_filter(letter->ticket, content);
    if (!letter_has_words(clean))
        return mails;
    g_autofree char *subject = letter_subject(letter);
    g_autofree char *html = html_page(clean->html);
    for (guint i = 0; i < all->len; i++) {
        const Mailbox *to = all->pdata[i];
        LetterMail mail = {.kind = "answer",
                           .who = agent,
                           .to_name = to->name,
                           .to_address = to->address,
                           .all = all,
                           .role = ROLE_CUSTOMER,
                           .is_personal = TRUE,
                           .subject = subject,
                           .text = clean->text,
                           .html = html,
                           .parts = clean->parts};
        g_ptr_array_add(mails, letter_write(letter, &mail));
    }
    return mails;
}

GPtrArray *letter_handoff(LetterCase *letter, const ConfigAgent *before, const ConfigAgent *agent,
                          gboolean is_takeover)
{
    GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)outgoing_free);
    g_autoptr(GPtrArray) all = letter_recipients(letter);
    for (guint i = 0; i < all->len; i++) {
        const Mailbox *to = all->pdata[i];
        g_autoptr(TemplateValues) values = template_values_new();
        letter_set_common(letter, values);
        letter_set_customer(values, to->name, to->address, TRUE);
        template_set(values, "agent.name", agent->display);
        template_set(values, "before.name", before ? before->display : NULL);
        template_set(values, "is_takeover", is_takeover ? "yes" : NULL);
        LetterMail mail = {.kind = "handoff",
                           .who = agent,
                           .to_name = to->name,
                           .to_address = to->address,
                           .role = ROLE_CUSTOMER};
        g_ptr_array_add(mails, letter_render(letter, &mail, values));
    }
    return mails;
}

/* What a machine writes back by itself: as an acknowledgement, it says little and nothing comes back for it.
 */
static Outgoing *write_back(LetterCase *letter, const char *kind, const Mailbox *to)
{
    if (!letter->ticket || !letter_may_write_to(letter, to->address))
        return NULL;
    g_autoptr(TemplateValues) values = template_values_new();
    letter_set_common(letter, values);
    letter_set_customer(values, to->name, to->address, FALSE);
    LetterMail mail = {.kind = kind, .to_address = to->address, .role = ROLE_CUSTOMER, .is_silent = TRUE};
    return letter_render(letter, &mail, values);
}

Outgoing *letter_solved(LetterCase *letter, const Mailbox *to)
{
    return write_back(letter, "solved", to);
}

Outgoing *letter_refused(LetterCase *letter, const Mailbox *to)
{
    return write_back(letter, "refused", to);
}
