#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/reply.h>
#include <string.h>

typedef struct {
    const char *name, *text, *reply, *quoted, *signature;
} Case;

static const Case cases[] = {
    {"plain", "Hello,\n\nit does not work.\n", "Hello,\n\nit does not work.", "", ""},
    {"empty", "", "", "", ""},
    {"blank lines around", "\n\n  indented\n\n\n", "  indented", "", ""},
    {"quote below",
     "Thanks!\n\nOn Mon, May 3, 2021 at 10:00 AM Help <help@example.com> wrote:\n\n> Try again.\n", "Thanks!",
     "On Mon, May 3, 2021 at 10:00 AM Help <help@example.com> wrote:\n\n> Try again.", ""},
    {"quote above", "On 3 May 2021, Help wrote:\n> Which version?\n\nIt is 2.1.\n", "It is 2.1.",
     "On 3 May 2021, Help wrote:\n> Which version?", ""},
    {"answers between quotes",
     "On 3 May 2021, Help wrote:\n> Which version?\n\n2.1\n\n> Which system?\n\nDebian\n\n> Bye\n",
     "> Which version?\n\n2.1\n\n> Which system?\n\nDebian", "On 3 May 2021, Help wrote:\n> Bye", ""},
    {"quote alone", "> only this\n", "> only this", "", ""},
    {"quote with its writer alone", "On 3 May 2021, Help wrote:\n> only this\n", "",
     "On 3 May 2021, Help wrote:\n> only this", ""},
    {"quote without a writer, then text", "> some words\n\nI do not agree.\n",
     "> some words\n\nI do not agree.", "", ""},
    {"what a program printed", "The build says:\n\n> app@1.0 build\n> tsc -p .\n",
     "The build says:\n\n> app@1.0 build\n> tsc -p .", "", ""},
    {"attribution over three lines",
     "Fine.\nOn Mon, May 3, 2021 at 10:00 AM, A Person With A Long Name via\nSupport Desk "
     "<\nhelp@example.com> wrote:\n> a\n",
     "Fine.",
     "On Mon, May 3, 2021 at 10:00 AM, A Person With A Long Name via\nSupport Desk <\nhelp@example.com> "
     "wrote:\n> a",
     ""},
    {"attribution without quote marks",
     "Fine.\n\nOn 3 May 2021 at 10:00, Help <help@example.com> wrote:\n\nTry again.\n", "Fine.",
     "On 3 May 2021 at 10:00, Help <help@example.com> wrote:\n\nTry again.", ""},
    {"answer below a quote without marks",
     "On 3 May 2021 at 10:00, Help <help@example.com> wrote:\n\nI think so.\n", "I think so.",
     "On 3 May 2021 at 10:00, Help <help@example.com> wrote:", ""},
    {"no attribution: a sentence", "I ran it.\nThe server wrote:\nnothing at all\n",
     "I ran it.\nThe server wrote:\nnothing at all", "", ""},
    {"no attribution: a log", "The log at 12:30 says:\nerror 5\n", "The log at 12:30 says:\nerror 5", "", ""},
    {"numbers before a quote", "4-5\n> how many?\n", "4-5", "> how many?", ""},
    {"Outlook",
     "See below.\n\n________________________________\nFrom: Help <help@example.com>\nSent: Monday, May 3, "
     "2021 10:00 AM\n"
     "To: Me\nSubject: RE: Trouble\n\nHello\n",
     "See below.",
     "________________________________\nFrom: Help <help@example.com>\nSent: Monday, May 3, 2021 10:00 "
     "AM\nTo: Me\nSubject: RE: Trouble\n\nHello",
     ""},
    {"bold headers",
     "Ok\n\n*Von:* Hilfe <hilfe@example.com>\n*Gesendet:* Montag, 3. Mai 2021\n*An:* Ich\n*Betreff:* AW: "
     "Fehler\n\nHallo\n",
     "Ok",
     "*Von:* Hilfe <hilfe@example.com>\n*Gesendet:* Montag, 3. Mai 2021\n*An:* Ich\n*Betreff:* AW: "
     "Fehler\n\nHallo",
     ""},
    {"headers before quote marks",
     "Ok\n\nFrom: Help <help@example.com>\nSent: Monday\nSubject: Trouble\n\n> Hello\n\nStill the same.\n",
     "Ok\n\n> Hello\n\nStill the same.", "From: Help <help@example.com>\nSent: Monday\nSubject: Trouble", ""},
    {"a form, not headers", "From: Berlin\nTo: Paris\nDate: 3 May\nTwo persons\n",
     "From: Berlin\nTo: Paris\nDate: 3 May\nTwo persons", "", ""},
    {"forward alone",
     "---------- Forwarded message ---------\nFrom: A <a@example.com>\nDate: Mon\nSubject: S\n\nText\n",
     "Text", "---------- Forwarded message ---------\nFrom: A <a@example.com>\nDate: Mon\nSubject: S", ""},
    {"original message", "Ok\n\n-----Ursprüngliche Nachricht-----\nVon: x\n", "Ok",
     "-----Ursprüngliche Nachricht-----\nVon: x", ""},
    {"GroupWise", "Ok\n\n>>> A B <a@example.com> 10/22/15 21:02 >>>\n\nHello\n", "Ok",
     ">>> A B <a@example.com> 10/22/15 21:02 >>>\n\nHello", ""},
    {"reply above", "Ok\n\n##- Please type your reply above this line -##\n\nTicket 5\n", "Ok",
     "##- Please type your reply above this line -##\n\nTicket 5", ""},
    {"delimiter", "Hello\n\n-- \nBob\nExample Ltd\n", "Hello", "", "-- \nBob\nExample Ltd"},
    {"delimiter before the quote", "Hello\n\n-- \nBob\n\nOn 3 May 2021, Help wrote:\n> a\n", "Hello",
     "On 3 May 2021, Help wrote:\n> a", "-- \nBob"},
    {"dashes within a sentence", "this -- is no signature\n-- nor this\n",
     "this -- is no signature\n-- nor this", "", ""},
    {"device", "Yes\n\nSent from my iPhone\n", "Yes", "", "Sent from my iPhone"},
    {"device, German", "Ja\n\nVon meinem iPhone gesendet\n", "Ja", "", "Von meinem iPhone gesendet"},
    {"device with excuse", "Yes\n\nSent from my phone, please excuse typos.\n", "Yes", "",
     "Sent from my phone, please excuse typos."},
    {"device line alone", "Sent from my iPhone\n", "", "", "Sent from my iPhone"},
    {"own words about a desk", "Yes\n\nSent from my desk, which is easier than the phone.\n",
     "Yes\n\nSent from my desk, which is easier than the phone.", "", ""},
    {"disclaimer",
     "Yes\n\nThis e-mail is confidential. If you are not the intended recipient,\nplease delete it.\n", "Yes",
     "", "This e-mail is confidential. If you are not the intended recipient,\nplease delete it."},
    {"contact block", "It fails.\n\nBest regards,\nBob Miller\nExample Ltd\nPhone: +49 30 1234567\n",
     "It fails.\n\nBest regards,", "", "Bob Miller\nExample Ltd\nPhone: +49 30 1234567"},
    {"bare contact", "It fails.\n\nbob@example.com\n030 1234567\n", "It fails.", "",
     "bob@example.com\n030 1234567"},
    {"contact that is announced", "Write to:\n\nbob@example.com\n030 1234567\n",
     "Write to:\n\nbob@example.com\n030 1234567", "", ""},
    {"numbers that are the matter", "Call these:\n\n1) Bruce, 212-933-2030\n2) Dan, 310-280-6078\n",
     "Call these:\n\n1) Bruce, 212-933-2030\n2) Dan, 310-280-6078", "", ""},
    {"links that are the matter",
     "Both pages fail:\n\nMonday\nhttps://example.com/a\nTuesday\nhttps://example.com/b\n",
     "Both pages fail:\n\nMonday\nhttps://example.com/a\nTuesday\nhttps://example.com/b", "", ""},
    {"greeting stays", "It fails.\n\nBest regards\nBob\n", "It fails.\n\nBest regards\nBob", "", ""},
    {"rule under a heading", "Steps\n-----\none\n", "Steps\n-----\none", "", ""},
    {"code is code", "```\n> prompt\n-- \nFrom: a@b\n```\n", "```\n> prompt\n-- \nFrom: a@b\n```", "", ""},
    {"an open fence hides nothing", "```\nx\n\nOn 3 May 2021, Help wrote:\n> a\n", "```\nx",
     "On 3 May 2021, Help wrote:\n> a", ""},
    {"carriage returns", "Hello\r\n\r\n-- \r\nBob\r\n", "Hello", "", "-- \nBob"},
    {"initials", "No.\n\nJD> one\nJD> two\nJD> three\n", "No.", "JD> one\nJD> two\nJD> three", ""},
    {"a shell is no quote", "I typed\n\nC> dir\nC> del x\n", "I typed\n\nC> dir\nC> del x", "", ""},
};

