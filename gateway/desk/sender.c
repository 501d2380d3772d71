#include "gateway/desk/desk_private.h"

const char *desk_sender(const Reading *reading)
{
    return reading && reading->from ? reading->from->address : "";
}

gboolean desk_is_automatic(const Reading *reading)
{
    return reading->kind != KIND_HUMAN;
}

const ConfigAgent *desk_agent(const DeskCase *mail)
{
    const char *sender = desk_sender(mail->reading);
    return *sender ? config_agent_by_address(mail->config, sender) : NULL;
}
