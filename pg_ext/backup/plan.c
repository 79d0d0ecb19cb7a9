/*
 * plan.c
 *	  What a restore would do, and what it needs: programs, rights, space.
 */
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "access/xlog.h"
#include "catalog/pg_authid.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "common/core/text.h"

#define MOST_STEPS 16

/* A plan that is made. */
typedef struct planning
{
	dbcpg_host *host;
	const dbc_backup *backup;
	const char *destination; /* as given, or NULL */
	dbc_backup_step *steps;
	int count;
} planning;

static void
add(planning *p, const char *step, const char *object, int64 bytes,
	const char *problem)
{
	Assert(p->count < MOST_STEPS);
	p->steps[p->count++] = (dbc_backup_step){
		.step = step, .object = object, .bytes = bytes, .problem = problem};
}

/* A privilege of the caller. */
static void
add_right(planning *p, Oid role, const char *name)
{
	add(p, "need right", name, -1,
		has_privs_of_role(GetUserId(), role) ? NULL
											 : "the role does not have it");
}

/* A program that is started. */
static void
add_program(planning *p, const char *name)
{
	const char *path = dbcpg_backup_program_path(name);

	add(p, "run", dbcpg_to_core(p->host, path), -1,
		access(path, X_OK) == 0 ? NULL : "the program cannot be executed");
}

/* Space in a directory. */
static void
add_space(planning *p, const char *directory)
{
	int64 bytes = p->backup->database_bytes;
	struct statvfs status;
	int64 free_bytes;
	const char *problem = NULL;

	if (statvfs(directory, &status) != 0)
		problem = "the directory cannot be read";
	else
	{
		free_bytes = (int64) status.f_bavail * (int64) status.f_frsize;
		if (free_bytes < bytes)
			problem = dbc_format(&p->host->base, "only %lld bytes are free",
								 (long long) free_bytes);
	}
	add(p, "need space", dbcpg_to_core(p->host, directory), bytes, problem);
}

/* ---- a dump ---- */

static void
plan_dump(planning *p)
{
	dbc_host *base = &p->host->base;
	const dbc_rows *facts = dbc_query(base, "backup/database_facts");
	const dbc_rows *left = dbc_query(base, "backup/left_databases");
	const char *problem = NULL;

	if (!p->destination)
		problem = "no new database was named";
	else if (strlen(dbcpg_from_core(p->destination)) >= NAMEDATALEN)
		problem = "the name is too long";
	else if (OidIsValid(
				 get_database_oid(dbcpg_from_core(p->destination), true)))
		problem = "a database of that name exists";
	else if (dbc_get_bool(base, facts, 0, 1))
		problem = "a standby cannot create a database";
	else if (!dbc_get_bool(base, facts, 0, 2))
		problem = "the role may not create databases";
	add_program(p, "createdb");
	add_program(p, "pg_restore");
	add_program(p, "psql");
	add_space(p, DataDir);
	add(p, "write", p->destination, p->backup->database_bytes, problem);
	for (int i = 0; i < left->nrows && p->count < MOST_STEPS; i++)
		add(p, "left", dbc_get_text(base, left, i, 0), -1, NULL);
}

/* ---- a base backup ---- */

static void
check_path(dbc_host *host, void *arg)
{
	planning *p = arg;

	p->destination = dbcpg_backup_check_path(dbcpg_of(host), p->destination);
}

static void
plan_base(planning *p)
{
	dbc_error error;
	const char *problem = NULL;
	char *parent = NULL;
	struct stat status;

	add_program(p, "pg_verifybackup");
	if (p->backup->parent_name)
		add_program(p, "pg_combinebackup");
	add_program(p, "postgres");
	if (!p->destination)
		problem = "no new data directory was named";
	else if (!dbc_guard(&p->host->base, check_path, p, DBC_KEEP, true, &error))
		problem = error.message;
	else
	{
		parent = pstrdup(dbcpg_from_core(p->destination));
		if (lstat(parent, &status) == 0)
			problem = "it exists";
		get_parent_directory(parent);
		if (stat(parent, &status) != 0 || !S_ISDIR(status.st_mode))
			problem = "there is no directory above it";
	}
	if (!problem)
		add_space(p, parent);
	/* a backup of another tool has no such number */
	add(p, "write", p->destination,
		p->backup->content_bytes > 0 ? p->backup->content_bytes
									 : p->backup->database_bytes,
		problem);
	add(p, "start", p->destination, -1, NULL);
}

const dbc_backup_step *
dbcpg_backup_plan(dbc_host *base, const dbc_backup *backup,
				  const char *destination, int *count)
{
	planning p = {
		.host = dbcpg_of(base), .backup = backup, .destination = destination};

	p.steps = dbc_alloc(base, MOST_STEPS * sizeof(*p.steps));
	add_right(&p, ROLE_PG_EXECUTE_SERVER_PROGRAM, "pg_execute_server_program");
	add_right(&p, ROLE_PG_WRITE_SERVER_FILES, "pg_write_server_files");
	if (dbc_backup_is_of_server(backup))
		plan_base(&p);
	else
		plan_dump(&p);
	*count = p.count;
	return p.steps;
}
