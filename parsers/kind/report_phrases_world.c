/* Words of reports in more languages: of the Balkan and the Baltic, Greek, Hungarian, Romanian, Ukrainian, of
 * the Near East, of South and South-East Asia, and the smaller ones of the West. */
#include "parsers/kind/report_phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const report_success_words[] = {
    "had successful delivery notifications", "was successfully delivered", "has been successfully delivered",
    "were successfully delivered", "successfully delivered to", "successfully relayed", "delivery was successful",
    "delivery to these recipients or groups is complete", "has been delivered to the following",
    "was delivered to the following", "your message has been delivered", "wurde erfolgreich zugestellt",
    "erfolgreich übermittelt", "a été remis à", "a bien été remis", "se ha entregado a", "se entregó correctamente",
    "foi entregue a", "entregue com sucesso", "è stato recapitato", "consegnato correttamente", "is bezorgd bij",
    "har levererats", "er leveret", "er levert", "on toimitettu", "została dostarczona", "bylo doručeno",
    "успешно доставлено", "配信されました", "已成功发送", "已送达", "teslim edildi", NULL};

const char *const report_world_late[] = {
    "καθυστέρησ", "καθυστερεί", "késlelt", "késik", "întârzi", "затрим", "забавен", "забавя", "одложен", "odgođen",
    "zakasnel", "odložen", "oneskor", "vėluoja", "atidėt", "kavē", "aizkavē", "hilineb", "viibib", "endarrer", "seinkað",
    "تأخر", "تأخير", "עיכוב", "מתעכב", "تأخیر", "विलंब", "ล่าช้า", "trì hoãn", "chậm trễ", "tertunda", "ditunda", "tertangguh", NULL};

const char *const report_world_failed[] = {
    "δεν παραδόθηκε", "αποτυχία παράδοσης", "δεν ήταν δυνατή η παράδοση", "δεν μπόρεσε να παραδοθεί",
    "δεν είναι δυνατή η παράδοση", "nem sikerült kézbesíteni", "kézbesíthetetlen", "kézbesítési hiba", "nem kézbesíthető",
    "sikertelen kézbesítés", "nu a putut fi livrat", "nelivrat", "livrarea a eșuat", "nu s-a putut livra",
    "не вдалося доставити", "помилка доставки", "не беше доставен", "недоставен", "не може да бъде доставен",
    "неуспешно доставяне", "није испоручен", "nije isporučen", "nije moguće isporučiti", "neuspjela isporuka",
    "isporuka nije uspjela", "neuspešna isporuka", "ni bilo mogoče dostaviti", "ni bilo dostavljeno", "nedostavljen",
    "nepodarilo doručiť", "nedoručen", "nebolo možné doručiť", "nepavyko pristatyti", "nepristatyt", "neizdevās piegādāt",
    "nav piegādāt", "netika piegādāt", "ei õnnestunud kohale toimetada", "kohaletoimetamine nurjus",
    "ei saanud kohale toimetada", "no s'ha pogut lliurar", "no lliurat", "error de lliurament", "ekki hægt að afhenda",
    "ekki tókst að afhenda", "toimitus epäonnistui", "ei toimitettu", "toimittamaton", "تعذر تسليم", "لم يتم تسليم", "فشل تسليم",
    "فشل التسليم", "لا يمكن تسليم", "לא ניתן למסור", "לא נמסרה", "לא ניתן היה למסור", "מסירה נכשלה", "ההודעה נכשלה",
    "تحویل داده نشد", "ارسال نامه ناموفق", "वितरित नहीं", "डिलीवर नहीं", "ไม่สามารถส่ง", "ส่งไม่สำเร็จ", "ไม่สามารถนำส่ง", "không thể gửi",
    "không gửi được", "không thể chuyển", "gửi không thành công", "tidak dapat dikirim", "tidak terkirim", "gagal dikirim",
    "pengiriman gagal", "tidak dapat dihantar", "penghantaran gagal", "konnte nicht übermittelt", "wurde nicht zugestellt",
    "n'a pu être délivré", "n'a pas été délivré", "no ha sido entregado", "no fue posible entregar", "não pode ser entregue",
    "non può essere consegnato", "kon niet worden", "kunne ikke afleveres", "ikke afleveret", "gick inte fram",
    "nie została doręczona", "nie udało się dostarczyć", "nebyla doručena", "送信に失敗", "届きませんでした", "発送失敗",
    "发送失败", "未能送达", "投遞失敗", "发送不成功", "전달되지 않", "전달할 수 없", "발송 실패", "gönderilemedi", "teslim edilmedi", NULL};

const char *const report_world_recipient_labels[] = {
    "παραλήπτης", "προς", "címzett", "destinatar", "către", "отримувач", "одержувач", "одержувачу", "получателю", "кому",
    "получател", "прималац", "primatelj", "primalac", "prejemnik", "príjemca", "gavėjas", "adresāts", "saaja", "destinatari",
    "viðtakandi", "المستلم", "إلى", "נמען", "אל", "گیرنده", "प्राप्तकर्ता", "ผู้รับ", "ถึง", "người nhận", "penerima", "kepada",
    "受信者", "送信先", "收信人", "받는이", NULL};

/* clang-format on */
