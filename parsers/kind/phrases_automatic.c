#include "parsers/kind/phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const kind_clients[] = {
    "outlook", "thunderbird", "apple mail", "iphone mail", "ipad mail", "the bat!", "evolution", "kmail", "mutt",
    "claws", "sylpheed", "emclient", "em client", "mailbird", "postbox", "roundcube", "squirrelmail", "horde",
    "sogo", "zimbra", "lotus notes", "ibm notes", "hcl notes", "k-9 mail", "fairemail", "aquamail", "samsung",
    "open-xchange", "becky!", "shuriken", "airmail", "spark", "mailmate", "geary", "seamonkey", "betterbird",
    "groupwise", "foxmail", "alpine", "rainloop", "snappymail", "yahoomail", "gnus", "notmuch", "neomutt", NULL
};

const char *const kind_answer_prefixes[] = {
    "re:", "re :", "aw:", "antw:", "antwort:", "sv:", "vs:", "r:", "rif:", "res:", "odp:", "ynt:", "vá:", "atb:",
    "回复:", "回复：", "答复:", "答复：", "回覆:", "回覆：", "返信:", "ответ:", "απ:", NULL
};

const char *const kind_forward_prefixes[] = {
    "fwd:", "fw:", "wg:", "tr:", "tr :", "rv:", "i:", "enc:", "doorst:", "vl:", "vb:", "vs:", "pd:", "vidarebefordrat:",
    "转发:", "转发：", "轉寄:", "轉寄：", "転送:", "пересл:", "πρθ:", "ilt:", "továbbítás:", NULL
};

const char *const kind_reply_subjects[] = {
    "automatic reply", "automated reply", "automatic response", "automated response", "auto reply", "auto-reply",
    "autoreply", "auto response", "auto-response", "autoresponse", "automatische antwort",
    "automatische rückmeldung", "abwesenheitsnotiz", "réponse automatique", "respuesta automática",
    "respuesta automatica", "resposta automàtica", "resposta automática", "resposta automatica",
    "risposta automatica", "erantzun automatikoa", "automatisch antwoord", "automatische reactie", "autosvar",
    "automatiskt svar", "automatisk svar", "automatisk besvarelse", "sjálfvirkt svar", "automaattinen vastaus",
    "automaatvastus", "automātiskā atbilde", "automātiska atbilde", "automatinis atsakymas", "automatyczna odpowiedź",
    "odpowiedź automatyczna", "autoodpowiedź", "automatická odpověď", "automatická odpoveď", "automatikus válasz",
    "răspuns automat", "samodejni odgovor", "automatski odgovor", "automatski odziv", "odsutan sam",
    "аутоматски одговор", "автоматичен отговор", "автоматски одговор", "автоматический ответ", "автоответ",
    "автоматична відповідь", "автоматическое сообщение", "аўтаматычны адказ", "αυτόματη απάντηση", "otomatik yanıt",
    "otomatik cevap", "avtomatik cavab", "balasan otomatis", "jawapan automatik", "trả lời tự động",
    "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "自動応答", "自動返信", "自动回复", "自动答复", "自動回覆", "자동 회신", "자동 응답",
    "תשובה אוטומטית", "מענה אוטומטי", "رد تلقائي", "پاسخ خودکار", "स्वचालित उत्तर", "স্বয়ংক্রিয় উত্তর",
    "awtomatikong tugon", "jibu otomatiki", "nieobecność", "out of office autoreply", "auto: re", "auto: aw", "auto: sv", "abwesenheitsnachricht", "abwesenheitsbenachrichtigung", NULL
};

