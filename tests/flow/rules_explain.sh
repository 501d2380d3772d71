#!/bin/bash
# What rules explain says of a mail: each value in its place, what lost, what nearly was a value, and why; as text, as a page
# that is safe to open, and for programs; of a file and of a stored message.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/give.sh
GATE_EXTRA='rules: rules.yaml'
GATE_AGENTS=
gate_config
CONFIG=$FLOW_FOLDER/postern.yaml
RULES=$FLOW_FOLDER/rules.yaml
MAIL=$FLOW_FOLDER/mail.eml
PAGE=$FLOW_FOLDER/why.html
COUNT=0

cat >"$RULES" <<'EOF'
fragments:
  number: '\d+'
values:
  order_number: {type: digits, min_length: 4, max_length: 6}
fields:
  key:
    secret: yes
    rules:
      - {name: key-after-word, pattern: 'key (?<value>[a-z0-9]{12,40})'}
  order:
    single: yes
    rules:
      - {name: order-after-word, pattern: 'order (?<value>{{number}})', type: order_number, except: '^9', look_in: [subject, reply, attachments]}
      - {name: any-number, pattern: '(?<value>\d{5})', type: order_number, priority: -1}
  slow:
    rules:
      - {name: slow-one, pattern: '(?<value>(?:a+)+[bc])'}
  invoice:
    rules:
      - {name: invoice-near-word, pattern: '(?<value>\d{4,5})\b', look_in: reply, near: {words: [order], within: 12}, except: '5555'}
  phrase:
    rules:
      - {name: phrase-in-name, pattern: '(?<value>note.*)\.txt', look_in: attachment-names}
      - {name: phrase, pattern: 'says (?<value>.*)$', flags: multiline}
EOF
{
    printf '%s\n' 'From: Anna <anna@customer.test>' 'To: support@desk.test' 'Subject: Größe: order 12' \
        'Message-ID: <explain-1@customer.test>' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' '' '--b' \
        'Content-Type: text/plain; charset=utf-8' '' \
        'Die Größe 漢字: order 4711, then order 55555 and order 98765.' 'A lone number stands here: 6060.' \
        'My key sesame0open0now1 says <script>alert("x")</script> &amp;' \
        "$(printf 'a%.0s' {1..4000})" \
        '--b' 'Content-Type: text/plain; name="note & more.txt"' 'Content-Disposition: attachment' '' 'order 7777' '--b--'
} >"$MAIL"

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
}

# A file.
flow_check "a file is explained" code 0 postern rules explain "$MAIL"
OUT=$(<"$FLOW_FOLDER/out")
flow_contains "the value with its rule and place" "$OUT" "rule 'order-after-word', reply 1:21"
flow_contains "and in its line" "$OUT" '1 \| Die Größe 漢字: order 4711, then order 55555 and order 98765\.'
flow_equals "with carets below, counted in cells" "           |                       ^^^^" "$(grep -A1 -m1 'Die Größe' <<<"$OUT" | tail -1)"
flow_contains "what lost, to whom and why" "$OUT" "lost: '55555' of 'order-after-word', reply 1:38: a ticket has one value, and that is '4711' of 'order-after-word' at [0-9]+-[0-9]+, which comes first in the mail"
flow_contains "also what stood in an attachment" "$OUT" "lost: '7777' of 'order-after-word', attachment:note & more.txt bytes 6-10"
flow_contains "a near miss of the type" "$OUT" "'12' of 'order-after-word': no digits of 4 to 6 characters: too short"
flow_contains "one without its context" "$OUT" "'6060' of 'invoice-near-word': .*order"
flow_contains "a value in the name of an attachment" "$OUT" "rule 'phrase-in-name', attachment-name:note & more.txt 1:1"
flow_contains "the rule that gave up" "$OUT" 'slow-one: .* in reply'
flow_lacks "the secret is not shown" "$OUT" 'sesame|open0now'
flow_equals "no colours for programs" 0 "$(grep -c $'\033' <<<"$OUT")"
flow_equals "standard input is the same" "$(tail -n +2 <<<"$OUT")" "$(postern rules explain - <"$MAIL" | tail -n +2)"
flow_contains "what has a value already shows with -v" "$(postern rules explain -v "$MAIL")" "'98765' of 'order-after-word': 'except' of the rule matches it"

