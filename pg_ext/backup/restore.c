/*
 * restore.c
 *	  Restoring a base backup into a new data directory.
 *
 * The copy has a hidden name until a trial has shown that it starts: what has
 * the name of the destination can be started.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/accept.h"
#include "pg_ext/backup/packed.h"
#include "pg_ext/backup/roots.h"
#include "pg_ext/core/random.h"

#include <sys/stat.h>
#include <unistd.h>

#include "commands/dbcommands.h"
#include "common/file_perm.h"
#include "storage/copydir.h"
#include "storage/fd.h"
#include "postmaster/postmaster.h"
#include "storage/ipc.h"

#include "common/backup/catalog.h"
#include "common/backup/trial.h"
#include "common/backup/wal_plan.h"
#include "common/core/clock.h"
#include "common/core/text.h"

/* A data directory that is being made. */
typedef struct making
{
	dbcpg_host *host;
	dbc_backup_work *work;
	const dbc_backup_target *target; /* NULL: only a test */
	dbc_wal_target to_end;			 /* all of its archive */
	const char *directory;			 /* hidden */
	dbc_trial trial;
} making;

/* ---- recovery settings ---- */

/* A value in a configuration file. */
static const char *
quote(const char *text)
{
	StringInfoData quoted;

	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '\'');
	for (; *text; text++)
	{
		if (*text == '\'' || *text == '\\')
			appendStringInfoChar(&quoted, *text);
		appendStringInfoChar(&quoted, *text);
	}
	appendStringInfoChar(&quoted, '\'');
	return quoted.data;
}

/* The directory of an archive, as it may be part of a shell command. */
static const char *
check_archive(const char *given)
{
	const char *path = dbcpg_from_core(given);
	struct stat status;

	dbcpg_backup_require_read(path);
	if (!is_absolute_path(path))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not an absolute path", path));
	if (path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
						  "0123456789/._-+,:@= ")] != '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the path of the archive has a character that a shell "
					   "could misread"),
				errdetail("restore_command will contain the path. Letters, "
						  "digits, blanks and /._-+,:@= are allowed."));
	if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_FILE),
				errmsg("there is no directory \"%s\"", path));
	return path;
}

/* Appends a line; a NULL value appends none. */
static void
append_setting(StringInfo text, const char *name, const char *value)
{
	if (value)
		appendStringInfo(text, "%s = %s\n", name,
						 quote(dbcpg_from_core(value)));
}

/* The timeline that recovery follows: that of this server, if the backup is one
 * of it.  The newest one of the archive may be that of a copy. */
static const char *
default_timeline(const making *m)
{
	const dbc_rows *rows = dbc_query(&m->host->base, "backup/timeline");

	if (!dbc_same(m->work->backup->identity,
				  dbc_format(&m->host->base, "%llu",
							 (unsigned long long) GetSystemIdentifier())))
		return "current";
	return psprintf("%lld",
					(long long) dbc_get_int(&m->host->base, rows, 0, 0));
}

/* Whether an archive has files that end so. */
static bool
has_ending(const char *archive, const char *ending)
{
	DIR *names = AllocateDir(archive);
	struct dirent *next;
	bool found = false;

	while (!found && (next = ReadDir(names, archive)) != NULL)
		found = dbc_ends_with(next->d_name, ending);
	FreeDir(names);
	return found;
}

/* The command that gets a file of the archive.  The server takes a failure for
 * the end of the log, unless the exit code is above 125: one that is there and
 * cannot be read is not the end. */
