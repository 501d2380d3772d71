#!/bin/bash
# What an acknowledgement asks for: once, by the category of the mail; the next mail in any form fills it; nothing is asked
# once an agent has taken over, and of a machine never. What rules say of a ticket, and how its fields change.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh

# body FILE: what people read of a file of `sent`, one text
body() {
    sed -n '/^== /,$p' "$1" | tr -d '\r'
}
# asked FILE: the labels that it asks for, in their order
asked() {
    body "$1" | sed -n 's/^  - \([^:]*\): .*/\1/p' | paste -sd,
}
# mail FILE SUBJECT [HEADER…] <TEXT: a proven customer, anna unless FROM is set; a new mail
mail() {
    local file=$1 subject=$2 who=${FROM:-anna}
    shift 2
    compose "$file" "Customer ${who^} <$who@customer.test>" "$subject" "$PROVEN_CUSTOMER" "$@"
    look
    give "$file" "$who@customer.test" "${RCPT:-}"
}
# again FILE [FROM] <TEXT: the customer answers the acknowledgement of $TICKET
again() {
    TO=$TOKEN_ANNA RCPT=$TOKEN_ANNA FROM=${2:-anna} mail "$1" "Re: [$TICKET]" "In-Reply-To: <$ACK_ID>"
}

desk_config
flow_check "the gate starts" gate_start

# A mail about connecting, without what is needed.
mail first "Cannot connect" <<'END'
Hello,

since this morning our app can't connect any more. All our users are
blocked, nothing works.

Anna
END
TICKET=$REF
flow_equals "category, request, severity" "connecting fix high rules" \
    "$(ticket "$TICKET" '"\(.category) \(.kind) \(.severity) \(.severity_by)"')"
ACK=$(written acknowledgement anna@customer.test)
NOTICE_KIM=$(written notice kim@agents.test)
TOKEN_ANNA=$(token_of "$ACK")
ACK_ID=$(field Message-ID "$ACK" | tr -d '<>')
flow_equals "it asks for what connecting needs, required first" "App ID,Library,Library version,Error text" "$(asked "$ACK" | head -1)"
flow_equals "the questions, word for word" "So that the first answer can already help you, we still need:

  - App ID: the number of your app; it stands in the dashboard, under Apps
    Why: with it we find your app in our logs
  - Library: the client library or SDK that you use
    Why: each of them connects in its own way

If you have it at hand, this helps, too:

  - Library version: the version of that library
    Why: we can see whether a newer one mends it
  - Error text: the error as you see it, with its stack trace if there is one
    Why: it often tells at once what is wrong

Something to add, or something wrong above? Just reply to this mail: it
reaches the same people." "$(body "$ACK" | sed -n '/^So that/,/^reaches/p' | sed '/^reaches/q')"
flow_lacks "no second question beside them" "$(body "$ACK")" 'it helps us most'
flow_lacks "nothing of the mail is repeated" "$(body "$ACK")" 'morning|blocked'
flow_equals "what was asked stands in the ticket" "app_id,library,library_version,error" "$(ticket "$TICKET" '.asked | join(",")')"
flow_contains "and when" "$(ticket "$TICKET" .asked_at)" '^20'
flow_equals "nothing is complete" null "$(ticket "$TICKET" .complete_at)"
flow_contains "event: asked" "$(ticket "$TICKET" '.events[] | select(.what == "asked").detail')" \
    '^anna@customer.test for App ID, Library, Library version, Error text, as it is about connecting$'
flow_contains "event: the category and why" "$(ticket "$TICKET" '.events[] | select(.what == "category") | "\(.who): \(.detail)"')" \
    '^rules: connecting, score [0-9]+: \+3 cannot-connect: "Cannot connect" in subject 0-14'
flow_contains "why tells it, too" "$(postern ticket why "$MAIL")" 'category \(rules\): connecting, score'
flow_contains "event: the severity is a hint" "$(ticket "$TICKET" '.events[] | select(.what == "severity").detail')" '^high as a hint, score'
flow_contains "show: a hint" "$(postern ticket show "$TICKET")" '^severity +high \(a hint of the rules\)'
flow_contains "show: scores of the mail" "$(postern ticket show "$TICKET")" 'category connecting, score [0-9]+: \+3 cannot-connect'
flow_equals "the message keeps what was judged" "connecting true" \
    "$(ticket "$TICKET" '.messages[] | select(.direction == "in").meanings[] | select(.type == "category") | "\(.name) \(.chosen)"' | head -1)"
