/*
 * digest.c
 *	  dbsync_digest: a number for the rows of a table, equal on both engines.
 */
#include "common/check/host.h"
#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/core/text.h"
#include "common/sync/encode.h"

typedef struct digesting
{
	dbc_sync_encoder encoder;
	const dbc_sync_table *table;
	dbc_sync_sum sum;
} digesting;

static void
add_row(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	digesting *d = arg;

	(void) host;
	dbc_sync_encode(&d->encoder, d->table, values);
	dbc_sync_add(&d->sum, d->encoder.hash);
}

static void
digest_table(dbc_host *host, digesting *d, const dbc_relation *relation)
{
	d->table = dbc_sync_describe(host, relation);
	d->sum = (dbc_sync_sum){0};
	DBC_CALL(host, sync, scan)(host, d->table->query, add_row, d);
	dbc_emit(host, dbc_text(relation->shown), dbc_int(d->sum.rows),
			 dbc_text(dbc_sync_sum_text(host, &d->sum)));
}

/* dbsync_digest(relation) */
DBC_RUN(dbsync_digest)
{
	const dbc_relation *tables;
	int ntables = 1;
	digesting d;

	if (args->relation.kind == DBC_NULL)
		tables = DBC_CALL(host, check, tables)(host, &ntables);
	else
	{
		dbc_refuse_options(host, args->relation.text, "relation");
		tables = host->resolve(host, args->relation.text);
	}
	dbc_sync_init_encoder(&d.encoder, host);
	for (int i = 0; i < ntables; i++)
	{
		dbc_progress(host, "digesting", i, ntables);
		digest_table(host, &d, &tables[i]);
	}
	dbc_progress_end(host, ntables);
}
