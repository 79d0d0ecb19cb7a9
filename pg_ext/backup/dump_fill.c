/*
 * dump_fill.c
 *	  Making a database of a dump, here or in a scratch cluster.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/dump_fill.h"

#include "utils/builtins.h"
#include "utils/varlena.h"

#include "common/core/json.h"
#include "common/core/text.h"

/* Bytes of the list of tables of a restored database. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* What a message about rows has that a CHECK, also of a domain, refuses. */
#define CHECK_MARK "violates check constraint"

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
read_counts(const dbcpg_filling *r, dbc_backup_proof *proof)
{
	dbc_host *base = &r->host->base;
	dbcpg_outcome outcome;
	const char *problem;
	const dbc_json_item *counts;

	outcome = dbcpg_backup_run_sql(
		r->host, r->conninfo,
		count_script(dbc_find_sql(base, "backup/dumped_tables")->text),
		LONGEST_LIST);
	*proof = dbcpg_proof_of(r->host, "psql", &outcome);
	if (outcome.cut)
		proof->unknown = "it has too many tables to compare their rows";
	if (proof->problem || proof->unknown)
		return NULL;
	counts = dbc_json_read(base, outcome.output, strlen(outcome.output), NULL,
						   0, &problem);
	if (!counts || counts->kind != DBC_I_OBJECT)
		proof->unknown = "its rows cannot be counted";
	return proof->unknown ? NULL : counts;
}

/* The rows of a table; -1: it is missing. */
static int64
count_of(const dbcpg_filling *r, const dbc_json_item *counts, int table)
{
	double n;

	return dbc_json_real(
			   &r->host->base,
			   dbc_json_member(counts, r->work->backup->tables[table].name), &n)
			   ? (int64) n
			   : -1;
}

/* Compares the rows of a restored database with the manifest. */
static dbc_backup_proof
compare_rows(const dbcpg_filling *r)
{
	dbc_host *base = &r->host->base;
	const dbc_backup *backup = r->work->backup;
	dbc_backup_proof proof;
	const dbc_json_item *counts = read_counts(r, &proof);

	for (int i = 0; counts && i < backup->ntables && !proof.problem; i++)
	{
		const dbc_backup_table *table = &backup->tables[i];
		int64 n = count_of(r, counts, i);

		if (n < 0)
			proof.problem = dbc_format(
				base, "table %s is missing after a restore", table->name);
		else if (n != table->rows)
			proof.problem = dbc_format(
				base, "table %s has %s after a restore instead of %lld",
				table->name, dbc_count_text(base, n, "row"),
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

	for (size_t i = 0; i < lengthof(signs); i++)
		if (strstr(messages, signs[i]))
			return true;
	return false;
}

/* ---- restoring ---- */

/* Restores a section of the dump, or the rows of one table alone. */
static dbc_backup_proof
restore_part(const dbcpg_filling *r, const char *section, bool stops,
			 List *table, dbcpg_outcome *outcome)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_backup_proof proof;

	dbcpg_add_argument(&arguments, psprintf("--section=%s", section));
	dbcpg_add_argument(&arguments, stops ? "--exit-on-error" : NULL);
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
	if (table != NIL)
	{
		dbcpg_add_argument(&arguments,
						   psprintf("--schema=%s", strVal(linitial(table))));
		dbcpg_add_argument(&arguments,
						   psprintf("--table=%s", strVal(lsecond(table))));
	}
	else if (r->list)
		dbcpg_add_argument(&arguments, psprintf("--use-list=%s", r->list));
	dbcpg_add_argument(&arguments, psprintf("--dbname=%s", r->conninfo));
	proof = dbcpg_dump_run(r->host, r->work, &arguments, 0, outcome);
	if (proof.problem && is_of_place(outcome->messages))
		proof = (dbc_backup_proof){.unknown = proof.problem};
	return proof;
}

/* How many errors pg_restore has gone on after; it says so at its end. */
static int
errors_of(const dbcpg_outcome *outcome)
{
	static const char mark[] = "errors ignored on restore: ";
	const char *found = strstr(outcome->messages, mark);

	return found ? atoi(found + strlen(mark)) : 0;
}

/* Marks the tables that have no rows, but had; returns how many. */
static int
find_empty(const dbcpg_filling *r, bool *empty, dbc_backup_proof *proof)
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
load_again(const dbcpg_filling *r, bool *empty, int left)
{
	const dbc_backup *backup = r->work->backup;
	dbc_backup_proof proof = {0};
	int before = left + 1;

	while (left > 0 && left < before)
	{
		before = left;
		for (int i = 0; i < backup->ntables; i++)
		{
			dbcpg_outcome outcome;
			dbc_backup_proof now;

			if (!empty[i])
				continue;
			now = restore_part(r, "data", true,
							   textToQualifiedNameList(cstring_to_text(
								   dbcpg_from_core(backup->tables[i].name))),
							   &outcome);
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
load_rows(const dbcpg_filling *r)
{
	bool *empty = palloc0(sizeof(*empty) * (r->work->backup->ntables + 1));
	dbcpg_outcome outcome;
	dbc_backup_proof counted;
	dbc_backup_proof proof = restore_part(r, "data", false, NIL, &outcome);
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
dbcpg_dump_fill(const dbcpg_filling *r)
{
	dbc_backup_proof proof;
	dbcpg_outcome outcome;

	dbc_progress(&r->host->base, "restoring", 0, 3);
	proof = restore_part(r, "pre-data", true, NIL, &outcome);
	dbc_progress(&r->host->base, "restoring", 1, 3);
	if (!proof.problem && !proof.unknown)
		proof = load_rows(r);
	dbc_progress(&r->host->base, "restoring", 2, 3);
	if (!proof.problem && !proof.unknown)
		proof = restore_part(r, "post-data", true, NIL, &outcome);
	if (proof.problem || proof.unknown)
		return proof;
	dbc_progress(&r->host->base, "counting rows", 0, 1);
	return compare_rows(r);
}
