/*
 * host.h
 *	  Backups: what the room asks of an engine.
 *
 * The core decides what is done, and words it; the binding owns descriptors and
 * does what only the engine can do.  Files are reached through calls that both
 * bindings share (posix/backup/files.h), which follow no symbolic link.
 */
#ifndef DBC_BACKUP_HOST_H
#define DBC_BACKUP_HOST_H

#include "common/core/host.h"

/* Bytes of a place in the changes of a database that is followed, which the
 * binding alone understands. */
#define DBC_FOLLOWER_PLACE 64

/* Where a path begins that is not within an open directory. */
#define DBC_BACKUP_NOWHERE (-1)

/* The open files and directories of a call, by number; see
 * posix/backup/files.h. */
typedef struct dbc_backup_files dbc_backup_files;

typedef enum dbc_backup_entry_kind
{
	DBC_BACKUP_FILE,
	DBC_BACKUP_DIRECTORY,
	DBC_BACKUP_OTHER /* a symbolic link, a pipe, ... */
} dbc_backup_entry_kind;

/* A name in a directory. */
typedef struct dbc_backup_entry
{
	const char *name;
	dbc_backup_entry_kind kind;
	int64_t bytes;
	int64_t changed_ms; /* since 1970 */
} dbc_backup_entry;

/* Threads of a call, besides its own. */
typedef enum dbc_backup_thread
{
	DBC_BACKUP_PACKING, /* compresses and encrypts */
	DBC_BACKUP_HASHING,
	DBC_BACKUP_THREADS
} dbc_backup_thread;

/* The facts of a backup, as in its manifest; see manifest.h. */
typedef struct dbc_backup dbc_backup;

/* A backup that is made, tested or restored. */
typedef struct dbc_backup_work dbc_backup_work;
struct dbc_backup_work
{
	dbc_backup *backup;		 /* its facts; describe() and copy() add theirs */
	dbc_backup_files *files; /* for the calls below */
	int directory;			 /* open: where copy() puts what it makes */
	const char *path;		 /* absolute path of that directory */
	int database; /* [SQLite] open: the file that copy() fills, others read */
	/* options of dbbackup_create(), or NULL */
	const char *method; /* [PG] dump, base or restore_point */
	const char *schema; /* [SQLite] database of the connection */
	int64_t jobs;		/* [PG] parallel jobs; 0: one */
	bool plain;			/* [PG] a dump is not compressed */
	bool fresh;			/* the manifest's facts were just read from this copy */
	bool is_before;		/* of a call that will write, but has not yet */
	bool is_incremental; /* it is to become one, or else a full one */
	/* [PG] absolute paths of the backups that it needs, from the full one on */
	const char *const *chain;
	int nchain;
	/* set by describe(): its parent is of no use, and a full backup is made */
	const char *why_full;
	/* [PG] the tool that has the backup, which is in no directory; or NULL */
	const char *other;
	bool is_stream; /* [PG] copy() is to make one stream */
	/* [PG] the stream that copy() fills, or the others read; NULL: there are
	 * files */
	struct dbc_backup_content *content;
	bool is_spooled; /* it is in this scratch file, not in the directory */
	int spooled;
	int64_t spooled_bytes;
	bool has_dump; /* [PG] what it holds was decrypted to this scratch file */
	int dump;
	/* [PG] set by copy() if it has made no backup but this result */
	const char *result;
	/* [SQLite] copy() may call this while it goes on, unless it is NULL: so
	 * many pages of the file are complete but the first one, of all */
	void (*copied)(dbc_host *host, dbc_backup_work *work, int64_t page_size,
				   int64_t pages, int64_t all);
	struct dbc_backup_packing *packing;
	/* SHA-256 of files that were hashed when they were written, or NULL */
	const char *pages_sha256;
	const char *hashes_sha256;
};

/* What a test of a copy has found. */
typedef struct dbc_backup_proof
{
	const char *problem; /* a sentence without its end, or NULL */
	const char *unknown; /* why it cannot tell, the same, or NULL */
} dbc_backup_proof;

/* [SQLite] A database file that is followed, as long as fn() of follow()
 * runs. */
typedef struct dbc_follower dbc_follower;

/* What has changed since a place, as of the last look(). */
typedef struct dbc_follower_changes
{
	const char *lost; /* why that is not known, as a sentence without its end;
						 or NULL */
	uint32_t page_size;
	uint32_t pages; /* of the database now */
	uint32_t count; /* of pages that have changed */
	const uint32_t *numbers;
} dbc_follower_changes;

