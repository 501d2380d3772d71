#!/bin/bash
# The work of a day, by mail alone, with real servers: Postfix hands mail in by LMTP and takes what goes out by SMTP, and all
# read it in their own mailboxes. Customers write; kim and lee answer from whatever mail program they have, use every
# command, hand a ticket over, open one for a customer, pass a mail on.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip agents: only root can start Postfix"
    exit 0
fi
. tests/support/desk.sh
. tests/support/postfix.sh
PORT=$(flow_port)
PEOPLE='anna bert dora emil fay gus hal ida'
BOXES=
for NAME in $PEOPLE clients; do
    BOXES+=", $NAME@customer.test=$NAME/"
done
postfix_start "recipient_delimiter = +" "virtual_mailbox_domains = agents.test, customer.test" \
    "virtual_mailbox_maps = inline:{ kim@agents.test=kim/, lee@agents.test=lee/, max@agents.test=max/, ada@agents.test=ada/$BOXES }" \
    "transport_maps = inline:{ {desk.test = lmtp:inet:[127.0.0.1]:$PORT} }" || {
    echo "FAIL agents: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
printf '%s\n' "$POSTFIX_PASSWORD" >"$FLOW_FOLDER/password"
chmod 600 "$FLOW_FOLDER/password"
GATE_LISTEN="\"127.0.0.1:$PORT\""
GATE_OUTGOING="  server: localhost
  port: $POSTFIX_PORT
  security: starttls
  user: gate
  password_file: password
  ca_file: $POSTFIX_CA"
GATE_EXTRA='customers:
  - {match: customer.test, plan: "Gold, answer within 1 hour"}'

hand_in() { # FILE SENDER RCPT
    sed 's/\r*$/\r/' "$FLOW_FOLDER/$1" >"$FLOW_FOLDER/$1.crlf"
    SMTP_SEND_PASSWORD=$POSTFIX_PASSWORD "$BUILD/tests/support/smtp_send" --hello client.test -f "$2" -h localhost -p "$POSTFIX_PORT" \
        -s starttls --ca "$POSTFIX_CA" -u gate "$FLOW_FOLDER/$1.crlf" "$3" | grep '^sent'
}

# What lies in somebody's mailbox. `mailbox WHO [PATTERN]` waits for a mail that nobody has looked at yet and whose decoded text
# has PATTERN: $FILE are its bytes, $WORDS the file of its words.
declare -A SEEN
find_unseen() {
    local file words
    for file in "$POSTFIX_MAIL/$1"/new/*; do
        [ -f "$file" ] && [ -z "${SEEN[$file]:-}" ] || continue
        words=$FLOW_FOLDER/words.${file##*/}
        [ -s "$words" ] || "$BUILD/tests/support/mail_words" "$file" >"$words"
        grep -qaE -- "${2:-.}" "$words" || continue
        FILE=$file WORDS=$words
        return 0
    done
    return 1
}
mailbox() {
    FILE='' WORDS=/dev/null
    flow_wait 15 find_unseen "$@" || return 1
    SEEN[$FILE]=1
}
# The text that its reader sees.
text() {
    sed -n '/^== text\/plain/,/^== text\/html/p' "$WORDS" | sed -e 1d -e '/^== /d' -e 's/\r$//'
}
head_of() { # NAME
    field "$1" "$WORDS"
}
to_customers() {
    sent | grep -v '@agents.test ' | cut -d' ' -f1,2
}
to_agents() { # KIND: who got such a mail
    sent | awk -v kind="$1" '$1 == kind && $2 ~ /@agents.test$/ { print $2 }' | sort | tr '\n' ' '
}
plain() { printf '%s\n' "$@"; }
customer() { # FILE WHO SUBJECT [HEADER…] <TEXT: to the token of $TICKET
    local file=$1 who=$2 subject=$3
    shift 3
    TO=${RCPT:-${TOKEN[customer]}} compose "$file" "Customer ${who^} <$who@customer.test>" "$subject" "$PROVEN_CUSTOMER" "$@"
    give "$file" "$who@customer.test" "${RCPT:-${TOKEN[customer]}}"
}
# What no customer may ever read.
INSIDE='postern |not proven|proven by their|Why it is in|New request|New message|/takeover|/handoff|/note|@agents\.test'

