#include "parsers/kind/phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const kind_notice_words[] = {
    "verification code", "security code", "confirmation code", "one-time passcode", "one-time password", "login code",
    "code expires in", "expires in", "will expire in", "is valid for", "if you did not request", "if you didn't request",
    "if you did not make this", "if this wasn't you", "if this was not you", "do not share this", "don't share this",
    "never share", "ignore this message", "ignore this email", "ignore this e-mail", "new sign-in", "new login", "new device",
    "reset your password", "choose a new password", "confirm your email", "verify your email", "activate your account",
    "your order has been", "your package", "has been shipped", "track your", "tracking number", "your payment",
    "payment confirmation", "receipt for your", "your subscription", "will be renewed", "view your invoice",
    "ihr bestätigungscode", "ihr sicherheitscode", "code lautet", "ist gültig für", "läuft in", "nicht angefordert haben",
    "geben sie diesen code", "passwort zurücksetzen", "bestätigen sie ihre e-mail", "ihre bestellung wurde", "sendungsnummer",
    "sendungsverfolgung", "ihre zahlung", "zahlungseingang", "neue anmeldung",
    "code de vérification", "code de sécurité", "expire dans", "valable pendant", "pas à l'origine de cette",
    "ne partagez", "réinitialiser votre mot de passe", "confirmez votre adresse", "votre commande a été", "numéro de suivi",
    "votre paiement", "votre colis",
    "código de verificación", "código de seguridad", "caduca en", "válido durante", "si no ha solicitado", "si no has solicitado",
    "no comparta", "no compartas", "restablecer su contraseña", "restablecer tu contraseña", "su pedido ha sido",
    "tu pedido ha sido", "número de seguimiento", "su pago", "tu paquete",
    "código de verificação", "código de segurança", "expira em", "se você não solicitou", "não compartilhe",
    "redefinir sua senha", "seu pedido foi", "código de rastreamento", "seu pagamento",
    "codice di verifica", "codice di sicurezza", "scade tra", "se non hai richiesto", "non condividere", "reimposta la password",
    "il tuo ordine", "numero di tracciamento", "il tuo pagamento",
    "verificatiecode", "beveiligingscode", "verloopt over", "niet hebt aangevraagd", "niet heeft aangevraagd", "deel deze code",
    "wachtwoord opnieuw instellen", "je bestelling is", "uw bestelling is", "volg je pakket", "volg uw pakket",
    "verifieringskod", "giltig i", "bekræftelseskode", "bekreftelseskode", "udløber om", "utløper om", "vahvistuskoodi",
    "kod weryfikacyjny", "kod wygaśnie", "jeśli to nie ty", "numer przesyłki", "ověřovací kód", "platnost kódu",
    "код подтверждения", "никому не сообщайте", "если вы не запрашивали", "ваш заказ", "код підтвердження", "ваше замовлення",
    "doğrulama kodu", "kimseyle paylaşmayın", "siz talep etmediyseniz", "siparişiniz",
    "認証コード", "確認コード", "有効期限", "心当たりがない", "ご注文", "お荷物", "验证码", "请勿泄露", "分钟内有效", "驗證碼", "请忽略此",
    "인증번호", "인증 코드", "요청하지 않", "رمز التحقق", "קוד אימות", "mã xác minh", "mã xác nhận", "kode verifikasi", NULL};

const char *const kind_answering_words[] = {
    "you asked", "you requested", "you wanted", "as requested", "as discussed", "as agreed", "please go on", "please go ahead",
    "here is the", "here are the", "attached is", "attached are", "i have attached", "i attached", "sie gefragt", "sie wollten",
    "wie gewünscht", "wie besprochen", "wie vereinbart", "anbei ", "im anhang", "vous m'avez demandé", "vous avez demandé",
    "comme convenu", "ci-joint", "me pidió", "me pidieron", "como acordamos", "adjunto", "como pediu", "como combinado",
    "em anexo", "come richiesto", "come d'accordo", "in allegato", "zoals gevraagd", "zoals afgesproken", "bijgevoegd",
    "som avtalat", "bifogat", "som aftalt", "vedhæftet", "som avtalt", "jak prosił", "w załączniku", "jak jste chtěl",
    "v příloze", "как вы просили", "во вложении", "як ви просили", "istediğiniz", "添付", "附件", "첨부", NULL};

/* clang-format on */
