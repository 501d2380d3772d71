#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/limits.h>
#include <postern/body.h>
#include <string.h>

typedef struct {
    const char *name, *html, *text;
} Case;

static const Case html_cases[] = {
    {"empty", "", ""},
    {"text alone", "just text", "just text"},
    {"white space collapses", "<p>a\n  b\t c</p>", "a b c"},
    {"inline elements glue", "a<b>b</b>c <i>d</i>", "abc d"},
    {"no-break blanks stay", "a&nbsp;&nbsp;b", "a  b"},
    {"paragraphs", "<p>a</p><p>b</p>", "a\n\nb"},
    {"divisions", "<div>a</div><div>b</div>", "a\nb"},
    {"line breaks", "a<br>b<br><br>c", "a\nb\n\nc"},
    {"a break in a division of its own", "<div>a</div><div><br></div><div>b</div>", "a\n\nb"},
    {"Outlook's paragraphs", "<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>",
     "a\n\nb"},
    {"entities", "&lt;a&gt; &amp; &euro; &#8211; &#x1F600;", "<a> & € – 😀"},
    {"no entity", "R&D a &b; c &", "R&D a &b; c &"},
    {"less than", "if a < b and 3<4 then", "if a < b and 3<4 then"},
    {"headings", "<h1>a</h1>b", "a\n\nb"},
    {"list", "<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"},
    {"numbered list", "<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"},
    {"lists within", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"},
    {"table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>e", "a\tb\nc\td\ne"},
    {"cells with paragraphs", "<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a\tb"},
    {"cell of two lines", "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a\nb\nc"},
    {"empty cells", "<table><tr><td></td><td>a</td><td></td></tr></table><p>b", "a\n\nb"},
    {"preformatted", "a<pre>  b\n    c\n</pre>d", "a\n\n  b\n    c\n\nd"},
    {"link says more", "<a href=\"https://example.com/x\">here</a>", "here <https://example.com/x>"},
    {"link says the same", "<a href=\"https://example.com/\">example.com</a>", "example.com"},
    {"mail link", "<a href=\"mailto:a@example.com?subject=x\">a@example.com</a>", "a@example.com"},
    {"link of another kind", "<a href=\"javascript:alert(1)\">here</a> <a href=\"#x\">there</a>",
     "here there"},
    {"image", "<img src=\"cid:1\" alt=\"Error dialog\"> shown", "Error dialog shown"},
    {"skipped", "<head><title>t</title><style>p{}</style></head><script>if(a<b)x()</script>a", "a"},
    {"hidden", "a<span style=\"display: none\">b<p>c</p></span><p hidden>d</p>e", "ae"},
    {"comments", "a<!-- b -->c<!--[if mso]><p>d</p><![endif]-->e", "ace"},
    {"a charset that is not", "<meta http-equiv=Content-Type content=\"text/html; charset=iso-8859-1\">Grüße",
     "Grüße"},
    {"quotation", "<p>a</p><blockquote>b<br>c</blockquote><p>d</p>", "a\n\n> b\n> c\n\nd"},
    {"quotation within", "<blockquote>a<blockquote>b</blockquote>c</blockquote>", "> a\n>\n> > b\n>\n> c"},
    {"indented, not quoted", "<blockquote style=\"margin:0 0 0 40px;border:none\">a</blockquote>", "a"},
    {"Gmail",
     "<div>a</div><div class=\"x\"><div>On x wrote:<br></div><blockquote "
     "class=\"gmail_quote\">b</blockquote></div>",
     "a\nOn x wrote:\n\n> b"},
    {"Yahoo", "<div>a</div><div class=\"ydp1yahoo_quoted\"><div>On x wrote:</div>b</div>",
     "a\n\n> On x wrote:\n> b"},
    {"signature", "<div>a</div><div class=gmail_signature>Bob</div>", "a\n-- \nBob"},
    {"signature that has its delimiter", "<div>a</div><div>-- <br></div><div class=gmail_signature>Bob</div>",
     "a\n--\nBob"},
    {"empty signature", "<div>a</div><div class=gmail_signature></div><div>b</div>", "a\nb"},
    {"rule", "a<hr>b", "a\n--------\nb"},
    {"unclosed", "<div><b>a<p>b", "a\n\nb"},
    {"closed too often", "<p>a</div></b></p>b</p></i>c", "a\n\nbc"},
    {"behind the end", "<html><body><p>a</p></body></html><p>b</p>", "a\n\nb"},
    {"two pages", "<html><body>a</BODY ></html><html><head><title>t</title></head><body><p>b</body></html>",
     "a\n\nb"},
    {"revealed conditions", "a<![if !supportLists]>b<![endif]>c", "abc"},
    {"Outlook's empty paragraphs",
     "<p class=MsoNormal>a<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>"
     "<o:p>&nbsp;</o:p></p><p class=MsoNormal>b</p>",
     "a\n\nb"},
    {"Outlook's empty division", "<div>a</div><div>&nbsp;</div><div>&nbsp;</div><div>b</div>", "a\n\nb"},
    {"Outlook's empty paragraphs in a quotation",
     "<blockquote><p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p></blockquote>",
     "> a\n>\n> b"},
    {"Gmail's blank lines", "<div>a</div><div><br></div><div><br></div><div>b<br></div>", "a\n\n\nb"},
    {"Apple's blank lines", "<div>a</div><div><br class=\"\"></div><div>b</div><br>", "a\n\nb"},
    {"white-space in a style", "<div style='white-space: pre-wrap'>a\n  b</div><p>c  d</p>", "a\n  b\n\nc d"},
    {"code in a line", "<p>a <code>b c</code> d</p>", "a b c d"},
    {"code with breaks", "<code>if x:<br>&nbsp;&nbsp;y()<br></code>", "if x:\n  y()"},
    {"an indentation of no-break blanks", "<div>if x:</div><div>&nbsp; &nbsp; y()</div>", "if x:\n    y()"},
    {"a list that starts later", "<ol start=3><li>a</li><li>b</li><li value=9>c</li></ol>",
     "3. a\n4. b\n9. c"},
    {"a list of letters", "<ol type=a><li>a</li><li>b</li></ol><ol type=I start=4><li>c</ol>",
     "a. a\nb. b\n\nIV. c"},
    {"tables within", "<table><tr><td>a<table><tr><td>b<td>c</tr></table></td><td>d</td></tr></table>",
     "a\nb\tc\nd"},
    {"tracking pixel",
     "a<img src=x width=1 height=1 alt=track>b<img src=y style='width:1px;height:1px' alt=z>", "ab"},
    {"definitions", "<dl><dt>App ID<dd>55120<dt>Error<dd>It says <q>no route</q></dl>",
     "App ID\n  55120\nError\n  It says \"no route\""},
    {"struck words", "keep <s>delete</s> it, <del>10 </del><strike></strike>8 <s><img width=1 height=1></s>",
     "keep ~~delete~~ it, ~~10 ~~8"},
    {"formulas", "<math><mi>x</mi><mo>=</mo><mn>1</mn><annotation>x=1</annotation></math>", "x=1"},
    {"powers", "10<sup>6</sup>, x<sup>-1</sup>, the 1<sup>st</sup> <sup>2</sup> H<sub>2</sub>O",
     "10^6, x^-1, the 1st 2 H2O"},
    {"boxes to tick",
     "<ul><li><input type=checkbox checked> a</li><li><input type=CHECKBOX>b</li></ul><input value=c>",
     "- [x] a\n- [ ] b"},
    {"details", "<details><summary>more</summary>text</details>", "more\ntext"},
    {"a bare picture", "a <img src='cid:1'> b", "a b"},
    {"a link in the words", "<a href='https://www.example.com/a%20b'>https://www.example.com/a b</a>",
     "https://www.example.com/a b"},
    {"a link without www", "<a href='http://www.example.com/'>example.com</a>", "example.com"},
    {"joined emoji", "👩‍👩‍👧 🏳️‍🌈 می‌خواهم क्‍ष ‫עברית‬ é",
     "👩‍👩‍👧 🏳️‍🌈 می‌خواهم क्‍ष ‫עברית‬ é"},
    {"Outlook's bullets",
     "<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level1 lfo1'><![if !supportLists]>"
     "<span style='mso-list:Ignore'>·<span style='font:7pt Times'>&nbsp;&nbsp;&nbsp; </span></span>"
     "<![endif]>a</p><p class=MsoListParagraph style='mso-list:l0 level2 lfo1'>"
     "<span style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span>b</p>"
     "<p class=MsoListParagraph style='mso-list:l1 level1 lfo1'><span style='mso-list:Ignore'>1."
     "<span>&nbsp;&nbsp; </span></span>c</p><p class=MsoNormal>d</p>",
     "- a\n  - b\n1. c\nd"},
    {"broken words", "pass\u200bword", "password"},
    {"soft hyphens", "ab&shy;cd\u200bef", "abcdef"},
};

static void test_html(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(html_cases); i++) {
        gssize quote_start = 0;
        BodyNotes notes = {.is_incomplete = TRUE};
        g_autofree char *text =
            body_html_to_text(html_cases[i].html, strlen(html_cases[i].html), &quote_start, &notes);
        if (strcmp(text, html_cases[i].text) != 0)
            fail_msg("%s: [%s]", html_cases[i].name, text);
        assert_int_equal(quote_start, -1);
        assert_false(notes.is_incomplete);
    }
}

