#include "gateway/desk/desk_private.h"

const char *desk_sender(const Reading *reading)
{
    return reading && reading->from ? reading->from->address : "";
}

gboolean desk_is_automatic(const Reading *reading)
{
    return reading->kind != KIND_HUMAN;
}

gboolean desk_is_report(const Reading *reading)
{
    switch (reading->kind) {
    case KIND_AUTO_REPLY:
    case KIND_BOUNCE:
    case KIND_FEEDBACK:
    case KIND_RECEIPT:
    case KIND_CHALLENGE:
        return TRUE;
    default:
        return FALSE;
    }
}

const ConfigAgent *desk_agent(const DeskCase *mail)
{
    const char *sender = desk_sender(mail->reading);
    return *sender ? config_agent_by_address(mail->config, sender) : NULL;
}
