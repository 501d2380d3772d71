#!/bin/bash
# Loops and abuse: desks that answer each other, strangers who want us to write to others, floods; and admins who work on
# held mail by mail.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/give.sh
COUNT=0
NUMBER=0
ACK_KINDS='.kind == "acknowledgement"'

# mail FILE FROM SUBJECT [HEADER…]: its text is $TEXT, or one of its own.
mail() {
    local file=$FLOW_FOLDER/$1 from=$2 subject=$3
    NUMBER=$((NUMBER + 1))
    local id=${1//[^a-z0-9]/}$NUMBER
    shift 3
    printf '%s\n' "From: $from" 'To: support@desk.test' "Subject: $subject" "Message-ID: <$id@customer.test>" "$@" '' \
        "${TEXT:-Text $id.}" >"$file"
}

to_address() { # ADDRESS: what we wrote to it, a JSON object a line, oldest first
    postern outbox list --json | jq -c --arg to "$1" 'reverse | .[] | select(.to == $to)'
}

# bytes ROW: the mail as it goes out, without soft line ends and folding
bytes() {
    postern outbox show "$(jq -r .id <<<"$1")" --json | jq -r .bytes | tr -d '\r' |
        sed -e ':a' -e '/=$/{N;s/=\n//;ba' -e '}' | sed -e ':a' -e 'N;$!ba' -e 's/\n[ \t]\+</ </g'
}

kinds() { # KIND: how many were written
    postern outbox list --json | jq --arg kind "$1" '[.[] | select(.kind == $kind)] | length'
}

AUTHENTIC='Authentication-Results: mx.desk.test; dmarc=pass header.from='
GATE_EXTRA='admins:
  addresses: [ada@home.test]
  digest_every: 1s'
GATE_AGENTS='kim'
gate_config
flow_check "the configuration is right" postern check
flow_check "the gate starts" gate_start

# Another desk acknowledges everything under a new number of its own, and says by no header that it is a machine.
# other_desk NAME FROM SHAPE: its first mail, and its answers to each of ours, until nothing comes any more.
other_desk() {
    local name=$1 from=$2 shape=$3 answered=0 row ours id back text subject round
    TEXT="Hello, this is the other desk. Where is our order?" mail "$name-0" "Other Desk <${from//%/0}>" "Our order"
    give "$name-0" "${from//%/0}"
    for round in 1 2 3 4 5 6 7 8; do
        ours=$(postern outbox list --json | jq -c --arg from "$(sed 's/%.*//' <<<"$from")" \
            'reverse | .[] | select(.to | startswith($from))')
        row=$(sed -n "$((answered + 1))p" <<<"$ours")
        [ -n "$row" ] || break
        answered=$((answered + 1))
        id=$(jq -r .message_id <<<"$row")
        back=support@desk.test
        subject="Request #$((4711 + round)) was received"
        text="Thank you for your mail. We have opened request #$((4711 + round)) on 2026-11-2$round at 9:3$round. We come back to you."
        local headers=()
        case $shape in
        references) headers=("In-Reply-To: <$id>" "References: <$id>") ;;
        token) back=$(bytes "$row" | sed -n 's/^Reply-To:.*<\(.*\)>.*/\1/p') ;;
        subject) subject="Re: $(jq -r .subject <<<"$row") #$round" ;;
        quotes) text="$text"$'\n\n'"$(bytes "$row" | sed -n '/^$/,$s/^/> /p' | head -40)" ;;
        esac
        TEXT=$text mail "$name-$round" "Other Desk <${from//%/$round}>" "$subject" "${headers[@]}"
        give "$name-$round" "${from//%/$round}" "$back"
    done
    ours=$(postern outbox list --json | jq --arg from "$(sed 's/%.*//' <<<"$from")" \
        '[.[] | select(.to | startswith($from))] | length')
    flow_check "two desks ($name): $ours mails of ours and silence" test "$ours" -ge 1 -a "$ours" -le 3
    flow_check "two desks ($name): all that came is kept" settled "$COUNT"
}
other_desk references help@two.test references
other_desk token help@three.test token
other_desk subject help@four.test subject
other_desk quotes help@five.test quotes
other_desk plain help@six.test plain
other_desk ticket-address help+%@seven.test plain
other_desk numbered help-471%@eight.test plain

