/* Causes that no whole phrase tells: somebody, and what is said of him, anywhere in one answer. Asked only
 * when no phrase is known, and one list holds the words of all languages: mixed they do no harm. */
#include "parsers/kind/status_phrases.h"

#include <stddef.h>

/* clang-format off */

static const char *const users[] = {
    "user", "mailbox", "rcpt", "account", "recipient", "address", "customer", "alias", "local part", "local-part", "inbox",
    "person", "subscriber", "benutzer", "empfänger", "postfach", "konto", "teilnehmer", "adresse", "utilisateur",
    "destinataire", "boîte", "compte", "usuario", "destinatario", "buzón", "cuenta", "dirección", "casilla",
    "usuário", "destinatário", "caixa", "conta", "endereço", "utente", "casella", "indirizzo", "gebruiker",
    "ontvanger", "postbus", "postvak", "användare", "mottagar", "brevlåda", "bruger", "modtager", "postkasse",
    "bruker", "mottaker", "käyttäjä", "vastaanottaja", "postilaatikko", "użytkownik", "odbiorc", "adresat",
    "skrzynk", "uživatel", "příjemc", "schránk", "používateľ", "príjemc", "пользовател", "получател", "адресат",
    "ящик", "користувач", "одержувач", "отримувач", "скриньк", "потребител", "kullanıcı", "alıcı", "posta kutusu",
    "felhasználó", "címzett", "postafiók", "utilizator", "destinatar", "căsuța", "χρήστης", "παραλήπτης",
    "διεύθυνση", "korisnik", "primatelj", "primalac", "uporabnik", "prejemnik", "kasutaja", "saaja", "vartotoj",
    "gavėj", "lietotāj", "adresāt", "usuari", "用户", "收件人", "用戶", "帐号", "账号", "邮箱", "信箱", "ユーザ", "宛先", "アドレス", "受信者",
    "사용자", "수신자", "받는 사람", "계정", "المستخدم", "المستلم", "משתמש", "נמען", "کاربر", "گیرنده", "người dùng",
    "người nhận", "pengguna", "penerima", "ผู้ใช้", "ผู้รับ", NULL};

static const char *const missing[] = {
    "unknown", "not exist", "doesn't exist", "dosn't exist", "not found", "no such", "invalid", "not known",
    "not registered", "not valid", "not a user", "is not here", "not recognized", "no longer exist", "nonexist",
    "non-exist", "not here", "unbekannt", "existiert nicht", "nicht gefunden", "ungültig", "nicht vorhanden",
    "gibt es nicht", "inconnu", "inexistant", "n'existe", "introuvable", "invalide", "desconocid", "inexistente",
    "no existe", "no encontrad", "inválid", "no válid", "desconhecid", "não existe", "não encontrad", "sconosciut",
    "non esiste", "non trovat", "non valid", "onbekend", "bestaat niet", "niet gevonden", "ongeldig", "okänd",
    "finns inte", "hittades inte", "ogiltig", "ukendt", "findes ikke", "ikke fundet", "ugyldig", "ukjent",
    "finnes ikke", "ikke funnet", "tuntematon", "ei löyd", "ei ole olemassa", "nieznan", "nie istnieje",
    "nie znalezion", "nieprawidłow", "neznám", "neexistuje", "nenalezen", "nebyl nalezen", "neplatn", "неизвест",
    "не существует", "не найден", "недействит", "невідом", "не існує", "не знайден", "непознат", "не съществува",
    "bilinmeyen", "bulunamad", "mevcut değil", "geçersiz", "ismeretlen", "nem létezik", "nem található",
    "érvénytelen", "necunoscut", "inexistent", "nu există", "άγνωστ", "δεν υπάρχει", "δεν βρέθηκε", "nepoznat",
    "ne postoji", "neznan", "ne obstaja", "tundmatu", "ei leitud", "nežinom", "neegzistuoja", "nezinām",
    "neeksistē", "desconegut", "no existeix", "不存在", "未找到", "找不到", "无效", "無效", "見つかりません", "存在しません", "不明", "찾을 수 없",
    "존재하지 않", "없는", "غير موجود", "غير معروف", "לא קיים", "לא נמצא", "לא ידוע", "یافت نشد", "وجود ندارد",
    "không tồn tại", "không tìm thấy", "tidak ditemukan", "tidak dikenal", "ไม่พบ", "ไม่มี",
    "do not know", "don't know", "kennen wir nicht", "ne connaissons pas", "no mailbox for", "there's no",
    "there is no", "aren't aware", "not aware of", "not have a", "no longer here", "kein ", NULL};

