/* Whom `errors resolve --tell` would write to, and what: shown before anything is sent. */
#include "gateway/app/errors_resolve.h"

#include <stdio.h>
#include <sysexits.h>

static const char *reason_of(const ErrorLetter *letter)
{
    return letter->told_us ? "its people were told of this solution" : letter->why_not;
}

static Json *letter_json(const ErrorLetter *letter)
{
    Json *object = json_make_object(), *to = json_make_array();
    json_put_text(object, "ref", letter->ref);
    for (guint i = 0; letter->mails && i < letter->to->len; i++)
        json_add_text(to, ((const Mailbox *)letter->to->pdata[i])->address);
    json_put(object, "to", to);
    json_put_text(object, "why_not", reason_of(letter));
    return object;
}

static const ErrorLetter *first_of(const GPtrArray *letters)
{
    for (guint i = 0; i < letters->len; i++)
        if (((const ErrorLetter *)letters->pdata[i])->mails)
            return letters->pdata[i];
    return NULL;
}

static void put_mail(Json *object, const ErrorLetter *letter)
{
    if (!letter) {
        json_put_null(object, "mail");
        return;
    }
    const Outgoing *first = letter->mails->pdata[0];
    Json *mail = json_make_object();
    json_put_text(mail, "from", first->from);
    json_put_text(mail, "to", first->to);
    json_put_text(mail, "subject", first->subject);
    json_put_text(mail, "text", letter->text);
    json_put(object, "mail", mail);
}

void errors_count(const GPtrArray *letters, guint *out_tickets, guint *out_mails)
{
    for (guint i = 0; i < letters->len; i++) {
        const ErrorLetter *letter = letters->pdata[i];
        *out_tickets += letter->mails != NULL;
        *out_mails += letter->mails ? letter->mails->len : 0;
    }
}

/* Rows without words are told in one way or the other: "SUP-7K3QW2  dora@…", or why nobody is. */
static void print_rows(const GPtrArray *letters, gboolean are_told)
{
    for (guint i = 0; i < letters->len; i++) {
        const ErrorLetter *letter = letters->pdata[i];
        if ((letter->mails != NULL) != are_told)
            continue;
        g_autoptr(GString) line = g_string_new(letter->ref);
        g_string_append(line, "  ");
        for (guint k = 0; are_told && k < letter->to->len; k++)
            g_string_append_printf(line, "%s%s", k ? ", " : "",
                                   ((const Mailbox *)letter->to->pdata[k])->address);
        g_string_append(line, are_told ? "" : reason_of(letter));
        command_print("  ", line->str);
    }
}

static void print_preview(const ErrorsRun *run, const GPtrArray *letters)
{
    guint tickets = 0, mails = 0;
    const ErrorLetter *first = first_of(letters);
    errors_count(letters, &tickets, &mails);
    printf("%u mail%s in %u ticket%s would be sent:\n", mails, mails == 1 ? "" : "s", tickets,
           tickets == 1 ? "" : "s");
    print_rows(letters, TRUE);
    if (tickets < letters->len) {
        printf("\nNobody is told in:\n");
        print_rows(letters, FALSE);
    }
    if (!first)
        return;
    const Outgoing *mail = first->mails->pdata[0];
    puts("\nThe first of them, as it is read:\n");
    command_print("From     ", mail->from);
    command_print("To       ", mail->to);
    command_print("Subject  ", mail->subject);
    puts("");
    command_print_block(first->text, 2);
    printf("\nNothing was sent, and E%" G_GINT64_FORMAT
           " is as it was. The same command with --yes sends it.\n",
           run->id);
}

int errors_preview(const ErrorsRun *run, const GPtrArray *letters)
{
    if (!run->command->json) {
        print_preview(run, letters);
        return EX_OK;
    }
    Json *object = json_make_object(), *list = json_make_array();
    guint tickets = 0, mails = 0;
    g_autofree char *name = known_error_name(run->id);
    errors_count(letters, &tickets, &mails);
    for (guint i = 0; i < letters->len; i++)
        json_add(list, letter_json(letters->pdata[i]));
    json_put_text(object, "id", name);
    json_put_boolean(object, "sent", FALSE);
    json_put_integer(object, "tickets", tickets);
    json_put_integer(object, "mails", mails);
    json_put(object, "list", list);
    put_mail(object, first_of(letters));
    command_print_json(object, FALSE);
    return EX_OK;
}