flow_contains "notice: severity is a hint, with reasons" "$(body "$NOTICE_KIM" | tr '\n' ' ')" \
    'severity high \(hint: score [0-9]+: [^)]*all-affected[^)]*\), *connecting, *to *fix'
flow_contains "notice: asked" "$(body "$NOTICE_KIM")" '^Asked for: +App ID, Library, Library version, Error text'
flow_contains "notice: missing" "$(body "$NOTICE_KIM")" '^Still missing: +App ID, Library$'

# The next mail in any form fills a part; quoted text is no news.
look
again second <<'END'
our app id is 4821

On Sun, Nov 22, 2026 at 9:30 AM Acme Support wrote:
> your app id: 9999
END
flow_equals "it joins" "$TICKET" "$REF"
flow_equals "no second acknowledgement" "" "$(written acknowledgement anna@customer.test)"
flow_equals "the value is there, the quoted is not" "4821" "$(ticket "$TICKET" '[.fields[] | select(.name == "app_id").value] | join(",")')"
flow_contains "notice: one is still missing" "$(body "$(written notice kim@agents.test)")" '^Still missing: +Library$'
look
again third <<'END'
It is pusher-js 8.3.0, by the way; the id 4821 of the app you know.
END
flow_contains "complete without an agent" "$(ticket "$TICKET" .complete_at)" '^20'
flow_equals "event: complete" "now all that connecting needs is there, and no agent had to ask" \
    "$(ticket "$TICKET" '.events[] | select(.what == "complete").detail')"
flow_contains "notice: complete" "$(body "$(written notice kim@agents.test)")" '^Complete now: +nothing that connecting needs is missing$'
flow_equals "no mail says so to the customer" "" "$(sent | grep anna@)"
flow_equals "the same value again adds no row" 1 "$(db "SELECT count(*) FROM fields WHERE name = 'app_id'")"

# What an agent sets, no later mail overrules.
flow_check "an agent sets a field" postern ticket field "$TICKET" app_id 5007 --as kim
look
again fourth <<'END'
Sorry, I mixed it up. Our app id: 6001
END
flow_equals "the agent's value stays first" 5007 "$(ticket "$TICKET" '[.fields[] | select(.name == "app_id")][0].value')"
flow_equals "event: the customer writes otherwise" "app_id: 6001; 5007, by kim, stays" \
    "$(ticket "$TICKET" '.events[] | select(.what == "writes otherwise").detail')"
flow_contains "notice: so it says" "$(body "$(written notice kim@agents.test)")" '! the customer now writes App ID 6001; the ticket has 5007, by kim'
flow_check "an agent says it anew" postern ticket field "$TICKET" app_id 6001 --as kim
flow_equals "history keeps what was said before" "5007 by kim, then 6001 by kim" \
    "$(ticket "$TICKET" '.history[] | select(.value == "5007") | "\(.value) by \(.by), then \(.replaced_by.value) by \(.replaced_by.by)"')"
flow_check "an agent's severity" postern ticket severity "$TICKET" low --as kim
look
again fifth <<'END'
Your platform is down for everyone now, all our customers are blocked!
END
flow_equals "no hint overrules it" "low null" "$(ticket "$TICKET" '"\(.severity) \(.severity_by)"')"

# Everything is there: nothing is asked.
FROM=bert mail whole "Publishing fails" <<'END'
We cannot publish since 10:00, every request gets HTTP 503. App ID 77120, library pusher-http-node 5.1.3.

  Error: connect ECONNREFUSED 127.0.0.1:443
      at TCPConnectWrap.afterConnect [as oncomplete] (net.js:1141:16)
