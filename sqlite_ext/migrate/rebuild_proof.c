/*
 * rebuild_proof.c
 *	  Proves that a rebuild has lost nothing.
 *
 * Compared are the kept values, by a digest of all rows, the rows without
 * parent, and whether SQLite can still prepare statements that use views and
 * fire triggers.  Problems from before the rebuild are no errors.
 */
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/migrate/rebuild.h"
#include "sqlite_ext/trust/prepare.h"
#include "sqlite_ext/trust/unsafe.h"

/* Columns of migrate/rebuild_probes.sql. */
enum
{
	B_SCHEMA,
	B_NAME,
	B_KIND,
	B_STATEMENT,
	B_TRIGGERS,
	B_SQL
};

/* A probe as dbc_get_row() reads it. */
#define PROBE_SHAPE "tttTTT"

static const char drop_first[] =
	"Drop the object first, and create it again afterwards.";

/* ---- views and triggers ---- */

/* Prepares the statement of a probe without running it. */
static void
prepare(dbc_host *host, void *arg)
{
	const dbc_value *probe = arg;
	const char *statement = probe[B_STATEMENT].text;

	if (!statement) /* an UPDATE needs columns, and a broken view has none */
		statement = dbc_get_text(
			host, dbc_query(host, "migrate/rebuild_update", probe[0], probe[1]),
			0, 0);
	dbcsl_prepare(dbcsl_of(host), statement);
	dbcsl_finalize_statement(dbcsl_of(host));
}

/* Why a statement cannot be prepared, or NULL. */
static const char *
try_probe(dbcsl_host *h, const dbc_value *probe)
{
	if (dbcsl_try(h, prepare, (void *) probe))
		return NULL;
	if (dbcsl_is_unguarded_error(&h->error))
		dbcsl_rethrow(h);
	return h->error.message;
}

/* Records which views and triggers work. */
static void
record_probes(dbcsl_migrate_table_rebuild *r)
{
	dbcsl_migrate_rebuild_proof *proof = &r->proof;

	proof->probes = dbc_query(&r->h->base, "migrate/rebuild_probes");
	proof->broken = dbc_alloc(&r->h->base, ((size_t) proof->probes->nrows + 1) *
											   sizeof(char *));
	for (int i = 0; i < proof->probes->nrows; i++)
		proof->broken[i] = try_probe(
			r->h, dbc_get_row(&r->h->base, proof->probes, i, PROBE_SHAPE));
}

/* Whether two probes are the same except for columns. */
static bool
is_same_probe(const dbc_value *left, const dbc_value *right)
{
	return dbc_same(left[B_SCHEMA].text, right[B_SCHEMA].text) &&
		   sqlite3_stricmp(left[B_NAME].text, right[B_NAME].text) == 0 &&
		   dbc_same(left[B_KIND].text, right[B_KIND].text);
}

/* Whether a broken object worked before. */
static bool
worked_before(const dbcsl_migrate_table_rebuild *r, const dbc_value *probe)
{
	for (int i = 0; i < r->proof.probes->nrows; i++)
		if (is_same_probe(
				dbc_get_row(&r->h->base, r->proof.probes, i, PROBE_SHAPE),
				probe))
			return !r->proof.broken[i];
	return true;
}

/* Fails for a view or trigger that no longer works or that cannot be checked.
 */
static void
refuse_broken(const dbcsl_migrate_table_rebuild *r, const dbc_value *probe,
			  const char *problem)
{
	dbc_host *host = &r->h->base;
	bool is_view = dbc_same(probe[B_KIND].text, "view");
	const char *column;

	if (worked_before(r, probe))
		dbc_fail(host, DBC_NOT_READY,
				 is_view ? NULL
						 : dbc_format(host, "The triggers are: %s.",
									  probe[B_TRIGGERS].text),
				 drop_first,
				 is_view ? "view \"%s\" would stop working: %s"
						 : "a trigger of \"%s\" would stop working: %s",
				 probe[B_NAME].text, problem);
	column = dbcsl_migrate_find_dropped_column(r, probe[B_SQL].text);
	if (column)
		dbc_fail(
			host, DBC_NOT_READY, NULL, drop_first,
			is_view
				? "view \"%s\" may use column \"%s\", which is dropped"
				: "a trigger of \"%s\" may use column \"%s\", which is dropped",
			probe[B_NAME].text, column);
}

/* Fails unless all views and triggers that worked still do. */
static void
compare_probes(dbcsl_migrate_table_rebuild *r)
{
	const dbc_rows *probes = dbc_query(&r->h->base, "migrate/rebuild_probes");

	for (int i = 0; i < probes->nrows; i++)
	{
		const dbc_value *probe =
			dbc_get_row(&r->h->base, probes, i, PROBE_SHAPE);
		const char *problem = try_probe(r->h, probe);

		if (problem)
			refuse_broken(r, probe, problem);
	}
}

/* ---- foreign keys ---- */

/* A table with foreign keys, and its rows without parent. */
typedef struct child
{
	dbc_value name;
	const dbc_rows *orphans;
} child;

/* Counts the rows without parent. */
static void
count_orphans(dbc_host *host, void *arg)
{
	child *c = arg;

	dbcsl_refuse_unsafe_table(dbcsl_of(host), "main", c->name.text,
							  DBCSL_IN_COLUMNS);
	c->orphans = dbc_query(host, "migrate/rebuild_orphans", c->name);
}

/* The rows of a table without parent; NULL if one of its foreign keys is broken
 * already. */