/* A backup of the database that is made meanwhile. */
typedef enum dbc_follower_snapshot
{
	DBC_SNAPSHOT_NONE,
	DBC_SNAPSHOT_RUNS,
	DBC_SNAPSHOT_DONE,
	DBC_SNAPSHOT_FAILED
} dbc_follower_snapshot;

/* What becomes of a follower, for the connections of its process. */
typedef struct dbc_follower_report
{
	const char *directory;
	const char *problem; /* why changes are not stored, or NULL */
} dbc_follower_report;

/* [PG] Where a backup is restored to, as whom, and up to when. */
typedef struct dbc_backup_target
{
	const char *destination; /* new database, or new data directory */
	const char *archive;	 /* directory of WAL; NULL: none is applied */
	/* at most one of these: where recovery ends; NULL: with the archive */
	const char *time; /* with its offset */
	const char *name; /* of a restore point */
	const char *lsn;
	const char *timeline; /* latest, current or a number; NULL: that of the
							 server */
	/* of a dump: who restores it */
	const char *role;  /* that owns everything; NULL: the caller */
	bool as_superuser; /* the caller may be one */
} dbc_backup_target;

/* How rows of a table differ from those of a backup, found by their keys. */
typedef enum dbc_backup_row_kind
{
	DBC_ROW_MISSING,   /* only in the backup */
	DBC_ROW_DIFFERS,   /* in both */
	DBC_ROW_ONLY_HERE, /* only in the live table */
	DBC_ROW_KINDS
} dbc_backup_row_kind;

/* An example; keys and rows are JSON as saved rows are. */
typedef struct dbc_backup_row
{
	dbc_backup_row_kind kind;
	const char *key;
	const char *backup; /* the rows, of one that differs */
	const char *here;
} dbc_backup_row;

/* The most examples of a kind. */
#define DBC_BACKUP_EXAMPLES 20

typedef struct dbc_backup_rows
{
	int64_t same;
	int64_t count[DBC_ROW_KINDS];
	dbc_backup_row examples[DBC_ROW_KINDS * DBC_BACKUP_EXAMPLES];
	int nexamples;
	const char *first_differing; /* its key, or NULL */
} dbc_backup_rows;

/* [PG] What a segment of the log holds. */
typedef struct dbc_wal_facts
{
	const char *system_identifier; /* NULL: it is none of this version */
	uint32_t timeline;
	uint64_t lsn;	   /* where it begins */
	uint64_t last_lsn; /* where its last whole record does; 0: there is none */
	/* in milliseconds since 1970; 0: nothing was committed */
	int64_t first_commit_ms;
	int64_t last_commit_ms;
} dbc_wal_facts;

/* [PG] A step of a restore, or what it needs. */
typedef struct dbc_backup_step
{
	const char *step;
	const char *object;
	int64_t bytes;		 /* -1: unknown */
	const char *problem; /* why it would fail, or NULL */
} dbc_backup_step;

/* [PG] What became of it. */
typedef struct dbc_backup_restored
{
	const char *path;
	const char *state;	 /* JSON: where recovery ended */
	const char *health;	 /* JSON: its health report, or NULL */
	const char *command; /* starts the server */
} dbc_backup_restored;

/* ---- [PG] programs of PostgreSQL ---- */

#define DBC_PROGRAM_ARGUMENTS 48

/* A program that is started; texts are in the core's encoding. */
typedef struct dbc_program
{
	const char *name;							  /* pg_dump */
	const char *arguments[DBC_PROGRAM_ARGUMENTS]; /* ended by NULL */
	int count;
	dbc_backup_files *files; /* it reads an open file of these; or NULL */
	int input;				 /* which */
	size_t most;			 /* bytes of its output to return; 0: none */
	bool is_piped;			 /* its output is read by read_pipe() */
	bool must_end;			 /* no cancel ends it */
	int stop_signal; /* ends it when the call is cancelled; 0: SIGTERM */
} dbc_program;

/* What a program has left. */
typedef struct dbc_program_end
{
	bool ended;
	int status;			  /* as of waitpid(); -1: unknown */
	const char *output;	  /* in the core's encoding */
	bool cut;			  /* there was more output */
	const char *messages; /* the end of what it wrote to standard error */
} dbc_program_end;