static const char *const boxes[] = {
    "mailbox", "mail box", "inbox", "account", "quota", "storage", "postfach", "speicher", "boîte", "espace",
    "buzón", "casilla", "bandeja", "cuenta", "caixa", "conta", "casella", "spazio", "postvak", "brievenbus",
    "brevlåda", "postkasse", "postilaatikko", "skrzynk", "schránk", "ящик", "скриньк", "кутия", "kutusu",
    "postafiók", "căsuța", "γραμματοκιβώτιο", "sandučić", "pretinac", "nabiralnik", "postkast", "dėžutė",
    "pastkaste", "bústia", "邮箱", "信箱", "空间", "容量", "メールボックス", "메일함", "편지함", "البريد", "תיבת", "hộp thư", "kotak",
    "กล่อง",
    "kontingent", "disk space", "disque", "espacio", "espaço", " space", "место", "miejsca", NULL};

static const char *const full[] = {
    "full", "exceed", "near its limit", "over its limit", "over limit", "no space", "out of space", "voll",
    "überschritten", "erschöpft", "pleine", "saturé", "dépassé", "llen", "excedid", "cheia", "cheio", "piena",
    "pieno", "esaurit", "is vol", "fuld", "täynnä", "pełn", "przepełn", "plná", "plný", "přeplněn", "переполнен",
    "заполнен", "полон", "повна", "пълна", "dolu", "doldu", "aşıldı", "megtelt", "tele van", "plină", "plin",
    "πλήρ", "γεμάτ", "pun ", "prepun", "poln", "täis", "pilna", "pilns", "plena", "已满", "已滿", "满了", "不足", "一杯",
    "いっぱい", "超過", "가득", "초과", "ممتلئ", "מלא", "đầy", "penuh", "เต็ม",
    "insuffis", "insuficiente", "insufficient", "riempit", "не хватает", "недостаточно", NULL};

static const char *const mails[] = {
    "message", "mail", "nachricht", "mensaje", "correo", "mensagem", "messaggio", "bericht", "meddelande", "besked",
    "melding", "viesti", "wiadomość", "zpráva", "správa", "письмо", "сообщение", "лист", "邮件", "郵件", "メール", "메일",
    "ileti", "size", "größe", "taille", "tamaño", "tamanho", "dimension", "grootte", "rozmiar", "velikost",
    "размер", "розмір", "大小", "サイズ", "크기", NULL};

static const char *const too_big[] = {
    "too long", "exceed", "überschreitet", "dépasse", "excede", "supera", "ultrapassa", "overschrijdt",
    "överskrider", "överstiger", "overskrider", "ylittää", "przekracza", "překračuje", "prekračuje", "превышает",
    "перевищує", "aşıyor", "超过", "超え", "초과", "maximum", NULL};

static const char *const hosts[] = {
    "domain", "host", "domäne", "domaine", "dominio", "domínio", "домен", "域名", "ドメイン", "도메인", "doména", "domena",
    "domeen", "alan adı", "τομέα", NULL};

static const char *const unresolved[] = {
    "not be resolved", "not resolve", "not known", "not exist", "unknown", "no such", "not found", "invalid",
    "lookup failed", "look up", "nicht aufgelöst", "nicht gefunden", "nicht auflösbar", "introuvable", "inconnu",
    "no encontrad", "no existe", "desconocid", "não encontrad", "não existe", "non trovat", "non esiste",
    "sconosciut", "niet gevonden", "onbekend", "hittades inte", "ikke fundet", "ei löyd", "nie znalezion",
    "nie istnieje", "neexistuje", "nenalezen", "не найден", "не существует", "не знайден", "не існує", "bulunamad",
    "nem található", "nu există", "δεν", "ne postoji", "不存在", "找不到", "見つかり", "存在し", "찾을 수", NULL};

static const char *const moved[] = {
    "moved", "umgezogen", "a déménagé", "se ha mudado", "mudou", "trasferit", "verhuisd", "移転", NULL};

static const char *const switched_off[] = {
    "disabled", "inactive", "suspended", "locked", "closed", "deactivated", "blocked", "frozen", "not active",
    "gesperrt", "deaktiviert", "geschlossen", "désactivé", "suspendu", "fermé", "bloqué", "desactivad",
    "deshabilitad", "suspendid", "cerrad", "desativad", "suspens", "encerrad", "disattivat", "sospes", "chius",
    "uitgeschakeld", "geblokkeerd", "gesloten", "avstängd", "inaktiver", "spærret", "lukket", "stengt", "suljettu",
    "zablokowan", "zamknięt", "zrušen", "zablokován", "заблокирован", "отключен", "закрыт", "вимкнен", "kapatıl",
    "devre dışı", "letiltott", "停用", "冻结", "禁用", "停止", "정지", NULL};

/* clang-format on */

/* In the order in which they are asked. */
const StatusPair status_pairs[] = {
    {"2.2", boxes, full},  {"3.4", mails, too_big}, {"1.2", hosts, unresolved}, {"2.1", users, switched_off},
    {"1.6", users, moved}, {"1.1", users, missing}, {NULL, NULL, NULL},
};
