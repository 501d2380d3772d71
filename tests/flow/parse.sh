#!/bin/bash
# What postern parse shows of a mail to an admin's eyes: the parts as a tree, what was written now apart from quotes and
# signature, fields in their place, findings with what they mean; on a terminal, in a pipe, and as a page that is safe to open.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/flow.sh
PROGRAM=${BUILD:-build}/postern
MAIL=$FLOW_FOLDER/mail.eml
PAGE=$FLOW_FOLDER/mail.html
export POSTERN_CONFIG= NO_COLOR=

cat >"$MAIL" <<'END'
From: "Dora <b>Lee</b>" <dora@customer.test>
Reply-To: other@customer.test
To: support@desk.test
Subject: Export <script>alert(1)</script> fails
Date: yesterday
Message-ID: <m1@customer.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8

The app with App ID 55120 answers HTTP 503.
<img src=x onerror="alert(2)"> & more.

-- 
Dora, Firm & Sons

On Mon, 16 Nov 2026 at 09:12, Support <support@desk.test> wrote:
> Which App ID is it?
--inner
Content-Type: text/html; charset=utf-8

<p>The app with App ID 55120 answers HTTP 503. &lt;img src=x onerror="alert(2)"&gt; &amp; more.</p><p>-- <br>Dora, Firm &amp; Sons</p>
<div>On Mon, 16 Nov 2026 at 09:12, Support &lt;support@desk.test&gt; wrote:<blockquote>Which App ID is it?</blockquote></div>
--inner--
--outer
Content-Type: text/plain; name="trace<i>.log"
Content-Disposition: attachment; filename="trace<i>.log"

line one
--outer--
END
SHOWN=$("$PROGRAM" parse "$MAIL") || FLOW_FAILED=1

line() { # TEXT: the line after the title
    grep -F -A1 -- "$1" <<<"$SHOWN" | tail -1
}

flow_equals "the parts are a tree" "  multipart/mixed
  ├─ multipart/alternative
  │  ├─ text/plain, utf-8
  │  └─ text/html, utf-8
  └─ text/plain \"trace_i_.log\"" "$(sed -n '/^Parts$/,/^$/p' <<<"$SHOWN" | sed '1d;$d' | sed 's/, [0-9].*//')"
flow_contains "what became of them" "$SHOWN" 'text/html, utf-8, [0-9]+ bytes, another form of what is shown'
flow_contains "a finding" "$SHOWN" '^  date-broken: yesterday$'
flow_contains "and what it means" "$(line 'date-broken: yesterday')" 'counts from when it arrived'
flow_contains "what was written now" "$SHOWN" '^\| The app with App ID 55120 answers HTTP 503\.$'
flow_contains "the signature is marked" "$SHOWN" '^~ Dora, Firm & Sons$'
flow_contains "the head of a quote" "$SHOWN" '^: On Mon, 16 Nov 2026'
flow_contains "the quote" "$SHOWN" '^\. > Which App ID is it\?$'
flow_contains "a legend says what the margins mean" "$SHOWN" '^\| written now   : head of a quote   \. quoted   ~ signature$'
flow_contains "a field" "$SHOWN" '^app_id +55120 +\[app-id-after-key-word, reply '
flow_contains "where answers would go" "$SHOWN" '^reply to +other@customer.test$'

COLOURS=$(NO_COLOR='' script -qec "$PROGRAM parse $MAIL" /dev/null)
flow_contains "a field is underlined in its place" "$COLOURS" $'App ID .*\033\\[4m55120\033\\[0m'
flow_contains "the reply is bright" "$COLOURS" $'\033\\[1m\\| The app'
flow_contains "the quote is dim" "$COLOURS" $'\033\\[2m\\. > Which'
flow_contains "the signature has a colour of its own" "$COLOURS" $'\033\\[36m~ Dora'

