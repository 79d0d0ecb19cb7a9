/*
 * import.c
 *	  dbsync_import: rows of a file into the tables of this database.
 *
 * Rows are inserted by statements of the caller, some at a time, in the
 * transaction of the call; what the tables have in the end is read again and
 * compared with the file.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/text.h"
#include "common/ops/host.h"
#include "common/sync/choice.h"
#include "common/sync/difference.h"
#include "common/sync/held.h"
#include "common/sync/order.h"

/* Most rows and bytes of a statement. */
#define MOST_ROWS  100
#define MOST_BYTES ((size_t) 1 << 20)

typedef struct import
{
	dbc_host *host;
	const dbsync_import_options *given;
	bool skips;
	bool overwrites;
	dbc_sync_input *input;
	dbc_sync_target *targets;
	int ntargets;
	int64_t rows;
	int64_t written;

	/* the table that gets rows */
	dbc_sync_target *target;
	bool stages; /* rows wait in a temporary table */
	const dbc_sync_section *section;
	const dbc_sync_table *table;
	dbc_sync_encoder encoder;
	dbc_sync_sum sum; /* of the rows that were read */
	dbc_sync_comparison *comparison;
} import;

/* ---- values ---- */

/* A number as SQLite has it, if that is the same number. */
static dbc_value
number_value(const char *text)
{
	char again[DBC_SYNC_NUMBER];
	char *end;
	size_t length = dbc_sync_integer_text(again, strtoll(text, &end, 10));
	double real;

	again[length] = '\0';
	if (!*end && dbc_same(again, text))
		return dbc_int(strtoll(text, NULL, 10));
	if (dbc_same(text, "Infinity") || dbc_same(text, "-Infinity"))
		return dbc_real(*text == '-' ? -INFINITY : INFINITY);
	if (!dbc_parse_real(text, &real))
		return dbc_text(text);
	again[dbc_sync_real_text(again, real, false)] = '\0';
	return dbc_same(again, text) ? dbc_real(real) : dbc_text(text);
}

static dbc_ops_value
make_value(import *m, const dbc_sync_value *value, const char *column)
{
	static const char digits[] = "0123456789abcdef";
	char *hex;

	switch (value->kind)
	{
		case DBC_SYNC_NULL:
			return (dbc_ops_value){.value = dbc_null()};
		case DBC_SYNC_DECIMAL:
			return (dbc_ops_value){.value = m->host->traits->decimals
												? dbc_text(value->bytes)
												: number_value(value->bytes)};
		case DBC_SYNC_BLOB:
			break;
		default:
			if (!memchr(value->bytes, '\0', value->length))
				return (dbc_ops_value){.value = dbc_text(value->bytes)};
			if (!m->host->traits->nul_in_text)
				dbc_fail(m->host, "22021", NULL, NULL,
						 "a text for column %s of table %s has a NUL character",
						 column, m->table->relation->shown);
			return (dbc_ops_value){.value = dbc_text(value->bytes),
								   .length = (int) value->length};
	}
	hex = dbc_alloc(m->host, 2 * value->length + 1);
	for (size_t i = 0; i < value->length; i++)
	{
		unsigned char byte = (unsigned char) value->bytes[i];

		hex[2 * i] = digits[byte >> 4];
		hex[2 * i + 1] = digits[byte & 15];
	}
	hex[2 * value->length] = '\0';
	return (dbc_ops_value){.value = dbc_text(hex), .is_blob = true};
}

/* ---- statements ---- */

/* Runs a statement without parameters as the caller. */
static const dbc_rows *
run(import *m, const char *sql)
{
	return DBC_CALL(m->host, ops, run)(m->host, NULL, sql, true, NULL, 0, NULL,
									   NULL);
}

/* [PG] The temporary table of a target. */
static const char *
stage_name(import *m, const dbc_sync_target *target)
{
	return dbc_format(m->host, "pg_temp.dbcare_rows_%d",
					  (int) (target - m->targets));
}

