#include "parsers/reply/phrases.h"

#include <string.h>

/* clang-format off */

const char *const phrases_wrote[] = {
    "wrote", "writes", "wrote the following", "schrieb", "schreibt", "hat geschrieben", "schrieb folgendes",
    "a écrit", "écrit", "a ecrit", "escribió", "escribio", "ha escrito", "ha scritto", "scrive", "escreveu",
    "schreef", "het volgende geschreven", "geschreven", "skrev", "har skrevet", "skrev følgende",
    "skrev följande", "kirjoitti", "napisał", "napisała", "napisał(a)", "napisal(a)", "pisze", "написал",
    "написала", "написал(а)", "пишет", "пише", "написав", "написала(в)", "написа", "napsal", "napsala",
    "napsal(a)", "napsal/a", "napísal(a)", "napísal", "yazdı", "şunu yazdı", "şunları yazdı", "írta",
    "ezt írta", "a scris", "έγραψε", "va escriure", "napisao", "napisala", "je napisao/la", "je napisal/-a",
    "je napisala oseba", "rašė", "rakstīja", "kirjutas", "đã viết", "menulis", "เขียนว่า", "写道", "寫道",
    "寫入", "のメール", "のメッセージ", "は書きました", "さんは書きました", "さんが書きました", "작성",
    "님이 작성", "님이 작성한 메일", "썼습니다", "כתב", "כתבה", "כתב/ה", "كتب", "كتبت", "scritto", "escriure",
    "viết", "geschrieben", "skrevet", "scris", NULL
};

const char *const phrases_lead[] = {
    "on", "at", "am", "le", "el", "il", "il giorno", "em", "no dia", "op", "den", "på", "dnia", "w dniu",
    "dne", "dňa", "в", "kl", "pada", "vào", "na", "pe", "în", "στις", "il dì", "tarihinde", "ב", "בתאריך",
    "في", "dana", "去", "在", "於", "于", NULL
};

const char *const phrases_original[] = {
    "original message", "original appointment", "original email", "original mail", "reply message",
    "ursprüngliche nachricht", "ursprüngliche mail", "originalnachricht", "original-nachricht",
    "ursprünglicher termin", "message d'origine", "message d’origine", "message original", "message initial",
    "courriel original", "mensaje original", "messaggio originale", "messaggio originario",
    "mensagem original", "oorspronkelijk bericht", "origineel bericht", "ursprungligt meddelande",
    "originalmeddelande", "oprindelig meddelelse", "original meddelelse", "oprindelig besked",
    "opprinnelig melding", "original melding", "alkuperäinen viesti", "wiadomość oryginalna",
    "oryginalna wiadomość", "исходное сообщение", "оригинальное сообщение", "первоначальное сообщение",
    "вихідне повідомлення", "оригінальне повідомлення", "původní zpráva", "pôvodná správa", "özgün ileti",
    "orijinal mesaj", "orijinal ileti", "asıl mesaj", "eredeti üzenet", "mesaj original", "mesajul original",
    "αρχικό μήνυμα", "missatge original", "originalna poruka", "izvirno sporočilo", "algne kiri",
    "pesan asli", "元のメッセージ", "原始邮件", "原邮件", "原始郵件", "原始訊息", "원본 메시지", "원본 메일",
    "הודעה מקורית", "الرسالة الأصلية", "previous replies", "previous message", NULL
};

const char *const phrases_forward[] = {
    "forwarded message", "forwarded by", "forwarded mail", "begin forwarded message",
    "start of forwarded message", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail", "message transféré", "début du message transféré",
    "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato",
    "inizio messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada",
    "início da mensagem encaminhada", "início da mensagem reencaminhada", "doorgestuurd bericht",
    "begin doorgestuurd bericht", "vidarebefordrat meddelande", "vidarebefordrat brev",
    "vidarebefordrat mejl", "videresendt meddelelse", "videresendt besked", "videresendt melding",
    "start på videresendt besked", "videresendt e-post", "välitetty viesti", "välitetty viesti alkaa",
    "przekazana wiadomość", "wiadomość przekazana", "treść przekazanej wiadomości",
    "начало переадресованного сообщения", "пересылаемое сообщение", "переадресованное сообщение",
    "переслане повідомлення", "přeposlaná zpráva", "přeposlaný e-mail", "preposlaná správa", "iletilen mesaj",
    "iletilen ileti", "yönlendirilen mesaj", "továbbított üzenet", "mesaj redirecționat", "προωθημένο μήνυμα",
    "転送メッセージ", "転送されたメッセージ", "转发的邮件", "转发邮件", "轉寄的郵件", "전달된 메시지",
    "전달된 메일", "הודעה שהועברה", "رسالة معاد توجيهها", NULL
};

