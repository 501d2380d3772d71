#!/bin/bash
# What people do to tickets from the command line: output, exit codes, the ticket as programs see it, and what goes
# out because of it, while a gate runs and while none does.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh
desk_config

# code NUMBER COMMAND…: the exit code; what it says is left in $FLOW_FOLDER/out and err
code() {
    local expected=$1 found
    shift
    "$@" >"$FLOW_FOLDER/out" 2>"$FLOW_FOLDER/err"
    found=$?
    [ "$found" -eq "$expected" ] || {
        echo "exit code $found instead of $expected; $(cat "$FLOW_FOLDER/out" "$FLOW_FOLDER/err")"
        return 1
    }
    [ "$found" -ne 0 ] || [ ! -s "$FLOW_FOLDER/err" ] || {
        echo "it is done, but complains: $(cat "$FLOW_FOLDER/err")"
        return 1
    }
    [ "$found" -eq 0 ] || [ -s "$FLOW_FOLDER/err" ] || {
        echo "it fails without a word"
        return 1
    }
}
said() {
    grep -qE -- "$1" "$FLOW_FOLDER/err" || {
        echo "not said: $1; but: $(cat "$FLOW_FOLDER/err")"
        return 1
    }
}
# act WORDS…: done, with a word about it
act() {
    code 0 postern ticket "$@" && [ -s "$FLOW_FOLDER/out" ]
}
# is JQ VALUE: of the ticket
is() {
    local found
    found=$(ticket "$TICKET" "$1")
    [ "$found" = "$2" ] || {
        echo "$1 is '$found' instead of '$2'"
        return 1
    }
}
# goes_to KIND…: which mails came of it since `look`, "kind to", sorted
goes_to() {
    sent | cut -d' ' -f1,2 | sort
}
has_event() { # WHO
    ticket "$TICKET" '.events[-1].who, .events[-2].who' | grep -qx "$1"
}

flow_check "a gate starts" gate_start
opened anna
look

# Mistakes: nothing is done, nothing is sent.
before=$(ticket "$TICKET" .)
flow_check "misspelt" code 64 postern ticket asign "$TICKET" kim
flow_check "what was meant" said "did you mean 'assign'"
flow_check "unknown agent" code 64 postern ticket assign "$TICKET" kmi
flow_check "which was meant" said "there is no agent 'kmi'; did you mean 'kim'"
flow_check "unknown queue" code 64 postern ticket move "$TICKET" biling
flow_check "which one was meant" said "did you mean 'billing'"
for words in "assign $TICKET" "handoff $TICKET lee" "takeover $TICKET" "note $TICKET" "field $TICKET app_id" "merge $TICKET" \
    "split $TICKET" "severity $TICKET" "category $TICKET" "cc $TICKET" "snooze $TICKET" "move $TICKET" close \
    "close $TICKET now" "take $TICKET kim"; do
    # shellcheck disable=SC2086
    flow_check "operands: $words" code 64 postern ticket $words
    flow_check "what it needs: $words" said "needs REF"
done
flow_check "no such severity" code 64 postern ticket severity "$TICKET" urgent
flow_check "which there are" said "low.medium.high.critical"
flow_check "no address" code 64 postern ticket cc "$TICKET" dora
flow_check "no time" code 64 postern ticket snooze "$TICKET" soon
flow_check "no message id" code 64 postern ticket split "$TICKET" first
flow_check "an empty note" code 64 postern ticket note "$TICKET" - </dev/null
flow_check "a note without end" code 65 postern ticket note "$TICKET" - < <(yes 'a long note' | head -c 2000000)
flow_check "nobody does it" code 64 postern ticket close "$TICKET" --as ''
for words in "close SUP-222222" "close nonsense" "merge $TICKET SUP-222222" "merge SUP-222222 $TICKET" "note SUP-222222 x"; do
    # shellcheck disable=SC2086
    flow_check "no such ticket: $words" code 66 postern ticket $words
    flow_check "where they stand: $words" said "postern ticket list"
done
flow_equals "the ticket is as before" "$before" "$(ticket "$TICKET" .)"
flow_equals "nothing was sent" "" "$(goes_to)"