const char *const kind_absence_words[] = {
    "currently out of the office", "currently out of office", "will be out of the office", "am out of the office",
    "i am on vacation", "i'm on vacation", "i am on annual leave", "i am currently away", "i'm out of the office",
    "i am on parental leave", "i am on maternity leave", "nicht im büro", "nicht im hause", "bin ich im urlaub",
    "ich bin im urlaub", "derzeit nicht erreichbar", "zurzeit abwesend", "derzeit abwesend", "ich bin abwesend",
    "actuellement absent", "suis absent", "suis en congé", "fuera de la oficina", "estoy de vacaciones", "fuori ufficio",
    "sono in ferie", "sono assente", "estou de férias", "fora do escritório", "ben ik afwezig", "niet aanwezig",
    "niet op kantoor", "är på semester", "är inte på kontoret", "er på ferie", "ikke på kontoret", "olen lomalla",
    "poissa toimistolta", "jestem na urlopie", "poza biurem", "jsem na dovolené", "mimo kancelář", "szabadságon vagyok",
    "sunt în concediu", "в отпуске", "отсутствую", "у відпустці", "izindeyim", "ofis dışındayım", "不在にして", "休暇",
    "休假", "不在办公室", "휴가 중", "부재중", "außer haus", "bis auf weiteres abwesend", NULL
};

const char *const kind_until_words[] = {
    "until ", "bis ", "jusqu'au", "jusqu’au", "hasta ", "fino al", "até ", "tot en met", " tot ", "till ", " til ", "asti",
    "do dnia", " do ", "pană", "până", " до ", "kadar", "まで", "까지", "至", NULL
};

const char *const kind_return_words[] = {
    "will return", "will be back", "be back on", "back in the office", "limited access", "no access to e",
    "urgent matters", "in urgent cases", "upon my return", "wieder erreichbar", "zurück am", "nicht weitergeleitet",
    "wieder im büro", "in dringenden fällen", "de retour", "en cas d'urgence", "en cas d’urgence", "volveré",
    "en caso de urgencia", "rientrerò", "per urgenze", "retornarei", "em caso de urgência", "terug op", "åter på kontoret",
    "tilbage på kontoret", "tilbake på kontoret", "palaan", "wracam", "wrócę", "vrátím", "visszatérek", "revin", "вернусь",
    "повернусь", "döneceğim", "戻り", "返回", "回来", "복귀", NULL
};

const char *const kind_automatic_words[] = {
    "this is an automated message", "this is an automatic message", "this is an automated response",
    "this is an automated reply", "this is an automatic reply", "this is an auto-generated",
    "this message has been automatically generated", "this message was automatically generated",
    "this email was automatically generated", "this e-mail was automatically generated",
    "this is an automatically generated", "this is a system-generated", "this is a system generated",
    "please do not reply to this e", "please do not respond to this e", "do not reply to this email",
    "do not reply to this message", "this mailbox is not monitored", "automatisch generierte e-mail",
    "automatisch generierte nachricht", "automatisch erzeugte", "automatisch erstellte nachricht",
    "bitte antworten sie nicht auf diese", "ceci est un message automatique", "ceci est un e-mail automatique",
    "merci de ne pas répondre à ce", "message généré automatiquement", "este es un mensaje automático",
    "mensaje generado automáticamente", "no responda a este", "esta é uma mensagem automática",
    "não responda a este", "questo è un messaggio automatico", "messaggio generato automaticamente",
    "non rispondere a questa", "dit is een automatisch", "automatisch gegenereerd", "detta är ett automatiskt",
    "dette er en automatisk", "tämä on automaattinen", "to jest automatyczna", "wiadomość wygenerowana automatycznie",
    "prosimy nie odpowiadać na", "toto je automatick", "это автоматическое сообщение", "сгенерировано автоматически",
    "не отвечайте на это", "це автоматичне", "ez egy automatikus", "acesta este un mesaj automat",
    "bu otomatik bir", "αυτόματο μήνυμα", "自動送信されています", "自動配信", "本邮件由系统自动", "此邮件为系统自动", "자동으로 발송", "this is an automated response to your message", "dies ist eine automatische antwort", "hinweis: dies ist eine automatische", "ceci est une réponse automatique", "esta es una respuesta automática", "questa è una risposta automatica", "esta é uma resposta automática", "det här är ett automatiskt", "toto je automatická", "to jest automatyczna odpowiedź", "これは自動応答", "这是自动回复", "này là thư trả lời tự động", NULL
};

