/* Reports as JSON in the text of a mail: Amazon SES by way of its notification service. */
#include "parsers/kind/report.h"
#include "parsers/kind/status.h"

#include <postern/base/clean.h>
#include <postern/base/json.h>
#include <postern/base/limits.h>
#include <string.h>

#define JSON_BYTES (64u * 1024) /* notifications have a few kilobytes */

/* From the first brace to the last one. */
static Json *parse_within(const char *text)
{
    const char *open = strchr(text, '{'), *close = open ? strrchr(open, '}') : NULL;
    gsize length = close ? (gsize)(close + 1 - open) : 0;
    if (length == 0 || length > JSON_BYTES)
        return NULL;
    /* Servers break a line that is too long: "!", a line break, a blank. */
    g_autofree char *json = g_strndup(open, length);
    g_auto(GStrv) pieces = g_strsplit(json, "!\n ", -1);
    g_autofree char *joined = g_strjoinv("", pieces);
    return json_parse(joined);
}

/* The service wraps the notification as text. */
static Json *parse_notification(const char *text)
{
    Json *outer = parse_within(text);
    const char *message = outer ? json_text_of(outer, "Message") : NULL;
    if (!message)
        return outer;
    Json *inner = parse_within(message);
    json_release(outer);
    return inner;
}

static void take_recipient(Bounce *bounce, const Json *told, const char *action)
{
    const char *address = json_text_of(told, "emailAddress");
    const char *said = json_text_of(told, "action"), *status = json_text_of(told, "status"),
               *words = json_text_of(told, "diagnosticCode");
    if (!address || !*address || bounce->recipients->len >= REPORT_RECIPIENTS)
        return;
    BounceRecipient *recipient = bounce_recipient_new();
    recipient->address = clean_line(address, -1, 320);
    recipient->action = report_action(said ? said : action);
    recipient->status = status ? status_find_enhanced(status) : NULL;
    recipient->reason = words ? clean_line(report_without_type(words), -1, REPORT_REASON_BYTES) : NULL;
    recipient->smtp_code = recipient->reason ? status_find_smtp_code(recipient->reason) : NULL;
    g_ptr_array_add(bounce->recipients, recipient);
}

static void take_id(Bounce *bounce, const Json *mail)
{
    const Json *common = json_member(mail, "commonHeaders"), *headers = json_member(mail, "headers");
    const char *id = json_text_of(common, "messageId");
    for (guint i = 0; !id && i < json_count(headers); i++) {
        const Json *header = json_at(headers, i);
        const char *name = json_text_of(header, "name");
        if (name && g_ascii_strcasecmp(name, "Message-ID") == 0)
            id = json_text_of(header, "value");
    }
    gsize length = id ? strlen(id) : 0;
    if (length > 2 && id[0] == '<' && id[length - 1] == '>' && length <= LIMIT_MESSAGE_ID_BYTES)
        bounce->original_message_id = clean_line(id + 1, (gssize)(length - 2), LIMIT_MESSAGE_ID_BYTES);
}

void report_read_json(Bounce *bounce, const char *text)
{
    if (!strstr(text, "bouncedRecipients") && !strstr(text, "delayedRecipients"))
        return;
    g_autoptr(Json) notification = parse_notification(text);
    const Json *failed = json_member(json_member(notification, "bounce"), "bouncedRecipients");
    const Json *late = json_member(json_member(notification, "deliveryDelay"), "delayedRecipients");
    for (guint i = 0; i < json_count(failed); i++)
        take_recipient(bounce, json_at(failed, i), "failed");
    for (guint i = 0; i < json_count(late); i++)
        take_recipient(bounce, json_at(late, i), "delayed");
    take_id(bounce, json_member(notification, "mail"));
}
