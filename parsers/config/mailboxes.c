/* Mailboxes that mail is fetched from. */
#include "sections.h"

#include <stdlib.h>
#include <string.h>

#define FOLDERS_MAX 100
#define FOLDER_BYTES 255u
#define STORE_PATH_BYTES 96u /* sun_path of Linux has room for 107 bytes, "/fetch.sock" is in it */

/* A line end or a control character in a folder's name would become a command of its own. */
static gboolean is_folder(const char *text)
{
    return grammar_is_line(text) && strlen(text) <= FOLDER_BYTES;
}

/* RFC 3501 flag-keyword is an atom; of the system flags only \Seen and \Flagged make sense. */
static gboolean is_flag(const char *text)
{
    if (strcmp(text, "\\Seen") == 0 || strcmp(text, "\\Flagged") == 0)
        return TRUE;
    gsize length = strlen(text);
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isgraph(text[i]) || strchr("(){%*\"\\]", text[i]))
            return FALSE;
    return length > 0 && length <= 64;
}

/* Midnight UTC of "2026-11-22", or NULL. No mail is older than 1970. */
static GDateTime *parse_date(const char *text)
{
    static const char form[] = "0000-00-00";
    for (gsize i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
            return NULL;
    int year = atoi(text), month = atoi(text + 5), day = atoi(text + 8);
    return year >= 1970 ? g_date_time_new_utc(year, month, day, 0, 0, 0) : NULL;
}

/* "now", "all" or a date "2026-11-22". */
static void read_start(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    ConfigMailbox *mailbox = (gpointer)((char *)field - key->offset);
    g_autofree char *text = NULL;
    if (!yaml_text(walk->document, node, &text, walk->problems))
        return;
    g_autoptr(GDateTime) date = parse_date(text);
    if (date) {
        mailbox->start = MAILBOX_START_DATE;
        mailbox->start_us = g_date_time_to_unix(date) * G_USEC_PER_SEC;
    } else if (strcmp(text, "all") == 0) {
        mailbox->start = MAILBOX_START_ALL;
    } else if (strcmp(text, "now") != 0) {
        schema_problem(walk, node, "expected %s, found '%.60s'", key->expects, text);
    }
}

static const char *const after_names[] = {[MAILBOX_LEAVE] = "leave",
                                          [MAILBOX_FLAG] = "flag",
                                          [MAILBOX_MOVE] = "move",
                                          [MAILBOX_DELETE] = "delete",
                                          NULL};

#define FOLDER .is_valid = is_folder, .expects = "the name of a folder as people write it, like INBOX/Done"

static const Key mailbox_keys[] = {
    {SCHEMA_KEY("name", schema_checked, ConfigMailbox, name), .is_required = TRUE, WORD},
    SERVER_KEYS(ConfigMailbox),
    {SCHEMA_KEY("queue", schema_checked, ConfigMailbox, queue), .is_required = TRUE, WORD},
    {SCHEMA_KEY("folders", schema_list, ConfigMailbox, folders), .least = 1, .most = FOLDERS_MAX,
     .read_item = schema_item, FOLDER},
    {SCHEMA_KEY("start", read_start, ConfigMailbox, start_us),
     .expects = "now, all or a date like 2026-11-22"},
    {SCHEMA_KEY("after", schema_choice, ConfigMailbox, after), .choices = after_names,
     .expects = "leave, flag, move or delete"},
    {SCHEMA_KEY("flag", schema_checked, ConfigMailbox, flag), .is_valid = is_flag,
     .expects = "a keyword like $Postern, or \\Seen or \\Flagged"},
    {SCHEMA_KEY("move_to", schema_checked, ConfigMailbox, move_to), FOLDER},
    {SCHEMA_KEY("idle", schema_boolean, ConfigMailbox, may_idle)},
    {SCHEMA_KEY("poll", schema_duration_us, ConfigMailbox, poll_us), .least = G_USEC_PER_SEC, .most = DAY_US,
     .expects = "a time from 1s to 1d"},
    SCHEMA_END,
};

void config_mailbox_free(gpointer data)
{
    ConfigMailbox *mailbox = data;
    g_free(mailbox->name);
    config_server_clear(&mailbox->server);
    g_free(mailbox->queue);
    g_ptr_array_unref(mailbox->folders);
    g_free(mailbox->flag);
    g_free(mailbox->move_to);
    g_free(mailbox);
}

void mailbox_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field)
{
    (void)key;
    ConfigMailbox *mailbox = g_new0(ConfigMailbox, 1);
    mailbox->server.security = SECURITY_TLS;
    mailbox->folders = g_ptr_array_new_with_free_func(g_free);
    mailbox->may_idle = TRUE;
    mailbox->poll_us = 60 * (gint64)G_USEC_PER_SEC;
    g_ptr_array_add(field, mailbox);
    schema_mapping(walk, mailbox_keys, node, mailbox, "the mailbox");
    if (mailbox->folders->len == 0)
        g_ptr_array_add(mailbox->folders, g_strdup("INBOX"));
    schema_note_place(walk, mailbox, node);
}

