/* Speed of reading beside plain GMime on the same mails, in one process and in alternating rounds:
 *
 *   read_loop ROUNDS RULES-FILE MAIL…
 *
 * MAIL is a file, or "plain", "html" or "attachment": a mail made by the program itself, of 3 KB of text, 50
 * KB with HTML and a quotation, 1 MB with an attachment.
 *
 * Plain GMime: the mail is parsed, each leaf decoded, texts to UTF-8, Subject and From decoded. Prints the
 * medians of the microseconds a mail (GMime, reading, reading with rules), then the medians over the rounds
 * of the throughput of reading, and of reading with rules, as a share of GMime's. */
#include <postern/mail.h>
#include <postern/reading.h>

#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROUNDS 1000u
/* A round over few short mails would be shorter than the clock can tell. */
#define LEAST_ROUND_BYTES (4u * 1024 * 1024)

static const char *const sentences[] = {
    "Since yesterday our shop cannot reach your service and customers complain.",
    "We changed nothing on our side, the last deployment was two weeks ago.",
    "Guten Tag, leider kommen seit heute früh keine Nachrichten mehr an.",
    "The log says at 12:04:55 that the connection was closed (code 1006).",
    "Could you please have a look at our account and tell us what is wrong?",
};

static void append_lines(GString *out, gsize bytes, const char *before, const char *after)
{
    for (gsize end = out->len + bytes, i = 0; out->len < end; i++)
        g_string_append_printf(out, "%s%s%s\r\n", before, sentences[i % G_N_ELEMENTS(sentences)], after);
}

static void append_attachment(GString *out)
{
    g_string_append(out, "--b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n"
                         "Content-Transfer-Encoding: base64\r\n\r\n");
    guint8 line[57];
    guint32 state = 1;
    for (guint i = 0; i < 1024 * 1024 / 78; i++) {
        for (guint k = 0; k < sizeof line; k++)
            line[k] = (guint8)((state = state * 1664525u + 1013904223u) >> 24);
        g_autofree char *encoded = g_base64_encode(line, sizeof line);
        g_string_append_printf(out, "%s\r\n", encoded);
    }
}

static GBytes *make_mail(const char *kind)
{
    gboolean is_plain = strcmp(kind, "plain") == 0, is_html = strcmp(kind, "html") == 0;
    GString *out =
        g_string_new("From: =?UTF-8?Q?B=C3=BCro?= <office@example.org>\r\nTo: support@example.net\r\n"
                     "Subject: Re: =?UTF-8?Q?St=C3=B6rung?= of the shop\r\nMessage-ID: <1@example.org>\r\n"
                     "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n");
    if (!is_plain)
        g_string_append_printf(out, "Content-Type: multipart/%s; boundary=b\r\n\r\n--b\r\n",
                               is_html ? "alternative" : "mixed");
    g_string_append(out,
                    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
    append_lines(out, is_html ? 4000 : 2500, "", "");
    if (is_html) {
        g_string_append(out, "\r\nOn Mon, 23 Nov 2026 at 09:00, Support wrote:\r\n");
        append_lines(out, 12000, "> ", "");
        g_string_append(out, "--b\r\nContent-Type: text/html; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: 8bit\r\n\r\n<html><body>");
        append_lines(out, 8000, "<p class=\"text\">", "</p>");
        g_string_append(out, "<div class=\"gmail_quote\"><blockquote>");
        append_lines(out, 25000, "<p style=\"margin:0\">", "</p>");
        g_string_append(out, "</blockquote></div></body></html>\r\n");
    } else if (!is_plain) {
        append_attachment(out);
    }
    if (!is_plain)
        g_string_append(out, "--b--\r\n");
    return g_string_free_to_bytes(out);
}

/* A text as UTF-8, whatever its charset; the bytes of any other leaf. */
static void decode_leaf(GMimeObject *parent, GMimeObject *part, gpointer user)
{
    GMimeStream *sink = user;
    (void)parent;
    if (!GMIME_IS_PART(part) || !g_mime_part_get_content(GMIME_PART(part)))
        return;
    if (GMIME_IS_TEXT_PART(part)) {
        g_autofree char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
        return;
    }
    g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), sink);
}

