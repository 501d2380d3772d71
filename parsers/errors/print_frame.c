#include <parsers/errors/print_parts.h>

/* Frames that stand in the traces of everybody: what threw is below them. A name that ends in a sign stands
 * for all that begin with it. */
static const char *const GENERIC_FRAMES[] = {"java.",
                                             "javax.",
                                             "jdk.",
                                             "sun.",
                                             "com.sun.",
                                             "kotlin.",
                                             "kotlinx.",
                                             "scala.",
                                             "dalvik.",
                                             "android.os.",
                                             "android.app.",
                                             "org.junit.",
                                             "System.",
                                             "Microsoft.",
                                             "Array.",
                                             "Promise.",
                                             "Function.",
                                             "Module.",
                                             "Object.<",
                                             "process.",
                                             "node:",
                                             "internal/",
                                             "native",
                                             "eval",
                                             "<",
                                             "{",
                                             "runtime.",
                                             "main.main",
                                             "panic",
                                             "std::",
                                             "core::",
                                             "alloc::",
                                             "rust_begin_",
                                             "rust_panic",
                                             "__rust_",
                                             "_start",
                                             "__libc_",
                                             "__GI_",
                                             "raise",
                                             "abort",
                                             "__assert_",
                                             "start_thread",
                                             "clone",
                                             "objc_",
                                             "_objc_",
                                             "-[NSObject",
                                             "webpack_",
                                             "__webpack_",
                                             "Generator.",
                                             "fulfilled",
                                             "rejected",
                                             "tryCatch",
                                             "step",
                                             "_next",
                                             "__awaiter",
                                             "require",
                                             "Kernel#",
                                             "node_",
                                             "asyncGeneratorStep",
                                             "regeneratorRuntime",
                                             "__exceptionPreprocess",
                                             "wrapModuleLoad",
                                             "executeUserEntryPoint",
                                             NULL};

static gboolean is_generic(Piece name)
{
    for (const char *const *entry = GENERIC_FRAMES; *entry; entry++) {
        gsize length = strlen(*entry);
        gboolean is_open = !g_ascii_isalnum((*entry)[length - 1]);
        if (begins(name, *entry) && (is_open || left(name) == length || !is_name_character(name.at[length])))
            return TRUE;
    }
    return FALSE;
}

/* Bundlers call functions "t" and "Xn": names of nobody. */
static gboolean is_minified(Piece name)
{
    return left(name) <= 2 || (left(name) <= 3 && !memchr(name.at, '.', left(name)));
}

/* "Foo.<Bar>d__3.MoveNext": the function as written, of a state machine that C# made of it. */
static gboolean append_state_machine(GString *out, Piece name)
{
    const char *open = find(name, ".<"), *close = find(name, ">d__");
    if (!close)
        close = find(name, ">b__");
    if (!open || !close || close < open)
        return FALSE;
    const char *type = open;
    while (type > name.at && type[-1] != '.')
        type--;
    g_string_append_len(out, type, open - type);
    g_string_append_c(out, '.');
    g_string_append_len(out, open + 2, close - open - 2);
    return TRUE;
}

/* Without what compilers and frameworks add to names: "$$Lambda$12", "::h0123456789abcdef", "$1". */
static Piece without_suffix(Piece name)
{
    static const char *const marks[] = {"$$",   "$Proxy", "::h0", "::h1", "::h2", "::h3", "::h4",
                                        "::h5", "::h6",   "::h7", "::h8", "::h9", "::ha", "::hb",
                                        "::hc", "::hd",   "::he", "::hf", "`",    NULL};
    for (const char *const *mark = marks; *mark; mark++) {
        const char *at = find(name, *mark);
        gboolean is_hash = at && **mark == ':' && name.end - at != 19;
        if (at && at > name.at && !is_hash)
            name.end = at;
    }
    return name;
}

/* The last two parts of a name: class and function. Packages move, with shading and versions. */
static Piece last_parts(Piece name)
{
    guint parts = 0;
    for (const char *at = name.end; at > name.at; at--)
        if (strchr(".:#/\\>", at[-1]) && at < name.end && !strchr(".:#/\\>", *at) && ++parts == 2)
            return (Piece){at, name.end};
    return name;
}

static gboolean append_name(GString *out, Piece name)
{
    static const char *const words[] = {"async ",     "new ",       "Object.", "static ",    "block in ",
                                        "rescue in ", "ensure in ", "app//",   "java.base/", NULL};
    for (gboolean again = TRUE; again;) {
        again = FALSE;
        name = skip_blanks(name);
        for (const char *const *word = words; *word && !again; word++)
            if (begins(name, *word) && left(name) > strlen(*word) && (again = TRUE))
                name = from(name, strlen(*word));
    }
    const char *as = find(name, " [");
    if (as)
        name.end = as;
    while (name.end > name.at && strchr(" \t\r,;", name.end[-1]))
        name.end--;
    if (left(name) == 0 || is_generic(name))
        return FALSE;
    if (append_state_machine(out, name))
        return TRUE;
    name = last_parts(without_suffix(name));
    if (is_minified(name))
        return FALSE;
    for (const char *at = name.at; at < name.end; at++) {
        gboolean joins = strchr(":#->\\/", *at) != NULL;
        if (joins && out->len > 0 && out->str[out->len - 1] == '.')
            continue;
        if (!g_ascii_isdigit(*at) && !strchr("(*)", *at))
            g_string_append_c(out, joins ? '.' : *at);
    }
    return TRUE;
}