desk_config
flow_check "the gate starts" gate_start
# An address to reply to, as a notice of that ticket had it.
sign() { # TICKET-ID ROLE ADDRESS
    local key secret
    IFS='|' read -r key secret < <(db "SELECT id, hex(secret) FROM token_keys ORDER BY id DESC LIMIT 1")
    "$BUILD/tests/support/token_tool" sign "$key" "$secret" "$1" "$2" $(($(date +%s) / 86400)) "$3"
}

# A customer writes.
compose first 'Anna Smith <anna@customer.test>' 'The import fails' "$PROVEN_CUSTOMER" 'Message-ID: <first@customer.test>' 'MIME-Version: 1.0' \
    'Content-Type: multipart/mixed; boundary=b' <<'END'
--b
Content-Type: text/plain; charset=utf-8

Hello,

our import stops with an error since yesterday. Our app id: 4711

Anna
--b
Content-Type: image/png; name="screen.png"
Content-Disposition: attachment; filename="screen.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
--b--
END
look
give first || flow_end
TICKET=$REF
TICKET_ID=$(db "SELECT id FROM tickets WHERE ref = '$REF'")
flow_check "the customer has an acknowledgement" mailbox anna "$TICKET"
TOKEN[customer]=$(token_of "$WORDS")
flow_check "lee has a notice" mailbox lee "$TICKET"
TOKEN[lee]=$(token_of "$WORDS")
NOTICE[lee]=$(head_of Message-ID)
flow_check "kim has a notice" mailbox kim "$TICKET"
TOKEN[kim]=$(token_of "$WORDS")
NOTICE[kim]=$(head_of Message-ID)
flow_contains "the page says who writes" "$(text)" 'Anna Smith.*anna@customer\.test'
flow_contains "and that it is proven" "$(text)" 'proven by'
flow_contains "and the plan" "$(text)" 'Gold, answer within 1 hour'
flow_contains "and the field" "$(text)" '4711'
flow_contains "and the words" "$(text)" 'our import stops with an error'
flow_contains "the picture comes along" "$(grep -a '^== ' "$WORDS")" 'image/png screen\.png'
flow_equals "Reply goes to kim's own address alone" 1 "$(head_of Reply-To | grep -o '@' | wc -l)"
flow_check "each agent has an address of his own" test "${TOKEN[kim]}" != "${TOKEN[lee]}"

# kim answers, with formatting and a file.
look
reply answer kim 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=m' 'Message-ID: <answer@agents.test>' <<'END'
--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8

Hello Anna,

please press *Import* again. It should work now. Grüße
--a
Content-Type: text/html; charset=utf-8

<html><head><style>p { color: red }</style></head><body><p>Hello Anna,</p><p>please press <b>Import</b> again. It should work now. Grüße</p></body></html>
--a--
--m
Content-Type: application/pdf; name="how-to.pdf"
Content-Disposition: attachment; filename="how-to.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--m--
END
flow_equals "kim's answer goes to the customer alone" "answer anna@customer.test" "$(to_customers)"
flow_check "it is in the customer's mailbox" mailbox anna 'press'
flow_equals "the customer gets exactly kim's words" $'Hello Anna,\n\nplease press *Import* again. It should work now. Grüße' "$(text | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}')"
flow_equals "from kim, in the name of the team" "Kim Lee (Acme Support) <support@desk.test>" "$(head_of From | tr -d '"')"
flow_contains "with the formatting" "$(cat "$WORDS")" 'press <b>Import</b> again'
flow_contains "with the file" "$(grep -a '^== ' "$WORDS")" 'application/pdf how-to\.pdf'
flow_equals "to the customer" "anna@customer.test" "$(head_of To | grep -o '[a-z.]*@[a-z.]*')"
flow_contains "Reply-To is the customer's own address" "$(head_of Reply-To)" 'support\+[a-z2-7]{42}@desk\.test'
flow_lacks "and none of kim's" "$(cat "$WORDS")" "${TOKEN[kim]}"
flow_equals "it answers the customer's mail" '<first@customer.test>' "$(head_of In-Reply-To)"
flow_contains "and hangs in that conversation" "$(head_of References)" '<first@customer\.test>'
flow_contains "the subject is the customer's" "$(head_of Subject)" 'Re: .*The import fails'
flow_lacks "a person wrote it" "$(sed '/^\r*$/q' "$FILE")" '^(Auto-Submitted|X-Auto-Response-Suppress|Precedence):'
flow_lacks "nothing internal in it" "$(cat "$WORDS")" "$INSIDE"
flow_equals "the ticket is kim's" kim "$(ticket "$TICKET" .owner)"
flow_contains "the message is an outgoing one" "$(ticket "$TICKET" '.messages[] | .direction + " " + .reply' | tr '\n' ' ')" 'out Hello Anna'
flow_equals "nobody is written to about it but lee at most" "" "$(sent | cut -d' ' -f2 | grep -vE 'anna@customer|lee@agents|kim@agents')"
ANSWER_ID=$(head_of Message-ID)
ANNAS=$(token_of "$WORDS")

