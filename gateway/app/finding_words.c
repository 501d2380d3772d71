#include "gateway/app/finding_words.h"

#include <glib.h>
#include <string.h>

static const struct {
    const char *code, *words;
} known[] = {
    {"addresses-cut", "More recipients than are listed; all stand in the original."},
    {"bidi-control", "Signs that change the direction of text can make it read as something else."},
    {"charset-broken", "Some octets are none of the charset; they show as a replacement sign."},
    {"charset-guessed", "The mail does not tell its charset rightly; it was found by looking at the text."},
    {"could-not-be-read", "Nothing but the original bytes is there; `postern ticket raw` gives them."},
    {"date-broken", "The Date field is none; the mail counts from when it arrived."},
    {"encoding-broken", "The transfer encoding is damaged; what could be decoded is shown."},
    {"encoding-unknown", "The transfer encoding has no known name; the content is shown as it came."},
    {"external-body", "A part only says where its content lies; nothing is fetched from there."},
    {"file-broken", "A file in the text is damaged; what could be decoded is there."},
    {"file-piece", "A file in the text is one piece of several; the others are not in this mail."},
    {"forwarded", "The text of a mail within was taken for the customer's."},
    {"header-broken", "A line of the header is no field; it was passed over."},
    {"header-repeated", "A field that may stand once stands there again; the first counts."},
    {"hidden-text", "The page holds words that a reader does not see; they are left out of the text."},
    {"message-partial", "A program cut a mail into pieces; each came as a mail of its own."},
    {"locked-file", "Ask for the password by another way than mail, or for the file without one."},
    {"mail-cut", "The mail ends before its last part does; what had come is shown."},
    {"message-id-broken", "The Message-ID is none: answers to this mail are joined by other evidence."},
    {"multipart-broken", "Its parts cannot be told apart; all of them are shown as one text."},
    {"name-disguised",
     "The name of a file was made to look like another kind of file; it is shown as it is."},
    {"no-header", "There is no header at all; everything is taken as text."},
    {"passed-on", "A group, a rule or another desk sent it on; the writer is the one it names."},
    {"reply-to-differs", "Answers would go to another domain; forms and services do so, and so do cheats."},
    {"rest-unread", "What follows would cost too much to read; it is in the original."},
    {"return-path-differs", "Who handed the mail in is of another domain; services and forwarders do so."},
    {"rule-gave-up",
     "A rule met its limit in this mail: nobody knows whether it would have found something."},
    {"encrypted", "The text is for the holder of a key alone; the mail is kept as it came."},
    {"signed", "The mail carries a signature, which is shown and not checked."},
    {"type-mismatch", "The content is not what name or type say: do not open it without care."},
    {"sender-differs", "Somebody of another domain sent it in the name of From; services do so."},
    {"teaser", "The plain form only points to the HTML form, which is shown instead."},
    {"text-beside-parts",
     "Text stands before or behind the parts, where programs show nothing; it is shown here."},
    {"text-binary", "A part calls itself text and is none; it is an attachment."},
    {"text-cut", "The text is longer than what is read; the rest is in the original."},
    {"tnef-broken", "What Outlook packed into one file could not be unpacked wholly; that file is kept."},
    {"zero-width",
     "Signs that cannot be seen stand within words; they are taken out, so that rules find them."},
    {"too-deep", "Parts within parts, deeper than anybody packs them; the rest is shown as it came."},
    {"too-many-parts", "More parts than a mail may have; the rest is in the original."},
};

const char *finding_words(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (strcmp(known[i].code, code) == 0)
            return known[i].words;
    return NULL;
}