/* What a page hides is left out, and told; in doubt words stay. */
static const struct {
    const char *name, *html, *text;
    gsize hidden;
} hidden_cases[] = {
    {"display", "<p>a</p><p style='display: none !important'>hid</p>", "a", 3},
    {"visibility", "a<span style='VISIBILITY:hidden'>hid</span>", "a", 3},
    {"attribute", "a<div hidden>hid</div>", "a", 3},
    {"transparent", "a<div style='opacity:0'>hid</div>", "a", 3},
    {"half transparent", "a<div style='opacity:0.5'>seen</div>", "a\nseen", 0},
    {"no size", "a<div style='font-size:0px'>hid</div>", "a", 3},
    {"a pixel", "a<div style='font-size:1px;line-height:1px'>hid</div>", "a", 3},
    {"no size, but within it one", "<td style='font-size:0'>x<span style='font-size:14px'>seen</span></td>",
     "seen", 1},
    {"relative size", "a <span style='font-size:90%'>seen</span>", "a seen", 0},
    {"clipped", "a<div style='max-height:0;overflow:hidden'>hid</div>", "a", 3},
    {"no height, nothing clipped", "a<div style='height:0'>seen</div>", "a\nseen", 0},
    {"no height that is", "a<div style='line-height:0;overflow:hidden'>seen</div>", "a\nseen", 0},
    {"away", "a<div style='text-indent:-9999px'>hid</div>", "a", 3},
    {"placed away", "a<div style='position:absolute;left:-9999px'>hid</div>", "a", 3},
    {"placed", "a<div style='position:absolute;left:-10px'>seen</div>", "a\nseen", 0},
    {"white on white", "<body bgcolor='#FFFFFF'>a<font color=white>hid</font></body>", "a", 3},
    {"the same colour in other words",
     "<div style='background:#fff'>a<b style='color:rgb(255, 255, 255)'>hid</b></div>", "a", 3},
    {"white on blue", "<div style='background-color:#0000ff'>a<b style='color:#fff'>seen</b></div>", "aseen",
     0},
    {"white on what nobody knows", "a<b style='color:#fff'>seen</b>", "aseen", 0},
    {"white on a picture",
     "<td bgcolor=white><table><td background='x.png'><font color=white>seen</font></td></table></td>",
     "seen", 0},
    {"a class of the page",
     "<style>.pre, #one { display:none; }</style>a<p class='x pre'>hid</p><p id=one>den</p>", "a", 6},
    {"a class of small screens",
     "<style>@media (max-width:600px) { .wide { display:none } } .b{color:red}</style>a<p "
     "class=wide>seen</p>",
     "a\n\nseen", 0},
    {"a class within another", "<style>.a .b { display:none }</style>a<p class=b>seen</p>", "a\n\nseen", 0},
    {"without a colour", "a<b style='color:transparent'>hid</b><i style='color:rgba(0, 0, 0, 0.0)'>den</i>",
     "a", 6},
    {"with half a colour", "a<b style='color:rgba(0,0,0,0.5)'>seen</b>", "aseen", 0},
    {"a colour again", "<p style='color:transparent'>hid<b style='color:red'>seen</b></p>", "seen", 3},
    {"shrunk", "a<p style='transform:scale(0)'>hid</p>", "a", 3},
    {"turned", "a<b style='transform:scale(0.9)'>seen</b>", "aseen", 0},
    {"for those who listen", "a<span style='position:absolute;clip:rect(0 0 0 0)'>hid</span>", "a", 3},
    {"a class of another way", "<style>#one{visibility:hidden}</style>a<p id=one>hid</p>", "a", 3},
    {"nothing else", "<p style='display:none'>all there is</p>", "all there is", 10},
    {"marks of preheaders", "<div style='display:none'>&zwnj;&nbsp;&zwnj;&nbsp;</div>a", "a", 0},
};

