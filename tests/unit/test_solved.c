#include <postern/reply.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const solved[] = {
    /* English */
    "Solved",
    "solved!",
    "Solved, thanks",
    "It works now.",
    "It works now, thank you very much!",
    "it's working again",
    "It’s fixed. Thanks a lot!",
    "Thanks, that worked!",
    "That fixed it, thank you.",
    "Hi Kim,\n\nthe problem is solved now. Thank you for your help!\n\nBest regards,\nDora",
    "Hello,\n\nEverything works fine again.\n\nThanks\nDora Lee\nExample Ltd",
    "Dear support team,\n\nthe issue has been resolved. You can close this ticket.\n\nKind regards\nAnna",
    "Thanks Kim, all good now",
    "Problem solved 👍",
    "Works like a charm :-)",
    "Yes, it works for me now. Thanks!",
    "Great, that did the trick!",
    "I have solved it myself, sorry for the trouble.",
    "My issue is resolved.",
    "Hi there,\nthanks for the quick help, it works!\nCheers\nDora",
    "Please close the ticket, it is solved.",
    "All good, thanks!",
    "ok, fixed",
    "Kim,\nit works now.\nDora",
    "Perfect! Everything is working now.\n\nDora",
    "The problem has gone away.",
    "Hello Kim! It works now and all is fine. Have a nice weekend!",
    "your solution worked, thanks again",
    "It works. Thanks!\r\n\r\nDora\r\n",
    /* German */
    "Gelöst, danke!",
    "Problem gelöst.",
    "Hallo Kim,\n\nes funktioniert jetzt wieder. Vielen Dank!\n\nViele Grüße\nDora",
    "Jetzt geht es, danke.",
    "Hat sich erledigt.",
    "Das Problem hat sich erledigt. Danke für die schnelle Hilfe!",
    "Sehr geehrte Damen und Herren,\n\nder Fehler ist behoben.\n\nMit freundlichen Grüßen\nAnna Berg",
    "Super, klappt jetzt. Danke dir!",
    "Läuft wieder 🎉",
    "Nun funktioniert alles einwandfrei, herzlichen Dank.",
    "Guten Morgen Frau Lee,\ndas Ticket kann geschlossen werden.\nDanke\nDora",
    "geht wieder",
    "Alles in Ordnung, danke.",
    "Wir haben das Problem selbst gelöst.",
    "Liebe Kim,\nhat geklappt!\nLG Dora",
    /* French */
    "C'est résolu, merci !",
    "Bonjour,\n\nle problème est résolu. Merci beaucoup pour votre aide !\n\nCordialement,\nDora",
    "Tout fonctionne maintenant, merci.",
    "Ça marche maintenant !",
    "Problème réglé.",
    "Vous pouvez fermer le ticket.",
    "Bonjour Kim,\nc’est tout bon, tout est rentré dans l’ordre.\nBonne journée",
    /* Spanish */
    "Solucionado, gracias.",
    "¡Ya funciona! Muchas gracias",
    "Hola Kim:\nel problema está resuelto. Gracias por su ayuda.\nSaludos\nDora",
    "Buenos días,\nya está solucionado.\nUn saludo",
    "Todo funciona perfectamente ahora.",
    "Pueden cerrar el ticket.",
    /* Italian */
    "Risolto, grazie mille!",
    "Ciao Kim,\nora funziona tutto. Grazie!\nDora",
    "Buongiorno,\nil problema è stato risolto.\nCordiali saluti\nAnna",
    "È tutto a posto",
    "Tutto a posto, grazie.",
    "Potete chiudere il ticket.",
    /* Dutch */
    "Opgelost, bedankt!",
    "Hallo Kim,\nhet werkt weer. Hartelijk dank voor de snelle hulp!\nMet vriendelijke groet,\nDora",
    "Het probleem is verholpen.",
    "Nu werkt het, dank je wel.",
    "Alles is in orde. Fijne dag!",
    /* Portuguese */
    "Resolvido, obrigado!",
    "Olá Kim,\njá está tudo resolvido. Muito obrigada pela ajuda!\nAtenciosamente,\nDora",
    "Tudo funcionando",
    "Bom dia,\no problema foi resolvido.\nObrigado",
    "Podem fechar o chamado.",
    "Agora está tudo a funcionar.",
};

