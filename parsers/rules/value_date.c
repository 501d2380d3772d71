#include <parsers/rules/value_months.h>
#include <parsers/rules/value_parts.h>

#include <string.h>

#define PIECES 3u
#define YEAR_LEAST 1900
#define YEAR_MOST 2199
/* "22.11.26": years from here on are of the last century. */
#define CENTURY_TURNS 70

/* A date as it is written: three numbers, or two and the name of a month. */
typedef struct {
    guint numbers[PIECES], digits[PIECES];
    guint count;
    guint month;  /* by its name, or 0 */
    guint before; /* how many numbers stand before the name */
    char mark;    /* between the first two numbers: '-', '/', '.', or 0 */
    gboolean is_wrong;
} Written;

static void take_number(Written *written, const char **at)
{
    gsize digits = strspn(*at, "0123456789");
    if (written->count == PIECES || (digits > 4 && digits != 8)) {
        written->is_wrong = TRUE;
    } else {
        written->digits[written->count] = (guint)digits;
        written->numbers[written->count++] = (guint)g_ascii_strtoull(*at, NULL, 10);
    }
    *at += digits;
}

static gboolean is_letter(const char *at)
{
    return g_unichar_isalpha(g_utf8_get_char(at)) || g_unichar_ismark(g_utf8_get_char(at));
}

static void take_word(Written *written, const char **at)
{
    const char *start = *at;
    while (**at && is_letter(*at))
        *at = g_utf8_next_char(*at);
    g_autofree char *word = g_strndup(start, (gsize)(*at - start));
    guint month = month_of_name(word);
    if (month && !written->month) {
        written->month = month;
        written->before = written->count;
    } else if (month || !month_is_filler(word)) {
        written->is_wrong = TRUE;
    }
}

static void take_mark(Written *written, const char **at)
{
    static const char *const others[] = {"º", "ª", "°", "’", "年", "月", "日"};
    if (strchr("-/.", **at) && written->count == 1 && !written->mark)
        written->mark = **at;
    if (strchr(" \t\n,.-/'", **at)) {
        (*at)++;
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (!g_str_has_prefix(*at, others[i]))
            continue;
        *at += strlen(others[i]);
        return;
    }
    written->is_wrong = TRUE;
    *at = g_utf8_next_char(*at);
}

static Written scan(const char *text)
{
    Written written = {0};
    for (const char *at = text; *at && !written.is_wrong;) {
        gboolean is_kanji =
            g_str_has_prefix(at, "年") || g_str_has_prefix(at, "月") || g_str_has_prefix(at, "日");
        if (g_ascii_isdigit(*at))
            take_number(&written, &at);
        else if (is_letter(at) && !is_kanji)
            take_word(&written, &at);
        else
            take_mark(&written, &at);
    }
    return written;
}

/* Where day, month and year stand among the numbers. */
typedef struct {
    guint day, month, year, year_digits;
} Order;

static Order by_place(const Written *written, guint day, guint month, guint year)
{
    return (Order){written->numbers[day], written->numbers[month], written->numbers[year],
                   written->digits[year]};
}

/* "22 November 2026", "November 22, 2026", "2026 November 22". FALSE: no such form. */
static gboolean order_named(const Written *written, Order *out)
{
    if (written->count != 2)
        return FALSE;
    gboolean year_first = written->digits[0] == 4 && written->before >= 1;
    *out = (Order){.day = written->numbers[year_first ? 1 : 0],
                   .month = written->month,
                   .year = written->numbers[year_first ? 0 : 1],
                   .year_digits = written->digits[year_first ? 0 : 1]};
    return TRUE;
}

/* "11/12/2026" says what it means only where one of the two cannot be a month, or the rule says it. */
static gboolean order_numbers(const Written *written, DateOrder order, Order *out, const char **why)
{
    guint first = written->numbers[0], second = written->numbers[1];
    if (written->digits[0] == 4 || (order == ORDER_YMD && written->digits[2] <= 2)) {
        *out = by_place(written, 2, 1, 0);
        return TRUE;
    }
    gboolean is_dotted = written->mark == '.';
    if (is_dotted || order == ORDER_DMY || (order != ORDER_MDY && first > 12 && second <= 12))
        *out = by_place(written, 0, 1, 2);
    else if (order == ORDER_MDY || (first <= 12 && second > 12) || first == second)
        *out = by_place(written, 1, 0, 2);
    else {
        *why = "day or month first? 'order: dmy' or 'order: mdy' says which";
        return FALSE;
    }
    /* What the order makes impossible was written the other way round. */
    if (!is_dotted && out->month > 12 && out->day <= 12)
        *out = (Order){out->month, out->day, out->year, out->year_digits};
    return TRUE;
}

/* 20261122 */
static gboolean order_one(const Written *written, Order *out)
{
    guint number = written->numbers[0];
    *out = (Order){number % 100, number / 100 % 100, number / 10000, 4};
    return written->count == 1 && written->digits[0] == 8;
}

static gboolean put_in_order(const Written *written, DateOrder order, Order *out, const char **why)
{
    *why = "no date";
    if (written->is_wrong)
        return FALSE;
    if (written->month)
        return order_named(written, out);
    if (written->count == 1)
        return order_one(written, out);
    return written->count == PIECES && order_numbers(written, order, out, why);
}

char *date_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    value_narrow_blanks(text, start, end);
    g_autofree char *raw = value_piece(text, *start, *end);
    Written written = scan(raw);
    Order date;
    if (!put_in_order(&written, spec->order, &date, why))
        return NULL;
    if (date.year_digits == 2)
        date.year += date.year >= CENTURY_TURNS ? 1900 : 2000;
    else if (date.year_digits != 4)
        return value_refuse(why, "a year has two or four digits");
    if (date.year < YEAR_LEAST || date.year > YEAR_MOST)
        return value_refuse(why, "the year is not one of 1900 to 2199");
    if (date.month < 1 || date.month > 12)
        return value_refuse(why, "no such month");
    if (date.day < 1 || date.day > g_date_get_days_in_month((GDateMonth)date.month, (GDateYear)date.year))
        return value_refuse(why, "no such day");
    return g_strdup_printf("%04u-%02u-%02u", date.year, date.month, date.day);
}