flow_check "a page" "$PROGRAM" parse --html "$PAGE" "$MAIL"
flow_equals "for nobody else to read" 600 "$(stat -c %a "$PAGE")"
TEXT=$(cat "$PAGE")
flow_lacks "nothing of the mail is markup" "$TEXT" '<script|<img|<i>|<b>Lee'
flow_contains "the subject as it is" "$TEXT" '<h1>Export &lt;script&gt;alert\(1\)&lt;/script&gt; fails</h1>'
flow_contains "nothing may run or be fetched" "$TEXT" "Content-Security-Policy\" content=\"default-src 'none'"
flow_lacks "nothing is fetched" "$TEXT" 'src=["h]|url\(|<link'
flow_contains "fields are underlined there" "$TEXT" '<u title="app_id">55120</u>'
flow_contains "roles are told apart" "$TEXT" '<span class="quoted">&gt; Which App ID is it\?</span>'
flow_contains "findings with what they mean" "$TEXT" 'date-broken</td><td>yesterday</td><td>The Date field is none'
flow_equals "one mail a page" 64 "$("$PROGRAM" parse --html "$PAGE" "$MAIL" "$MAIL" >/dev/null 2>&1; echo $?)"
flow_equals "a folder that is not there" 73 "$("$PROGRAM" parse --html "$FLOW_FOLDER/none/x.html" "$MAIL" >/dev/null 2>&1; echo $?)"

# Spans are the text, in order.
whole() {
    "$PROGRAM" parse --json "$1" | jq -e '. as $r | ($r.spans | map(.end - .start) | add // 0) as $covered
        | ($r.spans | [.[1:], .[:-1]] | transpose | all(.[0].start >= .[1].end)) and $covered <= ($r.text | utf8bytelength)' >/dev/null
}
for mail in tests/mail/*.eml; do whole "$mail" || echo "$mail"; done >"$FLOW_FOLDER/broken"
flow_equals "the spans of every mail case lie in its text, in order" "" "$(cat "$FLOW_FOLDER/broken")"

# Whatever a mail holds, a terminal is told nothing by it: ESC, BEL, CSI in both forms, NUL, signs that turn the direction.
CONTROLS='[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]'
mkdir "$FLOW_FOLDER/hostile"
number=0
for change in 's/ / \x1b[2J\xc2\x9b31m/g' 's/\([.,]\)/\x07\x9b\x00\1/g' 's/$/\r\x0b\x0c\x1b]0;x\x07/' \
    's/\([a-z]\)\([ ,;]\)/\1\xe2\x80\xae\xe2\x81\xa7\2/g'; do
    for mail in tests/mail/*.eml; do
        number=$((number + 1))
        LC_ALL=C sed "$change" "$mail" >"$FLOW_FOLDER/hostile/$number.eml"
    done
done
flow_contains "a hostile mail holds what is looked for" "$(LC_ALL=C sed 's/ /\x1b /g' "$MAIL" | LC_ALL=C grep -caP "$CONTROLS")" '^[1-9]'
"$PROGRAM" parse "$FLOW_FOLDER/hostile/"*.eml >"$FLOW_FOLDER/hostile.txt" 2>&1
flow_equals "each mail case made hostile is shown" "$number" "$(grep -c '^Parts$' "$FLOW_FOLDER/hostile.txt")"
flow_equals "and nothing of it reaches the terminal" "" "$(LC_ALL=C grep -anP "$CONTROLS" "$FLOW_FOLDER/hostile.txt" | head -3 | cat -v)"

# Whoever adds a finding says what it means.
find parsers gateway -name '*.c' -exec cat {} + | tr -s ' \n' ' ' | grep -oE 'finding_add\([^"();]*, "[a-z0-9-]+"' | sed 's/.*"\(.*\)"/\1/' | sort -u >"$FLOW_FOLDER/codes"
grep -oE '^    \{"[a-z0-9-]+"' gateway/app/finding_words.c | tr -d ' {"' | sort >"$FLOW_FOLDER/told"
flow_equals "every finding is explained" "" "$(comm -23 "$FLOW_FOLDER/codes" "$FLOW_FOLDER/told")"
flow_end