# Who has it.
flow_check "assign" act assign "$TICKET" kim --as ada
flow_check "he has it" is .owner kim
flow_check "who did it is on record" has_event ada
flow_contains "show says who has it and until when" "$(postern ticket show "$TICKET")" '^owner +kim, has it until 20'
flow_check "release" act release "$TICKET" --as kim
flow_check "nobody has it" is .owner null
flow_check "take" act take "$TICKET" --as lee
flow_check "she has it" is .owner lee
flow_check "what somebody has is not taken" code 1 postern ticket take "$TICKET" --as kim
flow_check "it says who has it" said '[Ll]ee'
flow_check "and she keeps it" is .owner lee
flow_check "an admin who is no agent cannot take it" code 1 postern ticket takeover "$TICKET" 'on leave' --as ada
flow_check "who can" said "as NAME"
# Whom the customer has heard so far.
db "UPDATE tickets SET voice = 'lee' WHERE ref = '$TICKET'"
flow_contains "show says whom the customer hears" "$(postern ticket show "$TICKET")" '^voice +lee$'
flow_check "who hears a voice is not handed on silently" code 1 postern ticket assign "$TICKET" kim --as ada
look
flow_check "handoff" act handoff "$TICKET" kim 'the log is still to be read' --as lee
flow_check "the other one has it" is .owner kim
flow_equals "the customer is told, and both agents have the state" "$(printf '%s\n' 'handoff anna@customer.test' 'turn kim@agents.test' 'turn lee@agents.test')" "$(goes_to)"
flow_contains "what is open stands there" "$(cat "$(written turn kim@agents.test)")" 'the log is still to be read'
flow_lacks "and the customer reads nothing of it" "$(cat "$(written handoff anna@customer.test)")" 'the log'
flow_check "it stands in the conversation once" is '[.messages[] | select(.kind == "handoff")] | length' 1
is_out() {
    [ "$(db "SELECT count(*) FROM outbox WHERE state = 'queued'")" = 0 ]
}
flow_check "the sender of the running gate takes it within seconds" flow_wait 10 is_out
look
flow_check "takeover" act takeover "$TICKET" 'Kim is on leave' --as lee
flow_check "she has it again" is .owner lee
flow_contains "the customer hears it" "$(goes_to)" '^handoff anna@customer.test$'
flow_lacks "but not why" "$(cat "$(written handoff anna@customer.test)")" 'leave'

# What is known.
look
flow_check "severity" act severity "$TICKET" HIGH
flow_check "it is high" is .severity high
flow_check "category" act category "$TICKET" Billing
flow_check "it is about billing" is .category billing
flow_check "field" act field "$TICKET" app_id 4711
flow_equals "it is the first value" '["4711","ada"]' "$(postern ticket field "$TICKET" app_id 4711 --as ada --json | jq -c '[.fields[] | select(.name == "app_id")][0] | [.value, .by]')"
flow_check "note" act note "$TICKET" 'prefers the telephone' --as kim
flow_check "it stands in the ticket" is '[.messages[] | select(.direction == "note")][0] | "\(.from) \(.reply)"' 'Kim Lee prefers the telephone'
flow_check "a note from standard input" act note "$TICKET" - --as kim < <(printf 'two\nlines\n\033[31m')
flow_check "its lines stay, the rest is harmless" is '[.messages[] | select(.direction == "note")][1].reply | split("\n")[0:2] | join("/")' 'two/lines'
flow_lacks "a note never goes to the customer" "$(goes_to)" 'anna@customer.test'
flow_check "cc" act cc "$TICKET" Dora@customer.test --as lee
flow_check "she belongs to it" is '.participants[] | select(.address == "dora@customer.test").role' copy
flow_check "uncc" act uncc "$TICKET" dora@customer.test --as lee
flow_check "she does no more" is '.participants | map(select(.address == "dora@customer.test")) | length' 0
flow_check "uncc of nobody" code 1 postern ticket uncc "$TICKET" dora@customer.test --as lee

# Its states.
flow_check "wait" act wait "$TICKET"
flow_check "it waits" is .status waiting
flow_check "close" act close "$TICKET"
flow_check "it is closed" is .status closed
flow_check "reopen" act reopen "$TICKET"
flow_check "it is open" is .status open
flow_check "snooze" act snooze "$TICKET" 2d --as lee
flow_contains "show says until when" "$(postern ticket show "$TICKET")" '^snoozed +20'
look
db "UPDATE tickets SET snooze_us = 1 WHERE ref = '$TICKET'"
is_awake() {
    [ "$(ticket "$TICKET" '.snoozed_until')" = null ]
}
flow_check "it wakes up within seconds" flow_wait 10 is_awake
flow_check "it is open again" is .status open
flow_equals "who has it is told" 'aside lee@agents.test' "$(goes_to)"
look
flow_check "spam" act spam "$TICKET"
flow_check "it is spam" is .status spam
flow_check "reopen what was none" act reopen "$TICKET"
flow_equals "nobody was written to" "" "$(goes_to | grep customer)"