TEXT="Thank you for your mail 1." mail noreply 'Desk <noreply@nine.test>' 'Request 1'
give noreply noreply@nine.test
FIRST=$(to_address noreply@nine.test | wc -l)
for i in 2 3 4 5; do
    TEXT="Thank you for your mail $i." mail noreply-$i 'Desk <noreply@nine.test>' "Request $i"
    give noreply-$i noreply@nine.test
done
flow_check "two desks (noreply): silence" test "$(to_address noreply@nine.test | wc -l)" -le 2 -a "$FIRST" -le 1

# The same again and again: quiet from the third on, from the tenth on held where it answers us.
for i in {1..12}; do
    TEXT="Backup $i of 2026-11-22 failed." mail "again-$i" 'Robot <robot@customer.test>' "Backup $i"
    give "again-$i" robot@customer.test
    REFS[i]=$REF
    FATES[i]=$FATE
done
flow_equals "the same text: acknowledged twice" 2 "$(to_address robot@customer.test | wc -l)"
flow_contains "the same text: the ticket says why" "$(postern ticket why "$(postern ticket show "${REFS[3]}" --json | jq -r '.messages[0].id')")" 'same text 3 times'
flow_contains "the same text: agents are told of three" "$(postern outbox list --json | jq -r '.[] | select(.kind == "notice").ref')" "^${REFS[3]}$"
flow_lacks "the same text: and of no more" "$(postern outbox list --json | jq -r '.[] | select(.kind == "notice").ref')" "^${REFS[4]}$"
flow_contains "the same text: which the ticket says" "$(postern ticket show "${REFS[4]}" --json | jq -r '.events[] | .what + ": " + .detail')" 'agents not told: the sender wrote the same text 4 times'
flow_equals "the same text: a monitor's mails are tickets all the same" "ticketed ticketed ticketed" "${FATES[9]} ${FATES[10]} ${FATES[12]}"
TEXT="Backup 13 of 2026-11-22 failed." mail again-13 'Robot <robot@customer.test>' "Re: Backup 1 [${REFS[1]}]"
give again-13 robot@customer.test
flow_equals "the same text: once it answers mail of ours, it is a loop, and waits" held "$FATE"

# Nothing goes to whom a stranger names.
flow_equals "nothing went to victims so far" "" "$(postern outbox list --json | jq -r '.[].to' | grep victims.test)"
VICTIMS=('Reply-To: v1@victims.test' 'Cc: v2@victims.test, Kim <kim@agents.test>' 'Sender: v3@victims.test'
    'Resent-From: v4@victims.test' 'Resent-To: v5@victims.test' 'Resent-Cc: v5@victims.test' 'Disposition-Notification-To: v6@victims.test'
    'Return-Receipt-To: v7@victims.test' 'Errors-To: v8@victims.test' 'X-Original-From: v9@victims.test' 'Mail-Followup-To: v9@victims.test')
mail relay 'Mallory <mallory@stranger.test>' 'Relay' "${VICTIMS[@]}"
give relay mallory@stranger.test
RELAY=$REF
flow_equals "a stranger's lists add nobody" "" "$(postern ticket show "$RELAY" --json | jq -r '.participants[].address')"
TOKEN=$(bytes "$(to_address mallory@stranger.test | head -1)" | sed -n 's/^Reply-To:.*<\(.*\)>.*/\1/p')
mail relay-more 'Mallory <mallory@stranger.test>' "Re: Relay [$RELAY]" "${VICTIMS[@]}"
give relay-more mallory@stranger.test "$TOKEN"
flow_equals "also when he writes again" "$RELAY" "$REF"
flow_equals "he alone is in it" "" "$(postern ticket show "$RELAY" --json | jq -r '.participants[].address' | grep -v mallory)"
mail anna 'Anna <anna@customer.test>' 'Mine'
give anna
ANNA=$REF
ANNA_ID=$(to_address anna@customer.test | tail -1 | jq -r .message_id)
mail forged 'Mallory <mallory@stranger.test>' "Re: [$ANNA]" "References: <anna$NUMBER@customer.test>" "In-Reply-To: <anna$NUMBER@customer.test>" "${VICTIMS[@]}"
give forged mallory@stranger.test
flow_check "forged references: not Anna's ticket" test "$REF" != "$ANNA"
flow_lacks "and no acknowledgement for what names one of ours" "$(postern outbox list --json | jq -r --arg ref "$REF" '.[] | select(.ref == $ref).kind')" acknowledgement
mail commands 'Mallory <mallory@stranger.test>' 'Commands' "${VICTIMS[@]}"
printf '/cc v10@victims.test\n/customer v11@victims.test\n/block anna@customer.test\n\nHello\n' >>"$FLOW_FOLDER/commands"
give commands mallory@stranger.test
flow_equals "nothing went to victims" "" "$(postern outbox list --json | jq -r '.[].to' | grep victims.test)"
flow_equals "and nobody is refused" "No sender is refused." "$(postern held blocked)"

