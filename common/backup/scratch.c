/*
 * scratch.c
 *	  [PG] Restoring a dump into a scratch cluster, to see that it works.
 *
 * A dump runs code of each role that could create objects in the database.  So
 * it is restored where there is nothing to gain: in a cluster that is made for
 * this and removed, behind a socket that only the system user of this process
 * can reach, by a role that is no superuser there and does not exist here.
 * Extensions are created before, by the superuser of that cluster: their
 * scripts are those of the administrator.  What the plain role cannot restore
 * proves nothing.
 */
#include <string.h>

#include "common/backup/catalog.h"
#include "common/backup/dump_list.h"
#include "common/backup/trial.h"
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
	dbc_trial trial;
	dbc_dump_extensions extensions;
	dbc_backup_proof proof;
} trying;

/* ---- the cluster ---- */

/* Runs SQL of ours as the superuser of the scratch cluster; false: it cannot be
 * known whether the dump is good. */
static bool
prepare_by(trying *t, const char *database, const char *sql)
{
	dbc_host *host = t->fill.host;
	dbc_program_end end = dbc_backup_program_run_sql(
		host, dbc_backup_trial_connection(host, &t->trial, ADMIN, database),
		sql, 0);

	if (end.status == 0)
		return true;
	t->proof.unknown = dbc_format(
		host, "the scratch cluster could not be prepared: %s", end.messages);
	return false;
}

/* The roles of the live cluster as roles that may do nothing. */
static const char *
role_script(trying *t)
{
	dbc_host *host = t->fill.host;
	const dbc_rows *rows = dbc_query(host, "backup/roles");
	dbc_buffer script;

	dbc_buffer_init(&script, host);
	/* row security of the dump must not hide rows from the comparison */
	dbc_append(&script, "create role " RESTORER " login bypassrls");
	for (int i = 0; i < rows->nrows; i++)
		dbc_append_format(&script, "; create role %s",
						  dbc_quote(host, dbc_get_text(host, rows, i, 0)));
	return script.data;
}

/* The extensions, with their tables for the restorer, since a dump has rows of
 * their configuration. */
static const char *
extension_script(const trying *t)
{
	dbc_host *host = t->fill.host;
	dbc_buffer script;

	dbc_buffer_init(&script, host);
	for (int i = 0; i < t->extensions.count; i++)
	{
		const dbc_dump_extension *extension = &t->extensions.list[i];
		const char *name = dbc_quote(host, extension->name);
		const char *schema = NULL;

		if (extension->schema && !dbc_same(extension->schema, "pg_catalog"))
			schema = dbc_quote(host, extension->schema);
		if (schema)
			dbc_append_format(&script,
							  "create schema if not exists %s "
							  "authorization " RESTORER "; ",
							  schema);
		dbc_append_format(&script, "create extension if not exists %s", name);
		if (schema)
			dbc_append_format(&script,
							  " schema %s; grant all on all tables in schema "
							  "%s to " RESTORER,
							  schema, schema);
		dbc_append(&script, "; ");
	}
	dbc_append(&script, "select");
	return script.data;
}

/* Restores the dump in the running cluster. */
static void
restore(dbc_host *host, dbc_trial *trial)
{
	trying *t = trial->arg;
	dbc_program_end end;

	t->fill.maintenance =
		dbc_backup_trial_connection(host, trial, ADMIN, "postgres");
	t->fill.conninfo =
		dbc_backup_trial_connection(host, trial, RESTORER, DATABASE);
	if (!prepare_by(t, "postgres", role_script(t)))
		return;
	end = dbc_backup_dump_run_on_database(&t->fill, "createdb");
	if (end.status != 0)
	{
		t->proof.unknown =
			dbc_format(host, "createdb %s: %s",
					   dbc_backup_program_describe(host, &end), end.messages);
		return;
	}
	if (prepare_by(t, DATABASE, extension_script(t)))
		t->proof = dbc_backup_dump_fill(&t->fill);
}

static void
make_cluster(trying *t)
{
	dbc_host *host = t->fill.host;
	dbc_program program = {.name = "initdb"};
	dbc_program_end end;

	t->trial.data = dbc_format(host, "%s/data", t->directory);
	dbc_backup_program_add(host, &program,
						   dbc_format(host, "--pgdata=%s", t->trial.data));
	dbc_backup_program_add(host, &program, "--username=" ADMIN);
	dbc_backup_program_add(host, &program, "--auth=trust");
	dbc_backup_program_add(host, &program, "--encoding=UTF8");
	dbc_backup_program_add(host, &program, "--locale=C");
	dbc_backup_program_add(host, &program, "--no-sync");
	dbc_backup_program_add(host, &program, "--no-instructions");
	dbc_progress(host, "making a scratch cluster", 0, 1);
	end = dbc_backup_program_run(host, &program);
	dbc_backup_program_require(host, program.name, &end);
}

static void
try_in(dbc_host *host, dbc_backup_files *files, int directory, const char *path,
	   void *arg)
{
	trying *t = arg;

	t->directory = path;
	if (!dbc_backup_dump_read_extensions(&t->fill, &t->extensions, &t->proof) ||
		!dbc_backup_dump_write_list(&t->fill, files, directory, path,
									&t->extensions, &t->proof))
		return;
	make_cluster(t);
	dbc_backup_trial_run(host, &t->trial);
	if (t->trial.problem && !t->proof.problem)
		t->proof = (dbc_backup_proof){.unknown = t->trial.problem};
}

dbc_backup_proof
dbc_backup_dump_try(dbc_host *host, dbc_backup_work *work)
{
	trying t = {.fill = {.host = host,
						 .work = work,
						 .database = DATABASE,
						 .owner = RESTORER,
						 .is_plain = true},
				.trial = {.is_scratch = true, .use = restore}};

	t.trial.arg = &t;
	dbc_backup_with_private(host, dbc_backup_parent(host, work->path), try_in,
							&t);
	return t.proof;
}
