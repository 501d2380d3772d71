#!/bin/bash
# Secrets that customers send: found in text, pages, quotes, files and names; masked in every way out, in the store and in
# the log; the customer is told kindly; and the original is there for those alone whom the configuration names.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh

# What must be seen nowhere. The first of each line is the whole secret, written by a customer.
SECRETS=(
    55-abcdef1234-k9k9k9
    hunter2hunter77
    4111111111111111
    sk_live_a1b2c3d4e5f6a7b8
    Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A
    blueShip2026pw
    9f8e7d6c5b4a39281706
    quotedPass2026x
    pageBoat2026x
    mailBoat2026x
    swordfish-and-chips
)
NEEDLES=$(IFS='|'; echo "${SECRETS[*]}|4111[ -]1111[ -]1111[ -]1111|abcdef1234|unter2hunter7|ord[f]ish-and-ch")

# nowhere NAME TEXT
nowhere() {
    flow_lacks "$1" "$2" "$NEEDLES"
}

# All that the store knows besides the originals, as SQL, and what goes out with its encodings off.
store_texts() {
    sqlite3 "$DATABASE" .dump | grep -vE '^INSERT INTO "?raw"? '
    look_back=$MARK
    MARK=0
    sent | while read -r _ _ file; do cat "$file" "$file.eml"; done
    MARK=$look_back
}

cut_in_lines() {
    base64 -w 76
}

GATE_EXTRA='webhooks:
  - name: crm
    url: https://localhost:9/hook
    secret_file: hook-secret
    allow_private: yes'
echo 'the key of the hook' >"$FLOW_FOLDER/hook-secret"
chmod 600 "$FLOW_FOLDER/hook-secret"
desk_config
flow_check "the gate starts" gate_start

# A mail with a secret in every corner.
ENCLOSED=$(cut_in_lines <<'END'
Our password: mailBoat2026x
END
)
PAGE_FILE=$(cut_in_lines <<'END'
<html><body><p>Password:&nbsp;<b>pageBoat2026x</b></p></body></html>
END
)
cat >"$FLOW_FOLDER/full" <<END
$PROVEN_CUSTOMER
From: "token 55-abcdef1234-k9k9k9" <anna@customer.test>
To: "sk_live_a1b2c3d4e5f6a7b8" <support@desk.test>
Cc: "key sk_live_a1b2c3d4e5f6a7b8" <bert@customer.test>
Subject: token 55-abcdef1234-k9k9k9 is refused
Message-ID: <full@customer.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

Hello, our app id: 4711 is not let in.
We tried the token 55-abcdef1234-k9k9k9 and then
Stripe sk_live_a1b2c3d4e5f6a7b8. Mein Passwort lautet hunter2hunter77.
The invoice was charged on 4111 1111 1111 1111 by mistake.
DATABASE_URL=postgres://shop:blueShip2026pw@db.example.com/shop
curl -H "Authorization: Bearer 9f8e7d6c5b4a39281706" https://api.example.com/

-----BEGIN OPENSSH PRIVATE KEY-----
Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A
Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3A
-----END OPENSSH PRIVATE KEY-----

On Sat, 21 Nov 2026 at 10:00, Bert <bert@customer.test> wrote:
> the old one was password: quotedPass2026x

--c
Content-Type: text/html; charset=utf-8

<p>Hello, our app id: <b>4711</b> is not let in.</p><p>We tried the token <b>55-abcdef1234-k9k9k9</b> and then
Stripe sk_live_a1b2c3d4e5f6a7b8. Mein Passwort lautet hunter2hunter77.</p>
--c--
--b
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename="server.log"

12:00:01 login as 55-abcdef1234-k9k9k9
--b
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename="harmless.log"

12:00:01 nothing of interest
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="settings.bin"

hunter2hunter77 alone, without a word beside it
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="page.html"

$PAGE_FILE
--b
Content-Type: message/rfc822

