/* What must hold between mailboxes, sign-ins and people: no mail is taken twice, and what we send does not
 * come back in. */
#include "sections.h"

#include <string.h>

/* RFC 3501 5.1: INBOX is the one name without case. */
static gboolean is_same_folder(const char *a, const char *b)
{
    if (g_ascii_strcasecmp(a, "INBOX") == 0)
        return g_ascii_strcasecmp(b, "INBOX") == 0;
    return strcmp(a, b) == 0;
}

static gboolean fetches(const ConfigMailbox *mailbox, const char *folder)
{
    for (guint i = 0; i < mailbox->folders->len; i++)
        if (is_same_folder(mailbox->folders->pdata[i], folder))
            return TRUE;
    return FALSE;
}

static gboolean is_same_account(const ConfigServer *a, const ConfigServer *b)
{
    return a->host && b->host && a->user && b->user && a->port == b->port && strcmp(a->host, b->host) == 0 &&
           g_ascii_strcasecmp(a->user, b->user) == 0;
}

static void check_folders(Walk *walk, const ConfigMailbox *mailbox)
{
    for (guint i = 1; i < mailbox->folders->len; i++)
        for (guint j = 0; j < i; j++) {
            const char *folder = mailbox->folders->pdata[i];
            if (!is_same_folder(folder, mailbox->folders->pdata[j]))
                continue;
            schema_problem(walk, schema_place(walk, folder), "the folder '%s' stands here twice", folder);
            break;
        }
    if (mailbox->move_to && fetches(mailbox, mailbox->move_to))
        schema_problem(walk, schema_place(walk, &mailbox->move_to),
                       "mail would be moved into a folder that it is fetched from");
}

/* Where `mailbox` has its folder in the file; its own place when the folder is the default. */
static const YamlNode *folder_place(const Walk *walk, const ConfigMailbox *mailbox, guint index)
{
    const YamlNode *node = schema_place(walk, mailbox->folders->pdata[index]);
    return node ? node : schema_place(walk, mailbox);
}

static void check_pair(Walk *walk, const ConfigMailbox *mailbox, const ConfigMailbox *earlier)
{
    const char *other = earlier->name ? earlier->name : "?";
    for (guint i = 0; i < mailbox->folders->len; i++) {
        const char *folder = mailbox->folders->pdata[i];
        if (fetches(earlier, folder))
            schema_problem(walk, folder_place(walk, mailbox, i),
                           "the mailbox '%s' fetches '%s' of the same user already: its mail would be taken "
                           "twice",
                           other, folder);
        if (earlier->move_to && is_same_folder(earlier->move_to, folder))
            schema_problem(walk, folder_place(walk, mailbox, i),
                           "the mailbox '%s' moves its mail into '%s': it would be taken twice", other,
                           folder);
    }
    if (mailbox->move_to && fetches(earlier, mailbox->move_to))
        schema_problem(walk, schema_place(walk, &mailbox->move_to),
                       "the mailbox '%s' fetches '%s': mail moved there would be taken twice", other,
                       mailbox->move_to);
}

static const ConfigMailbox *mailbox_of(const Config *config, const char *address)
{
    for (guint i = 0; i < config->mailboxes->len; i++) {
        const ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        if (mailbox->server.user && g_ascii_strcasecmp(mailbox->server.user, address) == 0)
            return mailbox;
    }
    return NULL;
}

/* A person whose own mailbox is fetched would open a ticket with each notice. */
static void check_person(Walk *walk, const Config *config, const char *address, const YamlNode *node)
{
    const ConfigMailbox *mailbox = address ? mailbox_of(config, address) : NULL;
    if (mailbox && node)
        schema_problem(
            walk, node,
            "'%s' is the user of the mailbox '%s', which Postern fetches: what is sent there would "
            "come back as new mail; give a person's own mailbox",
            address, mailbox->name ? mailbox->name : "?");
}

static void check_people(Walk *walk, const Config *config)
{
    for (guint i = 0; i < config->agents->len; i++) {
        const ConfigAgent *agent = config->agents->pdata[i];
        check_person(walk, config, agent->address, schema_place(walk, &agent->address));
    }
    for (guint i = 0; i < config->admins->len; i++) {
        const char *address = config->admins->pdata[i];
        check_person(walk, config, address, schema_place(walk, address));
    }
}

static gboolean is_used(const Config *config, const ConfigSignIn *sign_in)
{
    for (guint i = 0; i < config->mailboxes->len; i++) {
        const ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        if (g_strcmp0(mailbox->server.sign_in, sign_in->name) == 0)
            return TRUE;
    }
    for (guint i = 0; i < config->routes->len; i++) {
        const ConfigRoute *route = config->routes->pdata[i];
        if (g_strcmp0(route->server.sign_in, sign_in->name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void check_sign_in_uses(Walk *walk, const Config *config)
{
    for (guint i = 0; i < config->sign_ins->len; i++) {
        const ConfigSignIn *sign_in = config->sign_ins->pdata[i];
        const YamlNode *node = schema_place(walk, sign_in);
        if (node && sign_in->name && !is_used(config, sign_in))
            schema_warn(walk, node, "no mailbox and no route uses this sign-in");
    }
}

void check_accounts(Walk *walk, const Config *config)
{
    for (guint i = 0; i < config->mailboxes->len; i++) {
        const ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        check_folders(walk, mailbox);
        for (guint j = 0; j < i; j++) {
            const ConfigMailbox *earlier = config->mailboxes->pdata[j];
            if (is_same_account(&mailbox->server, &earlier->server))
                check_pair(walk, mailbox, earlier);
        }
    }
    check_people(walk, config);
    check_sign_in_uses(walk, config);
}
