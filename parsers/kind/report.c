#include "parsers/kind/report.h"

#include "parsers/kind/status.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

typedef struct {
    char *final, *original, *action, *status, *diagnostic;
} Fields;

static void fields_clear(Fields *fields)
{
    char **all[] = {&fields->final, &fields->original, &fields->action, &fields->status, &fields->diagnostic};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
        g_clear_pointer(all[i], g_free);
}

/* "rfc822; <a@b>" and what is made of it in practice. NULL when there is no address. */
static char *typed_address(const char *value)
{
    const char *type = strchr(value, ';');
    const char *text = type ? type + 1 : value;
    gsize length;
    const char *found = find_address(text, text + strlen(text), &length);
    return found ? g_strndup(found, length) : NULL;
}

static char **slot_of(Fields *fields, const char *name, gsize length)
{
    const struct {
        const char *name;
        char **slot;
    } known[] = {{"final-recipient", &fields->final},
                 {"original-recipient", &fields->original},
                 {"action", &fields->action},
                 {"status", &fields->status},
                 {"diagnostic-code", &fields->diagnostic}};
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (length == strlen(known[i].name) && g_ascii_strncasecmp(name, known[i].name, length) == 0)
            return known[i].slot;
    return NULL;
}

/* RFC 3464 2.3.3; anything else is left to the status. */
static char *known_action(const char *value)
{
    static const char *const actions[] = {"failed", "delayed", "delivered", "relayed", "expanded", NULL};
    g_autofree char *word = field_token(value);
    return g_strv_contains(actions, word) ? g_steal_pointer(&word) : NULL;
}

static BounceRecipient *add_recipient(Bounce *bounce, const char *address)
{
    if (bounce->recipients->len >= REPORT_RECIPIENTS)
        return NULL;
    BounceRecipient *recipient = bounce_recipient_new();
    recipient->address = clean_line(address, -1, 320);
    g_ptr_array_add(bounce->recipients, recipient);
    return recipient;
}

/* "smtp; 550 5.1.1 no such user" without its type. */
static const char *diagnostic_words(const char *value)
{
    gsize type = strcspn(value, "; ");
    const char *after = value + type;
    after += strspn(after, " \t");
    return type < 20 && *after == ';' ? after + 1 + strspn(after + 1, " \t") : value;
}

static void take_group(Bounce *bounce, Fields *fields)
{
    /* The original recipient is the one we sent to; the final one may be where a forward led. */
    g_autofree char *original = fields->original ? typed_address(fields->original) : NULL;
    g_autofree char *final = fields->final ? typed_address(fields->final) : NULL;
    const char *address = original ? original : final;
    BounceRecipient *recipient =
        fields->final || fields->original
            ? add_recipient(bounce, address
                                        ? address
                                        : diagnostic_words(fields->final ? fields->final : fields->original))
            : NULL;
    if (recipient) {
        recipient->action = fields->action ? known_action(fields->action) : NULL;
        recipient->status = fields->status ? status_find_enhanced(fields->status) : NULL;
        recipient->reason = fields->diagnostic
                                ? clean_line(diagnostic_words(fields->diagnostic), -1, REPORT_REASON_BYTES)
                                : NULL;
        if (recipient->reason)
            recipient->smtp_code = status_find_smtp_code(recipient->reason);
    }
    fields_clear(fields);
}

static void append_value(char **slot, const char *text, gsize length)
{
    gsize had = *slot ? strlen(*slot) : 0;
    if (had + length > 4 * REPORT_REASON_BYTES)
        return;
    g_autofree char *piece = g_strndup(text, length);
    char *joined = *slot ? g_strconcat(*slot, " ", g_strstrip(piece), NULL) : g_strdup(g_strstrip(piece));
    g_free(*slot);
    *slot = joined;
}