# No acknowledgement to somebody in whose name others write.
refute() { # NAME RESULTS acknowledgements
    mail "$1" "Victim <$1@bank.test>" 'In your name'
    sed -i "1i Authentication-Results: mx.desk.test; $2" "$FLOW_FOLDER/$1"
    give "$1" m@stranger.test
    flow_equals "$1: acknowledgements" "$3" "$(to_address "$1@bank.test" | wc -l)"
}
refute dmarc-fail 'dmarc=fail (p=reject) header.from=bank.test' 0
flow_contains "the ticket says so" "$WHY" 'border server says that somebody else wrote it'
refute spf-fail 'spf=fail smtp.mailfrom=bank.test; dkim=none' 0
refute spf-none 'spf=none smtp.mailfrom=bank.test; dkim=none' 1
refute dkim-pass 'spf=fail smtp.mailfrom=bank.test; dkim=pass header.d=bank.test' 1
refute others-word 'none' 1
mail other-server 'Victim <other-server@bank.test>' 'x' 'Authentication-Results: mx.evil.test; dmarc=fail header.from=bank.test'
give other-server m@stranger.test
flow_equals "another server's word counts for nothing" 1 "$(to_address other-server@bank.test | wc -l)"

# Refused senders.
flow_check "a sender is refused" postern held block Spammer@stranger.test --as ada
flow_equals "for programs" "spammer@stranger.test ada" "$(postern held blocked --json | jq -r '.[] | .address + " " + .by')"
flow_contains "for people" "$(postern held blocked)" '^spammer@stranger.test +20.* ada'
BEFORE=$(postern outbox list --json | jq '[.[] | select(.kind != "held-digest")] | length')
mail spam 'Spammer <SPAMMER@stranger.test>' 'Buy'
give spam m@stranger.test
flow_equals "his mail is held" "held refused sender" "$FATE $(postern held list --json | jq -r --arg id "$ID" '.[] | select(.id == $id).reason')"
flow_equals "and nobody is told" "$BEFORE" "$(postern outbox list --json | jq '[.[] | select(.kind != "held-digest")] | length')"
flow_contains "an agent's address cannot be refused" "$(postern held block kim@agents.test 2>&1; echo "code $?")" "agent's address.*|code 64"
flow_contains "nor what is no address" "$(postern held block nonsense 2>&1; echo "code $?")" 'no mail address'
flow_check "he is let in again" postern held unblock spammer@stranger.test
flow_contains "once" "$(postern held unblock spammer@stranger.test 2>&1; echo "code $?")" 'is not refused'
mail spam-2 'Spammer <spammer@stranger.test>' 'Buy'
give spam-2 m@stranger.test
flow_equals "and his mail comes in" ticketed "$FATE"

