/* Mails as persons in odd circumstances and programs of all sorts write them: no program may be answered, no
 * person may go without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <postern/kind.h>
#include <string.h>

static Headers *headers_of(const char *text)
{
    Headers *headers = headers_new();
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++) {
        char *colon = strchr(lines[i], ':');
        *colon = '\0';
        headers_add(headers, lines[i], colon + 1);
    }
    return headers;
}

/* Where a program is of more than one kind to the taste, only that it is none of a person counts. */
#define NO_PERSON KIND_COUNT

typedef struct {
    const char *headers, *subject, *text;
    MailKind kind;
} Case;

#define OUTLOOK "X-MS-Has-Attach:\nThread-Index: AdAbCdEf==\nX-Mailer: Microsoft Outlook 16.0\n"
#define THUNDERBIRD "User-Agent: Mozilla Thunderbird\n"
#define REPLY "In-Reply-To: <x@desk.example>\nReferences: <x@desk.example>\n"

/* All of these are persons. */
static const Case persons[] = {
    {OUTLOOK "X-Auto-Response-Suppress: DR, OOF, AutoReply\n", "Printer", "The printer is broken.", 0},
    {OUTLOOK "X-Auto-Response-Suppress: All\nX-MS-Exchange-Organization-AuthAs: Internal\n", "RE: Login",
     "It still fails.", 0},
    {"Auto-Submitted: no\nX-Mailer: iPhone Mail (21A340)\n", "Invoice", "Where is it?", 0},
    {"Auto-Submitted: (sent by a person) \"no\"; x=1\n", "Invoice", "Where is it?", 0},
    {"Precedence: normal\n", "Hello", "One question.", 0},
    {"Precedence: special-delivery\n", "Hello", "One question.", 0},
    {"Precedence: bulk\nX-Mailer: The Bat! (v3.99) Professional\n" REPLY, "Re: Ticket", "Yes, that helped.",
     0},
    {THUNDERBIRD "Precedence: list\n" REPLY, "Re: Ticket", "Thank you!", 0},
    {OUTLOOK "List-Unsubscribe: <mailto:postmaster@firm.example?subject=unsubscribe>\n", "Order 17",
     "When does it come?", 0},
    {THUNDERBIRD "X-Loop: kim@example.net\nX-Forwarded-To: help@desk.example\n", "Problem", "Please help.",
     0},
    {"X-Forwarded-For: kim@gmail.example help@desk.example\nX-Gm-Message-State: abc\n", "Problem",
     "Please help.", 0},
    {"From: kim@example.net\nSender: noreply@webmail.example\nX-SG-EID: abc\nX-SES-Outgoing: 2024.01.01\n",
     "Hi", "I cannot log in.", 0},
    {"Feedback-ID: 1.eu-west-1.abc:AmazonSES\nX-SES-Outgoing: 2024\n", "Question", "Do you ship to Peru?", 0},
    {"From: kim@example.net\n", "Automatic reply doesn't work", "Since Monday our automatic reply is off.",
     0},
    {"From: kim@example.net\n", "Undelivered Mail Returned to Sender",
     "Hello, I get this message from you all the time. Why? Mailer-daemon says user unknown.", 0},
    {"From: kim@example.net\n", "Fwd: Undelivered Mail Returned to Sender",
     "See below, what is this?\n\nFrom: MAILER-DAEMON\nYour message could not be delivered.", 0},
    {"From: kim@example.net\n", "WG: Unzustellbar: Angebot",
     "Was soll das?\n\n"
     "Ihre Nachricht konnte nicht zugestellt werden",
     0},
    {"From: kim@example.net\n", "Delivery failed", "The parcel service says delivery failed. Please help.",
     0},
    {"From: kim@example.net\n", "Delivery status of order 55", "Has not been delivered to me.", 0},
    {"From: kim@example.net\n", "Out of office: how do I set it?",
     "I am on vacation soon and want an auto reply.", 0},
    {"From: kim@example.net\n" REPLY, "Out of office", "How do I switch on my out of office message?", 0},
    {"From: kim@example.net\n" REPLY, "Re: Automatic reply: Trouble", "I am back, here is what you asked.",
     0},
    {"From: kim@example.net\n" REPLY, "AW: Automatische Antwort: Störung", "Ich bin wieder da.", 0},
    {"From: kim@example.net\n" REPLY, "Re: Vacation rental 12",
     "I was on holiday, sorry. Here is the number.", 0},
    {"From: kim@example.net\n", "Abwesenheitsassistent geht nicht", "Ich bin ab morgen im Urlaub.", 0},
    {"From: kim@example.net\n", "Vacation request: June", "I am on vacation from June 1. Please book it.", 0},
    {"From: kim@example.net\n", "On leave: who covers?", "I will be on leave. Who gets my tickets?", 0},
    {"From: kim@example.net\n", "Read: the manual", "I have read the manual and have a question.", 0},
    {"From: kim@example.net\n", "Gelesen: Ihr Artikel", "Ich habe Ihren Artikel gelesen und eine Frage dazu.",
     0},
    {"From: kim@example.net\n", "Accepted: but no invoice", "You accepted my order, but there is no invoice.",
     0},
    {"From: kim@example.net\n", "Please confirm your message", "You sent me a price. Please confirm it.", 0},
    {"From: kim@example.net\n", "Challenge", "Your whitelist does not let our mails in.", 0},
    {"From: kim@example.net\n", "Sender verification", "Our mail is refused. Do you use a whitelist?", 0},
    {"From: kim@example.net\n", "Nagios alert configuration", "** PROBLEM alerts do not come any more.", 0},
    {"From: kim@example.net\n", "[Ticket #123] still open", "My ticket number is 123. Any news?", 0},
    {"From: notaro@example.net\n", "Question", "Hello", 0},
    {"From: alertsson@example.net\n", "Question", "Hello", 0},
    {"From: notify.kim@example.net\n" THUNDERBIRD, "Question", "Hello", 0},
    {"From: bounceland@example.net\n", "Question about our castle", "Hello", 0},
    {"From: postmaster@firm.example\n" THUNDERBIRD, "Your SPF record", "It is broken, please mend it.", 0},
    {"From: daemon@example.net\n" THUNDERBIRD, "Question", "Hello, I am Daemon.", 0},
    {"From: newsletter@firm.example\nUser-Agent: Mozilla Thunderbird\n" REPLY, "Re: Your offer",
     "Hello, we would like to buy it.", 0},
    {"From: kim@example.net\nX-Mailer: osTicket Mailer\n" REPLY, "Re: Case 44",
     "Hello,\nour admin looked at it: the port is open now. Can you try again?\nKim", 0},
    {"From: wordpress@shop.example\nReply-To: kim@example.net\nX-Mailer: PHPMailer 6.8.0\n",
     "[Shop] Contact form", "Name: Kim\nEmail: kim@example.net\nMessage: Where is my order?", 0},
    {"From: kim@example.net\nX-Priority: 1\nDisposition-Notification-To: kim@example.net\n", "Urgent", "Help",
     0},
    {"From: kim@example.net\nReturn-Path: <SRS0=ab=cd=example.net=kim@fwd.example>\n", "Q", "Hi", 0},
    {"From: kim@example.net\nReturn-Path: <bounces+12-ab=desk.example@em.example>\nX-SG-EID: a\n", "Q", "Hi",
     0},
    {"From: kim@example.net\nX-Autoreply: no\nX-Auto-Response-Suppress: none\n", "Q", "Hi", 0},
    /* Subjects that begin like those of programs */
    {"From: kim@a.example\n", "Re: Your ticket", "I am on vacation until Friday. Can you call me after that?",
     0},
    {"X-Mailer: Apple Mail (2.3696)\nIn-Reply-To: <a@b>\n", "Re: Ticket 4",
     "Thanks, solved.\n\nOn Monday support wrote:\n> This is an automated message, please do not reply.", 0},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Re: [Request received] Login",
     "Any news?\n\n> We received your request", 0},
    {"From: kim@a.example\n", "Your automatic mails",
     "You write 'Please do not reply to this email', but how do I reach you?", 0},
    {"From: kim@a.example\n", "Fw: Cron <root@db> backup", "What does this mean?\n-----\nerror", 0},
    {"From: kim@a.example\n", "Ticket created twice",
     "I see that a ticket has been created twice. Please close one.", 0},
    {"From: kim@a.example\n", "Monitor is down: black screen", "My screen is broken since Monday.", 0},
    {"From: kim@a.example\n", "Problem: no sound", "The speaker is silent.", 0},
    {"From: kim@a.example\n", "Resolved: thank you", "It works again, you can close it.", 0},
    {"From: kim@a.example\n", "Scan from my printer is empty", "Each page is white. What can I do?", 0},
    {"From: kim@a.example\n", "Fax from you not readable", "Please send it once more.", 0},
    {"From: kim@a.example\n", "Sicherheitswarnung im Browser", "Beim Öffnen Ihrer Seite kommt eine Warnung.",
     0},
    {"From: kim@a.example\n", "Backup report missing", "The report of last week did not arrive.", 0},
    {"From: kim@a.example\n", "[OK] order 17", "I accept the offer.", 0},
    {"From: kim@a.example\nX-MS-Has-Attach:\nThread-Index: x\n", "Declined: my card payment",
     "My card was declined, why?", 0},
    {"From: kim@a.example\n", "Auto: Kaufvertrag", "Anbei der Kaufvertrag fuer das Auto.", 0},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Auto: Kaufvertrag", "Anbei der Kaufvertrag fuer das Auto.",
     0},
    {"From: kim@a.example\nX-Mailer: SAP Outlook\nX-Auto-Response-Suppress: OOF\n", "Q", "Hello", 0},
    {"From: kim@a.example\n", "Thank you for contacting me",
     "Thank you for contacting me. The number is 17. Our support team will be at the site at 9.", 0},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Re: Termin",
     "Ich bin am Montag nicht im Büro, Dienstag passt. Bis zum 5. brauche ich das Angebot.", 0},
    {"From: kim@a.example\nList-Unsubscribe: <https://x>\nX-Mailer: iPad Mail (20A)\nIn-Reply-To: <a@b>\n",
     "Re: hi", "Yes please", 0},
};