static void test_cases(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(ReplyParts) parts = {0};
        reply_split(cases[i].text, -1, &parts);
        if (strcmp(parts.reply, cases[i].reply) || strcmp(parts.quoted, cases[i].quoted) ||
            strcmp(parts.signature, cases[i].signature))
            fail_msg("%s:\nreply [%s]\nquoted [%s]\nsignature [%s]", cases[i].name, parts.reply, parts.quoted,
                     parts.signature);
    }
}

/* One attribution as each language's clients write it; the words around it must fall to their sides. */
static const char *const attributions[] = {
    "On Mon, May 3, 2021 at 10:00 AM Ada Example <ada@example.com> wrote:",
    "On 2021-05-03 10:00, Ada Example wrote:",
    "Ada Example <ada@example.com> wrote:",
    "Am 03.05.2021 um 10:00 schrieb Ada Example:",
    "Am Mo., 3. Mai 2021 um 10:00 Uhr schrieb Ada Example <ada@example.com>:",
    "Ada Example <ada@example.com> schrieb am Mo., 3. Mai 2021 um 10:00 Uhr:",
    "Le 3 mai 2021 à 10:00, Ada Example <ada@example.com> a écrit :",
    "Le lun. 3 mai 2021 à 10:00, Ada Example a écrit\u00a0:",
    "El lun, 3 may 2021 a las 10:00, Ada Example (<ada@example.com>) escribió:",
    "Il giorno lun 3 mag 2021 alle ore 10:00 Ada Example <ada@example.com> ha scritto:",
    "Em seg., 3 de mai. de 2021 às 10:00, Ada Example <ada@example.com> escreveu:",
    "Op ma 3 mei 2021 om 10:00 schreef Ada Example <ada@example.com>:",
    "Op 3 mei 2021 om 10:00 heeft Ada Example <ada@example.com> het volgende geschreven:",
    "Den mån 3 maj 2021 kl 10:00 skrev Ada Example <ada@example.com>:",
    "Den man. 3. maj 2021 kl. 10.00 skrev Ada Example <ada@example.com>:",
    "ma 3. toukok. 2021 klo 10.00 Ada Example (ada@example.com) kirjoitti:",
    "pon., 3 maj 2021 o 10:00 Ada Example <ada@example.com> napisał(a):",
    "Dnia 3 maja 2021 10:00 Ada Example <ada@example.com> napisała:",
    "пн, 3 мая 2021 г. в 10:00, Ada Example <ada@example.com>:",
    "3 мая 2021 г., в 10:00, Ada Example <ada@example.com> написал(а):",
    "пн, 3 трав. 2021 о 10:00 Ada Example <ada@example.com> пише:",
    "po 3. 5. 2021 v 10:00 odesílatel Ada Example <ada@example.com> napsal:",
    "Ada Example <ada@example.com>, 3 May 2021 Pzt, 10:00 tarihinde şunu yazdı:",
    "Ada Example <ada@example.com> ezt írta (időpont: 2021. máj. 3., H, 10:00):",
    "În lun., 3 mai 2021 la 10:00, Ada Example <ada@example.com> a scris:",
    "Στις Δευ 3 Μαΐ 2021 στις 10:00, ο χρήστης Ada Example <ada@example.com> έγραψε:",
    "2021年5月3日(月) 10:00 Ada Example <ada@example.com>:",
    "2021/05/03 10:00、Ada Example <ada@example.com>のメール:",
    "Ada Example <ada@example.com> 于2021年5月3日周一 上午10:00写道：",
    "在 2021年5月3日，上午10:00，Ada Example <ada@example.com> 写道：",
    "2021년 5월 3일 (월) 오전 10:00, Ada Example <ada@example.com>님이 작성:",
    ("\u202bבתאריך יום ב׳, 3 במאי 2021 ב-10:00 מאת \u202aAda Example\u202c\u200f "
     "<\u202aada@example.com\u202c\u200f>:\u202c"),
    "2021-05-03 10:00 GMT+02:00 Ada Example <ada@example.com>:",
    "---- On Mon, 03 May 2021 10:00:00 +0200 Ada Example <ada@example.com> wrote ----",
};

