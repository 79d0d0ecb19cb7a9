/*
 * file.c
 *	  SQLite on the open files of a call.
 *
 * The copy of a database may be the plain contents of an encrypted backup.  It
 * is a file without a name, which no other process can open and which is
 * deleted when the process ends, even if it is killed.  SQLite opens files by
 * names: to this VFS, which exists during the call, a name is the number of an
 * open file. What SQLite would put beside it (a journal, temporary files) does
 * not exist.
 */
#include "sqlite_ext/backup/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/backup/files.h"

/* Bytes that are written at once: SQLite writes page by page, and a call of
 * the system for each takes longer than the copy. */
#define ROOM (1 << 18)

typedef struct open_file
{
	sqlite3_file base; /* must be first */
	int descriptor;
	/* bytes that are not written yet, from a place on; NULL: there were none */
	char *waiting;
	int length;
	sqlite3_int64 place;
} open_file;

static int
descriptor_of(sqlite3_file *file)
{
	return ((open_file *) file)->descriptor;
}

/* ---- a file ---- */

static int
write_bytes(const open_file *f, const char *bytes, int length,
			sqlite3_int64 offset)
{
	int done = 0;

	while (done < length)
	{
		ssize_t count =
			pwrite(f->descriptor, bytes + done, (size_t) (length - done),
				   (off_t) (offset + done));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL
													  : SQLITE_IOERR_WRITE;
		done += (int) count;
	}
	return SQLITE_OK;
}

/* Writes what waits; after a failure it still waits. */
static int
flush(sqlite3_file *file)
{
	open_file *f = (open_file *) file;
	int code = write_bytes(f, f->waiting, f->length, f->place);

	if (code == SQLITE_OK)
		f->length = 0;
	return code;
}

/* The call owns the descriptor. */
static int
close_file(sqlite3_file *file)
{
	int code = flush(file);

	sqlite3_free(((open_file *) file)->waiting);
	return code;
}

static int
read_file(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
	int done = 0;
	int code = flush(file);

	if (code != SQLITE_OK)
		return code;
	while (done < length)
	{
		ssize_t count =
			pread(descriptor_of(file), (char *) bytes + done,
				  (size_t) (length - done), (off_t) (offset + done));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return SQLITE_IOERR_READ;
		if (count == 0)
			break;
		done += (int) count;
	}
	if (done == length)
		return SQLITE_OK;
	memset((char *) bytes + done, 0, (size_t) (length - done));
	return SQLITE_IOERR_SHORT_READ;
}

static int
write_file(sqlite3_file *file, const void *bytes, int length,
		   sqlite3_int64 offset)
{
	open_file *f = (open_file *) file;
	int code = SQLITE_OK;

	if (f->length > 0 &&
		(offset != f->place + f->length || length > ROOM - f->length))
		code = flush(file);
	if (code != SQLITE_OK)
		return code;
	if (!f->waiting)
		f->waiting = sqlite3_malloc(ROOM);
	if (!f->waiting || length > ROOM)
		return write_bytes(f, bytes, length, offset);
	if (f->length == 0)
		f->place = offset;
	memcpy(f->waiting + f->length, bytes, (size_t) length);
	f->length += length;
	return SQLITE_OK;
}

static int
truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
	int code = flush(file);

	if (code != SQLITE_OK)
		return code;
	return ftruncate(descriptor_of(file), (off_t) size) == 0
			   ? SQLITE_OK
			   : SQLITE_IOERR_TRUNCATE;
}

/* The core puts on disk what stays. */
static int
sync_file(sqlite3_file *file, int flags)
{
	(void) flags;
	return flush(file);
}

static int
size_of_file(sqlite3_file *file, sqlite3_int64 *size)
{
	struct stat status;
	int code = flush(file);

	if (code != SQLITE_OK)
		return code;
	if (fstat(descriptor_of(file), &status) != 0)
		return SQLITE_IOERR_FSTAT;
	*size = status.st_size;
	return SQLITE_OK;
}

/* No other process has the file. */
static int
lock_file(sqlite3_file *file, int lock)
{
	(void) file;
	(void) lock;
	return SQLITE_OK;
}

static int
is_reserved(sqlite3_file *file, int *reserved)
{
	(void) file;
	*reserved = 0;
	return SQLITE_OK;
}

