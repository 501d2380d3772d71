/* Mails that are passed on in the text of another, as clients in many languages write them. */
#include <postern/body.h>
#include <postern/reply.h>

#include <postern/reading.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FROM "Dora Lee <dora@customer.example>"

typedef struct {
    const char *name, *marker, *from, *date, *to, *subject;
} Words;

/* Marker lines and header names, in the order From, Date, Subject, To (Gmail, Thunderbird, Apple Mail, …). */
static const Words marked[] = {
    {"Gmail en", "---------- Forwarded message ---------", "From", "Date", "To", "Subject"},
    {"Gmail de", "---------- Forwarded message ---------", "Von", "Date", "To", "Subject"},
    {"Gmail fr", "---------- Forwarded message ---------", "De", "Date", "To", "Subject"},
    {"Apple en", "Begin forwarded message:", "From", "Date", "To", "Subject"},
    {"Apple de", "Anfang der weitergeleiteten Nachricht:", "Von", "Datum", "An", "Betreff"},
    {"Apple fr", "Début du message transféré :", "De", "Date", "À", "Objet"},
    {"Apple es", "Inicio del mensaje reenviado:", "De", "Fecha", "Para", "Asunto"},
    {"Apple it", "Inizio messaggio inoltrato:", "Da", "Data", "A", "Oggetto"},
    {"Apple nl", "Begin doorgestuurd bericht:", "Van", "Datum", "Aan", "Onderwerp"},
    {"Apple pt", "Início da mensagem encaminhada:", "De", "Data", "Para", "Assunto"},
    {"Apple pt-PT", "Início da mensagem reencaminhada:", "De", "Data", "Para", "Assunto"},
    {"Apple da", "Start på videresendt besked:", "Fra", "Dato", "Til", "Emne"},
    {"Apple no", "Videresendt melding:", "Fra", "Dato", "Til", "Emne"},
    {"Apple sv", "Vidarebefordrat brev:", "Från", "Datum", "Till", "Ämne"},
    {"Apple fi", "Välitetty viesti alkaa:", "Lähettäjä", "Päivämäärä", "Vastaanottaja", "Aihe"},
    {"Apple pl", "Początek przekazywanej wiadomości:", "Od", "Data", "Do", "Temat"},
    {"Apple cs", "Začátek přeposílané zprávy:", "Od", "Datum", "Komu", "Předmět"},
    {"Apple sk", "Začiatok preposlanej správy:", "Od", "Dátum", "Komu", "Predmet"},
    {"Apple hu", "A továbbított levél kezdete:", "Feladó", "Dátum", "Címzett", "Tárgy"},
    {"Apple ro", "Început mesaj redirecționat:", "De la", "Dată", "Către", "Subiect"},
    {"Apple hr", "Započni proslijeđenu poruku:", "Šalje", "Datum", "Prima", "Predmet"},
    {"Apple el", "Αρχή προωθημένου μηνύματος:", "Από", "Ημερομηνία", "Προς", "Θέμα"},
    {"Apple tr", "İleti başlangıcı:", "Kimden", "Tarih", "Kime", "Konu"},
    {"Apple ru", "Начало переадресованного сообщения:", "От", "Дата", "Кому", "Тема"},
    {"Apple uk", "Початок листа, що пересилається:", "Від", "Дата", "Кому", "Тема"},
    {"Apple ca", "Inici del missatge reenviat:", "De", "Data", "Per a", "Assumpte"},
    {"Apple he", "תחילת ההודעה שהועברה:", "מאת", "תאריך", "אל", "נושא"},
    {"Apple ar", "بدء الرسالة المعاد توجيهها:", "من", "التاريخ", "إلى", "الموضوع"},
    {"Apple vi", "Bắt đầu thư được chuyển tiếp:", "Từ", "Ngày", "Tới", "Chủ đề"},
    {"Apple th", "เริ่มต้นข้อความที่ถูกส่งต่อ:", "จาก", "วันที่", "ถึง", "หัวข้อ"},
    {"Apple id", "Mulai pesan terusan:", "Dari", "Tanggal", "Kepada", "Perihal"},
    {"Apple ja", "転送されたメッセージ:", "差出人", "日付", "宛先", "件名"},
    {"Apple zh", "下面是被转发的邮件：", "发件人", "日期", "收件人", "主题"},
    {"Apple zh-TW", "以下是被轉寄的郵件：", "寄件人", "日期", "收件人", "主旨"},
    {"Apple ko", "전달된 메시지 시작:", "보낸 사람", "날짜", "받는 사람", "제목"},
    {"Thunderbird en", "-------- Forwarded Message --------", "From", "Date", "To", "Subject"},
    {"Thunderbird de", "-------- Weitergeleitete Nachricht --------", "Von", "Datum", "An", "Betreff"},
    {"Thunderbird fr", "-------- Message transféré --------", "De ", "Date ", "Pour ", "Sujet "},
    {"Thunderbird es", "-------- Mensaje reenviado --------", "De", "Fecha", "Para", "Asunto"},
    {"Thunderbird it", "-------- Messaggio Inoltrato --------", "Mittente", "Data", "A", "Oggetto"},
    {"Thunderbird nl", "-------- Doorgestuurd bericht --------", "Van", "Datum", "Aan", "Onderwerp"},
    {"Thunderbird pl", "-------- Przekazana wiadomość --------", "Nadawca", "Data", "Adresat", "Temat"},
    {"Thunderbird cs", "-------- Přeposlaná zpráva --------", "Od", "Datum", "Komu", "Předmět"},
    {"Thunderbird sl", "-------- Posredovano sporočilo --------", "Od", "Datum", "Za", "Zadeva"},
    {"Thunderbird hr", "-------- Proslijeđena poruka --------", "Šalje", "Datum", "Prima", "Naslov"},
    {"Thunderbird sr", "-------- Прослеђена порука --------", "Шаље", "Датум", "Прима", "Наслов"},
    {"Thunderbird bg", "-------- Препратено съобщение --------", "От", "Дата", "До", "Тема"},
    {"Thunderbird et", "-------- Edastatud kiri --------", "Saatja", "Kuupäev", "Adressaat", "Teema"},
    {"Thunderbird lt", "-------- Persiųstas laiškas --------", "Nuo", "Data", "Kam", "Tema"},
    {"Thunderbird lv", "-------- Pārsūtīta vēstule --------", "No", "Datums", "Kam", "Temats"},
    {"Thunderbird el", "-------- Προωθημένο μήνυμα --------", "Από", "Ημερομηνία", "Προς", "Θέμα"},
    {"Thunderbird is", "-------- Áframsendur póstur --------", "Frá", "Dagsetning", "Til", "Efni"},
    {"Thunderbird eu", "-------- Birbidalitako mezua --------", "Nork", "Data", "Nori", "Gaia"},
    {"Thunderbird fa", "-------- پیام هدایت‌شده --------", "از", "تاریخ", "به", "موضوع"},
    {"Yahoo en", "----- Forwarded Message -----", "From", "Sent", "To", "Subject"},
    {"Yahoo de", "----- Weitergeleitete Nachricht -----", "Von", "Gesendet", "An", "Betreff"},
    {"Yahoo es", "----- Mensaje reenviado -----", "De", "Enviado", "Para", "Asunto"},
    {"Proton en", "------- Forwarded Message -------", "From", "Date", "To", "Subject"},
    {"Zimbra en", "----- Forwarded Message -----", "From", "Sent", "To", "Subject"},
    {"Zimbra fr", "----- Mail transféré -----", "De", "Envoyé", "À", "Objet"},
    {"mail.ru", "-------- Пересылаемое сообщение --------", "От кого", "Дата", "Кому", "Тема"},
    {"Yandex", "-------- Пересылаемое сообщение --------", "От", "Дата", "Кому", "Тема"},
    {"Yandex 2", "-------- Начало пересылаемого сообщения --------", "От", "Дата", "Кому", "Тема"},
    {"QQ", "------------------ 转发邮件 ------------------", "发件人", "日期", "收件人", "主题"},
    {"NetEase", "-------- 转发邮件信息 --------", "发件人", "发送日期", "收件人", "主题"},
    {"Samsung en", "-------- Original message --------", "From", "Date", "To", "Subject"},
    {"Samsung de", "-------- Ursprüngliche Nachricht --------", "Von", "Datum", "An", "Betreff"},
    {"K-9 en", "-------- Original Message --------", "From", "Sent", "To", "Subject"},
    {"eM Client", "------ Forwarded Message ------", "From", "Date", "To", "Subject"},
    {"eM Client de", "------ Weitergeleitete Nachricht ------", "Von", "Datum", "An", "Betreff"},
    {"eM Client cs", "------ Přeposlaná zpráva ------", "Od", "Datum", "Komu", "Předmět"},
    {"Roundcube en", "-------- Original Message --------", "From", "Date", "To", "Subject"},
    {"Roundcube de", "-------- Originalnachricht --------", "Von", "Datum", "An", "Betreff"},
    {"Roundcube pl", "-------- Oryginalna wiadomość --------", "Od", "Data", "Do", "Temat"},
    {"Horde en", "----- Forwarded message from dora@customer.example -----", "From", "Date", "To", "Subject"},
    {"Horde de", "----- Weitergeleitete Nachricht von dora@customer.example -----", "Von", "Datum", "An",
     "Betreff"},
    {"Notes", "----- Forwarded by Kim Lee/Agents on 16/11/2026 09:12 -----", "From", "Date", "To", "Subject"},
    {"Notes de", "----- Weitergeleitet von Kim Lee/Agents am 16.11.2026 09:12 -----", "Von", "Datum", "An",
     "Thema"},
    {"GMX", "", "Von", "Gesendet", "An", "Betreff"},
    {"Outlook en", "", "From", "Sent", "To", "Subject"},
    {"Outlook rule", "________________________________", "From", "Sent", "To", "Subject"},
    {"Outlook de", "-----Ursprüngliche Nachricht-----", "Von", "Gesendet", "An", "Betreff"},
    {"Outlook fr", "-----Message d'origine-----", "De", "Envoyé", "À", "Objet"},
    {"Outlook ja", "", "差出人", "送信日時", "宛先", "件名"},
    {"Outlook zh", "", "发件人", "发送时间", "收件人", "主题"},
    {"Outlook ru", "", "От", "Отправлено", "Кому", "Тема"},
    {"Outlook tr", "", "Kimden", "Gönderildi", "Kime", "Konu"},
    {"Outlook hu", "", "Feladó", "Elküldve", "Címzett", "Tárgy"},
    {"Outlook bold", "", "*From*", "*Sent*", "*To*", "*Subject*"},
};

