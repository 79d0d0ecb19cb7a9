/*
 * second_connections.c
 *	  Second connections to a file: each opens it as the caller did, so that a
 *	  file opened read-only is not written.
 *
 * Prints TAP.
 */
#include "test/fault/core/tap.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* No test takes that long, in seconds. */
#define LIMIT 240

static char directory[] = "/tmp/dbcare_again_XXXXXX";

/* Opens a name or URI. */
static sqlite3 *
open_name(const char *name, const char *vfs)
{
	sqlite3 *db;

	if (sqlite3_open_v2(name, &db,
						SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
							(strncmp(name, "file:", 5) ? 0 : SQLITE_OPEN_URI),
						vfs) != SQLITE_OK)
		bail_out(name, db);
	sqlite3_busy_timeout(db, 60000);
	return db;
}

/* The first value a query gives, or its error; from sqlite3_malloc(). */
static char *
ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	char *answer;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		answer = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
	else
		answer = sqlite3_mprintf("%s", sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	return answer;
}

/* Runs statements, which must not fail. */
static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bail_out(sql, db);
}

/* The number a query gives. */
static long long
number_of(sqlite3 *db, const char *sql)
{
	char *answer = ask(db, sql);
	long long value = strtoll(answer, NULL, 10);

	sqlite3_free(answer);
	return value;
}

/* Whether a query gives something that has a text in it. */
static bool
gives(sqlite3 *db, const char *sql, const char *part)
{
	char *answer = ask(db, sql);
	bool found = strstr(answer, part) != NULL;

	if (!found)
		printf("# %s\n# gives %s\n", sql, answer);
	sqlite3_free(answer);
	return found;
}

/* Waits until so many samples were taken; false after 20 seconds. */
static bool
samples_reach(sqlite3 *db, long long wanted)
{
	static const char sql[] = "select dbmonitor_status() ->> 'samples'";
	char *status;
	int i;

	for (i = 0; i < 2000; i++)
	{
		if (number_of(db, sql) >= wanted)
			return true;
		sqlite3_sleep(10);
	}
	status = ask(db, "select dbmonitor_status()");
	printf("# %s\n", status);
	sqlite3_free(status);
	return false;
}

/* Copies a file. */
static void
copy(const char *from, const char *to)
{
	char *command = sqlite3_mprintf("cp '%s' '%s' 2>/dev/null", from, to);

	(void) !system(command);
	sqlite3_free(command);
}

/* The checksum of a file. */
static char *
sum_of(const char *name)
{
	char *command = sqlite3_mprintf("cksum '%s' 2>&1", name);
	char line[256] = "";
	FILE *output = popen(command, "r");

	(void) !fgets(line, sizeof(line), output);
	pclose(output);
	sqlite3_free(command);
	return sqlite3_mprintf("%s", line);
}

/* ---- read-only files ---- */

/* Makes "left", a database whose process has died with a WAL. */
static void
leave_wal(void)
{
	sqlite3 *db = open_name("made", NULL);

	run(db, "pragma journal_mode = wal; pragma wal_autocheckpoint = 0;"
			"create table item (id integer primary key, name text);"
			"pragma wal_checkpoint; insert into item values (1, 'a')");
	copy("made", "left");
	copy("made-wal", "left-wal");
	sqlite3_close(db);
	unlink("made");
}

/* Makes "left", a database whose process has died with a rollback journal. */
static void
leave_journal(void)
{
	sqlite3 *db = open_name("made", NULL);

	run(db, "create table item (id integer primary key, name text);"
			"insert into item select value, hex(randomblob(500)) from"
			" (with recursive n(value) as (select 1 union all"
			"  select value + 1 from n where value < 200) select * from n);"
			"pragma cache_size = 2; begin; update item set name = 'b' || name");
	copy("made", "left");
	copy("made-journal", "left-journal");
	sqlite3_close(db);
	unlink("made");
}

/* Whether "left" and its journal do not change while a connection to this URI
 * takes samples. */
static bool
is_left_alone(const char *uri, const char *journal)
{
	char *before = sum_of("left");
	char *journal_before = sum_of(journal);
	sqlite3 *db = open_name(uri, NULL);
	bool same;
	char *after;
	char *journal_after;

	run(db, "select dbmonitor_start(0.1, '{\"samples_file\": \"samples\"}')");
	same = samples_reach(db, 3);
	sqlite3_close(db);
	after = sum_of("left");
	journal_after = sum_of(journal);
	if (strcmp(before, after) || strcmp(journal_before, journal_after))
	{
		printf("# was %s# and %s# is %s# and %s", before, journal_before, after,
			   journal_after);
		same = false;
	}
	sqlite3_free(before);
	sqlite3_free(journal_before);
	sqlite3_free(after);
	sqlite3_free(journal_after);
	(void) !system("rm -f left* samples*");
	return same;
}