From: Bert <bert@customer.test>
Subject: the earlier mail
MIME-Version: 1.0
Content-Type: text/plain
Content-Transfer-Encoding: base64

$ENCLOSED
--b
Content-Type: text/plain
Content-Disposition: attachment; filename="55-abcdef1234-k9k9k9.txt"

nothing in here
--b--
END
look
give full
flow_equals "the mail becomes a ticket" ticketed "$FATE"
FIRST=$REF FIRST_MAIL=$MAIL
NOTICE=$(written notice kim@agents.test)
ACK=$(written acknowledgement anna@customer.test)
flow_check "a notice and an acknowledgement are written" test -s "$NOTICE" -a -s "$ACK"

# Ways out.
nowhere "in no notice" "$(cat "$NOTICE" "$NOTICE.eml")"
nowhere "in no acknowledgement" "$(cat "$ACK" "$ACK.eml")"
flow_contains "what is harmless goes along" "$(cat "$NOTICE")" 'nothing of interest'
flow_contains "a file with a secret is left out, and the notice says why" "$(cat "$NOTICE")" 'server\.log .*: not attached, it holds what'
for file in settings.bin page.html 'the earlier mail.eml'; do
    flow_contains "so is $file" "$(cat "$NOTICE")" "$file .*: not attached, it holds what"
done
flow_contains "a file whose name alone is one goes along under another" "$(cat "$NOTICE")" 'nothing in here'
flow_contains "the mask leaves something to recognise" "$(cat "$NOTICE")" '55-.*k9'
for command in "ticket show $FIRST" "ticket show $FIRST --json" 'ticket list' 'ticket list --json' "ticket why $FIRST_MAIL" \
    "ticket why $FIRST_MAIL --json" 'outbox list' 'outbox list --json' "parse $FLOW_FOLDER/full" "parse --json $FLOW_FOLDER/full"; do
    # shellcheck disable=SC2086
    nowhere "not in: ${command//$FLOW_FOLDER\//}" "$(postern $command)"
done
flow_contains "the webhook has a row" "$(db "SELECT count(*) FROM outbox WHERE to_address = 'crm'")" '^[1-9]'
flow_equals "each kind is a field of its own, and secret" 'api_token card_number password' \
    "$(db 'SELECT DISTINCT name FROM fields WHERE is_secret = 1 ORDER BY name' | paste -sd' ')"
flow_equals "what is no secret is read all the same" 4711 "$(ticket "$FIRST" '.fields[] | select(.name == "app_id").value')"

# The customer.
flow_contains "the customer is told of the kinds" "$(tr '\n' ' ' <"$ACK")" 'API token.*Password.*Payment card'
flow_contains "and what to do" "$(tr '\n' ' ' <"$ACK")" 'revoke it, or change it'

# What looks like one and is none.
look
compose plain 'Anna <anna@customer.test>' 'Order numbers' "$PROVEN_CUSTOMER" <<'END'
Our order 5555555555554444 of 1763848123456784 (tracking 9400 1000 0000 0000 0000 00) is late.
IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1112.
END
give plain
flow_contains "an order number passes" "$(postern ticket show "$REF")" 'order 5555555555554444 of 1763848123456784'
flow_lacks "and nobody is warned" "$(cat "$(written acknowledgement anna@customer.test)")" 'revoke'

# Agents.
TICKET=$FIRST
TOKEN[kim]=$(token_of "$NOTICE")
look
compose by-mail 'Kim Lee <kim@agents.test>' "Re: [$FIRST]" "$PROVEN" <<'END'
/field password swordfish-and-chips
END
give by-mail kim@agents.test "${TOKEN[kim]}"
flow_contains "the agent hears that it is done" "$(cat "$(written receipt kim@agents.test)")" 'password of'
flow_equals "what an agent calls a secret is stored masked" 1 \
    "$(db "SELECT count(*) FROM fields WHERE name = 'password' AND by_who = 'kim' AND is_secret = 1")"