# -q, --json
flow_check "quiet" code 0 postern ticket wait "$TICKET" -q
flow_equals "says nothing" "" "$(cat "$FLOW_FOLDER/out")"
flow_equals "--json is the ticket" "[\"$TICKET\",\"open\",true]" "$(postern ticket reopen "$TICKET" --json | jq -c '[.ref, .status, has("events")]')"
flow_equals "in any case of letters" "\"$TICKET\"" "$(postern ticket wait "${TICKET,,}" --json | jq -c .ref)"

# To another queue.
flow_check "move" act move "$TICKET" billing --as kim
flow_check "it is there" is .queue billing
flow_check "with the reference that it had" is .ref "$TICKET"
flow_contains "who did it" "$(ticket "$TICKET" '.events[] | "\(.what) \(.who) \(.detail)"')" '^moved kim from support to billing$'
flow_check "move to where it is" code 1 postern ticket move "$TICKET" billing
flow_check "it says so" said "already"
flow_check "release for everybody" act release "$TICKET" --as lee
look
flow_check "and back" act move "$TICKET" support --as ada
flow_contains "the queue's agents are told" "$(goes_to)" '^aside kim@agents.test$'
flow_contains "with what the customer wrote" "$(cat "$(written aside kim@agents.test)")" 'This is the question anna'

# Merge and split.
ANNA=$TICKET
opened anna2
look
flow_check "merge into itself" code 1 postern ticket merge "$TICKET" "$TICKET"
flow_check "merge" act merge "$TICKET" "$ANNA" --as kim
flow_check "it is closed" is .status closed
flow_check "it says where its messages are" is '.related[] | "\(.how) \(.ref)"' "merged into $ANNA"
flow_equals "and the other from where they came" "merged from $TICKET" "$(ticket "$ANNA" '.related[] | "\(.how) \(.ref)"')"
flow_equals "both questions are there" 2 "$(ticket "$ANNA" '[.messages[] | select(.direction == "in")] | length')"
flow_check "merge again" code 1 postern ticket merge "$TICKET" "$ANNA"
flow_check "it says that it was" said "already"
flow_check "what is done to it is done where its messages are" act severity "$TICKET" low
flow_contains "and that is said" "$(cat "$FLOW_FOLDER/out")" "$TICKET was merged into $ANNA"
flow_equals "it is low there" low "$(ticket "$ANNA" .severity)"
flow_equals "no customer heard of it" "" "$(goes_to | grep customer)"
# Both customers answer what they got before.
MERGED=$TICKET
compose reply-merged 'Customer Anna2 <anna2@customer.test>' "Re: Question [$MERGED]" "$PROVEN_CUSTOMER" "In-Reply-To: ${NOTICE[customer]}" <<<'More of it.'
give reply-merged anna2@customer.test "${TOKEN[customer]}"
flow_equals "an answer to the merged ticket comes where its messages are" "$ANNA" "$REF"
third=$MAIL
flow_check "the equation holds" settled 3
second=$(ticket "$ANNA" '[.messages[] | select(.direction == "in")][1].id')
TICKET=$ANNA
flow_check "split of what is not in it" code 1 postern ticket split "$TICKET" 1k0vn8k6gaz9g
flow_check "split" act split "$TICKET" "$second" "$third" --as kim
off=$(ticket "$TICKET" '.related[] | select(.how == "split off").ref')
flow_contains "it says what became of it" "$(cat "$FLOW_FOLDER/out")" "$off"
flow_equals "the message is there" "$second" "$(ticket "$off" '[.messages[] | select(.direction == "in")][0].id')"
flow_equals "its writer has it" anna2@customer.test "$(ticket "$off" .requester.address)"
flow_lacks "and belongs to the other one no more" "$(ticket "$TICKET" '.participants[].address')" anna2
compose reply-split 'Customer Anna2 <anna2@customer.test>' "Re: Question [$MERGED]" "$PROVEN_CUSTOMER" "In-Reply-To: ${NOTICE[customer]}" <<<'Still more.'
give reply-split anna2@customer.test "${TOKEN[customer]}"
flow_equals "an answer to what was split off comes there" "$off" "$REF"
flow_check "nothing is left to split" code 1 postern ticket split "$TICKET" "$(ticket "$TICKET" '[.messages[] | select(.direction == "in")][0].id')"
flow_check "the equation holds still" settled 4
flow_check "SIGTERM ends with 0" gate_stop

# Without a gate it is done as well, and what is to be sent waits.
look
flow_check "handoff while nothing runs" act handoff "$off" lee 'call her' --as kim
flow_equals "it waits" "queued" "$(db "SELECT DISTINCT state FROM outbox WHERE id > $MARK AND kind = 'turn'")"
flow_end
