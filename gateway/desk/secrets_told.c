/* What a customer is told about secrets that he sent: of which kind they are, never which. */
#include "gateway/desk/desk_private.h"

#include <postern/rules.h>

void desk_add_secrets(const DeskCase *mail, TemplateValues *values)
{
    const GPtrArray *fields = mail->reading->fields;
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        if (field->is_secret && g_hash_table_add(told, field->name))
            template_set(template_add_item(values, "secrets"), "label",
                         rules_label(mail->rules, field->name));
    }
}