static int
control_file(sqlite3_file *file, int what, void *arg)
{
	(void) file;
	(void) what;
	(void) arg;
	return SQLITE_NOTFOUND;
}

static int
describe_file(sqlite3_file *file)
{
	(void) file;
	return 0;
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = close_file,
	.xRead = read_file,
	.xWrite = write_file,
	.xTruncate = truncate_file,
	.xSync = sync_file,
	.xFileSize = size_of_file,
	.xLock = lock_file,
	.xUnlock = lock_file,
	.xCheckReservedLock = is_reserved,
	.xFileControl = control_file,
	.xSectorSize = describe_file,
	.xDeviceCharacteristics = describe_file,
};

int
dbcsl_backup_flush(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	int code = sqlite3_db_cacheflush(db);

	if (code == SQLITE_OK)
		code =
			sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	return code == SQLITE_OK ? flush(file) : code;
}

/* ---- the VFS ---- */

static int
open_by_number(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
			   int flags, int *flags_out)
{
	const dbcsl_backup_vfs *own = (const dbcsl_backup_vfs *) vfs;
	open_file *opened = (open_file *) file;

	*opened = (open_file){.descriptor = -1};
	if (!name || !(flags & SQLITE_OPEN_MAIN_DB))
		return SQLITE_CANTOPEN;
	opened->descriptor = dbc_posix_descriptor(own->files, atoi(name));
	opened->base.pMethods = &methods;
	if (flags_out)
		*flags_out = flags;
	return SQLITE_OK;
}

static int
delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void) vfs;
	(void) name;
	(void) sync;
	return SQLITE_OK;
}

/* There is nothing beside a file. */
static int
find_file(sqlite3_vfs *vfs, const char *name, int flags, int *found)
{
	(void) vfs;
	(void) name;
	(void) flags;
	*found = 0;
	return SQLITE_OK;
}

static int
copy_name(sqlite3_vfs *vfs, const char *name, int size, char *path)
{
	(void) vfs;
	sqlite3_snprintf(size, path, "%s", name);
	return SQLITE_OK;
}

static int
fill_random(sqlite3_vfs *vfs, int length, char *bytes)
{
	sqlite3_vfs *real = ((dbcsl_backup_vfs *) vfs)->real;

	return real->xRandomness(real, length, bytes);
}

static int
wait_for(sqlite3_vfs *vfs, int microseconds)
{
	sqlite3_vfs *real = ((dbcsl_backup_vfs *) vfs)->real;

	return real->xSleep(real, microseconds);
}

static int
read_clock(sqlite3_vfs *vfs, double *day)
{
	sqlite3_vfs *real = ((dbcsl_backup_vfs *) vfs)->real;

	return real->xCurrentTime(real, day);
}

static int
last_error(sqlite3_vfs *vfs, int length, char *message)
{
	(void) vfs;
	(void) length;
	(void) message;
	return 0;
}

/* One for each call. */
#define NAME "dbcare-backup-%p"

const char *
dbcsl_backup_vfs_of(dbcsl_host *h, const dbc_backup_files *files)
{
	return dbcsl_printf(h, NAME, (const void *) files);
}

void
dbcsl_backup_begin_files(dbcsl_backup_vfs *vfs, dbc_backup_files *files)
{
	*vfs = (dbcsl_backup_vfs){.base = {.iVersion = 1,
									   .szOsFile = (int) sizeof(open_file),
									   .mxPathname = 64,
									   .zName = vfs->name,
									   .xOpen = open_by_number,
									   .xDelete = delete_file,
									   .xAccess = find_file,
									   .xFullPathname = copy_name,
									   .xRandomness = fill_random,
									   .xSleep = wait_for,
									   .xCurrentTime = read_clock,
									   .xGetLastError = last_error},
							  .real = sqlite3_vfs_find(NULL),
							  .files = files};
	sqlite3_snprintf((int) sizeof(vfs->name), vfs->name, NAME, (void *) files);
	vfs->begun = sqlite3_vfs_register(&vfs->base, 0) == SQLITE_OK;
}

void
dbcsl_backup_end_files(dbcsl_backup_vfs *vfs)
{
	if (vfs->begun)
		(void) sqlite3_vfs_unregister(&vfs->base);
}
