/* Mail of customers by the thousands, as an mbox: volume for measuring. Every mail differs, is some 2 KB
 * long, and has something for the starter rules. field_mails COUNT [SEED] >FILE.mbox */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const subjects[] = {
    "App %u does not connect",
    "Upload fails since this morning",
    "Rechnung %u: bitte um Korrektur",
    "Error on start, app %u",
    "Question about our plan",
    "Video bleibt schwarz (App-ID %u)",
    "Login loops in app %u",
    "Crash after update",
    "Publishing is stuck at %u percent",
};

static const char *const troubles[] = {
    "since the update our app does not connect any more, and users see an empty page.",
    "the upload stops after some seconds, and the console shows the lines below.",
    "seit heute morgen kommt bei uns keine Verbindung mehr zustande, auch nicht nach einem Neustart.",
    "we changed nothing, and now publishing is refused for every user of the second instance.",
    "the invoice of last month has the wrong address; could you please correct it?",
};

static const char *const errors[] = {
    "TypeError: Cannot read properties of undefined (reading 'token%u')\n"
    "    at Session.connect (https://cdn.example.com/lib/client.js:%u:17)\n"
    "    at async start (app.js:%u:5)\n",
    "2026-11-%02u 10:%02u:%02u ERROR [net] connection refused: ECONNREFUSED 192.0.2.7:443\n",
    "Traceback (most recent call last):\n  File \"/srv/app/main.py\", line %u, in run\n"
    "    client.publish(room)\n  File \"/srv/app/client.py\", line %u, in publish\n"
    "ConnectionError: code %u\n",
    "Exception in thread \"main\" java.lang.IllegalStateException: state %u\n"
    "\tat com.example.client.Session.open(Session.java:%u)\n"
    "\tat com.example.app.Main.main(Main.java:%u)\n",
};

static const char *const fillers[] = {
    "we",    "tried",  "the",       "same",     "on",     "another",   "machine", "with",
    "a",     "fresh",  "browser",   "and",      "it",     "was",       "no",      "better",
    "our",   "users",  "ask",       "every",    "day",    "when",      "this",    "will",
    "work",  "again",  "dashboard", "settings", "screen", "colleague", "morning", "network",
    "proxy", "office", "version",   "help",     "please",
};

static void add_words(GString *body, GRand *dice, guint count)
{
    for (guint i = 0; i < count; i++)
        g_string_append_printf(body, "%s%s", fillers[g_rand_int_range(dice, 0, G_N_ELEMENTS(fillers))],
                               i % 12 == 11 ? "\n" : " ");
    g_string_append_c(body, '\n');
}

static guint number(GRand *dice, int most)
{
    return (guint)g_rand_int_range(dice, 1, most);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* out of the tables above */
static void add_one(GString *mail, GRand *dice, guint serial)
{
    guint app = 1000 + number(dice, 90000);
    g_string_append_printf(mail, "From customer%u@firm%u.example Sun Nov 22 09:30:00 2026\n", serial % 997,
                           serial % 97);
    g_string_append_printf(
        mail, "From: Customer %u <customer%u@firm%u.example>\nTo: support@desk.test\nSubject: ", serial % 997,
        serial % 997, serial % 97);
    g_string_append_printf(mail, subjects[number(dice, G_N_ELEMENTS(subjects))], app);
    g_string_append_printf(mail,
                           "\nMessage-ID: <m%u.%u@firm%u.example>\nDate: Sun, 22 Nov 2026 09:30:00 +0100\n"
                           "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nHello,\n\n%s\n",
                           serial, app, serial % 97, troubles[number(dice, G_N_ELEMENTS(troubles))]);
    if (number(dice, 4) > 1)
        g_string_append_printf(mail, "Our App ID is %u, library version %u.%u.%u.\n", app, number(dice, 9),
                               number(dice, 20), number(dice, 40));
    add_words(mail, dice, 80 + number(dice, 80));
    g_string_append_c(mail, '\n');
    g_string_append_printf(mail, errors[number(dice, G_N_ELEMENTS(errors) + 1) - 1], number(dice, 28),
                           number(dice, 59), number(dice, 59));
    add_words(mail, dice, 60 + number(dice, 60));
    g_string_append_printf(mail,
                           "See https://app%u.example.com/rooms/%u?tab=log\n\nBest regards\nCustomer %u\n\n",
                           app, number(dice, 5000), serial % 997);
}
#pragma GCC diagnostic pop

int main(int argc, char **argv)
{
    guint count = argc > 1 ? (guint)atoi(argv[1]) : 100;
    g_autoptr(GRand) dice = g_rand_new_with_seed(argc > 2 ? (guint32)atoi(argv[2]) : 1);
    g_autoptr(GString) mail = g_string_new(NULL);
    for (guint i = 0; i < count; i++) {
        g_string_truncate(mail, 0);
        add_one(mail, dice, i + 1);
        fwrite(mail->str, 1, mail->len, stdout);
    }
    return 0;
}