static void test_attributions(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(attributions); i++) {
        g_autofree char *text = g_strdup_printf("Mine.\n\n%s\n\n> Theirs.\n", attributions[i]);
        g_auto(ReplyParts) parts = {0};
        reply_split(text, -1, &parts);
        if (strcmp(parts.reply, "Mine.") != 0)
            fail_msg("%s: reply [%s]", attributions[i], parts.reply);
    }
}

/* Header blocks without a line above and without quote marks below. */
static const char *const header_blocks[] = {
    "From: A <a@example.com>\nSent: Monday\nTo: B\nSubject: S",
    "From: A <a@example.com>\nDate: Monday\nTo: B\nCc: C\nSubject: S",
    "Von: A <a@example.com>\nGesendet: Montag\nAn: B\nCc: C\nBetreff: S",
    "De : A <a@example.com>\nEnvoyé : lundi\nÀ : B\nObjet : S",
    "De: A <a@example.com>\nEnviado el: lunes\nPara: B\nAsunto: S",
    "Da: A <a@example.com>\nInviato: lunedì\nA: B\nOggetto: S",
    "De: A <a@example.com>\nEnviado: segunda-feira\nPara: B\nAssunto: S",
    "Van: A <a@example.com>\nVerzonden: maandag\nAan: B\nOnderwerp: S",
    "Från: A <a@example.com>\nSkickat: måndag\nTill: B\nÄmne: S",
    "Fra: A <a@example.com>\nSendt: mandag\nTil: B\nEmne: S",
    "Lähettäjä: A <a@example.com>\nLähetetty: maanantai\nVastaanottaja: B\nAihe: S",
    "Od: A <a@example.com>\nWysłano: poniedziałek\nDo: B\nTemat: S",
    "От: A <a@example.com>\nОтправлено: понедельник\nКому: B\nТема: S",
    "Od: A <a@example.com>\nOdesláno: pondělí\nKomu: B\nPředmět: S",
    "Kimden: A <a@example.com>\nGönderildi: Pazartesi\nKime: B\nKonu: S",
    "差出人: A <a@example.com>\n送信日時: 月曜日\n宛先: B\n件名: S",
    "发件人: A <a@example.com>\n发送时间: 星期一\n收件人: B\n主题: S",
    "发件人： A <a@example.com>\n发送时间： 星期一\n收件人： B\n主题： S",
    "보낸 사람: A <a@example.com>\n보낸 날짜: 월요일\n받는 사람: B\n제목: S",
};