# The customer answers: the owner is told, nobody else.
look
RCPT=$ANNAS customer second anna 'Re: The import fails' "In-Reply-To: $ANSWER_ID" "References: <first@customer.test> $ANSWER_ID" <<<'It works for some files only.'
flow_equals "a reply of the customer is told to the owner alone" "kim@agents.test " "$(to_agents notice)"
flow_equals "and not acknowledged again" "" "$(to_customers)"
flow_check "kim has it" mailbox kim 'It works for some files only'
flow_contains "with what came before" "$(text)" 'please press'
flow_equals "in the conversation of the first notice" "$(field References "$(written notice kim@agents.test)")" "$(head_of References)"
TOKEN[kim]=$(token_of "$WORDS")
NOTICE[kim]=$(head_of Message-ID)

# Every command, alone: it does what it says, a receipt says so, the customer hears nothing of it.
command() { # LABEL JQ EXPECTED RECEIPT LINE…
    local label=$1 jq=$2 expected=$3 receipt=$4
    shift 4
    look
    plain "$@" | reply "command$COMPOSED" "${WHO:-kim}"
    flow_equals "$label" "$expected" "$(ticket "$TICKET" "$jq" | tr '\n' ' ' | sed 's/ $//')"
    flow_contains "$label: the receipt" "$(cat "$(written receipt "${WHO:-kim}@agents.test")" /dev/null)" "$receipt"
    flow_equals "$label: nothing to the customer" "${TOLD-}" "$(to_customers)"
}
command "/severity" .severity high 'high' '/severity high'
command "/category" .category import 'import' '/category import'
command "/field" '[.fields[] | select(.name == "library")][0] | .value' 'Acme SDK' 'Acme SDK' '/field library Acme SDK'
command "/field goes before what the rules found" '[.fields[] | select(.name == "app_id")][0] | .value' 4712 '4712' '/field app_id 4712'
command "/wait" .status waiting 'wait' '/wait'
command "/reopen" .status open 'open' '/reopen'
command "/close" .status closed 'closed' '/CLOSE'
command "/reopen after /close" .status open 'open' '/reopen'
command "/note" '[.messages[] | select(.direction == "note")][-1].reply' 'The files are too large.' '[Nn]ote' '/note The files are too large.'
command "/release" .owner null 'kim|nobody|[Rr]elease' '/release'
command "/take" .owner kim 'you|kim|Kim' '/take'
command "/cc" '[.participants[] | select(.copies or .role == "copy") | .address] | join(",")' bert@customer.test 'bert@customer.test' '/cc bert@customer.test'
command "/uncc" '[.participants[] | select(.copies or .role == "copy") | .address] | join(",")' '' 'bert@customer.test' '/uncc bert@customer.test'
command "/snooze" '[.events[] | select(.what == "snoozed")] | length' 1 'sleeps until' '/snooze 2d'
command "/reopen wakes it" .status open 'open' '/reopen'
command "several at once" '.severity + " " + .category' 'low other' 'low' '/severity low' '/category other'
command "/help" .status open '/handoff' '/help'
flow_contains "/help names them all" "$(cat "$(written receipt kim@agents.test)")" '/takeover'
command "/find" .status open "$TICKET" '/find import'
command "/assign to somebody whom the customer does not know" .owner kim '/handoff lee' '/assign lee'
look
compose fresh 'Fay Old <fay@customer.test>' 'A second matter' "$PROVEN_CUSTOMER" <<<'May I ask something else?'
give fresh fay@customer.test
FAYS=$REF
plain "/assign $FAYS lee" | reply assign kim
flow_equals "/assign of a ticket that nobody has" lee "$(ticket "$FAYS" .owner)"
flow_contains "/assign: lee is told" "$(sent | cut -d' ' -f1,2)" 'turn lee@agents.test'
flow_equals "/assign: the customer is not" 'acknowledgement fay@customer.test' "$(to_customers)"

