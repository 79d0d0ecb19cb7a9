/*
 * scratch.c
 *	  Restoring a dump into a scratch cluster, to see that it works.
 *
 * A dump runs code of whoever could create objects in the database.  So it is
 * restored where there is nothing to gain: in a cluster that is made for this
 * and removed, behind a socket that only the server's system user can reach, by
 * a role that is no superuser there and does not exist here.  Extensions are
 * created before, by the superuser of that cluster: their scripts are those of
 * the administrator.  What the plain role cannot restore proves nothing.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/dump_fill.h"
#include "pg_ext/backup/private.h"
#include "pg_ext/backup/trial.h"

#include "commands/extension.h"
#include "storage/fd.h"
#include "utils/builtins.h"

#include "common/core/text.h"

/* Bytes of the contents of a dump. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* Roles of the scratch cluster: those of the live one exist there, too, for
 * policies that name them, but own nothing. */
#define ADMIN	 "dbcare_scratch"
#define RESTORER "dbcare_restorer"
#define DATABASE "restored"

typedef struct trying
{
	dbcpg_filling fill;
	const char *directory; /* private */
	dbcpg_trial trial;
	List *extensions; /* CreateExtensionStmt */
	dbc_backup_proof proof;
} trying;

/* ---- extensions ---- */

/* The schema of an extension in the dump; NULL: not named. */
static const char *
schema_of(const CreateExtensionStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "schema") == 0)
			return defGetString(option);
	}
	return NULL;
}

/* Adds the statement of a line if it creates an extension.  The text is the
 * dump's: it is parsed, and never run. */
static void
add_extension(trying *t, const char *line)
{
	List *trees;

	if (strncmp(line, "CREATE EXTENSION ", 17) != 0)
		return;
	trees = dbcpg_raw_parser(dbcpg_from_core(line));
	if (list_length(trees) == 1 &&
		IsA(linitial_node(RawStmt, trees)->stmt, CreateExtensionStmt))
		t->extensions =
			lappend(t->extensions, linitial_node(RawStmt, trees)->stmt);
}

/* Reads which extensions the dump needs. */
static bool
read_extensions(trying *t)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;
	char *rest;

	dbcpg_add_argument(&arguments, "--schema-only");
	dbcpg_add_argument(&arguments, "--section=pre-data");
	dbcpg_add_argument(&arguments, "--file=-");
	dbcpg_add_argument(
		&arguments,
		psprintf("%s/" DBCPG_DUMP, dbcpg_from_core(t->fill.work->path)));
	outcome = dbcpg_backup_run_tool(t->fill.host, "pg_restore", &arguments,
									LONGEST_LIST);
	t->proof = dbcpg_proof_of(t->fill.host, "pg_restore", &outcome);
	if (outcome.cut)
		t->proof.unknown = "its schema is too large to be read";
	if (t->proof.problem || t->proof.unknown)
		return false;
	for (char *line =
			 strtok_r(pstrdup(dbcpg_from_core(outcome.output)), "\n", &rest);
		 line; line = strtok_r(NULL, "\n", &rest))
		add_extension(t, line);
	return true;
}

static bool
is_schema_of_extension(const trying *t, const char *name)
{
	ListCell *cell;

	foreach (cell, t->extensions)
	{
		const char *schema = schema_of(lfirst(cell));

		if (schema && strcmp(schema, name) == 0)
			return true;
	}
	return false;
}

/* ---- the list of what is restored ---- */

/* Whether a line of the list names the schema of an extension, which exists
 * before: "5; 2615 16386 SCHEMA - name owner". */
static bool
is_made_before(const trying *t, const char *line)
{
	static const char mark[] = " SCHEMA - ";
	const char *name = strstr(line, mark);
	const char *end;

	if (!name || *line == ';')
		return false;
	name += strlen(mark);
	/* the owner is the last word; a name can have blanks */
	end = strrchr(name, ' ');
	return end && is_schema_of_extension(
					  t, dbcpg_from_core(pnstrdup(name, (Size) (end - name))));
}

