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
    "awtomatikong tugon", "jibu otomatiki", "nieobecność", "out of office autoreply", "auto: re", "auto: aw", "auto: sv", "abwesenheitsnachricht", "abwesenheitsbenachrichtigung",
    "ooo:", "ooo re", "[out of office]", "[ooo]", "[auto-reply]", "[autoreply]", "[automatic reply]", NULL
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
    "休假", "不在办公室", "휴가 중", "부재중", "außer haus", "bis auf weiteres abwesend",
    "on maternity leave", "on parental leave", "on paternity leave", "on sick leave", "on leave until",
    "away from the office", "away from my desk", "i am travelling", "i am traveling", "i will be travelling",
    "i will be traveling", "out of town", "on a business trip", "our office is closed", "our offices are closed",
    "office will be closed", "on holiday until", "i am on holiday", "i'm on holiday", "im urlaub",
    "auf dienstreise", "in elternzeit", "im mutterschutz", "nicht am platz", "serai absent", "en déplacement",
    "en congés", "en congé", "estaré fuera", "estaré ausente", "me encuentro fuera", "de vacaciones", "de baja por",
    "sarò assente", "sarò in ferie", "fuori sede", "in maternità", "estarei ausente", "estarei de férias",
    "ausente do escritório", " afwezig", "met vakantie", "op vakantie", "met zwangerschapsverlof", "på barsel",
    "fraværende", "föräldraledig", "tjänstledig", "på semester", "vanhempainvapaa", "lomalla", "na urlopie",
    "nieobecny", "nieobecna", "na dovolené", "na dovolenke", "čerpám dovolenou", "szabadságon", "în concediu",
    "sunt plecat", "в командировке", "у відрядженні", "в отпуск до", "отсъствам", "απουσιάζω", "θα απουσιάσω",
    "εκτός γραφείου", "σε άδεια", "na godišnjem", "na odmoru", "odsutan", "odsutna", "na dopustu", "odsoten",
    "odsotna", "puhkusel", "atvaļinājumā", "atostogauju", "atostogose", "izinde olaca", "izinliyim", "ofis dışında",
    "في إجازة", "خارج المكتب", "בחופשה", "מחוץ למשרד", "در مرخصی", "छुट्टी पर", "nghỉ phép", "đi công tác",
    "sedang cuti", "ลาพักร้อน", "ลาพักผ่อน", "í fríi", "de vacances", "fora de l'oficina",
    "at a conference", "slow to respond", "slow to reply", "slow in responding", "limited availability",
    "ooo until", "ooo from", "will be away", "am away until", "away on business", "auf konferenz",
    "auf einer messe", "auf messe",
    "in congedo", "betriebsferien", "betriebsurlaub", "fermeture annuelle", "fermé pour congé", "fermés pour congé",
    "chiusi per ferie", "chiusura estiva", "cerrado por vacaciones", "cerrados por vacaciones",
    "fechado para férias", "gesloten wegens", "semesterstängt", "ferielukket", "feriestengt", "в отпуск съм",
    "съм в отпуск", "zavřeno z důvodu", "zamknięte z powodu", NULL
};

const char *const kind_until_words[] = {
    "until ", "bis ", "jusqu'au", "jusqu’au", "hasta ", "fino al", "até ", "tot en met", " tot ", "till ", " til ", "asti",
    "do dnia", " do ", "pană", "până", " до ", "kadar", "まで", "까지", "至",
    "έως", "μέχρι", "-ig", "kuni ", "līdz", " iki ", "حتى", " עד ", "đến ", "sampai", "hingga", "ถึง", "saakka",
    " fins ", " तक", " تا ", "up to and including", "through ", "vom ", NULL
};