static char *forward_of(const Words *words, const char *from, const char *comment)
{
    return g_strdup_printf("%s%s%s%s: %s\n%s: Mon, 16 Nov 2026 09:12:00 +0100\n%s: Import\n%s: "
                           "kim@agents.example\n\nThe import fails.\n\nDora\n",
                           comment, words->marker, *words->marker ? "\n" : "", words->from, from, words->date,
                           words->subject, words->to);
}

static gboolean is_right(const char *text, const char *comment, char **out_fault)
{
    g_auto(ForwardParts) parts = {0};
    if (!reply_find_forward(text, TRUE, &parts)) {
        *out_fault = g_strdup("is none");
        return FALSE;
    }
    *out_fault = g_strdup_printf("from “%s” date “%s” subject “%s” comment “%s” text “%s”", parts.from,
                                 parts.date, parts.subject, parts.comment, parts.text);
    return strcmp(parts.from, FROM) == 0 && g_strcmp0(parts.subject, "Import") == 0 &&
           g_strcmp0(parts.date, "Mon, 16 Nov 2026 09:12:00 +0100") == 0 &&
           strcmp(parts.text, "The import fails.\n\nDora") == 0 && strcmp(parts.comment, comment) == 0;
}

static void test_clients(void **state)
{
    (void)state;
    guint wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(marked); i++) {
        static const char *const comments[] = {"", "Can you look at this?\n\n"};
        for (guint c = 0; c < G_N_ELEMENTS(comments); c++) {
            g_autofree char *text = forward_of(&marked[i], FROM, comments[c]);
            g_autofree char *fault = NULL;
            g_autofree char *comment = g_strchomp(g_strdup(comments[c]));
            if (is_right(text, comment, &fault))
                continue;
            print_message("%s, %s: %s\n", marked[i].name, *comment ? "comment" : "bare", fault);
            wrong++;
        }
    }
    if (wrong)
        fail_msg("%u of %u are wrong", wrong, (guint)(2 * G_N_ELEMENTS(marked)));
}

