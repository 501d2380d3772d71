#include "parsers/reply/solved_phrases.h"

#include <stddef.h>

/* clang-format off */

const char *const solved_phrases[] = {
    /* English */
    "the|my|our|this|that? problem|issue|error|bug|trouble|matter|question is|was|s solved|fixed|resolved|gone|sorted out?",
    "the|my|our|this|that? problem|issue|error|bug|trouble|matter has|s been solved|fixed|resolved|sorted out?",
    "the|my|our|this|that? problem|issue|error|bug|trouble has|is|s gone away?",
    "the|my|our|this|that? problem|issue|error|bug|matter solved|fixed|resolved|gone",
    "the|my|our problem|issue|error|bug has disappeared|vanished",
    "it|this|that|everything|all is|was|s solved|fixed|resolved|sorted out?",
    "it|this|that|everything|all has|s been solved|fixed|resolved|sorted out?",
    "everything|all|it is|s ok|okay|fine|good|well|working|running|great|up",
    "everything|all seems fine|ok|okay|good",
    "all good|fine|ok|okay|solved|fixed|set|well|sorted",
    "everything fine|ok|okay|solved|works",
    "it|this|that|everything|all works|worked|runs fine|well|great|good|for? me|us|here?",
    "it|this|that|everything|all works|worked|runs like a charm",
    "works fine|well|great|good|for? me|us|here?", "works like a charm", "working fine|well|great?",
    "solved", "fixed", "resolved", "sorted out?", "is|was solved|fixed|resolved",
    "i|we have|ve? solved|fixed|resolved|sorted it|this|that? myself|ourselves?",
    "i|we have|ve? solved|fixed|resolved the|my|our|this problem|issue|error|bug myself|ourselves?",
    "this|that|it did the? trick|job|it", "this|that|it has|s? solved|fixed|resolved it|this",
    "this|that|it has|s? solved|fixed|resolved the|my|our problem|issue|error|bug",
    "the|your solution|answer|hint|tip|fix|suggestion|advice|update works|worked",
    "the|your solution|answer|hint|tip|fix|suggestion|advice|update has? solved|fixed|resolved it|this",
    "the|your solution|answer|hint|tip|fix|suggestion|advice|update has? solved|fixed|resolved the|my|our problem|issue|error",
    "please? you? can|may? close the|this|my ticket|case|issue|request",
    "the|this|my ticket|case|issue|request can|may be closed", "consider it|this solved|resolved|closed",
    /* German */
    "das|mein|unser|dieses|dies? problem|thema|anliegen ist|wurde|war gelöst|behoben|erledigt|geklärt|beseitigt|weg",
    "der|dieser|mein|unser? fehler|bug|fall ist|wurde|war behoben|gelöst|erledigt|geklärt|beseitigt|weg",
    "die|diese|meine|unsere? frage|sache|angelegenheit|störung ist|wurde|war behoben|gelöst|erledigt|geklärt|beseitigt|beantwortet",
    "problem|fehler|frage|thema|sache|anliegen|störung gelöst|behoben|erledigt|geklärt|beseitigt",
    "das|mein|unser|der|die|meine|unsere? problem|fehler|thema|anliegen|frage|sache hat sich erledigt|gelöst|geklärt",
    "es|das|alles hat sich erledigt|gelöst|geklärt", "hat sich erledigt|gelöst|geklärt",
    "es|das|alles ist|wurde gelöst|behoben|erledigt|geklärt",
    "es|alles ist gut|ok|okay|bestens", "alles in ordnung", "es|alles|das ist in ordnung", "alles gut|ok|okay|bestens|gelöst|erledigt",
    "es|das|alles funktioniert|klappt|läuft|geht|funktionierte bestens|gut|super|prima|toll|so?",
    "funktioniert|klappt|läuft alles|bestens|gut|super|prima|toll?", "geht +",
    "es|das hat funktioniert|geklappt", "hat funktioniert|geklappt", "+ funktioniert|klappt|läuft|geht es|alles|das gut|super|prima?",
    "+ hat es|das|alles? funktioniert|geklappt", "+ ist es|das|alles gelöst|behoben|erledigt|gut|ok|okay",
    "+ ist das problem gelöst|behoben|weg", "gelöst", "behoben", "erledigt", "geklärt",
    "ich|wir habe|hab|haben es|das selbst|selber? gelöst|behoben|hinbekommen",
    "ich|wir habe|hab|haben das|mein|unser|den problem|fehler selbst|selber? gelöst|behoben",
    "ich|wir konnte|konnten es|das selbst|selber? lösen|beheben",
    "ich|wir konnte|konnten das|mein|unser|den problem|fehler selbst|selber? lösen|beheben",
    "der|ihr|dein|euer tipp|hinweis|vorschlag hat funktioniert|geklappt", "das hat das problem gelöst|behoben",
    "sie|du|ihr können|kannst|könnt das|dieses|mein|den ticket|fall|vorgang schließen|schliessen|zumachen",
    "das|dieses|mein|der? ticket|fall|vorgang kann geschlossen werden", "bitte das|dieses|mein? ticket schließen|schliessen",
    /* French */
    "le|mon|notre|ce? problème|probleme|souci|bug est|a|était été? résolu|resolu|réglé|regle|corrigé",
    "l|mon|cette? erreur|affaire est|a été? résolue|réglée|corrigée", "problème|probleme|souci|bug résolu|resolu|réglé|corrigé",
    "c|tout est résolu|resolu|réglé|bon|ok|corrigé", "c est tout bon|résolu|réglé|ok", "tout est en ordre", "tout est rentré dans l ordre", "tout va bien?",
    "ça|ca|cela|tout fonctionne|remarche|refonctionne bien?", "ça|ca|cela|tout marche +", "ça|ca|cela a marché|fonctionné", "résolu", "réglé", "marche|fonctionne +",
    "j ai résolu|réglé|corrigé le|mon problème|souci", "nous avons résolu|réglé|corrigé le|notre problème|souci",
    "vous pouvez fermer|clore|clôturer le|ce|mon ticket|dossier",
    /* Spanish */
    "el|mi|nuestro|este? problema|error|asunto|tema está|esta|fue|quedó|queda|ha sido? solucionado|resuelto|arreglado|corregido",
    "la|mi|esta? incidencia|duda está|esta|fue|quedó|queda|ha sido? solucionada|resuelta|arreglada|corregida",
    "problema|error|asunto|tema solucionado|resuelto|arreglado|corregido", "incidencia|duda resuelta|solucionada",
    "el|mi? problema|error se ha solucionado|resuelto|arreglado", "se ha solucionado|resuelto|arreglado", "se solucionó|resolvió|arregló",
    "todo|eso|esto? funciona bien|perfecto|correctamente?", "todo? está|esta todo? solucionado|resuelto|arreglado", "todo está|esta bien|correcto|ok", "está|esta todo bien|correcto|ok",
    "está|esta todo en orden", "todo está|esta? en orden", "solucionado", "resuelto", "arreglado", "todo bien|correcto|ok|resuelto|solucionado",
    "he|hemos solucionado|resuelto|arreglado el|mi? problema|error?", "puede|pueden|podéis|puedes cerrar el|este|mi ticket|caso",
    /* Italian */
    "il|mio|nostro|questo? mio|nostro? problema|errore è|e|stato stato? risolto|sistemato|corretto",
    "problema|errore risolto|sistemato|corretto", "la|mia|questa? questione è stata? risolta|sistemata",
    "tutto|questo? funziona tutto|bene|perfettamente|correttamente?", "tutto è risolto|ok|sistemato|apposto", "tutto è? a posto", "è tutto a posto", "tutto in ordine",
    "tutto ok|risolto|bene|sistemato", "è tutto risolto|ok|sistemato", "risolto", "sistemato", "ha funzionato", "è stato risolto",
    "ho|abbiamo risolto|sistemato il|mio? mio? problema|errore?", "può|potete|puoi chiudere il|questo|mio ticket|caso",
    /* Dutch */
    "het|mijn|ons|dit|de? probleem|fout|storing|kwestie is|werd opgelost|verholpen|weg", "probleem|fout|storing opgelost|verholpen",
    "het|dit|dat|alles werkt goed|prima|perfect?", "werkt goed|prima|perfect?", "het|alles doet het", "het|dat heeft gewerkt",
    "het|dit|alles is opgelost|verholpen|ok|oké|goed|geregeld", "het|alles is in orde", "alles in orde", "alles ok|oké|goed|opgelost", "opgelost",
    "verholpen", "+ werkt het|alles goed|prima?", "+ is het|alles opgelost|verholpen|goed", "ik heb het|dit zelf? opgelost",
    "ik heb het|mijn probleem zelf? opgelost", "u|je|jullie kunt|kan|kunnen het|dit|mijn ticket sluiten", "het|dit|mijn ticket kan|mag worden gesloten",
    /* Portuguese */
    "o|meu|nosso|este? meu|nosso? problema|erro|assunto está|foi|ficou|esta resolvido|solucionado|corrigido",
    "a|minha|esta? questão|dúvida está|foi|ficou resolvida|solucionada|esclarecida", "problema|erro|assunto resolvido|solucionado|corrigido",
    "tudo|isso|isto? funciona|funcionou bem|perfeitamente|corretamente?", "tudo|isso|isto? está|esta tudo? funcionando|resolvido|solucionado|certo|ok|bem",
    "tudo|isso|isto? está|esta tudo? a funcionar", "tudo funcionando|certo|ok|resolvido|bem|solucionado", "resolvido", "solucionado", "foi resolvido|solucionado|corrigido",
    "consegui|conseguimos resolver|solucionar", "pode|podem fechar o|este|meu ticket|chamado|caso", NULL
};