const char *const kind_return_words[] = {
    "will return", "will be back", "be back on", "back in the office", "limited access", "no access to e",
    "urgent matters", "in urgent cases", "upon my return", "wieder erreichbar", "zurück am", "nicht weitergeleitet",
    "wieder im büro", "in dringenden fällen", "de retour", "en cas d'urgence", "en cas d’urgence", "volveré",
    "en caso de urgencia", "rientrerò", "per urgenze", "retornarei", "em caso de urgência", "terug op", "åter på kontoret",
    "tilbage på kontoret", "tilbake på kontoret", "palaan", "wracam", "wrócę", "vrátím", "visszatérek", "revin", "вернусь",
    "повернусь", "döneceğim", "戻り", "返回", "回来", "복귀",
    "will respond upon", "when i return", "as soon as i return", "as soon as i am back", "in my absence",
    "during my absence", "if your matter is urgent", "if it is urgent", "for urgent", "in meiner abwesenheit",
    "während meiner abwesenheit", "bei dringenden", "en mon absence", "pendant mon absence", "pour toute urgence",
    "en cas de besoin", "durante mi ausencia", "para asuntos urgentes", "casos urgentes", "durante la mia assenza",
    "in caso di urgenza", "per urgenza", "durante a minha ausência", "assuntos urgentes", "in mijn afwezigheid",
    "tijdens mijn afwezigheid", "voor dringende", "bij dringende", "under min frånvaro", "brådskande",
    "hvis det haster", "ved hast", "kiireellis", "w pilnych", "v naléhavých", "v súrnych", "sürgős", "по срочным",
    "у термінових", "acil durum", "за спешни", "για επείγοντα", "u hitnim", "nujnih", "お急ぎの", "急事", "如有急", "급한",
    "للأمور العاجلة", "דחופים", "για επείγ", "pentru urgen", "caz de urgen", "kiirete", "skubiais", "steidzam",
    "if urgent", "back on monday", "back on tuesday", "back on wednesday", "back on thursday", "back on friday",
    "per qualsiasi necessità", "danach bearbeitet", "anschließend bearbeitet", "при спешни", "en caso urgente",
    "traitée à notre retour", "trường hợp khẩn", "hal mendesak", "keperluan mendesak", "hitne slučajeve",
    "hitnim slučaj", NULL
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
    "bu otomatik bir", "αυτόματο μήνυμα", "自動送信されています", "自動配信", "本邮件由系统自动", "此邮件为系统自动", "자동으로 발송", "this is an automated response to your message", "dies ist eine automatische antwort", "hinweis: dies ist eine automatische", "ceci est une réponse automatique", "esta es una respuesta automática", "questa è una risposta automatica", "esta é uma resposta automática", "det här är ett automatiskt", "toto je automatická", "to jest automatyczna odpowiedź", "これは自動応答", "这是自动回复", "này là thư trả lời tự động",
    "please do not reply to this address", "this message was created automatically",
    "this mail was created automatically", "this email was created automatically",
    "this e-mail was created automatically", "was created automatically. please do not reply",
    "was sent automatically", "this email was sent automatically", "no reply is necessary",
    "do not reply directly to this", "replies to this email are not", "replies to this message are not",
    "replies to this address are not", "diese e-mail wurde automatisch", "diese nachricht wurde automatisch",
    "diese mail wurde automatisch", "cet e-mail a été envoyé automatiquement",
    "ce message a été envoyé automatiquement", "ce message a été généré automatiquement", "ne pas répondre à cet e",
    "ne pas répondre à ce message", "este correo ha sido generado automáticamente",
    "este mensaje ha sido generado automáticamente", "este correo se ha generado", "este mensaje se ha generado",
    "no responder a este", "este e-mail foi gerado automaticamente", "esta mensagem foi gerada automaticamente",
    "favor não responder", "questa email è stata generata automaticamente",
    "questo messaggio è stato generato automaticamente", "si prega di non rispondere a",
    "deze e-mail is automatisch", "dit bericht is automatisch", "niet reageren op deze", "har skickats automatiskt",
    "har skapats automatiskt", "svara inte på detta", "er sendt automatisk", "besvar ikke denne",
    "ikke svar på denne", "on lähetetty automaattisesti", "älä vastaa tähän", "została wygenerowana automatycznie",
    "została wysłana automatycznie", "proszę nie odpowiadać na", "byl vygenerován automaticky",
    "byl odeslán automaticky", "neodpovídejte na tento", "bol vygenerovaný automaticky", "neodpovedajte na tento",
    "сформировано автоматически", "отправлено автоматически", "создано автоматически", "не отвечайте на данное",
    "створено автоматично", "не відповідайте на цей", "ezt az üzenetet automatikusan", "kérjük, ne válaszoljon",
    "a fost generat automat", "nu răspundeți la acest", "bu e-posta otomatik olarak", "bu mesaj otomatik olarak",
    "bu e-postayı yanıtlamayın", "δημιουργήθηκε αυτόματα", "μην απαντήσετε σε αυτό", "генерирано автоматично",
    "не отговаряйте на това", "ova poruka je automatski", "molimo ne odgovarajte na", "このメールは自動", "送信専用", "请勿回复",
    "请勿直接回复", "請勿回覆", "请不要回复", "발신 전용", "회신하지 마", "هذه رسالة آلية", "رسالة تلقائية", "لا ترد على هذه",
    "נשלחה באופן אוטומטי", "אין להשיב להודעה", "đây là email tự động", "không trả lời email này",
    "dikirim secara otomatis", "mohon tidak membalas", "อย่าตอบกลับ", "this is an automated notification",
    "this is an automatic notification", "automated email. please", "is an automated email",
    "this message was generated automatically", "this mail was generated automatically",
    "this email has been generated automatically", "this e-mail has been generated automatically",
    "ez az üzenet automatikus", NULL
};

