#include "parsers/kind/phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const kind_programs[] = {
    "nagios", "zabbix", "icinga", "cron", "logwatch", "jenkins", "mailchimp", "jira", "confluence", "bugzilla",
    "redmine", "grafana", "prometheus", "smartd", "uptime", "asterisk", "canon mfp", "ricoh", "kyocera", "xerox",
    "konica", "sharp mx", "datadog",
    "synology", "qnap", "fritz!box", "truenas", "freenas", "proxmox", "veeam", "acronis", "unifi", "fortigate",
    "sophos", "watchguard", "smart-ups", "powerchute", "eaton", "idrac", "hp ilo", "brother ", "epson", "lexmark",
    "hikvision", "dahua", "reolink", "home assistant", "paperless", "wordpress backup", "duplicati", "borgmatic",
    "rclone", NULL
};

const char *const kind_ticket_programs[] = {"otrs", "znuny", "zendesk", "freshdesk", "helpscout", "help scout", "osticket", "zammad",
    "request tracker", "intercom", "hubspot", "kayako", "jira", NULL};

const char *const kind_responders[] = {"vacation", "autorespond", "autoreply", "auto-reply", NULL};

const char *const kind_bounce_subjects[] = {
    "undelivered mail", "undeliverable", "undelivered message", "undeliverd", "delivery status notification",
    "returned mail", "mail delivery failed", "mail delivery failure", "delivery failure", "delivery failed",
    "delivery has failed", "failure notice", "mail system error", "delivery notification", "delivery report",
    "nondeliverable", "non-deliverable", "non delivery", "non-delivery", "message could not be delivered",
    "mail could not be delivered", "could not be delivered", "couldn't be delivered", "could not deliver",
    "message not delivered", "email not delivered", "message you sent blocked", "returned to sender",
    "warning: message", "delayed mail", "delivery delayed", "message delayed", "delay in delivery",
    "error sending your mail", "your message was not delivered", "mail undeliverable", "mail returned",
    "bounced mail", "rejected mail", "not delivered", "delivery problem", "user unknown", "unzustellbar",
    "nicht zugestellt", "konnte nicht zugestellt", "unzustellbare", "fehlgeschlagene zustellung", "non remis",
    "non délivré", "échec de la remise", "échec de remise", "non distribuable", "no se puede entregar",
    "no se pudo entregar", "no entregado", "error de entrega", "mancato recapito", "non recapitabile",
    "impossibile recapitare", "não entregue", "não foi entregue", "falha na entrega", "onbestelbaar",
    "niet bezorgd", "kan inte levereras", "ej levererat", "olevererbart", "kunne ikke leveres",
    "kan ikke leveres", "ikke leveret", "ikke levert", "toimittaminen epäonnistui", "ei voitu toimittaa",
    "nie można dostarczyć", "niedostarczona", "nie dostarczono", "не доставлено", "недоставленное",
    "не удалось доставить", "ошибка доставки", "nedoručitelné", "nelze doručit", "teslim edilemedi",
    "iletilemedi", "kézbesítetlen", "配信不能", "配信できません", "送信できません", "无法投递", "退信",
    "無法傳遞", "投递失败", "배달되지 않음", "전송 실패", "échec de distribution", "echec de distribution", "error de entrega", "errore di consegna", "bezorgingsfout", "leveransfel", "leveringsfejl", "błąd dostarczenia", "chyba doručení", "配信エラー", "投递失败",
    "반송", "返送", "不達", "送信失敗", "配信失敗", "發送失敗", "kan ikke levere", NULL
};