static const char *
restore_command(const char *archive)
{
	/* in the order of common/backup/wal_files.c */
	static const char *const unpack[][2] = {{".gz", "gzip -d -c"},
											{".lz4", "lz4 -d -c"},
											{".zst", "zstd -d -c"},
											{".bz2", "bzip2 -d -c"},
											{".xz", "xz -d -c"}};
	StringInfoData command;

	initStringInfo(&command);
	for (size_t i = 0; i < lengthof(unpack); i++)
		if (has_ending(archive, unpack[i][0]))
			appendStringInfo(&command,
							 "if test -e \"%s/%%f%s\"; then %s <\"%s/%%f%s\" "
							 ">\"%%p\" || exit 255; exit 0; fi; ",
							 archive, unpack[i][0], unpack[i][1], archive,
							 unpack[i][0]);
	appendStringInfo(&command,
					 "test -e \"%s/%%f\" || exit 1; cp \"%s/%%f\" \"%%p\" "
					 "|| exit 255",
					 archive, archive);
	return command.data;
}

/* Appends the lines of postgresql.auto.conf about recovery. */
static void
append_recovery(StringInfo text, const making *m)
{
	const dbc_backup_target *target = m->target;

	append_setting(text, "restore_command",
				   restore_command(check_archive(target->archive)));
	append_setting(text, "recovery_target_timeline",
				   target->timeline ? target->timeline : default_timeline(m));
	append_setting(text, "recovery_target_action", "promote");
	append_setting(text, "recovery_target_time", target->time);
	append_setting(text, "recovery_target_name", target->name);
	append_setting(text, "recovery_target_lsn", target->lsn);
}

/* Whether a line sets how the server archives. */
static bool
is_archiving(const char *line)
{
	for (int i = 0; i < DBCPG_ARCHIVED_BY; i++)
	{
		size_t length = strlen(dbcpg_backup_archived_by[i]);

		if (strncmp(line, dbcpg_backup_archived_by[i], length) == 0 &&
			line[length] == ' ')
			return true;
	}
	return false;
}

/* Appends the lines of a file, but not those about recovery, which a server
 * that was restored before has.  How it archives gets the names under which
 * dbbackup_accept() finds it. */