const char *const kind_receipt_of_request_subjects[] = {
    "[request received]", "ticket received", "ticket created", "ticket has been created", "ticket opened", "autoreply:",
    "request received", "we received your request", "we have received your", "your request has been received",
    "case created", "case opened", "new case", "bei uns eingegangen", "eingangsbestätigung", "ticket erstellt",
    "empfangsbestätigung", "accusé de réception", "demande reçue", "hemos recibido su", "recibimos tu", "acuse de recibo",
    "recebemos sua", "recebemos seu", "abbiamo ricevuto", "ontvangstbevestiging", "vi har mottagit", "vi har modtaget",
    "vi har mottatt", "potwierdzenie otrzymania", "přijali jsme", "заявка принята", "заявка зарегистрирована",
    "ваш запрос", "talebiniz alınmıştır", "受け付けました", "已收到您的",
    "vi har tagit emot", "zgłoszenie zostało", "zarejestrowaliśmy", "nous avons bien reçu", "votre demande a été",
    "we got your message", "thanks for your message", "ihre anfrage", "ihr anliegen", "uw bericht is ontvangen",
    "wij hebben uw", "megkaptuk", "am primit solicitarea", "λάβαμε το", "ваше обращение", "ваше звернення",
    "ricevuta della tua", "tiketti", "olemme vastaanottaneet", "お問い合わせありがとう", "접수되었습니다", "تم استلام طلبك",
    "פנייתך התקבלה", "yêu cầu của bạn đã", NULL
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
    "otrzymaliśmy", "ваше обращение", "ваша заявка", "в ближайшее время", "お問い合わせを受け付け", "我们已收到",
    "we received your message", "has been logged", "your reference number", "ticket number", "case number",
    "we aim to respond", "within one business day", "within 24 hours", "within two business days",
    "ärende har fått", "vi återkommer", "tagit emot ditt", "tack för ditt meddelande", "vi har mottatt",
    "vi har modtaget", "vi vender tilbage", "vi kommer tilbake", "din henvendelse", "din forespørsel",
    "olemme vastaanottaneet", "vastaamme", "twoje zgłoszenie", "odpowiemy najszybciej", "dziękujemy za kontakt",
    "skontaktujemy się", "děkujeme za", "váš požadavek", "odpovíme", "ďakujeme za", "vašu požiadavku", "talebiniz",
    "en kısa sürede", "numarası ile", "ваше звернення", "найближчим часом", "megkaptuk", "hamarosan válaszolunk",
    "am primit", "vom răspunde", "cât mai curând", "λάβαμε", "θα σας απαντήσουμε", "votre demande",
    "numéro de dossier", "vous répondrons", "su solicitud", "número de caso", "le responderemos", "sua solicitação",
    "responderemos", "protocolo:", "la tua richiesta", "ti risponderemo", "le risponderemo", "uw vraag ontvangen",
    "nemen zo spoedig", "uw bericht ontvangen", "melden uns so bald", "melden uns bei ihnen", "unter der nummer",
    "ihr anliegen", "受付番号", "担当者より", "折り返し", "工单编号", "客服将", "尽快与您联系", "접수되었", "문의해 주셔서", "빠른 시일 내", "سنرد عليك",
    "تم استلام", "נחזור אליך", "פנייתך", "chúng tôi sẽ phản hồi", "đã nhận được", "kami akan segera",
    "telah kami terima", NULL
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
    "warning:", "critical:", "new message",
    "nuevo mensaje de voz", "nouveau message vocal", "nuovo messaggio vocale", "nova mensagem de voz",
    "nieuw voicemailbericht", "nieuwe voicemail", "nytt röstmeddelande", "ny talebesked", "ny talemelding",
    "nowa wiadomość głosowa", "nová hlasová zpráva", "новое голосовое", "yeni sesli mesaj", "新しい音声メッセージ", "语音留言",
    "nuevo fax", "nouveau fax", "nuovo fax", "faxnachricht",
    "quarantine summary", "quarantine report", "quarantine digest", "quarantine notification", "spam quarantine",
    "spam digest", "quarantäne", "ups:", "ups event", "backup task", "backup job", "backup completed",
    "backup failed", "backup successful", "datensicherung", "sicherungsauftrag", "motion detected", "disk usage",
    "certificate expir", "new device connected", NULL
};

