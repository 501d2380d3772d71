#include "parsers/kind/report_phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const report_late_words[] = {
    "will be retried", "will retry", "keep trying", "continue to try", "still trying", "not yet been delivered",
    "not been delivered yet", "hasn't been delivered yet", "warning message only", "do not need to resend",
    "delivery delayed", "been delayed", "is delayed", "delayed mail", "delay reason", "notification (delay)",
    "delivery attempts will continue", "will continue to be attempted", "could not send message for past",
    "will be attempted again", "still being retried", "message delayed", "delayed delivery",
    "no action is required on your part", "delivery is delayed", "still undelivered after", "verzögert",
    "noch nicht zugestellt", "wird weiterhin versucht", "weitere zustellversuche", "retardé", "n'a pas encore été",
    "nouvelles tentatives", "retrasad", "demorad", "aún no se ha", "se seguirá intentando", "atrasad",
    "ainda não foi", "continuará tentando", "ritardat", "in ritardo", "non è ancora stat", "vertraag",
    "nog niet afgeleverd", "nog niet bezorgd", "задерж", "отложена", "ещё не доставлено", "еще не доставлено",
    "opóźni", "jeszcze nie", "zpožd", "zpoždě", "ještě ne", "fördröj", "ännu inte", "forsink", "endnu ikke",
    "ennå ikke", "viiväst", "ei ole vielä", "遅延", "再送", "まだ配信されて", "延迟", "延遲", "尚未送达", "지연", "gecik",
    "henüz teslim", "being held until", "awaits moderator", "held for approval", NULL};

const char *const report_failed_words[] = {
    "could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered",
    "could not deliver", "couldn't deliver", "cannot deliver", "giving up", "given up", "gave up", "permanent",
    "has failed", "failed", "failure", "undeliverable", "undelivered", "not delivered", "wasn't delivered",
    "unable to deliver", "unable to delivery", "returned", "able to deliver your message", "not going to try again",
    "did not reach", "did not like", "problem with its delivery", "does not like recipient", "expired",
    "has been rejected", "was rejected", "delivery problems", "error delivering", "nicht zugestellt",
    "fehlgeschlagen", "unzustellbar", "nicht zustellbar", "n'a pas pu être", "échec", "impossible de remettre",
    "non remis", "no se pudo entregar", "no pudo ser", "no se ha podido", "no entregado", "não pôde ser",
    "não foi possível", "não entregue", "non è stato consegnato", "impossibile recapitare", "mancata consegna",
    "niet worden afgeleverd", "niet worden bezorgd", "niet afgeleverd", "onbestelbaar", "не может быть доставлено",
    "не было доставлено", "не доставлено", "не удалось доставить", "недоставлен", "nie została dostarczona",
    "nie mogła zostać", "nie dostarczono", "nepodařilo doručit", "nedoručiteln", "nelze doručit",
    "kunde inte levereras", "gick inte att leverera", "inte levererat", "kunne ikke leveres", "ikke leveret",
    "ikke levert", "ei voitu toimittaa", "toimittaminen epäonnistui", "配信できません", "配信されません", "送信できません", "届けられません",
    "エラー", "无法送达", "无法投递", "退回", "退信", "無法", "보낼 수 없", "전송되지 못", "전송 실패", "반송", "teslim edilemedi", "iletilemedi",
    "n'a pas été distribué", "échec de distribution", "echec de distribution", "non distribué", "no fue entregado",
    "no se entregó", "não foi entregue", "non è stato recapitato", "non recapitato", "is niet bezorgd",
    "wurde nicht übermittelt", "schlugen fehl", NULL};

/* clang-format on */