nowhere "not in what the agent's mail left" "$(postern ticket show "$FIRST" --json; sent | while read -r _ _ file; do cat "$file"; done)"
nowhere "nor in what a command says" "$(postern ticket field "$FIRST" api_token swordfish-and-chips --as kim)"
nowhere "nor in its JSON" "$(postern ticket field "$FIRST" card_number '4111 1111 1111 1111' --as kim --json)"
nowhere "nor as the value of a field that is none" "$(postern ticket field "$FIRST" app_id sk_live_a1b2c3d4e5f6a7b8 --as kim)"
nowhere "nor in a note" "$(postern ticket note "$FIRST" 'his password: hunter2hunter77' --as kim --json)"
look
compose find 'Kim Lee <kim@agents.test>' find "$PROVEN" <<<'/find 55-abcdef1234-k9k9k9 refused'
give find kim@agents.test
nowhere "not in the answer to /find" "$(sent | while read -r _ _ file; do cat "$file"; done)"

# Held mail.
postern -q held block mallory@elsewhere.test
compose held '"55-abcdef1234-k9k9k9" <mallory@elsewhere.test>' 'password: hunter2hunter77' <<<'My password: hunter2hunter77'
give held mallory@elsewhere.test
flow_equals "a blocked sender's mail is held" held "$FATE"
nowhere "not in the held list" "$(postern held list; postern held list --json; postern held show "$MAIL"; postern held show "$MAIL" --json)"

# The store, but for the originals, and the log.
nowhere "nowhere in the store" "$(store_texts)"
flow_lacks "nothing had to be passed over" "$(cat "$FLOW_FOLDER/serve.log")" 'nothing of it can be passed on'
nowhere "not in the log" "$(cat "$FLOW_FOLDER/serve.log")"

# The original.
flow_contains "by default the user of the store sees the original" "$(env -u SUDO_USER "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" ticket raw "$FIRST_MAIL")" '55-abcdef1234-k9k9k9'
flow_equals "and that stands in the trail, under the login name" "$(id -un)" \
    "$(ticket "$FIRST" '[.events[] | select(.what == "original")][-1].who')"
printf 'originals:\n  readers: [nina]\n' >>"$FLOW_FOLDER/postern.yaml"
code() {
    "$@" >"$FLOW_FOLDER/said" 2>&1
    echo $?
}
as_person() { # NAME COMMAND…
    SUDO_USER=$1 "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" "${@:2}"
}
flow_equals "who is not named may not look" 77 "$(code as_person otto ticket raw "$FIRST_MAIL")"
flow_contains "and is told why, and what mends it" "$(cat "$FLOW_FOLDER/said")" "'otto' may not look .*'originals: readers'"
nowhere "and gets nothing of it" "$(cat "$FLOW_FOLDER/said")"
flow_equals "--as makes nobody somebody else" 77 "$(code as_person otto ticket raw "$FIRST_MAIL" --as nina)"
flow_equals "who is named may" 0 "$(code as_person nina ticket raw "$FIRST_MAIL")"
flow_contains "and sees it byte for byte" "$(cat "$FLOW_FOLDER/said")" '55-abcdef1234-k9k9k9'
flow_equals "each look is an event" "$(id -un) nina" \
    "$(ticket "$FIRST" '[.events[] | select(.what == "original").who] | join(" ")')"
flow_equals "also of mail that is in no ticket" 0 "$(code as_person nina ticket raw "$MAIL")"
flow_contains "which ticket why shows" "$(postern ticket why "$MAIL")" 'original.*nina|nina.*original'
flow_equals "no such mail" 66 "$(code as_person nina ticket raw 0000000000001)"

flow_check "the gate stops" gate_stop
nowhere "not in the log at the end" "$(cat "$FLOW_FOLDER/serve.log")"
flow_end
