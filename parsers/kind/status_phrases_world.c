/* Words for causes in more languages: of the Balkan and the Baltic, Greek, Hungarian, Romanian, Ukrainian, of
 * the Near East, of South and South-East Asia, and the smaller ones of the West. */
#include "parsers/kind/status_phrases.h"

#include <stddef.h>

/* clang-format off */

/* X.1.1 */
const char *const status_world_user_unknown[] = {
    /* Greek, Hungarian, Romanian */
    "δεν υπάρχει", "άγνωστος χρήστης", "άγνωστος παραλήπτης", "δεν βρέθηκε", "nem létezik", "nem található",
    "ismeretlen felhasználó", "ismeretlen címzett", "utilizator necunoscut", "destinatar necunoscut", "utilizator inexistent",
    "nu există", "nu a fost găsit",
    /* Ukrainian, Bulgarian, Serbian, Croatian, Slovenian, Slovak, Polish */
    "не існує", "не знайдено", "невідомий користувач", "невідомий одержувач", "не съществува", "непознат потребител",
    "не е намерен", "не постоји", "није пронађен", "ne postoji", "nije pronađen", "nepoznat korisnik", "nepoznati korisnik",
    "ne obstaja", "neznan uporabnik", "neznan prejemnik", "neznámy používateľ", "neznámy príjemca", "nebol nájdený",
    "użytkownik nieznany", "adresat nieznany", "nie ma takiego",
    /* Lithuanian, Latvian, Estonian, Icelandic */
    "neegzistuoja", "nežinomas vartotojas", "nežinomas gavėjas", "nerastas", "neeksistē", "nezināms lietotājs",
    "nezināms adresāts", "netika atrast", "ei leitud", "ei eksisteeri", "tundmatu kasutaja", "tundmatu saaja", "er ekki til",
    "fannst ekki",
    /* Catalan, Galician, Basque, and what the larger ones say otherwise */
    "no existeix", "usuari desconegut", "destinatari desconegut", "non existe", "ez da existitzen", "destinataire invalide",
    "adresse invalide", "destinatario inválido", "destinatario no válido", "dirección no válida", "destinatário inválido",
    "destinatario non valido", "indirizzo non valido", "ongeldige ontvanger", "ungültiger empfänger", "kein solcher benutzer",
    "kein postfach", "kennen wir nicht", "inconnu à cette adresse", "bruger findes ikke", "ogiltig mottagare",
    /* Arabic, Hebrew, Persian, Hindi */
    "غير موجود", "مستخدم غير معروف", "مستلم غير معروف", "לא קיים", "לא נמצא", "משתמש לא ידוע", "یافت نشد", "وجود ندارد",
    "मौजूद नहीं", "नहीं मिला",
    /* Thai, Vietnamese, Indonesian, Malay, Chinese, Japanese, Korean */
    "ไม่พบผู้ใช้", "ไม่มีผู้ใช้", "ไม่มีอยู่", "ไม่พบที่อยู่", "không tồn tại", "không tìm thấy", "tidak ditemukan", "tidak dikenal",
    "tidak ada", "tidak wujud", "tidak dijumpai", "用户名错误", "没有该用户", "該用戶", "無此帳號", "无此帐号", "宛先が間違って",
    "アドレスが間違って", "不明なユーザー", "알 수 없는 사용자", "알수없는 사용자", NULL};

/* X.2.2 */
const char *const status_world_mailbox_full[] = {
    "είναι πλήρες", "είναι γεμάτο", "είναι πλήρης", "megtelt", "tele van", "este plină", "este plin", "переповнен",
    "е пълна", "е препълнена", "је пуно", "је пун", "je pun", "je prepun", "je poln", "je preplnená", "yra pilna", "perpildyta",
    "perpildytas", "ir pilna", "ir pārpildīta", "on täis", "er fullt", "er yfirfull", "és plena", "està plena", "és ple", "beteta",
    "ممتلئ", "מלא", "پر است", "भर गया", "भरा हुआ", "เต็ม", "đã đầy", "bị đầy", "hộp thư đầy", "penuh",
    "casilla llena", "bandeja llena", "buzón completo", "casella di posta piena", "caixa de correio cheia", "postvak vol",
    "postvak is vol", "postvakken vol", "skrzynka pełna", "pełna skrzynka", "boîte est saturée", "postkasse fuld",
    "postlådan full", "posta kutusu dolu", "一杯です", "空き容量", "空間不足", "空間已滿", "储存空间", NULL};

/* X.2.1 */
const char *const status_world_disabled[] = {
    "απενεργοποιημέν", "letiltott", "felfüggesztett", "dezactivat", "suspendat", "деактивован", "вимкнено", "деактивиран", "deaktiviran", "onemogočen", "pozastaven", "deaktivovan", "išjungt", "sustabdyt", "deaktivizēt", "bloķēt",
    "deaktiveeritud", "peatatud", "desactivat", "deshabilitad", "inhabilitad", "موقوف", "معطل", "מושבת", "حساب غیرفعال",
    "निष्क्रिय", "ถูกระงับ", "ถูกปิด", "bị khóa", "bị vô hiệu", "dinonaktifkan", "digantung", "konto nieczynne", "停止されて", NULL};

/* X.1.2 */
const char *const status_world_host_unknown[] = {
    "άγνωστος τομέας", "ο τομέας δεν", "ismeretlen tartomány", "domeniu necunoscut", "домен не знайдено", "домен не існує",
    "непознат домейн", "nepoznata domena", "nepoznat domen", "neznana domena", "neznáma doména", "nežinomas domenas",
    "nezināms domēns", "tundmatu domeen", "domini desconegut", "النطاق غير", "המתחם לא", "ไม่พบโดเมน", "tên miền không",
    "domain tidak", "找不到域名", "域名解析失败", "網域不存在", NULL};

/* clang-format on */