static void
read_only_files(void)
{
	leave_wal();
	ok(is_left_alone("file:left?immutable=1", "left-wal"),
	   "a WAL beside an immutable file is not checkpointed");
	leave_journal();
	ok(is_left_alone("file:left?immutable=1", "left-journal"),
	   "a hot journal beside an immutable file is not rolled back");
	leave_wal();
	ok(is_left_alone("file:left?mode=ro", "left-wal"),
	   "a WAL beside a read-only file is not checkpointed");
}

/* The thread leaves checkpoints to an application that runs its own. */
static void
own_checkpoints(void)
{
	sqlite3 *db = open_name("own", NULL);
	struct stat before;
	struct stat after;

	run(db, "pragma journal_mode = wal; pragma wal_autocheckpoint = 0;"
			"create table item (name); insert into item select"
			" hex(randomblob(4000)) from (with recursive n(value) as"
			" (select 1 union all select value + 1 from n where value < 1000)"
			" select * from n)");
	stat("own", &before);
	run(db, "select dbmonitor_start(0.1)");
	ok(samples_reach(db, 3), "the thread writes samples to a file with a WAL");
	stat("own", &after);
	ok(before.st_size == after.st_size,
	   "the thread does not checkpoint where the application does not");
	sqlite3_close(db);
	unlink("own");
}

/* ---- VFSs and parameters ---- */

static int opened; /* main databases, through the VFS */
static int unlike; /* opened with other parameters than the first one */
static sqlite3_vfs shim;

/* Notes how a file is opened. */
static int
note_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
		  int *out)
{
	sqlite3_vfs *real = vfs->pAppData;

	if (flags & SQLITE_OPEN_MAIN_DB && !strstr(name, "samples"))
	{
		const char *tag = sqlite3_uri_parameter(name, "a tag");

		opened++;
		unlike += !tag || strcmp(tag, "7&8=%") != 0 ||
				  sqlite3_uri_boolean(name, "psow", 1);
	}
	return real->xOpen(real, name, file, flags, out);
}

static void
parameters_of_a_vfs(void)
{
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);
	sqlite3 *db;
	int before;

	shim = *real;
	shim.zName = "shim";
	shim.pNext = NULL;
	shim.pAppData = real;
	shim.xOpen = note_open;
	sqlite3_vfs_register(&shim, 0);
	db = open_name("file:tagged?vfs=shim&a%20tag=7%268%3d%25&psow=0"
				   "&cache=shared&mode=rwc",
				   NULL);
	run(db, "create table item (id integer primary key)");
	run(db, "select dbmonitor_start(0.1)");
	ok(samples_reach(db, 3), "the thread writes samples through a VFS");
	run(db, "select dbmonitor_stop()");
	before = opened;
	ok(before >= 4 && unlike == 0,
	   "the thread opens a file with its VFS and parameters");
	run(db, "select dbmigrate_add('1', 'one', 'vacuum')");
	run(db, "select dbmigrate_deploy()");
	ok(opened > before && unlike == 0,
	   "a script outside a transaction opens the file with its VFS and "
	   "parameters");
	printf("# %d times, %d with other parameters\n", opened, unlike);
	sqlite3_close(db);
	sqlite3_vfs_unregister(&shim);
}

/* Files without locks have no second connection. */
static void
files_without_locks(void)
{
	static const char start[] = "select dbmonitor_start(0.1)";
	static const char refusal[] = "this database was opened without locks";
	sqlite3 *db = open_name("file:alone?nolock=1", NULL);

	ok(gives(db, start, refusal), "nolock=1 refuses a thread");
	sqlite3_close(db);
	db = open_name("alone", "unix-none");
	ok(gives(db, start, refusal), "the VFS unix-none refuses a thread");
	sqlite3_close(db);
	db = open_name("file:alone", NULL);
	ok(gives(db,
			 "select dbmonitor_start(0.1,"
			 " '{\"samples_file\": \"file:samples?nolock=1\"}')",
			 refusal),
	   "a samples file with nolock=1 refuses a thread");
	sqlite3_close(db);
}

