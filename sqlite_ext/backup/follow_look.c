/*
 * follow_look.c
 *	  Looking at a database that is followed: what has changed since the last
 *	  look.
 *
 * With a write-ahead log, a read transaction is open from one look to the next,
 * and ends only when the next one has begun and all that was committed before
 * is stored.  While it is open, no frame that was not read can be overwritten:
 *
 * - If it reads frames, SQLite does not begin the log again.
 * - If it reads the file alone, all frames are in it.  The log can be begun
 *   again, once, since none of its new frames can be copied to the file.
 *
 * So the log would only grow while others write without a pause.  When it is
 * long, writers wait for a moment in which all of it is copied to the file.
 *
 * Without a log, a read transaction would make writers wait.  There is none
 * between looks, and pages are compared by their hashes.
 */
#include "sqlite_ext/backup/follow.h"
#include "sqlite_ext/core/host.h"

#include <string.h>
#include <sys/stat.h>

#include "common/core/text.h"

/* How long it waits for other writers to shorten the log. */
#define SHORTEN_BUSY_MS 50

/* Frames of a log that is long; SQLite copies them from 1000 on. */
#define LONG_LOG 4000

/* Whether the file of the connections has another name now, or none. */
static bool
is_replaced(dbc_follower *f)
{
	int moved = 0;

	for (int i = 0; i < 2; i++)
		if (f->db[i] &&
			sqlite3_file_control(f->db[i], "main", SQLITE_FCNTL_HAS_MOVED,
								 &moved) == SQLITE_OK &&
			moved)
			return true;
	return false;
}

/* Tells a file from others that had its name; 0: that is not known. */
static uint32_t
identify(sqlite3 *db)
{
	const char *path = sqlite3_db_filename(db, "main");
	struct stat status;

	return path && stat(path, &status) == 0
			   ? (uint32_t) status.st_ino ^ (uint32_t) status.st_dev << 24
			   : 0;
}

/* What changes with each write to the file: where there is no log, nothing else
 * tells that there was one. */
static void
stamp(sqlite3 *db, unsigned char digest[DBC_BACKUP_HASH])
{
	const char *path = sqlite3_db_filename(db, "main");
	struct stat status;
	int64_t facts[3] = {0};

	if (path && stat(path, &status) == 0)
	{
		facts[0] = status.st_size;
		facts[1] = status.st_ctim.tv_sec;
		facts[2] = status.st_ctim.tv_nsec;
	}
	memcpy(digest, facts, sizeof(facts));
}

void
dbcsl_backup_follow_need_readers(dbc_follower *f)
{
	if (is_replaced(f))
		dbcsl_backup_follow_close(f);
	for (int i = 0; i < 2; i++)
		if (!f->db[i])
		{
			int code = dbcsl_backup_follow_open(f, &f->db[i]);

			if (code != SQLITE_OK)
			{
				char message[256];

				sqlite3_snprintf(sizeof(message), message, "%s",
								 sqlite3_errmsg(f->db[i]));
				sqlite3_close(f->db[i]);
				f->db[i] = NULL;
				dbc_fail(&f->h->base, "58030", NULL, NULL,
						 "the database cannot be opened: %s", message);
			}
			f->file = identify(f->db[i]);
		}
}

/* ---- looks ---- */

static bool
has_log(dbc_follower *f, sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	bool is_wal = false;
	int code =
		sqlite3_prepare_v2(db, "pragma journal_mode", -1, &statement, NULL);

	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		is_wal =
			dbc_same((const char *) sqlite3_column_text(statement, 0), "wal");
	sqlite3_finalize(statement);
	dbcsl_backup_follow_need(f, db, code);
	return is_wal;
}

static uint32_t
ask_number(dbc_follower *f, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	uint32_t number = 0;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		number = (uint32_t) sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	dbcsl_backup_follow_need(f, db, code);
	return number;
}

/* Where frames after a place begin; false if that is not known. A log that was
 * begun again has none of them, unless nothing could be missed. */
static bool
find_start(dbc_follower *f, const dbcsl_wal_place *place, bool is_safe,
		   dbcsl_wal_place *start)
{
	*start = *place;
	if (!f->wal.has_header)
		return is_safe;
	if (dbcsl_backup_wal_has(&f->wal, place))
		return true;
	*start = f->wal.start;
	return is_safe &&
		   memcmp(f->wal.start.salts, place->salts, DBCSL_WAL_SALTS) != 0;
}

