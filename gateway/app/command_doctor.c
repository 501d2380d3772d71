#include "gateway/app/doctor.h"
#include "gateway/app/mailboxes.h"

#include <stdio.h>
#include <sysexits.h>

typedef struct {
    const Command *command;
    Json *list; /* with --json; else each is printed as soon as it is known */
    guint bad, pities;
} Round;

Examination *examination_new(char *where)
{
    Examination *examination = g_new0(Examination, 1);
    examination->where = where;
    examination->steps = probe_steps_new();
    return examination;
}

void examination_free(gpointer data)
{
    Examination *examination = data;
    g_free(examination->where);
    g_ptr_array_unref(examination->steps);
    g_free(examination);
}

static const char *result_of(const ProbeStep *step)
{
    static const char *const names[] = {[PROBE_OK] = "ok", [PROBE_PITY] = "pity", [PROBE_BAD] = "bad"};
    return names[step->result];
}

static void add_json(Json *list, const char *where, const ProbeStep *step)
{
    Json *object = json_make_object();
    json_put_text(object, "where", where);
    json_put_text(object, "what", step->what);
    json_put_text(object, "result", result_of(step));
    json_put_text(object, "words", step->words);
    json_add(list, object);
}

static void print_step(const ProbeStep *step)
{
    g_autofree char *label =
        g_strdup_printf("  %s%-4s%s  %-16s  ", step->result == PROBE_BAD ? style_bold() : style_dim(),
                        result_of(step), style_off(), step->what);
    fputs(label, stdout);
    command_print("", step->words);
}

/* Takes the examination. */
static void report(Round *round, Examination *examination)
{
    gboolean is_headed = round->list != NULL;
    for (guint i = 0; i < examination->steps->len; i++) {
        const ProbeStep *step = examination->steps->pdata[i];
        round->bad += step->result == PROBE_BAD;
        round->pities += step->result == PROBE_PITY;
        if (round->command->quiet && step->result == PROBE_OK && !round->list)
            continue;
        if (!is_headed)
            command_print("", examination->where);
        is_headed = TRUE;
        if (round->list)
            add_json(round->list, examination->where, step);
        else
            print_step(step);
    }
    fflush(stdout);
    examination_free(examination);
}

static void examine_gate(Round *round, const Config *config)
{
    report(round, doctor_machine(config));
    g_autoptr(GPtrArray) listeners = doctor_listeners(config);
    g_ptr_array_set_free_func(listeners, NULL);
    for (guint i = 0; i < listeners->len; i++)
        report(round, listeners->pdata[i]);
}

static void examine_servers(Round *round, const Config *config)
{
    for (guint i = 0; i < config->sign_ins->len; i++)
        report(round, doctor_sign_in(config, config->sign_ins->pdata[i]));
    for (guint i = 0; i < config->mailboxes->len; i++)
        report(round, doctor_mailbox(config, config->mailboxes->pdata[i]));
    for (guint i = 0; i < config->routes->len; i++)
        if (((const ConfigRoute *)config->routes->pdata[i])->type == OUTGOING_SMTP)
            report(round, doctor_route(config, config->routes->pdata[i]));
    for (guint i = 0; i < config->webhooks->len; i++)
        report(round, doctor_webhook(config->webhooks->pdata[i]));
}

static void print_end(const Round *round)
{
    if (round->bad > 0)
        printf("\n%u bad: what to mend stands beside %s.\n", round->bad, round->bad == 1 ? "it" : "each");
    else
        printf("\nAll is well%s.\n", round->pities ? "; what is a pity works, but less well" : "");
}

int command_doctor(Command *command)
{
    int code = EX_OK;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    if (!command_drop_privileges(config))
        return EX_NOPERM;
    Round round = {.command = command, .list = command->json ? json_make_array() : NULL};
    examine_gate(&round, config);
    examine_servers(&round, config);
    if (round.list)
        command_print_json(round.list, FALSE);
    else if (!command->quiet || round.bad > 0)
        print_end(&round);
    return round.bad > 0 ? 1 : EX_OK;
}