/* Names that are not URIs without escapes. */
static void
odd_names(void)
{
	static const char *const names[] = {"a?b=c", "a#b", "a%41%", "a b&c",
										"\xc3\xa4\xff"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		char *name = sqlite3_mprintf("%s/odd/%s", directory, names[i]);
		char files[16] = "";
		sqlite3 *db;
		FILE *list;

		mkdir("odd", 0700);
		db = open_name(name, NULL);
		run(db, "create table item (id integer primary key)");
		run(db, "select dbmonitor_start(0.1)");
		ok(samples_reach(db, 2), "a file may be named %s", names[i]);
		run(db, "select dbmonitor_start(0.1, json_object('samples_file',"
				" 'odd/s#?%41'))");
		ok(samples_reach(db, 2), "the samples file of %s may have an odd name",
		   names[i]);
		sqlite3_close(db);
		list = popen("ls odd | wc -l; rm -r odd", "r");
		(void) !fgets(files, sizeof(files), list);
		pclose(list);
		ok(atoi(files) == 3, "%s and its two samples files make 3 files",
		   names[i]);
		sqlite3_free(name);
	}
}

/* Two ways to open one file have a thread each. */
static void
two_ways(void)
{
	sqlite3 *db = open_name("two", NULL);
	sqlite3 *copied;

	run(db, "pragma journal_mode = wal; create table item (id);"
			"insert into item values (1); pragma wal_checkpoint");
	copied = open_name("file:two?immutable=1", NULL);
	run(copied,
		"select dbmonitor_start(0.1, '{\"samples_file\": \"samples\"}')");
	ok(samples_reach(copied, 2),
	   "a connection to an immutable file takes samples");
	run(db, "select dbmonitor_start(0.1)");
	ok(samples_reach(db, 2),
	   "a writable connection to the same file takes samples");
	sqlite3_close(copied);
	ok(samples_reach(
		   db, number_of(db, "select dbmonitor_status() ->> 'samples'") + 2),
	   "the writable connection takes samples after the other is closed");
	sqlite3_close(db);
}

/* ---- encrypted files ---- */

/* Opens the file for the first connection, and another one in its place for
 * the others, which have no key. */
static int
open_sealed(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
			int *out)
{
	static sqlite3_filename other;
	sqlite3_vfs *real = vfs->pAppData;

	if (!other)
		other = sqlite3_create_filename("cipher", "", "", 0, NULL);
	if (flags & SQLITE_OPEN_MAIN_DB && !strstr(name, "samples") && opened++ > 0)
		name = other;
	return real->xOpen(real, name, file, flags, out);
}

static void
encrypted_files(void)
{
	static const char refusal[] =
		"which does not have the key of this encrypted file";
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);
	FILE *cipher = fopen("cipher", "w");
	sqlite3 *db;

	fprintf(cipher, "%4096d", 7);
	fclose(cipher);
	opened = 0;
	shim = *real;
	shim.zName = "sealed";
	shim.pNext = NULL;
	shim.pAppData = real;
	shim.xOpen = open_sealed;
	sqlite3_vfs_register(&shim, 0);
	db = open_name("sealed", "sealed");
	run(db, "create table item (id integer primary key)");
	run(db, "select dbmigrate_add('1', 'one', 'vacuum')");
	ok(gives(db, "select dbmigrate_deploy()", refusal),
	   "a script outside a transaction is refused");
	ok(gives(db, "select dbmonitor_start(0.1)", refusal),
	   "a thread is refused");
	ok(gives(db, "select dbbackup_create('b', '{\"directory\": \".\"}')",
			 refusal),
	   "a backup is refused");
	ok(gives(db, "select dbmigrate_test() ->> 'success'", "1"),
	   "what needs one connection works");
	sqlite3_close(db);
	sqlite3_vfs_unregister(&shim);
}

/* ---- forks ---- */

static void
repeated_forks(void)
{
	sqlite3 *db = open_name("forking", NULL);
	long long samples = 0;
	int i;

	run(db, "select dbmonitor_start(0.1)");
	for (i = 0; i < 2000 && samples < 5; i++)
	{
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		waitpid(child, NULL, 0);
		sqlite3_sleep(1);
		if (i % 50 == 0)
			samples = number_of(db, "select dbmonitor_status() ->> 'samples'");
	}
	ok(samples >= 5, "a fork every millisecond does not stop samples");
	printf("# %lld samples beside %d forks\n", samples, i);
	sqlite3_close(db);
}

int
main(void)
{
	alarm(LIMIT);
	if (!mkdtemp(directory) || chdir(directory) != 0)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	sqlite3_auto_extension((void (*)(void)) sqlite3_dbcare_init);
	read_only_files();
	own_checkpoints();
	parameters_of_a_vfs();
	files_without_locks();
	odd_names();
	two_ways();
	encrypted_files();
	repeated_forks();
	{
		char *command = sqlite3_mprintf("rm -r '%s'", directory);

		(void) !system(command);
		sqlite3_free(command);
	}
	return finish();
}
