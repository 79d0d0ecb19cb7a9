/*
 * digest.c
 *	  dbsync_digest: a number for the rows of a table, or of ranges of its key,
 *	  equal on both engines.
 */
#include "common/check/host.h"
#include "common/core/functions.h"
#include "common/core/options.h"
#include "common/core/text.h"
#include "common/sync/file.h"
#include "common/sync/range.h"

/* A level that no key has. */
#define NO_LEVEL 63

typedef struct digesting
{
	const dbsync_digest_options *given;
	dbc_sync_encoder encoder;
	const dbc_sync_table *table;
	dbc_sync_sum sum;

	/* ranges */
	dbc_sync_section section;
	dbc_sync_parts parts;
	dbc_sync_key after;
	dbc_sync_key to;
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
	DBC_CALL(host, sync, scan)
	(host, d->table->query, NULL, NULL, 0, add_row, d);
	dbc_emit(host, dbc_text(relation->shown), dbc_int(d->sum.rows),
			 dbc_text(dbc_sync_sum_text(host, &d->sum)), dbc_null(),
			 dbc_null());
}

/* ---- ranges ---- */

/* How a key compares with a bound. */
static int
compare_bound(const dbc_sync_key *key, const dbc_sync_key *bound)
{
	return dbc_sync_compare_keys(key->bytes, key->length, bound->bytes,
								 bound->length);
}

static void
add_to_range(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	digesting *d = arg;
	dbc_sync_key key;

	(void) host;
	dbc_sync_encode(&d->encoder, d->table, values);
	dbc_sync_take_key(&d->encoder, d->table->nkeys, &key);
	if ((!d->given->after.given || compare_bound(&key, &d->after) > 0) &&
		(!d->given->to.given || compare_bound(&key, &d->to) <= 0))
		dbc_sync_add_part(&d->parts, &d->encoder, 0);
}

/* The query of the rows between the keys, and some beside them. */
static dbc_sync_range
find_rows(dbc_host *host, digesting *d)
{
	const dbsync_digest_options *given = d->given;
	dbc_sync_range range;

	if (given->after.given)
		dbc_sync_read_key(host, d->table, given->after.text, "option \"after\"",
						  &d->after);
	if (given->to.given)
		dbc_sync_read_key(host, d->table, given->to.text, "option \"to\"",
						  &d->to);
	if (!dbc_sync_find_range(host, d->table,
							 given->after.given ? &d->after : NULL,
							 given->to.given ? &d->to : NULL, true, &range))
		range = (dbc_sync_range){.query = d->table->query};
	range.query = dbc_format(host, "%s order by %s", range.query,
							 dbc_sync_order_list(host, d->table));
	return range;
}

/* A key of the result, or null. */
static dbc_value
key_value(dbc_host *host, const digesting *d, const unsigned char *bytes,
		  size_t length)
{
	return length > 0 ? dbc_json(dbc_sync_key_text(host, d->table, bytes,
												   length, true))
					  : dbc_null();
}

static void
digest_ranges(dbc_host *host, digesting *d, const dbc_relation *relation)
{
	int64_t rows = dbc_option_or(&d->given->range_rows, 0);
	dbc_sync_section *section = &d->section;
	dbc_sync_range range;
	dbc_value after;

	d->table = dbc_sync_describe(host, relation);
	if (d->table->nkeys == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Call dbsync_digest() without options.",
				 "table %s has no primary key, and no ranges of it",
				 relation->shown);
	range = find_rows(host, d);
	section->table = *d->table;
	dbc_sync_begin_parts(host, &d->parts, section, DBC_SYNC_PARTS,
						 rows > 0 ? 63 - __builtin_clzll((uint64_t) rows)
								  : NO_LEVEL);
	DBC_CALL(host, sync, scan)
	(host, range.query, NULL, range.bounds, range.nbounds, add_to_range, d);
	after = key_value(host, d, d->after.bytes, d->after.length);
	for (int i = 0; i < section->nparts; i++)
	{
		const dbc_sync_part *part = &section->parts[i];
		bool is_last = i == section->nparts - 1;
		dbc_value to = key_value(host, d, is_last ? d->to.bytes : part->upper,
								 is_last ? d->to.length : part->nupper);

		dbc_emit(host, dbc_text(relation->shown), dbc_int(part->sum.rows),
				 dbc_text(dbc_sync_sum_text(host, &part->sum)), after, to);
		after = to;
	}
}

/* dbsync_digest(relation, options) */
DBC_RUN(dbsync_digest)
{
	const dbsync_digest_options *given =
		dbc_read_options(host, &args->options, dbsync_digest_options);
	bool has_ranges =
		given->range_rows.given || given->after.given || given->to.given;
	const dbc_relation *tables;
	int ntables = 1;
	digesting *d = dbc_alloc(host, sizeof(*d));

	if (args->relation.kind == DBC_NULL && has_ranges)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "select * from dbsync_digest('customer', '{\"range_rows\": "
				 "1000}');",
				 "ranges of a key need a table");
	if (args->relation.kind == DBC_NULL)
		tables = DBC_CALL(host, check, tables)(host, &ntables);
	else
	{
		dbc_refuse_options(host, args->relation.text, "relation");
		tables = dbc_resolve(host, args->relation.text);
	}
	*d = (digesting){.given = given};
	dbc_sync_init_encoder(&d->encoder, host);
	for (int i = 0; i < ntables; i++)
	{
		dbc_progress(host, "digesting", i, ntables);
		if (has_ranges)
			digest_ranges(host, d, &tables[i]);
		else
			digest_table(host, d, &tables[i]);
	}
	dbc_progress_end(host, ntables);
}