# Held mail by mail.
digests() {
    to_address ada@home.test | jq -c 'select(.kind == "held-digest")'
}
is_in_digest() { # the newest digest names this mail
    DIGEST=$(digests | tail -1)
    [ -n "$DIGEST" ] && bytes "$DIGEST" | grep -q "^$1  "
}
hold() { # NAME: a held mail, $ID
    mail "$1" "Held <$1@customer.test>" "Held $1"
    for _ in {1..51}; do
        sed -i '1i Received: from a by b; Sun, 22 Nov 2026 09:30:00 +0000' "$FLOW_FOLDER/$1"
    done
    give "$1" "$1@customer.test"
}
hold one
ONE=$ID
flow_equals "a mail that went round is held" held "$FATE"
flow_check "the admin gets a list of it" flow_wait 20 is_in_digest "$ONE"
hold two
TWO=$ID
hold three
THREE=$ID
flow_check "and of the next ones" flow_wait 20 is_in_digest "$THREE"
flow_contains "with sender, reason and size" "$(bytes "$DIGEST")" 'From: +three@customer.test'
ADMIN=$(bytes "$DIGEST" | sed -n 's/^Reply-To:.*<\(.*\)>.*/\1/p')
flow_contains "its answers go to a token" "$ADMIN" '^support\+[a-z2-7]{42}@desk.test$'

# answer NAME FROM LINES [HEADER…]: an answer to the list, with the list below as mail programs quote it
answer() {
    local name=$1 from=$2 lines=$3
    shift 3
    TEXT="$lines"$'\n\n'"On Sun, 22 Nov 2026 at 09:30, Postern <support@desk.test> wrote:"$'\n'"$(bytes "$DIGEST" | sed -n '/^$/,$s/^/> /p')" \
        mail "$name" "Ada <$from>" 'Re: mails are held and wait for a person' "In-Reply-To: <$(jq -r .message_id <<<"$DIGEST")>" "$@"
    sed -i "1i ${RESULTS-${AUTHENTIC}home.test}" "$FLOW_FOLDER/$name"
    give "$name" "$from" "${RECIPIENT-$ADMIN}"
}
receipt() { # the newest one
    bytes "$(to_address ada@home.test | jq -c 'select(.kind == "admin-receipt")' | tail -1)"
}
held_ids() {
    postern held list --json | jq -r '.[].id'
}
RESULTS='X-Nothing: here' answer unproven ada@home.test "/drop $TWO"
flow_equals "what the border server does not vouch for does nothing" "held doubtful admin" "$FATE $(postern held list --json | jq -r --arg id "$ID" '.[] | select(.id == $id).reason')"
RESULTS="${AUTHENTIC}stranger.test" answer stranger mallory@stranger.test "/drop $TWO"
flow_equals "nor does a stranger with the token" held "$FATE"
RESULTS="${AUTHENTIC}agents.test" answer agent kim@agents.test "/drop $TWO"
flow_equals "nor an agent who is no admin" held "$FATE"
RECIPIENT=support@desk.test RESULTS="${AUTHENTIC}stranger.test" answer stranger-id mallory@stranger.test "/drop $TWO"
flow_equals "nor a stranger with the id" held "$FATE"
answer machine ada@home.test "/drop $TWO" 'Auto-Submitted: auto-replied'
flow_lacks "a machine's answer is in no list" "$(held_ids)" "$ID"
flow_contains "after all these the mail is still held" "$(held_ids)" "$TWO"
flow_equals "and nobody got a receipt" 0 "$(kinds admin-receipt)"

answer mistyped ada@home.test "/release $ONE
/dorp $TWO"
flow_equals "a misspelt line: nothing is done" "2" "$(held_ids | grep -c -e "$ONE" -e "$TWO")"
flow_contains "and the receipt says which" "$(receipt)" 'line 2.*did you mean /drop'
flow_contains "the mail itself counts as held" "$(postern ticket why "$ID")" "admin's commands"
flow_lacks "and is in no list" "$(held_ids)" "$ID"
flow_check "the equation holds" settled "$COUNT"

flow_equals "the third is a mail of a customer" held "$(postern ticket why "$THREE" | grep -o held | head -1)"
send "$FLOW_FOLDER/three" >/dev/null
COUNT=$((COUNT + 1))
flow_wait 40 settled "$COUNT"
answer commands-of-ada ada@home.test "/release $ONE
/drop $TWO
/block three@customer.test

