/*
 * dump_restore.c
 *	  Restoring a dump into a new database of the live cluster.
 *
 * A dump runs code: CHECKs, generated columns, indexes on expressions,
 * materialized views.  Any role that could create objects in the database wrote
 * it, so it runs as a superuser only on request.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/dump_list.h"
#include "pg_ext/backup/private.h"
#include "pg_ext/core/random.h"

#include "commands/dbcommands.h"
#include "storage/ipc.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "common/core/text.h"

typedef struct restoring
{
	dbc_filling fill;
	const char *name; /* of the database in the end */
	List *extensions; /* dbcare, if the caller creates it for the role */
	dbc_backup_proof proof;
} restoring;

/* Drops the database; a failure is only a warning. */
static void
drop_database(restoring *r)
{
	dbc_program_end outcome = dbc_dump_run_on_database(&r->fill, "dropdb");

	if (outcome.status != 0)
		ereport(WARNING,
				errmsg("database \"%s\" was not dropped", r->fill.database),
				*outcome.messages ? errdetail("%s", outcome.messages) : 0);
}

static void
drop_on_failure(int code, Datum arg)
{
	(void) code;
	drop_database((restoring *) DatumGetPointer(arg));
}

/* Sets a new name: a call that is killed leaves no database that could be
 * taken for a restored one. */
static void
set_hidden_name(restoring *r)
{
	r->fill.database = psprintf("dbcare_restore_%016llx", dbcpg_make_random());
}

/* Gives the database its name. */
static void
rename_database(restoring *r, const char *name)
{
	dbc_program_end outcome;

	/* as for createdb */
	HOLD_INTERRUPTS();
	outcome = dbc_program_run_sql(
		r->fill.host, r->fill.maintenance,
		dbc_format(r->fill.host, "alter database %s rename to %s",
				   r->fill.database, r->fill.host->quote(r->fill.host, name)),
		0);
	RESUME_INTERRUPTS();
	dbc_program_require(r->fill.host, "psql", &outcome);
}

/* Creates the extension for a role that may not, and lets its trigger functions
 * be used: triggers of the dump call them. */
static void
create_extension(const restoring *r)
{
	dbc_host *host = r->fill.host;
	const CreateExtensionStmt *statement = linitial(r->extensions);
	const char *schema = dbcpg_dump_schema_of(statement);
	const char *role = host->quote(host, r->fill.owner);
	dbc_program_end outcome;

	schema = host->quote(host, schema ? dbcpg_to_core(dbcpg_of(host), schema)
									  : "public");
	outcome = dbc_program_run_sql(
		host, dbcpg_backup_connection(host, r->fill.database),
		dbc_format(host,
				   "create schema if not exists %1$s; "
				   "create extension dbcare schema %1$s; "
				   "grant usage on schema %1$s to %2$s; "
				   "grant execute on function %1$s.dbarchive_capture(), "
				   "%1$s.dbaudit_capture() to %2$s",
				   schema, role),
		0);
	dbc_program_require(host, "psql", &outcome);
}

/* Makes the database and fills it; with a problem there is none. */
static void
make_database(restoring *r)
{
	dbc_program_end outcome = dbc_dump_run_on_database(&r->fill, "createdb");

	dbc_program_require(r->fill.host, "createdb", &outcome);
	PG_ENSURE_ERROR_CLEANUP(drop_on_failure, PointerGetDatum(r));
	{
		if (r->extensions != NIL)
			create_extension(r);
		r->proof = dbc_dump_fill(&r->fill);
		if (!r->proof.problem && !r->proof.unknown)
			rename_database(r, r->name);
	}
	PG_END_ENSURE_ERROR_CLEANUP(drop_on_failure, PointerGetDatum(r));
	if (r->proof.problem || r->proof.unknown)
		drop_database(r);
}

/* The same with the list of what the role restores. */
static void
make_with_extension(dbcpg_host *host, const char *directory, void *arg)
{
	restoring *r = arg;

	(void) host;
	if (dbcpg_dump_write_list(&r->fill, r->extensions, directory, &r->proof))
		make_database(r);
}

/* Makes the database as a role, for which a superuser creates the extension
 * dbcare, if the dump has it; any other one is for the role to create. */
static void
make_for_role(restoring *r)
{
	char *parent = pstrdup(dbcpg_from_core(r->fill.work->path));
	List *all;
	ListCell *cell;

	if (!dbcpg_dump_read_extensions(&r->fill, &all, &r->proof))
		return;
	foreach (cell, all)
		if (strcmp(((CreateExtensionStmt *) lfirst(cell))->extname, "dbcare") ==
			0)
			r->extensions = list_make1(lfirst(cell));
	if (r->extensions == NIL)
	{
		make_database(r);
		return;
	}
	get_parent_directory(parent);
	dbcpg_private_with(dbcpg_of(r->fill.host), parent, make_with_extension, r);
}

/* ---- rights ---- */

/* The role that restores: it must be able to log in, since a role that the
 * session only takes on could be left again by the code of the dump. */
static const char *
check_role(const char *given)
{
	const char *name = dbcpg_from_core(given);
	Oid role = get_role_oid(name, false);

	if (!has_privs_of_role(GetUserId(), role))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("must have the rights of role \"%s\"", name));
	if (superuser_arg(role))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("role \"%s\" is a superuser", name),
				errhint("Name another role, or pass {\"as_superuser\": "
						"true}."));
	return name;
}

/* Fails where the code of the dump would run as a superuser without a
 * request. */
static void
check_superuser(const dbc_backup_target *target)
{
	bool connects_as_superuser = superuser_arg(GetSessionUserId());

	if (target->as_superuser && !(superuser() && connects_as_superuser))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("must be superuser to restore as superuser"));
	if (connects_as_superuser && !target->as_superuser && !target->role)
		ereport(
			ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("code of the dump would run as superuser"),
			errdetail("CHECK constraints, generated columns, indexes and "
					  "materialized views run code while they are "
					  "restored. Any role that could create objects in that "
					  "database may have written it."),
			errhint("Pass {\"role\": NAME} with a role that is no "
					"superuser and can log in, or {\"as_superuser\": "
					"true}."));
}

dbc_backup_proof
dbcpg_dump_restore(dbcpg_host *host, dbc_backup_work *work,
				   const dbc_backup_target *target)
{
	restoring r = {.fill = {.host = &host->base, .work = work}};
	const char *name = dbcpg_from_core(target->destination);

	if (!*name || strlen(name) >= NAMEDATALEN)
		ereport(ERROR, errcode(ERRCODE_INVALID_NAME),
				errmsg("\"%s\" is not a name of a database", name),
				errdetail("A name has 1 to %d bytes.", NAMEDATALEN - 1));
	if (OidIsValid(get_database_oid(name, true)))
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_DATABASE),
				errmsg("database \"%s\" already exists", name),
				errhint("Pass the name of a new database."));
	check_superuser(target);
	set_hidden_name(&r);
	r.fill.maintenance = dbcpg_backup_connection(&host->base, NULL);
	r.fill.conninfo =
		target->role ? dbcpg_to_core(host, dbcpg_backup_conninfo_as(
											   host, check_role(target->role),
											   r.fill.database))
					 : dbcpg_backup_connection(&host->base, r.fill.database);
	r.fill.owner = target->role;
	r.fill.is_plain = target->role != NULL;
	r.name = target->destination;
	if (target->role && superuser_arg(GetSessionUserId()))
		make_for_role(&r);
	else
		make_database(&r);
	return r.proof;
}
