#include "parts.h"

#include <string.h>

static const char *const state_names[] = {
    [LMTP_NEW] = "new",   [LMTP_READY] = "ready",     [LMTP_TRANSACTION] = "transaction",
    [LMTP_DATA] = "data", [LMTP_WAITING] = "waiting", [LMTP_CLOSING] = "closing",
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_names) == LMTP_STATE_COUNT);

void lmtp_enter(LmtpMachine *machine, LmtpState state)
{
    machine->state = state;
}

LmtpMachine *lmtp_machine_new(const LmtpSettings *settings, const LmtpOwner *owner, gpointer user)
{
    LmtpMachine *machine = g_new0(LmtpMachine, 1);
    machine->settings = *settings;
    machine->owner = *owner;
    machine->user = user;
    machine->line = g_string_sized_new(128);
    machine->output = g_string_sized_new(256);
    g_string_append_printf(machine->output, "220 %s LMTP ready\r\n", settings->hostname);
    return machine;
}

void lmtp_machine_free(LmtpMachine *machine)
{
    if (!machine)
        return;
    g_string_free(machine->line, TRUE);
    g_string_free(machine->output, TRUE);
    g_free(machine);
}

void lmtp_reply(LmtpMachine *machine, guint code, const char *enhanced, const char *text)
{
    GString *out = machine->output;
    char digits[4] = {(char)('0' + code / 100 % 10), (char)('0' + code / 10 % 10), (char)('0' + code % 10),
                      ' '};
    g_string_append_len(out, digits, sizeof digits);
    if (enhanced) {
        g_string_append(out, enhanced);
        g_string_append_c(out, ' ');
    }
    /* Texts of the owner may quote what a peer said. */
    for (const char *at = text; *at; at++)
        g_string_append_c(out, *at >= 0x20 && *at < 0x7f ? *at : '?');
    g_string_append_len(out, "\r\n", 2);
}

void lmtp_reply_answer(LmtpMachine *machine, const LmtpAnswer *answer)
{
    lmtp_reply(machine, answer->code, answer->enhanced, answer->text);
}

void lmtp_reply_fault(LmtpMachine *machine, guint code, const char *enhanced, const char *text)
{
    lmtp_reply(machine, code, enhanced, text);
    if (++machine->errors >= LIMIT_PROTOCOL_ERRORS)
        lmtp_shut(machine, "4.7.0", "Too many errors");
}

void lmtp_forget(LmtpMachine *machine)
{
    machine->owner.reset(machine->user);
    machine->recipients = 0;
    if (machine->state == LMTP_TRANSACTION)
        lmtp_enter(machine, LMTP_READY);
}

/* Behind the CR LF, or NULL. */
static const char *line_end(const LmtpMachine *machine, const char *bytes, gsize length)
{
    const char *end = bytes + length;
    if (machine->is_after_cr && bytes[0] == '\n')
        return bytes + 1;
    for (const char *at = bytes; (at = memchr(at, '\n', (gsize)(end - at))) != NULL; at++)
        if (at > bytes && at[-1] == '\r')
            return at + 1;
    return NULL;
}

/* Uses the next line or, when its end is not there, all. */
static gsize take_line(LmtpMachine *machine, const char *bytes, gsize length)
{
    const char *end = line_end(machine, bytes, length);
    gsize used = end ? (gsize)(end - bytes) : length;
    machine->is_after_cr = !end && bytes[used - 1] == '\r';
    if (!machine->is_swallowing && machine->line->len + used > LIMIT_COMMAND_LINE) {
        /* Said now, not at its end: an endless line has none. */
        machine->is_swallowing = TRUE;
        g_string_truncate(machine->line, 0);
        lmtp_reply_fault(machine, 500, "5.5.2", "Command line is too long");
    }
    if (!machine->is_swallowing)
        g_string_append_len(machine->line, bytes, (gssize)used);
    if (end && !machine->is_swallowing) {
        g_string_truncate(machine->line, machine->line->len - 2);
        lmtp_command_run(machine, machine->line->str, machine->line->len);
    }
    if (end) {
        machine->is_swallowing = FALSE;
        g_string_truncate(machine->line, 0);
    }
    return used;
}

static void keep_piece(LmtpMachine *machine, const char *piece, gsize length)
{
    machine->data_bytes += length;
    if (machine->data_bytes > machine->settings.message_bytes)
        machine->is_too_large = TRUE;
    if (length > 0 && machine->is_kept && !machine->is_too_large)
        machine->is_kept = machine->owner.data(machine->user, piece, length);
}

static void end_data(LmtpMachine *machine)
{
    static const LmtpAnswer too_large = {552, "5.3.4", "Message is larger than the limit"};
    gboolean is_too_large = machine->is_too_large;
    machine->answers = 0;
    lmtp_enter(machine, LMTP_WAITING);
    machine->owner.end(machine->user, is_too_large);
    while (is_too_large && lmtp_waits(machine))
        lmtp_answer_data(machine, &too_large);
}

static gsize take_data(LmtpMachine *machine, const char *bytes, gsize length)
{
    gsize used = 0;
    gboolean is_end = FALSE;
    while (used < length && !is_end) {
        const char *piece;
        gsize piece_length;
        used += lmtp_data_next(&machine->place, bytes + used, length - used, &piece, &piece_length, &is_end);
        keep_piece(machine, piece, piece_length);
    }
    if (is_end)
        end_data(machine);
    return used;
}

gsize lmtp_feed(LmtpMachine *machine, const char *bytes, gsize length)
{
    gsize used = 0;
    while (used < length) {
        if (machine->state == LMTP_CLOSING)
            return length;
        if (machine->state == LMTP_WAITING || machine->output->len >= LMTP_OUTPUT_BYTES)
            return used;
        if (machine->state == LMTP_DATA)
            used += take_data(machine, bytes + used, length - used);
        else
            used += take_line(machine, bytes + used, length - used);
    }
    return used;
}

void lmtp_answer_data(LmtpMachine *machine, const LmtpAnswer *answer)
{
    if (machine->state != LMTP_WAITING)
        return;
    lmtp_reply_answer(machine, answer);
    if (++machine->answers < machine->recipients)
        return;
    machine->recipients = 0;
    machine->errors = 0;
    lmtp_enter(machine, LMTP_READY);
}

GString *lmtp_output(LmtpMachine *machine)
{
    return machine->output;
}

gboolean lmtp_wants_close(const LmtpMachine *machine)
{
    return machine->state == LMTP_CLOSING;
}

gboolean lmtp_waits(const LmtpMachine *machine)
{
    return machine->state == LMTP_WAITING;
}

gboolean lmtp_is_idle(const LmtpMachine *machine)
{
    return machine->state == LMTP_NEW || machine->state == LMTP_READY;
}

void lmtp_shut(LmtpMachine *machine, const char *enhanced, const char *text)
{
    if (machine->state == LMTP_CLOSING)
        return;
    lmtp_reply(machine, 421, enhanced, text);
    lmtp_enter(machine, LMTP_CLOSING);
}

const char *lmtp_state_name(const LmtpMachine *machine)
{
    return state_names[machine->state];
}
