#!/bin/bash
# Webhooks as the program at the other end sees them: which event it is told of, signed how, how often, with which key, and
# never with a secret in it; and what an admin sees when that program is away, wrong, or not to be trusted.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/postfix.sh
RECEIVER=$BUILD/tests/support/webhook_receiver
COUNT=0

# receiver NAME CA-FOLDER: a receiver with a certificate for localhost; its folder is $FLOW_FOLDER/NAME, its port in PORT
receiver() {
    local folder=$FLOW_FOLDER/$1
    mkdir -p "$folder"
    "$RECEIVER" "$2/server.pem" "$2/server.key" "$folder" 2>"$folder.log" &
    flow_at_exit "kill $!"
    flow_wait 20 test -s "$folder/port"
    PORT=$(<"$folder/port")
}

# The address in kim's notice of the first ticket.
notice_of_kim() {
    grep -rl "^X-Postern-Ticket: $FIRST" "$FLOW_FOLDER/outgoing/new" | xargs grep -l '^To: .*kim@agents.test' |
        head -1 | xargs grep -ohE 'support\+[a-z2-7]{42}@desk\.test' | head -1 | grep .
}

# give NAME [FROM [RCPT]]: hands $FLOW_FOLDER/NAME in and waits until it has ended its way; FATE and REF are what became of it
give() {
    local line
    send "$FLOW_FOLDER/$1" "${2-anna@customer.test}" "${3-support@desk.test}" >"$FLOW_FOLDER/dialogue"
    COUNT=$((COUNT + 1))
    flow_wait 20 settled "$COUNT"
    line=$(cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null |
        grep -E '^info gate [0-9a-z]{13}: (ticketed|held|copy)' | tail -1)
    FATE=$(cut -d' ' -f4 <<<"$line")
    REF=$(cut -d' ' -f5 <<<"$line")
}

write() {
    cat >"$FLOW_FOLDER/$1"
}

# said N FILTER: of the Nth request that crm got
said() {
    jq -r "$2" "$FLOW_FOLDER/crm/$1.body"
}
header() {
    tr -d '\r' <"$FLOW_FOLDER/crm/$1.head" | sed -n "s/^$2: //Ip"
}
requests() {
    find "$FLOW_FOLDER/${1:-crm}" -name '*.head' | wc -l
}
# told N: crm was told N times, and all of it is marked
told() {
    [ "$(requests)" -eq "$1" ] && [ "$(rows crm sent)" -ge 1 ] && [ "$(rows crm queued)" -eq 0 ]
}

# rows NAME STATE: how many of its rows are in this state
rows() {
    postern outbox list --json | jq "[.[] | select(.to == \"$1\" and .state == \"$2\")] | length"
}
has_rows() {
    [ "$(rows "$1" "$2")" -eq "$3" ]
}
# newest NAME FILTER: of its newest row
newest() {
    postern outbox list --json | jq -r "[.[] | select(.to == \"$1\")][0] | $2"
}
newest_is() {
    [ "$(newest "$1" "$2")" = "$3" ]
}
# errors NAME: of all its rows
errors() {
    postern outbox list --json | jq -r ".[] | select(.to == \"$1\") | .last_error // empty"
}
last_error_has() {
    newest "$1" .last_error | grep -q -- "$2"
}
# As the README tells receivers to do it.
signature() {
    local t
    t=$(header "$1" Postern-Signature | sed 's/^t=\([0-9]*\),.*/\1/')
    { printf '%s.' "$t"; cat "$FLOW_FOLDER/crm/$1.body"; } | openssl dgst -sha256 -hmac "$2" | sed "s/.*= /t=$t,v1=/"
}
answer() {
    printf '%b' "$1" >"$FLOW_FOLDER/crm/answer"
}
# The newest row of crm is due again at once.
retry() {
    postern -q outbox retry "$(newest crm .id)"
}

mkdir -p "$FLOW_FOLDER/ours" "$FLOW_FOLDER/theirs"
postfix_certificates "$FLOW_FOLDER/ours" >/dev/null 2>&1 && postfix_certificates "$FLOW_FOLDER/theirs" >/dev/null 2>&1 || {
    echo "FAIL webhooks: no certificates"
    exit 1
}
receiver crm "$FLOW_FOLDER/ours"
CRM=$PORT
receiver impostor "$FLOW_FOLDER/theirs"
IMPOSTOR=$PORT
echo "a key of some length" >"$FLOW_FOLDER/key"

