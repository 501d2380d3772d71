#include "gateway/app/command.h"

#include <string.h>
#include <sysexits.h>

const GOptionEntry mailboxes_options[] = {
    {"paste", 0, 0, G_OPTION_ARG_NONE, &authorize_paste,
     "authorize: by an address that you paste, not by a code that you type in", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL}};

int command_mailboxes(Command *command)
{
    static const char *const verbs[] = {"authorize", NULL};
    if (command->argc < 1 || !g_strv_contains(verbs, command->argv[0]))
        return command->argc < 1 ? command_usage("mailboxes needs a word: authorize NAME")
                                 : command_unknown_word(command->name, command->argv[0], verbs);
    if (command->argc != 2)
        return command_usage("mailboxes authorize needs the name of a sign-in, a mailbox or a route");
    return mailboxes_authorize(command, command->argv[1]);
}