const char *const kind_receipt_of_request_subjects[] = {
    "[request received]", "ticket received", "ticket created", "ticket has been created", "ticket opened", "autoreply:",
    "request received", "we received your request", "we have received your", "your request has been received",
    "case created", "case opened", "new case", "bei uns eingegangen", "eingangsbestätigung", "ticket erstellt",
    "empfangsbestätigung", "accusé de réception", "demande reçue", "hemos recibido su", "recibimos tu", "acuse de recibo",
    "recebemos sua", "recebemos seu", "abbiamo ricevuto", "ontvangstbevestiging", "vi har mottagit", "vi har modtaget",
    "vi har mottatt", "potwierdzenie otrzymania", "přijali jsme", "заявка принята", "заявка зарегистрирована",
    "ваш запрос", "talebiniz alınmıştır", "受け付けました", "已收到您的", NULL
};

const char *const kind_receipt_of_request_words[] = {
    "we received your request", "we have received your", "has been received and", "received your request",
    "request for support has been created", "assigned ticket", "assigned the ticket", "ticket has been created",
    "ticket has been opened", "ticket was created", "being reviewed by our support", "our support team will",
    "a representative will", "we will get back to you", "we'll get back to you", "get back to you as soon as",
    "thanks for contacting", "thank you for contacting", "vielen dank für ihre anfrage", "ihre anfrage ist",
    "wir haben ihre anfrage", "wir haben ihre nachricht erhalten", "schnellstmöglich", "ticket wurde",
    "avons bien reçu votre", "dans les plus brefs délais", "hemos recibido su", "a la brevedad", "recebemos sua",
    "o mais breve possível", "abbiamo ricevuto la", "il prima possibile", "we hebben uw", "zo spoedig mogelijk",
    "otrzymaliśmy", "ваше обращение", "ваша заявка", "в ближайшее время", "お問い合わせを受け付け", "我们已收到", NULL
};

const char *const kind_machine_subjects[] = {
    "cron <", "anacron job", "** problem ", "** recovery ", "** acknowledgement ", "** flapping", "[firing:",
    "[alerting]", "[triggered on", "[recovered on", "[monitor alert]", "[pagerduty]", "build failed in jenkins",
    "jenkins build is", "mdadm:", "failarray event", "degradedarray event", "logwatch for", "[fail2ban]",
    "unattended-upgrades result", "smart error (", "message from km_", "message from \"rnp", "scanned from a ",
    "new voicemail from", "new voice message from", "voice message from +", "voicemail from +", "eingehendes fax von",
    "new message 1 in mailbox", "report domain:", NULL
};

const char *const kind_machine_topics[] = {
    "problem:", "resolved:", "[resolved]", "[no data]", "[ok]", "monitor is down:", "monitor is up:", "down:", "up:",
    "[incident ", "failed pipeline", "[prtg", "sensor down", "down escalation", "scan from", "scanned from", "scan de ",
    "scan von", "attached image", "new voice", "voicemail from", "voice message from", "fax from", "you received a new fax",
    "eingehendes fax", "neue sprachnachricht", "neue voicemail", "sicherheitswarnung", "backup report", "alert:",
    "warning:", "critical:", "new message", NULL
};

const char *const kind_machine_words[] = {
    "device name:", "device model:", "number of images:", "attachment file type:", "please open the attached document",
    "prtg network", "uptimerobot", "uptime robot", "is currently down", "is currently up", "alert was triggered",
    "problem started at", "problem has been resolved", "event id:", "original problem id", "severity:", "trigger:",
    "host:", "service:", "pipeline #", "grafana", "nagios", "icinga", "caller id", "callerid", "number of pages:",
    "gerätename:", "modell:", "nombre del dispositivo", "nom du périphérique", NULL
};

const char *const kind_personal_beginnings[] = {"i ", "i'", "ich ", NULL};

const char *const kind_personal_words[] = {" i ", " i'", " my ", " me ", " me.", " ich ", " mein", NULL};

const char *const kind_first_person[] = {
    "i am taking", "i will ", "i'll ", "i have ", "i've ", " me.", " me ", " me,", " me!", " my ", " ich ", " mich", " mir ",
    " moi", " je ", "j'ai", " yo ", " mí", " eu ", " mim", " io ", " mio ", " mij", " jag ", " jeg ", " mnie", " mnou", " мне ", " я ",
    NULL
};