/* Reads the frames after a place, which is in the log. */
static void
read_frames(dbc_follower *f, const dbcsl_wal_place *start)
{
	sqlite3 *db = dbcsl_backup_follow_other(f);
	dbcsl_wal after;

	dbcsl_backup_follow_free_changes(f);
	f->commits.end = *start;
	if (!f->wal.has_header)
		return;
	dbcsl_backup_follow_need(
		f, db, dbcsl_backup_wal_read(&f->wal, start, &f->commits));
	/* frames are overwritten after the header */
	dbcsl_backup_follow_need(f, db, dbcsl_backup_wal_open(db, &after));
	if (memcmp(after.start.salts, f->wal.start.salts, DBCSL_WAL_SALTS) != 0)
		dbc_fail(&f->h->base, DBC_LOCK_NOT_AVAILABLE, NULL, NULL,
				 "the write-ahead log was begun again while it was read");
}

/* Whether frames after what is kept can be read, and where they begin. */
static bool
find_kept(dbc_follower *f, dbcsl_wal_place *start)
{
	if (!f->is_kept || f->kept.mode != DBCSL_FOLLOW_WAL)
		return false;
	if (find_start(f, &f->kept.wal, true, start))
		return true;
	/* the header may have been read before the log was begun again */
	dbcsl_backup_follow_need(
		f, dbcsl_backup_follow_other(f),
		dbcsl_backup_wal_open(dbcsl_backup_follow_other(f), &f->wal));
	return find_start(f, &f->kept.wal, true, start);
}

/* Finds the end of the log.  What others commit from here on is left for the
 * next look: the state has the time of this one, whenever it is read. */
static void
look_at_log(dbc_follower *f)
{
	sqlite3 *db = dbcsl_backup_follow_other(f);
	dbcsl_wal_place start;

	dbcsl_backup_follow_need(f, db, dbcsl_backup_wal_open(db, &f->wal));
	f->now = (dbcsl_follow_place){.mode = DBCSL_FOLLOW_WAL,
								  .file = f->file,
								  .page_size =
									  ask_number(f, db, "pragma page_size")};
	/* from the start of the log, unless most of it was read */
	f->has_frames = find_kept(f, &start);
	if (!f->has_frames)
		start = f->wal.start;
	read_frames(f, &start);
	f->now.wal = f->commits.end;
	dbcsl_backup_wal_end(&f->wal, &f->now.wal);
	if (!f->wal.has_header)
		stamp(db, f->now.digest);
	f->pages = f->commits.pages > 0 ? f->commits.pages
									: ask_number(f, db, "pragma page_count");
}

void
dbcsl_backup_follow_look(dbc_host *host, dbc_follower *f)
{
	sqlite3 *db;

	(void) host;
	dbcsl_backup_follow_need_readers(f);
	db = dbcsl_backup_follow_other(f);
	/* what was looked at was not kept */
	if (!f->locks)
	{
		dbcsl_backup_follow_end(db);
		dbcsl_backup_follow_begin(f, db);
	}
	if (has_log(f, db))
		look_at_log(f);
	else
		dbcsl_backup_follow_read_pages(f, db);
}

void
dbcsl_backup_follow_leave(dbc_follower *f)
{
	dbcsl_backup_follow_end(dbcsl_backup_follow_other(f));
}

/* ---- changes ---- */

static bool
is_same_place(const dbcsl_follow_place *left, const dbcsl_follow_place *right)
{
	return memcmp(left, right, sizeof(*left)) == 0;
}

/* Whether frames after a place cannot have been overwritten. */
static bool
is_safe(const dbc_follower *f, const dbcsl_follow_place *from)
{
	return (f->is_kept && is_same_place(from, &f->kept)) ||
		   (f->pin && is_same_place(from, &f->pinned));
}

/* Whether the file has changed, while there is no log: by another process whose
 * log is gone, or by a program that knows of none. */
static bool
was_written(const dbc_follower *f, const dbcsl_follow_place *from)
{
	if (memcmp(&from->wal, &f->now.wal, sizeof(from->wal)) != 0)
		return !f->is_safe;
	return memcmp(from->digest, f->now.digest, sizeof(from->digest)) != 0;
}

/* Lists the pages of the frames between a place and the look; false if they are
 * not known. */
static bool
find_frames(dbc_follower *f, const dbcsl_follow_place *from)
{
	dbcsl_wal_place start;

	f->is_safe = is_safe(f, from);
	if (!f->wal.has_header && was_written(f, from))
		return false;
	if (memcmp(&from->wal, &f->now.wal, sizeof(from->wal)) == 0)
		/* its frame may have been overwritten since */
		dbcsl_backup_follow_free_changes(f);
	/* the look has read the same */
	else if (!f->has_frames || !is_same_place(from, &f->kept))
	{
		if (!find_start(f, &from->wal, f->is_safe, &start))
			return false;
		read_frames(f, &start);
	}
	f->has_frames = false;
	f->numbers = sqlite3_malloc64(((sqlite3_uint64) f->commits.count + 1) *
								  sizeof(*f->numbers));
	if (!f->numbers)
		dbcsl_fail_memory(f->h);
	for (uint32_t i = 0; i < f->commits.count; i++)
		f->numbers[i] = f->commits.list[i].number;
	return true;
}