/* Writes the list of what the plain role restores. */
static bool
write_list(trying *t)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;
	FILE *file;
	char *rest;

	dbcpg_add_argument(&arguments, "--list");
	dbcpg_add_argument(
		&arguments,
		psprintf("%s/" DBCPG_DUMP, dbcpg_from_core(t->fill.work->path)));
	outcome = dbcpg_backup_run_tool(t->fill.host, "pg_restore", &arguments,
									LONGEST_LIST);
	t->proof = dbcpg_proof_of(t->fill.host, "pg_restore", &outcome);
	if (outcome.cut)
		t->proof.unknown = "it has too many objects";
	if (t->proof.problem || t->proof.unknown)
		return false;
	t->fill.list = psprintf("%s/list", t->directory);
	file = AllocateFile(t->fill.list, PG_BINARY_W);
	if (!file)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", t->fill.list));
	for (char *line = strtok_r(pstrdup(outcome.output), "\n", &rest); line;
		 line = strtok_r(NULL, "\n", &rest))
		if (!is_made_before(t, line))
			fprintf(file, "%s\n", line);
	if (FreeFile(file) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", t->fill.list));
	return true;
}

/* ---- the cluster ---- */

/* A connection string to the scratch cluster. */
static const char *
connect_as(const trying *t, const char *user, const char *database)
{
	return dbcpg_backup_conninfo_at(t->fill.host, t->trial.directory,
									DBCPG_TRIAL_PORT, user, database);
}

/* Runs SQL of ours as the superuser of the scratch cluster; false: it cannot be
 * known whether the dump is good. */
static bool
prepare_by(trying *t, const char *database, const char *sql)
{
	dbcpg_outcome outcome = dbcpg_backup_run_sql(
		t->fill.host, connect_as(t, ADMIN, database), sql, 0);

	if (outcome.status == 0)
		return true;
	t->proof.unknown = dbc_format(
		&t->fill.host->base, "the scratch cluster could not be prepared: %s",
		outcome.messages);
	return false;
}

/* The roles of the live cluster as roles that may do nothing. */
static const char *
role_script(trying *t)
{
	dbc_host *base = &t->fill.host->base;
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
		const char *schema = schema_of(statement);

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
	dbcpg_outcome outcome;

	t->fill.maintenance = connect_as(t, ADMIN, "postgres");
	t->fill.conninfo = connect_as(t, RESTORER, DATABASE);
	if (!prepare_by(t, "postgres", role_script(t)))
		return;
	outcome = dbcpg_dump_run_on_database(&t->fill, "createdb");
	if (outcome.status != 0)
	{
		t->proof.unknown = dbc_format(&host->base, "createdb %s: %s",
									  dbcpg_program_describe(host, &outcome),
									  outcome.messages);
		return;
	}
	if (prepare_by(t, DATABASE, extension_script(t)))
		t->proof = dbcpg_dump_fill(&t->fill);
}

static void
make_cluster(trying *t)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	t->trial.data = psprintf("%s/data", t->directory);
	dbcpg_add_argument(&arguments, psprintf("--pgdata=%s", t->trial.data));
	dbcpg_add_argument(&arguments, "--username=" ADMIN);
	dbcpg_add_argument(&arguments, "--auth=trust");
	dbcpg_add_argument(&arguments, "--encoding=UTF8");
	dbcpg_add_argument(&arguments, "--locale=C");
	dbcpg_add_argument(&arguments, "--no-sync");
	dbcpg_add_argument(&arguments, "--no-instructions");
	dbc_progress(&t->fill.host->base, "making a scratch cluster", 0, 1);
	outcome = dbcpg_backup_run_tool(t->fill.host, "initdb", &arguments, 0);
	dbcpg_program_require(t->fill.host, "initdb", &outcome);
}

static void
try_in(dbcpg_host *host, const char *directory, void *arg)
{
	trying *t = arg;

	t->directory = directory;
	if (!read_extensions(t) || !write_list(t))
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
	trying t = {.fill = {.host = host,
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
