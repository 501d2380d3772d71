/* Words about the address: its user, its domain, the sender. */
#include "parsers/kind/status_phrases.h"

#include <stddef.h>

/* clang-format off */

/* Both at once: the address is wrong, whichever it is. */
const char *const status_host_or_user[] = {
    "unknown host or user", "unknown user or host", "host or user", NULL};

/* X.1.10 (RFC 7505) */
const char *const status_null_mx[] = {
    "null mx", "nullmx", "indicated no smtp service", "does not accept mail", "doesn't accept mail",
    "domain does not receive mail", NULL};

/* X.1.2 */
const char *const status_host_unknown[] = {
    "host unknown", "unknown host", "domain not found", "no such domain", "name or service not known",
    "host or domain name not found", "couldn't find any host", "could not find a mail exchanger",
    "unrouteable mail domain", "unroutable mail domain", "no such host", "unable to look up", "host not found",
    "nxdomain", "name service error", "domain does not exist", "domain doesn't exist", "domain unknown",
    "unknown domain", "unable to lookup dns", "couldn't find a mail exchanger",
    "all relevant mx records point to non-existent hosts", "lookup failed", "dns lookup failure", "dns error",
    "bad destination mailbox address", "illegal host/domain", "hostname unresolvable", "domain could not be found",
    "domain couldn't be found", "cannot find your domain", "server not found", "domain name not found",
    "invalid domain", "domäne wurde nicht gefunden", "domain nicht gefunden", "unbekannte domain", "hôte inconnu",
    "domaine inconnu", "domaine introuvable", "dominio desconocido", "dominio no encontrado",
    "domínio desconhecido", "domínio não encontrado", "dominio sconosciuto", "dominio inesistente",
    "onbekend domein", "домен не найден", "домен не существует", "неизвестный домен", "nieznana domena",
    "neznámá doména", "okänd domän", "ukendt domæne", "ukjent domene", "tuntematon verkkotunnus", "ドメインが見つかりません",
    "ドメインは存在しません", "域名不存在", "无法解析域名", "도메인을 찾을 수 없", "non-existent domain", "nonexistent domain",
    "domain name unknown", "domain is not known", "domain not exist", "could not resolve host", "cannot resolve",
    "can't resolve", "domain name doesn't", "domain name does not", "could not be resolved", "not known to the dns",
    "no longer registered",
    "unable to resolve", "failed to resolve", "does not resolve to", NULL};

/* X.1.6 */
const char *const status_moved[] = {
    "has moved", "no longer at this address", "user has moved", "recipient moved", "address has changed",
    "has changed address", "new address is", "not our user", "user not local; please try", "account moved",
    "user moved", NULL};

/* X.1.8 */
const char *const status_bad_sender[] = {
    "unroutable sender", "unrouteable sender", "sender verify failed", "sender address rejected",
    "sender domain must", "invalid sender", "sender rejected", "domain of sender", "sender denied",
    "sender unknown", "bad sender", "malformed from", "syntax error in sender", "sender syntax",
    "sender domain does not", "sender domain not", "your domain does not", "sender address does not",
    "invalid mail from", "verify sender", "sender verification", "absender unbekannt", "absenderadresse",
    "sender domain", "from domain", "sender address is not valid", "sender address is invalid", "invalid from",
    "from address is not", "absender ungültig", "expéditeur invalide", "expéditeur refusé", "remitente inválido",
    "mittente non valido", NULL};

