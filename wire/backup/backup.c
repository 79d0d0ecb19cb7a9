/*
 * backup.c
 *	  Backups by pg_dump on the machine of the command; see common/backup/host.h.
 */
#include "wire/backup/connection.h"
#include "wire/backup/program.h"
#include "wire/core/answer.h"
#include "wire/core/query.h"
#include "wire/core/rooms.h"
#include "wire/core/session.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/backup/content.h"
#include "common/backup/fill.h"
#include "common/backup/manifest.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "posix/backup/files.h"

/* Columns of backup/dumped_tables.sql. */
enum
{
	T_NAME,
	T_OID,
	T_NARROW
};

/* NAMEDATALEN without the terminating zero. */
#define LONGEST_NAME 63

/* From this version on pg_dump has zstd. */
#define PG_DUMP_WITH_ZSTD 16

/* ---- files ---- */

typedef struct with_files
{
	void (*fn)(dbc_host *, dbc_backup_files *, void *);
	dbc_backup_files *files;
	void *arg;
} with_files;

static void
run_with_files(dbc_host *host, void *arg)
{
	const with_files *w = arg;

	w->fn(host, w->files, w->arg);
}

static void
run(dbc_host *host, void (*fn)(dbc_host *, dbc_backup_files *, void *),
	void *arg)
{
	dbcw_host *h = dbcw_of(host);
	with_files w = {fn, dbc_alloc(host, sizeof(dbc_backup_files)), arg};
	bool done;

	dbc_posix_init(w.files, dbc_posix_allow_dumps);
	done = dbcw_try(h, run_with_files, &w);
	dbc_posix_end(w.files);
	if (!done)
		dbcw_rethrow(h);
}

static void
fill_random(dbc_host *host, void *bytes, size_t length)
{
	if (RAND_bytes(bytes, (int) length) != 1)
		dbc_fail(host, DBC_INTERNAL, NULL, NULL,
				 "could not generate random bytes");
}

/* A directory of this machine is named by its user, not by a setting of the
 * database. */
static const char *
directory(dbc_host *host, const char *given, const char *schema, bool writes)
{
	(void) schema;
	(void) writes;
	if (!given)
		dbc_fail(host, DBC_NOT_READY,
				 "Without the extension backups are on the machine of the "
				 "command.",
				 "Pass --directory DIR.",
				 "the directory of backups was not named");
	return dbc_posix_absolute(host, given);
}

/* ---- dumps ---- */

/* Fails for what only a process of the server can do. */
static _Noreturn void
refuse_method(dbc_host *host, const char *what, const char *hint)
{
	dbc_fail(host, DBC_UNSUPPORTED, NULL, hint, "%s needs the extension dbcare",
			 what);
}

/* The number of the server, which not every role may read. */
static void
read_system(dbc_host *host, void *arg)
{
	dbc_backup *backup = arg;

	backup->system_identifier =
		dbc_get_text(host, dbc_query(host, "backup/system"), 0, 0);
}

static void
describe(dbc_host *host, dbc_backup_work *work)
{
	dbcw_host *h = dbcw_of(host);
	dbc_backup *backup = work->backup;
	int version = dbcw_pq.PQserverVersion(h->connection->pg);
	const char *compression;
	dbc_error error;

	if (work->method && !dbc_same(work->method, DBC_DUMP))
		refuse_method(host, "a base backup",
					  "Use the snapshots of the provider, or pg_basebackup "
					  "where the server allows it.");
	if (h->within)
		dbc_fail(host, DBC_ACTIVE_TRANSACTION, NULL,
				 "Repeat the call outside a transaction.",
				 "a dump cannot be made in a transaction");
	compression =
		dbcw_backup_require_pg_dump(h) >= PG_DUMP_WITH_ZSTD ? "zstd" : "gzip";
	backup->database = dbc_database_name(host);
	backup->engine_version = backup->server_version =
		dbc_format(host, "%d.%d", version / 10000, version % 10000);
	(void) dbc_guard(host, read_system, backup, DBC_KEEP, true, &error);
	dbc_backup_dump_describe(host, work, compression);
}