# What is not understood is not done.
look
STATE=$(ticket "$TICKET" '[.status, .severity, .category, .owner, (.messages | map(select(.direction == "out")) | length)] | tostring')
plain '/severity critical' '/clsoe' '' 'Please wait a little.' | reply misspelt kim
flow_equals "a misspelt command: nothing is sent" "" "$(to_customers)"
flow_equals "a misspelt command: nothing is done" "$STATE" "$(ticket "$TICKET" '[.status, .severity, .category, .owner, (.messages | map(select(.direction == "out")) | length)] | tostring')"
flow_check "a misspelt command: a receipt is in kim's mailbox" mailbox kim 'clsoe'
flow_contains "it names the line" "$(text)" '(line|Line) 2'
flow_contains "and what was meant" "$(text)" 'did you mean /close'
flow_contains "and gives the text back" "$(text)" 'Please wait a little\.'
look
plain '/wait' '' 'Please wait a little.' | reply both kim
flow_equals "a command above an answer: the answer goes out" "answer anna@customer.test" "$(to_customers)"
flow_equals "and the command is done" waiting "$(ticket "$TICKET" .status)"
flow_check "the customer has it" mailbox anna 'Please wait a little'
flow_equals "without the command" 'Please wait a little.' "$(text | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}')"

# One person at a time.
look
plain 'I think it is the firewall.' | reply second-voice lee
flow_equals "a second agent's answer is not sent" "" "$(to_customers)"
flow_equals "the owner stays" kim "$(ticket "$TICKET" .owner)"
flow_check "lee is told who has it" mailbox lee 'Kim'
flow_contains "and how to take over" "$(text)" '/takeover'
flow_check "kim reads what lee wanted to say" mailbox kim 'firewall'

# A handoff.
look
plain '/handoff lee' | reply handoff-bare kim
flow_equals "a handoff without a word is refused" kim "$(ticket "$TICKET" .owner)"
flow_equals "and the customer is told nothing" "" "$(to_customers)"
flow_contains "with a receipt that says what is missing" "$(cat "$(written receipt kim@agents.test)" /dev/null)" '/handoff'
look
plain '/handoff lee The files over 2 GB still fail, zqopen.' | reply handoff kim
flow_equals "a handoff: the ticket is lee's" lee "$(ticket "$TICKET" .owner)"
flow_equals "a handoff: the customer is told" "handoff anna@customer.test" "$(to_customers)"
flow_check "by mail" mailbox anna 'Lee Ahn'
flow_contains "from lee, by name" "$(head_of From | tr -d '"')" '^Lee Ahn \(Acme Support\) <support@desk\.test>'
flow_contains "who thanks the one before" "$(text)" 'Kim'
flow_contains "and answers from now on" "$(text)" 'from now on'
flow_contains "speaking to the customer" "$(text)" '[Yy]ou'
flow_lacks "nothing of what is open is told to the customer" "$(cat "$WORDS")" "zqopen|2 GB|$INSIDE"
flow_check "lee has the state" mailbox lee 'zqopen'
flow_contains "with the words that were not sent" "$(text)" 'firewall'
TOKEN[lee]=$(token_of "$WORDS")
NOTICE[lee]=$(head_of Message-ID)
flow_check "kim has it too" mailbox kim "$TICKET.*"
look
RCPT=$ANNAS customer third anna 'Re: The import fails' <<<'The large ones still fail.'
flow_equals "from now on lee is told" "lee@agents.test " "$(to_agents notice)"
flow_check "lee has it" mailbox lee 'The large ones still fail'
TOKEN[lee]=$(token_of "$WORDS")
NOTICE[lee]=$(head_of Message-ID)