const char *const solved_fillers[] = {
    /* English */
    "thanks|thx|thankyou|ty a? lot|ton|bunch|million?", "thank you very|so? much?", "many|big thanks", "thanks everyone|everybody|all|guys|folks|team",
    "thanks|thank you? a? lot? very|so? much? for the|your|all|this? your? quick|fast|prompt|great|kind|good|excellent|swift|friendly? help|support|reply|answer|response|assistance|patience|time|work",
    "thanks|thank you? a? lot? very|so? much? for helping|fixing|solving|resolving it|this|me|us|that? out?",
    "yes", "yep", "yeah", "yup", "ok", "okay", "great news?", "good news?", "perfect", "excellent", "awesome", "wonderful", "fantastic", "brilliant", "lovely", "cool", "nice",
    "great work|job|support|service|stuff?", "well done", "good work|job", "cheers", "have a nice|good|great|lovely day|weekend|evening|one|week",
    "no further help|action|assistance|support is? needed|required|necessary", "sorry for the trouble|inconvenience|noise|confusion",
    "much appreciated", "i|we really? appreciate it|that|your help|support", "just a? quick? note|feedback|update", "for your information", "fyi",
    /* German */
    "danke schön|sehr|dir|ihnen|euch|vielmals|nochmals|nochmal|noch?", "dankeschön", "vielen|herzlichen|besten|tausend|lieben dank", "vielen lieben dank",
    "danke|dank schön|sehr|vielmals|nochmals|nochmal? für die|ihre|deine|eure|den|das? schnelle|rasche|gute|tolle|prompte|nette|super? hilfe|antwort|unterstützung|rückmeldung|support|bearbeitung|lösung|mühe|hinweis|tipp",
    "vielen|herzlichen|besten dank nochmals|nochmal? für die|ihre|deine|eure|den|das? schnelle|rasche|gute|tolle|prompte|nette|super? hilfe|antwort|unterstützung|rückmeldung|support|bearbeitung|lösung|mühe|hinweis|tipp",
    "ja", "super", "toll", "prima", "perfekt", "wunderbar", "klasse", "top", "spitze", "sehr gut", "gut", "alles klar", "gute nachricht|nachrichten", "einen? schönen tag|abend|feierabend noch?",
    "schönes|ein? wochenende", "ein? schönes wochenende", "schöne woche|grüße", "entschuldigung für die störung|umstände", "herren",
    /* French */
    "merci beaucoup|bien|encore|infiniment|bcp?", "mille mercis", "un? grand merci",
    "merci beaucoup|bien|encore? pour|de votre|ton|l|la|le rapide|précieuse? aide|réponse|soutien|support|assistance|réactivité|rapidité", "merci à vous|tous|toi",
    "oui", "parfait", "génial", "très bien", "excellent", "bonne nouvelle", "bonne journée|soirée|semaine|continuation", "bon week end", "d accord", "messieurs",
    /* Spanish */
    "muchas|mil|muchísimas? gracias", "gracias de nuevo", "muchas|mil|muchísimas? gracias por su|la|tu|vuestra|todo|el? rápida|pronta? ayuda|respuesta|apoyo|soporte|atención|rapidez?",
    "sí", "perfecto", "genial", "excelente", "estupendo", "muy bien", "buen día|fin", "que tenga|tengan un? buen día", "feliz día",
    /* Italian */
    "grazie mille|tante|ancora|infinite?", "molte|tante grazie", "grazie mille|tante|ancora? per il|la|l vostro|vostra|suo|sua|tuo|tua? aiuto|supporto|risposta|assistenza|disponibilità|velocità",
    "sì", "perfetto", "ottimo", "benissimo", "molto bene", "buona giornata|serata|settimana", "buon lavoro|weekend",
    /* Dutch */
    "dank je|u|jullie? wel?", "dankjewel", "dankuwel", "bedankt nogmaals?", "hartelijk|heel|veel|vriendelijk? bedankt|dank",
    "hartelijk|heel|veel|vriendelijk? bedankt|dank voor de|uw|je|jullie|het snelle|goede|prompte? hulp|reactie|antwoord|ondersteuning|oplossing|service",
    "prima", "top", "mooi", "geweldig", "fijn", "uitstekend", "fijne|prettige dag|avond|week|weekend", "een? fijn|prettig weekend", "goed nieuws",
    /* Portuguese */
    "muito|muita? obrigado|obrigada", "obrigado|obrigada mais uma vez?", "muito? obrigado|obrigada pela|pelo|por sua|seu|vossa|toda|a|o? rápida? ajuda|resposta|apoio|suporte|atenção",
    "sim", "perfeito", "ótimo", "excelente", "muito bem", "tenha|tenham um? ótimo|bom|boa dia|semana|tarde", "bom fim de semana", NULL
};

