/* RFC 3464 as mail systems write it: groups of fields, with blank lines lost or added, types left out, and
 * words where a token should be. */
#include "parsers/kind/report.h"
#include "parsers/kind/status.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

typedef struct {
    char *final, *original, *action, *status, *diagnostic;
} Fields;

typedef struct {
    Bounce *bounce;
    const char *returned; /* header of the mail that came back, or NULL */
    Fields fields;
    gboolean had_blank;
} Group;

static void fields_clear(Fields *fields)
{
    char **all[] = {&fields->final, &fields->original, &fields->action, &fields->status, &fields->diagnostic};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++)
        g_clear_pointer(all[i], g_free);
}

static gboolean has_field(const Fields *fields)
{
    return fields->final || fields->original || fields->action || fields->status || fields->diagnostic;
}

/* RFC 6533 3: "\x{EB}" for a character beyond ASCII. Returns the place behind, or NULL. */
static const char *take_escape(const char *at, GString *out)
{
    if (!g_str_has_prefix(at, "\\x{"))
        return NULL;
    char *end;
    guint64 character = g_ascii_strtoull(at + 3, &end, 16);
    if (end == at + 3 || *end != '}' || character < 0x20 || character > 0x10ffff ||
        !g_unichar_validate((gunichar)character))
        return NULL;
    g_string_append_unichar(out, (gunichar)character);
    return end + 1;
}

/* RFC 3461 4: in an original recipient "+2B" and "+3D" stand for the signs that an xtext must not hold. Any
 * other "+XX" is rather a tag of the address. */
static char *plain_address(const char *text, gboolean is_xtext)
{
    GString *out = g_string_new(NULL);
    for (const char *at = text, *behind; *at;) {
        if ((behind = take_escape(at, out))) {
            at = behind;
        } else if (is_xtext && (g_str_has_prefix(at, "+2B") || g_str_has_prefix(at, "+3D"))) {
            g_string_append_c(out, at[1] == '2' ? '+' : '=');
            at += 3;
        } else {
            g_string_append_c(out, *at++);
        }
    }
    return g_string_free(out, FALSE);
}

/* "rfc822; <a@b>" and what is made of it in practice. NULL when there is no address. */
static char *typed_address(const char *value, gboolean is_original)
{
    const char *type = value ? strchr(value, ';') : NULL;
    g_autofree char *text = plain_address(type ? type + 1 : value ? value : "", is_original);
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

char *report_action(const char *value)
{
    static const struct {
        const char *begins, *action;
    } actions[] = {{"fail", "failed"},       {"expired", "failed"}, {"delay", "delayed"},
                   {"deliver", "delivered"}, {"relay", "relayed"},  {"expand", "expanded"}};
    g_autofree char *word = field_token(value);
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++)
        if (g_str_has_prefix(word, actions[i].begins))
            return g_strdup(actions[i].action);
    return NULL;
}

const char *report_without_type(const char *value)
{
    gsize type = strcspn(value, "; ");
    const char *after = value + type;
    after += strspn(after, " \t");
    return type < 20 && *after == ';' ? after + 1 + strspn(after + 1, " \t") : value;
}

/* The original recipient is the one we sent to, and the final one may be where a forward led; but a list or a
 * forward on our side changes the original, and then the header of the mail names the final one. */
static char *choose_address(const Group *group)
{
    const Fields *fields = &group->fields;
    g_autofree char *original = typed_address(fields->original, TRUE);
    g_autofree char *final = typed_address(fields->final, FALSE);
    if (original && final && group->returned && strcasestr(group->returned, final) &&
        !strcasestr(group->returned, original))
        return g_steal_pointer(&final);
    if (original || final)
        return original ? g_steal_pointer(&original) : g_steal_pointer(&final);
    const char *raw = fields->final ? fields->final : fields->original;
    return raw ? g_strdup(report_without_type(raw)) : NULL;
}

static void take_group(Group *group)
{
    Fields *fields = &group->fields;
    g_autofree char *address = choose_address(group);
    if (address && group->bounce->recipients->len < REPORT_RECIPIENTS) {
        BounceRecipient *recipient = bounce_recipient_new();
        recipient->address = clean_line(address, -1, 320);
        recipient->action = fields->action ? report_action(fields->action) : NULL;
        recipient->status = fields->status ? status_find_enhanced(fields->status) : NULL;
        if (fields->diagnostic)
            recipient->reason = clean_line(report_without_type(fields->diagnostic), -1, REPORT_REASON_BYTES);
        if (recipient->reason)
            recipient->smtp_code = status_find_smtp_code(recipient->reason);
        g_ptr_array_add(group->bounce->recipients, recipient);
    }
    fields_clear(fields);
    group->had_blank = FALSE;
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

/* Blank lines cannot be trusted: some reports leave out the one between two recipients, some write one behind
 * every field. A field that this recipient has already begins the next one; so does one that names a
 * recipient, behind a blank line, when the last one's fate is told. */
static gboolean begins_group(const Group *group, char *const *slot)
{
    const Fields *fields = &group->fields;
    gboolean is_name = slot == &fields->final || slot == &fields->original;
    if (!fields->final && !fields->original)
        return FALSE;
    if (*slot)
        return is_name || group->had_blank;
    return is_name && group->had_blank && (fields->action || fields->status);
}

/* The slot that a folded line goes on with. */
static char **take_field(Group *group, const char *line, gsize length, const char *colon)
{
    gsize name = (gsize)(colon - line);
    while (name > 0 && g_ascii_isspace(line[name - 1]))
        name--;
    char **slot = slot_of(&group->fields, line, name);
    if (slot && begins_group(group, slot))
        take_group(group);
    if (!slot || *slot)
        return NULL;
    append_value(slot, colon + 1, length - (gsize)(colon + 1 - line));
    return slot;
}

void report_read_fields(Bounce *bounce, const char *delivery_status, const char *returned)
{
    Group group = {.bounce = bounce, .returned = returned};
    char **slot = NULL;
    for (const char *line = delivery_status; *line;) {
        gsize length = strcspn(line, "\r\n");
        const char *colon = memchr(line, ':', length);
        gboolean is_folded = line[0] == ' ' || line[0] == '\t';
        if (length == 0) {
            group.had_blank = has_field(&group.fields);
            slot = NULL;
        } else if (colon && !is_folded) {
            slot = take_field(&group, line, length, colon);
        } else if (slot) {
            /* Some folded lines have lost their blank. */
            append_value(slot, line, length);
        }
        line += length;
        line += *line == '\r' && line[1] == '\n' ? 2 : *line ? 1 : 0;
    }
    take_group(&group);
    fields_clear(&group.fields);
}