static void read_plainly(GBytes *mail)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    GMimeStream *sink = g_mime_stream_null_new();
    if (message) {
        g_mime_message_foreach(message, decode_leaf, sink);
        (void)g_mime_message_get_subject(message);
        (void)g_mime_message_get_from(message);
        g_object_unref(message);
    }
    g_object_unref(sink);
    g_object_unref(parser);
    g_object_unref(stream);
}

static void read_wholly(GBytes *mail, const ReadingSettings *settings)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);
    reading_free(reading_make_bytes(bytes, length, settings, NULL));
}

/* Way 0 is GMime, 1 reading, 2 reading with rules. Microseconds a mail. */
static double time_way(const GPtrArray *mails, guint repeats, guint way, const ReadingSettings *with_rules)
{
    static const ReadingSettings without = {0};
    gint64 began = g_get_monotonic_time();
    for (guint k = 0; k < repeats; k++)
        for (guint i = 0; i < mails->len; i++)
            if (way == 0)
                read_plainly(mails->pdata[i]);
            else
                read_wholly(mails->pdata[i], way == 1 ? &without : with_rules);
    return (double)(g_get_monotonic_time() - began) / ((double)repeats * mails->len);
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, guint count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static GPtrArray *open_mails(int count, char **words)
{
    GPtrArray *mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    for (int i = 0; i < count; i++) {
        char *bytes;
        gsize length;
        if (strcmp(words[i], "plain") == 0 || strcmp(words[i], "html") == 0 ||
            strcmp(words[i], "attachment") == 0)
            g_ptr_array_add(mails, make_mail(words[i]));
        else if (g_file_get_contents(words[i], &bytes, &length, NULL))
            g_ptr_array_add(mails, g_bytes_new_take(bytes, length));
    }
    return mails;
}

int main(int count, char **words)
{
    guint rounds = count > 3 ? (guint)CLAMP(atoi(words[1]), 1, (int)MAX_ROUNDS) : 0;
    static double times[3][MAX_ROUNDS], shares[2][MAX_ROUNDS];
    g_autofree char *text = NULL;
    gsize length = 0, all = 0;
    if (rounds == 0 || !g_file_get_contents(words[2], &text, &length, NULL)) {
        fprintf(stderr, "usage: read_loop ROUNDS RULES-FILE plain|html|attachment|FILE…\n");
        return 64;
    }
    mail_prepare();
    g_autoptr(GPtrArray) problems = g_ptr_array_new();
    RuleSet *rules = rules_compile(words[2], text, length, problems);
    if (!rules)
        return 1;
    ReadingSettings with_rules = {.rules = rules, .scratch = rules_scratch_new(rules)};
    g_autoptr(GPtrArray) mails = open_mails(count - 3, words + 3);
    for (guint i = 0; i < mails->len; i++)
        all += g_bytes_get_size(mails->pdata[i]);
    if (all == 0)
        return 1;
    guint repeats = (guint)(LEAST_ROUND_BYTES / all) + 1;
    for (guint way = 0; way < 3; way++)
        time_way(mails, 1, way, &with_rules);
    for (guint round = 0; round < rounds; round++) {
        for (guint way = 0; way < 3; way++)
            times[way][round] = time_way(mails, repeats, way, &with_rules);
        for (guint way = 1; way < 3; way++)
            shares[way - 1][round] = times[0][round] / times[way][round];
    }
    printf("%.1f %.1f %.1f %.2f %.2f\n", median(times[0], rounds), median(times[1], rounds),
           median(times[2], rounds), median(shares[0], rounds), median(shares[1], rounds));
    rules_scratch_free(with_rules.scratch);
    rules_unref(rules);
    return 0;
}