const char *const kind_calendar_subjects[] = {
    "accepted", "declined", "tentative", "tentatively accepted", "updated invitation", "zugesagt", "angenommen",
    "abgelehnt", "mit vorbehalt", "accepté", "accepté(e)", "refusé", "refusé(e)", "provisoire", "aceptada", "aceptado",
    "rechazada", "rechazado", "provisional", "accettato", "accettata", "rifiutato", "rifiutata", "aceito", "aceita",
    "recusado", "geaccepteerd", "geweigerd", "voorlopig", "godkänt", "accepterat", "avböjt", "accepteret", "afslået",
    "godtatt", "avslått", "hyväksytty", "hylätty", "zaakceptowano", "odrzucono", "přijato", "odmítnuto", "принято",
    "отклонено", "под вопросом", "elfogadva", "elutasítva", "kabul edildi", "reddedildi", "承諾", "辞退", "已接受", "已拒绝",
    "已谢绝", "수락됨", "거절됨", NULL
};

const char *const kind_calendar_words[] = {
    "has accepted this invitation", "has declined this invitation", "has replied \"maybe\"", "hat diese einladung",
    "a accepté cette invitation", "a refusé cette invitation", "ha aceptado esta invitación", "ha rechazado esta",
    "ha accettato", "aceitou este convite", "heeft deze uitnodiging", NULL
};

const char *const kind_read_subjects[] = {
    "read", "not read", "return receipt", "read receipt", "gelesen", "nicht gelesen", "ungelesen gelöscht",
    "lesebestätigung", "lu", "non lu", "accusé de lecture", "leído", "leido", "no leído", "confirmación de lectura",
    "letto", "non letto", "lida", "lido", "não lida", "gelezen", "niet gelezen", "läst", "oläst", "læst", "lest", "ulest",
    "luettu", "lukematta", "przeczytano", "nie przeczytano", "přečteno", "prečítané", "прочтено", "не прочтено", "прочитано",
    "elolvasva", "citit", "okundu", "διαβάστηκε", "開封済み", "開封済", "已读", "已讀", "읽음", "delivered", "delivery receipt", "zugestellt", "entregado", "entregue", "consegnato", "bezorgd", "levererat", NULL
};

const char *const kind_read_words[] = {
    "was read on", "was deleted without being read", "has been read", "was displayed on", "wurde gelesen",
    "gelesen am", "ungelesen gelöscht", "ohne gelesen zu werden", "a été lu", "supprimé sans", "fue leído", "se leyó",
    "ha sido leído", "eliminado sin", "è stato letto", "eliminato senza", "foi lida", "foi excluída sem", "is gelezen",
    "lästes", "blev læst", "ble lest", "luettiin", "została przeczytana", "zostało przeczytan", "byla přečtena",
    "bola prečítaná", "было прочтено", "прочитано", "elolvas", "a fost citit", "okundu", "開封", "已阅读", "已讀取", "읽었", "wurde am ", "se ha leído", "foi lido", "è stato aperto", "was opened on", "was delivered to the following", "has been delivered to the following", "delivery to these recipients or groups is complete", "wurde an die folgenden empfänger", "wurde den folgenden empfängern", "se ha entregado a", "foi entregue a", "è stato recapitato", "is bezorgd bij", "läst den", "已被阅读", "읽은 시간", NULL
};

const char *const kind_challenge_sentences[] = {
    "i now allow incoming messages only from senders", "prove you are a human", "prove that you are a human",
    "prove you are human", "prove you're human", "confirm you are human", "confirm that you are a human",
    "click the link below to request approval", "your message is being held because", "retida pelo antispam",
    "clique no link para confirmar o envio", "verify that you are a real person", "click here to verify yourself",
    "has not been delivered yet because your address", "bestätigen sie, dass sie kein roboter",
    "um ihre nachricht zuzustellen, klicken", "подтвердите, что вы не робот", "please add yourself to my guest list", "your message was waitlisted", "was waitlisted", "using choicemail", "ask for my approval", "protected by spamblocker", "list of allowed senders", "protecting myself from receiving junk mail", "protecting themselves from receiving junk mail", "to be added to my allowed senders", "to be placed on my approved senders", "human verification is required to deliver", NULL
};

/* clang-format on */
