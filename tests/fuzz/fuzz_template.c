#include <postern/template.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *find_part(gpointer user, const char *name)
{
    return name[0] == 'p' ? user : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"a", "b.c", "l", "l.a", "l.m", "l.m.a", NULL};
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Template) compiled =
        template_compile("t", text, TEMPLATE_HTML, names, find_part, text, problems);
    if (!compiled && problems->len == 0)
        g_error("refused without a word");
    g_autoptr(TemplateValues) values = template_values_new();
    template_set(values, "a", text);
    for (guint i = 0; i < 2; i++)
        template_set(template_add_item(template_add_item(values, "l"), "m"), "a", "<x>");
    g_autofree char *rendered = compiled ? template_render(compiled, values) : NULL;
    if (rendered && !g_utf8_validate(rendered, -1, NULL))
        g_error("invalid UTF-8");
    return 0;
}