static void test_hidden(void **state)
{
    (void)state;
    guint failed = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(hidden_cases); i++) {
        gssize quote_start;
        BodyNotes notes;
        const char *html = hidden_cases[i].html;
        g_autofree char *text = body_html_to_text(html, strlen(html), &quote_start, &notes);
        g_strstrip(text);
        if (strcmp(text, hidden_cases[i].text) == 0 && notes.hidden_characters == hidden_cases[i].hidden)
            continue;
        print_message("%s: [%s] %zu hidden\n", hidden_cases[i].name, text, notes.hidden_characters);
        failed++;
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name, *text, *plain; /* NULL: as it was */
    gsize bidi, hidden;
} trick_cases[] = {
    {"nothing", "Grüße – “so”", "Grüße – “so”", 0, 0},
    {"a family of four", "👨‍👩‍👧‍👦 ok", "👨‍👩‍👧‍👦 ok", 0, 0},
    {"Persian", "می‌خواهم", "می‌خواهم", 0, 0},
    {"Hindi", "क्‍ष", "क्‍ष", 0, 0},
    {"combining marks", "e\u0301\u0302", "e\u0301\u0302", 0, 0},
    {"the flag of Scotland", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F",
     "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", 0, 0},
    {"tags that spell", "hi\U000E0069\U000E0067", "hi", 0, 2},
    {"a word in pieces", "pass\u200bw\u200d\u200bord", "password", 0, 3},
    {"a soft hyphen", "Schiff\u00adfahrt", "Schifffahrt", 0, 0},
    {"a blank without width between words", "one \u200btwo", "one \u200btwo", 0, 0},
    {"an override", "exe.\u202etxt", "exe.txt", 1, 0},
    {"one left open", "a \u2067b\nc", "a \u2067b\u2069\nc", 1, 0},
    {"one closed twice", "a \u202bb\u202c\u202c c", "a \u202bb\u202c c", 3, 0},
    {"Hebrew with marks", "‏שלום‎ a", "‏שלום‎ a", 0, 0},
};

