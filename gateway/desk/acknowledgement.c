/* What a customer gets at once: what we understood and what we still need. */
#include "gateway/desk/desk_private.h"

#include <postern/rules.h>

#include <string.h>

#define VALUES_SHOWN_MOST 4u /* of one field */

/* "4821, 5007": all values of the field from `first` on that may be repeated. */
static char *values_of(const GPtrArray *fields, guint first)
{
    const char *name = ((const Field *)fields->pdata[first])->name;
    GString *text = g_string_new(NULL);
    guint count = 0;
    for (guint i = first; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        if (strcmp(field->name, name) != 0 || !field->may_echo || field->is_secret)
            continue;
        if (count++ < VALUES_SHOWN_MOST)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", field->value);
    }
    if (count > VALUES_SHOWN_MOST)
        g_string_append_printf(text, " and %u more", count - VALUES_SHOWN_MOST);
    return g_string_free(text, FALSE);
}

/* Only values of closed grammars are repeated: the address may be forged, and the reader a victim. Of all
 * others it is said that they were seen. */
static gboolean add_field(const DeskCase *mail, guint index, GHashTable *shown, TemplateValues *values)
{
    const Field *field = mail->reading->fields->pdata[index];
    const char *label = rules_label(mail->rules, field->name);
    gboolean is_shown = field->may_echo && g_hash_table_add(shown, g_strconcat("value:", field->name, NULL));
    if (is_shown) {
        g_autofree char *joined = values_of(mail->reading->fields, index);
        TemplateValues *item = template_add_item(values, "fields");
        template_set(item, "label", label);
        template_set(item, "value", joined);
        return TRUE;
    }
    if (field->may_echo || !g_hash_table_add(shown, g_strconcat("kind:", field->name, NULL)))
        return FALSE;
    template_set(template_add_item(values, "kinds_read"), "label", label);
    return TRUE;
}

static void add_reading_values(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    const GPtrArray *fields = mail->reading->fields;
    g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean secrets = FALSE;
    for (guint i = 0, count = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        secrets |= field->is_secret;
        if (!field->is_secret && count < FIELDS_SHOWN_MOST)
            count += add_field(mail, i, shown, values) ? 1 : 0;
    }
    template_set(values, "has_secrets", secrets ? "yes" : NULL);
    template_set(values, "has_no_details", desk_is_bare(mail, decision) ? "yes" : NULL);
    desk_add_questions(mail, decision, values);
}

static TemplateValues *acknowledgement_values(const DeskCase *mail, const Decision *decision)
{
    TemplateValues *values = template_values_new();
    g_autofree char *attachments = g_strdup_printf("%u", mail->reading->attachments->len);
    desk_add_common_values(mail, decision, values);
    template_set(values, "queue.address", desk_queue_address(mail));
    template_set(values, "answer_within", mail->queue->answer_within);
    template_set(values, "attachments_count", mail->reading->attachments->len ? attachments : NULL);
    /* The subject is a stranger's text: it goes only to whom it surely came from. */
    g_autofree char *subject = desk_plain_subject(decision, mail->reading->subject);
    if (mail->reading->from_authentic)
        template_set(values, "subject", subject);
    desk_add_secrets(mail, values);
    add_reading_values(mail, decision, values);
    hints_add(mail, values);
    return values;
}

void desk_write_acknowledgement(const DeskCase *mail, Decision *decision)
{
    const char *to = decision->sender_address;
    g_autoptr(TemplateValues) values = acknowledgement_values(mail, decision);
    g_autofree char *message_id = desk_message_id(mail, decision, ROLE_CUSTOMER, to);
    g_autofree char *back = desk_address_for(mail, decision, ROLE_CUSTOMER, to);
    g_autoptr(GPtrArray) reply_to = desk_mailboxes_new();
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_ptr_array_add(reply_to, mailbox_new(mail->queue->display, back));
    for (guint i = 0; i < mail->reading->references->len; i++)
        g_ptr_array_add(references, mail->reading->references->pdata[i]);
    if (mail->reading->message_id)
        g_ptr_array_add(references, mail->reading->message_id);
    g_autofree char *name = desk_spoken_name(mail, decision);
    ComposeMail compose = {.to_name = name,
                           .to_address = to,
                           .reply_to = reply_to,
                           .message_id = message_id,
                           .in_reply_to = mail->reading->message_id,
                           .references = references};
    desk_add_outgoing(mail, decision, "acknowledgement", values, "", &compose);
}
