#include "parsers/kind/phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const kind_notice_sentences[] = {
    "if you did not request", "if you didn't request", "if you did not make this", "if this wasn't you",
    "if this was not you", "do not share this", "don't share this", "never share", "ignore this message",
    "ignore this email", "ignore this e-mail", "choose a new password", "confirm your email", "verify your email",
    "activate your account", "has been shipped", "track your", "receipt for your", "will be renewed",
    "view your invoice", "nicht angefordert haben", "geben sie diesen code", "bestätigen sie ihre e-mail",
    "sendungsverfolgung", "pas à l'origine de cette", "ne partagez", "confirmez votre adresse",
    "si no ha solicitado", "si no has solicitado", "no comparta", "no compartas", "se você não solicitou",
    "não compartilhe", "se non hai richiesto", "non condividere", "niet hebt aangevraagd", "niet heeft aangevraagd",
    "deel deze code", "volg je pakket", "volg uw pakket", "jeśli to nie ty", "никому не сообщайте",
    "если вы не запрашивали", "kimseyle paylaşmayın", "siz talep etmediyseniz", "心当たりがない", "请勿泄露", "请忽略此", "요청하지 않",
    "no action is needed", "no action is required", "by clicking the link below", "click the link below to",
    "click the button below", "if you received this email by mistake", "thank you for your purchase",
    "thanks for your order", "your order has been confirmed", "manage your subscription",
    "you are receiving this because", "if you have any questions about this order", "we noticed a sign-in",
    "was used to sign in", "code lautet", "klicken sie auf den folgenden link", "ignorieren sie diese",
    "vielen dank für ihre bestellung", "vielen dank für deinen einkauf", "cliquez sur le lien ci-dessous",
    "ignorez cet e", "ignorer cet e", "ignorer ce message", "merci pour votre commande",
    "haga clic en el siguiente enlace", "haz clic en el siguiente enlace", "ignore este correo",
    "ignora este correo", "gracias por su compra", "gracias por tu compra", "clique no link abaixo",
    "ignore este e-mail", "obrigado pela sua compra", "clicca sul link", "ignora questa e",
    "grazie per il tuo ordine", "klik op de onderstaande link", "negeer deze e", "bedankt voor je bestelling",
    "klicka på länken nedan", "klik på linket", "klikk på lenken", "klikkaa alla olevaa", "kliknij poniższy link",
    "zignoruj tę", "dziękujemy za zamówienie", "klikněte na odkaz", "ignorujte tento", "перейдите по ссылке",
    "проигнорируйте это", "спасибо за заказ", "перейдіть за посиланням", "aşağıdaki bağlantıya", "dikkate almayın",
    "kattintson az alábbi", "hagyja figyelmen kívül", "下記のリンク", "以下のURL", "破棄してください", "点击以下链接", "點擊以下連結", "아래 링크",
    "무시하셔도", "انقر على الرابط", "تجاهل هذه", "לחץ על הקישור", "nhấp vào liên kết", "bỏ qua email này",
    "klik tautan", "abaikan email ini", NULL};