const char *const phrases_above[] = {
    "reply above this line", "type your reply above", "write your reply above", "write above this line",
    "reply above the line", "enter your reply above", "reply above to add a comment", "post a reply above",
    "antworten sie oberhalb dieser zeile", "antwort oberhalb dieser zeile", "bitte oberhalb dieser zeile",
    "répondez au-dessus de cette ligne", "écrire au-dessus de cette ligne",
    "responda por encima de esta línea", "escriba su respuesta por encima", "risponda sopra questa riga",
    "rispondi sopra questa riga", "responda acima desta linha", "beantwoord boven deze regel",
    "typ uw antwoord boven deze regel", "skriv ditt svar ovanför", "skriv dit svar over",
    "skriv svaret ditt over", "пишите ваш ответ выше этой строки", "ответьте выше этой строки", NULL
};

const char *const phrases_sent_from[] = {
    "sent from", "sent via", "sent with", "sent by", "sent using", "from my", "get outlook for",
    "get outlook", "written on my", "typed on my", "composed on my", "sent on the go", "gesendet von",
    "gesendet mit", "von meinem", "diese nachricht wurde von", "diese e-mail wurde von", "gesendet über",
    "holen sie sich outlook", "outlook für", "outlook for", "envoyé de", "envoyé depuis", "envoyé à partir",
    "envoyé avec", "obtenez outlook", "télécharger outlook", "provenance :", "enviado desde", "enviado con",
    "enviado do", "enviado de", "enviado via", "enviado pelo", "enviada do", "obtener outlook",
    "obter o outlook", "inviato da", "inviato dal", "inviato con", "scarica outlook", "ottieni outlook",
    "verzonden met", "verzonden vanaf", "verstuurd vanaf", "verstuurd met", "verzonden via", "outlook voor",
    "outlook downloaden", "skickat från", "skickas från", "skaffa outlook", "hämta outlook", "sendt fra",
    "sendt med", "sendt via", "hent outlook", "få outlook", "lähetetty", "hanki outlook", "wysłane z",
    "wysłano z", "pobierz outlook", "отправлено с", "отправлено из", "послано с", "надіслано з",
    "відправлено з", "скачать outlook", "odesláno z", "odoslané z", "poslano z", "stáhnout outlook", "küldve",
    "trimis de pe", "στάλθηκε από", "enviat des", "dikirim dari", "được gửi từ", "发自我的", "发自", "從我的",
    "来自我的", "從", "iphoneから", "ipadから", "私の", "내 iphone", "나의 iphone", "נשלח מ", "נשלח מה",
    "أرسلت من", "تم الإرسال من", "downloaden sie outlook", NULL
};

const char *const phrases_sent_end[] = {
    "gesendet", "gesendet.", "göndərildi", "gönderildi", "tarafından gönderildi", "から送信", "傳送", "发送",
    "發送", "에서 보냄", "에서 전송", "보냄", "elküldve", "küldve", "lähetetty", "verzonden", "verstuurd",
    "from mobile", "via mobile", NULL
};

const char *const phrases_device[] = {
    "iphone", "ipad", "ipod", "android", "mobile", "mobil", "phone", "telefon", "téléphone", "teléfono",
    "telefono", "telefoon", "smartphone", "handy", "mobilgerät", "mobiltelefon", "blackberry", "outlook",
    "mail", "mailbox", "e-mail", "email", "samsung", "galaxy", "htc", "nokia", "huawei", "xiaomi", "oneplus",
    "pixel", "lg", "sony", "xperia", "motorola", "windows", "windows phone", "airmail", "yahoo", "gmail",
    "aol", "protonmail", "proton", "proton mail", "tablet", "cell", "cellphone", "device", "dispositivo",
    "appareil", "gerät", "laptop", "pc", "mac", "macbook", "apple watch", "watch", "k-9", "fairphone",
    "thunderbird", "spark", "nine", "gmx", "web.de", "t-mobile", "verizon", "mi phone", "телефона", "айфона",
    "почты", "mail.ru", "puhelimesta", "мобильного", "устройства", "telefonu", "手机", "携帯", "스마트폰",
    "zimbra", "superhuman", "front", "hey", "mobila", "mobilen", "matkapuhelimesta", "tutanota", "mailspring",
    "postbox", "newton", "edison", "bluemail", "typeapp", NULL
};