static void
append_other_lines(StringInfo text, const char *path, bool keeps_recovery)
{
	FILE *file = AllocateFile(path, PG_BINARY_R);
	char line[8192];

	while (file && fgets(line, sizeof(line), file))
		if (is_archiving(line))
			appendStringInfo(text, DBCPG_RESTORED "%s", line);
		else if (keeps_recovery || (strncmp(line, "recovery_", 9) != 0 &&
									strncmp(line, "restore_command", 15) != 0))
			appendStringInfoString(text, line);
	if (file)
		FreeFile(file);
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = AllocateFile(path, PG_BINARY_W);

	if (!file || fputs(text, file) < 0 || FreeFile(file) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", path));
	fsync_fname(path, false);
}

static void
configure(making *m)
{
	const char *path = psprintf("%s/postgresql.auto.conf", m->directory);
	StringInfoData text;

	(void) unlink(psprintf("%s/standby.signal", m->directory));
	/* another tool has set how its backup recovers */
	if (!m->work->other)
		(void) unlink(psprintf("%s/recovery.signal", m->directory));
	if (!m->target)
		return;
	initStringInfo(&text);
	/* a copy that is looked at beside the original must not write to its
	 * archive, in which the next restore would find it */
	for (int i = 0; i < DBCPG_ARCHIVED_BY; i++)
		if (GetConfigOption(dbcpg_backup_archived_by[i], true, false))
			appendStringInfo(&text, DBCPG_RESTORED "%s = 'configured'\n",
							 dbcpg_backup_archived_by[i]);
	append_other_lines(&text, path, m->work->other);
	for (int i = 0; i < DBCPG_ARCHIVED_BY; i++)
		if (GetConfigOption(dbcpg_backup_archived_by[i], true, false))
			appendStringInfo(&text, "%s = ''\n", dbcpg_backup_archived_by[i]);
	if (m->target->archive)
		append_recovery(&text, m);
	write_file(path, text.data);
	if (m->target->archive)
		write_file(psprintf("%s/recovery.signal", m->directory), "");
}

/* ---- the copy ---- */

/* Queries of the trial: where recovery ended, and how healthy it is. */
static void
set_queries(making *m)
{
	dbc_host *base = &m->host->base;
	const dbc_rows *schema = dbc_query(base, "backup/extension_schema");

	m->trial.user =
		dbcpg_to_core(m->host, GetUserNameFromId(GetSessionUserId(), false));
	m->trial.database = dbcpg_to_core(m->host, get_database_name(MyDatabaseId));
	m->trial.queries[0] = "select pg_catalog.json_build_object("
						  "'timeline', (select timeline_id from "
						  "pg_catalog.pg_control_checkpoint()), "
						  "'lsn', pg_catalog.pg_current_wal_insert_lsn(), "
						  "'databases', (select pg_catalog.count(*) from "
						  "pg_catalog.pg_database))";
	/* with its type, so that no function of others fits better */
	if (schema->nrows == 1)
		m->trial.queries[1] =
			dbc_format(base,
					   "select %s.dbhealth_report('{\"categories\": "
					   "[\"integrity\", \"constraints\"]}'::pg_catalog.jsonb)",
					   dbc_get_text(base, schema, 0, 0));
}

/* What the server on trial needs besides: where the configuration is not in the
 * data directory, as on Debian, what the log demands is as in this server. */
static void
set_parameters(making *m)
{
	static const char *const names[] = {
		"max_connections", "max_worker_processes", "max_wal_senders",
		"max_prepared_transactions", "max_locks_per_transaction"};
	const char **list = palloc0((lengthof(names) + 2) * sizeof(*list));
	int count = 0;

	/* from version 15 on */
	if (GetConfigOption("archive_library", true, false))
		list[count++] = "archive_library=";
	m->trial.is_unconfigured =
		access(psprintf("%s/postgresql.conf", m->directory), F_OK) != 0;
	for (size_t i = 0; m->trial.is_unconfigured && i < lengthof(names); i++)
		list[count++] = psprintf("%s=%s", names[i],
								 GetConfigOption(names[i], false, false));
	m->trial.parameters = list;
}

/* Copies the backup, or puts it together with those that it needs. */
static void
copy(making *m)
{
	dbc_backup_proof proof;

	dbc_progress(&m->host->base, "copying files", 0, 1);
	if (m->work->other)
	{
		dbcpg_backup_other_copy(m->host, m->work, m->target,
								m->target && m->target->timeline
									? m->target->timeline
									: default_timeline(m),
								m->directory);
		return;
	}
	if (m->work->content || dbcpg_is_packed(m->work))
	{
		proof = dbcpg_backup_packed_read(m->host, m->work, m->directory);
		/* what was written is read again, and its log */
		if (!proof.problem)
			proof =
				dbcpg_backup_base_read(m->host, m->directory, m->work->jobs);
		m->trial.problem = proof.problem ? proof.problem : proof.unknown;
		return;
	}
	if (m->work->nchain == 0)
	{
		copydir(psprintf("%s/" DBCPG_BASE, dbcpg_from_core(m->work->path)),
				(char *) (uintptr_t) m->directory, true);
		return;
	}
	dbcpg_backup_base_combine(m->host, m->work, m->directory);
	proof = dbcpg_backup_base_read(m->host, m->directory, m->work->jobs);
	m->trial.problem = proof.problem ? proof.problem : proof.unknown;
}

static void
make(making *m)
{
	copy(m);
	if (m->trial.problem)
		return;
	configure(m);
	set_queries(m);
	set_parameters(m);
	m->trial.data = dbcpg_to_core(m->host, m->directory);
	dbc_backup_trial_run(&m->host->base, &m->trial);
	if (!m->trial.problem && m->to_end.archive)
		dbc_backup_wal_need_end(&m->host->base, m->work->files, m->work->backup,
								&m->to_end,
								dbcpg_to_core(m->host, m->directory));
}

static void
remove_directory(int code, Datum arg)
{
	const making *m = (const making *) DatumGetPointer(arg);

	(void) code;
	if (access(m->directory, F_OK) == 0)
		(void) rmtree(m->directory, true);
}

/* A hidden name in a directory. */
static const char *
hidden_name(const char *directory, const char *name)
{
	return psprintf("%s/.%s.%016llx.tmp", directory, name, dbcpg_make_random());
}

static void
try_in(dbc_host *host, dbc_backup_files *files, int directory, const char *path,
	   void *arg)
{
	making *m = arg;

	(void) host;
	(void) files;
	(void) directory;
	m->directory = psprintf("%s/data", dbcpg_from_core(path));
	make(m);
}

dbc_backup_proof
dbcpg_backup_base_try(dbcpg_host *host, dbc_backup_work *work)
{
	making m = {.host = host, .work = work};

	dbc_backup_with_private(
		&host->base, dbc_backup_parent(&host->base, work->path), try_in, &m);
	return (dbc_backup_proof){.problem = m.trial.problem};
}

/* ---- the new data directory ---- */

/* Fails unless a new directory can get that path; leaves that of its parent. */
static const char *
check_destination(const char *path, char **parent)
{
	struct stat status;
	const char *name = strrchr(path, '/') + 1;

	if (lstat(path, &status) == 0)
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_FILE),
				errmsg("\"%s\" already exists", path),
				errhint("Pass the path of a new directory."));
	*parent = pstrdup(path);
	get_parent_directory(*parent);
	if (stat(*parent, &status) != 0 || !S_ISDIR(status.st_mode))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_FILE),
				errmsg("there is no directory \"%s\"", *parent));
	return name;
}