webhooks() {
    cat <<END
webhooks:
  - name: crm
    url: $1://localhost:$CRM/hook?key=geheim
    secret_file: key
    ca_file: ours/ca.pem
    allow_private: yes
    queues: [support]
$2
END
}
# A receiver that nobody may speak to, one that is somebody else, one that is only told when a ticket is opened for billing, one
# that is given up soon.
MORE="  - name: inside
    url: https://localhost:$CRM/inside
    secret_file: key
    ca_file: ours/ca.pem
    events: [opened]
    queues: [support]
  - name: impostor
    url: https://localhost:$IMPOSTOR/
    secret_file: key
    ca_file: ours/ca.pem
    allow_private: yes
    events: [opened]
    queues: [support]
  - name: books
    url: https://localhost:$CRM/books
    secret_file: key
    ca_file: ours/ca.pem
    allow_private: yes
    events: [opened]
    queues: [billing]
    give_up: 1s"

GATE_EXTRA=$(webhooks http "$MORE") gate_config
flow_contains "http:// is refused by check" "$(postern check 2>&1)" "webhooks|https"
postern check >/dev/null 2>&1
flow_equals "and with the exit code of configuration" 78 $?
GATE_EXTRA=$(webhooks https "$MORE") gate_config
flow_check "check takes it" postern check
gate_start || {
    echo "FAIL webhooks: the gate does not start: $(cat "$FLOW_FOLDER/serve.log")"
    exit 1
}

# Opened.
write first <<'END'
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Import fails, token 55-abcdef1234-k9k9k9
Date: Sun, 22 Nov 2026 09:30:00 +0000
Message-ID: <first@customer.test>

Hello,

our import stops with an error since yesterday. Our app id: 4711
The api token is 55-abcdef1234-k9k9k9, please don't tell.

Anna
END
give first
FIRST=$REF
flow_wait 30 told 1 || {
    echo "FAIL a new ticket is not told: $(cat "$FLOW_FOLDER/serve.log")"
    exit 1
}
flow_equals "as opened" "opened opened" "$(said 1 .event) $(header 1 Postern-Event)"
flow_equals "signed so that openssl agrees" "$(signature 1 "a key of some length")" "$(header 1 Postern-Signature)"
flow_contains "which other keys do not" "$(signature 1 "another key")" "^t=[0-9]+,v1=[0-9a-f]{64}$"
flow_lacks "which other keys do not: another value" "$(signature 1 "another key")" "$(header 1 Postern-Signature)"
flow_equals "one id: body, header, outbox" "$(said 1 .id) $(said 1 .id)" "$(header 1 Idempotency-Key) $(newest crm .message_id)"
flow_contains "which tells what it is of" "$(said 1 .id)" "^opened\.[0-9a-z]{13}\.crm$"
flow_equals "as JSON, to the whole path, by us" "application/json Postern/$("$PROGRAM" --version | cut -d' ' -f2) POST /hook?key=geheim HTTP/1.1" \
    "$(header 1 Content-Type) $(header 1 User-Agent) $(head -1 "$FLOW_FOLDER/crm/1.head" | tr -d '\r')"
flow_equals "the ticket is as ticket list has it" "$(postern ticket list --json | jq -Sc '.[0]')" "$(said 1 .ticket | jq -Sc .)"
flow_equals "the message is as ticket show has it" \
    "$(postern ticket show "$FIRST" --json | jq -Sc '[.messages[] | select(.direction == "in")][0]')" "$(said 1 .message | jq -Sc .)"
flow_contains "it has the field, masked" "$(said 1 '.ticket.fields[] | select(.name == "api_token") | .value')" '^55-…k9$'
flow_equals "the secret is nowhere in it" 0 "$(grep -c 'abcdef\|k9k9' "$FLOW_FOLDER/crm/1.body" "$FLOW_FOLDER/crm/1.head" | grep -vc ':0$')"
flow_contains "but the text around it is" "$(said 1 .message.reply)" "The api token is 55-\*+k9, please don't tell"
flow_contains "and the subject" "$(said 1 .ticket.subject)" "^Import fails, token 55-\*+k9$"
flow_contains "time to the microsecond" "$(said 1 .at)" '^20..-..-..T..:..:..\.[0-9]{6}Z$'

# Wrote, answered, and what is no news.
write second <<'END'
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Re: Import fails
Message-ID: <second@customer.test>
In-Reply-To: <first@customer.test>