static void
take_count(dbcw_host *h, void *arg, int number, PGresult *result)
{
	dbc_backup_table *table = arg;

	(void) h;
	(void) number;
	table->rows = strtoll(dbcw_pq.PQcmdTuples(result), NULL, 10);
}

/* Counts the rows of all tables.  To plan a query can run code of others who
 * own indexes of a table, and so must not have the rights of the user; COPY of
 * a table runs none, and row_security = off makes it fail where rows are
 * hidden. */
static void
count_rows(dbcw_host *h, dbc_backup *backup)
{
	dbc_host *host = &h->base;
	const dbc_rows *rows = dbc_backup_dump_read_tables(host);
	dbc_backup_table *tables =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*tables));

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *narrow = dbc_get_text_or_null(host, rows, i, T_NARROW);

		dbc_progress(host, "counting rows", i, rows->nrows);
		tables[i].name = dbc_get_text(host, rows, i, T_NAME);
		if (dbcw_run_simple(h,
							dbc_format(host, "copy %s %s%s%s to stdout",
									   tables[i].name, narrow ? "(" : "",
									   narrow ? narrow : "", narrow ? ")" : ""),
							take_count, &tables[i]) != -1)
			dbcw_fail_result(h);
	}
	backup->tables = tables;
	backup->ntables = rows->nrows;
}

/* Lets the session wait for programs, which limit themselves. */
static void
hold_session(dbcw_host *h)
{
	dbcw_run_utility(h, "set local idle_in_transaction_session_timeout = 0; "
						"set local statement_timeout = 0; "
						"set local row_security = off");
}

static void
copy(dbc_host *host, dbc_backup_work *work)
{
	dbcw_host *h = dbcw_of(host);
	const dbcw_connection *c = h->connection;
	dbc_dump_source source = {.role =
								  dbc_same(c->role, c->user) ? NULL : c->role,
							  .lock_timeout_ms = c->lock_timeout};

	hold_session(h);
	source.is_standby =
		dbc_get_bool(host, dbc_query(host, "backup/database_facts"), 0, 1);
	source.snapshot =
		dbc_get_text(host, dbc_query(host, "backup/export_snapshot"), 0, 0);
	count_rows(h, work->backup);
	dbc_backup_dump_copy(host, work, &source);
}

/* ---- tests and the way back ---- */

/* Why a program cannot be run here, or NULL. */
static const char *
why_not(dbc_host *host, const char *name)
{
	const char *path = dbcw_backup_program_path(dbcw_of(host), name);

	return path && access(path, X_OK) == 0
			   ? NULL
			   : dbc_format(host, "%s was not found on this machine", name);
}

/* Why no scratch cluster can be made, or NULL. */
static const char *
why_no_cluster(dbc_host *host)
{
	const char *problem = why_not(host, "initdb");

	if (!problem)
		problem = why_not(host, "postgres");
	if (!problem && geteuid() == 0)
		problem = "a scratch cluster needs another user than root";
	return problem;
}

static dbc_backup_proof
prove(dbc_host *host, dbc_backup_work *work, int level)
{
	dbc_backup_proof proof = {.unknown = why_not(host, "pg_restore")};

	if (dbc_backup_is_of_server(work->backup))
		proof.unknown = "a base backup is tested by the extension";
	if (proof.unknown)
		return proof;
	dbc_progress(host, "verifying", 0, 1);
	proof = dbc_backup_dump_read(host, work);
	if (proof.problem || proof.unknown || level < 3)
		return proof;
	proof.unknown = why_no_cluster(host);
	if (proof.unknown)
		return proof;
	if (work->content)
		dbc_backup_rewind_content(host, work);
	return dbc_backup_dump_try(host, work);
}

/* Columns of backup/restore_facts.sql. */
enum
{
	R_SUPERUSER,
	R_TAKEN
};

/* Fails where code of the dump would run as a superuser without a request, or
 * as another role than the user. */
