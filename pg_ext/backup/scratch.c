/*
 * scratch.c
 *	  Restoring a dump into a scratch cluster, to see that it works.
 *
 * A dump runs code of each role that could create objects in the database.  So
 * it is restored where there is nothing to gain: in a cluster that is made for
 * this and removed, behind a socket that only the server's system user can
 * reach, by a role that is no superuser there and does not exist here.
 * Extensions are created before, by the superuser of that cluster: their
 * scripts are those of the administrator.  What the plain role cannot restore
 * proves nothing.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/dump_list.h"
#include "pg_ext/backup/private.h"
#include "pg_ext/backup/trial.h"

#include "utils/builtins.h"

#include "common/core/text.h"

/* Roles of the scratch cluster: those of the live one exist there, too, for
 * policies that name them, but own nothing. */
#define ADMIN	 "dbcare_scratch"
#define RESTORER "dbcare_restorer"
#define DATABASE "restored"

typedef struct trying
{
	dbc_filling fill;
	const char *directory; /* private */
	dbcpg_trial trial;
	List *extensions; /* CreateExtensionStmt */
	dbc_backup_proof proof;
} trying;

/* ---- the cluster ---- */

/* A connection string to the scratch cluster. */
static const char *
connect_as(const trying *t, const char *user, const char *database)
{
	dbcpg_host *host = dbcpg_of(t->fill.host);

	return dbcpg_to_core(
		host, dbcpg_backup_conninfo_at(host, t->trial.directory,
									   DBCPG_TRIAL_PORT, user, database));
}

/* Runs SQL of ours as the superuser of the scratch cluster; false: it cannot be
 * known whether the dump is good. */
static bool
prepare_by(trying *t, const char *database, const char *sql)
{
	dbc_program_end outcome =
		dbc_program_run_sql(t->fill.host, connect_as(t, ADMIN, database),
							dbcpg_to_core(dbcpg_of(t->fill.host), sql), 0);

	if (outcome.status == 0)
		return true;
	t->proof.unknown = dbc_format(
		t->fill.host, "the scratch cluster could not be prepared: %s",
		outcome.messages);
	return false;
}

/* The roles of the live cluster as roles that may do nothing. */
static const char *
role_script(trying *t)
{
	dbc_host *base = t->fill.host;
	const dbc_rows *rows = dbc_query(base, "backup/roles");
	StringInfoData script;

	initStringInfo(&script);
	/* row security of the dump must not hide rows from the comparison */
	appendStringInfoString(&script, "create role " RESTORER " login bypassrls");
	for (int i = 0; i < rows->nrows; i++)
		appendStringInfo(
			&script, "; create role %s",
			quote_identifier(dbcpg_from_core(dbc_get_text(base, rows, i, 0))));
	return script.data;
}

/* The extensions, with their tables for the restorer, since a dump has rows of
 * their configuration. */
static const char *
extension_script(const trying *t)
{
	StringInfoData script;
	ListCell *cell;

	initStringInfo(&script);
	foreach (cell, t->extensions)
	{
		const CreateExtensionStmt *statement = lfirst(cell);
		const char *schema = dbcpg_dump_schema_of(statement);

		if (schema && strcmp(schema, "pg_catalog") == 0)
			schema = NULL;
		if (schema)
			appendStringInfo(&script,
							 "create schema if not exists %s "
							 "authorization " RESTORER "; ",
							 quote_identifier(schema));
		appendStringInfo(&script, "create extension if not exists %s",
						 quote_identifier(statement->extname));
		if (schema)
			appendStringInfo(&script,
							 " schema %1$s; grant all on all tables in schema "
							 "%1$s to " RESTORER,
							 quote_identifier(schema));
		appendStringInfoString(&script, "; ");
	}
	appendStringInfoString(&script, "select");
	return script.data;
}

/* Restores the dump in the running cluster. */
static void
restore(dbcpg_host *host, dbcpg_trial *trial)
{
	trying *t = trial->arg;
	dbc_program_end outcome;

	t->fill.maintenance = connect_as(t, ADMIN, "postgres");
	t->fill.conninfo = connect_as(t, RESTORER, DATABASE);
	if (!prepare_by(t, "postgres", role_script(t)))
		return;
	outcome = dbc_dump_run_on_database(&t->fill, "createdb");
	if (outcome.status != 0)
	{
		t->proof.unknown = dbc_format(
			&host->base, "createdb %s: %s",
			dbc_program_describe(&host->base, &outcome), outcome.messages);
		return;
	}
	if (prepare_by(t, DATABASE, extension_script(t)))
		t->proof = dbc_dump_fill(&t->fill);
}

static void
make_cluster(trying *t)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_program_end outcome;

	t->trial.data = psprintf("%s/data", t->directory);
	dbcpg_add_argument(&arguments, psprintf("--pgdata=%s", t->trial.data));
	dbcpg_add_argument(&arguments, "--username=" ADMIN);
	dbcpg_add_argument(&arguments, "--auth=trust");
	dbcpg_add_argument(&arguments, "--encoding=UTF8");
	dbcpg_add_argument(&arguments, "--locale=C");
	dbcpg_add_argument(&arguments, "--no-sync");
	dbcpg_add_argument(&arguments, "--no-instructions");
	dbc_progress(t->fill.host, "making a scratch cluster", 0, 1);
	outcome =
		dbcpg_backup_run_tool(dbcpg_of(t->fill.host), "initdb", &arguments, 0);
	dbc_program_require(t->fill.host, "initdb", &outcome);
}

static void
try_in(dbcpg_host *host, const char *directory, void *arg)
{
	trying *t = arg;

	t->directory = directory;
	if (!dbcpg_dump_read_extensions(&t->fill, &t->extensions, &t->proof) ||
		!dbcpg_dump_write_list(&t->fill, t->extensions, directory, &t->proof))
		return;
	make_cluster(t);
	dbcpg_trial_run(host, &t->trial);
	if (t->trial.problem && !t->proof.problem)
		t->proof = (dbc_backup_proof){.unknown = t->trial.problem};
}

dbc_backup_proof
dbcpg_dump_try(dbcpg_host *host, dbc_backup_work *work)
{
	char *parent = pstrdup(dbcpg_from_core(work->path));
	trying t = {.fill = {.host = &host->base,
						 .work = work,
						 .database = DATABASE,
						 .owner = RESTORER,
						 .is_plain = true},
				.trial = {.is_scratch = true, .use = restore}};

	t.trial.arg = &t;
	get_parent_directory(parent);
	dbcpg_private_with(host, parent, try_in, &t);
	return t.proof;
}