/* Walked from each of its signs a run of a million would take hours. */
static void test_many_tricks(void **state)
{
    (void)state;
    g_autoptr(GString) text = g_string_new("a");
    for (guint i = 0; i < 1000000; i++)
        g_string_append(text, "\u200c");
    g_string_append_c(text, 'b');
    BodyTricks tricks = {0};
    g_autofree char *shown = body_without_tricks(text->str, &tricks);
    assert_string_equal(shown, "ab");
    assert_int_equal(tricks.hidden_signs, 1000000);
}

static void test_tricks(void **state)
{
    (void)state;
    guint failed = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(trick_cases); i++) {
        BodyTricks tricks = {0};
        g_autofree char *text = body_without_tricks(trick_cases[i].text, &tricks);
        const char *shown = text ? text : trick_cases[i].text;
        if (strcmp(shown, trick_cases[i].plain) == 0 && tricks.bidi_controls == trick_cases[i].bidi &&
            tricks.hidden_signs == trick_cases[i].hidden)
            continue;
        print_message("%s: [%s] %zu %zu\n", trick_cases[i].name, shown, tricks.bidi_controls,
                      tricks.hidden_signs);
        failed++;
    }
    assert_int_equal(failed, 0);
}

/* `where`: the words that the offset must point at; NULL: none. */
static const struct {
    const char *html, *where;
} marks[] = {
    {"<p>a</p><div id=\"divRplyFwdMsg\"><b>From:</b> x</div><div>b</div>", "From: x"},
    {"<p>a</p><div id=\"x_divRplyFwdMsg\">From: x</div>", "From: x"},
    {"<p>a</p><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">From: x</div>", "--------"},
    {"<p>a</p><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt\"><p>From: x</p></div>",
     "From: x"},
    {"<p>a</p><div style='border-top:solid #B5C4DF 1.0pt'>From: x</div>", "From: x"},
    {"<p>a</p><div id=\"appendonsend\"></div>", NULL},
    {"<p>a</p><div style=\"border-top:solid red 1pt\">b</div>", NULL},
    {"<p>a</p><div class=\"gmail_quote gmail_quote_container\"><div dir=ltr class=\"gmail_attr\">X "
     "wrote:<br></div>"
     "<blockquote class=\"gmail_quote\">b</blockquote></div>",
     "X wrote:"},
    {"<p>a</p><div class=gmail_quote>X wrote:<blockquote>b</blockquote></div>", "X wrote:"},
    {"<p>a</p><div class=gmail_quote>b<p>c</p></div>", NULL},
    {"<div class=gmail_quote>a<br>b<br>c<br>d<br>e<br>f<br>g<br>h<blockquote>b</blockquote></div>", NULL},
    {"<p>a</p><div id=\"divRpF123\">From: x</div>", "From: x"},
    {"<p>a</p><table style='border-top:solid #E1E1E1 1.0pt'><tr><td>b</td></tr></table>", NULL},
    {"<p>a</p><div class=\"moz-cite-prefix\">X wrote:</div><blockquote type=cite>b</blockquote>", "X wrote:"},
    {"<p>a</p><p id=\"reply-intro\">X wrote:</p><blockquote>b</blockquote>", "X wrote:"},
    {"<p>a</p><p class=\"airmail_on\">X wrote:</p><blockquote class=clean_bq>b</blockquote>", "X wrote:"},
    {"<p>a</p><div name=\"messageReplySection\">X wrote:<blockquote>b</blockquote></div>", "X wrote:"},
    {"<p>a</p><hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=\"__HEADERS__\">From: x</div>",
     "--------"},
    {"<p>a</p><hr id=\"stopSpelling\">From: x", "--------"},
    {"<p>a</p><p><a name=\"_MailOriginal\"><b>From:</b> x</a></p>", "From: x"},
    {"<p>a</p><div name=\"quote\" style=\"margin:10px\"><div><b>Von:</b> x</div></div>", "Von: x"},
    {"<p>a</p><blockquote><div class=\"moz-cite-prefix\">X wrote:</div>b</blockquote><p>c</p>", NULL},
};

static void test_quote_start(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        gssize at = 0;
        g_autofree char *text = body_html_to_text(marks[i].html, strlen(marks[i].html), &at, NULL);
        if (!marks[i].where) {
            assert_int_equal(at, -1);
            continue;
        }
        assert_true(at > 0 && (gsize)at < strlen(text));
        assert_memory_equal(text + at, marks[i].where, strlen(marks[i].where));
    }
}