const char *const phrases_excuse[] = {
    "excuse", "pardon", "forgive", "typo", "typos", "brevity", "autocorrect", "sorry for", "entschuldigen",
    "tippfehler", "excusez", "fautes", "disculpe", "http", "https", "www", "thumbs", "apologies", NULL
};

const char *const phrases_disclaimer[] = {
    "not the intended recipient", "not the named addressee", "not the addressee", "intended solely for",
    "intended only for", "solely for the use of", "only for the use of", "received this email in error",
    "received this e-mail in error", "received this message in error", "received this transmission in error",
    "confidentiality notice", "confidentiality note", "legal disclaimer", "legally privileged",
    "may contain confidential", "may contain privileged", "contains confidential", "is confidential and",
    "are confidential and", "confidential and may be", "consider the environment before printing",
    "before printing this", "think before you print", "scanned for viruses", "scanned by", "virus-free",
    "virus free", "this email has been checked for viruses", "bound by confidentiality",
    "vertrauliche informationen", "vertrauliche und", "vertraulich und", "nicht der richtige adressat",
    "nicht der beabsichtigte empfänger", "nicht der vorgesehene empfänger", "diese e-mail irrtümlich",
    "diese e-mail enthält", "dieses e-mail irrtümlich", "auf viren geprüft", "auf viren überprüft",
    "denken sie an die umwelt", "an die umwelt, bevor", "destinataire prévu", "n'êtes pas le destinataire",
    "n’êtes pas le destinataire", "message est confidentiel", "informations confidentielles",
    "reçu ce message par erreur", "pensez à l'environnement", "pensez à l’environnement",
    "información confidencial", "no es el destinatario", "mensaje por error", "antes de imprimir este",
    "piense en el medio ambiente", "informazioni riservate", "informazioni confidenziali",
    "non siete il destinatario", "ricevuto questo messaggio per errore", "prima di stampare",
    "informação confidencial", "informações confidenciais", "não é o destinatário",
    "recebeu esta mensagem por engano", "antes de imprimir", "vertrouwelijke informatie",
    "niet de geadresseerde", "niet de bedoelde ontvanger", "bestemd voor de geadresseerde",
    "konfidentiell information", "konfidentiel information", "fortrolige oplysninger",
    "fortrolig informasjon", "inte är rätt mottagare", "luottamuksellista tietoa", "informacje poufne",
    "poufne informacje", "nie są państwo adresatem", "конфиденциальную информацию", "не являетесь адресатом",
    "důvěrné informace", "nejste zamýšleným příjemcem", "gizli bilgiler", "機密情報", "保密信息", "机密信息",
    "기밀 정보", NULL
};

const char *const phrases_closing[] = {
    "best", "best regards", "best wishes", "all the best", "regards", "kind regards", "kindest regards",
    "warm regards", "warmest regards", "with regards", "with kind regards", "with best regards",
    "many thanks", "thanks", "thanks again", "thanks in advance", "thank you", "thank you very much",
    "thank you so much", "thanks and regards", "thanks & regards", "thx", "cheers", "sincerely",
    "sincerely yours", "yours sincerely", "yours faithfully", "yours truly", "respectfully", "cordially",
    "take care", "love", "mit freundlichen grüßen", "mit freundlichem gruß", "mit freundlichen grüssen",
    "freundliche grüße", "freundliche grüsse", "mit besten grüßen", "mit lieben grüßen", "beste grüße",
    "viele grüße", "liebe grüße", "herzliche grüße", "schöne grüße", "gruß", "grüße", "lg", "mfg", "vg",
    "danke", "vielen dank", "hochachtungsvoll", "cordialement", "bien cordialement", "bien à vous",
    "salutations", "meilleures salutations", "sincères salutations", "merci", "merci d'avance", "saludos",
    "saludos cordiales", "un saludo", "atentamente", "gracias", "muchas gracias", "cordiali saluti",
    "distinti saluti", "saluti", "un saluto", "grazie", "grazie mille", "atenciosamente", "cumprimentos",
    "com os melhores cumprimentos", "abraços", "obrigado", "obrigada", "met vriendelijke groet",
    "met vriendelijke groeten", "vriendelijke groet", "groeten", "groet", "mvg", "bedankt", "alvast bedankt",
    "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "hälsningar", "mvh", "tack",
    "med venlig hilsen", "venlig hilsen", "hilsen", "med vennlig hilsen", "vennlig hilsen", "tak", "takk",
    "ystävällisin terveisin", "terveisin", "kiitos", "pozdrawiam", "z poważaniem", "z wyrazami szacunku",
    "dziękuję", "с уважением", "спасибо", "всего доброго", "с наилучшими пожеланиями", "з повагою", "дякую",
    "s pozdravem", "s přátelským pozdravem", "děkuji", "s pozdravom", "saygılarımla", "saygılar",
    "iyi çalışmalar", "teşekkürler", "üdvözlettel", "köszönöm", "cu stimă", "mulțumesc", "με εκτίμηση",
    "よろしくお願いします", "よろしくお願いいたします", "敬具", "此致", "敬礼", "谢谢", "謝謝", "감사합니다",
    NULL
};

