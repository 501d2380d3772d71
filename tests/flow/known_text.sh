#!/bin/bash
# A customer's program quotes without any mark: what we sent and what an agent answered is no part of his words, nor are the
# fields that only stand there his.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
COUNT=0

give() { # FILE FROM RCPT
    send "$FLOW_FOLDER/$1" "$2" "$3" >"$FLOW_FOLDER/dialogue"
    COUNT=$((COUNT + 1))
    flow_wait 20 settled "$COUNT"
    local line
    line=$(grep -E '^info gate [0-9a-z]{13}: (ticketed|held|copy)' "$FLOW_FOLDER/serve.log" | tail -1)
    ID=$(cut -d' ' -f3 <<<"${line%%: *}")
    REF=$(cut -d' ' -f5 <<<"$line")
}
db() {
    sqlite3 -readonly "$FLOW_FOLDER/store/postern.db" "$1"
}
text_of() { # a mail on stdin: its text as a reader would show it
    "$BUILD/postern" parse --json - | jq -r .text
}
reply_of() {
    postern ticket show "$1" --json | jq -r '.messages[-1].reply'
}

gate_config
flow_check "the gate starts" gate_start

cat >"$FLOW_FOLDER/first" <<'END'
Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: The import fails
Message-ID: <first@customer.test>

Hello,

our import stops with an error since yesterday. Our app id: 4711

Anna
END
give first anna@customer.test support@desk.test
FIRST=$REF
postern outbox show "$(postern outbox list --json | jq -r '[.[] | select(.kind == "acknowledgement")][0].id')" --json |
    jq -r .bytes >"$FLOW_FOLDER/ack"
text_of <"$FLOW_FOLDER/ack" >"$FLOW_FOLDER/ack.text"
flow_contains "there is an acknowledgement to quote" "$(cat "$FLOW_FOLDER/ack.text")" "$FIRST"
ACK_ID=$(sed -n 's/^Message-ID: *\(<.*>\).*/\1/p' "$FLOW_FOLDER/ack" | tr -d '\r')

# Wrapped anew, without a mark or an attribution that anybody knows.
{
    cat <<END
Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Re: The import fails
Message-ID: <second@customer.test>
In-Reply-To: $ACK_ID

One more thing: it only happens on Mondays.

END
    fmt -w 50 "$FLOW_FOLDER/ack.text"
} >"$FLOW_FOLDER/second"
give second anna@customer.test support@desk.test
flow_equals "the answer joins" "$FIRST" "$REF"
flow_equals "his words alone" "One more thing: it only happens on Mondays." "$(reply_of "$FIRST")"
flow_contains "why says what was known" "$(postern ticket why "$ID")" 'known from what we sent because of mail [0-9a-z]{13}'

# His own first mail, whole, below a few words.
{
    cat <<END
Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Re: The import fails
Message-ID: <third@customer.test>
In-Reply-To: $ACK_ID

Has nobody seen this?

END
    sed '1,/^$/d' "$FLOW_FOLDER/first"
} >"$FLOW_FOLDER/third"
give third anna@customer.test support@desk.test
flow_equals "nor his own mail" "Has nobody seen this?" "$(reply_of "$FIRST")"
flow_equals "a field of the quoted mail is none of this one" 0 \
    "$(db "SELECT count(*) FROM fields WHERE name = 'app_id' AND message_id = (SELECT max(id) FROM messages)")"

# What an agent answered, on one line and with other quotes.
AGENT_TOKEN=$(db "SELECT bytes FROM outbox WHERE kind = 'notice' ORDER BY id LIMIT 1" | tr -d '\r' |
    grep -o 'support+[a-z2-7]*@desk\.test' | head -1)
cat >"$FLOW_FOLDER/agent" <<END
Authentication-Results: mx.desk.test; dmarc=pass header.from=agents.test
From: Kim <kim@agents.test>
To: $AGENT_TOKEN
Subject: Re: The import fails
Message-ID: <agent@agents.test>

Please open "Settings" and remove the old connector first.
After that start the service again and tell us what happens.
END
give agent kim@agents.test "$AGENT_TOKEN"
flow_equals "an agent answers" 1 "$(db "SELECT count(*) FROM outbox WHERE kind = 'answer'")"
cat >"$FLOW_FOLDER/fifth" <<END
Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Re: The import fails
Message-ID: <fifth@customer.test>
In-Reply-To: $ACK_ID

That was it, but only after a restart of the machine. Is that normal?

Please open “Settings” and remove the old connector first. After that start the service again and tell us what happens.
END
give fifth anna@customer.test support@desk.test
flow_equals "nor the agent's answer" "That was it, but only after a restart of the machine. Is that normal?" "$(reply_of "$FIRST")"

# Who only says it again says it.
{
    cat <<END
Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: Re: The import fails
Message-ID: <fourth@customer.test>
In-Reply-To: $ACK_ID

our import stops with an error since yesterday. Our app id: 4711
END
} >"$FLOW_FOLDER/fourth"
give fourth anna@customer.test support@desk.test
flow_contains "what he repeats stays" "$(reply_of "$FIRST")" 'our import stops'

flow_end
