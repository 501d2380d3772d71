#include "fate.h"
#include "withhold.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/content.h>
#include <postern/parts.h>

#include <string.h>

/* Of all HTML parts together; what is longer gives no LIMIT_HTML_BYTES of safe HTML. */
#define MARKUP_BYTES (8u * 1024 * 1024)

/* One part that may go along. */
typedef struct {
    const AttachedPart *attached;
    int image; /* place among the images of the rewriting, or -1 */
    Fate fate;
    gboolean is_withheld;
} Piece;

typedef struct {
    Mail *mail;
    const ContentWish *wish;
    GPtrArray *findings;
    ShownText shown;
    GPtrArray *attached; /* AttachedPart */
    GArray *pieces;      /* Piece */
    Content *content;
    gboolean has_secret;
} Making;

static gboolean is_type(const Mail *mail, guint index, const char *type)
{
    return strcmp(mail_part(mail, index)->type, type) == 0;
}

/* Of an answer any HTML will do that says the text; else it must be a form of what is shown. */
static gboolean is_markup(const Making *making, guint index)
{
    const MailPart *part = mail_part(making->mail, index);
    if (part->is_unpacked && making->shown.uses[index] != PART_SHOWN)
        return FALSE;
    return part->is_leaf && is_type(making->mail, index, "text/html") && part_is_shown(part) &&
           (making->wish->own_text || making->shown.uses[index] != PART_ATTACHED);
}

/* For every part whether there is HTML in it. The caller frees. */
static gboolean *find_markup(const Making *making)
{
    gboolean *holds = g_new0(gboolean, mail_part_count(making->mail));
    for (guint i = 0; i < mail_part_count(making->mail); i++) {
        if (!is_markup(making, i))
            continue;
        guint at = i;
        for (; at > 0 && !holds[at]; at = mail_part(making->mail, at)->parent)
            holds[at] = TRUE;
        holds[at] = TRUE;
    }
    return holds;
}

/* Plain words beside pages, not instead of one: a footer, or what was written below a picture. */
static gboolean is_words_alone(const Making *making, const gboolean *holds, guint index)
{
    const Mail *mail = making->mail;
    if (making->shown.uses[index] != PART_SHOWN || !mail_part(mail, index)->is_leaf ||
        is_type(mail, index, "text/html"))
        return FALSE;
    for (guint above = index; above > 0;) {
        above = mail_part(mail, above)->parent;
        if (is_type(mail, above, "multipart/alternative") && holds[above])
            return FALSE;
    }
    return TRUE;
}

static void append_words(Making *making, guint index, GString *out)
{
    g_autofree char *words = part_text_plain(making->mail, index, LIMIT_TEXT_BYTES, NULL, NULL);
    g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        g_autofree char *line = g_markup_escape_text(lines[i], -1);
        g_string_append_printf(out, "%s<br>", line);
    }
}

/* All pages of the mail one behind the other; NULL when it has none. */
static GString *collect_markup(Making *making)
{
    g_autofree gboolean *holds = find_markup(making);
    if (!holds[0])
        return NULL;
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < mail_part_count(making->mail); i++) {
        gboolean is_cut = FALSE;
        if (is_markup(making, i)) {
            g_autofree char *markup = part_markup(making->mail, i, making->findings, &is_cut);
            g_string_append(out, markup);
        } else if (is_words_alone(making, holds, i)) {
            append_words(making, i, out);
        }
        if (!is_cut && out->len <= MARKUP_BYTES)
            continue;
        g_string_free(out, TRUE);
        return NULL;
    }
    return out;
}

/* The parts that the pages may name; those that are over the limit are not there. */
static GArray *list_images(Making *making)
{
    GArray *images = g_array_new(FALSE, TRUE, sizeof(BodyImage));
    for (guint i = 0; i < making->pieces->len; i++) {
        Piece *piece = &g_array_index(making->pieces, Piece, i);
        const MailPart *part = mail_part_measure(making->mail, piece->attached->index);
        piece->image = -1;
        if (!part->content_id || !content_type_is_picture(part->type) || piece->fate == FATE_LEFT_OUT)
            continue;
        piece->image = (int)images->len;
        BodyImage image = {
            .content_id = part->content_id,
            .shown_as = g_strdup_printf("%u.%.16s@content.invalid", images->len + 1, part->sha256),
        };
        g_array_append_val(images, image);
    }
    return images;
}

static void images_free(GArray *images)
{
    for (guint i = 0; i < images->len; i++)
        g_free((gpointer)(gsize)g_array_index(images, BodyImage, i).shown_as);
    g_array_unref(images);
}

static void judge_pieces(Making *making, const GArray *images)
{
    FateCase fates = {.mail = making->mail,
                      .shown = &making->shown,
                      .is_answer = making->wish->own_text != NULL,
                      .has_html = making->content->html != NULL};
    for (guint i = 0; i < making->pieces->len; i++) {
        Piece *piece = &g_array_index(making->pieces, Piece, i);
        if (piece->fate == FATE_LEFT_OUT)
            continue;
        BodyImageUse use =
            piece->image < 0 ? IMAGE_UNNAMED : g_array_index(images, BodyImage, (guint)piece->image).use;
        piece->fate = fate_of(&fates, piece->attached->index, piece->attached->name, use);
    }
}

/* Gives room to what the HTML shows, then to the rest, in the order of the mail. FALSE when something that
 * the HTML shows found none. */
