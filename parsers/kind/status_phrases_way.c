/* Words about the way there: hosts, time, and what a policy refuses. */
#include "parsers/kind/status_phrases.h"

#include <stddef.h>

/* clang-format off */

/* X.4.4 */
const char *const status_no_route[] = {
    "no mx found", "no mx record", "mx record found", "unable to route", "cannot route", "no route for",
    "no route found to domain", "no route found", "keine route", "aucune route", "no se encontró ruta",
    "nessun percorso", NULL};

/* X.4.3: the name server gave no answer, which is not the answer that there is no such name. */
const char *const status_directory[] = {
    "host not found, try again", "temporary failure in name resolution", "temporary lookup failure",
    "host lookup did not complete", "temporary dns", "dns server failure", "name server timeout",
    "name server: host name lookup failure", "servfail", NULL};

/* X.4.6 */
const char *const status_loop[] = {
    "mail loop", "too many hops", "routing loop", "loops back to myself", "hop count exceeded", "loop detected",
    "forwarding loop", "maximum hop", "looping", "mail for you loops", "too many received", NULL};

/* X.4.7 */
const char *const status_expired[] = {
    "delivery time expired", "retry time not reached", "retry timeout exceeded", "could not be delivered for",
    "been in the queue too long", "message expired", "envelope expired", "unable to deliver message after",
    "delivery expired", "too long in queue", "cannot send message for", "retry time", "giving up on",
    "i'm not going to try again", "could not deliver for the last", "expired", "delivery failed 20 attempts",
    "failed attempts", "multiple retries", "has stopped trying", "retries exceeded", "maximum retries",
    "retry limit", "zeitüberschreitung", "délai", "plazo de entrega", "tiempo de entrega", "prazo de entrega",
    "tempo scaduto", "истек", "upłynął", "vypršel", "süresi doldu", "期限切れ", "过期",
    "queue for too long", "gives up after", "tried for several days", "queue too long", "in the mail queue", NULL};

/* X.4.1 */
const char *const status_network[] = {
    "connection timed out", "connection refused", "connection reset", "no route to host", "network is unreachable",
    "couldn't connect", "could not connect", "unable to connect", "timed out", "wasn't able to establish an smtp",
    "host is unreachable", "connection dropped", "connection lost", "deferred",
    "did not accept our requests to connect", "socket error", "failed to connect", "not responding",
    "connection closed", "unreachable", "no answer from host", "refused connection", "host down",
    "temporarily unavailable", "try again later", NULL};

/* X.4.7, when nothing else is told. */
const char *const status_late[] = {
    "still being retried", "delayed", "not been delivered", "undelivered after", "will be retried", "verzögert",
    "noch nicht zugestellt", "retard", "retrasad", "atrasad", "ritard", "vertraagd", "задерж", "opóźni", "zpožd",
    "fördröj", "forsink", "viiväst", "gecik", "遅延", "延迟", "지연", NULL};

/* X.7.25 (RFC 7372) */
const char *const status_reverse_dns[] = {
    "reverse dns", "ptr record", "rdns", "no ptr", "reverse lookup", "reverse hostname", "reverse name",
    "rdns entry", "dns ptr", "reverse entry", "no rdns", "rückwärtsauflösung", "reverse-dns",
    "no dns name", "hostname of your", "name for your address", "name for your ip", "your ip does not",
    "hostname does not match", "host name does not match", "forward-confirmed", "fcrdns", NULL};

/* X.7.4: the other server cannot do what is asked for. */
const char *const status_no_tls[] = {
    "tls is required, but was not offered", "starttls is required, but", "does not support tls",
    "doesn't support tls", "tls not supported", NULL};

/* X.6.7 (RFC 6531) */
const char *const status_no_utf8[] = {
    "smtputf8 is required", "smtputf8 not supported", "does not support smtputf8", "internationalized address", NULL};

/* X.7.2: the sender may not write to a mailing list. */
const char *const status_list[] = {
    "not a member of this mailing list", "not a member of this list", "are not member", "not allowed to post",
    "permission to post", "only members can post", "only members may post", "only subscribers",
    "posting to this list is restricted", "nicht mitglied dieser liste", "nur mitglieder", "pas abonné",
    "authorized to send mail to the", "authorised to send mail to the", "only members may", "only list members",
    "not subscribed to", "is not subscribed", "not on the list of allowed posters", "posting is restricted",
    "no subscriber", "allowed to post", "limited to members", "of its members", "members-only", "non-member",
    "moderator", "group may not exist", NULL};

/* X.7.1 */
const char *const status_refused[] = {
    "spam", "refuses", "domain filter", "blocked", "blacklist", "blocklist", "denied", "relay", "policy",
    "rejected", "not permitted", "not authorized", "not authorised", "prohibited", "virus", "refused to accept",
    "refused by", "unwanted", "unsolicited", "forbidden", "invalid ip", "not allowed", "reputation", "dmarc", "spf",
    "dkim", "bulk mail", "suspicious", "message refused", "mail refused", "recipient refused", "administrative",
    "disallow", "previously bounced", "permission to post", "not have permission", "banned", "unauthenticated",
    "authentication required", "suppress", "abgelehnt", "blockiert", "verweigert", "refusé", "rejeté", "bloqué",
    "rechazad", "bloquead", "rejeitad", "recusad", "rifiutat", "respint", "bloccat", "geweigerd", "geblokkeerd",
    "отклонен", "отклонено", "спам", "odrzucon", "zablokowana", "odmítnut", "avvisad", "blockerad", "afvist",
    "avvist", "hylätty", "reddedildi", "engellendi", "拒否", "迷惑メール", "拒收", "拒绝", "垃圾邮件", "거부", "스팸", "dt:spm",
    "suspeita de", "sospetto", "rcpthosts", " is listed ", "are listed", "listed at", "listed in", "listed by",
    "executable files", "executable attachment", "attachment type", "dynamic address", "dynamic ip", "dial-up",
    "residential", "does not accept mail from", "don't accept mail from", "do not accept mail from",
    "not accept mail from", "unable to accept mail from", "you are not allowed", "objectionable", "phishing",
    "malware", "infected", "content filter", "quarantine", "high probability", "not on your whitelist",
    "unacceptable", "offensive", "mail from this sender", "dnsbl", " rbl", "on our block list", "block list",
    "on a block", "as junk", "junk mail", "unerwünscht", "indésirable", "no deseado", "indesiderat", "indesejad",
    "ongewenst", "must authenticate", "not authenticated", "verdächtig", "suspect", "user's block",
    "not want", "not welcome", "unwelcome", "acceso denegado", "acesso negado", "accesso negato",
    "zugriff verweigert", "toegang geweigerd", "доступ запрещ", "доступ заборон", "brak dostępu", "přístup odepřen",
    "åtkomst nekad", "adgang nægtet", "erişim engel", NULL};

/* clang-format on */
