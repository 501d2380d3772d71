#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <postern/base/limits.h>
#include <postern/rules.h>
#include <string.h>

static RuleSet *starter_rules(void)
{
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!g_file_get_contents("templates/rules.yaml", &text, &length, NULL))
        fail_msg("templates/rules.yaml cannot be read; tests run from the top folder");
    g_autoptr(GPtrArray) problems = problems_new();
    RuleSet *rules = rules_compile("templates/rules.yaml", text, length, problems);
    g_autofree char *listed = problems_format(problems);
    if (!rules)
        fail_msg("%s", listed);
    return rules;
}

static void test_examples(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(GPtrArray) results = rules_run_examples(rules);
    guint failed = 0;
    for (guint i = 0; i < results->len; i++) {
        const RulesExample *result = results->pdata[i];
        if (result->passed)
            continue;
        failed++;
        print_error("templates/rules.yaml:%u: %s\n--- text\n%s\n--- expected\n%s\n--- found\n%s\n",
                    result->line, result->rule, result->text, result->expected, result->found);
    }
    assert_int_equal(failed, 0);
}

/* "name=value" a line, as the contract orders them. */
static char *found_in(const RuleSet *rules, RulesScratch *scratch, const RulesInput *input)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_find(rules, scratch, input, &(const RulesOutput){.fields = fields, .findings = findings});
    assert_int_equal(findings->len, 0);
    GString *found = g_string_new(NULL);
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_string_append_printf(found, "%s=%s\n", field->name, field->value);
    }
    return g_string_free(found, FALSE);
}