static void test_header_blocks(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(header_blocks); i++) {
        g_autofree char *text = g_strdup_printf("Mine.\n\n%s\n\nTheirs.\n", header_blocks[i]);
        g_auto(ReplyParts) parts = {0};
        reply_split(text, -1, &parts);
        if (strcmp(parts.reply, "Mine.") != 0)
            fail_msg("%s: reply [%s]", header_blocks[i], parts.reply);
    }
}

/* The HTML said where the history begins. */
static void test_quote_start(void **state)
{
    (void)state;
    const char *text = "Mine.\n\nSomething no table knows\n\nTheirs.";
    g_auto(ReplyParts) parts = {0};
    reply_split(text, (gssize)(strstr(text, "Something") - text), &parts);
    assert_string_equal(parts.reply, "Mine.");
    assert_string_equal(parts.quoted, "Something no table knows\n\nTheirs.");
    reply_parts_clear(&parts);
    reply_split(text, 0, &parts); /* nothing stands above: it was passed on */
    assert_string_equal(parts.reply, text);
    assert_string_equal(parts.quoted, "");
}

static void test_forward(void **state)
{
    (void)state;
    assert_true(reply_subject_is_forward("Fwd: Trouble"));
    assert_true(reply_subject_is_forward("FW: Trouble"));
    assert_true(reply_subject_is_forward("WG: Fehler"));
    assert_true(reply_subject_is_forward("TR : Panne"));
    assert_false(reply_subject_is_forward("Re: Fwd: Trouble"));
    assert_false(reply_subject_is_forward("Forward of goods"));
    assert_false(reply_subject_is_forward(""));
    g_auto(ReplyParts) parts = {0};
    reply_split_forward("See below.\n\nFrom: A <a@example.com>\nSent: Monday\nSubject: S\n\nText\n", &parts);
    assert_string_equal(parts.reply,
                        "See below.\n\nFrom: A <a@example.com>\nSent: Monday\nSubject: S\n\nText");
    assert_string_equal(parts.quoted, "");
}

