#include "parsers/reply/phrases.h"

/* A language a paragraph, folded as languages.h says: the lines that clients write above a mail that is
 * passed on, without what they draw around them. Where who did it follows ("Forwarded by …"), the words
 * before that. */

/* clang-format off */

const char *const phrases_forward[] = {
    /* English */
    "forwarded message", "forwarded by", "forwarded mail", "forwarded email", "forwarded e-mail",
    "begin forwarded message", "start of forwarded message", "begin forwarded email",
    /* German */
    "weitergeleitete nachricht", "weitergeleitete mail", "weitergeleitete e-mail", "weitergeleitet von",
    "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
    /* French */
    "message transféré", "message réexpédié", "mail transféré", "courriel transféré", "courrier transféré",
    "transféré par", "réexpédié par", "début du message transféré", "début du message réexpédié",
    /* Spanish */
    "mensaje reenviado", "correo reenviado", "reenviado por", "inicio del mensaje reenviado",
    /* Catalan */
    "missatge reenviat", "inici del missatge reenviat", "inici del missatge reenviat a continuació",
    /* Galician */
    "mensaxe reenviada", "inicio da mensaxe reenviada",
    /* Basque */
    "birbidalitako mezua",
    /* Italian */
    "messaggio inoltrato", "inoltrato da", "inizio messaggio inoltrato", "inizio del messaggio inoltrato",
    /* Portuguese */
    "mensagem encaminhada", "mensagem reencaminhada", "encaminhado por", "reencaminhado por",
    "início da mensagem encaminhada", "início da mensagem reencaminhada",
    /* Romanian */
    "mesaj redirecționat", "mesaj redirecţionat", "mesaj transmis", "mesaj înaintat",
    "început mesaj redirecționat", "începutul mesajului redirecționat",
    /* Dutch */
    "doorgestuurd bericht", "doorgestuurd door", "begin doorgestuurd bericht",
    /* Swedish */
    "vidarebefordrat meddelande", "vidarebefordrat brev", "vidarebefordrat mejl", "vidarebefordrat mail",
    "vidarebefordrat av", "vidarebefordrat meddelande börjar",
    /* Danish */
    "videresendt meddelelse", "videresendt besked", "videresendt af", "start på videresendt besked",
    "start på videresendt meddelelse",
    /* Norwegian */
    "videresendt melding", "videresendt e-post", "videresendt av", "start på videresendt melding",
    /* Icelandic */
    "áframsendur póstur", "áframsent bréf", "áframsend skilaboð",
    /* Finnish */
    "välitetty viesti", "välitetty sähköposti", "välitetty viesti alkaa", "edelleenlähetetty viesti",
    /* Estonian */
    "edastatud kiri", "edastatud sõnum", "edastatud teade",
    /* Latvian */
    "pārsūtīta vēstule", "pārsūtītais ziņojums", "pārsūtīts ziņojums", "pārsūtītā vēstule",
    /* Lithuanian */
    "persiųstas laiškas", "persiųsta žinutė", "persiųstas pranešimas", "persiunčiamas laiškas",
    /* Polish */
    "przekazana wiadomość", "wiadomość przekazana", "przekazane przez", "treść przekazanej wiadomości",
    "początek przekazywanej wiadomości", "początek przekazanej wiadomości",
    /* Czech */
    "přeposlaná zpráva", "přeposlaný e-mail", "přeposlaný email", "přeposláno uživatelem", "předaná zpráva",
    "začátek přeposílané zprávy", "začátek přeposlané zprávy",
    /* Slovak */
    "preposlaná správa", "preposlaný e-mail", "začiatok preposlanej správy",
    /* Slovenian */
    "posredovano sporočilo", "posredovana pošta", "začetek posredovanega sporočila",
    /* Croatian, bosnian, serbian */
    "proslijeđena poruka", "prosleđena poruka", "proslijeđena e-pošta", "započni proslijeđenu poruku",
    "početak proslijeđene poruke", "početak prosleđene poruke",
    /* Serbian */
    "прослеђена порука", "почетак прослеђене поруке",
    /* Macedonian */
    "препратена порака",
    /* Bulgarian */
    "препратено съобщение", "препратено писмо", "начало на препратеното съобщение",
    "начало на препратено съобщение",
    /* Russian */
    "начало переадресованного сообщения", "пересылаемое сообщение", "пересланное сообщение",
    "переадресованное сообщение", "пересланное письмо", "пересылаемое письмо", "начало пересылаемого сообщения",
    "начало пересланного сообщения", "переслано",
    /* Ukrainian */
    "переслане повідомлення", "переспрямоване повідомлення", "пересланий лист",
    "початок листа, що пересилається", "початок пересланого повідомлення",
    /* Belarusian */
    "перасланае паведамленне", "перанакіраванае паведамленне",
    /* Hungarian */
    "továbbított üzenet", "továbbított levél", "a továbbított levél kezdete", "továbbított üzenet kezdete",
    /* Turkish */
    "iletilen mesaj", "iletilen ileti", "iletilmiş mesaj", "yönlendirilen mesaj", "yönlendirilmiş ileti",
    "ileti başlangıcı", "iletilen ileti başlangıcı",
    /* Greek */
    "προωθημένο μήνυμα", "προωθούμενο μήνυμα", "αρχή προωθημένου μηνύματος",
    /* Hebrew */
    "הודעה שהועברה", "תחילת ההודעה שהועברה", "הודעה מועברת",
    /* Arabic */
    "رسالة معاد توجيهها", "رسالة محولة", "بدء الرسالة المعاد توجيهها", "الرسالة المعاد توجيهها",
    /* Persian */
    "پیام هدایت‌شده", "پیام هدایت شده", "پیام هدایتشده", "پیام ارسال شده", "پیام بازارسال‌شده",
    /* Hindi */
    "अग्रेषित संदेश", "अग्रेषित सन्देश",
    /* Thai */
    "ข้อความที่ส่งต่อ", "ข้อความที่ถูกส่งต่อ", "เริ่มต้นข้อความที่ถูกส่งต่อ",
    /* Vietnamese */
    "thư đã chuyển tiếp", "thư được chuyển tiếp", "tin nhắn đã chuyển tiếp", "thư chuyển tiếp",
    "bắt đầu thư được chuyển tiếp",
    /* Indonesian, malay */
    "pesan terusan", "pesan yang diteruskan", "mulai pesan terusan", "mesej yang dimajukan",
    /* Japanese */
    "転送メッセージ", "転送されたメッセージ", "転送メール", "転送元メッセージ", "転送されたメール",
    /* Chinese */
    "转发的邮件", "转发邮件", "转发邮件信息", "转发的消息", "下面是被转发的邮件", "被转发邮件信息", "轉寄的郵件", "轉寄郵件", "以下是被轉寄的郵件", "轉寄訊息", "轉寄的訊息",
    /* Korean */
    "전달된 메시지", "전달된 메일", "전달된 메세지", "전달된 메시지 시작", "전달 메일",
    NULL
};

/* clang-format on */