/* What people write, in their own languages and forms, and all that is to be found in it. */
static void test_mails(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fields;
    } mails[] = {
        {"Hi, our app (ID 4821) doesn't connect since this morning. We're on pusher-js v7.0.3. Thx, Dana",
         "app_id=4821\n"
         "library=pusher-js\n"
         "library_version=7.0.3\n"},
        {"Application number: 77120. Every request gets a 429 Too Many Requests.", "app_id=77120\n"
                                                                                   "http_status=429\n"},
        {"app_id = \"4821\"\n"
         "key = \"278d425bdf160c739803\"\n"
         "secret = \"7ad3773142a6692b25b8\"\n"
         "cluster = \"eu\"",
         "api_token=27…03\n"
         "api_token=7a…b8\n"
         "app_id=4821\n"},
        {"Hallo, unsere App-ID lautet 4821. Seit gestern kommt Fehler 502, wenn wir "
         "https://shop.example.de/kasse öffnen. Danke!",
         "app_id=4821\n"
         "http_status=502\n"
         "url=https://shop.example.de/kasse\n"},
        {"Guten Tag,\n"
         "die Anwendungs-ID ist „4821“, wir verwenden laravel-zesty in der Version 2.1.\n"
         "Fehlermeldung: Verbindung wurde abgelehnt\n"
         "Gruß, Jana",
         "app_id=4821\n"
         "library=laravel-zesty\n"
         "library_version=2.1\n"
         "error=Verbindung wurde abgelehnt\n"},
        {"Bonjour, l'identifiant de l'application est le 4821. Nous utilisons pusher-http-php version 7.2.1 "
         "et l'API renvoie un 403 depuis hier.",
         "app_id=4821\n"
         "library=pusher-http-php\n"
         "library_version=7.2.1\n"
         "http_status=403\n"},
        {"Bonjour, ID de l'application : 4821, code d'erreur : 4201. Merci", "app_id=4821\n"
                                                                             "error_code=4201\n"},
        {"Hola, el ID de la aplicación es 4821. La API devuelve un 500 cuando guardo. Código de error: 4009.",
         "app_id=4821\n"
         "error_code=4009\n"
         "http_status=500\n"},
        {"Olá, o ID do aplicativo é 4821 e recebemos um 401 ao publicar. Usamos pusher-php-server 5.0.3.",
         "app_id=4821\n"
         "library=pusher-php-server\n"
         "library_version=5.0.3\n"
         "http_status=401\n"},
        {"Ciao, l'ID dell'app è 4821, errore 500 quando salvo la pagina https://www.esempio.it/area.",
         "app_id=4821\n"
         "http_status=500\n"
         "url=https://www.esempio.it/area\n"},
        {"Hallo, app-id: 4821. Foutmelding: Kan geen verbinding maken. Groet",
         "app_id=4821\n"
         "error=Kan geen verbinding maken\n"},
        {"Здравствуйте! ID приложения: 4821. Ошибка 502 при входе.", "app_id=4821\n"
                                                                     "http_status=502\n"},
        {"アプリIDは4821です。エラーコード: 4001", "app_id=4821\n"
                                                   "error_code=4001\n"},
        {"应用ID：4821，错误代码：4009，谢谢", "app_id=4821\n"
                                               "error_code=4009\n"},
        {"Cześć, ID aplikacji: 4821. Wersja SDK 3.1 dla iOS. Błąd 503.", "app_id=4821\n"
                                                                         "library=iOS SDK\n"
                                                                         "library_version=3.1\n"
                                                                         "http_status=503\n"},
        {"My instance is 8-F48CF3A682-7FTHVK and the item <7-b939a4-457q19>. The url "
         "https://8-f48cf3a682-7fthvk.manager.zesty.io/content/6-556370-8sh47g/7-b939a4-457q19 shows a blank "
         "page",
         "instance_zuid=8-f48cf3a682-7fthvk\n"
         "item_zuid=7-b939a4-457q19\n"
         "model_zuid=6-556370-8sh47g\n"
         "url=https://8-f48cf3a682-7fthvk.manager.zesty.io/content/6-556370-8sh47g/7-b939a4-457q19\n"},
        {"{\"instanceZUID\":\"8-f48cf3a682-7fthvk\",\"userZUID\":\"5-c2a5c791e3-krq7ts\",\"token\":\"55-"
         "9a8b7c6d5e-k4x2m9\"}",
         "api_token=55-…m9\n"
         "instance_zuid=8-f48cf3a682-7fthvk\n"
         "user_zuid=5-c2a5c791e3-krq7ts\n"},
        {"Part number 12-34-5678, order 8-2024-11, call +49-176-555123 or 555-800555-123456. UUID "
         "550e8400-e29b-41d4-a716-446655440000.",
         ""},
        {"We received 404 parcels and 500 invoices on 2024-11-22, total 502 EUR, room 403, app with 300 "
         "users.",
         ""},
        {"I have 4821 friends. The version 2.0 of our web-site runs on iOS 16.2 and Chrome 114.0.5735.199, "
         "Windows 10.0.19045.",
         ""},
        {"Upgraded from pusher-js 4.3.1 to 7.0.3, now \"Error: Invalid key\" appears. (app #4821)",
         "app_id=4821\n"
         "library=pusher-js\n"
         "library_version=7.0.3\n"
         "error=Error: Invalid key\n"},
        {"composer require pusher/pusher-php-server:^7.2 fails:\n"
         "  Problem 1\n"
         "    - Root composer.json requires pusher/pusher-php-server ^7.2",
         "library=pusher/pusher-php-server\n"
         "library_version=7.2\n"},
        {"SDK version: 3.1 (iOS), device iPhone 14, iOS 16.4.1. Error code 4009 E_FOO",
         "library_version=3.1\n"
         "error_code=4009\n"
         "error_code=E_FOO\n"},
        {"We're running Node 18.16.0, npm 9.5.1, \"@zesty-io/sdk\": \"^1.2.3\" and express 4.18.2.",
         "library=@zesty-io/sdk\n"
         "library_version=1.2.3\n"},
        {"curl -X POST \"https://api.example.com/v1/items?api_key=9f8e7d6c5b4a39281706\" -H \"Authorization: "
         "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123456\"\n"
         "HTTP/1.1 401 Unauthorized",
         "api_token=9f…06\n"
         "api_token=ey…56\n"
         "http_status=401\n"
         "url=https://api.example.com/v1/items?api_key=9f****************06\n"},
        {"Where can I find the app id? I can't find my API key either, the page gives me a 404.",
         "http_status=404\n"},
        {"Reproduktionsschritte:\n"
         "1) App öffnen\n"
         "2) Auf „Speichern“ klicken\n"
         "3) Warten\n"
         "\n"
         "Erwartet: gespeichert. Tatsächlich: nichts",
         "steps=1) App öffnen\n"
         "2) Auf „Speichern“ klicken\n"
         "3) Warten\n"},
        {"Passos para reproduzir: abrir a página, clicar em Salvar, esperar 5 segundos.\n"
         "\n"
         "Obrigado",
         "steps=abrir a página, clicar em Salvar, esperar 5 segundos.\n"},
        {"How to reproduce the problem (100%):\n"
         "\n"
         "- log in\n"
         "- open https://app.example.com/#/orders\n"
         "- press F5\n"
         "\n"
         "Video: https://youtu.be/dQw4w9WgXcQ or https://share.vidyard.com/watch/abcDEF123",
         "recording=https://youtu.be/dQw4w9WgXcQ\n"
         "recording=https://share.vidyard.com/watch/abcDEF123\n"
         "url=https://app.example.com/#/orders\n"
         "steps=- log in\n"
         "- open https://app.example.com/#/orders\n"
         "- press F5\n"},
        {"Sent you the token: 91-9a8b7c6d5e-k4x2m9q and the password: Sommer2024! please delete them",
         "api_token=91-…9q\n"
         "password=…\n"},
        {"App Id 4821\n"
         "Library pusher-websocket-swift (10.1.0)\n"
         "Debug output:\n"
         "Pusher :  : "
         "[\"Error\",{\"type\":\"WebSocketError\",\"error\":{\"type\":\"PusherError\",\"data\":{\"code\":"
         "4001,\"message\":\"App key not in this cluster\"}}}]",
         "app_id=4821\n"
         "library=pusher-websocket-swift\n"
         "library_version=10.1.0\n"
         "error=Pusher :  : "
         "[\"Error\",{\"type\":\"WebSocketError\",\"error\":{\"type\":\"PusherError\",\"data\":{\"code\":"
         "4001,\"message\":\"App key not in this cluster\"}}}]\n"
         "error_code=4001\n"},
        {"libfoo-1.2.3.tar.gz fails its checksum, libbar1.1 not. @scope/pkg@1.2.3 works",
         "library=libfoo\n"
         "library=@scope/pkg\n"
         "library_version=1.2.3\n"},
        {"Ticket from my phone: app id is four eight two one lol. No idea about version", ""},
        {"appId:4821 / appid 4822 / APP_ID=4823 / applicationId=\"4824\" / <app_id>4825</app_id> / app-id: "
         "`4826` / **App ID:** 4827 / App ID | 4828",
         "app_id=4821\n"
         "app_id=4822\n"
         "app_id=4823\n"
         "app_id=4824\n"
         "app_id=4825\n"
         "app_id=4826\n"
         "app_id=4827\n"
         "app_id=4828\n"},
        {"Nuestra versión de la biblioteca es pusher-js 7.0.3; el error: \"No se pudo conectar con el "
         "servidor\"",
         "library=pusher-js\n"
         "library_version=7.0.3\n"
         "error=No se pudo conectar con el servidor\n"},
        {"Our API credentials: client_id=shop-frontend client_secret=Zm9vYmFyYmF6cXV4MTIz",
         "api_token=Zm…Iz\n"},
        {"see https://docs.example.com/errors#E_4009 and http://example.com/404.",
         "url=https://docs.example.com/errors#E_4009\n"
         "url=http://example.com/404\n"},
        {"The iOS app crashes with EXC_BAD_ACCESS, version 4.2 of our app, pusher-websocket-swift 10.1.0",
         "library=pusher-websocket-swift\n"
         "library_version=10.1.0\n"},
        {"windows update failed with 0x80070005 (0x8007000D before), ERR-1234, net::ERR_CERT_DATE_INVALID",
         "error_code=0x80070005\n"
         "error_code=0x8007000D\n"
         "error_code=ERR-1234\n"
         "error_code=ERR_CERT_DATE_INVALID\n"},
        {"error 1045 (28000): Access denied for user 'kim'@'localhost'",
         "error=error 1045 (28000): Access denied for user 'kim'@'localhost'\n"
         "error_code=1045\n"},
        {"Hello, I'm writing about application 77120 (app id: 77,120). We use @pusher/push-notifications-web "
         "1.1.0.",
         "app_id=77120\n"
         "library=@pusher/push-notifications-web\n"
         "library_version=1.1.0\n"},
        {"Bonsoir, depuis la mise à jour de pusher-js 4.3.1 vers 7.0.3 nous avons l'erreur « Connexion "
         "refusée par le serveur ».",
         "library=pusher-js\n"
         "library_version=7.0.3\n"
         "error=Connexion refusée par le serveur\n"},
        {"Hola! Mi app_id: 4821. Uso la librería pusher-http-ruby v2.0.1 con Ruby 3.2. Pasos para "
         "reproducir:\n"
         "1. Abrir la página\n"
         "2. Enviar el formulario\n"
         "Gracias",
         "app_id=4821\n"
         "library=pusher-http-ruby\n"
         "library_version=2.0.1\n"
         "steps=1. Abrir la página\n"
         "2. Enviar el formulario\n"},
        {"Sehr geehrte Damen und Herren, seit der Version 7.0.3 von pusher-js erhalten wir 403er Fehler. "
         "App-Nr. 4821.",
         "app_id=4821\n"
         "library=pusher-js\n"
         "library_version=7.0.3\n"
         "http_status=403\n"},
        {"Our account number is 4821, order no. 77120, invoice 2024-0815. Call me at 030 1234567.", ""},
        {"I was born in 1999, my app has 4.8 stars, costs 5.99 and version 2 is 3.5 times faster.", ""},
        {"My app id is 4821-a. or 4821a", ""},
        {"my key ist: \"Schluessel123456\", Secret: abc", "api_token=Sc…56\n"},
        {"API-Key=AIzaSyA1234567890abcdefghijklmnopqrstuv works", "api_token=AI…uv\n"},
        {"Wir nutzen Java 17.0.2, Spring Boot 3.1.0 und den pusher-java-client 2.4.0 unter Windows 11.",
         "library=pusher-java-client\n"
         "library_version=2.4.0\n"},
        {"We use the Pusher Channels library v8.4.0-rc2 (JS) in Safari 16.5",
         "library=Pusher Channels library\n"
         "library_version=8.4.0-rc2\n"},
        {"Versions: pusher-js: 7.0.3, laravel-echo: ^1.15.0, php 8.1.2", "library=pusher-js\n"
                                                                         "library=laravel-echo\n"
                                                                         "library_version=7.0.3\n"
                                                                         "library_version=1.15.0\n"},
        {"\"dependencies\": {\n"
         "  \"pusher-js\": \"^7.0.3\",\n"
         "  \"laravel-echo\": \"^1.15.0\"\n"
         "}",
         "library=pusher-js\n"
         "library=laravel-echo\n"
         "library_version=7.0.3\n"
         "library_version=1.15.0\n"},
        {"on version 3.1.4 of your Python SDK I get status: 422", "library=Python SDK\n"
                                                                  "library_version=3.1.4\n"
                                                                  "http_status=422\n"},
        {"the gem pusher 2.0.1 raises Pusher::HTTPError: Unknown error (status code 500)",
         "library=pusher\n"
         "library_version=2.0.1\n"
         "error=Pusher::HTTPError: Unknown error (status code 500)\n"
         "http_status=500\n"},
        {"Getting 401s since 10:30. Also saw two 503 responses from 10.0.0.12:8080", "http_status=401\n"
                                                                                     "http_status=503\n"},
        {"App: 4821\n"
         "Library: pusher-js\n"
         "Version: 7.0.3\n"
         "Error: Connection limit reached",
         "app_id=4821\n"
         "library=pusher-js\n"
         "library_version=7.0.3\n"
         "error=Error: Connection limit reached\n"},
        {"App ID:\n"
         "4821\n"
         "\n"
         "Cluster: eu",
         "app_id=4821\n"},
        {"App ID | 4821 | Cluster | mt1", "app_id=4821\n"},
        {"close code 4004, and close code: 1006. error #2032 in Flash", "error_code=4004\n"
                                                                        "error_code=1006\n"
                                                                        "error_code=2032\n"},
        {"El servidor responde con error 503. Mi ID de aplicación: 4821", "app_id=4821\n"
                                                                          "http_status=503\n"},
        {"O servidor devolve erro 504 e o aplicativo ID 4821 não conecta", "app_id=4821\n"
                                                                           "http_status=504\n"},
        {"Il server restituisce un 502; app ID 4821; versione 7.0.3 di pusher-js", "app_id=4821\n"
                                                                                   "library=pusher-js\n"
                                                                                   "library_version=7.0.3\n"
                                                                                   "http_status=502\n"},
        {"サーバーがHTTP 503を返します。アプリケーションID：4821、ライブラリはpusher-js 7.0.3です。",
         "app_id=4821\n"
         "library=pusher-js\n"
         "library_version=7.0.3\n"
         "http_status=503\n"},
        {"服务器返回HTTP 502错误，应用程序ID是4821", "app_id=4821\n"
                                                     "http_status=502\n"},
        {"Instance: 8-f48cf3a682-7fthvk\n"
         "Item: 7-b939a4-457q19 / Model: 6-556370-8sh47g / User 5-c2a5c791e3-krq7ts / Block 11-9c9a84-3pdn6k",
         "instance_zuid=8-f48cf3a682-7fthvk\n"
         "item_zuid=7-b939a4-457q19\n"
         "model_zuid=6-556370-8sh47g\n"
         "user_zuid=5-c2a5c791e3-krq7ts\n"
         "zuid=11-9c9a84-3pdn6k\n"},
        {"Steps to recreate\n"
         "-----------------\n"
         "1) go to https://8-f48cf3a682-7fthvk.manager.zesty.io/content\n"
         "2) hit save\n"
         "\n"
         "Actual result: spinner. Expected result: saved. Recording: https://app.vidyard.com/library/abc",
         "instance_zuid=8-f48cf3a682-7fthvk\n"
         "recording=https://app.vidyard.com/library/abc\n"
         "url=https://8-f48cf3a682-7fthvk.manager.zesty.io/content\n"
         "steps=1) go to https://8-f48cf3a682-7fthvk.manager.zesty.io/content\n"
         "2) hit save\n"},
        {"Please see https://cl.ly/0a1b2c and https://drive.google.com/file/d/1AbC/view and "
         "https://drive.google.com/drive/folders/x",
         "recording=https://cl.ly/0a1b2c\n"
         "recording=https://drive.google.com/file/d/1AbC/view\n"
         "url=https://drive.google.com/drive/folders/x\n"},
        {"app_id:\"0042\" , APP-ID 0042", "app_id=0042\n"},
        {"ERR_SSL_PROTOCOL_ERROR in Chrome (Version 114.0.5735.199 (Offizieller Build) (64-Bit))",
         "error_code=ERR_SSL_PROTOCOL_ERROR\n"},
        {"Invalid signature: you should have sent "
         "HmacSHA256Hex(\"POST\\n/apps/4821/"
         "events\\nauth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0\", "
         "your_secret_key)",
         "api_token=27…03\n"
         "app_id=4821\n"},
        {"We use v2 of the API and the 4.x branch; 1.0.0 release is planned for 12.11.2024", ""},
        {"lib version: 1.2.3, client version 4.5.6", "library_version=1.2.3\n"
                                                     "library_version=4.5.6\n"},
        {"When I click on save it says \"Error: The item could not be saved. Try again later\" and nothing "
         "happens.",
         "error=Error: The item could not be saved. Try again later\n"},
        {"npm ERR! code ERESOLVE\n"
         "npm ERR! ERESOLVE unable to resolve dependency tree\n"
         "npm ERR! Found: react@18.2.0\n"
         "\n"
         "help",
         "library=react\n"
         "library_version=18.2.0\n"
         "error=npm ERR! code ERESOLVE\n"
         "npm ERR! ERESOLVE unable to resolve dependency tree\n"
         "npm ERR! Found: react@18.2.0\n"
         "error_code=ERESOLVE\n"},
        {"Access to fetch at 'https://api.example.com/x' from origin 'https://shop.example.com' has been "
         "blocked by CORS policy: No header\n"
         "GET https://api.example.com/x net::ERR_FAILED",
         "error=Access to fetch at 'https://api.example.com/x' from origin 'https://shop.example.com' has "
         "been blocked by CORS policy: No header\n"
         "GET https://api.example.com/x net::ERR_FAILED\n"
         "error_code=ERR_FAILED\n"
         "url=https://api.example.com/x\n"
         "url=https://shop.example.com\n"},
        {"Es kommt immer die Meldung: \"Zugriff verweigert für diesen Benutzer\".",
         "error=Zugriff verweigert für diesen Benutzer\n"},

        {"Hi team, we're integrating your JS library (pusher-js, version 7.0.3) into our React app. App ID "
         "is \"4821\".",
         "app_id=4821\n"
         "library=pusher-js\n"
         "library_version=7.0.3\n"},
        {"We are using the pusher gem version 2.0.1", "library=pusher\n"
                                                      "library_version=2.0.1\n"},
        {"Our setup: pusher_client 0.6.2, ruby 2.7", "library=pusher_client\n"
                                                     "library_version=0.6.2\n"},
        {"I use PusherSwift (10.1.0) via CocoaPods", "library=PusherSwift\n"
                                                     "library_version=10.1.0\n"},
        {"version of pusher-js is 7.0.3", "library=pusher-js\n"
                                          "library_version=7.0.3\n"},
        {"pusher-js version: 7.0.3 / 7.0.4-beta", "library=pusher-js\n"
                                                  "library_version=7.0.3\n"},
        {"Library: laravel-zesty\n"
         "Library version: 2.1",
         "library=laravel-zesty\n"
         "library_version=2.1\n"},
        {"Library: pusher-http-python\n"
         "Version: 3.3.2\n"
         "Platform: AWS Lambda",
         "library=pusher-http-python\n"
         "library_version=3.3.2\n"},
        {"We're using the .NET library PusherServer 5.0.0", "library=PusherServer\n"
                                                            "library_version=5.0.0\n"},
        {"python client 3.2.0 and the Go SDK v1.2", "library=python client\n"
                                                    "library=Go SDK\n"
                                                    "library_version=3.2.0\n"
                                                    "library_version=1.2\n"},
        {"The Android library (pusher-java-client:2.4.0) logs nothing", "library=pusher-java-client\n"
                                                                        "library_version=2.4.0\n"},
        {"using v3.1 of the SDK", ""},
        {"with SDK 3.1 on iOS", "library=iOS SDK\n"
                                "library_version=3.1\n"},
        {"the SDK (version 3.1)", "library_version=3.1\n"},
        {"Mit der Bibliothek „pusher-php-server“ Version 7.2 klappt es nicht", "library=pusher-php-server\n"
                                                                               "library_version=7.2\n"},
        {"Avec le SDK iOS 3.1 / avec la librairie zesty-php 1.4", "library=iOS SDK\n"
                                                                  "library=zesty-php\n"
                                                                  "library_version=3.1\n"
                                                                  "library_version=1.4\n"},
        {"Con el SDK de iOS versión 3.1 y la biblioteca pusher-js (v7.0.3)", "library=iOS SDK\n"
                                                                             "library=pusher-js\n"
                                                                             "library_version=3.1\n"
                                                                             "library_version=7.0.3\n"},
        {"Usamos a biblioteca pusher-js na versão 7.0.3", "library=pusher-js\n"
                                                          "library_version=7.0.3\n"},
        {"response code was 503, respCode=502, HTTP Status: 404 – Not Found, (HTTP 500), http 401, "
         "HTTP-Fehler 403",
         "http_status=503\n"
         "http_status=502\n"
         "http_status=404\n"
         "http_status=500\n"
         "http_status=401\n"
         "http_status=403\n"},
        {"It fails with a 422 Unprocessable Entity. Then 504 gateway timeout; \"statusCode\":418",
         "http_status=422\n"
         "http_status=504\n"
         "http_status=418\n"},
        {"we keep getting 429 errors / always 500 when saving / error 502 bad gateway / der Server antwortet "
         "mit 503 / j'obtiens une erreur 404",
         "http_status=429\n"
         "http_status=502\n"
         "http_status=503\n"
         "http_status=404\n"},
        {"error code: ERR_1001; code ERR-77; Error code: AUTH-401; errorcode 0x8007; "
         "error_code=invalid_grant",
         "error_code=ERR_1001\n"
         "error_code=ERR-77\n"
         "error_code=AUTH-401\n"
         "error_code=0x8007\n"
         "error_code=invalid_grant\n"},
        {"The app (4821) is down. Our app's ID: 4821. Application ID# 77120", "app_id=4821\n"
                                                                              "app_id=77120\n"},
        {"App ID(s): 4821, 77120", "app_id=4821\n"
                                   "app_id=77120\n"},
        {"Id de la app: 4821. N° d'application 4821. Numéro de l'application: 4821", "app_id=4821\n"},
        {"appid:4821,version:1 | x-app-id: 4821 | data-app-id=\"4821\" | ?app_id=4821&x=1 | app.id=4821",
         "app_id=4821\n"},
        {"Die App mit der ID 4821 und die App-Kennung 5007", "app_id=4821\n"
                                                             "app_id=5007\n"},
        {"my app's id is #4821!", "app_id=4821\n"},
        {"https://example.com/page?id=1, visit www.example.org. Mail kim@example.com, ftp://x.y/z, "
         "example.com/path",
         "url=https://example.com/page?id=1\n"
         "url=www.example.org\n"
         "url=example.com/path\n"},
        {"[login page](https://app.example.com/login) and <https://app.example.com/a> "
         "\"https://app.example.com/b\"",
         "url=https://app.example.com/login\n"
         "url=https://app.example.com/a\n"
         "url=https://app.example.com/b\n"},
        {"Kind regards\n"
         "Kim\n"
         "https://www.linkedin.com/in/kim",
         ""},
        {"8-f48cf3a682-7fthvk/7-b939a4-457q19, ZUID=8-f48cf3a682-7fthvk; "
         "zuid:7-b939a4-457q19,6-556370-8sh47g|5-c2a5c791e3-krq7ts",
         "instance_zuid=8-f48cf3a682-7fthvk\n"
         "item_zuid=7-b939a4-457q19\n"
         "model_zuid=6-556370-8sh47g\n"
         "user_zuid=5-c2a5c791e3-krq7ts\n"},
        {"https://www.youtube.com/watch?v=abc&t=12s https://vimeo.com/123456789 https://jam.dev/c/abc "
         "https://app.screencast.com/abc https://share.getcloudapp.com/abc",
         "recording=https://www.youtube.com/watch?v=abc&t=12s\n"
         "recording=https://vimeo.com/123456789\n"
         "recording=https://jam.dev/c/abc\n"
         "recording=https://app.screencast.com/abc\n"
         "recording=https://share.getcloudapp.com/abc\n"},
    };
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    for (gsize i = 0; i < G_N_ELEMENTS(mails); i++) {
        const RulesInput input = {.reply = mails[i].text};
        g_autofree char *found = found_in(rules, scratch, &input);
        if (strcmp(found, mails[i].fields) != 0)
            fail_msg("in\n%s\n--- expected\n%s--- found\n%s", mails[i].text, mails[i].fields, found);
    }
}

