/* Words about the mailbox and the server that has it. */
#include "parsers/kind/status_phrases.h"

#include <stddef.h>

/* clang-format off */

/* X.2.2 */
const char *const status_mailbox_full[] = {
    "mailbox full", "mailbox is full", "over quota", "overquota", "quota exceed", "exceeded storage",
    "exceeds allowed", "over the maximum", "insufficient disk", "disk full", "out of storage", "quota",
    "mailbox exceeds", "is full", "mailbox size limit", "exceeded the local limit", "not enough disk space",
    "not enough storage", "exceeded its storage", "too many messages in", "inbox is full", "box full",
    "insufficient system storage", "insufficient storage", "mailfolder is full", "no space left",
    /* German, Dutch */
    "postfach ist voll", "postfach des empfängers ist voll", "postfach voll", "speicherplatz", "ist voll",
    "postbus is vol", "mailbox is vol", "brievenbus is vol", "mailbox vol",
    /* French, Spanish, Portuguese, Italian */
    "boîte pleine", "est pleine", "boite pleine", "boîte aux lettres pleine", "quota dépassé", "buzón lleno",
    "está lleno", "esta lleno", "cuota", "está cheia", "caixa cheia", "caixa postal cheia", "excedeu o limite",
    "è piena", "casella piena", "spazio esaurito",
    /* Russian, Polish, Czech, Turkish */
    "переполнен", "ящик заполнен", "превышена квота", "skrzynka jest pełna", "jest przepełniona", "przepełnion",
    "schránka je plná", "je plná", "kutusu dolu", "kotası",
    /* Swedish, Danish, Norwegian, Finnish */
    "är full", "är fullt", "er fuld", "er fyldt", "er full", "on täynnä",
    /* Japanese, Chinese, Korean */
    "容量オーバー", "容量を超え", "容量が一杯", "容量がいっぱい", "已满", "已滿", "空间不足", "容量不足", "超出配额", "용량이 초과", "용량 초과", "가득 찼", "いっぱいです",
    "いっぱいの", "容量超過", "przepelnion", "preplnen", "disk space limit", "storage limit", "space limit",
    "exceeded his/her", "no room in", "not enough room", "out of space", "mailbox is too large", "mailbox overflow",
    "mbox full", NULL};

/* X.2.1 */
const char *const status_disabled[] = {
    "account disabled", "mailbox disabled", "account is disabled", "inactive", "suspended", "is locked",
    "account has been disabled", "not active", "deactivated", "no longer available", "disabled or discontinued",
    "is disabled", "ly disabled", "mailaddress is administrativley", "account closed", "account expired",
    "temporarily disabled", "no longer in use", "deaktiviert", "gesperrt", "stillgelegt", "désactivé", "suspendu",
    "desactivad", "suspendid", "desativad", "suspenso", "disattivat", "sospes", "geblokkeerd account",
    "uitgeschakeld", "gedeactiveerd", "отключен", "заблокирован", "неактивен", "zablokowan", "nieaktywn",
    "zablokován", "deaktivován", "inaktiver", "avstängd", "deaktiveret", "deaktivert", "devre dışı", "askıya",
    "poistettu käytöstä", "停用", "禁用", "冻结", "휴면", "정지된", "利用停止", "temporarily locked", "mailbox locked",
    "account locked", "blocked for inactivity", "for inactivity", "has been closed", "account is closed",
    "terminated", "has expired and", "over its lifetime", "account on hold", "frozen", "mailbox expired",
    "user expired", "sospeso",
    "mailbox has been blocked", "account has been blocked", "user has been blocked", "mailbox is blocked",
    "account is blocked", "user is blocked", "account blocked", NULL};

/* X.3.4 for certain, whatever is said of storage beside it (RFC 5321 names both with 552). */
const char *const status_mail_too_big[] = {
    "message too large", "message too big", "message is too large", "message is too big", "message size exceeds",
    "exceeds fixed maximum message size", "exceeds the maximum message size", "nachricht ist zu groß",
    "nachricht zu groß", "message trop volumineux", "max message size", "message too long", "message exceeds",
    "mail too large", "taille maximale", "tamaño máximo", "excede o tamanho", "tamanho máximo",
    "dimensione massima", NULL};

/* X.3.4 */
const char *const status_too_big[] = {
    "too large", "too big", "message size exceeds", "size limit", "exceeds size", "exceeded max",
    "exceeds the size", "exceeds the maximum", "exceeds maximum", "line limit exceeded", "maximum message size",
    "larger than the", "zu groß", "zu gross", "trop volumineux", "trop gros", "demasiado grande", "muito grande",
    "troppo grande", "te groot", "слишком большо", "слишком велик", "zbyt duż", "příliš velk", "för stor",
    "for stort", "for stor", "liian suuri", "çok büyük", "大きすぎ", "サイズが大き", "邮件过大", "超过大小", "大小超过", "크기가 초과", NULL};

/* X.3.0: a program of the server failed. */
const char *const status_program_failed[] = {
    "command died", "mailer error", "operating system error", "pipe to |", "local delivery failed",
    "command output:", "child process", "unable to open mailbox", "internal error", "internal server error",
    "temporary system problem", "configuration error", "server configuration", "local error",
    "requested action aborted", "internal software error", NULL};

/* clang-format on */
