/*
 * backup.c
 *	  Backups; see common/backup/host.h.
 */
#include "pg_ext/backup/accept.h"
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"
#include "pg_ext/backup/segment.h"
#include "pg_ext/core/random.h"
#include "pg_ext/core/rooms.h"

#include <sys/stat.h>

#include "commands/dbcommands.h"
#include "storage/ipc.h"
#include "utils/snapmgr.h"

#include "common/backup/content.h"
#include "common/backup/fill.h"
#include "common/core/settings.h"
#include "posix/backup/files.h"

static void
end_files(int code, Datum arg)
{
	(void) code;
	dbc_posix_end((dbc_backup_files *) DatumGetPointer(arg));
}

static void
run(dbc_host *host, void (*fn)(dbc_host *, dbc_backup_files *, void *),
	void *arg)
{
	dbc_backup_files *files = dbc_alloc(host, sizeof(*files));

	dbc_posix_init(files, dbc_posix_allow_dumps);
	/* also when this process is told to end */
	PG_ENSURE_ERROR_CLEANUP(end_files, PointerGetDatum(files));
	{
		fn(host, files, arg);
	}
	PG_END_ENSURE_ERROR_CLEANUP(end_files, PointerGetDatum(files));
	dbc_posix_end(files);
}

static void
fill_random(dbc_host *host, void *bytes, size_t length)
{
	(void) host;
	dbcpg_fill_random(bytes, length);
}

/* ---- the engine ---- */

/* NULL: there is nothing to read, since no directory is configured. */
static const char *
directory(dbc_host *host, const char *given, const char *schema, bool writes)
{
	const char *path = given;

	(void) schema;
	if (writes)
		dbcpg_backup_require_write();
	if (!path)
		path = dbc_setting_text(host, dbc_read_settings(host),
								DBC_SETTING_backup_directory);
	if (!path)
		path = dbcpg_backup_first_root(dbcpg_of(host), writes);
	if (!path)
		return NULL;
	if (!writes)
		dbcpg_backup_require_read(dbcpg_from_core(path));
	return dbcpg_backup_check_path(dbcpg_of(host), path);
}

static void
describe(dbc_host *host, dbc_backup_work *work)
{
	dbc_backup *backup = work->backup;

	dbcpg_backup_require_program();
	backup->kind = work->method ? work->method : DBC_DUMP;
	backup->database =
		dbcpg_to_core(dbcpg_of(host), get_database_name(MyDatabaseId));
	backup->engine_version = PG_VERSION;
	backup->server_version = PG_VERSION;
	backup->system_identifier =
		dbc_format(host, "%llu", (unsigned long long) GetSystemIdentifier());
	if (dbc_backup_is_of_server(backup))
		dbcpg_backup_base_describe(dbcpg_of(host), work);
	else
		dbcpg_backup_dump_describe(dbcpg_of(host), work);
}

static void
copy(dbc_host *host, dbc_backup_work *work)
{
	if (dbc_backup_is_of_server(work->backup))
		dbcpg_backup_base_copy(dbcpg_of(host), work);
	else
		dbcpg_backup_dump_copy(dbcpg_of(host), work);
}

static dbc_backup_proof
prove(dbc_host *base, dbc_backup_work *work, int level)
{
	dbcpg_host *host = dbcpg_of(base);
	bool whole = dbc_backup_is_of_server(work->backup);
	dbc_backup_proof proof;

	dbcpg_backup_require_program();
	dbc_progress(base, "verifying", 0, 1);
	proof = work->other ? dbcpg_backup_other_read(host, work)
			: whole		? dbcpg_backup_base_prove(host, work)
						: dbc_backup_dump_read(base, work);
	if (proof.problem || proof.unknown || level < 3)
		return proof;
	if (work->content)
		dbc_backup_rewind_content(base, work);
	return whole ? dbcpg_backup_base_try(host, work)
				 : dbc_backup_dump_try(base, work);
}

static void
may_read(dbc_host *host, const char *path)
{
	(void) host;
	dbcpg_backup_require_read(dbcpg_from_core(path));
	if (!is_absolute_path(path))
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("\"%s\" is not an absolute path", dbcpg_from_core(path)));
}

static const char *
mark(dbc_host *host, const char *name)
{
	if (RecoveryInProgress())
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("a standby cannot create a restore point"),
				errhint("Create it on the primary server."));
	return dbc_get_text(
		host, dbc_query(host, "backup/restore_point", dbc_text(name)), 0, 0);
}

static bool
on_data_disk(dbc_host *host, const char *path)
{
	struct stat data;
	struct stat backups;

	(void) host;
	return stat(DataDir, &data) == 0 &&
		   stat(dbcpg_from_core(path), &backups) == 0 &&
		   data.st_dev == backups.st_dev;
}

/* All that is read is of one state, which the backup is of. */
static void
before(dbc_host *base, void (*fn)(dbc_host *, void *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);

	PushActiveSnapshot(GetTransactionSnapshot());
	host->read_only = true;
	PG_TRY();
	{
		fn(base, arg);
	}
	PG_FINALLY();
	{
		host->read_only = false;
	}
	PG_END_TRY();
	PopActiveSnapshot();
}

typedef struct undoing
{
	dbc_host *host;
	void (*undo)(dbc_host *, void *);
	void *arg;
} undoing;

static void
undo_on_failure(int code, Datum arg)
{
	const undoing *u = (const undoing *) DatumGetPointer(arg);

	(void) code;
	u->undo(u->host, u->arg);
}

static void
or_undo(dbc_host *host, void (*fn)(dbc_host *, void *),
		void (*undo)(dbc_host *, void *), void *arg)
{
	undoing u = {host, undo, arg};

	PG_ENSURE_ERROR_CLEANUP(undo_on_failure, PointerGetDatum(&u));
	{
		fn(host, arg);
	}
	PG_END_ENSURE_ERROR_CLEANUP(undo_on_failure, PointerGetDatum(&u));
}

static void
restore(dbc_host *base, dbc_backup_work *work, const dbc_backup_target *target,
		dbc_backup_restored *restored)
{
	dbcpg_host *host = dbcpg_of(base);
	dbc_backup_proof proof;

	dbcpg_backup_require_program();
	if (dbc_backup_is_of_server(work->backup))
	{
		dbcpg_backup_base_restore(host, work, target, restored);
		return;
	}
	proof = dbcpg_backup_dump_restore(host, work, target);
	if (proof.problem || proof.unknown)
		dbc_fail(base, "38000", "The new database was dropped.", NULL, "%s",
				 proof.problem ? proof.problem : proof.unknown);
}

const dbc_backup_host dbcpg_backup_host = {
	.run = run,
	DBC_POSIX_CALLS,
	.random = fill_random,
	.directory = directory,
	.describe = describe,
	.copy = copy,
	.prove = prove,
	.before = before,
	.on_data_disk = on_data_disk,
	.may_read = may_read,
	.ask = dbcpg_backup_ask,
	.connection = dbcpg_backup_connection,
	.with_program = dbcpg_backup_with_program,
	.await_program = dbcpg_backup_await_program,
	.signal_program = dbcpg_backup_signal_program,
	.or_undo = or_undo,
	.with_command = dbcpg_backup_with_command,
	.read_pipe = dbcpg_backup_read_pipe,
	.write_pipe = dbcpg_backup_write_pipe,
	.mark = mark,
	.accept = dbcpg_backup_accept,
	.read_segment = dbcpg_backup_read_segment,
	.read_table = dbcpg_backup_dump_read_table,
	.plan = dbcpg_backup_plan,
	.restore = restore,
};