/* Appends what to do with a row whose key is there. */
static void
add_conflict(import *m, dbc_buffer *sql)
{
	const dbc_sync_table *table = m->table;
	bool any = false;

	if (!m->skips && (!m->overwrites || table->nkeys == 0))
		return;
	if (m->skips || table->nkeys == table->ncolumns)
	{
		dbc_append(sql, " on conflict do nothing");
		return;
	}
	dbc_append(sql, " on conflict (");
	for (int i = 0; i < table->ncolumns; i++)
		if (table->columns[i].key > 0)
		{
			dbc_append_format(sql, "%s%s", any ? ", " : "",
							  dbc_quote(m->host, table->columns[i].name));
			any = true;
		}
	dbc_append(sql, ") do update set ");
	any = false;
	for (int i = 0; i < table->ncolumns; i++)
		if (table->columns[i].key == 0)
		{
			const char *name = dbc_quote(m->host, table->columns[i].name);

			dbc_append_format(sql, "%s%s = excluded.%s", any ? ", " : "", name,
							  name);
			any = true;
		}
}

/* Appends names of the columns. */
static void
add_columns(import *m, dbc_buffer *sql)
{
	for (int i = 0; i < m->table->ncolumns; i++)
		dbc_append_format(sql, "%s%s", i > 0 ? ", " : "",
						  dbc_quote(m->host, m->table->columns[i].name));
}

/* The statement that inserts so many rows. */
static const char *
make_statement(import *m, int nrows)
{
	const dbc_sync_table *table = m->table;
	dbc_buffer sql;
	int n = 0;

	dbc_buffer_init(&sql, m->host);
	/* the table can be named excluded */
	dbc_append_format(&sql, "insert into %s as dbcare_row (",
					  m->stages ? stage_name(m, m->target) : table->target);
	add_columns(m, &sql);
	dbc_append(&sql, m->host->traits->sequences
						 ? ") overriding system value values "
						 : ") values ");
	for (int row = 0; row < nrows; row++)
	{
		dbc_append(&sql, row > 0 ? ", (" : "(");
		for (int i = 0; i < table->ncolumns; i++)
			dbc_append_format(&sql, "%s$%d", i > 0 ? ", " : "", ++n);
		dbc_append(&sql, ")");
	}
	if (!m->stages)
		add_conflict(m, &sql);
	return sql.data;
}

/* ---- rows ---- */

/* Inserts the next rows. */
static void
insert_batch(dbc_host *host, void *arg)
{
	import *m = arg;
	int ncolumns = m->table->ncolumns;
	int most = host->traits->most_parameters / ncolumns;
	dbc_sync_value *row = dbc_alloc(host, (size_t) ncolumns * sizeof(*row));
	dbc_ops_value *values;
	size_t bytes = 0;
	int nrows = 0;

	most = most < 1 ? 1 : most > MOST_ROWS ? MOST_ROWS : most;
	values = dbc_alloc(host, (size_t) (most * ncolumns) * sizeof(*values));
	while (nrows < most && bytes < MOST_BYTES &&
		   m->sum.rows < m->section->sum.rows)
	{
		if (!dbc_sync_read_row(m->input, m->section, &m->encoder, row))
			dbc_sync_refuse_file(m->input,
								 "it has fewer rows than its index says");
		dbc_sync_add(&m->sum, m->encoder.hash);
		for (int i = 0; i < ncolumns; i++)
		{
			values[nrows * ncolumns + i] =
				make_value(m, &row[i], m->table->columns[i].name);
			bytes += row[i].length;
		}
		nrows++;
	}
	bytes = (size_t) DBC_CALL(host, ops,
							  run)(host, NULL, make_statement(m, nrows), true,
								   values, nrows * ncolumns, NULL, NULL)
				->affected;
	m->written += m->stages ? 0 : (int64_t) bytes;
}