/* A word of a shell command, which the user copies. */
static const char *
shell_word(const char *text)
{
	StringInfoData word;

	initStringInfo(&word);
	appendStringInfoChar(&word, '\'');
	for (; *text; text++)
		if (*text == '\'')
			appendStringInfoString(&word, "'\\''");
		else
			appendStringInfoChar(&word, *text);
	appendStringInfoChar(&word, '\'');
	return word.data;
}

void
dbcpg_backup_base_restore(dbcpg_host *host, dbc_backup_work *work,
						  const dbc_backup_target *target,
						  dbc_backup_restored *restored)
{
	const char *path =
		dbcpg_from_core(dbcpg_backup_check_path(host, target->destination));
	char *parent;
	const char *name = check_destination(path, &parent);
	making m = {.host = host, .work = work, .target = target};

	/* the server tests itself whether it has reached another target */
	if (target->archive && !target->time && !target->name && !target->lsn)
	{
		(void) check_archive(target->archive);
		m.to_end = (dbc_wal_target){.archive = target->archive,
									.timeline = target->timeline};
		dbc_backup_wal_need_whole(&host->base, work->files, work->backup,
								  &m.to_end);
	}
	m.directory = hidden_name(parent, name);
	PG_ENSURE_ERROR_CLEANUP(remove_directory, PointerGetDatum(&m));
	{
		make(&m);
		if (m.trial.problem)
			dbc_fail(&host->base, DBC_CORRUPTED,
					 "The new data directory was removed.", NULL, "%s",
					 m.trial.problem);
		(void) check_destination(path, &parent);
		if (rename(m.directory, path) != 0)
			ereport(ERROR, errcode_for_file_access(),
					errmsg("\"%s\" cannot be renamed: %m", m.directory));
		fsync_fname(parent, true);
	}
	PG_END_ENSURE_ERROR_CLEANUP(remove_directory, PointerGetDatum(&m));
	restored->path = dbcpg_to_core(host, path);
	restored->state = m.trial.answers[0];
	restored->health = m.trial.answers[1];
	restored->command = dbcpg_to_core(
		host, psprintf("%s -D %s -l %s -o '-p %d' start",
					   shell_word(dbcpg_backup_program_path("pg_ctl")),
					   shell_word(path), shell_word(psprintf("%s.log", path)),
					   PostPortNumber + 1));
}
