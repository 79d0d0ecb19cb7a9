/*
 * fill.c
 *	  [PG] Making a database of a dump, here or in a scratch cluster.
 */
#include "common/backup/fill.h"

#include <stdlib.h>
#include <string.h>

#include "common/backup/catalog.h"
#include "common/core/json.h"
#include "common/core/sql_scan.h"
#include "common/core/text.h"

/* Bytes of the list of tables of a restored database. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* What a message about rows has that a CHECK, also of a domain, refuses. */
#define CHECK_MARK "violates check constraint"

/* Adds an option with a value of the manifest, if it has one. */
static void
add_option(dbc_host *host, dbc_program *program, const char *option,
		   const char *value)
{
	if (value)
		dbc_backup_program_add(host, program,
							   dbc_format(host, "--%s=%s", option, value));
}

/* Adds how a new database compares text; older manifests do not tell. */
static void
add_locale(dbc_host *host, dbc_program *program, const dbc_backup *backup)
{
	dbc_backup_program_add(host, program, "--template=template0");
	add_option(host, program, "encoding", backup->encoding);
	add_option(host, program, "lc-collate", backup->collate);
	add_option(host, program, "lc-ctype", backup->ctype);
	if (!backup->locale || !backup->locale_provider ||
		dbc_same(backup->locale_provider, "libc"))
		return;
	add_option(host, program, "locale-provider", backup->locale_provider);
	add_option(host, program,
			   dbc_same(backup->locale_provider, "icu") ? "icu-locale"
														: "builtin-locale",
			   backup->locale);
}

dbc_program_end
dbc_backup_dump_run_on_database(const dbc_filling *r, const char *name)
{
	dbc_program program = {.name = name, .must_end = true};

	if (dbc_same(name, "createdb"))
	{
		add_locale(r->host, &program, r->work->backup);
		add_option(r->host, &program, "owner", r->owner);
	}
	else
		dbc_backup_program_add(r->host, &program, "--if-exists");
	dbc_backup_program_add(r->host, &program, "--no-password");
	dbc_backup_program_add(r->host, &program,
						   dbc_format(r->host,
									  "--maintenance-db=%s "
									  "options='-c lock_timeout=30s'",
									  r->maintenance));
	dbc_backup_program_add(r->host, &program, "--");
	dbc_backup_program_add(r->host, &program, r->database);
	return dbc_backup_program_run(r->host, &program);
}

/* A script that counts the rows of all tables that a query lists.  Names are
 * those of the catalog, not those of a manifest. */
static const char *
count_script(dbc_host *host, const char *tables)
{
	return dbc_format(
		host,
		"set client_encoding = utf8; set row_security = off; create temp table "
		"dbcare_count (name text, n "
		"bigint); "
		"do $script$ declare name text; begin for name in %s\n loop "
		"execute pg_catalog.format('insert into pg_temp.dbcare_count "
		"select %%L, pg_catalog.count(*) from only %%s', name, name); "
		"end loop; end $script$; "
		"select pg_catalog.json_object_agg(c.name, c.n) "
		"from pg_temp.dbcare_count as c",
		tables);
}

/* Counts the rows of a restored database; NULL, with the reason in *proof, if
 * that fails. */
static const dbc_json_item *
read_counts(const dbc_filling *r, dbc_backup_proof *proof)
{
	dbc_host *host = r->host;
	dbc_program_end outcome;
	const char *problem;
	const dbc_json_item *counts;

	outcome = dbc_backup_program_run_sql(
		host, r->conninfo,
		count_script(host, dbc_find_sql(host, "backup/dumped_tables")->text),
		LONGEST_LIST);
	*proof = dbc_backup_program_proof(host, "psql", &outcome);
	if (outcome.cut)
		proof->unknown = "it has too many tables to compare their rows";
	if (proof->problem || proof->unknown)
		return NULL;
	counts = dbc_json_read(host, outcome.output, strlen(outcome.output), NULL,
						   0, &problem);
	if (!counts || counts->kind != DBC_I_OBJECT)
		proof->unknown = "its rows cannot be counted";
	return proof->unknown ? NULL : counts;
}

/* The rows of a table; -1: it is missing. */
static int64_t
count_of(const dbc_filling *r, const dbc_json_item *counts, int table)
{
	double n;

	return dbc_json_real(
			   r->host,
			   dbc_json_member(counts, r->work->backup->tables[table].name), &n)
			   ? (int64_t) n
			   : -1;
}

/* Compares the rows of a restored database with the manifest. */
static dbc_backup_proof
compare_rows(const dbc_filling *r)
{
	dbc_host *host = r->host;
	const dbc_backup *backup = r->work->backup;
	dbc_backup_proof proof;
	const dbc_json_item *counts = read_counts(r, &proof);

	for (int i = 0; counts && i < backup->ntables && !proof.problem; i++)
	{
		const dbc_backup_table *table = &backup->tables[i];
		int64_t n = count_of(r, counts, i);

		if (n < 0)
			proof.problem = dbc_format(
				host, "table %s is missing after a restore", table->name);
		else if (n != table->rows)
			proof.problem = dbc_format(
				host, "table %s has %s after a restore instead of %lld",
				table->name, dbc_count_text(host, n, "row"),
				(long long) table->rows);
	}
	return proof;
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

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(messages, signs[i]))
			return true;
	return false;
}

/* ---- restoring ---- */

/* Adds the options that name a table: schema.table, each quoted if it must
 * be. */