# For programs.
JSON=$(postern rules explain --json "$MAIL")
flow_equals "JSON: line and column of a value" '[1,21,"4711"]' "$(jq -c '.fields[] | select(.name == "order") | [.line, .column, .value]' <<<"$JSON")"
flow_equals "JSON: an attachment has no line" '[null,6,10]' "$(jq -c '[.candidates[] | select(.where == "attachment:note & more.txt") | [.line, .start, .end]][0]' <<<"$JSON")"
flow_equals "JSON: every fate" '["excepted","gave-up","invalid","lost","no-context","taken"]' "$(jq -c '[.candidates[].fate] | unique' <<<"$JSON")"
flow_equals "JSON: a page's keys" '["candidates","fields","gave_up","mail","meanings","message_id","rules","subject"]' "$(jq -c keys <<<"$JSON")"
flow_lacks "JSON: no secret" "$JSON" 'sesame|open0now'
flow_equals "parse --json knows losers" '["55555","7777","98765"]' "$(postern parse --json "$MAIL" | jq -c '[.losers[].value] | sort')"
flow_contains "parse -v shows them" "$(postern parse -v "$MAIL")" "lost: order '55555' of order-after-word"
flow_lacks "parse does not" "$(postern parse "$MAIL")" 'lost:'

# A page.
flow_check "a page" code 0 postern rules explain "$MAIL" --html "$PAGE"
flow_equals "only its owner may read it" 600 "$(stat -c %a "$PAGE")"
flow_equals "no markup but its own" "" "$(grep -oE '</?[a-z0-9]+' "$PAGE" | tr -d '</' | sort -u | grep -vxE 'html|head|meta|title|style|body|h[12]|p|table|tr|t[dh]|pre|mark|strong' | tr '\n' ' ')"
flow_lacks "no address that it loads" "$(<"$PAGE")" '(src|href)='
flow_contains "no script may run" "$(<"$PAGE")" "Content-Security-Policy.*default-src 'none'"
flow_contains "the value is marked in the text" "$(<"$PAGE")" '漢字: order <mark class="taken" title="order: taken by order-after-word">4711</mark>'
flow_contains "so is what lost" "$(<"$PAGE")" '<mark class="lost" title="order: lost by any-number: overlaps .*">55555</mark>'
flow_lacks "the secret is not in it" "$(<"$PAGE")" 'sesame|open0now'
flow_check "a page that cannot be written" code 73 postern rules explain "$MAIL" --html "$FLOW_FOLDER/none/why.html"

# A stored message, and other rules.
flow_check "the gate starts" gate_start
give mail.eml
flow_equals "a stored message is as its file" "$(jq -c '.fields' <<<"$JSON")" "$(postern rules explain "$ID" --json | jq -c '.fields')"
sed 's/max_length: 6/max_length: 4/; s/order (/order 4(/' "$RULES" >"$FLOW_FOLDER/new.yaml"
flow_equals "other rules, without an effect on what counts" '["711"]' "$(postern rules explain "$ID" --json --rules <(sed 's/min_length: 4/min_length: 3/' "$FLOW_FOLDER/new.yaml") 2>/dev/null | jq -c '[.fields[] | select(.name == "order") | .value]' || true)"
flow_equals "the ticket is as it was" 4711 "$(postern ticket show "$REF" --json | jq -r '.fields[] | select(.name == "order") | .value' | head -1)"
sed 's/{{number}}/{{numer}}/' "$RULES" >"$FLOW_FOLDER/bad.yaml"
flow_check "rules with a mistake" code 78 postern rules explain "$MAIL" --rules "$FLOW_FOLDER/bad.yaml"
flow_contains "at its place" "$(<"$FLOW_FOLDER/err")" "bad.yaml:13:61: error: there is no fragment 'numer'; did you mean 'number'\?"
flow_check "no such message" code 66 postern rules explain 0000000000000
flow_check "no such file" code 66 postern rules explain "$FLOW_FOLDER/none.eml"
flow_check "no operand" code 64 postern rules explain
mkdir "$FLOW_FOLDER/bare"
flow_check "without a configuration the starter rules" code 0 env -u POSTERN_CONFIG -C "$FLOW_FOLDER/bare" "$PROGRAM" rules explain "$MAIL"
flow_contains "say so" "$(<"$FLOW_FOLDER/out")" 'starter rules'
flow_check "and no messages" code 78 env -u POSTERN_CONFIG -C "$FLOW_FOLDER/bare" "$PROGRAM" rules explain "$ID"
flow_check "help has an example" grep -q 'rules explain mail.eml' <(postern rules --help)
flow_check "it ends" gate_stop
flow_end