# A takeover.
look
plain '/takeover lee is ill today, zqreason' | reply takeover kim
flow_equals "a takeover: the ticket is kim's" kim "$(ticket "$TICKET" .owner)"
flow_equals "a takeover: the customer is told" "handoff anna@customer.test" "$(to_customers)"
flow_check "by mail" mailbox anna 'Kim Lee'
flow_contains "from kim" "$(head_of From | tr -d '"')" '^Kim Lee \(Acme Support\)'
flow_lacks "without the reason" "$(cat "$WORDS")" "zqreason|ill today|$INSIDE"
flow_check "lee is told" mailbox lee 'zqreason|Kim'

# It is solved.
look
plain '/wait' '' 'Please try the new version.' | reply last kim
look
RCPT=$ANNAS customer solved anna 'Re: The import fails' <<<'Thank you, it works now!'
flow_equals "a customer who says no more than that it is solved closes the ticket" closed "$(ticket "$TICKET" .status)"
flow_equals "and gets a polite word" "solved anna@customer.test" "$(to_customers)"
flow_check "in the mailbox" mailbox anna '[Gg]lad|closed|reply'
look
RCPT=$ANNAS customer again anna 'Re: The import fails' <<<'It came back this morning, sorry.'
flow_equals "the next word opens it again" open "$(ticket "$TICKET" .status)"
flow_equals "in the same ticket" "$TICKET" "$REF"

# An agent opens a ticket for a customer.
look
TOKEN[queue]=support@desk.test
plain '/customer dora@customer.test Dora Meyer' '' 'Hello Dora,' '' 'as promised on the phone: the invoice is on its way.' |
    SUBJECT='Your invoice' TO=support@desk.test compose open 'Kim Lee <kim@agents.test>' 'Your invoice' "$PROVEN"
give open kim@agents.test support@desk.test
DORAS=$REF
flow_equals "an agent opens a ticket for a customer" "answer dora@customer.test" "$(to_customers)"
flow_equals "it is that customer's" dora@customer.test "$(ticket "$DORAS" .requester.address)"
flow_equals "and the agent's" kim "$(ticket "$DORAS" .owner)"
flow_check "the customer has the mail" mailbox dora 'invoice'
flow_equals "with the agent's words" $'Hello Dora,\n\nas promised on the phone: the invoice is on its way.' "$(text | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}')"
flow_contains "from kim" "$(head_of From | tr -d '"')" '^Kim Lee \(Acme Support\)'
flow_equals "about it, and not as an answer" "Your invoice [$DORAS]" "$(head_of Subject)"
RCPT=$(token_of "$WORDS") customer dora-answers dora 'Re: Your invoice' <<<'Thank you, it came.'
flow_equals "and her answer comes to it" "$DORAS" "$REF"

# An agent passes a customer's mail on.
look
compose passed 'Kim Lee <kim@agents.test>' 'Fwd: Printer on fire' "$PROVEN" <<'END'
She wrote to me directly.

---------- Forwarded message ---------
From: Emil Bauer <emil@customer.test>
Date: Sun, 22 Nov 2026 at 09:30
Subject: Printer on fire
To: <kim@agents.test>

Our printer is on fire. What shall we do?
END
give passed kim@agents.test
EMILS=$REF
flow_equals "a mail that an agent passes on is its writer's" emil@customer.test "$(ticket "$EMILS" .requester.address)"
flow_contains "with the writer's words" "$(ticket "$EMILS" '.messages[0].reply')" 'printer is on fire'
flow_contains "and the trail says who passed it on" "$(postern ticket show "$EMILS")" 'passed on.*kim@agents.test'
flow_lacks "the agent's remark goes to no customer" "$(sent | grep -v agents.test | cut -d' ' -f3 | xargs -r cat)" 'She wrote to me'