/* Compares the rows that were summed with those of the file. */
static void
find_difference(import *m)
{
	if (memcmp(&m->comparison->sum, &m->section->sum,
			   sizeof(m->section->sum)) != 0)
		dbc_sync_find_difference(m->input, m->section, m->table,
								 m->comparison->sums,
								 &m->comparison->difference);
}

/* Fails if the table has keys of the file: the engine names only the first. */
static void
check_keys(import *m)
{
	dbc_host *host = m->host;
	const int64_t *rows = m->comparison->difference.rows;
	int64_t there;

	if (m->skips || m->overwrites || m->table->nkeys == 0 ||
		m->comparison->sum.rows == 0)
		return;
	find_difference(m);
	there = m->section->sum.rows - rows[DBC_SYNC_ONLY_THERE];
	if (there > 0)
		dbc_fail(
			host, "23505",
			rows[DBC_SYNC_DIFFERENT] == 0
				? "Their values are equal."
				: dbc_format(host, "Rows with other values: %lld.",
							 (long long) rows[DBC_SYNC_DIFFERENT]),
			"Pass {\"on_conflict\": \"skip\"} to keep the rows of the table, "
			"or {\"on_conflict\": \"overwrite\"} to replace them.",
			"table %s already has %s with primary keys of the file",
			m->table->relation->shown, dbc_count_text(host, there, "row"));
}

/* Makes the present target the table that gets rows. */
static void
begin_target(import *m)
{
	m->section = m->target->section;
	m->table = dbc_sync_match(m->host, m->section, m->target->relation);
	dbc_sync_read_parts(m->input, m->target->section);
}

/* Fails unless the table has the rows of the file now. */
static void
verify(dbc_host *host, void *arg)
{
	import *m = arg;
	const int64_t *rows = m->comparison->difference.rows;
	dbc_sync_sum expected = m->target->before;

	begin_target(m);
	dbc_sync_sum_rows(host, m->section, m->table, m->comparison);
	dbc_sync_add_sum(&expected, &m->section->sum);
	if (memcmp(&expected, &m->comparison->sum, sizeof(expected)) == 0)
		return;
	find_difference(m);
	if ((m->skips || m->overwrites) && rows[DBC_SYNC_ONLY_THERE] == 0 &&
		(m->skips || rows[DBC_SYNC_DIFFERENT] == 0))
		return;
	dbc_fail(host, DBC_ASSERT_FAILURE,
			 dbc_format(host,
						"Rows that are missing: %lld; with other values: %lld.",
						(long long) rows[DBC_SYNC_ONLY_THERE],
						(long long) rows[DBC_SYNC_DIFFERENT]),
			 "A trigger may have changed rows, or the types of columns cannot "
			 "hold the values.",
			 "table %s does not have the rows of the file after the import",
			 m->table->relation->shown);
}

/* Inserts the rows of the present target, or stages them. */
static void
insert_rows(dbc_host *host, void *arg)
{
	import *m = arg;

	begin_target(m);
	if (m->table->ncolumns == 0)
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "Leave the table out with the option tables.",
				 "table %s has no columns", m->target->relation->shown);
	dbc_sync_sum_rows(host, m->section, m->table, m->comparison);
	m->target->before = m->comparison->sum;
	check_keys(m);
	if (m->stages)
	{
		dbc_buffer sql;

		dbc_buffer_init(&sql, host);
		dbc_append_format(&sql, "create table %s as select ",
						  stage_name(m, m->target));
		add_columns(m, &sql);
		dbc_append_format(&sql, " from %s limit 0", m->table->source);
		(void) run(m, sql.data);
	}
	m->sum = (dbc_sync_sum){0};
	dbc_sync_seek(m->input, m->section, 0);
	while (m->sum.rows < m->section->sum.rows)
	{
		dbc_scoped(host, insert_batch, m);
		dbc_poll(host);
	}
	if (memcmp(&m->sum, &m->section->sum, sizeof(m->sum)) != 0)
		dbc_sync_refuse_file(m->input, "rows of a table are damaged");
	m->rows += m->sum.rows;
}