static gsize count_seen(const char *text)
{
    gsize seen = 0;
    for (; *text; text++)
        seen += !g_ascii_isspace(*text);
    return seen;
}

/* Whatever the text: every sign of it is in exactly one of the parts. */
static void test_nothing_is_lost(void **state)
{
    (void)state;
    static const char *const pieces[] = {"Hello\n",
                                         "\n",
                                         "> quoted\n",
                                         ">> deeper\n",
                                         "-- \n",
                                         "On 3 May 2021, Help wrote:\n",
                                         "From: A <a@example.com>\n",
                                         "Sent: Monday\n",
                                         "Subject: S\n",
                                         "Sent from my iPhone\n",
                                         "_____________\n",
                                         "```\n",
                                         "> \n",
                                         "wrote:\n",
                                         "Bob Miller\n",
                                         "Phone: +49 30 1234567\n",
                                         "Thanks,\n",
                                         "| bar\n",
                                         "JD> x\n",
                                         "-----Original Message-----\n",
                                         "confidentiality notice\n",
                                         "<\n"};
    GRand *random = g_rand_new_with_seed(1);
    for (guint round = 0; round < 3000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (gint n = g_rand_int_range(random, 1, 16); n > 0; n--)
            g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
        g_auto(ReplyParts) parts = {0};
        reply_split(text->str, g_rand_int_range(random, -1, (gint)text->len), &parts);
        gsize kept = count_seen(parts.reply) + count_seen(parts.quoted) + count_seen(parts.signature);
        if (kept != count_seen(text->str))
            fail_msg("lost words of [%s]", text->str);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),         cmocka_unit_test(test_attributions),
        cmocka_unit_test(test_header_blocks), cmocka_unit_test(test_quote_start),
        cmocka_unit_test(test_forward),       cmocka_unit_test(test_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