/* A person stands behind, yet an answer would go to an address that asks for none. */
static const Case forms[] = {
    {"From: noreply@shop.example\nReply-To: Kim <kim@example.net>\nX-Mailer: PHPMailer 6.8.0\n",
     "Kontaktformular: Frage", "Name: Kim\nE-Mail: kim@example.net\nNachricht: Wo ist meine Ware?", 0},
    {"From: no-reply@firm.example\nReply-To: kim@example.net\n", "New submission from Contact us",
     "Your name: Kim\nEmail: kim@example.net\nMessage: I cannot log in.", 0},
};

static const Case programs[] = {
    /* away, by subject or words alone */
    {"Return-Path: <>\n", "Nieobecność: Pytanie", "Jestem na urlopie.", KIND_AUTO_REPLY},
    {REPLY, "Odsutan sam: Pitanje", "Automatski odgovor: nisam u uredu do ponedjeljka.", KIND_AUTO_REPLY},
    {REPLY, "Trả lời tự động: Câu hỏi", "Tôi đang nghỉ phép.", KIND_AUTO_REPLY},
    {REPLY, "ตอบกลับอัตโนมัติ: x", "ฉันไม่อยู่ที่สำนักงาน", KIND_AUTO_REPLY},
    {REPLY, "Automatinis atsakymas: x", "Šiuo metu atostogauju.", KIND_AUTO_REPLY},
    {REPLY, "Automātiska atbilde: x", "Esmu atvaļinājumā.", KIND_AUTO_REPLY},
    {REPLY, "Automaatvastus: x", "Olen puhkusel.", KIND_AUTO_REPLY},
    {REPLY, "Автоматичен отговор: x", "В отпуск съм.", KIND_AUTO_REPLY},
    {REPLY, "Samodejni odgovor: x", "Sem na dopustu.", KIND_AUTO_REPLY},
    {REPLY, "Balasan otomatis: x", "Saya sedang cuti.", KIND_AUTO_REPLY},
    {REPLY, "About your ticket", "I am currently out of the office and will be back on Monday.",
     KIND_AUTO_REPLY},
    {REPLY, "Re: Your ticket",
     "I am currently out of the office with limited access to email. I will return on "
     "Monday.",
     KIND_AUTO_REPLY},
    {REPLY, "Re: Ticket 5",
     "Sehr geehrte Damen und Herren,\nich bin bis 3.5. nicht im Büro. Ihre E-Mail wird "
     "nicht weitergeleitet.",
     KIND_AUTO_REPLY},
    {REPLY, "Re: Ticket 5", "Bonjour,\nJe suis actuellement absent du bureau jusqu'au 12 mai.",
     KIND_AUTO_REPLY},
    {"X-Mailer: Lotus Notes\n" REPLY, "Kim is out of the office.", "I will be out of the office until 12.05.",
     KIND_AUTO_REPLY},
    {"X-Autogenerated: Reply\n", "x", "y", KIND_AUTO_REPLY},
    {"Precedence: bulk\nX-Autoresponder: Plesk\n", "x", "y", KIND_AUTO_REPLY},
    {"Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n", "Re: x", "y", KIND_AUTO_REPLY},
    {"Auto-submitted: AUTO-REPLIED; owner=\"a;b\"\n", "x", "y", KIND_AUTO_REPLY},
    {"Auto-Submitted: x-unknown\n", "x", "y", KIND_MACHINE},
    /* acknowledgements of other desks: two of them would write for ever */
    {"X-Mailer: Zammad Mail Service\n", "Your ticket has been created", "We received your request.",
     NO_PERSON},
    {"X-Mailer: Zendesk Mailer\n", "[Request received] Login",
     "Your request (4711) has been received and is being reviewed by our support staff.", NO_PERSON},
    {"From: support@firm.freshdesk.example\n", "Ticket Received - Login",
     "We would like to acknowledge that we have received your request and a ticket has been created.",
     NO_PERSON},
    {"X-Mailer: OTRS Mail Service (6.0)\n", "[Ticket#2024] RE: Login",
     "Your email has been received and a ticket has been opened.", NO_PERSON},
    {"From: help@firm.example\nRT-Ticket: firm #12\nRT-Originator: kim@example.net\nManaged-by: RT 5\n",
     "[firm #12] AutoReply: Login", "This message has been automatically generated.", NO_PERSON},
    {"From: help@firm.example\n", "Support Ticket Opened [#12345]",
     "A request for support has been created and assigned ticket #12345. A representative will follow-up.",
     NO_PERSON},
    {"From: jira@firm.atlassian.example\nX-JIRA-FingerPrint: ab\n", "SUP-1 Login", "Just confirming.",
     NO_PERSON},
    {"From: hello@firm.intercom-mail.example\nX-Intercom-Bin: x\n", "Login", "Thanks for getting in touch",
     NO_PERSON},
    {"From: hilfe@firm.example\n", "Ihre Anfrage ist bei uns eingegangen [4711]",
     "Vielen Dank für Ihre Anfrage. Dies ist eine automatisch generierte E-Mail.", NO_PERSON},
    {"From: aide@firm.example\n", "Accusé de réception",
     "Nous avons bien reçu votre demande. Ceci est un message automatique, merci de ne pas répondre.",
     NO_PERSON},
    {"From: info@firm.example\n", "Re: Login", "This is an automated message, please do not reply.",
     NO_PERSON},
    /* machines */
    {"From: root@db1.example.net\n", "Cron <root@db1> /usr/bin/backup", "tar: error", KIND_MACHINE},
    {"From: root@db1.example.net\n", "Anacron job 'cron.daily' on db1", "error", KIND_MACHINE},
    {"From: ops@example.net\n", "** PROBLEM Service Alert: db1/Disk is CRITICAL **", "***** Nagios *****",
     KIND_MACHINE},
    {"From: mon@example.net\n", "[FIRING:1] HighLoad (db1)", "Alert", KIND_MACHINE},
    {"From: mon@example.net\nX-PRTG-Sensor: 1\n", "Sensor down", "PRTG Network Monitor", KIND_MACHINE},
    {"From: alert@uptimerobot.example\n", "Monitor is DOWN: shop", "Hi, the monitor shop is currently DOWN.",
     KIND_MACHINE},
    {"From: hello@sentry.example\nX-Sentry-Project: shop\n", "SHOP-1 - TypeError", "New issue", KIND_MACHINE},
    {"From: ci@firm.example\nX-Jenkins-Job: shop\n", "Build failed in Jenkins: shop #12", "x", KIND_MACHINE},
    {"From: gitlab@firm.example\nX-GitLab-Pipeline-Id: 4\n", "shop | Failed pipeline", "x", KIND_MACHINE},
    {"From: scanner@firm.example\n", "Scan from KONICA 4711", "Device Name: k1\nDevice Model: C250",
     KIND_MACHINE},
    {"From: kim@example.net\nX-Mailer: Canon MFP\n", "Attached Image", "", KIND_MACHINE},
    {"From: pbx@firm.example\nX-Mailer: Asterisk\n", "New message 3 in mailbox 101", "voicemail",
     KIND_MACHINE},
    {"From: kim@example.net\nX-Microsoft-Exchange: x\nContent-Class: "
     "urn:content-classes:calendarmessage\n" OUTLOOK,
     "Accepted: Meeting", "", NO_PERSON},
    {"From: kim@example.net\n" OUTLOOK REPLY, "Abgelehnt: Besprechung", "", NO_PERSON},
    {"From: kim@example.net\nX-Google-Calendar-Content-ID: x\n", "Accepted: Call @ Mon 3pm",
     "kim@example.net has accepted this invitation.", NO_PERSON},
    {"From: service@bank.example\nX-Auto-Response-Suppress: All\nPrecedence: bulk\n", "Statement", "x",
     NO_PERSON},
    {"From: bestellung@shop.example\nList-Unsubscribe: <https://shop.example/u>\nFeedback-ID: 1:2:3:x\n",
     "Sale", "Buy", KIND_BULK},
    {"From: info-noreply@shop.example\nReply-To: info@shop.example\n", "Your order",
     "Thank you for your order.", NO_PERSON},
    /* receipts */
    {"From: kim@example.net\n" REPLY, "Read: Login",
     "Your message\n\n   To: Kim\n   Subject: Login\n   Sent: Monday\n\n was read on Monday.", KIND_RECEIPT},
    {"From: kim@example.net\n" REPLY, "Gelesen: Login",
     "Ihre Nachricht\n\n   An: Kim\n   Betreff: Login\n\n wurde gelesen am Montag.", KIND_RECEIPT},
    {"From: kim@example.net\n" REPLY, "Lu : Login", "Votre message\n\n  À : Kim\n\n a été lu le lundi.",
     KIND_RECEIPT},
    {"From: kim@example.net\n" REPLY, "Not read: Login",
     "Your message\n\n   To: Kim\n\n was deleted without being "
     "read on Monday.",
     KIND_RECEIPT},
    /* challenges */
    {REPLY, "Re: Ticket 5 [Spam Arrest: verification required]", "Click here to prove you are a human.",
     KIND_CHALLENGE},
    {"From: kim@earthlink.example\n" REPLY, "Re: Ticket 5",
     "I apologize for this automatic reply to your email. To control spam, I now allow incoming messages "
     "only from "
     "senders I have approved beforehand. Click the link below to request approval.",
     KIND_CHALLENGE},
    {"From: kim@uol.example\nReturn-Path: <>\n", "Re: Ticket",
     "Esta mensagem foi retida pelo AntiSpam. Clique no link para confirmar o envio.", KIND_CHALLENGE},
    {"From: kim@example.net\nX-TMDA-Fingerprint: x\nX-Delivery-Agent: TMDA/1.1\n" REPLY,
     "Please confirm your message", "Your message is being held because your address was not recognized.",
     KIND_CHALLENGE},
    /* lists */
    {"From: kim@example.net\nX-ML-Name: users\nX-MLServer: fml [fml 4.0]\n", "[users:5] Hi", "x", KIND_LIST},
    {"From: kim@example.net\nX-Mailing-List-Name: u\nMailing-List: contact u@l.example; run by ezmlm\n", "x",
     "y", KIND_LIST},
    {"From: owner-users@l.example\nPrecedence: bulk\nX-Majordomo-Version: 1.9\n", "x", "y", NO_PERSON},
    {"From: kim@example.net\nX-Yahoo-Newman-Id: 1\nList-Id: <u.yahoogroups.example>\n", "x", "y", KIND_LIST},
    {"From: kim@example.net\nX-Sympa-To: users\nX-no-archive: yes\nList-Id: <u.l.example>\n", "x", "y",
     KIND_LIST},
    /* reports of lists and of abuse */
    {"From: MAILER-DAEMON@l.example\nReturn-Path: <>\nX-ML-Name: users\nX-MLServer: fml [fml 4.0]\n",
     "Returned mail: see transcript for details",
     "The following addresses had permanent fatal errors\n<a@example.net>\n550 User unknown", KIND_BOUNCE},
    {"From: users-admin@l.example\nX-MLServer: fml [fml 4.0]\n",
     "You kim@example.net are not member (users ML)",
     "You are not a member of this mailing list <users@l.example>.", KIND_BOUNCE},
    {"From: staff@hotmail.example\nX-HmXmrOriginalRecipient: kim@hotmail.example\n",
     "complaint about message from 192.0.2.1", "x", KIND_FEEDBACK},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Nepřítomnost: Re: x", "Jsem na dovolené.", NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Re: x",
     "Hej,\njag är på semester till den 5 augusti och åter på kontoret den 6.", NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Re: x",
     "Buongiorno, sono in ferie fino al 20 agosto. Per urgenze: 555.", NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Re: x", "Estou de férias até dia 12.", NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Re: x",
     "お問い合わせありがとうございます。休暇のため不在にしております。10日に戻ります。", NO_PERSON},
    {"From: help@b.example\n", "Re: Login [#4711]",
     "Hello,\nthank you for contacting Firm. We have received your message and will get back to you as soon "
     "as possible.",
     NO_PERSON},
    {"From: support@b.example\n", "[##123##] Ticket opened", "Your ticket has been created with the ID 123.",
     NO_PERSON},
    {"From: aide@b.example\n", "Votre demande",
     "Bonjour, nous avons bien reçu votre demande et vous répondrons dans les plus brefs délais.", NO_PERSON},
    {"From: servicio@b.example\n", "Recibimos su consulta",
     "Este es un mensaje automático. No responda a este correo.", NO_PERSON},
    {"From: kim@a.example\nX-MS-Has-Attach:\nThread-Index: x\nIn-Reply-To: <a@b>\n",
     "Automatic reply: Ticket", "I am away.", NO_PERSON},
    {"From: kim@a.example\n", "Automatisk svar: Sag", "Jeg er på ferie.", NO_PERSON},
    {"From: hp@a.example\nX-Mailer: HP LaserJet MFP\n", "Scanned from a Xerox Multifunction Printer",
     "Please open the attached document.", NO_PERSON},
    {"From: sentinel@a.example\n", "[Alerting] CPU high", "x", NO_PERSON},
    {"From: voice@a.example\n", "New voicemail from +4955", "x", NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Lest: Sak 1", "Meldingen\n ble lest 3. mai.", NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Přečteno: x", "Zpráva\n byla přečtena dne 3.5.",
     NO_PERSON},
    {"From: kim@a.example\nIn-Reply-To: <a@b>\n", "Zaakceptowano: Spotkanie", "", NO_PERSON},
    {"From: x@mail.a.example\nX-Mailgun-Tag: a\nX-Campaign-Id: 4\n", "Sale", "Buy", NO_PERSON},
    {"From: cron@a.example\n", "report", "x", NO_PERSON},
};

