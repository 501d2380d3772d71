/* Templates of notices: a small Mustache without lambdas. `{{name}}`,
 * `{{a.b}}`, `{{#section}}…{{/section}}`, `{{^inverted}}…{{/inverted}}`, `{{>part}}`, `{{! comment}}`.
 * Escaping follows the file kind, never the author. Pure. */
#pragma once

#include <postern/yaml.h>

typedef enum { TEMPLATE_TEXT, TEMPLATE_HTML, TEMPLATE_HEADER } TemplateKind;
typedef struct Template Template;

/* The names a template may use, so that a misspelt one is found at check time. NULL-terminated:
 * "queue.name", "fields" (a list or truth), "fields.label", … */
typedef const char *const *TemplateNames;

/* Of a list, `{{fields.length}}` is the number of items, and `{{#fields.length}}…{{/fields.length}}` stands
 * once when there are any. A tag other than a value that is alone on its line leaves no empty line.
 * A part is named as its file ("footer.txt"); `{{{x}}}`, `{{&x}}` and `{{=…=}}` are refused. */

/* Finds the text of a part by name; NULL when there is none. Borrowed. May be NULL itself. */
typedef const char *(*TemplatePart)(gpointer user, const char *name);

/* NULL when `problems` got an error (unknown name, bad nesting, unclosed tag, missing part). */
Template *template_compile(const char *file, const char *text, TemplateKind kind, TemplateNames names,
                           TemplatePart part, gpointer user, GPtrArray *problems);
void template_free(Template *compiled);
/* TRUE when this value stands before every other one, and in a text before every word. */
gboolean template_opens_with(const Template *compiled, const char *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

/* Values: a tree of texts, truths and lists. Setting gives children away. */
typedef struct TemplateValues TemplateValues;
TemplateValues *template_values_new(void);
void template_values_free(TemplateValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateValues, template_values_free)
/* `name` may be dotted. NULL or "" counts as false in sections. */
void template_set(TemplateValues *values, const char *name, const char *text);
/* Appends an item to the list `name` and returns it, borrowed, to be filled. Inside the section
 * `{{#fields}}` its names are seen without the list's name ("label"). */
TemplateValues *template_add_item(TemplateValues *values, const char *name);

/* The caller frees. HEADER: one clean line. */
char *template_render(const Template *compiled, const TemplateValues *values);
