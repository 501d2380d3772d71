/* Words about the other server itself and about the talk with it, and about what the mail itself lacks. */
#include "parsers/kind/status_phrases.h"

#include <stddef.h>

/* clang-format off */

/* X.3.1 */
const char *const status_no_storage[] = {
    "insufficient system storage", "insufficient system resources", "system storage", "no space left on device",
    "queue file write error", "insufficient resources", "out of memory", "system resources", NULL};

/* X.3.2 */
const char *const status_not_accepting[] = {
    "service not available", "service is not available", "not accepting network messages",
    "not accepting messages", "closing transmission channel", "closing connection", "system is shutting down",
    "temporarily out of service", "server busy", "server is busy", "too busy", "host is down for maintenance",
    "no smtp service here", "system not available",
    " busy",
    "shutting down", "going down", "restarting", "under maintenance", "wartungsarbeiten", NULL};

/* X.4.2 */
const char *const status_cut_off[] = {
    "lost connection", "timed out while", "timeout while", "connection dropped", "connection lost", "connection reset",
    "closed the connection", "connection closed", "connection was closed", "remote host closed", "broken pipe",
    "connection died", "connected to remote host, but it does not", "read error from", "write error to",
    "unexpected eof", "unexpectedly closed", "verbindung verloren", "connexion perdue",
    "timeout waiting", "timed out waiting", "idle timeout", "idle too long",
    "connection aborted", "session aborted", NULL};

/* X.5.1 */
const char *const status_bad_command[] = {
    "bad sequence of commands", "command not implemented", "not implemented", "out of sequence", "need mail command",
    "need rcpt command", "send helo first", "send ehlo first", "polite people say h",
    "out of order", NULL};

/* X.5.2 */
const char *const status_bad_syntax[] = {
    "command unrecognized", "unrecognized command", "command not recognized", "syntax error", "unknown command",
    "command rejected", "no valid helo", "protocol error", NULL};

/* X.1.3 */
const char *const status_bad_address[] = {
    "bad address syntax", "malformed address", "invalid address syntax", "bad recipient address syntax",
    "syntax error in recipient", "syntax error in address", "syntax error in parameters or arguments to rcpt",
    "illegal character in", "unparseable address", "invalid character in", "malformed or unexpected", "address syntax",
    "mailbox name not allowed", "adresse ungültig geformt",
    "address format", "invalid address format", NULL};

/* X.6.0 */
const char *const status_bad_content[] = {
    "rfc 2822", "rfc2822", "rfc 5322", "rfc5322", "rfc 822", "rfc822 ", "missing from header", "missing date header",
    "missing message-id", "missing or malformed", "missing header", "multiple from headers", "duplicate header",
    "bare lf", "bare newline", "bare cr", "improper use of 8-bit", "8bit data", "line too long", "malformed mime",
    "mime error", "invalid header", "bad header", "header error", "messages should have one or no", "conversion required",
    "message format error", "message is malformed", "invalid message format", "headers are not",
    "message header", "barelf", "illegal bare",
    "lacks a date", "date header", "no date header", "no from header", "from header", NULL};

/* X.7.10 (RFC 5248's registry) */
const char *const status_tls_needed[] = {
    "must issue a starttls", "must issue starttls", "starttls first", "encryption required", "encryption is required",
    "requires encryption", "tls required", "tls is required", "requires tls", "require tls", "only over tls", NULL};

const char *const status_refused_somehow[] = {
    "refused", "not accepted", "not acceptable", "reject", "declined", "unable to accept", "nicht angenommen",
    "nicht akzeptiert", "pas accepté", "no aceptad", "não aceit", "non accettat", "niet geaccepteerd", "не принят",
    "не принято", "nie przyjęt", "nepřijat", "kabul edilmedi", "受け付けられません", "受信拒否", "不接受", NULL};

/* X.7.1, and rather for a time: who waits may write. */
const char *const status_slow_down[] = {
    "greylist", "graylist", "grey list", "gray list", "grey-list", "too many connections", "too many concurrent",
    "rate limit", "rate-limit", "ratelimit", "rate limited", "throttl", "too many messages", "too many mails",
    "too many recipients", "too many emails", "exceeded the max emails", "emails per hour",
    "messages per hour", "mails per hour", "per-hour limit", "sending limit", "hourly limit", "daily limit", "too fast",
    "slow down", "try again in a few minutes", "come back later", "unusual rate", "exceeded the rate", "connection limit",
    "excessive number of", "sending quota", "user complaints", "limite d'envoi", "límite de envío", "limite de envio",
    "versandlimit", "zu viele verbindungen", "слишком много", "频率", "發送次數",
    "sends too much", "sending too much", "you send too",
    "too often", "too frequent", "limit reached", "exceeded the limit of messages", NULL};

/* X.7.23, X.7.20 (RFC 7372), X.7.26 (RFC 7489 10.3): our own domain does not vouch for the mail. */
const char *const status_no_spf[] = {
    "spf check", "spf fail", "spf hard", "spf valid", "fails spf", "failed spf", "spf:", "spf record", "spf softfail",
    "sender policy framework", "spf policy", "spf=fail", "spf reject", "not allowed by spf", "rejected by spf",
    "openspf", "is not allowed to send mail from",
    "by spf", NULL};
const char *const status_no_dkim[] = {
    "dkim fail", "dkim sign", "dkim valid", "dkim check", "failed dkim", "fails dkim", "dkim=fail", "bad dkim",
    "dkim signature", NULL};
const char *const status_no_dmarc[] = {
    "dmarc", "unauthenticated email", "unauthenticated mail", "sender is unauthenticated", "not authenticated email",
    "fails authentication checks", "does not pass authentication", "lacks authentication information",
    "authentication checks fail", "domain's authentication", NULL};

/* clang-format on */