It still fails.
END
give second
flow_equals "a reply joins" "$FIRST" "$REF"
flow_check "a customer's reply is told" flow_wait 30 told 2
flow_equals "as wrote" "wrote It still fails. $FIRST" "$(said 2 .event) $(said 2 .message.reply) $(said 2 .ticket.ref)"
flow_check "with another id" test "$(said 1 .id)" != "$(said 2 .id)"

write vacation <<'END'
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Re: Import fails
Message-ID: <vacation@customer.test>
In-Reply-To: <first@customer.test>
Auto-Submitted: auto-replied

I am away.
END
give vacation
flow_equals "an automatic reply joins" "$FIRST" "$REF"
give second
flow_equals "a copy is one" copy "$FATE"
write imported <<'END'
From: Otto <otto@customer.test>
To: support@desk.test
Subject: From last year
Message-ID: <imported@customer.test>

Old.
END
postern -q import --queue support "$FLOW_FOLDER/imported" >/dev/null 2>&1 || postern -q import "$FLOW_FOLDER/imported" >"$FLOW_FOLDER/import.log" 2>&1
COUNT=$((COUNT + 1))
flow_check "an import is a ticket" flow_wait 20 settled "$COUNT"

write agent <<'END'
Authentication-Results: mx.desk.test; dmarc=pass header.from=agents.test
From: Kim <kim@agents.test>
To: support@desk.test
Subject: Re: Import fails
Message-ID: <agent@agents.test>
In-Reply-To: <second@customer.test>

Please try again.
END
# He answers his notice.
flow_check "an agent has a notice" flow_wait 20 notice_of_kim
give agent kim@agents.test "$(notice_of_kim)"
flow_equals "an agent's answer joins" "$FIRST" "$REF"
flow_check "it is told, and nothing between" flow_wait 30 told 3
flow_equals "as answered" "answered kim@agents.test" "$(said 3 .event) $(said 3 .message.from)"

# Trouble at the other end.
answer 'HTTP/1.1 500 Oops\nContent-Length: 12\n\nout of order'
write third <<'END'
From: Berta <berta@customer.test>
To: support@desk.test
Subject: Another thing
Message-ID: <third@customer.test>

Hello again.
END
give third
THIRD=$REF
flow_check "500: it waits" flow_wait 30 last_error_has crm "HTTP 500: out of order"
flow_equals "500: queued, one try" "queued 1" "$(newest crm '"\(.state) \(.attempts)"')"
flow_contains "outbox show: who, what, and what was said" "$(postern outbox show "$(newest crm .id)")" "crm"
flow_contains "outbox show: the body" "$(postern outbox show "$(newest crm .id)")" '"event": "opened"'
flow_lacks "outbox show: no envelope, which it has not" "$(postern outbox show "$(newest crm .id)")" "Envelope"
rm "$FLOW_FOLDER/crm/answer"
flow_check "500: it is tried again" retry
flow_check "200: it is told" flow_wait 60 told 5
flow_equals "the same id and the same body" "$(said 4 .id) $(sha256sum <"$FLOW_FOLDER/crm/4.body")" \
    "$(header 5 Idempotency-Key) $(sha256sum <"$FLOW_FOLDER/crm/5.body")"
flow_equals "a second try is signed, too" "$(signature 5 "a key of some length")" "$(header 5 Postern-Signature)"

# trouble NAME FROM ANSWER: another ticket of FROM, which crm answers so; the request is number $N
trouble() {
    N=$(($(requests) + 1))
    answer "$3"
    sed -e "s/third@/$1@/" -e "s/^From: .*/From: $2/" "$FLOW_FOLDER/third" >"$FLOW_FOLDER/$1"
    give "$1" "$2"
}
# good NAME: from now on it is answered 200, and the row that waits is told a second time, as itself
good() {
    rm "$FLOW_FOLDER/crm/answer"
    retry
    flow_check "$1: told in the end" flow_wait 60 told "$((N + 1))"
    flow_equals "$1: with the same id" "$(header "$N" Idempotency-Key)" "$(header "$((N + 1))" Idempotency-Key)"
}

# The key is replaced while the sender runs; a pause that is asked for is kept.
echo "a new key" >"$FLOW_FOLDER/key"
trouble busy carl@customer.test 'HTTP/1.1 503 Busy\nRetry-After: 3000\nContent-Length: 0\n\n'
flow_check "503: it waits" flow_wait 30 last_error_has crm "HTTP 503"
flow_equals "a new key signs at once" "$(signature "$N" "a new key")" "$(header "$N" Postern-Signature)"
flow_check "for as long as it was asked to" test "$(($(date -d "$(newest crm .next_at)" +%s) - $(date +%s)))" -gt 2900
good "503"

