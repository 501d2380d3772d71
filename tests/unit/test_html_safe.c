#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/limits.h>
#include <postern/body.h>
#include <string.h>

typedef struct {
    const char *html, *safe; /* NULL: nothing is left */
} Case;

static const Case kept_cases[] = {
    {"just text", "just text"},
    {"<p>a</p><div>b<br>c</div><hr>", "<p>a</p><div>b<br>c</div><hr>"},
    {"<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><s>f</s><code>g</code>",
     "<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><s>f</s><code>g</code>"},
    {"<strike>a</strike><del>b</del><ins>c</ins><tt>d</tt><kbd>e</kbd>",
     "<s>a</s><s>b</s><u>c</u><code>d</code><code>e</code>"},
    {"<pre>a\n\tb</pre>", "<pre>a\n\tb</pre>"},
    {"<h1>a</h1><h6>b</h6>", "<h1>a</h1><h6>b</h6>"},
    {"<ul><li>a<ol start=3><li>b</ol><li>c</ul>",
     "<ul><li>a<ol start=\"3\"><li>b</li></ol></li><li>c</li></ul>"},
    {"<blockquote class=x>a</blockquote>", "<blockquote>a</blockquote>"},
    {"<blockquote style=\"margin:0 0 0 40px;border:none\">a</blockquote>", "<div>a</div>"},
    {"<table border=1 width=99 background=http://x.test/y><tbody><tr><th>a<td colspan=2 rowspan=x>b</table>",
     "<table border=\"1\"><tr><th>a</th><td colspan=\"2\">b</td></tr></table>"},
    {"<a href=\"https://x.test/?a=1&amp;b='2\" title=t target=_blank>a</a>",
     "<a href=\"https://x.test/?a=1&amp;b=%272\">a</a>"},
    {"<a href=\"HTTP://x.test/a b|c\">a</a>", "<a href=\"http://x.test/a%20b%7Cc\">a</a>"},
    {"<a href=\"mailto:kim@x.test?bcc=lee@x.test&attach=/etc/passwd\">a</a>",
     "<a href=\"mailto:kim@x.test\">a</a>"},
    {"<img src=\"cid:one@x.test\" alt='\"A\"' width=10 height=\"2000000\" border=0 onload=x()>",
     "<img src=\"cid:1@content.invalid\" alt=\"&quot;A&quot;\" width=\"10\">"},
    {"<img src=\"CID:one%40x.test\">", "<img src=\"cid:1@content.invalid\" alt=\"\">"},
    {"<font color=red size=5 face=\"Courier New\">a</font>",
     "<span style=\"color:#ff0000;font-family:monospace;font-size:x-large\">a</span>"},
    {"<span style=\"font-weight:700;COLOR: RGB( 0 , 0, 255 ) !important;mso-bidi:x\">a</span>",
     "<span style=\"font-weight:bold;color:#0000ff\">a</span>"},
    {"<span style=\"color:black;background:white\" lang=EN-US>a</span>", "a"},
    {"<div align=center dir=RTL>a</div>", "<div style=\"text-align:center\" dir=\"rtl\">a</div>"},
    {"<td bgcolor=yellow>a", "<div>a</div>"},
    {"<table><td bgcolor=yellow>a", "<table><tr><td style=\"background-color:#ffff00\">a</td></tr></table>"},
    {"<p class=MsoNormal>a<o:p>&nbsp;</o:p></p>", "<p>a\u00a0</p>"},
    {"R&D <3 & \"x\" 'y' > z", "R&amp;D &lt;3 &amp; &quot;x&quot; &#39;y&#39; &gt; z"},
    {"<html><head><title>t</title><style>p{}</style></head><body bgcolor=red>a</body></html><p>b",
     "a<p>b</p>"},
    {"<form action=http://x.test><label>a</label><input value=b><button>c</button></form>", "<div>ac</div>"},
    {"a<wbr>b<center>c</center>", "ab<div>c</div>"},
};

