/*
 * apply_after.c
 *	  What dbarchive_apply does after the policies: orphans, and free space.
 */
#include "common/retention/policy.h"

#include <string.h>

#include "common/batch/batch.h"
#include "common/core/inner_call.h"
#include "common/core/names.h"

/* Transactions are as those of other calls from here on. */
static void
end_snapshot(dbc_host *host)
{
	host->one_snapshot = false;
	host->lock_timeout_ms = -1;
	dbc_commit(host, 0);
}

/* A call of dbarchive_orphans(). */
typedef struct orphans_call
{
	const dbc_json_item *arguments;
	const char *result;
} orphans_call;

static void
call_orphans(dbc_host *host, void *arg)
{
	orphans_call *c = arg;

	c->result = dbc_call_inner(host, "dbarchive_orphans", c->arguments);
}

void
dbc_retention_repair_orphans(dbc_host *host,
							 const dbarchive_apply_options *given,
							 dbc_json_node *result, int64_t *failed)
{
	dbc_json_node *arguments = dbc_json_object(host);
	dbc_json_node *options = dbc_json_object(host);
	dbc_json_node *outcome = dbc_json_object(host);
	dbc_value repaired;
	orphans_call c;
	dbc_error error;
	const char *text;

	DBC_PUT_TEXT(options, action, given->orphans.text);
	DBC_PUT_BOOL(options, repair, !given->dry_run.integer);
	if (given->relation.given)
		DBC_PUT_TEXT(options, relation, given->relation.text);
	if (given->confirm.given)
		DBC_PUT_TEXT(options, confirm, given->confirm.text);
	DBC_PUT(arguments, options, options);
	text = dbc_json_text(arguments);
	c.arguments = dbc_json_read(host, text, strlen(text), NULL, 0, &text);
	if (!given->dry_run.integer)
		end_snapshot(host);
	if (dbc_guard(host, call_orphans, &c, DBC_KEEP, false, &error))
	{
		repaired = dbc_json(c.result);
		DBC_PUT_VALUE(result, orphans, &repaired);
		return;
	}
	(*failed)++;
	DBC_PUT_TEXT(outcome, error, dbc_batch_error(host, &error));
	DBC_PUT(result, orphans, outcome);
}

void
dbc_retention_vacuum(dbc_host *host, const dbarchive_apply_options *given,
					 dbc_json_node *result)
{
	dbc_json_node *outcome = dbc_json_object(host);

	end_snapshot(host);
	dbc_archive_upkeep(
		host, "vacuum",
		&(dbc_archive_upkeep_call){.relation = given->relation.text,
								   .dry_run = given->dry_run.integer,
								   .confirm = given->confirm.text},
		outcome);
	DBC_PUT(result, vacuum, outcome);
}
