/*
 * dump_fill.c
 *	  Making a database of a dump, here or in a scratch cluster.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/dump_fill.h"

#include "common/core/json.h"
#include "common/core/text.h"

/* Bytes of the list of tables of a restored database. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* Adds an option with a value of the manifest, if it has one. */
static void
add_option(dbcpg_arguments *arguments, const char *option, const char *value)
{
	if (value)
		dbcpg_add_argument(arguments,
						   psprintf("--%s=%s", option, dbcpg_from_core(value)));
}

/* Adds how a new database compares text; older manifests do not tell. */
static void
add_locale(dbcpg_arguments *arguments, const dbc_backup *backup)
{
	dbcpg_add_argument(arguments, "--template=template0");
	add_option(arguments, "encoding", backup->encoding);
	add_option(arguments, "lc-collate", backup->collate);
	add_option(arguments, "lc-ctype", backup->ctype);
	if (!backup->locale || !backup->locale_provider ||
		dbc_same(backup->locale_provider, "libc"))
		return;
	add_option(arguments, "locale-provider", backup->locale_provider);
	add_option(arguments,
			   dbc_same(backup->locale_provider, "icu") ? "icu-locale"
														: "builtin-locale",
			   backup->locale);
}

dbcpg_outcome
dbcpg_dump_run_on_database(const dbcpg_filling *r, const char *name)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	if (strcmp(name, "createdb") == 0)
	{
		add_locale(&arguments, r->work->backup);
		add_option(&arguments, "owner", r->owner);
	}
	else
		dbcpg_add_argument(&arguments, "--if-exists");
	dbcpg_add_argument(&arguments, "--no-password");
	dbcpg_add_argument(&arguments, psprintf("--maintenance-db=%s "
											"options='-c lock_timeout=30s'",
											r->maintenance));
	dbcpg_add_argument(&arguments, "--");
	dbcpg_add_argument(&arguments, r->database);
	HOLD_INTERRUPTS();
	outcome = dbcpg_backup_run_tool(r->host, name, &arguments, 0);
	RESUME_INTERRUPTS();
	return outcome;
}

/* A script that counts the rows of all tables that a query lists.  Names are
 * those of the catalog, not those of a manifest. */
static const char *
count_script(const char *tables)
{
	return psprintf(
		"set row_security = off; create temp table dbcare_count (name text, n "
		"bigint); "
		"do $script$ declare name text; begin for name in %s\n loop "
		"execute pg_catalog.format('insert into pg_temp.dbcare_count "
		"select %%L, pg_catalog.count(*) from only %%s', name, name); "
		"end loop; end $script$; "
		"select pg_catalog.json_object_agg(c.name, c.n) "
		"from pg_temp.dbcare_count as c",
		tables);
}

/* Compares the rows of a restored database with the manifest. */
static dbc_backup_proof
compare_rows(const dbcpg_filling *r)
{
	dbc_host *base = &r->host->base;
	const dbc_backup *backup = r->work->backup;
	dbcpg_outcome outcome;
	const char *problem;
	const dbc_json_item *counts;

	outcome = dbcpg_backup_run_sql(
		r->host, r->conninfo,
		count_script(dbc_find_sql(base, "backup/dumped_tables")->text),
		LONGEST_LIST);
	if (outcome.status != 0)
		return dbcpg_proof_of(r->host, "psql", &outcome);
	if (outcome.cut)
		return (dbc_backup_proof){.unknown = "it has too many tables to "
											 "compare their rows"};
	counts = dbc_json_read(base, outcome.output, strlen(outcome.output), NULL,
						   0, &problem);
	for (int i = 0; i < backup->ntables; i++)
	{
		const dbc_json_item *item =
			counts && counts->kind == DBC_I_OBJECT
				? dbc_json_member(counts, backup->tables[i].name)
				: NULL;
		double n;

		if (!dbc_json_real(base, item, &n))
			return (dbc_backup_proof){
				.problem =
					dbc_format(base, "table %s is missing after a restore",
							   backup->tables[i].name)};
		if ((int64_t) n != backup->tables[i].rows)
			return (dbc_backup_proof){
				.problem = dbc_format(
					base, "table %s has %s after a restore instead of %lld",
					backup->tables[i].name,
					dbc_count_text(base, (int64_t) n, "row"),
					(long long) backup->tables[i].rows)};
	}
	return (dbc_backup_proof){0};
}

/* Whether a failure is one of the place, which proves nothing about the dump:
 * the role may not do something, or an extension is not installed. */
static bool
is_of_place(const char *messages)
{
	static const char *const signs[] = {
		"permission denied",	 "must be ",
		"is not available",		 "shared_preload_libraries",
		"could not access file", "could not load library"};

	for (size_t i = 0; i < lengthof(signs); i++)
		if (strstr(messages, signs[i]))
			return true;
	return false;
}

dbc_backup_proof
dbcpg_dump_fill(const dbcpg_filling *r)
{
	dbc_backup_proof proof;
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	dbcpg_add_argument(&arguments, "--exit-on-error");
	dbcpg_add_argument(&arguments, "--no-password");
	if (r->work->jobs > 1)
		dbcpg_add_argument(&arguments,
						   psprintf("--jobs=%d", (int) r->work->jobs));
	/* owners and privileges are those of roles that this one is not */
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-owner" : NULL);
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-privileges" : NULL);
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-comments" : NULL);
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-security-labels" : NULL);
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-publications" : NULL);
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-subscriptions" : NULL);
	dbcpg_add_argument(&arguments, r->is_plain ? "--no-tablespaces" : NULL);
	if (r->list)
		dbcpg_add_argument(&arguments, psprintf("--use-list=%s", r->list));
	dbcpg_add_argument(&arguments, psprintf("--dbname=%s", r->conninfo));
	dbc_progress(&r->host->base, "restoring", 0, 1);
	proof = dbcpg_dump_run(r->host, r->work, &arguments, 0, &outcome);
	if (proof.problem && is_of_place(outcome.messages))
		return (dbc_backup_proof){.unknown = proof.problem};
	if (proof.problem)
		return proof;
	dbc_progress(&r->host->base, "counting rows", 0, 1);
	return compare_rows(r);
}
