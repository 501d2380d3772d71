/* Values about the parts of a mail. */
#include <postern/values.h>

void attachment_free(Attachment *attachment)
{
    if (!attachment)
        return;
    g_free(attachment->name);
    g_free(attachment->type);
    g_free(attachment->content_id);
    g_free(attachment->sha256);
    g_free(attachment->found_type);
    g_free(attachment->container);
    g_free(attachment);
}

const char *part_fate_name(PartFate fate)
{
    static const char *const names[] = {[PART_FATE_OPENED] = "opened",
                                        [PART_FATE_SHOWN] = "shown",
                                        [PART_FATE_SKIPPED] = "skipped",
                                        [PART_FATE_LISTED] = "listed"};
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == PART_FATE_COUNT);
    return names[fate];
}

void part_node_free(PartNode *node)
{
    if (!node)
        return;
    g_free(node->type);
    g_free(node->found_type);
    g_free(node->charset);
    g_free(node->name);
    g_free(node);
}

void invitation_free(Invitation *invitation)
{
    if (!invitation)
        return;
    char *texts[] = {invitation->method,   invitation->summary,   invitation->starts, invitation->ends,
                     invitation->location, invitation->organizer, invitation->repeats};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(invitation);
}

static void add_words(GString *words, const char *before, const char *text, const char *after)
{
    if (text)
        g_string_append_printf(words, "%s%s%s", before, text, after);
}

char *invitation_words(const Invitation *invitation)
{
    GString *words = g_string_new(*invitation->summary ? invitation->summary : "(no title)");
    add_words(words, ", ", invitation->starts, "");
    add_words(words, " to ", invitation->ends, "");
    add_words(words, ", ", invitation->location, "");
    add_words(words, ", from ", invitation->organizer, "");
    add_words(words, ", ", invitation->repeats, "");
    if (invitation->attendees > 0)
        g_string_append_printf(words, ", %u %s", invitation->attendees,
                               invitation->attendees == 1 ? "person" : "people");
    add_words(words, " (", invitation->method, ")");
    return g_string_free(words, FALSE);
}