static void check_after(Walk *walk, const ConfigMailbox *mailbox, const YamlNode *node)
{
    const YamlNode *after = yaml_get(node, "after");
    if (after && mailbox->after == MAILBOX_LEAVE && g_strcmp0(after->scalar, "leave") != 0)
        return; /* mistyped: nobody knows what belongs to it */
    if (mailbox->after == MAILBOX_MOVE && !mailbox->move_to)
        schema_problem(walk, node, "'after: move' needs 'move_to', the folder to move to");
    if (mailbox->after != MAILBOX_MOVE && mailbox->move_to)
        schema_problem(walk, schema_place(walk, &mailbox->move_to), "'move_to' needs 'after: move'");
    if (mailbox->after != MAILBOX_FLAG && mailbox->flag)
        schema_problem(walk, schema_place(walk, &mailbox->flag), "'flag' needs 'after: flag'");
}

static void check_mailbox(Walk *walk, const Config *config, ConfigMailbox *mailbox)
{
    static const guint16 ports[] = {[SECURITY_NONE] = 143, [SECURITY_STARTTLS] = 143, [SECURITY_TLS] = 993};
    const YamlNode *node = schema_place(walk, mailbox);
    if (!node || node->type != YAML_MAPPING)
        return;
    if (!yaml_get(node, "server"))
        schema_problem(walk, node, "the key 'server' of the mailbox is missing");
    if (!yaml_get(node, "user"))
        schema_problem(walk, node, "the key 'user' of the mailbox is missing");
    check_server(walk, config, &mailbox->server, ports);
    check_after(walk, mailbox, node);
    if (mailbox->queue)
        check_known(walk, "queue", mailbox->queue, schema_place(walk, &mailbox->queue), config->queues);
    if (mailbox->after == MAILBOX_FLAG && !mailbox->flag)
        mailbox->flag = g_strdup("$Postern");
}

/* The gate takes the mail of mailboxes on a unix socket in the store (fetcher_socket_path). */
static void check_socket(Walk *walk, const Config *config)
{
    if (config->mailboxes->len > 0 && config->store && strlen(config->store) > STORE_PATH_BYTES)
        schema_problem(
            walk, schema_place(walk, &config->store),
            "with mailboxes the path of the store may have at most %u bytes, as a socket lies in it; "
            "'%s' has %u: choose a shorter one",
            STORE_PATH_BYTES, config->store, (guint)strlen(config->store));
}

void check_mailboxes(Walk *walk, const Config *config)
{
    g_autoptr(GHashTable) sign_ins = seen_new();
    g_autoptr(GHashTable) mailboxes = seen_new();
    for (guint i = 0; i < config->sign_ins->len; i++) {
        ConfigSignIn *sign_in = config->sign_ins->pdata[i];
        check_once(walk, sign_ins, sign_in->name, &sign_in->name, "the sign-in");
        check_sign_in(walk, sign_in);
    }
    check_socket(walk, config);
    for (guint i = 0; i < config->mailboxes->len; i++) {
        ConfigMailbox *mailbox = config->mailboxes->pdata[i];
        check_once(walk, mailboxes, mailbox->name, &mailbox->name, "the mailbox");
        check_mailbox(walk, config, mailbox);
    }
}