static gboolean fit_pieces(Making *making)
{
    guint64 room = MIN(making->wish->attachment_bytes, LIMIT_CONTENT_BYTES);
    gboolean all_shown = TRUE;
    static const Fate turns[] = {FATE_INLINE, FATE_SENT};
    for (guint turn = 0; turn < G_N_ELEMENTS(turns); turn++)
        for (guint i = 0; i < making->pieces->len; i++) {
            Piece *piece = &g_array_index(making->pieces, Piece, i);
            if (piece->fate != turns[turn])
                continue;
            guint64 size = mail_part_measure(making->mail, piece->attached->index)->size;
            if (size <= room) {
                room -= size;
                continue;
            }
            all_shown &= piece->fate != FATE_INLINE;
            piece->fate = FATE_LEFT_OUT;
        }
    return all_shown;
}

static void take_piece(Making *making, const Piece *piece, const GArray *images)
{
    const MailPart *source = mail_part_measure(making->mail, piece->attached->index);
    ContentPart *part = g_new0(ContentPart, 1);
    gsize length;
    char *bytes = mail_part_bytes(making->mail, source->index, source->size, &length, NULL);
    part->bytes = g_bytes_new_take(bytes, length);
    part->name = g_strdup(piece->attached->name);
    part->type = g_strdup(content_type_safe(source->type));
    part->is_inline = piece->fate == FATE_INLINE;
    if (part->is_inline)
        part->content_id = g_strdup(g_array_index(images, BodyImage, (guint)piece->image).shown_as);
    g_ptr_array_add(making->content->parts, part);
}

static void take_pieces(Making *making, const GArray *images)
{
    for (guint i = 0; i < making->pieces->len; i++) {
        const Piece *piece = &g_array_index(making->pieces, Piece, i);
        if (piece->is_withheld)
            g_ptr_array_add(making->content->withheld, g_strdup(piece->attached->name));
        else if (piece->fate == FATE_LEFT_OUT)
            making->content->left_out++;
        else if (piece->fate != FATE_DROPPED)
            take_piece(making, piece, images);
    }
}

/* An image that is over the limit may not be named: then the HTML is made once more, without it. */
static void make_forms(Making *making)
{
    GString *markup = making->has_secret ? NULL : collect_markup(making);
    for (gboolean fits = FALSE; !fits;) {
        GArray *images = list_images(making);
        g_clear_pointer(&making->content->html, g_free);
        if (markup)
            making->content->html = body_html_safe(markup->str, markup->len, making->wish->own_text,
                                                   (BodyImage *)(gpointer)images->data, images->len);
        judge_pieces(making, images);
        fits = fit_pieces(making);
        if (fits)
            take_pieces(making, images);
        images_free(images);
    }
    if (markup)
        g_string_free(markup, TRUE);
}

static void list_pieces(Making *making)
{
    for (guint i = 0; i < making->attached->len; i++) {
        Piece piece = {.attached = making->attached->pdata[i], .image = -1, .fate = FATE_SENT};
        g_array_append_val(making->pieces, piece);
    }
}

/* A rule that gave up tells nothing of what else there is. */
static gboolean has_given_up(const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++)
        if (strcmp(((const Finding *)findings->pdata[i])->code, "rule-gave-up") == 0)
            return TRUE;
    return FALSE;
}

/* Reading the mail again tells the names as they may be shown, and what its secrets are. */
static void withhold_secrets(Making *making)
{
    const ContentWish *wish = making->wish;
    if (!wish->rules || wish->own_text)
        return;
    const ReadingSettings settings = {.rules = wish->rules, .scratch = wish->scratch};
    g_autoptr(Reading) reading = reading_make_mail(making->mail, &settings);
    const gint64 deadline_us = clock_monotonic_us() + LIMIT_RULE_WITHHOLD_US;
    for (guint i = 0; i < making->pieces->len && i < reading->attachments->len; i++) {
        AttachedPart *attached = making->attached->pdata[i];
        Piece *piece = &g_array_index(making->pieces, Piece, i);
        g_free(attached->name);
        attached->name = g_strdup(((const Attachment *)reading->attachments->pdata[i])->name);
        piece->is_withheld =
            withhold_part(making->mail, attached->index, wish->rules, wish->scratch, deadline_us);
        if (piece->is_withheld)
            piece->fate = FATE_LEFT_OUT;
    }
    making->has_secret = rules_met_secret(wish->scratch) || has_given_up(reading->findings);
    g_free(making->content->text);
    making->content->text = g_strdup(reading->text);
}

static Content *make(Mail *mail, const ContentWish *wish, GPtrArray *findings)
{
    Making making = {.mail = mail, .wish = wish, .findings = findings, .content = content_new()};
    making.pieces = g_array_new(FALSE, TRUE, sizeof(Piece));
    shown_text_make(mail, findings, &making.shown);
    making.attached = parts_attached(mail, &making.shown);
    making.content->text = wish->own_text ? clean_text(wish->own_text, -1, LIMIT_TEXT_BYTES)
                                          : g_steal_pointer(&making.shown.text);
    list_pieces(&making);
    withhold_secrets(&making);
    make_forms(&making);
    g_array_unref(making.pieces);
    g_ptr_array_unref(making.attached);
    shown_text_clear(&making.shown);
    return making.content;
}

Content *content_make_bytes(const char *bytes, gsize length, const ContentWish *wish, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(bytes, length, findings, error);
    return mail ? make(mail, wish, findings) : NULL;
}

Content *content_make_fd(int fd, const ContentWish *wish, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_fd(fd, findings, error);
    return mail ? make(mail, wish, findings) : NULL;
}