static void
check_role(dbcw_host *h, const dbc_backup_target *target, bool is_superuser)
{
	if (target->role && !dbc_same(target->role, h->connection->user))
		dbc_fail(&h->base, DBC_UNSUPPORTED,
				 "Programs of PostgreSQL connect as the command does.",
				 "Connect as that role.",
				 "the connection is not that of role \"%s\"", target->role);
	if (target->as_superuser && !is_superuser)
		dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL,
				 "must be superuser to restore as superuser");
	if (is_superuser && !target->as_superuser)
		dbc_fail(&h->base, DBC_INSUFFICIENT,
				 "CHECK constraints, generated columns, indexes and "
				 "materialized views run code while they are restored. Any "
				 "role that could create objects in that database may have "
				 "written it.",
				 "Connect as a role that is no superuser, or pass "
				 "--as-superuser.",
				 "code of the dump would run as superuser");
}

static void
restore(dbc_host *host, dbc_backup_work *work, const dbc_backup_target *target,
		dbc_backup_restored *restored)
{
	dbcw_host *h = dbcw_of(host);
	dbc_filling fill = {.host = host, .work = work};
	const dbc_rows *facts;
	dbc_backup_proof proof;

	(void) restored;
	if (dbc_backup_is_of_server(work->backup))
		refuse_method(host, "a base backup",
					  "Restore it on the machine of the server.");
	if (!*target->destination || strlen(target->destination) > LONGEST_NAME)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "\"%s\" is not a name of a database", target->destination);
	facts =
		dbc_query(host, "backup/restore_facts", dbc_text(target->destination));
	if (dbc_get_bool(host, facts, 0, R_TAKEN))
		dbc_fail(host, DBC_DUPLICATE_OBJECT, NULL,
				 "Pass the name of a new database.",
				 "database \"%s\" already exists", target->destination);
	check_role(h, target, dbc_get_bool(host, facts, 0, R_SUPERUSER));
	hold_session(h);
	fill.database = dbc_backup_dump_hidden_database(host);
	fill.maintenance = dbcw_backup_connection(host, NULL);
	fill.conninfo = dbcw_backup_connection(host, fill.database);
	fill.owner = target->role;
	fill.is_plain = target->role != NULL;
	proof = dbc_backup_dump_make_database(host, &fill, target->destination,
										  NULL, NULL);
	if (proof.problem || proof.unknown)
		dbc_fail(host, "38000", "The new database was dropped.", NULL, "%s",
				 proof.problem ? proof.problem : proof.unknown);
}

static void
or_undo(dbc_host *host, void (*fn)(dbc_host *, void *),
		void (*undo)(dbc_host *, void *), void *arg)
{
	dbcw_host *h = dbcw_of(host);
	dbc_error error;
	bool passes;

	if (dbcw_try(h, fn, arg))
		return;
	error = h->error;
	passes = h->passes;
	(void) dbcw_try(h, undo, arg);
	h->error = error;
	h->passes = passes;
	dbcw_rethrow(h);
}

static void
before(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	(void) fn;
	(void) arg;
	refuse_method(host, "the option backup",
				  "Make the backup first: dbcare backup --directory DIR");
}

static const char *
mark(dbc_host *host, const char *name)
{
	(void) name;
	refuse_method(host, "a restore point",
				  "Use point-in-time recovery of the provider.");
}

const dbc_backup_host dbcw_backup_host = {
	.run = run,
	DBC_POSIX_CALLS,
	.random = fill_random,
	.directory = directory,
	.describe = describe,
	.copy = copy,
	.prove = prove,
	.before = before,
	.connection = dbcw_backup_connection,
	.with_program = dbcw_backup_with_program,
	.await_program = dbcw_backup_await_program,
	.signal_program = dbcw_backup_signal_program,
	.or_undo = or_undo,
	.with_command = dbcw_backup_with_command,
	.read_pipe = dbcw_backup_read_pipe,
	.write_pipe = dbcw_backup_write_pipe,
	.mark = mark,
	.restore = restore,
};