static Reading *judged(const Case *known)
{
    g_autoptr(Headers) fields = headers_of(known->headers);
    KindEvidence evidence = {.headers = fields, .subject = known->subject, .text = known->text};
    Reading *reading = reading_new();
    kind_judge(&evidence, reading);
    return reading;
}

static guint check(const Case *cases, gsize count, gboolean are_persons)
{
    guint wrong = 0;
    for (gsize i = 0; i < count; i++) {
        g_autoptr(Reading) reading = judged(&cases[i]);
        gboolean is_person = reading->kind == KIND_HUMAN;
        gboolean is_right = is_person == are_persons && reading->may_answer == are_persons &&
                            (are_persons || cases[i].kind == NO_PERSON || cases[i].kind == reading->kind);
        if (is_right)
            continue;
        wrong++;
        fprintf(stderr, "%s %zu [%s]: %s, may answer %d\n", are_persons ? "person" : "program", i,
                cases[i].subject, mail_kind_name(reading->kind), reading->may_answer);
        for (guint r = 0; r < reading->kind_reasons->len; r++)
            fprintf(stderr, "    %s\n", (const char *)reading->kind_reasons->pdata[r]);
    }
    return wrong;
}

static void test_persons(void **state)
{
    (void)state;
    assert_int_equal(check(persons, G_N_ELEMENTS(persons), TRUE), 0);
}

static void test_programs(void **state)
{
    (void)state;
    assert_int_equal(check(programs, G_N_ELEMENTS(programs), FALSE), 0);
}

static void test_forms(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autoptr(Reading) reading = judged(&forms[i]);
        assert_int_equal(reading->kind, KIND_HUMAN);
        assert_false(reading->may_answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_persons),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