trouble moved dora@customer.test "HTTP/1.1 301 Moved\nLocation: https://localhost:$CRM/moved\nContent-Length: 0\n\n"
flow_check "a redirect is refused, in words" flow_wait 30 last_error_has crm "HTTP 301.*redirects are not followed"
flow_equals "and not followed" 0 "$(grep -l '/moved' "$FLOW_FOLDER"/crm/*.head | wc -l)"
good "301"

# Nobody knows whether that was heard: with a program that is no reason to wait for a person.
trouble silent emil@customer.test drop
flow_check "no answer: nobody knows" flow_wait 30 newest_is crm .state uncertain
flow_equals "no answer: counted" 1 "$(newest crm .uncertain)"
good "no answer"

# Not to be spoken to.
flow_contains "a private address is refused without allow_private" "$(errors inside)" "private network"
flow_equals "and never reached" 0 "$(grep -l '/inside' "$FLOW_FOLDER"/crm/*.head | wc -l)"
flow_contains "a certificate of somebody else is not trusted" "$(errors impostor)" "certificate"
flow_equals "and told nothing" 0 "$(requests impostor)"
flow_equals "a webhook that is down is a way out that is down" "webhook:crm 0 webhook:impostor 1 webhook:inside 1" \
    "$(sqlite3 -separator ' ' "$FLOW_FOLDER/store/postern.db" "SELECT name, is_down FROM routes WHERE name LIKE 'webhook:%'
        AND name <> 'webhook:books' ORDER BY name" | xargs)"

# Given up.
answer 'HTTP/1.1 500 Oops\nContent-Length: 0\n\n'
sed -e 's/third@/fifth@/' -e 's/support@/billing@/' "$FLOW_FOLDER/third" >"$FLOW_FOLDER/fifth"
give fifth berta@customer.test billing@desk.test
flow_check "after give_up it has failed" flow_wait 60 newest_is books .state failed
flow_contains "and says so" "$(newest books .last_error)" "gave up after"
flow_equals "stats count it" "$(rows books failed)" "$(postern stats --json | jq .outbox.failed)"
flow_contains "outbox list shows it" "$(postern outbox list)" "webhook +books +(webhook:books +)?failed"
rm "$FLOW_FOLDER/crm/answer"
# What kim has no longer, he hears nothing of.
postern -q ticket release "$FIRST" --as kim
SEEN=$(requests)
postern -q ticket close "$THIRD" --as kim
flow_check "a ticket that is closed is told" flow_wait 30 told "$((SEEN + 1))"
flow_equals "as closed" "closed $THIRD closed" "$(said "$((SEEN + 1))" .event) $(said "$((SEEN + 1))" .ticket.ref) $(said "$((SEEN + 1))" .ticket.status)"
flow_lacks "no path of a URL is in the log" "$(cat "$FLOW_FOLDER/serve.log")" "geheim"
flow_check "the gate stops" gate_stop

# A sender that is killed between the answer and its mark. This mail has nothing else to send.
SEEN=$(requests)
sed -e 's/second@/sixth@/' "$FLOW_FOLDER/second" >"$FLOW_FOLDER/sixth"
GATE_AGENTS='' GATE_EXTRA=$(webhooks https "") gate_config
export POSTERN_STOP=sender-after-answer POSTERN_STOP_ONCE=$FLOW_FOLDER/once
: >"$POSTERN_STOP_ONCE"
gate_start "$BUILD/postern-stops"
give sixth
flow_check "killed: it is told twice" flow_wait 60 told "$((SEEN + 2))"
flow_check "killed: there was a death" test ! -e "$POSTERN_STOP_ONCE"
flow_equals "killed: with one id" "$(header "$((SEEN + 1))" Idempotency-Key)" "$(header "$((SEEN + 2))" Idempotency-Key)"
flow_equals "killed: it is one row" "sent 2 1" "$(newest crm '"\(.state) \(.attempts) \(.uncertain)"')"
unset POSTERN_STOP POSTERN_STOP_ONCE
flow_check "the gate stops again" gate_stop

# Everything that happened, once.
flow_equals "each event has one id" "answered closed opened opened opened opened opened wrote wrote" \
    "$(for f in "$FLOW_FOLDER"/crm/*.body; do jq -r 'select(.ticket.queue == "support") | "\(.id) \(.event)"' "$f"; done |
        sort -u | cut -d' ' -f2 | sort | xargs)"
flow_end