static char *repeated(const char *piece, gsize bytes)
{
    GString *out = g_string_sized_new(bytes + 64);
    while (out->len < bytes)
        g_string_append(out, piece);
    return g_string_free(out, FALSE);
}

/* Shapes that cost a careless parser its stack, its memory or an hour. The last word must be reached. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<div>",      "<blockquote>",    "</b>", "<b><p>",
                                         "<ul><li>",   "<table><tr><td>", "<br>", "&",
                                         "<!-- x -->", "<font color=red>"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree char *many = repeated(pieces[i], 200 * 1000);
        g_autofree char *html = g_strconcat("first ", many, " last", NULL);
        gssize at;
        g_autofree char *text = body_html_to_text(html, strlen(html), &at, NULL);
        assert_true(g_utf8_validate(text, -1, NULL));
        if (!strstr(text, "last"))
            fail_msg("%s: the end is lost", pieces[i]);
    }
}

static void test_limit(void **state)
{
    (void)state;
    g_autofree char *html = repeated("word ", 2 * LIMIT_TEXT_BYTES);
    gssize at;
    BodyNotes notes = {0};
    g_autofree char *text = body_html_to_text(html, strlen(html), &at, &notes);
    assert_true(notes.is_incomplete);
    assert_in_range(strlen(text), LIMIT_TEXT_BYTES - 100, LIMIT_TEXT_BYTES);
}

/* A tag longer than the parser should see loses its attributes, not its words. */
static void test_long_tag(void **state)
{
    (void)state;
    g_autofree char *data = repeated("QUJD", 100 * 1000);
    g_autofree char *html = g_strconcat("a <img src=\"data:image/png;base64,", data, "\" alt=x> b", NULL);
    gssize at;
    g_autofree char *text = body_html_to_text(html, strlen(html), &at, NULL);
    assert_string_equal(text, "a b");
}