const char *const kind_machine_words[] = {
    "device name:", "device model:", "number of images:", "attachment file type:", "please open the attached document",
    "prtg network", "uptimerobot", "uptime robot", "is currently down", "is currently up", "alert was triggered",
    "problem started at", "problem has been resolved", "event id:", "original problem id", "severity:", "trigger:",
    "host:", "service:", "pipeline #", "grafana", "nagios", "icinga", "caller id", "callerid", "number of pages:",
    "gerätename:", "modell:", "nombre del dispositivo", "nom du périphérique",
    "duration:", "dauer:", "duración:", "durée :", "durée:", "durata:", "duração:", "duur:", "varaktighet",
    "varighed", "varighet", "czas trwania", "délka:", "длительность", "süre:", "再生時間", "anrufer:", "appelant",
    "número de páginas", "anzahl seiten",
    "event:", "messages in quarantine", "release them", "backup task", "has been completed", "on battery",
    "device:", "serial number:", "hostname:", "server name:", "node:", "status:", "exit code", NULL
};

const char *const kind_personal_beginnings[] = {"i ", "i'", "ich ", NULL};

const char *const kind_personal_words[] = {" i'", " my ", " me ", " me.", " ich ", " mein", NULL};

const char *const kind_first_person[] = {
    "i am taking", "i will ", "i'll ", "i have ", "i've ", " me.", " me ", " me,", " me!", " my ", " ich ", " mich", " mir ",
    " moi", " je suis", " je ne ", " je n'", " je n’", " je vous", " je voudrais", " je souhait", " je peux", " je veux", " je reçois", " je viens", " je vais", " je reste", " je me ", " je prends", "j'ai", " yo ", " mí", " eu ", " mim", " io ", " mio ", " mij", " jag ", " jeg ", " mnie", " mnou", " мне ", " я ",
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
    "bola prečítaná", "было прочтено", "прочитано", "elolvas", "a fost citit", "okundu", "開封", "已阅读", "已讀取", "읽었", "wurde am ", "se ha leído", "foi lido", "è stato aperto", "was opened on", "was delivered to the following", "has been delivered to the following", "delivery to these recipients or groups is complete", "wurde an die folgenden empfänger", "wurde den folgenden empfängern", "se ha entregado a", "foi entregue a", "è stato recapitato", "is bezorgd bij", "läst den", "已被阅读", "읽은 시간",
    "διαβάστηκε", "mesajınız", "elolvasták", "přečetl", " lestes", "lästs",
    "被阅读", "被閱讀", "eliminó sin", "leyó el", "gelöscht, ohne", "supprimé sans avoir", NULL
};

const char *const kind_challenge_sentences[] = {
    "i now allow incoming messages only from senders", "prove you are a human", "prove that you are a human",
    "prove you are human", "prove you're human", "confirm you are human", "confirm that you are a human",
    "click the link below to request approval", "your message is being held because", "retida pelo antispam",
    "clique no link para confirmar o envio", "verify that you are a real person", "click here to verify yourself",
    "has not been delivered yet because your address", "bestätigen sie, dass sie kein roboter",
    "um ihre nachricht zuzustellen, klicken", "подтвердите, что вы не робот", "please add yourself to my guest list", "your message was waitlisted", "was waitlisted", "using choicemail", "ask for my approval", "protected by spamblocker", "list of allowed senders", "protecting myself from receiving junk mail", "protecting themselves from receiving junk mail", "to be added to my allowed senders", "to be placed on my approved senders", "human verification is required to deliver",
    "para que sua mensagem seja entregue", "confirme o envio", "confirme que você não é um rob",
    "para que su mensaje sea entregado", "confirme que no es un robot", "que vous n'êtes pas un robot",
    "que vous n’êtes pas un robot", "pour que votre message soit remis", "pour que votre message soit délivré",
    "non sei un robot", "di non essere un robot", "bevestig dat u geen robot",
    "damit ihre nachricht zugestellt wird", "dass sie kein spam", "że nie jesteś robotem",
    "чтобы ваше письмо было доставлено", "robot olmadığınızı", "ロボットではないこと", "确认您不是机器人",
    "to have your message delivered to my inbox", "first-time senders to verify", "deliver your message, click",
    "please authenticate your message", "authenticate your email by", "i use a challenge",
    "sender confirmation is required", NULL
};

/* clang-format on */
