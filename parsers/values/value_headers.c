/* Values of the header, and findings. */
#include <postern/values.h>

#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <stdarg.h>
#include <string.h>

static gboolean is_address_again(const char *name, const char *address)
{
    gsize length = strlen(name), quote = length > 2 && strchr("'\"", name[0]) && name[length - 1] == name[0];
    return length - 2 * quote == strlen(address) &&
           g_ascii_strncasecmp(name + quote, address, length - 2 * quote) == 0;
}

Mailbox *mailbox_new(const char *name, const char *address)
{
    Mailbox *mailbox = g_new0(Mailbox, 1);
    mailbox->address = g_strdup(address ? address : "");
    mailbox->name = g_strdup(name && !is_address_again(name, mailbox->address) ? name : "");
    return mailbox;
}

void mailbox_free(Mailbox *mailbox)
{
    if (!mailbox)
        return;
    g_free(mailbox->name);
    g_free(mailbox->address);
    g_free(mailbox);
}

void finding_add(GPtrArray *findings, const char *code, const char *format, ...)
{
    if (findings->len >= LIMIT_FINDINGS)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *detail = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    Finding *finding = g_new0(Finding, 1);
    finding->code = g_strdup(code);
    finding->detail = clean_line(detail, -1, 500);
    g_ptr_array_add(findings, finding);
}

void finding_free(Finding *finding)
{
    if (!finding)
        return;
    g_free(finding->code);
    g_free(finding->detail);
    g_free(finding);
}

static void header_field_free(gpointer data)
{
    HeaderField *field = data;
    g_free(field->name);
    g_free(field->value);
    g_free(field);
}

Headers *headers_new(void)
{
    Headers *headers = g_new0(Headers, 1);
    headers->fields = g_ptr_array_new_with_free_func(header_field_free);
    return headers;
}

void headers_add(Headers *headers, const char *name, const char *value)
{
    HeaderField *field = g_new0(HeaderField, 1);
    field->name = g_strdup(name);
    field->value = g_strdup(value);
    g_ptr_array_add(headers->fields, field);
}

void headers_free(Headers *headers)
{
    if (!headers)
        return;
    g_ptr_array_unref(headers->fields);
    g_free(headers);
}

gboolean header_field_is(const HeaderField *field, const char *name)
{
    /* Hundreds are asked for in each mail, and nearly all differ in the first letter. */
    return ((field->name[0] ^ name[0]) & ~0x20) == 0 && g_ascii_strcasecmp(field->name, name) == 0;
}

const char *headers_get(const Headers *headers, const char *name, guint nth)
{
    for (guint i = 0; i < headers->fields->len; i++) {
        const HeaderField *field = headers->fields->pdata[i];
        if (header_field_is(field, name) && nth-- == 0)
            return field->value;
    }
    return NULL;
}

guint headers_count(const Headers *headers, const char *name)
{
    guint count = 0;
    for (guint i = 0; i < headers->fields->len; i++)
        count += header_field_is(headers->fields->pdata[i], name);
    return count;
}

void authentication_result_free(AuthenticationResult *result)
{
    if (!result)
        return;
    g_free(result->method);
    g_free(result->result);
    g_free(result->domain);
    g_free(result);
}