/* What must become of snippets that run, fetch, hide or disguise something in one program or another. */
static const Case attacks[] = {
    {"<script>alert(1)</script>", NULL},
    {"<SCRIPT SRC=//x.test/a.js></SCRIPT>a", "a"},
    {"<scr<script>ipt>alert(1)</scr</script>ipt>", "ipt&gt;alert(1)ipt&gt;"},
    {"<img src=x onerror=alert(1)>a", "a"},
    {"<img/src=x/onerror=alert(1)>a", "a"},
    {"<img src=\"javascript:alert(1)\" alt=b>", "b"},
    {"<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">a", "a"},
    {"<img src=\"https://x.test/pixel.gif\" width=1 height=1>a", "a"},
    {"<img src=\"//x.test/pixel.gif\">a", "a"},
    {"<img srcset=\"https://x.test/a 1x\" src=\"cid:one@x.test\">",
     "<img src=\"cid:1@content.invalid\" alt=\"\">"},
    {"<img src=\"cid:one@x.test\nhttp://x.test\">a", "a"},
    {"<img src=\"cid:two@x.test\" alt=\"<b>\">", "&lt;b&gt;"},
    {"<img lowsrc=http://x.test/a dynsrc=http://x.test/a>a", "a"},
    {"<image src=x onerror=alert(1)>a", "a"},
    {"<picture><source srcset=//x.test/a><img src=//x.test/b alt=c></picture>", "c"},
    {"<a href=\"javascript:alert(1)\">a</a>", "a"},
    {"<a href=\"JaVaScRiPt:alert(1)\">a</a>", "a"},
    {"<a href=\" \x01javascript:alert(1)\">a</a>", "a"},
    {"<a href=\"java\tscript:alert(1)\">a</a>", "a"},
    {"<a href=\"java&#10;script&colon;alert(1)\">a</a>", "a"},
    {"<a href=\"&#106;avascript:alert(1)\">a</a>", "a"},
    {"<a href=\"vbscript:msgbox(1)\">a</a>", "a"},
    {"<a href=\"data:text/html,<script>alert(1)</script>\">a</a>", "a"},
    {"<a href=\"file:///etc/passwd\">a</a>", "a"},
    {"<a href=\"//x.test/a\">a</a>", "a"},
    {"<a href=\"https://bank.test@x.test/\">a</a>", "a"},
    {"<a href=\"https://bank.test\\@x.test/\">a</a>", "a"},
    {"<a href='https://x.test/\" onmouseover=\"alert(1)'>a</a>",
     "<a href=\"https://x.test/%22%20onmouseover=%22alert(1)\">a</a>"},
    {"<a href=\"https://x.test/\r\nBcc: kim@x.test\">a</a>", "a"},
    {"<a href=\"https://x.test/\u202egpj.exe\">a</a>", "a"},
    {"<a name=x id=y class=z href=https://x.test ping=https://x.test/p onclick=a()>a</a>",
     "<a href=\"https://x.test\">a</a>"},
    {"<a href=https://x.test/1>a<table><td><a href=https://x.test/2>b</a></table>c</a>", ""},
    {"<base href=\"https://x.test/\"><a href=\"/a\">b</a>", "b"},
    {"<meta http-equiv=refresh content=\"0;url=https://x.test\">a", "a"},
    {"<link rel=stylesheet href=https://x.test/a.css>a", "a"},
    {"<style>@import 'https://x.test/a.css'; body{display:none}</style>a", "a"},
    {"<style><img src=\"</style><img src=x onerror=alert(1)//\">a", "a"},
    {"<p style=\"background:url(https://x.test/p.gif)\">a</p>", "<p>a</p>"},
    {"<p style=\"background-image:u\\72l('https://x.test')\">a</p>", "<p>a</p>"},
    {"<p style=\"color:expression(alert(1))\">a</p>", "<p>a</p>"},
    {"<p style=\"color:red/*;*/;behavior:url(x.htc);-moz-binding:url(x)\">a</p>", "<p>a</p>"},
    {"<p style=\"position:fixed;top:0;left:0;width:100%;height:100%;z-index:9\">a</p>", "<p>a</p>"},
    {"<p style=\"color:red&quot;onclick=alert(1)\">a</p>", "<p>a</p>"},
    {"<p style=\"list-style:url(https://x.test/a);content:'x';cursor:url(a)\">a</p>", "<p>a</p>"},
    {"<div style=\"DISPLAY : None\">a</div>b", "b"},
    {"<div style=\"visibility:hidden\">a</div>b", "b"},
    {"<div style=\"font-size:0px\">a</div>b", "b"},
    {"<div style=\"opacity:0\">a</div>b", "b"},
    {"<div style=\"max-height:0;overflow:hidden\">a</div>b", "b"},
    {"<p hidden>a</p>b", "b"},
    {"<span style=\"color:#fff\">a</span>", "a"},
    {"<span style=\"color:#ffffef;background-color:#000010\">a</span>", "a"},
    {"<font color=white size=1>a</font>", "<span style=\"font-size:small\">a</span>"},
    {"<span style=\"font-size:1px\">a</span><span style=\"font-size:0.1em\">b</span>", "ab"},
    {"<span style=\"margin-left:-9999px;letter-spacing:-9px\">a</span>", "a"},
    {"<span style=\"text-indent:-9999px\">a</span>b", "b"},
    {"<sub><sub><sub><h6><h6>a</h6></h6></sub></sub></sub>", ""},
    {"a<!-- b --><!--[if mso]><script>alert(1)</script><![endif]-->c", "ac"},
    {"a<![if !mso]>b<![endif]>c", "abc"},
    {"<!--><img src=x onerror=alert(1)>-->a", ""},
    {"<!doctype html SYSTEM \"https://x.test/a.dtd\"><p>a</p>", "<p>a</p>"},
    {"<?xml version=\"1.0\"?><?php echo 1 ?>a", "a"},
    {"<svg onload=alert(1)><script>alert(1)</script><text>b</text></svg>a", "a"},
    {"<svg><style><img src=x onerror=alert(1)></style></svg>a", "a"},
    {"<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", ""},
    {"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
     "onerror=alert(1)&gt;\">",
     ""},
    {"<math href=\"javascript:alert(1)\">a</math>b", "b"},
    {"<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""},
    {"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">a", ""},
    {"<textarea><img src=x onerror=alert(1)></textarea>", ""},
    {"<title></title><img src=x onerror=alert(1)></title>a", "a"},
    {"<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)", ""},
    {"<iframe src=\"https://x.test\">a</iframe>b", "b"},
    {"<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>b", "b"},
    {"<object data=https://x.test><embed src=https://x.test>a</object>b", "b"},
    {"<video src=https://x.test poster=https://x.test/p autoplay>a</video><audio src=//x.test></audio>b",
     "b"},
    {"<template><script>alert(1)</script></template><slot>x</slot>b", "b"},
    {"<frameset onload=alert(1)><frame src=//x.test></frameset>a", ""},
    {"<marquee onstart=alert(1)>a</marquee><blink>b</blink>", "ab"},
    {"<details open ontoggle=alert(1)><summary>a</summary>b</details>", "<div>a</div>b"},
    {"<input type=image src=https://x.test/a onfocus=alert(1) autofocus>a", "a"},
    {"<isindex action=javascript:alert(1) type=submit>a", "a"},
    {"<body onload=alert(1) background=https://x.test/p.gif>a", "a"},
    {"<body style=\"display:none\">a", "a"},
    {"<table background=\"https://x.test/p.gif\"><td background=\"javascript:alert(1)\">a",
     "<table><tr><td>a</td></tr></table>"},
    {"<div\x0conclick=alert(1)>a</div>", "<div>a</div>"},
    {"<b onclick\n=\n'alert(1)'>a</b>", "<b>a</b>"},
    {"<b \"<script>alert(1)</script>\">a</b>", ""},
    {"<p/onclick=alert(1)//>a", "<p></p>a"},
    {"&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"},
    {"&amp;lt;script&amp;gt;", "&amp;lt;script&amp;gt;"},
    {"a\u202eb\u2066c\u200bd\ufeffe\u00adf", "abcdef"},
    {"a\U000e0041\U000e0042b", "ab"},
    {"a&#0;b&#1;c&#x202e;d&#xd800;e", "abcde"},
    {"<custom-tag onclick=a()>a</custom-tag><v:shape><v:imagedata src=https://x.test/a></v:shape>b", "ab"},
    {"<map name=x><area href=javascript:alert(1)></map><img usemap=#x src=cid:one@x.test>",
     "<img src=\"cid:1@content.invalid\" alt=\"\">"},
    {"<div id=location class=\"gmail_quote\" contenteditable data-x=y aria-label=z title=t>a</div>",
     "<div>a</div>"},
    {"\u00a0\u200b<p> </p>", NULL},
};

/* None of these may stand in anything that is called safe, whatever went in. */
static const char *const forbidden[] = {"<script", "javascript:", "<svg",    "<math",     "<style",
                                        "<iframe", "onerror=\"",  "<form",   "<object",   "<meta",
                                        "<link",   "<base",       "url(",    "data:",     "<input",
                                        "<!",      "display",     "onclick", "//x.test/p"};

static char *rewrite(const char *html, const char *own_text, BodyImageUse *out_use)
{
    BodyImage image = {.content_id = "one@x.test", .shown_as = "1@content.invalid"};
    char *safe = body_html_safe(html, strlen(html), own_text, &image, 1);
    if (safe && !body_html_is_safe(safe))
        fail_msg("%s: not of the form: %s", html, safe);
    if (out_use)
        *out_use = image.use;
    return safe;
}

static void check_case(const Case *c)
{
    g_autofree char *safe = rewrite(c->html, NULL, NULL);
    gboolean is_free = c->safe && !*c->safe;
    if (!is_free && g_strcmp0(safe, c->safe) != 0)
        fail_msg("%s: %s", c->html, safe ? safe : "nothing");
    for (guint i = 0; safe && i < G_N_ELEMENTS(forbidden); i++)
        if (strstr(safe, forbidden[i]) && !strstr(c->html, "?a") && !strstr(c->html, "onmouseover"))
            fail_msg("%s: %s has %s", c->html, safe, forbidden[i]);
    /* Once more changes nothing but the names of images. */
    BodyImage image = {.content_id = "1@content.invalid", .shown_as = "1@content.invalid"};
    g_autofree char *again = safe ? body_html_safe(safe, strlen(safe), NULL, &image, 1) : NULL;
    if (g_strcmp0(safe, again) != 0)
        fail_msg("%s: %s, then %s", c->html, safe, again ? again : "nothing");
}

static void test_kept(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(kept_cases); i++)
        check_case(&kept_cases[i]);
}

static void test_attacks(void **state)
{
    (void)state;
    assert_true(G_N_ELEMENTS(attacks) >= 60);
    for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++)
        check_case(&attacks[i]);
}

/* Somebody else's word that HTML is safe counts nothing. */
static void test_not_the_form(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "<script>a</script>",
        "<p>a",
        "a</p>",
        "<p></div>",
        "<b><i>a</b></i>",
        "<P>a</P>",
        "a & b",
        "a > b",
        "\"a\"",
        "&nbsp;",
        "&#60;",
        "<p onclick=\"x\">a</p>",
        "<p class=\"x\">a</p>",
        "<p style=\"display:none\">a</p>",
        "<p style=\"color: #ff0000\">a</p>",
        "<p style=\"color:#ffffff\">a</p>",
        "<p style='color:#ff0000'>a</p>",
        "<p  style=\"color:#ff0000\">a</p>",
        "<a href=\"javascript:a\">a</a>",
        "<a href=\"https://x.test/ \">a</a>",
        "<a href=\"https://a@x.test\">a</a>",
        "<a href=\"https://x.test\"><b><a href=\"https://x.test\">a</a></b></a>",
        "<img src=\"https://x.test/a.png\">",
        "<img src=\"cid:a b\">",
        "<img src=\"cid:a\" onerror=\"x\">",
        "<img src=\"cid:a\"/>",
        "<img src=\"cid:a\"",
        "<br/>",
        "<br style=\"color:#ff0000\">",
        "<!-- a -->",
        "<!doctype html>",
        "<td rowspan=\"1000\">a</td>",
        "<h6><h6>a</h6></h6>",
        "a\x01",
        "a\r\n",
        "a\xff",
        "a\u2028",
        "<",
        "<p",
        "</",
        "<p style",
        "<p style=\"",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        if (body_html_is_safe(wrong[i]))
            fail_msg("%s", wrong[i]);
    assert_true(body_html_is_safe(""));
    assert_true(body_html_is_safe("<p style=\"color:#ff0000\">a &amp; b<br></p>"));
}

typedef struct {
    const char *name, *own, *html, *safe; /* NULL: only the text can be sent */
} OwnCase;

#define PAGE "Ticket SUP-7K3QW2: internal, note of Dora: he does not pay"

static const OwnCase own_cases[] = {
    {"Gmail", "Hello Lee,\n\nplease *restart* it <https://x.test/help>.\n\n   - one\n   - two\n\nKim",
     "<div dir=\"ltr\"><div>/close</div><div><br></div><div>Hello Lee,</div><div><br></div><div>please "
     "<b>restart</b> <a "
     "href=\"https://x.test/help\">it</a>.</div><ul><li>one</li><li>two</li></ul><div>Kim</div>"
     "</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">On "
     "Sun, "
     "Acme &lt;<a href=\"mailto:support+abc@desk.test\">support+abc@desk.test</a>&gt; wrote:<br></div>"
     "<blockquote class=\"gmail_quote\" style=\"margin:0\">" PAGE "</blockquote></div>",
     "<div><div>Hello Lee,</div><div><br></div><div>please <b>restart</b> <a "
     "href=\"https://x.test/help\">it</a>.</div><ul><li>one</li><li>two</li></ul><div>Kim</div></div>"},
    {"Outlook", "Hello Lee,\n\nplease see the manual<https://x.test/m>.\n\n  *   one\n\nKim",
     "<html xmlns:o=\"urn:x\"><head><style>p.MsoNormal{margin:0}</style></head><body lang=EN-US><div "
     "class=WordSection1><p class=MsoNormal>/take<o:p></o:p></p><p class=MsoNormal>/severity "
     "high<o:p></o:p></p>"
     "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><span style='color:#1F497D'>Hello "
     "Lee,</span><o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>please see the <a "
     "href=\"https://x.test/m\">manual</a>.<o:p></o:p></p><p class=MsoListParagraph style='mso-list:l0 "
     "level1'>"
     "<![if !supportLists]><span style='font-family:Symbol'><span "
     "style='mso-list:Ignore'>·<span>&nbsp;&nbsp; "
     "</span></span></span><![endif]>one<o:p></o:p></p><p class=MsoNormal>Kim<o:p></o:p></p><div><div "
     "style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> "
     "Acme<br><b>Subject:</b> "
     "x</p></div></div><p class=MsoNormal>" PAGE "</p></div></body></html>",
     "<div><p><span style=\"color:#1f497d\">Hello Lee,</span></p><p>\u00a0</p><p>please see the <a "
     "href=\"https://x.test/m\">manual</a>.</p><p>·\u00a0\u00a0 one</p><p>Kim</p></div>"},
    {"Outlook on the web", "Hello,\ndone.",
     "<html><body dir=\"ltr\"><div class=\"elementToProof\" "
     "style=\"font-family:Aptos;color:rgb(0,0,0)\">/close</div>"
     "<div class=\"elementToProof\">Hello,</div><div class=\"elementToProof\">done.</div><div "
     "id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\"><div "
     "id=\"divRplyFwdMsg\"><b>From:</b> "
     "Acme</div><div>" PAGE "</div></body></html>",
     "<div>Hello,</div><div>done.</div>"},
    {"Apple Mail", "Hello,\n\nplease try again.\n\n• one\n\nKim",
     "<html><body style=\"overflow-wrap: break-word;\">/wait<br><br>Hello,<div><br></div><div>please "
     "<i>try</i> again.</div><div><ul "
     "class=\"Apple-dash-list\"><li>one</li></ul></div><div>Kim</div><div><br>"
     "<blockquote type=\"cite\"><div>On 22. Nov 2026, Acme wrote:</div><br "
     "class=\"Apple-interchange-newline\"><div>" PAGE "</div></blockquote></div></body></html>",
     "Hello,<div><br></div><div>please <i>try</i> "
     "again.</div><div><ul><li>one</li></ul></div><div>Kim</div>"},
    {"Thunderbird", "Hello,\n\nplease *restart* the /router/:\n\n 1. off\n 2. on\n\nsee https://x.test/",
     "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=UTF-8\"></head><body>\n    "
     "<p>/close<br>\n    </p>\n    <p>Hello,</p>\n    <p>please <b>restart</b> the "
     "<i>router</i>:</p>\n<ol>\n      "
     "<li>off</li>\n      <li>on</li>\n    </ol>\n    <p>see <a class=\"moz-txt-link-freetext\" "
     "href=\"https://x.test/\">https://x.test/</a><br>\n    </p>\n    <div class=\"moz-cite-prefix\">Am "
     "22.11.26 "
     "schrieb Acme:<br>\n    </div>\n    <blockquote type=\"cite\" cite=\"mid:a@b\">" PAGE
     "</blockquote>\n  </body>\n</html>",
     "<p>Hello,</p>\n    <p>please <b>restart</b> the <i>router</i>:</p>\n<ol><li>off</li><li>on</li></ol>\n "
     "   "
     "<p>see <a href=\"https://x.test/\">https://x.test/</a></p>"},
    {"iPhone", "Thanks, that works 👍",
     "<html><head></head><body dir=\"auto\">/close<div>Thanks, that works 👍<br><div "
     "id=\"AppleMailSignature\">Sent from my iPhone</div><div><br><blockquote type=\"cite\">On 22. Nov, Acme "
     "wrote:<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">" PAGE
     "</div></blockquote></div></body></html>",
     "<div>Thanks, that works 👍</div>"},
    {"one line of many", "Thanks",
     "<div>Thanks</div><div class=gmail_quote><blockquote>Thanks for this " PAGE "</blockquote></div>",
     "<div>Thanks</div>"},
    {"the same words are quoted above", "Thanks",
     "<blockquote type=cite><div>Thanks</div></blockquote><p><b>Thanks</b></p>", "<p><b>Thanks</b></p>"},
    {"only quoted", "Thanks", "<div>Hello</div><blockquote>Thanks</blockquote>", NULL},
    {"between the lines", "> is it broken?\n\nYes.\n\n> and this?\n\nNo.",
     "<div>/close</div><blockquote type=cite>is it broken?</blockquote><div>Yes.</div><blockquote>and "
     "this?</blockquote><div>No.</div><blockquote>" PAGE "</blockquote>",
     "<blockquote>is it broken?</blockquote><div>Yes.</div><blockquote>and this?</blockquote><div>No.</div>"},
    {"a part of a line", "Hello", "<div>Hello Dora, internally: no</div>", NULL},
    {"words in between", "Hello\nKim", "<div>Hello</div><div>" PAGE "</div><div>Kim</div>", NULL},
    {"a word missing", "Hello Lee\nKim", "<div>Hello</div><div>Kim</div>", NULL},
    {"other words", "Hello", "<div>Good day</div>", NULL},
    {"hidden words do not hide", "Hello\nKim",
     "<div>Hello</div><div style=\"display:none\">" PAGE "</div><div>Kim</div>",
     "<div>Hello</div><div>Kim</div>"},
    {"nothing but signs", "***", "<div>***</div>", NULL},
    {"empty", "", "<div>a</div>", NULL},
    {"tables", "Plan\tPrice\nA\t1", "<p>/wait</p><table><tr><td>Plan<td>Price<tr><td>A<td>1</table><p>" PAGE,
     "<table><tr><td>Plan</td><td>Price</td></tr><tr><td>A</td><td>1</td></tr></table>"},
    {"a number that is none", "1. one", "<div>one</div>", NULL},
    {"blanks and signs of no width", "a b c", "<div>a&nbsp;\u200bb</div><div>  c\u00ad</div>",
     "<div>a\u00a0b</div><div>  c</div>"},
    {"its target twice", "https://x.test/a<https://x.test/a>",
     "<a href=\"https://x.test/a\">https://x.test/a</a>",
     "<a href=\"https://x.test/a\">https://x.test/a</a>"},
    {"its own code", "try:\n\nmake  x\n  y", "<p>/wait</p><p>try:</p><pre>make  x\n  y\n</pre><p>" PAGE,
     "<p>try:</p><pre>make  x\n  y</pre>"},
};

static void test_own(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(own_cases); i++) {
        const OwnCase *c = &own_cases[i];
        g_autofree char *safe = rewrite(c->html, c->own, NULL);
        if (g_strcmp0(safe, c->safe) != 0)
            fail_msg("%s: %s", c->name, safe ? safe : "nothing");
        assert_true(!safe || !strstr(safe, "internal"));
    }
}