static void
add_table(dbc_host *host, dbc_program *program, const char *table)
{
	dbc_lexeme schema = dbc_scan_sql(table, DBC_ON_POSTGRESQL);
	dbc_lexeme dot =
		dbc_scan_sql(schema.text + schema.length, DBC_ON_POSTGRESQL);
	dbc_lexeme name = dbc_scan_sql(dot.text + dot.length, DBC_ON_POSTGRESQL);

	add_option(host, program, "schema",
			   dbc_backup_dump_read_name(host, &schema));
	add_option(host, program, "table", dbc_backup_dump_read_name(host, &name));
}

/* What a plain role does not restore. */
static const char *const left_out[] = {
	"--no-owner",			"--no-privileges",	 "--no-comments",
	"--no-security-labels", "--no-publications", "--no-subscriptions",
	"--no-tablespaces"};

/* Restores a section of the dump, or the rows of one table alone. */
static dbc_backup_proof
restore_part(const dbc_filling *r, const char *section, bool stops,
			 const char *table, dbc_program_end *outcome)
{
	dbc_host *host = r->host;
	dbc_program program = {0};
	dbc_backup_proof proof;

	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--section=%s", section));
	dbc_backup_program_add(host, &program, stops ? "--exit-on-error" : NULL);
	dbc_backup_program_add(host, &program, "--no-password");
	if (r->work->jobs > 1)
		dbc_backup_program_add(
			host, &program, dbc_format(host, "--jobs=%d", (int) r->work->jobs));
	/* owners and privileges are those of roles that this one is not */
	for (size_t i = 0;
		 r->is_plain && i < sizeof(left_out) / sizeof(left_out[0]); i++)
		dbc_backup_program_add(host, &program, left_out[i]);
	if (table)
		add_table(host, &program, table);
	else if (r->list)
		dbc_backup_program_add(host, &program,
							   dbc_format(host, "--use-list=%s", r->list));
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--dbname=%s", r->conninfo));
	proof = dbc_backup_dump_run(host, r->work, &program, outcome);
	if (proof.problem && is_of_place(outcome->messages))
		proof = (dbc_backup_proof){.unknown = proof.problem};
	return proof;
}

/* How many errors pg_restore has gone on after; it says so at its end. */
static int
errors_of(const dbc_program_end *outcome)
{
	static const char mark[] = "errors ignored on restore: ";
	const char *found = strstr(outcome->messages, mark);

	return found ? atoi(found + strlen(mark)) : 0;
}

/* Marks the tables that have no rows, but had; returns how many. */
static int
find_empty(const dbc_filling *r, bool *empty, dbc_backup_proof *proof)
{
	const dbc_json_item *counts = read_counts(r, proof);
	int found = 0;

	for (int i = 0; counts && i < r->work->backup->ntables; i++)
	{
		empty[i] =
			r->work->backup->tables[i].rows > 0 && count_of(r, counts, i) == 0;
		found += empty[i];
	}
	return found;
}

/* Loads the rows of tables that were refused by a CHECK, which read another
 * table before that had its rows: in turns, as long as there are fewer. */
static dbc_backup_proof
load_again(const dbc_filling *r, bool *empty, int left)
{
	const dbc_backup *backup = r->work->backup;
	dbc_backup_proof proof = {0};
	int before = left + 1;

	while (left > 0 && left < before)
	{
		before = left;
		for (int i = 0; i < backup->ntables; i++)
		{
			dbc_program_end outcome;
			dbc_backup_proof now;

			if (!empty[i])
				continue;
			now =
				restore_part(r, "data", true, backup->tables[i].name, &outcome);
			empty[i] = now.problem || now.unknown;
			left -= !empty[i];
			proof = empty[i] ? now : proof;
			if (empty[i] && !strstr(outcome.messages, CHECK_MARK))
				return proof;
		}
	}
	return left > 0 ? proof : (dbc_backup_proof){0};
}

/* Loads all rows.  A CHECK that reads other tables may refuse them until those
 * have theirs. */
static dbc_backup_proof
load_rows(const dbc_filling *r)
{
	bool *empty = dbc_alloc(
		r->host, sizeof(*empty) * ((size_t) r->work->backup->ntables + 1));
	dbc_program_end outcome;
	dbc_backup_proof counted;
	dbc_backup_proof proof = restore_part(r, "data", false, NULL, &outcome);
	int left;

	if (!proof.problem || !strstr(outcome.messages, CHECK_MARK))
		return proof;
	left = find_empty(r, empty, &counted);
	/* something else has failed, too */
	if (left == 0 || left != errors_of(&outcome))
		return proof;
	return load_again(r, empty, left);
}

dbc_backup_proof
dbc_backup_dump_fill(const dbc_filling *r)
{
	dbc_backup_proof proof;
	dbc_program_end outcome;

	dbc_progress(r->host, "restoring", 0, 3);
	proof = restore_part(r, "pre-data", true, NULL, &outcome);
	dbc_progress(r->host, "restoring", 1, 3);
	if (!proof.problem && !proof.unknown)
		proof = load_rows(r);
	dbc_progress(r->host, "restoring", 2, 3);
	if (!proof.problem && !proof.unknown)
		proof = restore_part(r, "post-data", true, NULL, &outcome);
	if (proof.problem || proof.unknown)
		return proof;
	dbc_progress(r->host, "counting rows", 0, 1);
	return compare_rows(r);
}
