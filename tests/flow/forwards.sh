#!/bin/bash
# An agent passes a customer's mail on from his program: its writer is whom it is from, and that is claimed, not proven.
# Nobody else can name a writer so.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh
GATE_EXTRA='customers:
  - {match: customer.test, plan: "Gold, answer within 1 hour"}'

desk_config
flow_check "the gate starts" gate_start

forward_page() { # NAME ADDRESS: as Outlook writes it in German
    printf '%s\n' "<div>Bitte uebernehmen, er ruft sonst an.</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">" \
        "<b>Von:</b> $1 &lt;$2&gt;<br><b>Gesendet:</b> Montag, 16. November 2026 09:12<br>" \
        "<b>An:</b> Kim &lt;kim@agents.test&gt;<br><b>Betreff:</b> Drucker brennt</div><p>Unser Drucker brennt.</p><p>$1</p>"
}
passed() { # FILE FROM PROOF NAME ADDRESS
    forward_page "$4" "$5" | compose "$1" "$2" 'WG: Drucker brennt' "$3" 'MIME-Version: 1.0' 'Content-Type: text/html; charset=utf-8'
    look
    local sender=${2##*<}
    give "$1" "${sender%>}"
}

passed german 'Kim Lee <kim@agents.test>' "$PROVEN" 'Emil Bauer' emil@customer.test
EMILS=$REF
flow_equals "the mail is its writer's" emil@customer.test "$(ticket "$EMILS" .requester.address)"
flow_equals "with his name" 'Emil Bauer' "$(ticket "$EMILS" .requester.name)"
flow_contains "and his words" "$(ticket "$EMILS" '.messages[0].reply')" 'Unser Drucker brennt'
flow_contains "the trail says who passed it on" "$(postern ticket show "$EMILS")" 'passed on.*kim@agents\.test'
flow_contains "he is named, not proven" "$(ticket "$EMILS" '.messages[0].why[]')" 'names emil@customer\.test as the writer; not proven'
ACKNOWLEDGEMENT=$(cat "$(written acknowledgement emil@customer.test)")
flow_contains "he hears of it" "$ACKNOWLEDGEMENT" "$EMILS"
flow_lacks "and gets nothing that only he may know" "$ACKNOWLEDGEMENT" 'Gold|Drucker|kim@'
for TO in kim@agents.test lee@agents.test; do
    PAGE=$(cat "$(written notice "$TO")")
    flow_contains "the page for $TO says that he is not proven" "$PAGE" 'not proven'
    flow_lacks "and calls nothing proven" "$PAGE" 'identity proven'
done
flow_lacks "the agent's remark goes to no customer" "$(sent | grep -v agents.test | cut -d' ' -f3 | xargs -r cat)" 'uebernehmen'

# Without proof anybody could be the agent.
passed forged 'Kim Lee <kim@agents.test>' 'X-Nothing: 1' 'Emil Bauer' emil@customer.test
flow_check "who only says that he is the agent names nobody" test "$(ticket "$REF" .requester.address)" != emil@customer.test
flow_equals "and nothing goes to the one he named" "" "$(sent | grep emil@)"

# A customer who passes a mail on stays its sender.
passed customer 'Anna Smith <anna@customer.test>' "$PROVEN_CUSTOMER" 'Emil Bauer' emil@customer.test
flow_equals "a customer's forward is the customer's" anna@customer.test "$(ticket "$REF" .requester.address)"
flow_equals "and nothing goes to the one within" "" "$(sent | grep emil@)"

# Neither an agent nor the desk is a customer.
passed own 'Kim Lee <kim@agents.test>' "$PROVEN" 'Lee Ahn' lee@agents.test
flow_check "a colleague's mail is no customer's" test "$(ticket "$REF" .requester.address)" != lee@agents.test
passed desk 'Kim Lee <kim@agents.test>' "$PROVEN" 'Acme Support' support@desk.test
flow_check "nor one of ours" test "$(ticket "$REF" .requester.address)" != support@desk.test

flow_check "the equation holds" postern stats
flow_check "SIGTERM ends with 0" gate_stop
flow_end