static const char *const open_still[] = {
    /* Nothing, or no word about it. */
    "",
    " \n",
    "Thanks",
    "Thank you very much for your help!",
    "Hello Kim,\nthanks!\nDora",
    "Danke",
    "Merci beaucoup !",
    "ok",
    "Great!",
    "👍",
    "Hi Kim",
    "Best regards\nDora",
    "Alles klar, danke",
    "I will try it.",
    "Dora",
    /* A question, a doubt. */
    "Solved?",
    "solved? no",
    "Is it solved?",
    "Does it work now? It works for me.",
    "It works now, thanks. What was it?",
    "Problem gelöst? Danke",
    "¿Ya funciona?",
    "Is the problem fixed.",
    "It should work now.",
    "It seems to work.",
    "Hopefully it is fixed.",
    "Maybe solved.",
    "I think it is solved",
    "Not sure whether it works.",
    /* No. */
    "not solved",
    "It is not solved",
    "It's not working",
    "It isn't fixed",
    "Not\nsolved",
    "Solved: no",
    "It works. Not!",
    "It works\nNot",
    "löst es nicht",
    "Es funktioniert nicht",
    "Funktioniert noch nicht, danke.",
    "Das Problem ist nicht gelöst.",
    "nichts funktioniert",
    "kein Problem gelöst",
    "Ce n'est pas résolu",
    "Ça ne marche pas",
    "No funciona",
    "no está resuelto",
    "Non funziona",
    "Non è risolto",
    "Het werkt niet",
    "Niet opgelost",
    "Não funciona",
    "não está resolvido",
    "It never worked",
    "It no longer works",
    "It works no more.",
    "unsolved",
    "It was working",
    "It works sometimes",
    "It worked before.",
    "nothing works",
    "it hardly works",
    "It works only in one browser",
    "Almost fixed",
    /* But. */
    "Problem solved, but now the export fails",
    "It works, but it is slow.",
    "Gelöst, aber jetzt geht der Export nicht mehr",
    "C'est résolu mais lent",
    "Funciona, pero lento",
    "Risolto, ma lento",
    "Opgelost, maar traag",
    "Resolvido, mas lento",
    "It works now. However I see another error.",
    "It works, except for Dora",
    "Works now, except\nDora",
    /* Something else. */
    "The problem is solved. Please send me the invoice.",
    "It works now. Can you tell me why",
    "Solved.\nNew problem",
    "Geht wieder, danke\nNeues Problem",
    "It works now\nSometimes",
    "Solved, thanks\nNext Question",
    "Yesterday, it worked",
    "Solved the problem of the login by going back to version 2.1",
    "It works with version 2.1",
    "Solved in 3 days!",
    "It works: https://example.com",
    "It works, see log.txt",
    "It works :-(",
    "solved 😢",
    "Solved 🙃",
    "\"Solved\"",
    "Solved (not)",
    "It works...",
    "Funktioniert… noch",
    "If solved close the ticket",
    "Please solve it",
    "When it works, thanks",
    "Si todo funciona, gracias",
    "Please close my account",
    "Wie geht es Ihnen",
    "The first problem is solved.",
    "One problem solved",
    "Half of it works now",
    "It works for Dora",
    "It works now dora and she says so",
    "Solved thanks Problem with Login",
    "Solved by restarting",
    "> It works now",
    "Fixed it for one user, others cannot log in",
    "Please do not close the ticket. It is solved.",
    "Don't close the ticket",
    "Resolved on our side, waiting for yours",
    "no problem solved",
    "The solution is fine",
    "It is good to hear",
    "done",
    "Working on it",
    "We could fix it",
    "It works now Kim has it",
    "Everything fine, one more thing",
    "All good things",
    "Closed",
    "Bien, gracias",
    "The ticket was closed",
    "Please close",
    "It works now, but\nDora",
    "I would like it solved",
    "Solve it",
    "That helped, thanks",
    "Fixed price",
    "It works now\nInvoice",
    "cancel, it works",
    "Unsubscribe\nIt works",
};

static void test_solved(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(solved); i++)
        if (!reply_says_solved(solved[i]))
            fail_msg("this says that it is solved: “%s”", solved[i]);
}

static void test_open(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(open_still); i++)
        if (reply_says_solved(open_still[i]))
            fail_msg("this does not say that it is solved: “%s”", open_still[i]);
}

static void test_limits(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new("Solved.");
    while (text->len + strlen(" Thanks.") <= 300)
        g_string_append(text, " Thanks.");
    assert_true(reply_says_solved(text->str));
    g_string_append(text, " Thanks.");
    assert_false(reply_says_solved(text->str));
    g_autoptr(GString) words = g_string_new("Solved");
    while (words->len + 2 <= 300)
        g_string_append(words, "\na");
    assert_false(reply_says_solved(words->str));
    g_autofree char *points = g_strnfill(300, '.');
    assert_false(reply_says_solved(points));
    assert_false(reply_says_solved("Solved \xff"));
    assert_false(reply_says_solved(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_solved),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
