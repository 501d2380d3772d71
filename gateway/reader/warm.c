#include "warm.h"

#include <postern/mail.h>

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
    mail_prepare();
    /* Ours reads it as windows-1252; GMime, for parameters, as what it says. Never closed, so that it stays.
     */
    g_iconv_open("UTF-8", "ISO-8859-1");
    g_autoptr(GString) mail = g_string_new(head);
    for (guint i = 0; i < 20; i++)
        g_string_append(mail, unlabelled);
    g_string_append(mail, tail);
    g_autoptr(GError) error = NULL;
    reading_free(make(mail->str, mail->len, -1, settings, &error));
}