const char *const phrases_contact[] = {
    "phone", "tel", "tel.", "telephone", "telefon", "tél", "tél.", "téléphone", "teléfono", "telefono",
    "telefoon", "mobile", "mobil", "mob", "mob.", "cell", "cellular", "handy", "fax", "office", "direct",
    "desk", "ext", "e-mail", "email", "mail", "web", "website", "www", "skype", "twitter", "linkedin",
    "facebook", "icq", "gsm", "m", "t", "p", "f", "o", "c", "d", "e", "w", "тел", "тел.", "телефон", "факс",
    "моб", "моб.", "puh", "tlf", "tfn", "telefone", "celular", "móvil", "电话", "電話", "手机", "전화", NULL
};

/* clang-format on */

/* clang-format off */

static const char *const header_from_names[] = {
    "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "nadawca", "от", "от кого", "від",
    "odesílatel", "kimden", "gönderen", "feladó", "de la", "από", "差出人", "送信者", "发件人", "寄件者",
    "寄件人", "发件者", "보낸 사람", "보낸사람", "מאת", "من", "expéditeur", "remitente", "mittente",
    "remetente", "absender", "afzender", "avsändare", "afsender", "avsender", "отправитель", "dari", "từ",
    "nuo", "no", "saatja", "šalje", "de :", "от :", NULL
};

static const char *const header_date_names[] = {
    "sent", "date", "gesendet", "datum", "envoyé", "date d'envoi", "enviado", "enviada", "enviado el",
    "enviada em", "enviado em", "enviada a", "fecha", "inviato", "data", "verzonden", "verzonden op",
    "skickat", "sendt", "dato", "lähetetty", "päivämäärä", "päiväys", "wysłano", "wysłane", "отправлено",
    "дата", "надіслано", "відправлено", "odesláno", "odoslané", "dátum", "gönderildi", "gönderme tarihi",
    "tarih", "elküldve", "küldve", "trimis", "dată", "στάλθηκε", "ημερομηνία", "送信日時", "日時", "日付",
    "发送时间", "日期", "寄件日期", "傳送日期", "时间", "發送時間", "보낸 날짜", "날짜", "תאריך", "נשלח",
    "التاريخ", "sent on", "sent at", NULL
};

static const char *const header_to_names[] = {
    "to", "an", "à", "para", "a", "aan", "till", "til", "vastaanottaja", "do", "кому", "komu", "kime",
    "alıcı", "címzett", "către", "προς", "宛先", "收件人", "收件者", "받는 사람", "받는사람", "אל", "إلى",
    "pour", "destinataire", "destinatario", "destinatário", "per", "empfänger", "ontvanger", "mottagare",
    "modtager", "adresat", "pro", "kepada", "đến", "za", "à :", "получатель", NULL
};

static const char *const header_subject_names[] = {
    "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne",
    "aihe", "temat", "тема", "předmět", "predmet", "konu", "tárgy", "subiect", "θέμα", "件名", "主题", "主題",
    "主旨", "제목", "נושא", "الموضوع", "assumpte", "perihal", "chủ đề", "tema", "zadeva", NULL
};