END
ACK=$(written acknowledgement bert@customer.test)
flow_equals "nothing is asked when nothing is missing" "" "$(body "$ACK" | grep -E 'we still need|at hand|it helps us most')"
flow_contains "what was read, grouped" "$(body "$ACK")" '^  App ID: 77120$'
flow_contains "kinds are named" "$(body "$ACK")" '^  - Error text$'
flow_lacks "an error text is never repeated" "$(body "$ACK")" 'ECONNREFUSED 127|TCPConnectWrap'
flow_equals "complete with the first mail" "all that publishing needs came with the first mail" \
    "$(ticket "$REF" '.events[] | select(.what == "complete").detail')"

# Several values of a field stand in one line.
FROM=cleo mail several "Two apps" <<'END'
Both of our apps cannot subscribe: app id 4821 and app id 4822.
END
flow_contains "values of one field stand together" "$(body "$(written acknowledgement cleo@customer.test)")" '^  App ID: 4821, 4822$'

# Nothing to go by: the friendly question, and no list.
FROM=dora mail bare "Help" <<'END'
It's not working.
END
ACK=$(written acknowledgement dora@customer.test)
flow_contains "no category: a friendly question" "$(body "$ACK")" 'it helps us most to know what you did'
flow_lacks "and no list" "$(body "$ACK")" 'we still need'
flow_equals "no category" null "$(ticket "$REF" .category)"

# Account: nothing is required; a request that is no trouble is not asked what does not work.
FROM=emil mail invoice "Invoice" <<'END'
Please send us the invoice of October again.
END
ACK=$(written acknowledgement emil@customer.test)
flow_equals "account and what to do" "account do" "$(ticket "$REF" '"\(.category) \(.kind)"')"
flow_lacks "no question about trouble" "$(body "$ACK")" 'it helps us most|we still need'

# An agent takes over: what is complete then is no longer complete without him, and nothing more is asked.
FROM=fred mail taken "No events" <<'END'
We are not receiving events on the channel orders.
END
TICKET=$REF
ACK=$(written acknowledgement fred@customer.test)
TOKEN_ANNA=$(token_of "$ACK") ACK_ID=$(field Message-ID "$ACK" | tr -d '<>')
flow_check "kim takes it" postern ticket take "$TICKET" --as kim
look
again filled fred <<'END'
App id 3003, with pusher-js 7.0.1
END
flow_equals "nothing is asked, nobody is thanked" "" "$(sent | grep fred@)"
flow_equals "it is not complete without an agent" null "$(ticket "$TICKET" .complete_at)"
flow_equals "fields are filled" "3003" "$(ticket "$TICKET" '.fields[] | select(.name == "app_id").value')"

# A guest changes nothing of what the ticket is about, and completes nothing.
FROM=gina mail guarded "Cannot publish" <<'END'
We cannot publish anything.
END
TICKET=$REF
ACK=$(written acknowledgement gina@customer.test)
TOKEN_ANNA=$(token_of "$ACK") ACK_ID=$(field Message-ID "$ACK" | tr -d '<>')
again stranger mallory <<'END'
Your platform is down for all customers. App id 6666.
END
flow_equals "a guest's words are no hint" null "$(ticket "$TICKET" .severity)"
flow_equals "and fill nothing" null "$(ticket "$TICKET" .complete_at)"

# Machines are never asked.
look
FROM=hugo mail robot "Cannot connect" "Auto-Submitted: auto-generated" <<'END'
Probe failed: cannot connect to websocket.
END
flow_equals "a machine gets nothing" "" "$(sent | grep hugo@)"
flow_equals "but its ticket has a category" "connecting" "$(ticket "$REF" .category)"
flow_equals "and nothing asked" "" "$(ticket "$REF" '.asked | join(",")')"

# In other languages.
FROM=ines mail spanish "Sin conexión" <<'END'
Buenos días, la aplicación no se conecta desde ayer. Es urgente, estamos bloqueados.
END
flow_equals "Spanish" "connecting medium" "$(ticket "$REF" '"\(.category) \(.severity)"')"
FROM=jan mail german "Rechnung fehlt" <<'END'
Guten Tag, bitte schicken Sie uns die Rechnung für Oktober. Das eilt nicht.
END
flow_equals "German" "account do low" "$(ticket "$REF" '"\(.category) \(.kind) \(.severity)"')"
flow_end
