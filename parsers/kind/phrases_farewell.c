#include "parsers/kind/phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const kind_left_words[] = {
    "no longer works at", "no longer works for", "no longer works with", "no longer working at", "no longer working for",
    "is no longer with", "am no longer with", "no longer employed", "has left the company", "have left the company",
    "left the organization", "left the organisation", "has retired from", "nicht mehr für unser unternehmen",
    "nicht mehr im unternehmen", "nicht mehr in unserem unternehmen", "hat das unternehmen verlassen", "nicht mehr bei uns",
    "aus dem unternehmen ausgeschieden", "ne travaille plus", "ne fait plus partie", "a quitté l'entreprise",
    "a quitté la société", "a quitté notre", "ya no trabaja", "ya no forma parte", "ha dejado la empresa", "não trabalha mais",
    "já não trabalha", "não faz mais parte", "non lavora più", "ha lasciato l'azienda", "werkt niet meer", "niet meer werkzaam",
    "har slutat", "arbetar inte längre", "arbejder ikke længere", "jobber ikke lenger", "ei työskentele enää", "nie pracuje",
    "již nepracuje", "už nepracuje", "больше не работает", "більше не працює", "már nem dolgozik", "nu mai lucrează",
    "artık çalışmamaktadır", "退職", "已离职", "퇴사", NULL
};

const char *const kind_instead_words[] = {
    "please contact", "please direct", "please send", "please email", "please e-mail", "please write to", "can be reached at",
    "be directed to", "will not be forwarded", "is not forwarded", "wenden sie sich", "bitte kontaktieren", "kontaktieren sie",
    "nicht weitergeleitet", "bitte schreiben sie", "veuillez contacter", "veuillez vous adresser", "merci de contacter",
    "póngase en contacto", "por favor contacte", "diríjase", "por favor contate", "entre em contato", "entre em contacto",
    "si prega di contattare", "contattare", "rivolgersi", "neem contact op", "kontakta", "kontakt", "ota yhteyttä",
    "prosimy o kontakt", "обращайтесь", "свяжитесь", "звертайтеся", "forduljon", "vă rugăm", "iletişime geç", "ご連絡", "请联系",
    "문의", NULL
};

const char *const kind_leave_words[] = {
    "to unsubscribe", "unsubscribe here", "unsubscribe from", "click here to unsubscribe", "unsubscribe |", "| unsubscribe",
    "unsubscribe:", "manage your preferences", "update your preferences", "email preferences", "in your browser",
    "in a browser", "view online", "view this email online", "you are receiving this", "you're receiving this",
    "you receive this email because", "you received this email because", "this email was sent to",
    "because you signed up", "because you subscribed", "because you are subscribed", "no longer wish to receive",
    "don't want to receive", "do not wish to receive", "newsletter abbestellen", "vom newsletter abmelden",
    "newsletter nicht mehr", "hier abmelden", "abmelden:", "im browser", "sie erhalten diese e-mail, weil",
    "sie erhalten diesen newsletter", "se désabonner", "se désinscrire", "désinscription", "dans votre navigateur",
    "vous recevez cet e", "ne plus recevoir", "darse de baja", "cancelar la suscripción", "en su navegador",
    "en tu navegador", "recibe este correo porque", "recibes este correo porque", "dejar de recibir",
    "cancelar inscrição", "cancelar a inscrição", "descadastrar", "no seu navegador", "não deseja mais receber",
    "annulla iscrizione", "cancella iscrizione", "disiscriversi", "nel browser", "nel tuo browser", "non desideri più ricevere",
    "uitschrijven", "afmelden", "in je browser", "in uw browser", "u ontvangt deze", "avprenumerera", "i din webbläsare",
    "afmeld", "i din browser", "avmeld", "peruuta tilaus", "selaimessa", "wypisz się", "w przeglądarce", "odhlásit odběr",
    "v prohlížeči", "отписаться", "в браузере", "вы получили это письмо", "leiratkoz", "böngészőben", "dezabonare",
    "abonelikten", "tarayıcıda", "配信停止", "ブラウザで", "退订", "取消订阅", "수신거부", "désabonner", "plus recevoir",
    "cancelar sua inscrição", "sair da lista", "deixar de receber", "não quiser mais receber",
    "otrzymywać newslettera", "rezygnacja z subskrypcji", "zrezygnować z", "abonelikten çık",
    "almak istemiyorsanız", "aboneliğinizi iptal", "pour vous désinscrire", "zum abbestellen",
    "per non ricevere più", "om je uit te schrijven", "ezt a levelet azért kapta", "dezabona", "διαγραφή από",
    "не желаете получать", "не хочете отримувати", "відписатися", "配信を停止", "メルマガ", "不想再收到", "退订请", "구독 취소",
    "إلغاء الاشتراك", "להסרה מרשימת", "hủy đăng ký", "berhenti berlangganan", "ยกเลิกการรับ",
    "если вы не хотите получать", "odhlášení odběru", "odhlásit z odběru", "odjava", NULL
};

/* clang-format on */