dbc_follower_changes
dbcsl_backup_follow_changes(dbc_host *host, dbc_follower *f,
							const unsigned char *place)
{
	dbcsl_follow_place from;
	const char *lost = NULL;

	(void) host;
	memcpy(&from, place, sizeof(from));
	if (from.mode != f->now.mode)
		lost = "the journal mode of the database has changed";
	else if (from.file != f->now.file)
		lost = "the file of the database was replaced";
	else if (from.page_size != f->now.page_size)
		lost = "the page size of the database has changed";
	else if (from.mode == DBCSL_FOLLOW_WAL && !find_frames(f, &from))
		lost = "the write-ahead log was begun again, or replaced, while it was "
			   "not followed";
	else if (from.mode == DBCSL_FOLLOW_PAGES &&
			 !dbcsl_backup_follow_compare_pages(f, &from))
		lost = "the database has changed while it was not followed";
	return (dbc_follower_changes){.lost = lost,
								  .page_size = f->now.page_size,
								  .pages = f->pages,
								  .count = lost ? 0 : f->commits.count,
								  .numbers = f->numbers};
}

void
dbcsl_backup_follow_page(dbc_host *host, dbc_follower *f, uint32_t i,
						 unsigned char *bytes)
{
	sqlite3 *db = dbcsl_backup_follow_other(f);
	dbcsl_wal after;

	(void) host;
	if (f->now.mode == DBCSL_FOLLOW_PAGES)
	{
		dbcsl_backup_follow_read_page(f, db, f->numbers[i], bytes);
		return;
	}
	dbcsl_backup_follow_need(
		f, db,
		dbcsl_backup_wal_read_page(&f->wal, f->commits.list[i].frame, bytes));
	if (f->is_safe)
		return;
	dbcsl_backup_follow_need(f, db, dbcsl_backup_wal_open(db, &after));
	if (memcmp(after.start.salts, f->wal.start.salts, DBCSL_WAL_SALTS) != 0)
		dbc_fail(&f->h->base, DBC_LOCK_NOT_AVAILABLE, NULL, NULL,
				 "the write-ahead log was begun again while it was read");
}

void
dbcsl_backup_follow_get_place(dbc_follower *f, unsigned char *place)
{
	memcpy(place, &f->now, sizeof(f->now));
}

/* ---- what is kept ---- */

static void
copy_frames(sqlite3 *db)
{
	(void) sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE,
									 NULL, NULL);
}

/* Writers wait from here to keep(), which ends with all frames in the file, so
 * that the log can be begun again. */
bool
dbcsl_backup_follow_shorten(dbc_host *host, dbc_follower *f)
{
	sqlite3 *db = dbcsl_backup_follow_other(f);
	uint32_t frame = f->kept.wal.frame;
	int code;

	(void) host;
	if (frame < f->tried)
		f->tried = 0;
	if (f->kept.mode != DBCSL_FOLLOW_WAL || f->pin || frame < LONG_LOG ||
		frame < f->tried + LONG_LOG / 4)
		return false;
	f->tried = frame;
	/* most of it while they go on */
	copy_frames(db);
	(void) sqlite3_busy_timeout(db, SHORTEN_BUSY_MS);
	code = sqlite3_exec(db, "begin immediate", NULL, NULL, NULL);
	(void) sqlite3_busy_timeout(db, DBCSL_FOLLOW_BUSY_MS);
	f->locks = code == SQLITE_OK;
	return f->locks;
}

/* Ends the older transaction; the newer one reads on, or a third one that
 * reads the file alone. */
static void
keep_log(dbc_follower *f)
{
	sqlite3 *db = dbcsl_backup_follow_other(f);
	sqlite3 *before = f->reader >= 0 ? f->db[f->reader] : NULL;

	if (before)
		dbcsl_backup_follow_end(before);
	if (f->locks && before)
	{
		copy_frames(before);
		dbcsl_backup_follow_begin(f, before);
		dbcsl_backup_follow_end(db);
	}
	else
		f->reader = db == f->db[0] ? 0 : 1;
	f->locks = false;
}

void
dbcsl_backup_follow_keep(dbc_host *host, dbc_follower *f)
{
	(void) host;
	f->kept = f->now;
	f->is_kept = true;
	if (f->now.mode == DBCSL_FOLLOW_PAGES)
	{
		dbcsl_backup_follow_copy_hashes(f, DBCSL_FOLLOW_KEPT);
		dbcsl_backup_follow_end(f->db[0]);
		dbcsl_backup_follow_end(f->db[1]);
		f->reader = -1;
	}
	else
		keep_log(f);
}