/* An image of the quoted page, or of a signature, is nobody's answer. */
static void test_images(void **state)
{
    (void)state;
    static const struct {
        const char *html;
        BodyImageUse use;
        gboolean is_kept;
    } cases[] = {
        {"<div>Hello</div><img src=\"cid:one@x.test\">", IMAGE_SHOWN, TRUE},
        {"<img src=\"cid:one@x.test\"><div>Hello</div>", IMAGE_SHOWN, TRUE},
        {"<div>Hello<img src=\"cid:one@x.test\"></div>", IMAGE_SHOWN, TRUE},
        {"<div>/close</div><img src=\"cid:one@x.test\"><br><div>Hello</div>", IMAGE_SHOWN, TRUE},
        {"<div>Hello</div><div>Dora</div><img src=\"cid:one@x.test\">", IMAGE_OWN, TRUE},
        {"<div>Hello</div><div class=gmail_signature><img src=\"cid:one@x.test\"></div>", IMAGE_QUOTED, TRUE},
        {"<div>Hello</div><blockquote><img src=\"cid:one@x.test\"></blockquote>", IMAGE_QUOTED, TRUE},
        {"<div>Hello</div><div id=divRplyFwdMsg>From: x</div><img src=\"cid:one@x.test\">", IMAGE_QUOTED,
         TRUE},
        {"<div>Hello</div><div hidden><img src=\"cid:one@x.test\"></div>", IMAGE_QUOTED, TRUE},
        {"<div>Hello</div><!-- <v:imagedata src=\"cid:one@x.test\"> -->", IMAGE_QUOTED, TRUE},
        {"<div>Hello</div>", IMAGE_UNNAMED, TRUE},
        {"<div>Good day</div><img src=\"cid:one@x.test\">", IMAGE_OWN, FALSE},
        {"<div>Good day</div><blockquote><img src=\"cid:one@x.test\"></blockquote>", IMAGE_QUOTED, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BodyImageUse use;
        g_autofree char *safe = rewrite(cases[i].html, "Hello", &use);
        if (use != cases[i].use || (safe != NULL) != cases[i].is_kept)
            fail_msg("%s: %d, %s", cases[i].html, use, safe);
        assert_true(!safe || (strstr(safe, "<img") != NULL) == (use == IMAGE_SHOWN));
    }
}

static char *repeated(const char *piece, gsize bytes)
{
    GString *out = g_string_sized_new(bytes + 64);
    while (out->len < bytes)
        g_string_append(out, piece);
    return g_string_free(out, FALSE);
}

/* Depth and length in every shape; the words stay, or nothing does. */
static void test_limits(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "<div>",
        "<blockquote>",
        "</b>",
        "<b><p>",
        "<ul><li>",
        "<table><tr><td>",
        "<table>",
        "<ol><li>x",
        "<a href=https://x.test>y",
        "<br>",
        "&lt;",
        "<font color=red>",
        "<sub><h1>",
        "<svg><style>",
        "<img src=cid:one@x.test>",
        "<!--",
        "<p style=\"color:red;\">",
        "<span style='mso-list:Ignore'>-",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autofree char *many = repeated(pieces[i], 150 * 1000);
        g_autofree char *html = g_strconcat("<p>first</p>", many, "<p>last</p>", NULL);
        g_autofree char *safe = rewrite(html, NULL, NULL);
        g_autofree char *own = rewrite(html, "first", NULL);
        assert_true(!safe || strlen(safe) <= LIMIT_HTML_BYTES);
        assert_true(!own || strcmp(own, "<p>first</p>") == 0 || g_str_has_prefix(own, "<p>first</p><"));
    }
    g_autofree char *deep = repeated("<div>", 5 * 500);
    g_autofree char *html = g_strconcat(deep, "<i>words</i>", NULL);
    g_autofree char *safe = rewrite(html, NULL, NULL);
    assert_non_null(strstr(safe, "words"));
    g_autofree char *much = repeated("<b>&</b>", LIMIT_HTML_BYTES);
    assert_null(rewrite(much, NULL, NULL));
}

/* A text that fits almost everywhere costs no more than one that does not. */
static void test_costly_texts(void **state)
{
    (void)state;
    g_autofree char *lines = repeated("<p>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</p>", 400 * 1000);
    g_autofree char *text = repeated("a", 300 * 1000);
    g_autofree char *other = g_strconcat(text, "b", NULL);
    assert_null(rewrite(lines, other, NULL));
    g_autofree char *signs = repeated("-*_", 200 * 1000);
    g_autofree char *signed_lines = g_strconcat("<p>", signs, "</p>", lines, NULL);
    g_autofree char *signed_text = g_strconcat(signs, other, NULL);
    assert_null(rewrite(signed_lines, signed_text, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),         cmocka_unit_test(test_attacks),
        cmocka_unit_test(test_not_the_form), cmocka_unit_test(test_own),
        cmocka_unit_test(test_images),       cmocka_unit_test(test_limits),
        cmocka_unit_test(test_costly_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
