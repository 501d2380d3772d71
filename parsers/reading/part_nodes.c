#include "part_nodes.h"

static PartFate fate_of(const MailPart *part, PartUse use)
{
    if (!part->is_leaf)
        return PART_FATE_OPENED;
    return use == PART_SHOWN ? PART_FATE_SHOWN : use == PART_SKIPPED ? PART_FATE_SKIPPED : PART_FATE_LISTED;
}

void part_nodes_list(Mail *mail, const ShownText *shown, Reading *reading)
{
    for (guint i = 0; i < mail_part_count(mail); i++) {
        const MailPart *part = mail_part(mail, i);
        PartNode *node = g_new0(PartNode, 1);
        if (part->is_leaf && part->size == 0)
            part = mail_part_measure(mail, i);
        node->level = part->level;
        node->type = g_strdup(part->type);
        node->found_type = g_strdup(part->found_type);
        node->charset = g_strdup(part->charset);
        node->name = g_strdup(part->name);
        node->size = part->is_leaf ? part->size : 0;
        node->is_unpacked = part->is_unpacked;
        node->fate = fate_of(part, shown->uses[i]);
        g_ptr_array_add(reading->parts, node);
    }
}