const char *const kind_notice_words[] = {
    "verification code", "security code", "confirmation code", "one-time passcode", "one-time password",
    "login code", "code expires in", "expires in", "will expire in", "is valid for", "new sign-in", "new login",
    "new device", "reset your password", "your order has been", "your package", "tracking number", "your payment",
    "payment confirmation", "your subscription", "ihr bestätigungscode", "ihr sicherheitscode", "code lautet",
    "ist gültig für", "läuft in", "passwort zurücksetzen", "ihre bestellung wurde", "sendungsnummer",
    "ihre zahlung", "zahlungseingang", "neue anmeldung", "code de vérification", "code de sécurité", "expire dans",
    "valable pendant", "réinitialiser votre mot de passe", "votre commande a été", "numéro de suivi",
    "votre paiement", "votre colis", "código de verificación", "código de seguridad", "caduca en", "válido durante",
    "restablecer su contraseña", "restablecer tu contraseña", "su pedido ha sido", "tu pedido ha sido",
    "número de seguimiento", "su pago", "tu paquete", "código de verificação", "código de segurança", "expira em",
    "redefinir sua senha", "seu pedido foi", "código de rastreamento", "seu pagamento", "codice di verifica",
    "codice di sicurezza", "scade tra", "reimposta la password", "il tuo ordine", "numero di tracciamento",
    "il tuo pagamento", "verificatiecode", "beveiligingscode", "verloopt over", "wachtwoord opnieuw instellen",
    "je bestelling is", "uw bestelling is", "verifieringskod", "giltig i", "bekræftelseskode", "bekreftelseskode",
    "udløber om", "utløper om", "vahvistuskoodi", "kod weryfikacyjny", "kod wygaśnie", "numer przesyłki",
    "ověřovací kód", "platnost kódu", "код подтверждения", "ваш заказ", "код підтвердження", "ваше замовлення",
    "doğrulama kodu", "siparişiniz", "認証コード", "確認コード", "有効期限", "ご注文", "お荷物", "验证码", "分钟内有效", "驗證碼", "인증번호", "인증 코드",
    "رمز التحقق", "קוד אימות", "mã xác minh", "mã xác nhận", "kode verifikasi", "your order", "order number",
    "order confirmation", "ihre bestellung", "bestellnummer", "votre commande", "su pedido", "tu pedido",
    "seu pedido", "uw bestelling", "je bestelling", "din beställning", "din ordre", "din bestilling", "tilauksesi",
    "twoje zamówienie", "numer zamówienia", "vaše objednávka", "rendelés", "comanda dvs", "η παραγγελία", "注文番号",
    "订单号", "주문번호", "subscription", "your account", "ihr konto", "votre compte", "su cuenta", "tu cuenta",
    "sua conta", "il tuo account", "uw account", "je account", "twoje konto", "váš účet", "ваш аккаунт",
    "ваша учетная запись", "hesabınız", "アカウント", "您的账户", "您的帐户", "계정", "confirmation link", NULL};

const char *const kind_past_words[] = {
    "i was ", "i were", "we were ", "i've been", "i have been", "ich war ", "wir waren", "war ich ", "j'étais",
    "j’étais", "j'ai été", "nous étions", "estuve", "estaba ", "estuvimos", "ero ", "eravamo", "sono stato",
    "sono stata", "estive", "estava ", "estivemos", "byłem", "byłam", "byliśmy", "jag var", "vi var", "jeg var",
    "olin ", "olimme", "byl jsem", "byla jsem", "jsem byl", "bol som", "bola som", "был ", "была ", "были ",
    "я був", "я була", "бях ", "ήμουν", "bio sam", "bila sam", "sem bil", "am fost", "izindeydim", "izinliydim",
    "ik was", "voltam", "voltunk", "ma olin", "buvau", "biju ", NULL};

const char *const kind_trouble_words[] = {
    "does not work", "doesn't work", "do not work", "not working", "still fail", "fails with", "is broken",
    "stays broken", "an error", "error ", "error:", "crash", "funktioniert nicht", "geht nicht", "fehler", "kaputt",
    "ne fonctionne", "ne marche", "erreur", "no funciona", "sigue fallando", "non funziona", "errore",
    "não funciona", "erro ", "werkt niet", "foutmelding", "fungerar inte", "virker ikke", "fungerer ikke",
    "ei toimi", "virhe", "nie działa", "błąd", "nefunguje", "chyba ", "не работает", "ошибк", "не працює", "помилк",
    "çalışmıyor", "hata ", "nem működik", "hibaüzenet", "nu funcționează", "eroare", "δεν λειτουργεί", "σφάλμα",
    "ne radi", "ne deluje", "動きません", "エラー", "错误", "無法使用", "오류", "안 됩니다", "لا يعمل", "لا أستطيع", "לא עובד",
    "không hoạt động", "tidak berfungsi", "gagal", NULL};

const char *const kind_answering_words[] = {
    "you asked", "you requested", "you wanted", "as requested", "as discussed", "as agreed", "please go on", "please go ahead",
    "here is the", "here are the", "attached is", "attached are", "i have attached", "i attached", "sie gefragt", "sie wollten",
    "wie gewünscht", "wie besprochen", "wie vereinbart", "anbei ", "im anhang", "vous m'avez demandé", "vous avez demandé",
    "comme convenu", "ci-joint", "me pidió", "me pidieron", "como acordamos", "adjunto", "como pediu", "como combinado",
    "em anexo", "come richiesto", "come d'accordo", "in allegato", "zoals gevraagd", "zoals afgesproken", "bijgevoegd",
    "som avtalat", "bifogat", "som aftalt", "vedhæftet", "som avtalt", "jak prosił", "w załączniku", "jak jste chtěl",
    "v příloze", "как вы просили", "во вложении", "як ви просили", "istediğiniz", "添付", "附件", "첨부", NULL};

/* clang-format on */