static const char *const header_other_names[] = {
    "cc", "bcc", "kopie", "copie", "copia", "kopia", "kopi", "cópia", "dw", "копия", "копія", "bilgi",
    "másolat", "抄送", "副本", "참조", "reply-to", "reply to", "antwort an", "répondre à", "responder a",
    "responder para", "rispondi a", "risposta", "antwoord aan", "svara till", "svar til", "odpowiedz do",
    "ответить", "importance", "priority", "wichtigkeit", "priorität", "importancia", "importanza", "priorité",
    "urgentie", "attachments", "attachment", "anlagen", "anhang", "pièces jointes", "adjuntos",
    "datos adjuntos", "allegati", "anexos", "bijlagen", "bifogade filer", "vedhæftede filer", "vedlegg",
    "organization", "message-id", "list-id", "kopiera", NULL
};

/* clang-format on */

static const struct {
    HeaderRole role;
    const char *const *names;
} header_names[] = {
    {HEADER_FROM, header_from_names},       {HEADER_DATE, header_date_names},   {HEADER_TO, header_to_names},
    {HEADER_SUBJECT, header_subject_names}, {HEADER_OTHER, header_other_names},
};

HeaderRole phrase_header_role(const char *name, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(header_names); i++)
        for (const char *const *known = header_names[i].names; *known; known++)
            /* Asked for each line of a text: few names even begin alike. */
            if (**known == *name && strncmp(*known, name, length) == 0 && (*known)[length] == '\0')
                return header_names[i].role;
    return HEADER_NONE;
}

static gboolean is_word_sign(gunichar c)
{
    return g_unichar_isalnum(c) && !g_unichar_iswide(c);
}

/* Whole words only; scripts without blanks between words have no such border. */
static gboolean is_whole(const char *text, const char *found, gsize length)
{
    if (found > text && is_word_sign(g_utf8_get_char(found)) &&
        is_word_sign(g_utf8_get_char(g_utf8_prev_char(found))))
        return FALSE;
    const char *after = found + length;
    return !*after || !is_word_sign(g_utf8_get_char(g_utf8_prev_char(after))) ||
           !is_word_sign(g_utf8_get_char(after));
}

#define GRAM_BYTES sizeof(guint32)
#define GRAM_BITS 12 /* of the hash: a text of 2 KB sets a third of them */

/* Which runs of four bytes a text has, hashed: most phrases of a table are not in a text, and this tells so
 * without a search. */
typedef struct {
    guint64 bits[(1 << GRAM_BITS) / 64];
} Grams;

static guint gram_of(const char *at)
{
    guint32 bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes * 2654435761u >> (32 - GRAM_BITS);
}

static void grams_init(Grams *grams, const char *text)
{
    *grams = (Grams){{0}};
    for (const char *end = text + strlen(text); end - text >= (gssize)GRAM_BYTES; text++)
        grams->bits[gram_of(text) / 64] |= (guint64)1 << gram_of(text) % 64;
}

/* FALSE only when `phrase` cannot stand in the text; a shorter one always may. */
static gboolean grams_may_have(const Grams *grams, const char *phrase)
{
    for (gsize i = 0; i < GRAM_BYTES; i++)
        if (!phrase[i])
            return TRUE;
    guint gram = gram_of(phrase);
    return grams->bits[gram / 64] >> gram % 64 & 1;
}

gboolean phrase_within(const char *folded, const char *const *table)
{
    Grams grams;
    grams_init(&grams, folded);
    for (; *table; table++) {
        if (!grams_may_have(&grams, *table))
            continue;
        gsize length = strlen(*table);
        for (const char *found = folded; (found = strstr(found, *table)); found += length)
            if (is_whole(folded, found, length))
                return TRUE;
    }
    return FALSE;
}

gsize phrase_at_start(const char *folded, const char *const *table)
{
    gsize best = 0;
    for (; *table; table++) {
        if ((*table)[0] != folded[0] || !g_str_has_prefix(folded, *table))
            continue;
        gsize length = strlen(*table);
        if (length > best && is_whole(folded, folded, length))
            best = length;
    }
    return best;
}

gsize phrase_at_end(const char *folded, const char *const *table)
{
    gsize best = 0, all = strlen(folded);
    Grams grams;
    grams_init(&grams, folded);
    for (; *table; table++) {
        if (!grams_may_have(&grams, *table))
            continue;
        gsize length = strlen(*table);
        if (length > best && g_str_has_suffix(folded, *table) &&
            is_whole(folded, folded + all - length, length))
            best = length;
    }
    return best;
}