/* X.1.1 */
const char *const status_user_unknown[] = {
    "user unknown", "unknown user", "no such user", "no such mailbox", "mailbox unavailable", "mailbox not found",
    "mailbox unknown", "does not exist", "doesn't exist", "dosn't exist", "invalid recipient", "unknown recipient",
    "recipient unknown", "recipient rejected", "address rejected", "user not found", "unknown address",
    "address unknown", "no mailbox here", "not a valid mailbox", "unknown local", "not listed", "recipient address",
    "undeliverable address", "no such recipient", "user doesn't have", "no such address", "not our customer",
    "bad address", "invalid user", "invalid mailbox", "no user", "not found", "not known here", "unknown account",
    "no account", "couldn't be found", "could not be found", "wasn't found", "isn't in a list",
    "invalid final delivery userid", "not recognized", "not recognised", "unrecognised or", "unrecognized or",
    "check if address is correct", "no valid recipients", "account not available", "unknown mailbox",
    "not a known user", "mailbox does not", "invalid address", "name not found", "recipnotfound",
    "recipientnotfound",
    /* German, Dutch */
    "unbekannter empfänger", "empfänger ist unbekannt", "empfänger unbekannt", "unbekannter benutzer",
    "benutzer unbekannt", "existiert nicht", "nicht gefunden", "nicht bekannt", "aufgeführt", "unbekannte adresse",
    "nicht vorhanden", "ungültige adresse", "onbekende gebruiker", "onbekende ontvanger", "gebruiker onbekend",
    "bestaat niet", "niet gevonden",
    /* French, Spanish, Portuguese, Italian */
    "destinataire inconnu", "utilisateur inconnu", "adresse inconnue", "n'existe pas", "introuvable",
    "usuario desconocido", "destinatario desconocido", "no existe", "no encontrado", "no se encontró",
    "usuário desconhecido", "destinatário desconhecido", "não existe", "não encontrado", "não encontrada",
    "nao existe", "inexistente", "utente sconosciuto", "destinatario sconosciuto", "non esiste", "inesistente",
    "non trovato",
    /* Russian, Polish, Czech, Turkish */
    "имя пользователя", "пользователь не найден", "неизвестный пользователь", "не существует", "не найден",
    "неизвестный получатель", "нет такого", "nieznany użytkownik", "nieznany adresat", "nieznany odbiorca",
    "nie istnieje", "nie znaleziono", "neznámý uživatel", "neznámý příjemce", "neexistuje", "nebyl nalezen",
    "bilinmeyen kullanıcı", "bilinmeyen alıcı", "kullanıcı bulunamadı", "mevcut değil", "bulunamadı",
    /* Swedish, Danish, Norwegian, Finnish */
    "okänd användare", "okänd mottagare", "finns inte", "hittades inte", "ukendt bruger", "ukendt modtager",
    "findes ikke", "blev ikke fundet", "ukjent bruker", "ukjent mottaker", "finnes ikke", "ble ikke funnet",
    "tuntematon käyttäjä", "tuntematon vastaanottaja", "ei löydy", "ei löytynyt", "ei ole olemassa",
    /* Japanese, Chinese, Korean */
    "見つかりません", "ディレクトリにありません", "存在しません", "宛先不明", "ユーザー不明", "不存在", "未找到", "找不到", "无此用户", "查無此", "无效的收件人", "존재하지 않",
    "찾을 수 없", "없는 사용자", "ne figure pas", "no figura en", "no aparece en", "non è elencato", "non figura",
    "não listado", "não consta", "no listado", "niet vermeld", "nie figuruje", "není uveden", "finns inte i",
    "er ikke angivet", "puudub", "无法识别", "no longer accepts mail", "valid mx or user", "does not like recipient",
    "addressee unknown", "validrcptto", "not known at this", "no one at this address", "no record of this",
    "unable to find recipient", "cannot find recipient", "can't find recipient", "account has been deleted",
    "account was deleted", "mailbox has been deleted", "has been removed", "mailbox not available",
    "not a valid user", "not a valid recipient", "no person", "no such account", "no such person", "not a local",
    "unknown customer", "never logged", "not exist", "recipient is not", "recipient not", "unknown email",
    "unknown e-mail", "unable to verify user", "user is unknown", "is unknown", "mailbox nonexistent",
    "nonexistent mailbox", "non-existent user", "non-existing", "no such local user", "no such group",
    "not registered", "no recipients accepted", NULL};

/* What a mail system says of its own search for the way: the domain leads nowhere. As the reply of another
 * one it means that the address is not there. */
const char *const status_no_way[] = {
    "unrouteable address", "unroutable address", NULL};

/* clang-format on */