# Tickets become one, and two.
look
compose twice 'Anna Smith <anna@customer.test>' 'Also the export' "$PROVEN_CUSTOMER" <<<'And the export fails, too.'
give twice
SECOND=$REF
SECOND_ID=$(db "SELECT id FROM tickets WHERE ref = '$SECOND'")
command "/merge" '[.related[] | select(.ref == "'"$SECOND"'")] | length > 0' true "$TICKET" "/merge $SECOND $TICKET"
flow_equals "/merge: the messages are there" "$TICKET" "$(db "SELECT t.ref FROM messages m JOIN tickets t ON t.id = m.ticket_id WHERE m.id = $SECOND_ID")"
plain "/split" | reply split kim
flow_contains "/split: the receipt" "$(cat "$(written receipt kim@agents.test)" /dev/null)" 'SUP-'
SPLIT=$(db "SELECT t.ref FROM links l JOIN tickets t ON t.id = l.ticket_id WHERE l.how = 'split from' AND l.other_id = $TICKET_ID")
flow_check "/split: there is another ticket" test -n "$SPLIT"
look
plain 'About that message.' | SUBJECT='Re: The import fails' reply split-answer kim
flow_equals "an answer to the notice of the message that was split off goes there" "$SPLIT" "$REF"
TICKET=$DORAS
plain '/spam' | SUBJECT='Spam' RCPT="support+$(sign "$(db "SELECT id FROM tickets WHERE ref = '$DORAS'")" 2 kim@agents.test)@desk.test" ANSWERED='<y@agents.test>' reply spam kim
flow_equals "/spam" spam "$(ticket "$DORAS" .status)"

# Each mail program answers the real notice in its own way: above, below and between what it quotes of our page.
clients_words() { # PROGRAM PLACE: no two alike, or they would be taken for a machine's
    plain "Hello from ${1//[^a-z]/ } ($2)," '' "please restart it; that helps in most cases. Grüße"
}
client_answers() { # PROGRAM-FILE PLACE
    local program flag=--$2 code
    program=$(basename "$1" .eml)
    [ "$2" != top ] || flag=
    clients_words "$program" "$2" >"$FLOW_FOLDER/words"
    # shellcheck disable=SC2086
    "$BUILD/tests/support/client_reply" $flag "$1" "$NOTICE_FILE" "$FLOW_FOLDER/words" >"$FLOW_FOLDER/shape"
    code=$?
    [ $code -ne 3 ] || return 0
    { echo "$PROVEN"; sed "s/^Message-ID: <.*/Message-ID: <$program.$2@client.test>/" "$FLOW_FOLDER/shape"; } >"$FLOW_FOLDER/client"
    look
    give client kim@agents.test "${TOKEN[kim]}"
    WORDS=$(written answer clients@customer.test)
    flow_equals "$program, $2: the customer gets exactly kim's words" "$(tr -s ' \n\t' ' ' <"$FLOW_FOLDER/words")" \
        "$( (text; echo) | tr -s ' \n\t' ' ' | sed 's/^ //')"
    flow_lacks "$program, $2: and nothing of our page, in no part" "$(cat "$WORDS" 2>/dev/null || cat "$(written receipt kim@agents.test)" || echo postern)" "$INSIDE|SPLIT HERE.*Details:"
    CLIENT_ANSWERS=$((CLIENT_ANSWERS + 1))
}
CLIENT_ANSWERS=0
for CLIENT in tests/support/clients/*.eml; do
    compose "client-$(basename "$CLIENT" .eml)" 'Clara Iens <clients@customer.test>' "Mail program $(basename "$CLIENT" .eml | tr -cd a-z-)" "$PROVEN_CUSTOMER" <<END
Hello, this is what $(basename "$CLIENT" .eml | tr -cd a-z-) has to quote. Our app id: 4711
Can you look at it today? SPLIT HERE
And may we delete the old entries in the meantime?

Clara
END
    look
    give "client-$(basename "$CLIENT" .eml)" clients@customer.test
    TICKET=$REF
    flow_wait 15 find_unseen kim "$TICKET" || continue
    SEEN[$FILE]=1
    NOTICE_FILE=$FILE
    TOKEN[kim]=$(token_of "$WORDS")
    for PLACE in top bottom inline; do
        client_answers "$CLIENT" "$PLACE"
    done
done
flow_check "at least 60 answers of mail programs went out ($CLIENT_ANSWERS)" test "$CLIENT_ANSWERS" -ge 60

flow_check "the equation holds" postern stats
flow_check "SIGTERM ends with 0" gate_stop
flow_equals "no warning, no error in the log" "" "$(cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null | grep -E '^(warning|error) ' | head -5)"
flow_end