static const dbc_rows *
record_orphans_of(dbcsl_migrate_table_rebuild *r, const dbc_value *name)
{
	child c = {.name = *name};

	if (dbcsl_try(r->h, count_orphans, &c))
		return c.orphans;
	if (dbcsl_is_unguarded_error(&r->h->error))
		dbcsl_rethrow(r->h);
	dbc_notice(&r->h->base, "foreign keys of \"%s\" are not checked: %s",
			   name->text, r->h->error.message);
	return NULL;
}

/* Records the rows without parent. */
static void
record_orphans(dbcsl_migrate_table_rebuild *r)
{
	dbc_host *host = &r->h->base;
	dbcsl_migrate_rebuild_proof *proof = &r->proof;

	proof->children =
		dbc_query(host, "migrate/rebuild_children", dbc_text(r->from.name));
	proof->orphans = dbc_alloc(host, ((size_t) proof->children->nrows + 1) *
										 sizeof(*proof->orphans));
	for (int i = 0; i < proof->children->nrows; i++)
		proof->orphans[i] =
			record_orphans_of(r, dbc_get_row(host, proof->children, i, "t"));
}

/* Fails if more rows have no parent now. */
static void
compare_orphans(dbcsl_migrate_table_rebuild *r)
{
	const dbcsl_migrate_rebuild_proof *proof = &r->proof;

	for (int i = 0; i < proof->children->nrows; i++)
	{
		child c = {.name = dbc_get_value(&r->h->base, proof->children, i, 0)};

		if (!proof->orphans[i])
			continue;
		count_orphans(&r->h->base, &c);
		dbcsl_refuse_foreign_key_violations(
			r->h, proof->orphans[i], c.orphans,
			"Repair the rows first; dbcheck_orphans() "
			"lists them.");
	}
}

/* ---- values ---- */

/* Appends the types that have more values in one digest than in another;
 * returns how many more. */
static uint64_t
count_types(dbc_buffer *names, const uint64_t *more, const uint64_t *less)
{
	static const char *const types[] = {"",		"integer", "real",
										"text", "blob",	   "null"};
	uint64_t count = 0;

	for (int i = SQLITE_INTEGER; i <= SQLITE_NULL; i++)
	{
		if (more[i] <= less[i])
			continue;
		count += more[i] - less[i];
		dbc_append_format(names, "%s%s", names->length > 0 ? " and " : "",
						  types[i]);
	}
	return count;
}

/* Fails for a column whose values have changed. */
static _Noreturn void
refuse_values(dbcsl_migrate_table_rebuild *r, const dbcsl_migrate_digest *now,
			  int column)
{
	dbc_host *host = &r->h->base;
	const uint64_t *before = r->proof.digest->types[column];
	const uint64_t *after = now->types[column];
	const char *hint = "If the change is intended, pass an expression such as "
					   "a cast in {\"columns\": {...}}.";
	dbc_buffer from;
	dbc_buffer to;
	uint64_t count;

	dbc_buffer_init(&from, host);
	dbc_buffer_init(&to, host);
	count = count_types(&from, before, after);
	count_types(&to, after, before);
	if (count == 0)
		dbc_fail(host, DBC_NOT_READY, NULL, hint,
				 "values of column \"%s\" would change", now->names[column]);
	dbc_fail(host, DBC_NOT_READY, NULL, hint,
			 "%s of column \"%s\" would change from %s to %s",
			 dbc_count_text(host, (int64_t) count, "value"), now->names[column],
			 from.data, to.data);
}

/* Fails unless the new table has all values that must stay. */
void
dbcsl_migrate_compare_values(dbcsl_migrate_table_rebuild *r)
{
	const dbcsl_migrate_digest *before = r->proof.digest;
	const dbcsl_migrate_digest *now = dbcsl_migrate_read_digest(
		r->h,
		dbc_format(&r->h->base, "select %s from %s", r->proof.new_values.data,
				   dbcsl_qualify_main_name(&r->h->base, r->to.name)));

	if (now->rows == before->rows && now->sum == before->sum)
		return;
	for (int i = 0; i < now->ncolumns; i++)
		if (now->sums[i] != before->sums[i])
			refuse_values(r, now, i);
	dbc_fail(&r->h->base, DBC_INTERNAL, NULL, NULL,
			 "the %lld rows of the new table are not those of the old table",
			 (long long) now->rows);
}

/* ---- the proof ---- */

/* Records the state before the rebuild. */
void
dbcsl_migrate_record_before(dbcsl_migrate_table_rebuild *r)
{
	record_probes(r);
	record_orphans(r);
	r->proof.digest = dbcsl_migrate_read_digest(
		r->h,
		dbc_format(&r->h->base, "select %s from %s", r->proof.old_values.data,
				   dbcsl_qualify_main_name(&r->h->base, r->from.name)));
}

/* Fails if the new table is damaged or something that worked no longer does. */
void
dbcsl_migrate_compare_after(dbcsl_migrate_table_rebuild *r)
{
	dbc_value name = dbc_text(r->to.name);
	const dbc_rows *rows;

	compare_probes(r);
	compare_orphans(r);
	rows = dbc_query(&r->h->base, "migrate/rebuild_integrity", name,
					 dbc_bool(false));
	if (rows->nrows > 0)
		dbc_fail(&r->h->base, DBC_CORRUPTED, NULL, NULL, "%s is damaged: %s",
				 r->task->table->shown, dbc_get_text(&r->h->base, rows, 0, 0));
}
