/* Mails as people write them to a support team, in which there is nothing to be found: no number of an order
 * or an account, no address, no error text. There are dates, times, amounts, telephone numbers and names,
 * because rules that take these for something else are the ones to be found. */
#include <parsers/rules/lint.h>

const LintMail LINT_MAILS[] = {
    {"Question about our contract",
     "Hello,\n\nwe signed up in March 2024 and would like to know when the contract ends. Is it 12 or 24 "
     "months?\n"
     "We are a team of 15 people and use it every day.\n\nBest regards\nSam\nTel. +44 20 7946 0958"},
    {"Thank you!", "That solved it, thank you so much. Everything works again since 9:30 this morning.\nHave "
                   "a nice weekend!"},
    {"Call on Thursday", "Hi there,\ncould we have a short call on Thursday, 26 November at 14:00? It will "
                         "take 20 minutes at most.\n"
                         "Friday between 10 and 12 is fine, too.\nThanks, Jo"},
    {"Slow since the weekend",
     "Good morning,\nsince Saturday evening all pages need 5 to 10 seconds to open. Before that it took less "
     "than one.\n"
     "About half of our 300 users have told us so. Has anything been changed?\nKind regards"},
    {"Invoice for October", "Dear team,\nwe were charged 1,249.00 EUR instead of 999.00 EUR. Could you "
                            "please check this and send us a corrected\n"
                            "invoice? Our accounts close on the 30th.\nMany thanks\nA. Smith, Accounting"},
    {"How do I add a colleague?", "I'd like to add a new colleague to our account. Where do I find this? I "
                                  "looked under Settings and Users, but there is\n"
                                  "only a list with 7 names and no button. I use Chrome on a Mac."},
    {"Feature idea", "It would be great if one could sort the list by date. Right now I scroll through 40 "
                     "entries each time!\n"
                     "Also, the blue on white is hard to read on my phone. Just my two cents :-)"},
    {"Cannot come in", "I forgot my password and the reset mail never arrives. I have looked into the spam "
                       "folder. Please help, it is urgent,\n"
                       "our shop opens at 8 o'clock."},
    {"Re: your question", "Yes, please go ahead. We will be in the office until 17:30.\n\nOn Monday you "
                          "wrote that it would take two days. Is that\n"
                          "still so?"},
    {"Holiday", "I am away until 7 December. In urgent cases please call my colleague at 030 1234567, "
                "extension 12. We are closed on 24, 25\n"
                "and 26 December."},
    {"Frage zum Vertrag",
     "Guten Tag,\n\nwir möchten zum 31.12.2026 kündigen. Reicht eine E-Mail, oder brauchen Sie einen Brief?\n"
     "Wir sind seit 2019 Kunde und haben 3 Zugänge.\n\nMit freundlichen Grüßen\nFamilie Weber\nTelefon: 0711 "
     "/ 123 45 67"},
    {"Seite lädt nicht",
     "Hallo zusammen,\nseit heute früh um 7:45 Uhr lädt die Seite nicht mehr richtig. Mal fehlt das Bild, "
     "mal bleibt alles weiß.\n"
     "Neu gestartet haben wir schon zweimal. Bei 4 von 10 Kollegen geht es.\nViele Grüße"},
    {"Rechnung", "Sehr geehrte Damen und Herren,\nauf der Rechnung vom 3. November stehen 119,00 € statt "
                 "99,00 €. Bitte prüfen Sie das.\n"
                 "Danke und Gruß"},
    {"Rückruf bitte", "Bitte rufen Sie mich heute zwischen 15 und 16 Uhr unter 0170 1234567 zurück. Es geht "
                      "um die neue Version und die Kosten für\n"
                      "20 Arbeitsplätze."},
    {"Question sur la facture",
     "Bonjour,\n\nnous avons payé 240 € le 12 octobre, mais la facture indique 264 €. Pouvez-vous vérifier "
     "?\n"
     "Nous sommes 8 dans l'équipe.\n\nCordialement\nService comptabilité, 01 23 45 67 89"},
    {"Page blanche", "Bonjour, depuis hier soir la page reste blanche chez plusieurs clients. Nous avons "
                     "essayé avec deux navigateurs.\n"
                     "C'est urgent, nous ouvrons à 9 h 30. Merci d'avance !"},
    {"Merci",
     "Tout fonctionne de nouveau, merci beaucoup pour votre aide rapide. Bonne journée et à bientôt."},
    {"Consulta", "Buenos días:\nnos gustaría saber cuánto cuesta el servicio para 50 personas durante 12 "
                 "meses. ¿Hay descuento?\n"
                 "Pueden llamarnos al 91 123 45 67 de 9:00 a 14:00.\nUn saludo"},
    {"No funciona", "Hola, desde el lunes no podemos entrar. La pantalla se queda en blanco después de 30 "
                    "segundos. Lo hemos probado con 3\n"
                    "ordenadores. Gracias por su ayuda."},
    {"Dúvida", "Olá, tudo bem? Queria saber como mudo o plano de 10 para 25 usuários. O valor muda já em "
               "dezembro? Obrigado!"},
    {"Domanda sul contratto", "Buongiorno,\nil nostro contratto scade il 15 gennaio 2027. Possiamo "
                              "rinnovarlo per 2 anni alle stesse condizioni?\nGrazie mille"},
    {"Vraag over de factuur", "Goedemiddag,\nop de factuur van 1 november staat 150 euro, wij hadden 125 "
                              "euro afgesproken. Kunt u dit nakijken?\nMet vriendelijke groet"},
    {"Pytanie", "Dzień dobry,\nod wczoraj strona otwiera się bardzo wolno, czasem trwa to 15 sekund. Czy coś "
                "się zmieniło?\nPozdrawiam"},
    {"Вопрос по договору", "Здравствуйте!\nНаш договор заканчивается 31 декабря. Можно ли продлить его на 6 "
                           "месяцев? У нас 12 сотрудников.\nСпасибо!"},
    {"お問い合わせ", "お世話になっております。11月20日から画面が開くまで10秒ほどかかります。何か変更がありま"
                     "したか。よろしくお願いいたします。"},
    {"咨询", "您好，我们从11月20日开始打开页面需要等待10秒左右，请问是否有变化？谢谢。"},
    {"Fråga", "Hej!\nVi är 9 personer och vill byta till det större paketet från den 1 januari. Vad kostar "
              "det per månad?\nVänliga hälsningar"},
    {"Meeting notes", "Hi all,\nnotes from today: 1. we start in week 49, 2. the budget is 20,000 USD, 3. "
                      "Kim asks for the numbers of Q3.\n"
                      "Next meeting: 2 December, 11:15, room 204.\nCheers"},
    {"Feedback", "We have used the product for 3 years now, and version after version it got better. Two "
                 "wishes: a dark theme, and an export that\n"
                 "does not take half an hour. 9 out of 10 from us!"},
    {"Delivery", "Hello, the parcel should have been here on Tuesday. The driver was here at 8:15 but nobody "
                 "was in. Could it come again tomorrow\n"
                 "after 16:00? Main Street 12, second floor, ring twice."},
};
const guint LINT_MAIL_COUNT = G_N_ELEMENTS(LINT_MAILS);