const char *const kind_bounce_words[] = {
    "could not be delivered", "couldn't be delivered", "was not delivered", "wasn't able to deliver",
    "was unable to deliver", "delivery to the following recipient", "permanent error",
    "permanent fatal errors", "permanent failure", "delivery has failed", "failed permanently",
    "undeliverable", "did not reach the following", "your message did not reach", "returned to sender",
    "unable to deliver", "following addresses had", "delivery failed", "host unknown", "user unknown",
    "mailbox full", "has not been delivered", "not been delivered to", "nicht zugestellt werden",
    "не было доставлено", "delivery temporarily suspended", "delivery attempt", "message was not accepted",
    "no se pudo entregar", "no ha podido ser entregado", "n'a pas pu être remis", "n'a pas pu être délivré",
    "não pôde ser entregue", "non è stato possibile recapitare", "kon niet worden afgeleverd",
    "kon niet worden bezorgd", "kunde inte levereras", "kunne ikke leveres", "ei voitu toimittaa",
    "nie mogła zostać dostarczona", "nie można dostarczyć", "nelze doručit", "nepodařilo doručit",
    "не удалось доставить", "не может быть доставлено", "配信できません", "配信されません", "送信できません", "无法投递", "无法送达", "退信",
    "無法傳遞", "전송되지 못", "보낼 수 없", "teslim edilemedi", "iletilemedi",
    "반송", "返送", "届きませんでした", NULL
};

const char *const kind_vacation_subjects[] = {
    "out of office", "out-of-office", "out of the office", "automatic reply", "automated reply",
    "automatic response", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response",
    "autoresponse", "auto:", "away from", "vacation", "away until", "on leave", "on holiday", "abwesenheit",
    "abwesend", "automatische antwort", "automatische rückmeldung", "réponse automatique",
    "absence du bureau", "absent du bureau", "message d'absence", "respuesta automática",
    "respuesta automatica", "fuera de la oficina", "fuera de oficina", "risposta automatica", "fuori ufficio",
    "fuori sede", "resposta automática", "fora do escritório", "ausência temporária", "automatisch antwoord",
    "afwezigheid", "afwezig", "niet aanwezig", "autosvar", "automatiskt svar", "frånvaro", "automatisk svar",
    "automatisk svarsmelding", "fravær", "ikke til stede", "automaattinen vastaus", "poissaolo",
    "poissa toimistosta", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem", "nieobecność",
    "автоответ", "автоматический ответ", "вне офиса", "отсутствие", "автоматична відповідь",
    "automatická odpověď", "automatická odpoveď", "mimo kancelář", "nepřítomnost", "otomatik yanıt",
    "otomatik cevap", "ofis dışında", "automatikus válasz", "házon kívül", "răspuns automat",
    "αυτόματη απάντηση", "自動応答", "自動返信", "不在", "自动回复", "自动答复", "外出", "自動回覆", "자동 회신",
    "자동 응답", "부재중", "תשובה אוטומטית", "رد تلقائي", "außer haus", "fuera de la empresa",
    "ooo:", "ooo re", "[ooo]", NULL
};

const char *const kind_vacation_words[] = {
    "out of the office", "out of office", "on vacation", "on holiday", "on annual leave",
    "limited access to e", "will return on", "be back on", "automatic reply", "automated response",
    "im urlaub", "nicht im büro", "nicht im hause", "zurück am", "en congé", "absent", "fuera de la oficina",
    "de vacaciones", "in ferie", "fuori ufficio", "de férias", "met vakantie", "afwezig", "semester", "ferie",
    "lomalla", "urlopie", "в отпуске", "dovolené", "izinde", "休暇", "休假", "휴가", NULL
};

const char *const kind_challenge_subjects[] = {
    "please confirm your message", "confirm your email", "sender verification", "challenge:",
    "verify your email to", "your message requires verification", "message awaiting",
    "confirmation required for", "please verify your", "awaiting your verification", "verification required", "anti-spam: confirm",
    "[spam arrest", "action required: your message", "boxbe", "qconfirm", NULL
};

const char *const kind_challenge_words[] = {
    "prove that you are a human", "prove you are human", "prove you are a human", "prove you're human", "not a spammer",
    "verify that you are a", "approved senders", "your message is being held", "your message has been held",
    "until you confirm", "to have your message delivered", "complete this verification", "spam arrest",
    "one-time verification", "challenge-response", "to confirm that you sent", "my whitelist", "your address was not recognized",
    "confirm your message", "click the link below to confirm", "message has been quarantined until",
    "release your message", "to release your", "adressprüfung", NULL
};

/* clang-format on */
