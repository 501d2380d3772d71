/* The first byte says how large the pieces are in which the rest is fed. */
#include <postern/lmtp.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const LmtpAnswer fine = {250, "2.0.0", "Fine"};
static LmtpAnswer mail(gpointer user, const LmtpSender *sender)
{
    (void)user;
    g_assert(g_utf8_validate(sender->from, -1, NULL));
    return fine;
}
static LmtpAnswer recipient(gpointer user, const char *address)
{
    (void)user;
    g_assert(*address && g_utf8_validate(address, -1, NULL));
    return fine;
}
static gboolean data_piece(gpointer user, const char *bytes, gsize length)
{
    return user != NULL && bytes[length - 1] != 'z';
}
static void end(gpointer user, gboolean too_large)
{
    (void)user, (void)too_large;
}
static void reset(gpointer user)
{
    (void)user;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const LmtpSettings settings = {"gate.example", 200};
    static const LmtpOwner owner = {mail, recipient, data_piece, end, reset};
    g_autoptr(LmtpMachine) machine = lmtp_machine_new(&settings, &owner, &size);
    gsize step = size > 0 ? data[0] + 1u : 1;
    for (gsize at = MIN(size, 1); at < size;) {
        at += lmtp_feed(machine, (const char *)data + at, MIN(step, size - at));
        while (lmtp_waits(machine))
            lmtp_answer_data(machine, &fine);
        g_assert(lmtp_output(machine)->len < 48 * 1024);
        g_string_truncate(lmtp_output(machine), 0);
    }
    return 0;
}