/* Chunks end between characters whatever stands there. */
static void test_chunks(void **state)
{
    (void)state;
    for (guint shift = 0; shift < 4; shift++) {
        g_autofree char *words = repeated("ü€😀", 100 * 1000);
        g_autofree char *html = g_strconcat(&"aaaa"[shift], words, NULL);
        gssize at;
        g_autofree char *text = body_html_to_text(html, strlen(html), &at, NULL);
        assert_string_equal(text, html);
    }
}

static const struct {
    const char *flowed, *text;
    gboolean delete_space;
} flowed_cases[] = {
    {"one \ntwo\nthree", "one two\nthree", FALSE},
    {"one \ntwo", "onetwo", TRUE},
    {" stuffed\n  two", "stuffed\n two", FALSE},
    {"> a \n> b\nc", "> a b\nc", FALSE},
    {">> a \n> b", ">> a \n> b", FALSE},
    {">a\n>>b", "> a\n>> b", FALSE},
    {"a \n-- \nb", "a \n-- \nb", FALSE},
    {"> a \n> -- \n> b", "> a \n> -- \n> b", FALSE},
    {"a \r\nb\r\n", "a b\n", FALSE},
    {"last ", "last ", FALSE},
    {"", "", FALSE},
};

static void test_flowed(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(flowed_cases); i++) {
        g_autofree char *text = body_unflow(flowed_cases[i].flowed, flowed_cases[i].delete_space);
        if (strcmp(text, flowed_cases[i].text) != 0)
            fail_msg("[%s]: [%s]", flowed_cases[i].flowed, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_html),        cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_tricks),      cmocka_unit_test(test_many_tricks),
        cmocka_unit_test(test_quote_start), cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_limit),       cmocka_unit_test(test_long_tag),
        cmocka_unit_test(test_chunks),      cmocka_unit_test(test_flowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
