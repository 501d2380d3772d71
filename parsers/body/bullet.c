#include "parsers/body/bullet.h"

static void append_roman(GString *out, guint number, gboolean is_upper)
{
    static const struct {
        guint value;
        const char *digits;
    } table[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
                 {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"}};
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        for (; number >= table[i].value; number -= table[i].value)
            for (const char *digit = table[i].digits; *digit; digit++)
                g_string_append_c(out, is_upper ? g_ascii_toupper(*digit) : *digit);
}

void bullet_number(GString *out, char type, guint number)
{
    if ((type == 'a' || type == 'A') && number >= 1 && number <= 26)
        g_string_append_c(out, (char)(type + (char)(number - 1)));
    else if ((type == 'i' || type == 'I') && number >= 1 && number < 4000)
        append_roman(out, number, type == 'I');
    else
        g_string_append_printf(out, "%u", number);
    g_string_append(out, ". ");
}
