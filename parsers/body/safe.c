#include "parsers/body/safe_write.h"

#include <string.h>

/* Named where only some programs look, or behind a limit: whose image it is then cannot be told. */
static void note_hidden(const char *html, gsize length, const SafeTree *tree)
{
    for (guint i = 0; i < tree->image_count; i++) {
        BodyImage *image = &tree->images[i];
        const char *id = image->content_id;
        if (image->use == IMAGE_UNNAMED && (tree->is_cut || memmem(html, length, id, strlen(id))))
            image->use = IMAGE_QUOTED;
    }
}

char *body_html_safe(const char *html, gsize length, const char *own_text, BodyImage *images,
                     guint image_count)
{
    for (guint i = 0; i < image_count; i++)
        images[i].use = IMAGE_UNNAMED;
    g_autoptr(SafeTree) tree = safe_tree_read(html, length, images, image_count);
    safe_note_images(tree);
    note_hidden(html, length, tree);
    SafeSpan span;
    if (tree->is_cut || (own_text && !safe_own_find(tree, own_text, &span)))
        return NULL;
    char *safe = safe_write(tree, own_text ? &span : NULL, own_text);
    if (!safe)
        safe_note_images(tree);
    return safe;
}