typedef struct dbc_backup_host
{
	/* ---- files: fail in words with the path ---- */

	/* Runs fn(host, files, arg).  On success and on failure, closes what it has
	 * left open and removes what is still temporary. */
	void (*run)(dbc_host *host,
				void (*fn)(dbc_host *, dbc_backup_files *, void *), void *arg);

	/* Opens a directory within another one, or any path; -1 if there is none.
	 * With create, makes it, and fails if it exists. */
	int (*open_directory)(dbc_host *host, dbc_backup_files *files, int at,
						  const char *name, bool create);

	/* Opens a regular file within a directory for reading, or creates one; -1
	 * if there is none. */
	int (*open_file)(dbc_host *host, dbc_backup_files *files, int at,
					 const char *name, bool create);

	/* Opens a new file on the file system of a directory that has no name: no
	 * other process can open it, and it is gone when it is closed, even if the
	 * process is killed. */
	int (*open_scratch)(dbc_host *host, dbc_backup_files *files, int at);

	/* The names in a directory, sorted. */
	const dbc_backup_entry *(*list)(dbc_host *host, dbc_backup_files *files,
									int directory, int *count);

	/* The size of an open file. */
	int64_t (*size)(dbc_host *host, dbc_backup_files *files, int file);

	/* Reads up to length bytes; fewer only at the end of the file. */
	size_t (*read)(dbc_host *host, dbc_backup_files *files, int file,
				   int64_t offset, void *bytes, size_t length);

	/* Writes at an offset. */
	void (*write)(dbc_host *host, dbc_backup_files *files, int file,
				  int64_t offset, const void *bytes, size_t length);

	/* Cuts a file, or lengthens it with zeros. */
	void (*resize)(dbc_host *host, dbc_backup_files *files, int file,
				   int64_t bytes);

	/* Puts a file or directory on disk. */
	void (*sync)(dbc_host *host, dbc_backup_files *files, int file);

	void (*close)(dbc_backup_files *files, int file);

	/* Renames within a directory; without replace, fails if there is such a
	 * name. */
	void (*rename)(dbc_host *host, dbc_backup_files *files, int at,
				   const char *from, const char *to, bool replace);

	/* Removes a name with all its contents; there may be none. */
	void (*remove)(dbc_host *host, dbc_backup_files *files, int at,
				   const char *name);

	/* Sets what run() removes at its end; NULL: nothing. */
	void (*set_temporary)(dbc_backup_files *files, int at, const char *name);

	/* Locks a directory until it is closed, exclusive or shared with others;
	 * false if another call does not allow that.  A file system without locks
	 * allows all shared ones. */
	bool (*lock)(dbc_host *host, dbc_backup_files *files, int directory,
				 bool exclusive);

	/* Whether an open file or directory is that of a name, and belongs to the
	 * user of the process. */
	bool (*is_named)(dbc_backup_files *files, int at, const char *name,
					 int file);

	/* Free bytes on the file system of a directory. */
	int64_t (*free_bytes)(dbc_host *host, dbc_backup_files *files,
						  int directory);

	/* A random number in bytes. */
	void (*random)(dbc_host *host, void *bytes, size_t length);

	/* Memory for keys, until run() ends: it is wiped then, also after an error,
	 * and written neither to swap space nor to a core dump. */
	void *(*secret)(dbc_host *host, dbc_backup_files *files, size_t length);

	/* Reads a key file, which only its owner may be able to read, or an
	 * environment variable, into such memory.  Returns what is wrong, as the
	 * rest of a sentence, or NULL. */
	const char *(*read_secret)(dbc_host *host, dbc_backup_files *files,
							   const char *key_file, const char *key_env,
							   const void **bytes, size_t *length);

	/* Gives a scratch file a name in a directory of its file system; fails if
	 * there is such a name. */
	void (*give_name)(dbc_host *host, dbc_backup_files *files, int file, int at,
					  const char *name);

	/* Another thread, if the engine allows it, which ends with run(); see
	 * stream.h. */
	struct dbc_stream_tasks *(*tasks)(dbc_backup_files *files,
									  dbc_backup_thread which);

	/* ---- the engine ---- */

	/* The absolute path of the directory of backups: the given one, else the
	 * default; writes tells whether anything is written there.  Fails in words
	 * if it must not be used, or there is no default and one is needed; NULL:
	 * there is none, so there are no backups. */
	const char *(*directory)(dbc_host *host, const char *given,
							 const char *schema, bool writes);

	/* Fills database, kind (unless it is set), engine_version, identity,
	 * compression (unless it is set) and database_bytes of a backup that will
	 * be made; fails in words if it cannot be. */
	void (*describe)(dbc_host *host, dbc_backup_work *work);

	/* Makes the copy in the directory, or on SQLite in the open database, and
	 * adds what was found: without tables and digest of the schema if it is
	 * damaged. */
	void (*copy)(dbc_host *host, dbc_backup_work *work);

	/* Tests the copy in the directory, or on SQLite the open database, with the
	 * engine at a level of dbbackup_verify(); on SQLite at level 2 without
	 * comparing indexes with tables. */
	dbc_backup_proof (*prove)(dbc_host *host, dbc_backup_work *work, int level);

	/* The absolute path of a new database file; fails if the path is that of
	 * the database.  [SQLite] */
	const char *(*destination)(dbc_host *host, const char *path);

	/* Replaces the live database by the open one, after fn(), which makes a
	 * backup of it: is_locked tells that no other connection can write
	 * meanwhile.  What others commit before the replacement has the lock is in
	 * no backup: then fn() is called again.  [SQLite] */
	void (*replace)(dbc_host *host, dbc_backup_work *work,
					void (*fn)(dbc_host *host, bool is_locked, void *arg),
					void *arg);

	/* Runs fn(host, arg), which reads, in a call that will write; or NULL. */
	void (*before)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg);

	/* Compares a table of the live database with that of the open one; fails if
	 * it has other columns.
	 * Unless the set is 0, saves rows of the backup for dbc_row_host: those
	 * that are missing as step 1 of the set, those that differ as step 2.
	 * [SQLite] */
	void (*compare)(dbc_host *host, dbc_backup_work *work,
					const dbc_relation *table, int64_t set,
					dbc_backup_rows *rows);

	/* ---- [SQLite] following a database ---- */

	/* Opens a database file (NULL: that of the connection) and runs
	 * fn(host, follower, arg).  The calls below use only connections of the
	 * follower, and none but pause() fails because of an interrupt. */
	void (*follow)(dbc_host *host, const char *file,
				   void (*fn)(dbc_host *, dbc_follower *, void *), void *arg);

	/* Runs fn(host, arg), and frees the memory that it has taken.  If it fails,
	 * returns false with a message, and closes what it has opened, unless files
	 * is NULL. */
	bool (*attempt)(dbc_host *host, dbc_follower *follower,
					dbc_backup_files *files, void (*fn)(dbc_host *, void *),
					void *arg, const char **message);

	/* Begins to read the present state.  Until keep(), what has changed since
	 * the last look() that was kept stays, whatever others do. */
	void (*look)(dbc_host *host, dbc_follower *follower);

	/* What has changed since a place, which may be one of an earlier process.
	 * It is valid until the next call. */
	dbc_follower_changes (*changes)(
		dbc_host *host, dbc_follower *follower,
		const unsigned char place[DBC_FOLLOWER_PLACE]);

	/* Reads page i of the last changes(). */
	void (*page)(dbc_host *host, dbc_follower *follower, uint32_t i,
				 unsigned char *bytes);

	/* The place of the last look(). */
	void (*place)(dbc_follower *follower,
				  unsigned char place[DBC_FOLLOWER_PLACE]);

	/* What was looked at is stored: the next look() need only find what has
	 * changed since. */
	void (*keep)(dbc_host *host, dbc_follower *follower);

	/* If a log has become long, lets writers wait, and returns true: what has
	 * changed is to be looked at and kept at once, and the log is short. */
	bool (*shorten)(dbc_host *host, dbc_follower *follower);

	/* Waits; returns false if the call is to end. */
	bool (*pause)(dbc_host *host, dbc_follower *follower, int64_t ms);

	/* Begins to make a backup with options of dbbackup_create(), and then to
	 * remove others with those of dbbackup_cleanup(), or NULL, in another
	 * thread.  What has changed since place(), as of then, stays until it is
	 * forgotten. */
	void (*begin_snapshot)(dbc_host *host, dbc_follower *follower,
						   const char *create, const char *cleanup);

	/* What has become of it, and the result of dbbackup_create() or why it has
	 * failed. */
	dbc_follower_snapshot (*snapshot)(dbc_host *host, dbc_follower *follower,
									  const char **result);
	void (*forget_snapshot)(dbc_host *host, dbc_follower *follower);

	/* Stores a report. */
	void (*report)(dbc_host *host, dbc_follower *follower,
				   const dbc_follower_report *report);

	/* Calls dbbackup_follow() for the database of this connection, with these
	 * options, in a thread that begins again if it fails.  It ends with the
	 * last connection that has asked for it.  Fails if it cannot, or runs with
	 * other options. */
	void (*begin_following)(dbc_host *host, const char *options);

	/* Ends that for all connections of this process, after a last look; false
	 * if there is no such thread. */
	bool (*end_following)(dbc_host *host);

	/* The last report of that thread; false if there is none. */
	bool (*followed)(dbc_host *host, dbc_follower_report *report);

	/* Whether a directory is on the file system of the data; false if that is
	 * not known. */
	bool (*on_data_disk)(dbc_host *host, const char *path);

	/* [PG] Fails in words unless the caller may read that directory, which is
	 * not one of backups. */
	void (*may_read)(dbc_host *host, const char *path);

	/* [PG] Runs a program that manages backups, with arguments ended by NULL,
	 * unless it has answered in the last most_age_s seconds.  Returns what it
	 * has printed; NULL if it is not installed, or the caller may not run it,
	 * or with *problem set if it failed. */
	const char *(*ask)(dbc_host *host, const char *program,
					   const char *const *arguments, int most_age_s,
					   const char **problem);

	/* [PG] Runs a command by a shell and meanwhile fn(host, pipe, arg), which
	 * reads all that it prints, or writes what it reads.  Fails in words unless
	 * both succeed; only a superuser may call this. */
	void (*with_command)(dbc_host *host, const char *command, bool reads,
						 void (*fn)(dbc_host *host, void *pipe, void *arg),
						 void *arg);
	size_t (*read_pipe)(dbc_host *host, void *pipe, void *bytes, size_t length);
	void (*write_pipe)(dbc_host *host, void *pipe, const void *bytes,
					   size_t length);

	/* [PG] A connection string for programs, without a password: to a database
	 * of this server (NULL: that of the connection) as its user. */
	const char *(*connection)(dbc_host *host, const char *database);

	/* [PG] Starts a program, runs fn(host, running, arg), and ends the program
	 * if it still runs. */
	void (*with_program)(dbc_host *host, const dbc_program *program,
						 void (*fn)(dbc_host *host, void *running, void *arg),
						 void *arg);

	/* [PG] Waits until a program has ended, but at most timeout_ms (-1: without
	 * limit). */
	dbc_program_end (*await_program)(dbc_host *host, void *running,
									 int64_t timeout_ms);

	/* [PG] Sends a signal to a program and what it has started. */
	void (*signal_program)(void *running, int number);

	/* [PG] Runs fn(host, arg); if it fails, or the process is told to end, runs
	 * undo(host, arg), which must not fail. */
	void (*or_undo)(dbc_host *host, void (*fn)(dbc_host *, void *),
					void (*undo)(dbc_host *, void *), void *arg);

	/* [PG] Creates a restore point with a name; returns its location. */
	const char *(*mark)(dbc_host *host, const char *name);

	/* [PG] Lets this server, which restore() has made, archive; false if it is
	 * not such a server.  *complete: all that its timeline has is archived. */
	bool (*accept)(dbc_host *host, bool *complete);

	/* [PG] Reads a whole segment of the log. */
	dbc_wal_facts (*read_segment)(dbc_host *host, const void *bytes,
								  size_t length);

	/* [PG] Calls line() for each line of the rows of a table in a dump, as SQL
	 * with COPY. */
	dbc_backup_proof (*read_table)(
		dbc_host *host, dbc_backup_work *work, const dbc_relation *table,
		void (*line)(dbc_host *host, void *arg, const char *text), void *arg);

	/* [PG] What restore() would do and need; changes nothing, and a problem is
	 * no failure.  Destination may be NULL. */
	const dbc_backup_step *(*plan)(dbc_host *host, const dbc_backup *backup,
								   const char *destination, int *count);

	/* [PG] Restores the backup in the directory; a failure leaves nothing. */
	void (*restore)(dbc_host *host, dbc_backup_work *work,
					const dbc_backup_target *target,
					dbc_backup_restored *restored);
} dbc_backup_host;

#endif /* DBC_BACKUP_HOST_H */
