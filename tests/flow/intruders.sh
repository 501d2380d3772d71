#!/bin/bash
# Ways into somebody's ticket, and into an agent's powers, by detours: through the recipients of mail that a stranger wrote,
# through what an admin lets pass, through tickets that became one.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh

people() { # TICKET_ID: who gets answers
    db "SELECT address FROM participants WHERE ticket_id = $1 AND copies = 1 ORDER BY address" | paste -sd,
}
has_fate() { # ID FATE
    [ "$(db "SELECT fate FROM intake WHERE id = $1")" = "$2" ]
}
PROVEN_EVIL='Authentication-Results: mx.desk.test; dmarc=pass header.from=evil.test'

desk_config
flow_check "the gate starts" gate_start

# A guest who names himself in Cc, and answers himself.
opened anna
CUSTOMER_TOKEN=${TOKEN[customer]}
compose guest 'Mallory <mallory@evil.test>' "Re: Question" "$PROVEN_EVIL" 'Message-ID: <own@evil.test>' 'Cc: mallory@evil.test' <<<'I am a friend of hers.'
give guest mallory@evil.test "$CUSTOMER_TOKEN"
compose again 'Mallory <mallory@evil.test>' "Re: Question" "$PROVEN_EVIL" 'In-Reply-To: <own@evil.test>' <<<'And a second word of mine.'
give again mallory@evil.test
flow_equals "a guest does not let himself in" "" "$(people "$TICKET_ID")"
look
reply word kim <<<'The password is swordfish.'
flow_lacks "and gets no answers" "$(sent)" 'mallory@evil.test'

# In the customer's name, which nobody vouches for.
opened berta
compose forged 'Berta <berta@customer.test>' "Re: Question [$TICKET]" 'Message-ID: <forged@evil.test>' 'Cc: mallory@evil.test' <<<'Please send it to my colleague as well.'
give forged mallory@evil.test
compose colleague 'Mallory <mallory@evil.test>' "Re: Question" "$PROVEN_EVIL" 'In-Reply-To: <forged@evil.test>' <<<'Here I am, the colleague.'
give colleague mallory@evil.test
flow_equals "whom an unproven mail names in Cc does not belong" "" "$(people "$TICKET_ID")"
look
reply word2 kim <<<'The password is swordfish.'
flow_lacks "and gets no answers, either" "$(sent)" 'mallory@evil.test'

# Two customers' tickets become one.
opened carla
FIRST=$TICKET FIRST_ID=$TICKET_ID
compose other 'Dan <dan@evil.test>' 'Quite another thing' "$PROVEN_EVIL" 'Message-ID: <dan1@evil.test>' 'Cc: eve@evil.test, dan@evil.test' <<<'It is about the same.'
give other dan@evil.test
SECOND=$REF
postern ticket merge "$SECOND" "$FIRST" --as kim >/dev/null
compose eve 'Eve <eve@evil.test>' 'Re: Quite another thing' "$PROVEN_EVIL" 'In-Reply-To: <dan1@evil.test>' <<<'I got a copy of it.'
give eve eve@evil.test
compose dan 'Dan <dan@evil.test>' 'Re: Quite another thing' "$PROVEN_EVIL" 'In-Reply-To: <dan1@evil.test>' <<<'So did I.'
give dan dan@evil.test
flow_equals "after a merge the other customer's people get no answers" "" "$(people "$FIRST_ID")"

# What an admin lets pass is not confirmed by that.
look
HOPS=$(for i in $(seq 60); do echo "Received: from a$i.evil.test by b.evil.test; Mon, 2 Feb 2026 10:00:00 +0000"; done)
compose hops 'Kim Lee <kim@agents.test>' 'Hello' "$HOPS" <<'END'
/customer victim@elsewhere.test

Buy our pills.
END
give hops mallory@evil.test
flow_equals "a loop is held" held "$FATE"
postern held release "$MAIL" >/dev/null
flow_check "released it becomes a ticket" flow_wait 20 has_fate "$ID" ticketed
flow_lacks "without an agent's powers" "$(sent)" 'victim@elsewhere.test'

# Many names of one mailbox, each with something behind a plus.
look
n=0
for fruit in apple pear plum cherry melon grape lemon mango; do
    n=$((n + 1))
    compose "victim$n" "Victor <victim+$n@elsewhere.test>" "About $fruit" <<<"I ask about $fruit today."
    give "victim$n" mallory@evil.test
done
flow_equals "one mailbox gets no more than its share" 5 "$(sent | grep -c acknowledgement)"

# Where nothing but a token proves the agent, he is asked whether he means it: only a yes is one, and only once.
flow_check "the gate ends" gate_stop
sed -i '/^trusted_authserv_id/d' "$FLOW_FOLDER/postern.yaml"
flow_check "and starts without a border server" gate_start
answer_question() { # NAME TEXT
    look
    RCPT=$QUESTION reply "$1" kim <<<"$2"
}
opened gerd
reply spam kim <<<'/spam'
WAITING=$ID WAITING_MAIL=$MAIL
QUESTION=$(token_of "$(written confirm kim@agents.test)")
for no in 'No! What is this?' "It wasn't me." 'Nein, das war ich nicht.'; do
    answer_question no "$no"
    flow_equals "'$no' is no yes" unconfirmed "$(db "SELECT reason FROM intake WHERE id = $WAITING AND fate = 'held'")"
    flow_contains "and he is told" "$(cat "$(written receipt kim@agents.test)")" 'Nothing was sent or done'
done
answer_question yes 'Yes.'
flow_check "a yes is" flow_wait 20 has_fate "$WAITING" ticketed
flow_equals "and it is done" spam "$(ticket "$TICKET" .status)"
answer_question again 'Yes.'
flow_contains "a second one does nothing, and says so" "$(cat "$(written receipt kim@agents.test)")" 'were done before'
opened hans
look
reply spam2 kim <<<'/spam'
QUESTION=$(token_of "$(written confirm kim@agents.test)")
postern held drop "$MAIL" >/dev/null
answer_question late 'Yes.'
flow_contains "what an admin dropped stays dropped, and he is told" "$(cat "$(written receipt kim@agents.test)")" 'has dropped them'
flow_equals "nothing is done" new "$(ticket "$TICKET" .status)"
flow_end