/* Quoted history and signatures are no news; an error text may come as an attachment. */
static void test_places(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    char name[] = "console.log",
         log[] = "TypeError: x is not a function\n    at run (a.js:1:2)\nhttps://cdn.example.com/";
    g_autoptr(GPtrArray) names = g_ptr_array_new(), texts = g_ptr_array_new();
    g_ptr_array_add(names, name);
    g_ptr_array_add(texts, log);
    const RulesInput input = {
        .subject = "App ID 4821: HTTP 502",
        .reply = "see app id 4822 and https://example.com/a",
        .text = "see app id 4822 and https://example.com/a\n-- \nKim, https://sig.example.com\n> app id "
                "4823, HTTP 504",
        .attachment_names = names,
        .attachment_texts = texts,
    };
    g_autofree char *found = found_in(rules, scratch, &input);
    assert_string_equal(found, "app_id=4821\napp_id=4822\n"
                               "error=TypeError: x is not a function\n    at run (a.js:1:2)\n"
                               "http_status=502\nurl=https://example.com/a\n");
}

/* No secret leaves in any field, nor in a masked text; those of quoted history neither. */
static void test_secrets(void **state)
{
    (void)state;
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    const RulesInput input = {
        .subject = "9f8e7d6c5b4a39281706 does not work",
        .reply = "Our API key is 9f8e7d6c5b4a39281706.\nError: request to "
                 "https://api.example.com/?k=9f8e7d6c5b4a39281706 failed",
        .text = "> Authorization: Bearer abcdef0123456789abcdef\n> token 55-f48cf3a682-7fthvk",
    };
    g_autofree char *found = found_in(rules, scratch, &input);
    assert_string_equal(found,
                        "api_token=9f…06\n"
                        "error=Error: request to https://api.example.com/?k=9f****************06 failed\n"
                        "url=https://api.example.com/?k=9f****************06\n");
    char quoted[] =
        "> Authorization: Bearer abcdef0123456789abcdef\n> 55-f48cf3a682-7fthvk and 9f8e7d6c5b4a39281706";
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    rules_mask(rules, scratch, quoted, 0, findings);
    assert_string_equal(
        quoted,
        "> Authorization: Bearer ab******************ef\n> 55-***************vk and 9f****************06");
}

/* The largest texts that rules look at, of shapes that patterns hate. */
static void test_hostile_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",
                                         "a-",
                                         "a.",
                                         "1.",
                                         "app ",
                                         "app id ",
                                         "key=",
                                         "http://",
                                         "version 1.0 of a-",
                                         "\"a\": \"",
                                         "error ",
                                         "error \"",
                                         "@a/",
                                         "a-b-c-",
                                         "returns a ",
                                         "steps\n",
                                         "token ",
                                         "pass: ",
                                         "8-f48cf3a682-",
                                         "1. a\n"};
    g_autoptr(RuleSet) rules = starter_rules();
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_new(NULL);
        while (text->len < LIMIT_RULE_TEXT_BYTES)
            g_string_append(text, pieces[i]);
        const RulesInput input = {.reply = text->str};
        g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
        g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
        rules_find(rules, scratch, &input, &(const RulesOutput){.fields = fields, .findings = findings});
        if (findings->len > 0)
            fail_msg("'%s': %s", pieces[i], ((const Finding *)findings->pdata[0])->detail);
        g_string_free(text, TRUE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples), cmocka_unit_test(test_mails),         cmocka_unit_test(test_places),
        cmocka_unit_test(test_secrets),  cmocka_unit_test(test_hostile_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