/* Python: 'File "/srv/lib/client.py", line 12, in trigger'. */
static gboolean append_python(GString *out, Piece line)
{
    const char *close = find(line, "\", line "), *in = find(line, ", in ");
    if (!close || !in || in < close || !begins(line, "File \""))
        return FALSE;
    Piece name = {in + 5, line.end};
    const char *base = close;
    while (base > line.at + 6 && !strchr("/\\", base[-1]))
        base--;
    const char *dot = memchr(base, '.', (gsize)(close - base));
    if (*base == '<' || is_generic(name) || find((Piece){line.at, close}, "/importlib/"))
        return FALSE;
    g_string_append_len(out, base, (dot ? dot : close) - base);
    g_string_append_c(out, '.');
    g_string_append_len(out, name.at, (gssize)left(name));
    return TRUE;
}

/* "#0 /srv/app.php(12): Client->send('x')", "#1  0x0000 in send () at c.c:1", "#2 send (x=1)" */
static gboolean append_numbered(GString *out, Piece line)
{
    Piece name = skip_blanks(skip_digits(from(line, 1)));
    const char *place = find(name, "): "), *in = find(name, " in ");
    if (place)
        name.at = place + 3;
    else if (begins(name, "0x") && in)
        name.at = in + 4;
    const char *bracket = memchr(name.at, '(', left(name));
    if (bracket)
        name.end = bracket;
    const char *module = memchr(name.at, ' ', left(name));
    if (module)
        name.end = module;
    return append_name(out, name);
}

/* Ruby: "from app/items.rb:7:in `create'", also without "from". */
static gboolean append_ruby(GString *out, Piece line)
{
    const char *in = find(line, ":in ");
    if (!in || in + 6 >= line.end || !strchr("`'", in[4]))
        return FALSE;
    const char *close = memchr(in + 5, '\'', (gsize)(line.end - in - 5));
    return close && append_name(out, (Piece){in + 5, close});
}

/* "0   Shop   0x00000001 -[Client send:] + 250", "   3: shop::client::send" */
static gboolean append_native(GString *out, Piece line)
{
    Piece rest = skip_digits(line);
    if (begins(rest, ": "))
        return append_name(out, from(rest, 2));
    const char *address = find(rest, " 0x");
    const char *blank = address ? memchr(address + 1, ' ', (gsize)(rest.end - address - 1)) : NULL;
    if (!blank)
        return FALSE;
    Piece name = {blank + 1, rest.end};
    const char *offset = find(name, " + ");
    if (offset)
        name.end = offset;
    return !begins(name, "0x") && append_name(out, name);
}

/* "at com.foo.Bar.baz(Bar.java:12)", "at send (app.js:1:2)", "at Shop.Pipe.Read(String name) in …" */
static gboolean append_call(GString *out, Piece line)
{
    const char *blank = memchr(line.at, ' ', left(line));
    if (!blank)
        return FALSE;
    Piece name = skip_blanks((Piece){blank, line.end});
    const char *bracket = memchr(name.at, '(', left(name)), *in = find(name, "node:");
    if (!bracket || find((Piece){bracket, name.end}, "(node:") ||
        find((Piece){bracket, name.end}, "(internal/"))
        return FALSE;
    if (in && in < bracket)
        return FALSE;
    if (begins((Piece){bracket, name.end}, "(*"))
        bracket = memchr(bracket + 1, '(', (gsize)(name.end - bracket - 1));
    if (bracket)
        name.end = bracket;
    const char *module = memchr(name.at, '/', left(name));
    if (module && memchr(module, '.', (gsize)(name.end - module)) && !memchr(name.at, ' ', left(name)))
        name.at = module + 1;
    return append_name(out, name);
}

gboolean print_frame_append(GString *out, Piece line)
{
    line = skip_blanks(line);
    if (begins(line, "File \""))
        return append_python(out, line);
    if (begins(line, "#"))
        return append_numbered(out, line);
    if (find(line, ":in `") || find(line, ":in '"))
        return append_ruby(out, line);
    if (left(line) > 0 && g_ascii_isdigit(*line.at))
        return append_native(out, line);
    if (begins_any(line, (const char *const[]){"... ", "thrown in ", "created by ", "/", "exit ", NULL}))
        return FALSE;
    const char *sign = memchr(line.at, '@', left(line));
    if (sign && !memchr(line.at, ' ', (gsize)(sign - line.at)))
        return append_name(out, (Piece){line.at, sign});
    return !find(line, ".go:") && append_call(out, line);
}

gboolean print_frame_go_append(GString *out, Piece line)
{
    line = skip_blanks(line);
    const char *end = NULL;
    for (const char *at = line.at; at < line.end; at++)
        if (*at == '(' && at + 1 < line.end && at[1] != '*')
            end = at;
    if (!end || begins(line, "created by ") || memchr(line.at, ' ', (gsize)(end - line.at)))
        return FALSE;
    return append_name(out, (Piece){line.at, end});
}