const char *const solved_greetings[] = {
    "hi there|all|everyone|team|folks?", "hello there|all|everyone|team|folks?", "hey there|all|everyone|team|folks?", "dear all|everyone|team?", "good morning|afternoon|evening|day",
    "hallo zusammen|allerseits?", "guten tag|morgen|abend", "moin moin?", "servus", "grüß gott", "grüezi", "liebe|lieber|liebes", "sehr geehrte|geehrter", "sehr geehrte damen",
    "bonjour", "bonsoir", "salut", "cher|chère|chers", "hola", "buenos días", "buenos dias", "buenas tardes|noches?", "estimado|estimada|estimados|querido|querida", "ciao", "buongiorno",
    "buonasera", "salve", "gentile", "gentili", "caro|cara", "beste", "goedemorgen", "goedemiddag", "goedenavond", "goedendag", "dag", "geachte", "olá", "ola", "oi", "bom dia",
    "boa tarde|noite", "prezado|prezada|prezados", NULL
};

const char *const solved_titles[] = {
    "support", "team", "all", "everyone", "together", "sir", "madam", "mr", "mrs", "ms", "dr", "herr", "herrn", "frau", "zusammen", "madame", "monsieur", "mme", "m",
    "equipo", "señor", "señora", "signor", "signora", "équipe", "heer", "mevrouw", "senhor", "senhora", "kollegen", "colleagues", NULL
};

