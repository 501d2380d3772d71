#!/bin/bash
# What strangers try: tokens that are not theirs, names of others, copies that are none, words for victims, machines that
# answer each other, mail that is no mail.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/give.sh
COUNT=0
NUMBER=0
DATABASE=$FLOW_FOLDER/store/postern.db

# mail FILE FROM SUBJECT [HEADER…]: each with a text of its own that has no numbers.
mail() {
    local file=$FLOW_FOLDER/$1 from=$2 subject=$3
    NUMBER=$((NUMBER + 1))
    local id=${1//[^a-z0-9]/}$NUMBER
    shift 3
    printf '%s\n' "From: $from" 'To: support@desk.test' "Subject: $subject" "Message-ID: <$id@customer.test>" "$@" '' \
        "Text $(tr 0-9 a-j <<<"$id")." >"$file"
}

# outgoing KIND REF: what is to go out for this ticket, a JSON object a line
outgoing() {
    postern outbox list --json | jq -c --arg kind "$1" --arg ref "$2" '.[] | select(.kind == $kind and .ref == $ref)'
}

# bytes KIND REF: the first of them as it goes out, decoded so far that words can be looked for
bytes() {
    postern outbox show "$(outgoing "$1" "$2" | jq -rs '.[0].id')" --json | jq -r .bytes | tr -d '\r' | sed -e ':a' -e '/=$/{N;s/=\n//;ba' -e '}'
}

ticket() {
    postern ticket show "$1" --json
}

GATE_AGENTS='kim, lee'
gate_config
sed -i 's/^queues:/  - name: lee\n    display: Lee\n    address: lee@agents.test\nqueues:/' "$FLOW_FOLDER/postern.yaml"
flow_check "the gate starts" gate_start
AUTHENTIC='Authentication-Results: mx.desk.test; dmarc=pass header.from='

mail first 'Anna <anna@customer.test>' 'First'
give first
FIRST=$REF
TOKEN=$(bytes acknowledgement "$FIRST" | sed -n 's/^Reply-To:.*<\(.*\)>.*/\1/p')
[ -n "$TOKEN" ] || TOKEN=$(bytes acknowledgement "$FIRST" | sed -n 's/.*<\(support+[a-z2-7]*@desk.test\)>.*/\1/p' | head -1)
ACK_ID=$(postern outbox list --json | jq -r --arg ref "$FIRST" '.[] | select(.ref == $ref and .kind == "acknowledgement").message_id')
mail second 'Bob <bob@other.test>' 'Second'
give second bob@other.test
SECOND=$REF
TOKEN2=$(bytes acknowledgement "$SECOND" | tr '\n' ' ' | grep -o 'support+[a-z2-7]*@desk.test' | head -1)
flow_contains "a token of each ticket is known" "$TOKEN $TOKEN2" '^support\+[a-z2-7]{42}@desk.test support\+[a-z2-7]{42}@desk.test$'

# Tokens.
CODE=${TOKEN#support+}
CODE=${CODE%@*}
CODE2=${TOKEN2#support+}
CODE2=${CODE2%@*}
joins() { # NAME yes|no FROM RCPT
    give "$1" "$3" "$4"
    flow_equals "$1: joins" "$2" "$([ "$REF" = "$FIRST" ] && echo yes || echo no)"
}
for at in 1 5 20 41 42; do
    was=${CODE:at-1:1}
    now=b
    [ "$was" = b ] && now=c
    mail tampered-$at 'Mallory <m@stranger.test>' 'x'
    joins tampered-$at no m@stranger.test "support+${CODE:0:at-1}$now${CODE:at}@desk.test"
done
mail spliced 'Mallory <m@stranger.test>' 'x'
joins spliced no m@stranger.test "support+${CODE2:0:26}${CODE:26}@desk.test"
mail upper 'Anna <anna@customer.test>' 'x'
joins upper yes anna@customer.test "SUPPORT+${CODE^^}@DESK.TEST"
mail token-in-subject 'Mallory <m@stranger.test>' "support+$CODE@desk.test $CODE"
joins token-in-subject no m@stranger.test support@desk.test
mail token-in-from "Mallory <support+$CODE@stranger.test>" 'x'
joins token-in-from no m@stranger.test support@desk.test
mail token-in-id 'Mallory <m@stranger.test>' 'x' "In-Reply-To: <x.${CODE:0:20}${CODE2:20}@desk.test>"
joins token-in-id no m@stranger.test support@desk.test
mail two-tokens 'Mallory <m@stranger.test>' 'x' "References: $ACK_ID"
joins two-tokens no m@stranger.test "$TOKEN2"
flow_check "two tokens of different tickets open a third" test "$REF" != "$SECOND"
mail foreign-references 'Anna <anna@customer.test>' 'x' 'References: <thread@list.test> <more@list.test>'
joins foreign-references yes anna@customer.test "$TOKEN"
mail other-queue 'Anna <anna@customer.test>' 'x'
joins other-queue yes anna@customer.test "billing+$CODE@desk.test"

# Our own Message-IDs and those that look like ours.
mail like-ours 'Mallory <m@stranger.test>' 'x'
sed -i "s/^Message-ID:.*/Message-ID: <x.$(tr a-z b-za <<<"$CODE")@desk.test>/" "$FLOW_FOLDER/like-ours"
give like-ours m@stranger.test
flow_equals "an id that looks like ours is nothing special" ticketed "$FATE"

# Who speaks.
mail as-kim 'Kim <kim@agents.test>' 'From the agent'
give as-kim m@stranger.test "$TOKEN"
flow_equals "an agent's address alone is a guest" guest "$(ticket "$FIRST" | jq -r '.participants[] | select(.address == "kim@agents.test").role')"
mail as-kim-again 'Kim <kim@agents.test>' "Re: $FIRST"
give as-kim-again m@stranger.test
flow_check "and does not belong" test "$REF" != "$FIRST"
flow_contains "Kim hears of the mail with her address" "$(outgoing notice "$REF")" '"to": ?"kim@agents.test"'
mail as-kim-proven 'Kim <kim@agents.test>' 'Proven'
sed -i "1i ${AUTHENTIC}agents.test" "$FLOW_FOLDER/as-kim-proven"
give as-kim-proven kim@agents.test
flow_lacks "but not of her own" "$(outgoing notice "$REF")" 'kim@agents.test'
mail automatic 'Postmaster <postmaster@customer.test>' 'Away' 'Auto-Submitted: auto-replied'
give automatic '' "$TOKEN"
flow_equals "a machine takes no part" "" "$(ticket "$FIRST" | jq -r '.participants[] | select(.address == "postmaster@customer.test").role')"

# One Message-ID in the mails of two people: the stranger was quicker.
mail race 'Mallory <m@stranger.test>' 'x'
sed -i 's/^Message-ID:.*/Message-ID: <race@customer.test>/; s/^To:.*/To: support@desk.test, anna@customer.test/' "$FLOW_FOLDER/race"
give race m@stranger.test
RACE=$REF
mail raced 'Anna <anna@customer.test>' 'x'
sed -i 's/^Message-ID:.*/Message-ID: <race@customer.test>/' "$FLOW_FOLDER/raced"
give raced
RACED=$REF
mail race-reply 'Anna <anna@customer.test>' 'Re: x' 'In-Reply-To: <race@customer.test>'
give race-reply
flow_check "an answer to an id of two tickets does not go to the stranger's" test "$REF" != "$RACE"

# Copies.
mail copy 'Carol <carol@customer.test>' 'Copy'
give copy carol@customer.test
COPY=$REF
give copy carol@customer.test help@desk.test
flow_equals "the same bytes to another address of the queue are a copy" copy "$FATE"
give copy carol@customer.test billing@desk.test
flow_equals "and to another queue" copy "$FATE"
flow_contains "whose agents see it in the ticket" "$(postern ticket show "$COPY")" 'also came to .*billing@desk.test, queue billing'
sed -i '1i Received: from mx2.desk.test by mx.desk.test; Sun, 22 Nov 2026 09:30:01 +0000' "$FLOW_FOLDER/copy"
give copy carol@customer.test
flow_equals "other trace headers make no other mail of it" copy "$FATE"
sed -i 's/^Text copy/Other copy/' "$FLOW_FOLDER/copy"
give copy carol@customer.test
flow_equals "other words under its Message-ID are kept" ticketed "$FATE"
sed -i '/^Message-ID/d' "$FLOW_FOLDER/copy"
give copy carol@customer.test
flow_equals "without a Message-ID nobody knows whether it is the same" ticketed "$FATE"
sed -i '1i Received: from mx3.desk.test by mx.desk.test; Sun, 22 Nov 2026 09:30:02 +0000' "$FLOW_FOLDER/copy"
give copy carol@customer.test
flow_equals "unless its bytes are" ticketed "$FATE"

# Words for a victim. The mark is long, so that no random token of ours holds it.
reflect() { # NAME FROM
    mail "$1" "$2" 'Zqpest'
    give "$1" "m@stranger.test"
    flow_check "$1: acknowledged" test -n "$(outgoing acknowledgement "$REF")"
    flow_lacks "$1: not said back" "$(bytes acknowledgement "$REF")" 'Zqpest|zqpest|=D0=|=D1=|=[?]utf-8'
}
reflect name-url '"zqpest.example" <victim1@victims.test>'
reflect name-url-spaced '"Zqpest. example" <victim2@victims.test>'
reflect name-instruction 'Call Zqpest Today <victim3@victims.test>'
reflect name-homograph '=?utf-8?b?0JDQvdC90LA=?= <victim4@victims.test>'
reflect name-long "$(printf 'Zqpest%.0s' {1..100}) <victim5@victims.test>"
reflect name-mail '"zqpest@evil.test" <victim6@victims.test>'
mail name-own 'Dora Meyer <dora.meyer@customer.test>' 'x'
give name-own dora.meyer@customer.test
flow_contains "a name that the address says itself is said" "$(bytes acknowledgement "$REF")" 'Hello Dora Meyer'
mail group 'Victims: v1@victims.test, v2@victims.test;' 'x' 'Reply-To: v3@victims.test' 'Sender: v4@victims.test' 'Cc: v5@victims.test' 'Disposition-Notification-To: v6@victims.test' 'Return-Receipt-To: v7@victims.test' 'Errors-To: v8@victims.test'
give group m@stranger.test
flow_equals "a group as sender: nothing goes out to anybody of it" "" "$(postern outbox list --json | jq -r '.[].to' | grep -E '^v[0-9]@')"
mail reply-to 'Eve <eve@stranger.test>' 'x' 'Reply-To: v3@victims.test' 'Sender: v4@victims.test' 'Cc: v5@victims.test' 'Disposition-Notification-To: v6@victims.test' 'Return-Receipt-To: v7@victims.test' 'Errors-To: v8@victims.test'
give reply-to eve@stranger.test
flow_equals "Reply-To and its like get nothing" "" "$(postern outbox list --json | jq -r '.[].to' | grep -E '^v[0-9]@')"
for i in 1 2 3 4 5 6 7; do
    mail backscatter-$i 'Victim <flooded@victims.test>' "x$i"
    give backscatter-$i "m$i@stranger.test"
done
flow_equals "a victim is acknowledged five times at most" 5 "$(postern outbox list --json | jq '[.[] | select(.to == "flooded@victims.test")] | length')"

# Machines without marks that answer each notice and each acknowledgement.
mail loop 'Robot <robot@customer.test>' 'Loop'
give loop robot@customer.test
LOOP=$REF
BACK=$(bytes acknowledgement "$LOOP" | tr '\n' ' ' | grep -o 'support+[a-z2-7]*@desk.test' | head -1)
for i in {1..25}; do
    mail loop-$i "Robot <robot@customer.test>" "Re: Loop [$LOOP]"
    send "$FLOW_FOLDER/loop-$i" robot@customer.test "$BACK" >/dev/null
    COUNT=$((COUNT + 1))
done
flow_wait 40 settled "$COUNT"
flow_equals "a loop: one acknowledgement" 1 "$(outgoing acknowledgement "$LOOP" | wc -l)"
flow_equals "a loop: the notices come to an end" 20 "$(outgoing notice "$LOOP" | grep -c 'kim@agents.test')"
flow_contains "a loop: and the ticket says so" "$(postern ticket show "$LOOP")" 'agents not told'
flow_equals "a loop: every mail is kept" 26 "$(ticket "$LOOP" | jq '[.messages[] | select(.direction == "in")] | length')"

# A reload to another store would part the gate from its sender.
sed -i 's/^store: store/store: elsewhere/' "$FLOW_FOLDER/postern.yaml"
kill -HUP "$GATE_PID"
flow_check "a reload to another store is refused" flow_wait 10 grep -q 'reload refused: another store' "$FLOW_FOLDER/serve.log"
flow_check "and leaves no other store behind" test ! -e "$FLOW_FOLDER/elsewhere"
sed -i 's/^store: elsewhere/store: store/' "$FLOW_FOLDER/postern.yaml"
flow_check "SIGTERM ends with 0" gate_stop

# A reload before the gate is ready must not end it.
reload_at_once() {
    : >"$FLOW_FOLDER/serve.log"
    "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" serve >>"$FLOW_FOLDER/serve.log" 2>&1 &
    GATE_PID=$!
    flow_wait 10 has_roles
    kill -HUP "$GATE_PID"
    flow_wait 30 gate_is_ready_or_gone
    grep -q 'gate: ready' "$FLOW_FOLDER/serve.log" && ! grep -q 'was killed\|ended with' "$FLOW_FOLDER/serve.log"
}
has_roles() {
    [ -n "$(cat "/proc/$GATE_PID/task/$GATE_PID/children")" ]
}
for round in 1 2 3; do
    flow_check "a reload while it starts, $round" reload_at_once
    gate_stop
done

# In a container the supervisor is process 1.
if unshare --user --map-root-user --pid --fork --mount-proc true 2>/dev/null; then
    GATE_PREFIX='unshare --user --map-root-user --pid --fork --mount-proc --kill-child'
    flow_check "it runs as process 1" gate_start
    mail container 'Anna <anna@customer.test>' 'Container'
    flow_contains "and takes mail" "$(send "$FLOW_FOLDER/container")" '<-  250 2\.0\.0'
    kill -TERM "$(cat "/proc/$GATE_PID/task/$GATE_PID/children")"
    wait "$GATE_PID"
    flow_equals "and ends with 0" 0 $?
    GATE_PID=
    GATE_PREFIX=
else
    echo "ok it runs as process 1: skipped, there are no namespaces here"
fi
flow_end