void report_read_fields(Bounce *bounce, const char *delivery_status)
{
    Fields fields = {0};
    char **slot = NULL;
    for (const char *line = delivery_status; *line;) {
        gsize length = strcspn(line, "\r\n");
        const char *colon = memchr(line, ':', length);
        if (length == 0) {
            take_group(bounce, &fields);
            slot = NULL;
        } else if (line[0] == ' ' || line[0] == '\t') {
            if (slot)
                append_value(slot, line, length);
        } else if (colon) {
            gsize name = (gsize)(colon - line);
            while (name > 0 && g_ascii_isspace(line[name - 1]))
                name--;
            slot = slot_of(&fields, line, name);
            /* Some reports leave out the blank line between two recipients. */
            if (slot == &fields.final && fields.final) {
                take_group(bounce, &fields);
                slot = &fields.final;
            }
            if (slot && !*slot)
                append_value(slot, colon + 1, length - (gsize)(colon + 1 - line));
            else
                slot = NULL;
        } else if (slot) {
            /* A folded line that lost its blank. */
            append_value(slot, line, length);
        }
        line += length;
        line += *line == '\r' && line[1] == '\n' ? 2 : *line ? 1 : 0;
    }
    take_group(bounce, &fields);
}

/* The remote server's own word is nearer to the cause than the code of the system that reports. */
static void take_servers_word(BounceRecipient *recipient, const char *reason)
{
    char *code = NULL, *status = NULL;
    if (status_find_pair(reason, &code, &status)) {
        g_free(recipient->smtp_code);
        recipient->smtp_code = code;
        if (!recipient->status || !status_is_vague(status)) {
            g_free(recipient->status);
            recipient->status = g_steal_pointer(&status);
        }
        g_free(status);
    }
    if (!recipient->smtp_code)
        recipient->smtp_code = status_find_smtp_code(reason);
    if (recipient->status && !status_is_vague(recipient->status))
        return;
    status = status_find_enhanced(reason);
    if (status && (!recipient->status || !status_is_vague(status))) {
        g_free(recipient->status);
        recipient->status = status;
    } else {
        g_free(status);
    }
}

static void guess_status(BounceRecipient *recipient, const char *reason)
{
    const char *guess = status_from_words(reason);
    if (recipient->smtp_code && (!guess || guess[0] != recipient->smtp_code[0]))
        recipient->status = g_strdup_printf("%c.0.0", recipient->smtp_code[0]);
    else
        recipient->status = g_strdup(guess);
}

static void complete_one(BounceRecipient *recipient)
{
    const char *reason = recipient->reason ? recipient->reason : "";
    take_servers_word(recipient, reason);
    if (!recipient->status)
        guess_status(recipient, reason);
    if (!recipient->action && recipient->status)
        recipient->action = g_strdup(recipient->status[0] == '4'   ? "delayed"
                                     : recipient->status[0] == '2' ? "delivered"
                                                                   : "failed");
}

static BounceRecipient *same_recipient(const Bounce *bounce, const char *address)
{
    for (guint i = 0; i < bounce->recipients->len; i++) {
        BounceRecipient *recipient = bounce->recipients->pdata[i];
        if (g_ascii_strcasecmp(recipient->address, address) == 0)
            return recipient;
    }
    return NULL;
}

void report_add_words(Bounce *bounce, const Bounce *prose)
{
    for (guint i = 0; i < bounce->recipients->len; i++) {
        BounceRecipient *recipient = bounce->recipients->pdata[i];
        if (recipient->smtp_code)
            continue;
        const BounceRecipient *told = same_recipient(prose, recipient->address);
        g_autofree char *code = told && told->reason ? status_find_smtp_code(told->reason) : NULL;
        if (code || (told && !recipient->reason)) {
            g_free(recipient->reason);
            recipient->reason = g_strdup(told->reason);
        }
    }
}

void report_complete(Bounce *bounce)
{
    for (guint i = 0; i < bounce->recipients->len; i++)
        complete_one(bounce->recipients->pdata[i]);
}