const char *const solved_adverbs[] = {
    "now", "again", "already", "finally", "indeed", "completely", "fully", "perfectly", "meanwhile", "just", "today", "thankfully",
    "jetzt", "nun", "wieder", "inzwischen", "mittlerweile", "endlich", "schon", "bereits", "einwandfrei", "wunderbar", "problemlos", "tatsächlich", "heute", "somit", "damit", "soeben", "gerade", "perfekt",
    "maintenant", "désormais", "enfin", "parfaitement", "correctement", "nouveau", "à", "bien",
    "ya", "ahora", "perfectamente", "correctamente", "nuevamente", "finalmente",
    "ora", "adesso", "nuovamente", "perfettamente", "già",
    "nu", "weer", "inmiddels", "intussen", "ondertussen", "eindelijk", "helemaal", "al",
    "já", "agora", "novamente", "perfeitamente", NULL
};

const char *const solved_joints[] = {"and", "und", "et", "y", "e", "en", "so", "also", "donc", "also", NULL};

const char *const solved_no_names[] = {
    "no", "not", "nope", "none", "never", "nothing", "but", "however", "although", "though", "except", "unless", "only", "just", "still", "almost", "nearly", "partly", "partially",
    "mostly", "sometimes", "occasionally", "maybe", "perhaps", "unfortunately", "sadly", "yesterday", "tomorrow", "later", "before", "until", "wait", "please", "help", "new", "next",
    "another", "other", "different", "same", "problem", "problems", "issue", "issues", "error", "errors", "question", "bug", "kidding", "joking", "wrong", "bad", "broken", "fail",
    "failed", "fails", "failing", "hopefully", "apparently", "why", "how", "what", "when", "where", "who", "which", "can", "could", "would", "should", "will", "does", "did", "do",
    "is", "are", "was", "has", "have", "had", "also", "then", "besides", "urgent", "reopen", "reopened", "cancel", "refund", "invoice", "stop", "unsubscribe", "yet", "or", "if",
    "i", "we", "you", "he", "she", "they", "it", "my", "our", "your", "the", "a", "an", "this", "that", "there", "see", "attached", "second", "ps", "nb", "todo", "update", "edit",
    "nein", "nicht", "nichts", "nie", "kein", "keine", "keinen", "aber", "jedoch", "doch", "leider", "nur", "noch", "fast", "teilweise", "teils", "manchmal", "gelegentlich", "bisher",
    "vielleicht", "gestern", "morgen", "später", "bitte", "hilfe", "neu", "neue", "neuer", "neues", "nächste", "nächster", "nächstes", "andere", "anderer", "anderes", "gleiche",
    "gleicher", "gleiches", "dasselbe", "probleme", "fehler", "frage", "fragen", "falsch", "kaputt", "dringend", "warum", "wie", "was", "wann", "wo", "wer", "welche", "kann", "könnte",
    "können", "wird", "ist", "sind", "hat", "haben", "auch", "außerdem", "zudem", "dann", "oder", "wenn", "falls", "ich", "wir", "sie", "ihr", "der", "die", "das", "ein", "eine",
    "rechnung", "kündigung", "anlage", "anhang", "stimmt", "scherz", "eigentlich", "allerdings", "außer", "bis", "ohne", "weiterhin", "immer",
    "non", "pas", "rien", "jamais", "mais", "cependant", "toutefois", "malheureusement", "presque", "parfois", "partiellement", "sauf", "encore", "hier", "demain", "autre", "nouvelle",
    "problème", "erreur", "pourquoi", "comment", "quand", "où", "qui", "quoi", "urgent", "facture", "si", "ou", "puis", "je", "nous", "vous", "il", "elle", "le", "la", "les", "un", "une",
    "pero", "nada", "nunca", "todavía", "casi", "salvo", "excepto", "ayer", "mañana", "otro", "otra", "nuevo", "nueva", "problema", "por", "qué", "cómo", "cuándo", "factura", "lamentablemente",
    "desafortunadamente", "aunque", "sin", "solo", "sólo", "el", "los", "las", "una", "yo", "pues", "aún", "parcialmente", "veces",
    "ma", "però", "niente", "mai", "purtroppo", "quasi", "tranne", "ieri", "domani", "altro", "altra", "nuova", "errore", "perché", "come", "quando", "dove", "fattura", "solo", "ancora", "io", "lo", "gli", "una",
    "niet", "geen", "nooit", "niets", "maar", "echter", "helaas", "bijna", "soms", "behalve", "gisteren", "morgen", "ander", "andere", "nieuw", "nieuwe", "probleem", "fout", "waarom", "hoe", "wanneer", "waar",
    "wie", "wat", "factuur", "alleen", "nog", "ik", "wij", "jij", "het", "een", "of", "als", "vraag", "nee",
    "não", "nao", "mas", "porém", "infelizmente", "quase", "exceto", "ontem", "amanhã", "outro", "outra", "novo", "nova", "erro", "porque", "quando", "onde", "fatura", "apenas", "ainda", "só", "eu", "nós", "os", "as", "uma", NULL
};

/* clang-format on */