/* [PG] Inserts the staged rows of some targets by one statement, after which
 * their foreign keys are checked. */
static void
insert_staged(import *m, int first, int end)
{
	dbc_buffer sql;
	dbc_buffer count;

	dbc_buffer_init(&sql, m->host);
	dbc_buffer_init(&count, m->host);
	for (int i = first; i < end; i++)
	{
		m->target = &m->targets[i];
		begin_target(m);
		dbc_append_format(&sql,
						  "%sdbcare_w%d as (insert into %s as dbcare_row (",
						  i == first ? "with " : ", ", i, m->table->target);
		add_columns(m, &sql);
		dbc_append(&sql, ") overriding system value select ");
		add_columns(m, &sql);
		dbc_append_format(&sql, " from %s", stage_name(m, m->target));
		add_conflict(m, &sql);
		dbc_append(&sql, " returning 1)");
		dbc_append_format(&count,
						  "%s(select pg_catalog.count(*) from dbcare_w%d)",
						  i == first ? " select " : " + ", i);
	}
	dbc_append(&sql, count.data);
	m->written += dbc_get_int(m->host, run(m, sql.data), 0, 0);
	for (int i = first; i < end; i++)
		(void) run(m, dbc_format(m->host, "drop table %s",
								 stage_name(m, &m->targets[i])));
}

/* Imports some targets, all but the first on circles of keys; returns the next
 * one. */
static int
import_targets(import *m, int first)
{
	dbc_host *host = m->host;
	int end = first + 1;

	m->stages = !host->traits->deferrable_keys && m->targets[first].is_circular;
	while (m->stages && m->targets[first].is_on_circle && end < m->ntargets &&
		   m->targets[end].is_on_circle)
		end++;
	for (int i = first; i < end; i++)
	{
		m->target = &m->targets[i];
		if (m->overwrites)
			dbc_sync_read_held(host, m->target);
		dbc_scoped(host, insert_rows, m);
	}
	if (m->stages)
		insert_staged(m, first, end);
	for (int i = first; i < end; i++)
	{
		m->target = &m->targets[i];
		dbc_scoped(host, verify, m);
		dbc_sync_check_held(host, m->target);
	}
	return end;
}

/* [SQLite] Fails if a row has no parent, whether or not keys are enforced. */
static void
check_parents(import *m, const dbc_relation *relation)
{
	dbc_host *host = m->host;
	const dbc_rows *rows =
		dbc_query(host, "sync/orphans", dbc_text(relation->schema),
				  dbc_text(relation->name));
	int64_t orphans = dbc_get_int(host, rows, 0, 0);

	if (orphans > 0)
		dbc_fail(host, DBC_FOREIGN_KEY, NULL,
				 "select * from dbcheck_orphans();",
				 "%s of table %s would have no parent in table %s",
				 dbc_count_text(host, orphans, "row"), relation->shown,
				 dbc_get_text(host, rows, 0, 1));
}

/* [PG] Sets sequences behind the keys that were inserted. */
static void
set_sequences(import *m, const dbc_relation *relation)
{
	dbc_host *host = m->host;
	const dbc_rows *rows =
		dbc_query(host, "sync/sequences", dbc_text(relation->schema),
				  dbc_text(relation->name));

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *column = dbc_get_text(host, rows, i, 0);

		/* by its number: its name may have become that of another one */
		(void) run(
			m, dbc_format(host,
						  "select pg_catalog.setval(cast(cast(%lld as "
						  "pg_catalog.oid) as pg_catalog.regclass), "
						  "cast(pg_catalog.max(%s) as pg_catalog.int8)) "
						  "from %s where %s <= %lld having "
						  "pg_catalog.max(%s) > (select last_value from %s)",
						  (long long) dbc_get_int(host, rows, i, 3), column,
						  relation->shown, column,
						  (long long) dbc_get_int(host, rows, i, 2), column,
						  dbc_get_text(host, rows, i, 1)));
	}
}

