#include "part_choice.h"

#include <string.h>

const MailPart *choice_part(const Choice *choice, guint index)
{
    return mail_part(choice->mail, index);
}

guint choice_part_after(const Choice *choice, guint index)
{
    guint next = index + 1;
    while (next < mail_part_count(choice->mail) &&
           choice_part(choice, next)->level > choice_part(choice, index)->level)
        next++;
    return next;
}

gboolean choice_is_type(const Choice *choice, guint index, const char *type)
{
    return strcmp(choice_part(choice, index)->type, type) == 0;
}

gboolean part_is_readable(const MailPart *part)
{
    static const char *const types[] = {"text/plain",    "text/html",     "text/enriched",
                                        "text/richtext", "text/markdown", "text/x-markdown"};
    if (part->is_raw)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(part->type, types[i]) == 0)
            return part->is_leaf;
    return FALSE;
}

/* A text with a name is a file that somebody attached, whatever its disposition. */
gboolean part_is_shown(const MailPart *part)
{
    gboolean is_file = part->name || (part->disposition && strcmp(part->disposition, "attachment") == 0);
    return part_is_readable(part) && (part->index == 0 || !is_file);
}
