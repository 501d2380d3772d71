#include "warm.h"

#include <string.h>

/* glibc loads a converter from a file at its first use. This list is also a fence: a set that is not in
 * it cannot be opened behind the lock, so that the rarely tested converters stay out of strangers' reach; its
 * text takes the next step of the charset ladder. */
static const char *const charsets[] = {
    /* Western and Central Europe */
    "ISO-8859-1",
    "ISO-8859-2",
    "ISO-8859-3",
    "ISO-8859-4",
    "ISO-8859-9",
    "ISO-8859-10",
    "ISO-8859-13",
    "ISO-8859-14",
    "ISO-8859-15",
    "ISO-8859-16",
    "WINDOWS-1250",
    "WINDOWS-1252",
    "WINDOWS-1254",
    "WINDOWS-1257",
    "CP437",
    "CP850",
    "CP852",
    "CP858",
    "MACINTOSH",
    "MAC-CENTRALEUROPE",
    /* Cyrillic, Greek, Hebrew, Arabic, the Caucasus */
    "ISO-8859-5",
    "ISO-8859-6",
    "ISO-8859-7",
    "ISO-8859-8",
    "WINDOWS-1251",
    "WINDOWS-1253",
    "WINDOWS-1255",
    "WINDOWS-1256",
    "KOI8-R",
    "KOI8-U",
    "CP855",
    "CP866",
    "MAC-CYRILLIC",
    "ARMSCII-8",
    "GEORGIAN-PS",
    /* South East Asia */
    "TIS-620",
    "CP874",
    "ISO-8859-11",
    "WINDOWS-1258",
    "VISCII",
    "TCVN",
    /* Chinese, Japanese, Korean */
    "GB18030",
    "GBK",
    "GB2312",
    "BIG5",
    "BIG5-HKSCS",
    "EUC-TW",
    "EUC-JP",
    "SHIFT_JIS",
    "CP932",
    "ISO-2022-JP",
    "ISO-2022-JP-2",
    "EUC-KR",
    "CP949",
    "ISO-2022-KR",
    "JOHAB",
    /* Unicode */
    "US-ASCII",
    "UTF-7",
    "UTF-16",
    "UTF-16LE",
    "UTF-16BE",
    "UTF-32",
    "UTF-32LE",
    "UTF-32BE",
};

guint warm_charsets(void)
{
    guint opened = 0;
    for (guint i = 0; i < G_N_ELEMENTS(charsets); i++) {
        /* Never closed: glibc would unload it some time after. */
        GIConv converter = g_iconv_open("UTF-8", charsets[i]);
        opened += (gssize)(gsize)converter != -1;
    }
    return opened;
}

/* Encoded words, an international domain, HTML, attachment names, a text without a label that is long enough
 * to be guessed at, and a date. */
static const char head[] = "From: =?ISO-8859-1?Q?J=FCrgen?= <warm@xn--bcher-kva.example>\r\n"
                           "To: Support <support@b\xc3\xbc"
                           "cher.example>\r\n"
                           "Subject: =?UTF-8?B?R3LDvMOfZQ==?= =?windows-1252?Q?_=93a=94?=\r\n"
                           "Date: Sun, 22 Nov 2026 09:30:00 +0100\r\n"
                           "Message-ID: <warm@example.org>\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
                           "--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n"
                           "--inner\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                           "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe, app id 4711\r\n"
                           "--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                           "<html><body><p>Gr&uuml;&szlig;e <a href=\"https://example.org/\">x</a></p>"
                           "<blockquote>old</blockquote></body></html>\r\n--inner--\r\n"
                           "--outer\r\nContent-Type: text/plain\r\n"
                           "Content-Disposition: attachment; filename*=iso-8859-1''%FCber.log\r\n\r\n";
static const char tail[] = "\r\n--outer\r\nContent-Type: image/png; name=a.png\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--outer--\r\n";
/* windows-1251 Russian */
static const char unlabelled[] =
    "\xcf\xf0\xe8\xe2\xe5\xf2, \xfd\xf2\xee \xf2\xe5\xea\xf1\xf2 \xef\xe8\xf1\xfc\xec"
    "\xe0 \xe1\xe5\xe7 \xec\xe5\xf2\xea\xe8.\r\n";

void warm_libraries(ReadingFunction make, const ReadingSettings *settings)
{
    g_autoptr(GString) mail = g_string_new(head);
    for (guint i = 0; i < 20; i++)
        g_string_append(mail, unlabelled);
    g_string_append(mail, tail);
    g_autoptr(GError) error = NULL;
    reading_free(make(mail->str, mail->len, -1, settings, &error));
}