Thank you!"
flow_contains "a receipt says what was done" "$(receipt)" "$ONE goes on its way: from one@customer.test, Held one"
flow_contains "of each line" "$(receipt)" "$TWO is dropped"
released() {
    [ "$(postern ticket list --json | jq -r '[.[] | select(.subject == "Held one")] | length')" = 1 ]
}
flow_check "what is released becomes a ticket at once" flow_wait 20 released
flow_lacks "what is dropped is in no list" "$(held_ids)" "$TWO"
flow_contains "what the quoted list names stays" "$(held_ids)" "$THREE"
flow_equals "and the sender is refused, by name of the admin" "three@customer.test ada@home.test" "$(postern held blocked --json | jq -r '.[] | .address + " " + .by')"
flow_check "the equation holds" settled "$COUNT"
answer again ada@home.test "/drop $TWO"
flow_contains "twice is refused" "$(receipt)" 'was dropped before'
answer thanks ada@home.test 'Thank you, Postern!'
flow_contains "words without a command: he is told what there is" "$(receipt)" 'no command stands at the top'
RECEIPTS=$(kinds admin-receipt)
send "$FLOW_FOLDER/commands-of-ada" ada@home.test "$ADMIN" >/dev/null
COUNT=$((COUNT + 1))
flow_wait 40 settled "$COUNT"
flow_equals "the same bytes again are a copy and do nothing" "$RECEIPTS" "$(kinds admin-receipt)"
flow_check "SIGTERM ends with 0" gate_stop

# The budget: what is over is not written, the ticket says so, and the admins hear of it once.
rm -rf "$FLOW_FOLDER/store"
GATE_EXTRA='admins:
  addresses: [ada@home.test]
limits:
  automatic_per_hour: 6'
gate_config
COUNT=0
flow_check "the gate starts with a small budget" gate_start
for i in 1 2 3 4 5 6; do
    mail "budget-$i" "Customer <c$i@customer.test>" "Budget $i"
    give "budget-$i" "c$i@customer.test"
done
written() {
    postern outbox list --json | jq '[.[] | select(.kind == "acknowledgement" or .kind == "notice")] | length'
}
flow_equals "six mails are written by itself, and no more" 6 "$(written)"
flow_equals "the mail that came is a ticket all the same" "ticketed" "$FATE"
flow_contains "the ticket says why nobody is told" "$(postern ticket show "$REF" --json | jq -r '.events[] | .what + ": " + .detail')" 'agents not told: the automatic mail of this hour is spent'
flow_contains "and why it was not acknowledged" "$WHY" 'automatic mail of this hour is spent'
has_budget_alert() {
    [ "$(kinds budget)" = 1 ]
}
flow_check "the admins are told" flow_wait 20 has_budget_alert
flow_check "the gate stops" gate_stop
flow_check "and starts again" gate_start
mail budget-7 'Customer <c7@customer.test>' 'Budget 7'
give budget-7 c7@customer.test
flow_equals "what was written before counts" 6 "$(written)"
flow_equals "and the admins were told once" 1 "$(kinds budget)"
flow_check "SIGTERM ends with 0" gate_stop

# Without a border server an admin's address is only a claim.
rm -rf "$FLOW_FOLDER/store"
GATE_EXTRA='admins:
  addresses: [ada@home.test]
  digest_every: 1s'
gate_config
sed -i '/^trusted_authserv_id/d' "$FLOW_FOLDER/postern.yaml"
COUNT=0
flow_check "the gate starts without a border server" gate_start
hold thin
THIN=$ID
flow_check "the admin gets his list" flow_wait 20 is_in_digest "$THIN"
flow_lacks "which offers no /block" "$(bytes "$DIGEST")" '/block'
ADMIN=$(bytes "$DIGEST" | sed -n 's/^Reply-To:.*<\(.*\)>.*/\1/p')
answer thin-block ada@home.test "/drop $THIN
/block mallory@stranger.test"
flow_contains "blocking is refused, and with it all" "$(receipt)" 'postern held block'
flow_contains "so the mail is still held" "$(held_ids)" "$THIN"
RECIPIENT=support@desk.test answer thin-id ada@home.test "/drop $THIN"
flow_contains "his address and the id alone are not enough" "$(held_ids)" "$THIN"
answer thin-drop ada@home.test "/drop $THIN"
flow_lacks "dropping works" "$(held_ids)" "$THIN"
flow_check "SIGTERM ends with 0" gate_stop
flow_end