static void
import_tables(dbc_host *host, void *arg)
{
	import *m = arg;
	const dbc_traits *traits = host->traits;

	/* until the transaction ends, so that the order of rows is free */
	if (traits->deferrable_keys)
		(void) dbc_query_text(host, "pragma defer_foreign_keys = on");
	for (int i = 0; i < m->ntargets; i = import_targets(m, i))
		dbc_progress(host, "importing", i, m->ntargets);
	for (int i = 0; i < m->ntargets && traits->deferrable_keys; i++)
		check_parents(m, m->targets[i].relation);
	/* which no rollback takes back */
	for (int i = 0;
		 i < m->ntargets && traits->sequences && !m->given->dry_run.integer;
		 i++)
		set_sequences(m, m->targets[i].relation);
	dbc_progress_end(host, m->ntargets);
}

/* ---- dbsync_import ---- */

/* Finds the table of each section. */
static void
find_targets(import *m)
{
	dbc_host *host = m->host;
	int ntables;
	const dbc_relation *tables =
		dbc_sync_choose_tables(host, m->given->tables.texts, &ntables);
	const dbc_sync_names *names = dbc_sync_sort_tables(host, tables, ntables);
	bool *found = dbc_alloc(host, (size_t) ntables + 1);

	memset(found, 0, (size_t) ntables + 1);
	m->targets = dbc_alloc(host, ((size_t) m->input->nsections + 1) *
									 sizeof(*m->targets));
	for (int i = 0; i < m->input->nsections; i++)
	{
		dbc_sync_section *section = &m->input->sections[i];
		const dbc_relation *relation = dbc_sync_find_table(names, section);

		if (!relation && m->given->tables.given)
			continue;
		if (!relation)
			dbc_fail(host, DBC_UNDEFINED_TABLE, NULL,
					 "Create it, or choose tables with the option tables.",
					 "table %s of the file does not exist",
					 dbc_sync_section_name(host, section));
		if (found[relation - tables])
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Choose one of them by the option tables when the file "
					 "is written.",
					 "the file has two tables for table %s", relation->shown);
		found[relation - tables] = true;
		m->targets[m->ntargets++] =
			(dbc_sync_target){.section = section, .relation = relation};
	}
	dbc_sync_order(host, m->targets, m->ntargets);
}

static void
import_file(dbc_host *host, void *arg, dbc_sync_input *input)
{
	import *m = arg;
	dbc_error error;

	m->input = input;
	find_targets(m);
	if (!m->given->dry_run.integer)
		import_tables(host, m);
	else if (!dbc_guard(host, import_tables, m, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
}

/* dbsync_import(path, options) */
DBC_RUN(dbsync_import)
{
	int64_t started = dbc_microseconds();
import m = {.host = host, .given = dbc_read_options(host, & args->options, dbsync_import_options) };
	const char *conflict = m.given->on_conflict.text;
	dbc_json_node *result = dbc_json_object(host);

	dbc_refuse_options(host, args->path.text, "path");
	m.skips = conflict && dbc_same(conflict, "skip");
	m.overwrites = conflict && dbc_same(conflict, "overwrite");
	m.comparison = dbc_sync_new_comparison(host);
	dbc_sync_init_encoder(&m.encoder, host);
	dbc_sync_open(host, args->path.text, import_file, &m);
	DBC_PUT_TEXT(result, path, args->path.text);
	DBC_PUT_INT(result, tables, m.ntargets);
	DBC_PUT_INT(result, rows, m.rows);
	DBC_PUT_INT(result, written, m.written);
	DBC_PUT_BOOL(result, dry_run, m.given->dry_run.integer);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - started) / 1000);
	dbc_json_emit(host, result);
}