/* The marker says so by itself: without a subject that does, only these may. */
static void test_an_answer_is_no_forward(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(marked); i++) {
        g_auto(ForwardParts) parts = {0};
        g_autofree char *text = g_strdup_printf(
            "Thanks.\n\n%s: " FROM "\n%s: Mon, 16 Nov 2026 09:12:00 +0100\n%s: kim@agents.example\n%s: "
            "Import\n\nThe import fails.\n",
            marked[i].from, marked[i].date, marked[i].to, marked[i].subject);
        if (reply_find_forward(text, FALSE, &parts))
            fail_msg("%s: an answer passes on “%s”", marked[i].name, parts.text);
    }
    assert_false(reply_subject_is_forward("Re: Fwd: Import"));
}

static char *without_blanks(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text++)
        if (!g_ascii_isspace(*text))
            g_string_append_c(out, *text);
    return g_string_free(out, FALSE);
}

/* `page`: the subject, a line end, the page. */
static gboolean is_page_right(char *page)
{
    char *html = strchr(page, '\n');
    *html++ = '\0';
    gssize quote_start;
    g_autofree char *text = body_html_to_text(html, strlen(html), &quote_start, NULL);
    g_auto(ForwardParts) parts = {0};
    gboolean found = reply_find_forward(text, reply_subject_is_forward(page), &parts);
    g_autofree char *words = without_blanks(found ? parts.text : "");
    gboolean has_subject = found && (g_strcmp0(parts.subject, "Import") == 0 || !parts.subject);
    if (found && strstr(parts.from, "Dora Lee") && strstr(parts.from, "<dora@customer.example>") &&
        has_subject && parts.date && strcmp(parts.comment, "Can you look at this?") == 0 &&
        strcmp(words, "Theimportfails.Dora") == 0)
        return TRUE;
    print_message("---- %s\n%s\n---- %s, %s, %s\n%s\n---- %s\n", page, text, parts.from, parts.date,
                  parts.subject, parts.comment, parts.text);
    return FALSE;
}

static void test_pages(void **state)
{
    (void)state;
    const char *folder = g_getenv("TESTS_REPLIES");
    g_autofree char *path = g_build_filename(folder ? folder : "tests/replies", "forwards.txt", NULL),
                    *all = NULL;
    assert_true(g_file_get_contents(path, &all, NULL, NULL));
    g_auto(GStrv) pages = g_strsplit(all, "\n== ", -1);
    guint wrong = 0, count = 0;
    for (; pages[count + 1]; count++)
        wrong += !is_page_right(pages[count + 1]);
    if (wrong || !count)
        fail_msg("%u of %u pages are wrong", wrong, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients),
        cmocka_unit_test(test_an_answer_is_no_forward),
        cmocka_unit_test(test_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
