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
#include "pg_ext/core/random.h"

#include "commands/dbcommands.h"
#include "utils/acl.h"
#include "common/backup/catalog.h"
#include "common/backup/dump_list.h"
#include "common/core/text.h"

typedef struct restoring
{
	dbc_filling fill;
	const char *name; /* of the database in the end */
	dbc_dump_extensions extensions;
	const dbc_dump_extension *own; /* dbcare, which the caller creates for the
									  role */
	dbc_backup_proof proof;
} restoring;

/* Creates the extension for a role that may not, and lets its trigger functions
 * be used: triggers of the dump call them. */
static void
create_extension(dbc_host *host, void *arg)
{
	const restoring *r = arg;
	const char *schema =
		dbc_quote(host, r->own->schema ? r->own->schema : "public");
	const char *role = dbc_quote(host, r->fill.owner);
	dbc_program_end end = dbc_backup_program_run_sql(
		host, dbcpg_backup_connection(host, r->fill.database),
		dbc_format(host,
				   "create schema if not exists %s; "
				   "create extension dbcare schema %s; "
				   "grant usage on schema %s to %s; "
				   "grant execute on function %s.dbarchive_capture(), "
				   "%s.dbaudit_capture() to %s",
				   schema, schema, schema, role, schema, schema, role),
		0);

	dbc_backup_program_require(host, "psql", &end);
}

/* Makes the database with the list of what the role restores. */
static void
make_with_extension(dbc_host *host, dbc_backup_files *files, int directory,
					const char *path, void *arg)
{
	restoring *r = arg;

	if (dbc_backup_dump_write_list(&r->fill, files, directory, path,
								   &r->extensions, &r->proof))
		r->proof = dbc_backup_dump_make_database(host, &r->fill, r->name,
												 create_extension, r);
}

/* Makes the database as a role, for which a superuser creates the extension
 * dbcare, if the dump has it; any other one is for the role to create. */
static void
make_for_role(dbc_host *host, restoring *r)
{
	dbc_dump_extensions all;

	if (!dbc_backup_dump_read_extensions(&r->fill, &all, &r->proof))
		return;
	for (int i = 0; i < all.count; i++)
		if (dbc_same(all.list[i].name, "dbcare"))
			r->own = &all.list[i];
	if (!r->own)
	{
		r->proof =
			dbc_backup_dump_make_database(host, &r->fill, r->name, NULL, NULL);
		return;
	}
	r->extensions = (dbc_dump_extensions){(dbc_dump_extension *) r->own, 1};
	dbc_backup_with_private(host, dbc_backup_parent(host, r->fill.work->path),
							make_with_extension, r);
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
dbcpg_backup_dump_restore(dbcpg_host *host, dbc_backup_work *work,
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
	r.fill.database = dbc_backup_dump_hidden_database(&host->base);
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
		make_for_role(&host->base, &r);
	else
		r.proof = dbc_backup_dump_make_database(&host->base, &r.fill, r.name,
												NULL, NULL);
	return r.proof;
}
